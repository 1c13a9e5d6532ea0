"""How each number was made: terms against loops in Python, cells that light up, sentences, one example's share."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from engine import ops  # noqa: F401  # declares kinds
from engine.arena import Arena, Ref
from engine.inside.arithmetic import Factor, Term, cell_sum, share
from engine.inside.formulas import FORMULAS
from engine.inside.operation import Operand, OperationView, operation_view
from engine.inside.window_formulas import WINDOW_FORMULAS
from engine.layers import ACTIVATIONS
from engine.losses import LOSSES, Targets
from engine.optimizers import OPTIMIZERS
from engine.program import KINDS, Op, Phase
from engine.spec import HIDDEN_ACTIVATIONS, TrainingSpec
from engine.training import TrainingRun

BASE = {"data": "moons", "samples": 22, "batch_size": 4, "hidden": (3, 3), "learning_rate": 0.1}
SPECS = {
    **{f"activation {name}": {"activation": name} for name in HIDDEN_ACTIVATIONS},
    **{f"loss {name}": {"loss": name} for name, loss in LOSSES.items() if loss.targets is not Targets.ONE_HOT},
    **{f"optimizer {name}": {"optimizer": name} for name in OPTIMIZERS},
    "clipped": {"clip_norm": 0.3, "clip_value": 0.05},
    "hardly clipped": {"clip_norm": 100.0},
    "decayed": {"weight_decay": 0.01},
    "decayed past the optimizer": {"weight_decay": 0.01, "decoupled": True},
    **{
        name: {"schedule": schedule, "schedule_settings": settings, "schedule_unit": unit, "clip_norm": 0.3}
        for name, schedule, settings, unit in (
            ("step", "step", {"every": 1, "factor": 0.3}, "epoch"),
            ("exponential", "exponential", {"tau": 3}, "update"),
            ("inverse root", "inverse_root", {"examples": 3}, "update"),
            ("time", "time", {"decay": 0.4}, "update"),
            ("cosine", "cosine", {"end": 0.03, "steps": 4}, "update"),
            ("warm-up", "warm_up", {"steps": 3}, "update"),
            ("warm cosine", "cosine", {"end": 0.03, "steps": 4, "warm_up": 2}, "update"),
        )
    },
    "multi-class": {"data": "arms4", "samples": 20},
    "regression": {"data": "plane", "samples": 20},
    "dropout": {"dropout": 0.5},
    "skip": {"skip": True},
    "identity and skip": {"skip": True, "activation": "identity", "dropout": 0.2},
    "l1": {"regularization": "l1", "regularization_rate": 0.3},
    "l2": {"regularization": "l2", "regularization_rate": 0.3},
    "a batch of one": {"batch_size": 1, "hidden": (1,)},
}
# Their soft-max is always part of the loss, so no run has it as an operation of its own.
IN_NO_RUN = {"softmax_forward", "softmax_backward"}


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def elu(z, alpha=1.0):
    return z if z > 0 else alpha * (math.exp(z) - 1)


def gelu_inner(z):
    return math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))


def gelu_slope(z):
    # The product rule by hand: d/dz of z/2 (1 + t).
    t = gelu_inner(z)
    return (1 + t) / 2 + z / 2 * (1 - t * t) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z)


SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
# Where something is still done to the sum: what that is. `s` is the sum, `o` the operands' numbers at this cell.
FINISH = {
    "sigmoid_forward": lambda s, o: sigmoid(s),
    "tanh_forward": lambda s, o: math.tanh(s),
    "relu_forward": lambda s, o: max(0.0, s),
    "gaussian_forward": lambda s, o: math.exp(-((s / o.sigma) ** 2)),
    "step_forward": lambda s, o: float(s > 0),
    "step_backward": lambda s, o: 0.0,
    "elu_forward": lambda s, o: elu(s),
    "leaky_relu_forward": lambda s, o: s if s > 0 else 0.01 * s,
    "selu_forward": lambda s, o: SCALE * elu(s, ALPHA),
    "swish_forward": lambda s, o: s * sigmoid(s),
    "gelu_forward": lambda s, o: s / 2 * (1 + gelu_inner(s)),
    "softplus_forward": lambda s, o: math.log(1 + math.exp(s)),
    "sine_forward": lambda s, o: math.sin(s),
    **{name: (lambda s, o: s / o.B) for name in KINDS if f"{name}_gradient" in KINDS and "penalty" not in name},
    "half_squared_error_gradient": lambda s, o: s / o.B,
    "mean_squared_error_gradient": lambda s, o: 2 * s / (o.B * o.O),
    "mean_absolute_error_gradient": lambda s, o: math.copysign(1, s) / (o.B * o.O),
    "binary_cross_entropy_gradient": lambda s, o: s / o.B,
    "categorical_cross_entropy_gradient": lambda s, o: s / o.B,
    "hinge_gradient": lambda s, o: -o.y / o.B if s < 1 else 0.0,
    "exponential_gradient": lambda s, o: -o.y * math.exp(-s) / o.B,
    "logistic_gradient": lambda s, o: -o.y * sigmoid(-s) / (o.B * math.log(2)),
    "clip_values": lambda s, o: max(-o.limit, min(s, o.limit)),
    "gradient_norm": lambda s, o: math.sqrt(s),
    "running_maximum": lambda s, o: max(o.v_max, o.v),
    "decayed_maximum": lambda s, o: max(o.beta * o.u, abs(o.g) + o.eps),
    "whole_epochs": lambda s, o: o.updates // o.batches,
    "steps_after_warm_up": lambda s, o: max(o.step - o.steps, 0),
    "l1_penalty": lambda s, o: o.rate * s,
    "l2_penalty": lambda s, o: o.rate * s / 2,
    "softmax_forward": lambda s, o: math.exp(o.z - o.largest) / s,
}
# The terms one by one, from the operands `v` as matrices and the cell's place.
TERMS = {
    "dense_forward": lambda v, r, o: [*(v.x[r, i] * v.W[i, o] for i in range(len(v.W))), v.b[o]],
    "dense_weight_gradient": lambda v, i, o: [v.x[r, i] * v.delta[r, o] for r in range(len(v.x))],
    "dense_bias_gradient": lambda v, o: [v.delta[r, o] for r in range(len(v.delta))],
    "dense_input_gradient": lambda v, r, i: [v.delta[r, o] * v.W[i, o] for o in range(v.W.shape[1])],
    "sigmoid_backward": lambda v, *at: [v.da[at] * v.a[at] * (1 - v.a[at])],
    "tanh_backward": lambda v, *at: [v.da[at] * (1 - v.a[at] ** 2)],
    "relu_backward": lambda v, *at: [v.da[at] * (v.z[at] > 0)],
    "gaussian_backward": lambda v, *at: [v.da[at] * v.a[at] * -2 * v.z[at] / v.sigma**2],
    "elu_backward": lambda v, *at: [v.da[at] * (1 if v.z[at] > 0 else math.exp(v.z[at]))],
    "leaky_relu_backward": lambda v, *at: [v.da[at] * (1 if v.z[at] > 0 else 0.01)],
    "selu_backward": lambda v, *at: [v.da[at] * SCALE * (1 if v.z[at] > 0 else ALPHA * math.exp(v.z[at]))],
    "swish_backward": lambda v, *at: [v.da[at] * (sigmoid(v.z[at]) * (1 + v.z[at] * sigmoid(-v.z[at])))],
    "gelu_backward": lambda v, *at: [v.da[at] * gelu_slope(v.z[at])],
    "softplus_backward": lambda v, *at: [v.da[at] * sigmoid(v.z[at])],
    "sine_backward": lambda v, *at: [v.da[at] * math.cos(v.z[at])],
    "softmax_forward": lambda v, r, c: [math.exp(z - max(v.z[r])) for z in v.z[r]],
    "softmax_backward": lambda v, r, c: [
        v.a[r, c] * v.da[r, c], *(-v.a[r, c] * v.da[r, k] * v.a[r, k] for k in range(v.a.shape[1]))
    ],
    "dropout_forward": lambda v, *at: [v.a[at] * v.mask[at]],
    "dropout_backward": lambda v, *at: [v.dh[at] * v.mask[at]],
    "skip_forward": lambda v, *at: [v.branch[at], v.shortcut[at]],
    "skip_backward": lambda v, *at: [v.dshortcut[at], v.ds[at]],
    "half_squared_error": lambda v: [0.5 * sum((p - t) ** 2) for p, t in zip(v.y_hat, v.y, strict=True)],
    "mean_squared_error": lambda v: [sum((p - t) ** 2) / len(t) for p, t in zip(v.y_hat, v.y, strict=True)],
    "mean_absolute_error": lambda v: [sum(abs(p - t)) / len(t) for p, t in zip(v.y_hat, v.y, strict=True)],
    "binary_cross_entropy": lambda v: [
        -math.log(sigmoid(p[0])) if t[0] == 1 else -math.log(1 - sigmoid(p[0]))
        for p, t in zip(v.y_hat, v.y, strict=True)
    ],
    "categorical_cross_entropy": lambda v: [
        -math.log(math.exp(p[list(t).index(1)]) / sum(math.exp(q) for q in p))
        for p, t in zip(v.y_hat, v.y, strict=True)
    ],
    "hinge": lambda v: [max(0.0, 1 - p[0] * t[0]) for p, t in zip(v.y_hat, v.y, strict=True)],
    "exponential": lambda v: [math.exp(-p[0] * t[0]) for p, t in zip(v.y_hat, v.y, strict=True)],
    "logistic": lambda v: [math.log2(1 + math.exp(-p[0] * t[0])) for p, t in zip(v.y_hat, v.y, strict=True)],
    "binary_cross_entropy_gradient": lambda v, *at: [sigmoid(v.y_hat[at]), -v.y[at]],
    "categorical_cross_entropy_gradient": lambda v, r, c: [
        math.exp(v.y_hat[r, c]) / sum(math.exp(q) for q in v.y_hat[r]), -v.y[r, c]
    ],
    **{name: (lambda v, *at: [v.y_hat[at], -v.y[at]]) for name in KINDS if name.endswith("error_gradient")},
    **{f"{n}_gradient": (lambda v, *at: [v.y[at] * v.y_hat[at]]) for n in ("hinge", "exponential", "logistic")},
    "l1_penalty": lambda v: [abs(w) for w in v.W.ravel()],
    "l1_penalty_gradient": lambda v, *at: [v.dW[at], v.rate * np.sign(v.W[at])],
    "l2_penalty": lambda v: [w * w for w in v.W.ravel()],
    "l2_penalty_gradient": lambda v, *at: [v.dW[at], v.rate * v.W[at]],
    "gradient_step": lambda v, p: [v.w[p], -v.eta * v.g[p]],
    "velocity": lambda v, p: [v.mu * v.v[p], v.g[p]],
    "nesterov_step": lambda v, p: [v.w[p], -v.eta * v.g[p], -v.eta * v.mu * v.v[p]],
    "count_step": lambda v: [v.t, 1],
    "moving_average": lambda v, p: [v.beta * v.m[p], (1 - v.beta) * v.g[p]],
    "moving_average_of_squares": lambda v, p: [v.beta * v.v[p], (1 - v.beta) * v.g[p] ** 2],
    "adam_step": lambda v, p: [
        v.w[p],
        -v.eta * (v.m[p] / (1 - v.beta1**v.t)) / (math.sqrt(v.v[p] / (1 - v.beta2**v.t)) + v.eps),
    ],
    "clip_values": lambda v, p: [v.g[p]],
    "gradient_norm": lambda v: [g * g for g in v.g],
    "clip_norm": lambda v, p: [v.g[p] * min(1, v.limit / v.norm)],
    "coupled_decay": lambda v, p: [v.g[p], v.rate * v.w[p]],
    "decoupled_decay": lambda v, p: [v.w[p], -v.eta * v.rate * v.w[p]],
    "sum_of_squares": lambda v, p: [v.s[p], v.g[p] ** 2],
    "root_scaled_step": lambda v, p: [v.w[p], -v.eta * v.g[p] / (math.sqrt(v.v[p]) + v.eps)],
    "adadelta_change": lambda v, p: [math.sqrt(v.u[p] + v.eps) / math.sqrt(v.v[p] + v.eps) * v.g[p]],
    "running_maximum": lambda v, p: [],
    "decayed_maximum": lambda v, p: [],
    "adamax_step": lambda v, p: [v.w[p], -v.eta * v.m[p] / ((1 - v.beta1**v.t) * v.u[p])],
    "next_momentum": lambda v: [v.beta1 - v.beta1 / 2 * math.exp(v.decay * (v.t + 1) * math.log(0.96))],
    "momentum_correction": lambda v: [1, -v.mu, v.mu * v.c],
    "nesterov_mean": lambda v, p: [
        v.g[p] * (1 - v.mu) / v.c, v.m[p] * v.mu_next / (1 - v.mu_next + v.mu_next * v.c)
    ],
    "nadam_step": lambda v, p: [
        v.w[p], -v.eta * v.n[p] / (math.sqrt(v.v[p]) / math.sqrt(1 - v.beta2**v.t) + v.eps)
    ],
    **{f"{name}_forward": (lambda v, *at: [v.z[at]]) for name in ACTIVATIONS if name not in ("identity", "softmax")},
    "step_backward": lambda v, *at: [v.da[at]],
    "whole_epochs": lambda v: [],
    "step_decay": lambda v: [v.eta * math.prod([float(v.factor)] * int(v.step // v.every))],
    "exponential_decay": lambda v: [v.eta * math.exp(-math.log(10) * v.step / v.tau)],
    "inverse_root_decay": lambda v: [v.eta / v.examples / math.sqrt(v.step + 1)],
    "time_decay": lambda v: [v.eta / (1 + v.decay * v.step)],
    "cosine_decay": lambda v: [
        v.end, *(sign * rate * math.cos(math.pi * min(v.step, v.steps) / v.steps / 2) ** 2
                 for sign, rate in ((1, v.eta), (-1, v.end))),
    ],
    "steps_after_warm_up": lambda v: [],
    "warm_up": lambda v: [v.eta * (v.step + 1) / v.steps if v.step < v.steps else v.eta],
    "draw_mask": lambda v, *at: [],
}


def views(settings, batches=2, backend=None):
    """The views of all operations of two batches, from the second one on."""
    run = TrainingRun(TrainingSpec(**{**BASE, **settings}), backend=backend)
    run.step("batch")
    for _ in range(batches * len(run.program.ops)):
        run.step("op")
        yield operation_view(run)


def made_view(name, **operands):
    """The view of one operation of a kind on these operands; all have rows but matrices W and single numbers."""
    kind = KINDS[name]
    operands = {role: np.asarray(values, dtype=float) for role, values in operands.items()}

    def ref(role):
        values = operands[role]
        batched = values.ndim == 2 and role not in ("W", "dW")
        return Ref(Arena.SIGNALS, role, 0, values.shape, role, batched)

    writes = {role: np.zeros_like(operands[role]) for role in kind.writes}
    kind.line(*(operands[role] for role in kind.reads), **writes)
    refs = tuple(ref(role) for role in kind.reads + kind.writes)
    op = Op(kind, f"dense1.{name}", "dense1", Phase.FORWARD, refs)
    given = [Operand(r.name, r.name, operands[r.name], r.batched) for r in op.reads]
    results = [Operand(r.name, r.name, writes[r.name], r.batched) for r in op.writes]
    rows = max((operand.values.shape[0] for operand in given if operand.batch), default=0)
    return OperationView(op, 0, op.code, op.tex, "", tuple(given), tuple(results), np.arange(rows), "forward")


def softmax_views(rng):
    z = rng.normal(0, 2, (3, 4))
    yield made_view("softmax_forward", z=z, a=z)
    a = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    yield made_view("softmax_backward", a=a, da=rng.normal(size=(3, 4)), delta=z)


def cells(view):
    for write, operand in enumerate(view.writes):
        for place in np.ndindex(operand.values.shape):
            yield write, place, cell_sum(view, write, place)


def matrices(view):
    return SimpleNamespace(**{operand.role: operand.values for operand in view.reads})


def numbers(view, place):
    """The operands' numbers at this cell, and how many rows and outputs there are."""
    found = {}
    for operand in view.reads:
        if operand.values.shape == ():
            found[operand.role] = float(operand.values)
        elif len(place) == operand.values.ndim:
            found[operand.role] = float(operand.values[place])
        if operand.role == "y":
            found["B"], found["O"] = operand.values.shape
        if operand.role == "z" and len(place) == 2:
            found["largest"] = operand.values[place[0]].max()
    return SimpleNamespace(**found)


