"""Places in the flat memory."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import READ_SLACK, Arena, Layout, Memory, Ref
from engine.backend import whole_state
from engine.layers import Dense
from engine.losses import get_loss
from engine.network import Network
from engine.optimizers import Adam


def test_arenas_lie_in_order_at_cache_lines_and_leave_slack():
    sizes = dict(zip(Arena, (3, 17, 0, 8, 1), strict=True))
    layout = Layout.of(sizes, scratch=5)
    assert [layout.starts[arena] for arena in Arena] == [0, 8, 32, 32, 40]
    assert (layout.scratch, layout.total) == (48, 48 + 5 + READ_SLACK)


def test_views_are_views():
    layout = Layout.of(dict.fromkeys(Arena, 24), 0)
    memory = Memory(layout)
    ref = Ref(Arena.SIGNALS, "z", 2, (5, 4), "z", batched=True)
    view = memory.view(ref)
    view[1, 2] = 7
    assert memory.flat[layout.starts[Arena.SIGNALS] + 2 + 4 + 2] == 7
    assert memory.view(ref, 3).shape == (3, 4)
    assert np.shares_memory(memory.arena(Arena.SIGNALS), view)
    assert memory.view(Ref(Arena.HYPER, "eta", 1, (), "")).shape == ()
    with pytest.raises(ValueError, match="up to 5 rows, got 6"):
        memory.view(ref, 6)
    with pytest.raises(ValueError, match="got -1"):
        memory.view(ref, -1)


def test_no_two_places_overlap():
    layers = (
        Dense(7, "tanh", regularizer="l1", regularization_rate=0.1),
        Dense(9, "gaussian"),
        Dense(3, "softmax"),
    )
    program = Network(5, layers, get_loss("categorical_crossentropy"), Adam()).record(11)
    owner = np.zeros(program.layout.total, int)
    for ref in program.refs.values():
        if ref.name not in ("w", "g"):  # all parameters, all gradients
            start = program.layout.address(ref)
            owner[start : start + ref.size] += 1
            end = program.layout.starts[ref.arena] + program.layout.sizes[ref.arena]
            assert start + ref.size <= end
    assert owner.max() == 1
    for whole, arena in (("w", Arena.PARAMETERS), ("g", Arena.GRADIENTS)):
        start = program.layout.address(program.refs[whole])
        assert (owner[start : start + program.refs[whole].size] == 1).all()
        assert program.refs[whole].size == program.layout.sizes[arena] == 5 * 7 + 7 + 7 * 9 + 9 + 9 * 3 + 3


def test_the_whole_state_is_parameters_and_optimizer_state():
    program = Network(2, (Dense(3), Dense(1)), get_loss("mse"), Adam()).record(4)
    memory = Memory(program.layout)
    whole_state(memory)[:] = 1
    for ref in program.refs.values():
        inside = ref.arena in (Arena.PARAMETERS, Arena.STATE)
        assert (memory.view(ref) == inside).all(), ref.name
