"""Every kind of operation: its compiled kernel against its NumPy line.

Parametrised over `KINDS`, so that a new kind is tested as soon as it is declared; operands are drawn by role.
"""

from __future__ import annotations

import numpy as np
import pytest

import engine.optimizers  # noqa: F401  # declares kinds
from engine import ops  # noqa: F401  # declares kinds
from engine.arena import READ_SLACK, Memory
from engine.backend import Data, NumpyBackend, compiled_backend
from engine.kernels import opcodes as oc
from engine.ops.dropout import uniform
from engine.program import KINDS, Builder

UNITS = (1, 7, 8, 9, 17)
ROWS = ((1, 1), (1, 10), (3, 10), (10, 10))  # of the batch, and at most
EXAMPLES = 23
# [B, I], [B, O], [I, O], [O], [P] or a number: what shape an operand has, by its role.
BATCH_OF_INPUTS = {"x", "dx"}
BATCH_OF_OUTPUTS = {
    "z", "a", "da", "delta", "y", "y_hat", "d", "mask", "h", "dh", "branch", "shortcut", "s", "ds", "dshortcut",
}  # fmt: skip
MATRICES = {"W", "dW"}
BIASES = {"b", "db"}
VECTORS = {"w", "g", "m", "v", "s", "u", "n", "change", "v_max"}
NUMBERS = {
    "sigma", "rate", "eta", "mu", "beta", "beta1", "beta2", "eps", "t", "loss", "penalty", "seed", "step", "limit",
    "norm", "decay", "mu_next", "c", "updates", "batches", "epoch", "factor", "every", "tau", "examples", "end",
    "steps", "after",
}  # fmt: skip
# Where `s` is not a layer's sum with a skip connection.
SUMS_OF_SQUARES = {oc.SUM_OF_SQUARES}
SQUARES = {
    oc.ADAM_STEP, oc.MOVING_AVERAGE_OF_SQUARES, oc.ROOT_SCALED_STEP, oc.ADADELTA_CHANGE, oc.NADAM_STEP,
}  # fmt: skip
# Scale times alpha, scale, twice the scale: by the decimals of Klambauer et al. 2017.
SELU_SLOPES = [1.7580993408473766, 1.0507009873554805, 2.101401974710961]
TOLERANCE = {np.float64: 1e-13, np.float32: 1e-5}

# Those of maps have tests of their own.
MATRIX_KINDS = {name: kind for name, kind in KINDS.items() if kind.opcode < oc.CONV_FORWARD}
kinds = pytest.mark.parametrize("kind", MATRIX_KINDS.values(), ids=MATRIX_KINDS)
reading_kinds = pytest.mark.parametrize(
    "kind", [kind for kind in MATRIX_KINDS.values() if kind.reads], ids=lambda k: k.name
)
types = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def program_of(kind, rows, inputs, units):
    """One operation of this kind with operands of these sizes."""
    build = Builder(rows)
    operands = {}
    for role in kind.reads + kind.writes:
        if role in BATCH_OF_INPUTS:
            operands[role] = build.signal(role, inputs, role)
        elif role in BATCH_OF_OUTPUTS and kind.opcode not in SUMS_OF_SQUARES:
            operands[role] = build.signal(role, units, role)
        else:
            shapes = (
                (MATRICES, (inputs, units)),
                (BIASES, (units,)),
                (VECTORS, (inputs * units,)),
                (NUMBERS, ()),
            )
            shape = next((shape for roles, shape in shapes if role in roles), None)
            assert shape is not None, f"{kind.name} has a new role, {role}: name its shape in this test"
            operands[role] = build.state(role, shape, role)
    build.record(kind, "made", **operands)
    return build.build()


def values_of(kind, role, shape, rng):
    """Random values that make sense in this role."""
    if role == "y" and kind.opcode in (oc.BINARY_CROSS_ENTROPY, oc.BINARY_CROSS_ENTROPY_GRADIENT):
        return rng.integers(0, 2, shape)
    if role == "y" and oc.CATEGORICAL_CROSS_ENTROPY <= kind.opcode <= oc.CATEGORICAL_CROSS_ENTROPY_GRADIENT:
        return np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]
    if role == "y" and oc.HINGE <= kind.opcode <= oc.LOGISTIC_GRADIENT:
        return rng.choice([-1, 1], shape)
    if (role == "v" and kind.opcode in SQUARES) or role == "u":
        return rng.uniform(0.01, 2, shape)
    if role == "t":
        return rng.integers(1, 50)
    if role in ("step", "updates") and kind.opcode >= oc.WHOLE_EPOCHS:
        return rng.integers(0, 100)
    if role in ("every", "examples", "steps", "batches"):
        return rng.integers(1, 50)
    if role in ("factor", "tau"):
        return rng.uniform(0.1, 1) * (100 if role == "tau" else 1)
    if role in ("seed", "step"):
        return rng.integers(0, 2**24)
    if role == "rate" and kind.opcode == oc.DRAW_MASK:
        return rng.uniform(0, 0.95)
    if role in ("beta", "beta1", "beta2", "mu", "mu_next"):
        return rng.uniform(0, 0.95)
    if role == "c":
        return rng.uniform(0.1, 1)
    if role in ("sigma", "rate", "eta", "eps", "limit", "norm", "decay", "end"):
        return rng.uniform(0.1, 2)
    return rng.normal(0, 2, shape)