def check_view(view):
    name = view.op.kind.name
    for write, place, cell in cells(view):
        where = f"{view.op.name} {place}"
        assert cell.place == place
        assert cell.result == view.writes[write].values[place], where
        total, weight = sum(term.value for term in cell.terms), sum(abs(term.value) for term in cell.terms)
        for term in cell.terms:
            assert term.sign in (-1, 1)
            if term.factors:
                assert term.value == term.sign * math.prod(factor.value for factor in term.factors), where
        if view.op.kind.data:
            row, column = place
            copied = Factor(write, (view.examples[row], column), cell.result)
            assert cell.terms == (Term(1, (copied,), cell.result, None),)
            continue
        expected = TERMS[name](matrices(view), *place)
        assert len(cell.terms) == len(expected), where
        for term, value in zip(cell.terms, expected, strict=True):
            assert term.value == pytest.approx(value, rel=1e-12, abs=1e-15), where
        if name == "draw_mask":
            assert cell.function
        elif name in FINISH:
            assert cell.function, where
            finished = FINISH[name](total, numbers(view, place))
            assert cell.result == pytest.approx(finished, rel=1e-12, abs=1e-12 * weight), where
        else:
            assert cell.function == "", where
            # Where a tanh saturates, 1 - a² takes two nearly equal numbers from each other: the kernel rounds once.
            rounding = 1e-15 * abs(matrices(view).da[place]) if name == "tanh_backward" else 0.0
            assert abs(cell.result - total) <= 1e-12 * weight + rounding, where


