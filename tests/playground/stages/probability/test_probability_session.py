"""Scores and probabilities without a widget."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Grain, SpecError
from playground.stages.probability.presets import PRESETS


def cells(session, row: int) -> list[str]:
    """What stands in a row of the table, the score left out."""
    return [cell["text"] for cell in session.scene(False).table["rows"][row]["cells"][1:]]


def test_terms_come_one_by_one(session) -> None:
    made = session("at=0")
    assert cells(made, 0) == ["–", "–", "–", "1"]
    made.step(1, Grain.OP)
    assert cells(made, 0) == ["1.000", "–", "–", "1"]
    assert cells(made, 1) == ["–", "–", "–", "0"]
    made.step(1, Grain.PHASE)
    assert [cells(made, row)[0] for row in range(3)] == ["1.000", "0.3679", "0.1496"]
    assert made.at == 3
    made.step(1, Grain.PHASE)
    assert cells(made, 2)[:3] == ["0.1496", "1.517", "–"]
    made.seek_newest()
    assert [cells(made, row)[2] for row in range(3)] == ["0.6590", "0.2424", "0.0986"]


def test_steps_back_are_the_way_forward(session) -> None:
    made = session("at=0")
    forward = []
    while made.at < len(made.stops):
        forward.append(made.scene(False).table)
        made.step(1, Grain.OP)
    for table in reversed(forward):
        made.step(-1, Grain.OP)
        assert made.scene(False).table == table
    made.step(-1, Grain.OP)
    assert made.at == 0


def test_phases_back_end_where_phases_forward_begin(session) -> None:
    made = session("at=-1")
    stops = []
    for _ in range(4):
        stops.append(made.at)
        made.step(-1, Grain.PHASE)
    assert stops == [9, 6, 3, 0]
    assert made.at == 0


def test_adding_a_constant_changes_nothing(session) -> None:
    made = session()
    before = [cells(made, row)[2] for row in range(3)]
    made.add(100.0)
    assert made.state.scores == pytest.approx((102, 101, 100.1))
    assert [cells(made, row)[2] for row in range(3)] == before


def test_the_overflow_is_shown_as_it_is(session) -> None:
    made = session("preset=overflow")
    assert cells(made, 0)[:3] == ["∞", "∞", "nan"]
    assert made.scene(False).table["rows"][0]["cells"][3]["share"] is None
    assert "∞/∞ is no number" in made.scene(False).words["words"][0]
    made.edit("shifted", True)
    assert cells(made, 0)[:3] == ["1.000", "1.000", "0.6590"]


def test_scores_have_a_limit(session) -> None:
    made = session()
    made.add(1000.0)
    with pytest.raises(SpecError, match="from -2000 to 2000"):
        made.add(1000.0)
    assert made.state.scores[0] == 1002


@pytest.mark.concept("C078")
def test_a_tie_is_said(session) -> None:
    words = session("preset=tie").scene(False).words
    assert words["rows"][0] == ["Arg-max", "A tie: classes 1 and 3"]
    assert session().scene(False).words["rows"][0] == ["Arg-max", "Class 1"]


@pytest.mark.concept("C079")
def test_pressing_a_target_moves_the_one(session) -> None:
    made = session()
    made.press("2", 4)
    targets = [row["cells"][4] for row in made.scene(False).table["rows"]]
    assert [cell["text"] for cell in targets] == ["0", "0", "1"]
    assert [cell["on"] for cell in targets] == [False, False, True]


def test_classes_come_and_go(session) -> None:
    made = session("target=2")
    made.count(5)
    assert made.state.scores == (2.0, 1.0, 0.1, 0.0, 0.0)
    assert made.at == 15
    made.count(2)
    assert (made.state.scores, made.state.target) == ((2.0, 1.0), 1)
    with pytest.raises(SpecError, match="2 to 5 classes"):
        made.count(6)


def test_values_are_noted_once_and_ten_are_kept(session) -> None:
    made = session("preset=sigmoid")
    made.note()
    made.note()
    assert made.state.noted == (1.0,)
    for v in range(2, 13):
        made.slide("v", 0, float(v))
        made.note()
    assert made.state.noted == tuple(float(v) for v in range(3, 13))
    rows = made.scene(False).words["rows"]
    assert rows[0] == ["3", "0.952574", "0.952574", "0"]
    made.forget()
    assert made.scene(False).words["rows"] == []


def test_the_factor_leaves_the_line_and_the_handles_move_it(session) -> None:
    made = session("preset=line&factor=2")
    assert made.line == pytest.approx((2.46, 2.0, -1.1))
    before = made.scene(False).plane.handles
    made.drag(0, before[0][0], before[0][1] + 1.0)
    w1, w2, b = made.line
    assert math.hypot(w1, w2) == pytest.approx(math.hypot(2.46, 2.0))
    for x, y in ((before[0][0], before[0][1] + 1.0), before[1]):
        assert w1 * x + w2 * y + b == pytest.approx(0, abs=1e-9)


def test_the_points_of_the_lecture_stand_in_the_table(session) -> None:
    rows = session("slide=L4-66").scene(False).words["rows"]
    assert rows[0] == ["(1, 1)", "1.680", "0.8429"]
    assert ["(0, 0)", "−0.550", "0.3659"] in rows
    assert ["(−1, 1)", "−0.780", "0.3143"] in rows
    assert ["(4, 4)", "8.370", "0.9998"] in rows


def test_the_abstaining_model_is_measured_on_its_labels(session) -> None:
    made = session("preset=abstain&threshold=0.85")
    share, right = made.answered
    scene = made.scene(False)
    assert scene.words["rows"][0] == ["Answered", f"{100 * share:.1f} % of 2,000"]
    assert scene.words["rows"][1] == ["Right of the answered", f"{100 * right:.1f} %"]
    at = int(np.flatnonzero(np.isclose(scene.abstain.thresholds, 0.85))[0])
    assert (scene.abstain.shares[at], scene.abstain.accuracies[at]) == pytest.approx((share, right))
    assert "Synthetic" in scene.words["words"][0]
    labels = made.decisions.labels
    made.draw_anew()
    assert not np.array_equal(made.decisions.labels, labels)


def test_nothing_is_right_of_nothing(session) -> None:
    made = session("preset=abstain&threshold=1")
    assert made.scene(False).words["rows"][1] == ["Right of the answered", "–"]
    assert "no answer at all" in made.scene(False).summary


@pytest.mark.parametrize("key", PRESETS)
def test_each_preset_is_known_as_itself_also_when_changed(session, key: str) -> None:
    made = session(f"preset={key}")
    assert made.preset == key
    made.edit("seed", 7)
    assert made.preset == key


def test_only_what_can_be_stepped_through_has_steps(session) -> None:
    assert session("preset=softmax").scene(False).steps
    for key in ("sigmoid", "line", "abstain"):
        assert not session(f"preset={key}").scene(False).steps


def test_no_such_setting(session) -> None:
    with pytest.raises(SpecError, match="no setting"):
        session().edit("temprature", 1.0)
    with pytest.raises(SpecError, match="counted from 0"):
        session().edit_part("scores", 3, 1.0)
