"""The fields of the conditions to stop at."""

from __future__ import annotations

from typing import Any

import pytest

from engine.stopping import StopRule

LABELS = ("loss_below", "epochs", "patience")


def field(visited: Any, name: str) -> Any:
    return visited.board.stopping.panel.objects[LABELS.index(name)]


def typed(visited: Any, name: str, text: str) -> Any:
    made = field(visited, name)
    made.value = text
    visited.settle()
    return made


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("loss_below", "0.05", StopRule(loss_below=0.05)),
        ("loss_below", " 1e-3 ", StopRule(loss_below=0.001)),
        ("epochs", "200", StopRule(epochs=200)),
        ("epochs", "1,000", StopRule(epochs=1000)),
        ("patience", "30", StopRule(patience=30)),
    ],
)
def test_a_condition_is_followed(visit, name: str, text: str, rule: StopRule) -> None:
    visited = visit()
    made = typed(visited, name, text)
    assert visited.session.stop_rule == rule
    assert not made.error_state
    typed(visited, name, "")
    assert visited.session.stop_rule == StopRule()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("loss_below", "low", "a number, or nothing"),
        ("loss_below", "-1", "a number above 0, got -1"),
        ("loss_below", "nan", "a number above 0, got nan"),
        ("epochs", "many", "a whole number, or nothing"),
        ("epochs", "10.5", "a whole number, or nothing"),
        ("epochs", "0", "the epochs to stop after are 1 to 1,000,000, got 0"),
        ("epochs", "9" * 5000, "a whole number, or nothing"),
        ("epochs", "10000000", "1 to 1,000,000, got 10000000"),
        ("patience", "-3", "the patience to stop after are 1 to 10,000, got -3"),
    ],
)
def test_what_is_no_condition_is_answered_and_the_others_still_hold(visit, name: str, text: str, says: str) -> None:
    visited = visit()
    other = "epochs" if name != "epochs" else "patience"
    typed(visited, other, "7")
    rule = visited.session.stop_rule
    made = typed(visited, name, text)
    assert made.error_state
    assert says in made.helper_text
    assert visited.session.stop_rule == rule == StopRule(**{other: 7})
    typed(visited, name, "3")
    assert not made.error_state
    assert made.helper_text == ""
    assert visited.session.stop_rule == StopRule(**{other: 7, name: 3})


def test_conditions_add_up(visit) -> None:
    visited = visit()
    for name, text in zip(LABELS, ("0.1", "50", "5"), strict=True):
        typed(visited, name, text)
    assert visited.session.stop_rule == StopRule(0.1, 50, 5)


def test_the_page_stops_and_says_why(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    typed(visited, "epochs", "3")
    visited.stage.play(True)
    visited.settle()
    frames = 0
    while visited.stage.loop.playing:
        visited.frame()
        frames += 1
    assert frames == 3
    assert not visited.board.transport.playing
    assert visited.said == ["Stopped at epoch 3, as you asked."]