@pytest.mark.parametrize("settings", SPECS.values(), ids=SPECS)
def test_the_terms_of_every_cell_add_up(settings, backend):
    for view in views(settings, backend=backend):
        check_view(view)


def test_the_terms_of_softmax_add_up(rng):
    for view in softmax_views(rng):
        check_view(view)


def test_every_kind_has_a_formula_and_is_in_these_tests():
    assert set(FORMULAS) == set(KINDS)
    seen = {view.op.kind.name for settings in SPECS.values() for view in views(settings, 1)}
    # Under a window there are tests of their own.
    assert seen | IN_NO_RUN | set(WINDOW_FORMULAS) == set(KINDS)
    for name, formula in FORMULAS.items():
        roles = set(KINDS[name].reads + KINDS[name].writes)
        missing = {role for role in roles if f"<{role}>" not in formula.text}
        # The slope of GELU and that of swish are written with z alone.
        assert missing <= ({"a"} if name == "gelu_backward" else set()), name


@pytest.mark.parametrize("settings", SPECS.values(), ids=SPECS)
def test_what_does_not_light_up_has_no_influence(settings, rng):
    for view in views(settings, 1):
        if view.op.kind.data:
            for write, (row, column), cell in cells(view):
                assert cell.reads == ((write, (view.examples[row], column)),)
                assert view.reads[write].values[cell.reads[0][1]] == cell.result
            continue
        check_lit(view, rng)