def prepared(kind, dtype, rows, capacity, inputs, units, rng):
    """A program and its memory: NaN everywhere but in the operands' rows that count."""
    program = program_of(kind, capacity, inputs, units)
    memory = Memory(program.layout, dtype)
    memory.flat[:] = np.nan
    for role in kind.reads + kind.writes:
        view = memory.view(program.refs[role], rows)
        view[...] = values_of(kind, role, view.shape, rng)
    data = Data(
        rng.normal(size=(EXAMPLES, inputs)).astype(dtype), rng.normal(size=(EXAMPLES, units)).astype(dtype)
    )
    return program, memory, data, rng.permutation(EXAMPLES)


def run_both(program, memory, data, order, rows):
    """The memory after the kernel, and after the NumPy line in float64."""
    exact = Memory(program.layout, np.float64)
    exact.flat[:] = memory.flat
    exact_data = Data(data.inputs.astype(float), data.targets.astype(float))
    first = 5
    compiled_backend().run_operations(program, memory, data, order, first, rows, 0, 1)
    NumpyBackend().run_operations(program, exact, exact_data, order, first, rows, 0, 1)
    return exact


def written(program, memory, rows):
    """A mask over the flat memory of what the operation may write."""
    mask = np.zeros(memory.flat.size, dtype=bool)
    for ref in program.ops[0].writes:
        start = program.layout.address(ref)
        mask[start : start + memory.view(ref, rows).size] = True
    if program.ops[0].kind.opcode == oc.DENSE_INPUT_GRADIENT:
        mask[program.layout.scratch : memory.flat.size - READ_SLACK] = True
    return mask


@kinds
@types
def test_the_kernel_agrees_with_the_numpy_line(kind, dtype, rng):
    for rows, capacity in ROWS:
        for units in UNITS:
            for inputs in (1, 3, 8, 17):
                program, memory, data, order = prepared(kind, dtype, rows, capacity, inputs, units, rng)
                before = memory.flat.copy()
                exact = run_both(program, memory, data, order, rows)
                where = f"{rows} of {capacity} rows, {inputs} inputs, {units} units"
                for ref in program.ops[0].writes:
                    got, expected = memory.view(ref, rows), exact.view(ref, rows)
                    assert np.isfinite(expected).all(), where
                    tolerance = TOLERANCE[dtype]
                    np.testing.assert_allclose(
                        got,
                        expected,
                        rtol=tolerance,
                        atol=tolerance * max(1, np.abs(expected).max()),
                        err_msg=where,
                    )
                untouched = ~written(program, memory, rows)
                assert memory.flat[untouched].tobytes() == before[untouched].tobytes(), where


@reading_kinds
@types
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_stay_visible(kind, dtype, odd, rng):
    for role in kind.reads:
        for units in (1, 9):
            program, memory, data, order = prepared(kind, dtype, 3, 10, 4, units, rng)
            view = memory.view(program.refs[role], 3)
            view.reshape(-1)[view.size // 2] = odd
            exact = run_both(program, memory, data, order, 3)
            for ref in program.ops[0].writes:
                got, expected = memory.view(ref, 3), exact.view(ref, 3)
                where = f"{odd} in {role}, {units} units"
                if np.isnan(odd):
                    np.testing.assert_array_equal(np.isfinite(got), np.isfinite(expected), err_msg=where)
                else:
                    assert not np.isfinite(got[~np.isfinite(expected)]).any(), where


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("relu_forward", {"z": [-0.0, 0.0, 3.0]}, [0, 0, 3]),
        ("relu_backward", {"z": [0.0, -1.0, 1.0], "da": [5, 5, 5]}, [0, 0, 5]),
        ("leaky_relu_forward", {"z": [0.0, -1.0, 1.0]}, [0, -0.01, 1]),
        ("leaky_relu_backward", {"z": [0.0, -1.0, 1.0], "da": [5, 5, 5]}, [0.05, 0.05, 5]),
        ("elu_backward", {"z": [0.0, -1.0, 1.0], "da": [1, 1, 1]}, [1, np.exp(-1), 1]),
        ("selu_backward", {"z": [0.0, 1e-300, 2.0], "da": [1, 1, 2]}, SELU_SLOPES),
        ("step_forward", {"z": [0.0, -1.0, 1e-300]}, [0, 0, 1]),
        ("mean_absolute_error_gradient", {"y_hat": [1, 0, 3], "y": [1, 3, 0]}, [0, -1 / 3, 1 / 3]),
        ("hinge_gradient", {"y_hat": [1, 0.5, -1], "y": [1, 1, -1]}, [0, -1, 0]),
    ],
)
def test_what_holds_exactly_at_a_kink(name, operands, expected, backend):
    kind = KINDS[name]
    program = program_of(kind, 1, 1, 3)
    memory = Memory(program.layout)
    for role, values in operands.items():
        memory.view(program.refs[role])[:] = values
    nothing = Data(np.zeros((1, 1)), np.zeros((1, 3)))
    backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, 1, 0, 1)
    np.testing.assert_allclose(memory.view(program.ops[0].writes[0])[0], expected, rtol=1e-15)


