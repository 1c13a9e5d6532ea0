"""The session: every command, and that going back gives back the same bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Grain, Position, SpecError
from engine.expression import parse
from engine.expression.presets import PRESETS
from engine.expression.run import MAX_STEPS
from playground.graph_link import from_query
from playground.stages.graph.session import GraphSession


def bits(session: GraphSession) -> tuple[object, ...]:
    """All numbers on the graph, in a form in which nan is nan."""
    frame = session.run.frame()
    return repr(frame.values), repr(frame.gradients), repr(frame.locals), repr(session.run.leaves), frame.position


def values(session: GraphSession) -> dict[str, float]:
    """The values on the graph, by the symbol of their node."""
    run = session.run
    return {node.symbol: run.frame().values[node.id] for node in run.graph.nodes}


@pytest.mark.parametrize("slide", PRESETS["xyz"].slides)
def test_a_link_to_a_slide_stands_there(session, slide: str) -> None:
    opened = session(f"preset=xyz&slide={slide}")
    assert opened.run.position == PRESETS["xyz"].slides[slide]
    assert opened.slides == (slide,)
    opened.reset()
    assert opened.run.position == Position()
    assert opened.slides == ("L1-20",)


def test_slides_are_named_only_where_one_was_asked_for_and_nothing_was_changed(session) -> None:
    assert session("preset=xyz&op=4").slides == ()
    opened = session("slide=L1-23")
    opened.set_value("x", 7.0)
    assert opened.slides == ()


def test_the_line_learns_as_on_the_slide(session) -> None:
    opened = session("preset=line")
    opened.step(1, Grain.EPOCH)
    assert opened.run.leaves == pytest.approx({"w1": 1.2, "x1": 1.0, "w2": 1.4, "x2": 2.0, "b": 0.2}, rel=1e-15)
    opened.step(1, Grain.PHASE)
    opened.step(1, Grain.PHASE)
    assert values(opened)["f"] == pytest.approx(4.2, rel=1e-15)
    assert values(opened)["J"] == pytest.approx(0.32, rel=1e-14)
    np.testing.assert_allclose(opened.scene(False).curve, [[0, 2], [1, 0.32]], rtol=1e-14)


@pytest.mark.parametrize("grain", [Grain.OP, Grain.PHASE, Grain.EPOCH])
def test_steps_back_give_the_same_bits(session, grain: Grain) -> None:
    opened = session("preset=neuron")
    seen = []
    for _ in range(9):
        seen.append(bits(opened))
        opened.step(1, grain)
    for before in reversed(seen):
        opened.step(-1, grain)
        assert bits(opened) == before


COMMANDS = st.lists(
    st.one_of(
        st.tuples(st.just("step"), st.sampled_from([1, -1]), st.sampled_from([Grain.OP, Grain.PHASE, Grain.EPOCH])),
        st.tuples(st.just("seek_step"), st.integers(0, 80)),
        st.tuples(st.just("set_value"), st.sampled_from(["w1", "x1", "b"]), st.floats(-3, 3)),
        st.tuples(st.just("set_rate"), st.floats(0.01, 0.2)),
    ),
    max_size=12,
)


@given(COMMANDS)
def test_whatever_was_done_scrubbing_gives_the_same_bits_twice(commands) -> None:
    opened = GraphSession(from_query("preset=line"))
    for name, *arguments in commands:
        getattr(opened, name)(*arguments)
    opened.seek_newest()
    newest = opened.scene(False).status["length"]
    places = range(0, newest + 1, max(1, newest // 6))
    forth = {}
    for place in places:
        opened.seek_step(place)
        forth[place] = bits(opened)
    for place in reversed(places):
        opened.seek_step(place)
        assert bits(opened) == forth[place]


def test_without_parameters_one_step_is_all(session) -> None:
    opened = session("")
    for _ in range(12):
        opened.step(1, Grain.OP)
    assert opened.run.position == Position(1)
    assert opened.done
    opened.start_playing()
    assert opened.run.position == Position(), "it plays from the start again"
    for _ in range(6):
        assert opened.advance() == 0.35
        assert not opened.stopped
    opened.advance()
    assert opened.stopped == "done"


def test_speeds(session) -> None:
    opened = session("preset=line")
    opened.speed = "slow"
    assert opened.advance() == 0.9
    assert opened.run.position == Position(0, 0, 1)
    opened.speed = "fast"
    assert opened.advance() == 0.0
    assert opened.run.position == Position(1)
    opened.speed = "fastest"
    assert opened.advance() == 0.0
    assert opened.run.position.epoch > 2


def test_training_ends_at_the_last_step_with_a_message(session) -> None:
    opened = session("text=w*w&values=w:1&parameters=w&learning_rate=0.00001")
    opened.run.seek(Position(MAX_STEPS - 1, 0, 3))
    opened.speed = "fast"
    opened.advance()
    assert opened.run.position == Position(MAX_STEPS)
    assert not opened.stopped
    opened.advance()
    assert "10,000" in opened.stopped
    opened.step(1, Grain.OP)
    assert "10,000" in opened.notice
    assert opened.run.position == Position(MAX_STEPS)


def test_numbers_beyond_all_bounds_stop_the_training(session) -> None:
    opened = session("text=w^2&values=w:3&parameters=w&learning_rate=10")
    opened.speed = "fast"
    for _ in range(400):
        opened.advance()
        if opened.stopped:
            break
    assert "smaller learning rate" in opened.stopped
    assert opened.scene(False).curve is not None
    opened.mark("w", False)
    assert opened.run.leaves == {"w": 3.0}, "what no leaf may begin with is left behind"


def test_another_formula_keeps_what_it_shares(session) -> None:
    opened = session("preset=line")
    opened.step(1, Grain.EPOCH)
    opened.set_rate(0.5)
    opened.write(parse("w1*x1 + k*b^2"))
    spec = opened.run.first_spec
    assert spec.start == pytest.approx({"w1": 1.2, "x1": 1.0, "k": 1.0, "b": 0.2})
    assert (spec.parameters, spec.target, spec.learning_rate) == (("w1", "b"), 5.0, 0.5)
    assert opened.run.position == Position()
    assert opened.preset == ""
    opened.open_preset("xyz")
    assert (opened.preset, opened.run.first_spec) == ("xyz", PRESETS["xyz"].spec)


@pytest.mark.parametrize("op", range(8))
def test_a_parameter_is_marked_where_one_stands(session, op: int) -> None:
    opened = session(f"op={op}" if op < 7 else "epoch=1")
    frame = opened.run.frame()
    opened.mark("y", True)
    assert opened.run.first_spec.parameters == ("y",)
    after = opened.run.frame()
    assert (after.values, after.gradients, after.locals) == (frame.values, frame.gradients, frame.locals)
    if op == 7:
        assert after.next.phase.value == "update", "the step is not done any more: the update is new"
    opened.mark("y", False)
    assert opened.run.first_spec.parameters == ()
    assert opened.run.frame().gradients == frame.gradients


def test_marking_in_the_midst_of_training_keeps_the_values_and_reset_the_start(session) -> None:
    opened = session("preset=line")
    opened.step(1, Grain.EPOCH)
    for _ in range(9):
        opened.step(1, Grain.OP)
    before, used = opened.run.frame().gradients, opened.run.used
    opened.mark("b", False)
    assert opened.run.frame().gradients == before
    assert opened.run.used == used
    opened.reset()
    assert opened.run.leaves == PRESETS["line"].spec.start


def test_reset_keeps_the_learning_rate_and_forgets_the_rest(session) -> None:
    opened = session("preset=line")
    opened.step(1, Grain.EPOCH)
    opened.set_rate(0.5)
    opened.set_value("x1", 3.0)
    opened.reset()
    assert opened.run.leaves == PRESETS["line"].spec.start
    assert opened.run.learning_rate == 0.5
    assert opened.run.newest == Position()
    assert opened.preset == "line"
    opened.step(1, Grain.EPOCH)
    # b ← b − η·(f − t) = 0 − 0.5·(3 − 5)
    assert opened.run.leaves["b"] == 1.0


def test_a_target_is_set_changed_and_taken_away(session) -> None:
    opened = session("op=4")
    opened.set_target(2.0)
    numbers = values(opened)
    assert numbers["f"] == -12
    assert numbers["J"] == 98, "(−12 − 2)²/2"
    assert opened.run.frame()["x.grad"] == (-12 - 2) * -4
    opened.set_target(-11.0)
    assert values(opened)["J"] == 0.5
    assert opened.run.position == Position(1)
    opened.set_target(None)
    assert "J" not in values(opened)
    assert opened.run.frame()["x.grad"] == -4


def test_a_target_before_anything_is_computed_computes_nothing(session) -> None:
    opened = session("")
    opened.set_target(2.0)
    assert opened.run.position == Position()


@pytest.mark.parametrize("op", range(8))
def test_a_leaf_is_changed_at_any_position(session, op: int) -> None:
    opened = session(f"op={op}" if op < 7 else "epoch=1")
    position = opened.run.position
    opened.set_value("z", 2.5)
    assert opened.run.position == position
    assert opened.run.leaves["z"] == 2.5
    opened.seek_newest()
    opened.step(1, Grain.EPOCH)
    assert values(opened)["f"] == 7.5
    assert opened.run.frame()["x.grad"] == 2.5


def test_what_is_not_allowed_is_refused_and_nothing_changes(session) -> None:
    opened = session("op=3")
    before = bits(opened)
    for value in (float("nan"), float("inf"), 2e6):
        with pytest.raises(SpecError):
            opened.set_value("x", value)
    with pytest.raises(SpecError):
        opened.set_value("w", 1.0)
    with pytest.raises(SpecError):
        opened.set_rate(0.0)
    assert bits(opened) == before


def test_a_change_in_the_past_branches_and_both_curves_stay(session) -> None:
    opened = session("preset=line")
    for _ in range(4):
        opened.step(1, Grain.EPOCH)
    first = opened.scene(False).curve
    opened.seek_step(2 * len(opened.run.instructions))
    opened.set_rate(0.01)
    for _ in range(3):
        opened.step(1, Grain.EPOCH)
    scene = opened.scene(False)
    assert (scene.branches, scene.branch) == ([4, 5], 1)
    assert len(scene.segments) == 2
    assert "learning rate 0.1 → 0.01, from step 2" in scene.segments[1]["label"]
    # By hand: the error's share that one update leaves is 1 − η·(1² + 2² + 1²).
    np.testing.assert_allclose(first[:, 1], 2 * 0.4 ** (2 * np.arange(4)), rtol=1e-9)
    slow = 2 * 0.4**4 * 0.94 ** (2 * np.arange(3))
    np.testing.assert_allclose(scene.curve[:, 1], [*first[:2, 1], *slow], rtol=1e-9)
    opened.stand_on(0)
    np.testing.assert_array_equal(opened.scene(False).curve, first)
    assert opened.run.position == Position(4)
    opened.stand_on(1, 3)
    assert opened.run.position == Position(0, 0, 3)


def test_a_link_into_the_training_has_the_curve_of_its_past(session) -> None:
    walked = session("preset=line")
    for _ in range(3):
        walked.step(1, Grain.EPOCH)
    for _ in range(8):
        walked.step(1, Grain.OP)
    opened = session("preset=line&epoch=3&op=8")
    assert bits(opened) == bits(walked)
    np.testing.assert_array_equal(opened.scene(False).curve, walked.scene(False).curve)


def test_the_curve_of_a_long_training_is_thinned(session) -> None:
    opened = session("text=w*w&values=w:1&parameters=w&learning_rate=0.001")
    for _ in range(700):
        opened.step(1, Grain.EPOCH)
    curve = opened.scene(False).curve
    assert len(curve) <= 300
    assert curve[0].tolist() == [0, 1]
    assert curve[-1, 0] == 699
    np.testing.assert_allclose(curve[:, 1], 0.998 ** (2 * curve[:, 0]), rtol=1e-9)