def count_of_lit(view, cell, operand):
    """How many of its cells go in: those among the factors; all where each row has its loss, else that of this cell."""
    name, at = view.op.kind.name, view.reads.index(operand)
    if name == "categorical_cross_entropy_gradient" and operand.role == "y_hat":
        return operand.values.shape[1]
    if view.op.phase is Phase.LOSS and operand.values.shape:
        return operand.values.size
    places = {factor.place for term in cell.terms for factor in term.factors if factor.operand == at}
    return len(places) or 1


def check_lit(view, rng):
    """Run the line with everything that is dark exchanged for other numbers: the cell stays as it is."""
    kind = view.op.kind
    for write, place, cell in cells(view):
        assert [operand for operand, _ in cell.reads] == list(range(len(view.reads))), view.op.name
        changed = {}
        for (_, lit), operand in zip(cell.reads, view.reads, strict=True):
            assert len(lit) == operand.values.ndim
            assert operand.values[lit].size == count_of_lit(view, cell, operand), f"{view.op.name} {operand.name}"
            values = np.array(operand.values + rng.uniform(0.5, 1.5, operand.values.shape))
            values[lit] = operand.values[lit]
            changed[operand.role] = values
        writes = {o.role: changed.get(o.role, np.zeros(o.values.shape)) for o in view.writes}
        kind.line(*(changed[role] for role in kind.reads), **writes)
        remade = writes[view.writes[write].role][place]
        assert remade == pytest.approx(cell.result, rel=1e-12, abs=1e-14), f"{view.op.name} {place}"