def test_a_weight_of_zero_gets_no_pull_from_l1(backend):
    program = program_of(KINDS["l1_penalty_gradient"], 1, 3, 1)
    memory = Memory(program.layout)
    memory.view(program.refs["W"])[:, 0] = [-2, 0, 2]
    memory.view(program.refs["rate"])[...] = 0.5
    memory.view(program.refs["dW"])[:] = 1
    nothing = Data(np.zeros((1, 3)), np.zeros((1, 1)))
    backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, 1, 0, 1)
    assert memory.view(program.refs["dW"])[:, 0].tolist() == [0.5, 1.0, 1.5]


@kinds
def test_the_line_is_shown_in_its_operands_names(kind):
    op = program_of(kind, 2, 3, 4).ops[0]
    assert not any(f"<{role}>" in op.tex for role in kind.reads + kind.writes)
    # The shown code, run on arrays of these names, does what the line does.
    rng = np.random.default_rng(0)
    program, memory, data, order = prepared(kind, np.float64, 2, 2, 3, 4, rng)
    names = {ref.name: memory.view(ref, 2).copy() for ref in op.operands}
    given = {"inputs": data.inputs, "targets": data.targets, "batch": order[5:7], "np": np, "uniform": uniform}
    exec(op.code, given, names)
    NumpyBackend().run_operations(program, memory, data, order, 5, 2, 0, 1)
    for ref in op.writes:
        np.testing.assert_array_equal(names[ref.name], memory.view(ref, 2))


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("clip_values", {"limit": 2, "g": [-3, 2, 0.5]}, [-2, 2, 0.5]),
        ("clip_norm", {"norm": 5, "limit": 5, "g": [3, 0, 4]}, [3, 0, 4]),
        ("clip_norm", {"norm": 0, "limit": 5, "g": [0, 0, 0]}, [0, 0, 0]),
        ("clip_norm", {"norm": 13, "limit": 6.5, "g": [3, 4, 12]}, [1.5, 2, 6]),
        ("running_maximum", {"v": [1, 2, 5e-324], "v_max": [1, 3, 0]}, [1, 3, 5e-324]),
        ("decayed_maximum", {"g": [0.5, -2, 0], "beta": 0.5, "eps": 0, "u": [1, 3, 0]}, [0.5, 2, 0]),
        ("root_scaled_step", {"g": [0, 3, -3], "v": [0, 9, 9], "eta": 2, "eps": 1e-10, "w": [1, 1, 1]}, [1, -1, 3]),
    ],
)
def test_what_an_update_makes_of_round_numbers(name, operands, expected, backend):
    program = program_of(KINDS[name], 1, 1, 3)
    memory = Memory(program.layout)
    for role, values in operands.items():
        memory.view(program.refs[role])[...] = values
    nothing = Data(np.zeros((1, 1)), np.zeros((1, 3)))
    backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, 1, 0, 1)
    made = memory.view(program.ops[0].writes[0])
    np.testing.assert_allclose(made, expected, rtol=1e-9 if name == "root_scaled_step" else 1e-15)


@pytest.mark.parametrize("name", ["running_maximum", "decayed_maximum", "clip_values"])
@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_what_is_compared_with_an_odd_number_stays_odd(name, odd, backend):
    # A maximum keeps the larger one; whatever is compared with NaN is NaN.
    program = program_of(KINDS[name], 1, 1, 3)
    memory = Memory(program.layout)
    memory.flat[:] = 1
    written = memory.view(program.ops[0].writes[0])
    written[1] = odd
    nothing = Data(np.zeros((1, 1)), np.zeros((1, 3)))
    backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, 1, 0, 1)
    # Clipping is what makes a number of an infinite gradient.
    assert np.isnan(written[1]) if np.isnan(odd) else written[1] == (1 if name == "clip_values" else odd)
    assert np.isfinite(written[[0, 2]]).all()


def test_every_opcode_is_declared_once():
    declared = [kind.opcode for kind in KINDS.values()]
    numbers = [
        value for name, value in vars(oc).items()
        if name.isupper() and name not in {
            "MAX_OPERANDS", "OPCODE", "OPERANDS", "SIZE_0", "SIZE_1", "BATCHED", "SCRATCH", "TABLE_COLUMNS",
        }
    ]  # fmt: skip
    assert sorted(declared) == sorted(numbers)
