"""Recording: names, roles, and the table that the executor runs."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Arena
from engine.kernels import opcodes as oc
from engine.ops import dense
from engine.program import KINDS, Builder, Phase, op_kind


def recorded():
    build = Builder(6)
    x, z = build.signal("x", 3, "x"), build.signal("z1", 2, "z")
    W, b = build.parameter("W1", (3, 2), "W"), build.parameter("b1", (2,), "b")
    with build.recording(Phase.FORWARD, "dense1"):
        build.record(dense.dense_forward, "z", x=x, W=W, b=b, z=z)
    dx = build.gradient_signal(x)
    with build.recording(Phase.BACKWARD, "dense1"):
        build.record(dense.dense_input_gradient, "dx", delta=z, W=W, dx=dx)
    return build, build.build()


def test_the_table_says_the_same_as_the_listing():
    build, program = recorded()
    row, layout = program.table[0], program.layout
    assert row[oc.OPCODE] == oc.DENSE_FORWARD
    addresses = [layout.address(build.refs[name]) for name in ("x", "W1", "b1", "z1")]
    assert row[oc.OPERANDS : oc.OPERANDS + 4].tolist() == addresses
    assert (row[oc.SIZE_0], row[oc.SIZE_1], row[oc.BATCHED]) == (3, 2, 0)
    assert row[oc.SCRATCH] == layout.scratch
    assert layout.total - layout.scratch >= 3 * 2 + 16
    with pytest.raises(ValueError, match="read-only"):
        program.table[0, 0] = 1


def test_reads_come_before_writes():
    op = recorded()[1].ops[0]
    assert [ref.name for ref in op.reads] == ["x", "W1", "b1"]
    assert [ref.name for ref in op.writes] == ["z1"]
    assert op.code == "z1[:] = x @ W1 + b1"
    assert (op.name, op.layer, op.phase) == ("dense1.z", "dense1", Phase.FORWARD)


def test_a_gradient_lies_where_its_parameter_does():
    build, _ = recorded()
    for name in ("W1", "b1"):
        gradient = build.gradient(build.refs[name])
        assert (gradient.arena, gradient.offset, gradient.shape) == (
            Arena.GRADIENTS, build.refs[name].offset, build.refs[name].shape,
        )  # fmt: skip


def test_a_hyper_parameter_of_one_value_is_one_place():
    build = Builder(1)
    assert build.hyper_parameter("eta", 0.1, "") is build.hyper_parameter("eta", 0.1, "")
    with pytest.raises(ValueError, match=r"eta is recorded twice, as 0\.1 and as 0\.2"):
        build.hyper_parameter("eta", 0.2, "")


def test_recording_restores_phase_and_layer_after_an_error():
    build = Builder(1)
    with pytest.raises(RuntimeError), build.recording(Phase.UPDATE, "optimizer"):
        raise RuntimeError
    t = build.state("t", (), "t")
    build.record(KINDS["count_step"], "t", t=t)
    assert build.build().ops[0].phase is Phase.FORWARD


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda b: Builder(0), ValueError, "at least 1 row, got 0"),
        (lambda b: b.signal("x", 2, "x"), ValueError, "the name x is taken"),
        (
            lambda b: b.record(dense.dense_forward, "z", x=b.refs["x"]),
            TypeError,
            "takes the operands x, W, b, z, got x$",
        ),
    ],
)
def test_what_cannot_be_recorded(act, error, message):
    with pytest.raises(error, match=message):
        act(recorded()[0])


def test_a_kind_with_a_taken_opcode_or_too_many_operands_is_refused():
    before = dict(KINDS)

    def nine(a, b, c, d, e, f, g, h, *, i):
        """Nine operands."""

    def again(z, *, a):
        """An opcode that is taken."""

    with pytest.raises(ValueError, match="nine has more than 8 operands"):
        op_kind(999, "", "a")(nine)
    with pytest.raises(ValueError, match=f"opcode {oc.TANH_FORWARD} of again is taken"):
        op_kind(oc.TANH_FORWARD, "", "z")(again)
    assert before == KINDS


def test_the_source_is_the_line_without_its_docstring():
    assert KINDS["relu_forward"].source == "a[:] = np.maximum(0, z)"
    assert KINDS["softmax_forward"].source.count("\n") == 1


def test_addresses_fit_the_memory():
    _, program = recorded()
    operands = program.table[:, oc.OPERANDS : oc.OPERANDS + oc.MAX_OPERANDS]
    assert operands.min() >= 0
    assert operands.max() < program.layout.total
    assert program.table.dtype == np.int64


def test_kinds_know_what_they_update_in_place():
    updated = {name: kind.updates for name, kind in KINDS.items() if kind.updates}
    assert updated == {
        "l1_penalty_gradient": ("dW",),
        "l2_penalty_gradient": ("dW",),
        "gradient_step": ("w",),
        "nesterov_step": ("w",),
        "velocity": ("v",),
        "count_step": ("t",),
        "moving_average": ("m",),
        "moving_average_of_squares": ("v",),
        "adam_step": ("w",),
        "clip_values": ("g",),
        "clip_norm": ("g",),
        "coupled_decay": ("g",),
        "decoupled_decay": ("w",),
        "sum_of_squares": ("s",),
        "root_scaled_step": ("w",),
        "running_maximum": ("v_max",),
        "decayed_maximum": ("u",),
        "adamax_step": ("w",),
        "momentum_correction": ("c",),
        "nadam_step": ("w",),
        "skip_backward": ("dshortcut",),
    }