def test_what_does_not_light_up_in_softmax_has_no_influence(rng):
    for view in softmax_views(rng):
        check_lit(view, rng)


def test_the_row_and_the_column_light_up():
    every = slice(None)
    wanted = {
        "dense1.z": ((3, 2), ((0, (3, every)), (1, (every, 2)), (2, (2,)))),
        "dense1.a": ((3, 2), ((0, (3, 2)),)),
        "dense1.dW": ((1, 2), ((0, (every, 1)), (1, (every, 2)))),
        "dense1.db": ((2,), ((0, (every, 2)),)),
        "dense2.dx": ((3, 2), ((0, (3, every)), (1, (2, every)))),
        "loss.loss": ((), ((0, (every, every)), (1, (every, every)))),
        "loss.dz3": ((3, 0), ((0, (3, 0)), (1, (3, 0)))),
        "optimizer.m": ((5,), ((0, (5,)), (1, ()), (2, (5,)))),
    }
    found = {view.op.name: view for view in views({}, 1)}
    for name, (place, lit) in wanted.items():
        assert cell_sum(found[name], 0, place).reads == lit, name
    classes = {view.op.name: view for view in views(SPECS["multi-class"], 1)}
    # Soft-max takes the whole row of scores.
    assert cell_sum(classes["loss.dz3"], 0, (1, 2)).reads == ((0, (1, every)), (1, (1, 2)))


def test_terms_over_the_batch_tell_whose_they_are():
    for view in views({"dropout": 0.3}, 1):
        for _, _, cell in cells(view):
            of_the_batch = view.op.kind.name in ("dense_weight_gradient", "dense_bias_gradient", "binary_cross_entropy")
            expected = list(range(len(view.examples))) if of_the_batch else [None] * len(cell.terms)
            assert [term.example for term in cell.terms] == expected, view.op.name


class TestSentences:
    def test_a_worked_one(self):
        view = made_view(
            "dense_forward",
            x=[[0, 0], [0.31, 0.2]], W=[[0, 0, 0.52], [0, 0, -0.11]], b=[0, 0, 0.05], z=np.zeros((2, 3)),
        )  # fmt: skip
        view = replace(view, writes=(replace(view.writes[0], name="z1"),))
        assert cell_sum(view, 0, (1, 2)).sentence == "z1[1, 2] = 0.31·0.52 + 0.2·(−0.11) + 0.05 = 0.1892"

    @pytest.mark.parametrize(
        ("name", "operands", "place", "sentence", "function"),
        [
            ("tanh_forward", {"z": [[-0.5]], "a": [[0]]}, (0, 0), "a[0, 0] = tanh(−0.5) = −0.4621", "tanh(z)"),
            ("relu_forward", {"z": [[-0.5]], "a": [[0]]}, (0, 0), "a[0, 0] = max(0, −0.5) = 0", "max(0, z)"),
            ("step_forward", {"z": [[-0.5]], "a": [[0]]}, (0, 0), "a[0, 0] = (1 if −0.5 > 0, else 0) = 0",
             "(1 if z > 0, else 0)"),
            ("tanh_backward", {"a": [[-0.5]], "da": [[-2]], "delta": [[0]]}, (0, 0),
             "delta[0, 0] = −2·(1 − (−0.5)²) = −1.5", ""),
            ("relu_backward", {"z": [[-0.5]], "da": [[-2]], "delta": [[0]]}, (0, 0),
             "delta[0, 0] = −2·(1 if −0.5 > 0, else 0) = 0", ""),
            ("gelu_backward", {"z": [[0]], "a": [[0]], "da": [[3]], "delta": [[0]]}, (0, 0),
             "delta[0, 0] = 3·0.5 = 1.5", ""),
            ("half_squared_error", {"y_hat": [[3], [1]], "y": [[1], [2]], "loss": 0}, (), "loss = (2 + 0.5)/2 = 1.25",
             "(sum)/2"),
            ("mean_squared_error_gradient", {"y_hat": [[3], [1]], "y": [[1], [-2]], "d": [[0], [0]]}, (1, 0),
             "d[1, 0] = 2·(1 − (−2))/(2·1) = 3", "2·(y_hat − y)/(2·1)"),
            ("hinge_gradient", {"y_hat": [[3], [-0.25]], "y": [[1], [-1]], "d": [[0], [0]]}, (1, 0),
             "d[1, 0] = (−(−1)/2 if −1·(−0.25) < 1, else 0) = 0.5", "(−y/2 if y·y_hat < 1, else 0)"),
            ("l2_penalty", {"W": [[3, -2]], "rate": 0.1, "penalty": 0}, (), "penalty = ½·0.1·(3² + (−2)²) = 0.65",
             "½·rate·(sum)"),
            ("softmax_forward", {"z": [[0, math.log(3)]], "a": [[0, 0]]}, (0, 0),
             "a[0, 0] = 0.3333/(0.3333 + 1) = 0.25", "e^z/(sum)"),
        ],
    )  # fmt: skip
    def test_of_the_kinds(self, name, operands, place, sentence, function):
        cell = cell_sum(made_view(name, **operands), 0, place)
        assert cell.sentence == sentence
        assert cell.function == function

    def test_a_long_sum_is_shortened_in_the_middle(self):
        view = made_view("dense_bias_gradient", delta=np.arange(20.0).reshape(20, 1) - 1, db=[0])
        text = "db[0] = −1 + 0 + 1 + 2 + … 14 more … + 17 + 18 = 170"
        assert cell_sum(view, 0, (0,)).sentence == text
        short = made_view("dense_bias_gradient", delta=np.arange(7.0).reshape(7, 1), db=[0])
        assert cell_sum(short, 0, (0,)).sentence == "db[0] = 0 + 1 + 2 + 3 + 4 + 5 + 6 = 21"

    def test_differences(self):
        view = made_view("softmax_backward", a=[[0.5, 0.5]], da=[[2, -3]], delta=[[0, 0]])
        assert cell_sum(view, 0, (0, 0)).sentence == "delta[0, 0] = 0.5·2 − 0.5²·2 − 0.5·(−3)·0.5 = 1.25"

    def test_the_batch_and_the_mask(self):
        found = {view.op.name: view for view in views({"dropout": 0.5}, 1)}
        view = found["batch.x"]
        assert cell_sum(view, 0, (2, 1)).sentence.startswith(f"x[2, 1] = inputs[{view.examples[2]}, 1] = ")
        for _, _, cell in cells(found["dense1.m"]):
            assert cell.result in (0, 2)
            assert ("is below the rate 0.5, so this output is dropped" in cell.sentence) == (cell.result == 0)
            assert ("is not below the rate 0.5, so this output is kept" in cell.sentence) == (cell.result == 2)

    @pytest.mark.parametrize("settings", SPECS.values(), ids=SPECS)
    def test_what_is_written_is_what_comes_out(self, settings):
        """Each side of the last equals sign, worked out again from the digits that a student sees."""
        names = {**vars(math), "σ": sigmoid, "π": math.pi, "sign": lambda x: (x > 0) - (x < 0), "max": max, "min": min}
        python = str.maketrans({"·": "*", "−": "-", "²": "**2", "³": "**3", "^": "**", "½": "0.5", "√": "sqrt"})
        worked_out = 0
        for view in views(settings, 1):
            for _, _, cell in cells(view):
                if "…" in cell.sentence or view.op.kind.name in ("draw_mask", "take_batch"):
                    continue
                _, text, result = cell.sentence.split(" = ")
                text = text.replace("log₂", "log2").replace(", else", " else").translate(python)
                text = re.sub(r"⌊(.*?)⌋", r"floor(\1)", re.sub(r"\|(.*?)\|", r"abs(\1)", text))
                got = eval(text, dict(names))
                size = max(1.0, abs(cell.result), *(abs(term.value) for term in cell.terms))
                assert got == pytest.approx(cell.result, abs=2e-3 * size), cell.sentence
                assert float(result.replace("−", "-")) == pytest.approx(cell.result, rel=1e-3, abs=1e-300)
                worked_out += 1
        assert worked_out > 20

    def test_numbers_that_ran_away(self):
        view = made_view("dense_bias_gradient", delta=[[np.inf], [1.0]], db=[0])
        assert cell_sum(view, 0, (0,)).sentence == "db[0] = inf + 1 = inf"
        view = made_view("tanh_backward", a=[[np.nan]], da=[[1]], delta=[[0]])
        assert math.isnan(cell_sum(view, 0, (0, 0)).result)


class TestShare:
    @pytest.mark.parametrize("settings", SPECS.values(), ids=SPECS)
    def test_shares_add_up(self, settings, backend):
        summed = set()
        for view in views(settings, backend=backend):
            for write, operand in enumerate(view.writes):
                shares = [share(view, write, row) for row in range(len(view.examples))]
                if operand.batch or view.op.phase is Phase.UPDATE or "penalty" in view.op.name:
                    assert shares == [None] * len(shares), view.op.name
                    continue
                if shares[0] is None:
                    assert view.op.kind.name == "count_step"
                    continue
                summed.add(view.op.kind.name)
                size = np.abs(shares).sum(axis=0)
                assert (np.abs(np.sum(shares, axis=0) - operand.values) <= 1e-12 * size).all(), view.op.name
        assert {"dense_weight_gradient", "dense_bias_gradient"} < summed
        assert len(summed) == 3  # and the loss

    def test_one_examples_share_of_a_gradient_is_an_outer_product(self):
        for view in views({}, 1):
            if view.op.kind.name == "dense_weight_gradient":
                x, delta = (operand.values for operand in view.reads)
                for row in range(len(x)):
                    np.testing.assert_allclose(share(view, 0, row), np.outer(x[row], delta[row]), rtol=1e-14)
            if view.op.kind.name == "dense_bias_gradient":
                np.testing.assert_array_equal(share(view, 0, 1), view.reads[0].values[1])

    def test_it_is_what_the_cells_say_of_that_example(self):
        for view in views({"loss": "logistic"}, 1):
            for write, place, cell in cells(view):
                if cell.terms and cell.terms[0].example is not None:
                    for term in cell.terms:
                        value = term.value / len(view.examples) if view.op.kind.name == "logistic" else term.value
                        assert share(view, write, term.example)[place] == pytest.approx(value, rel=1e-13)


class TestMistakes:
    @pytest.fixture
    def view(self):
        return next(view for view in views({}, 1) if view.op.name == "dense1.dW")

    @pytest.mark.parametrize("place", [(2, 0), (0, 3), (-1, 0), (0,), (), (0, 0, 0)])
    def test_a_cell_that_is_not_there(self, view, place):
        with pytest.raises(ValueError, match=r"dW1 has the shape \[2, 3\], there is no cell"):
            cell_sum(view, 0, place)

    @pytest.mark.parametrize("write", [-1, 1])
    def test_a_result_that_is_not_there(self, view, write):
        with pytest.raises(ValueError, match=r"dense1.dW writes 1 results, counted from 0; there is no"):
            cell_sum(view, write, (0, 0))
        with pytest.raises(ValueError, match=r"dense1.dW writes 1 results"):
            share(view, write, 0)

    @pytest.mark.parametrize("example", [-1, 4])
    def test_an_example_that_is_not_there(self, view, example):
        with pytest.raises(ValueError, match=f"this batch has the rows 0 to 3, there is no {example}"):
            share(view, 0, example)
