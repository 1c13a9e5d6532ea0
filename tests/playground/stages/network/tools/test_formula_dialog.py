"""The dialog for an own input: a formula is shown as it is understood, or why it is not."""

from __future__ import annotations

import pytest

from engine import TrainingSpec
from tests.playground.stages.views import labelled

ADD = "Add as an input"


def typed(tool, text: str) -> None:
    """What happens while somebody types, before Enter."""
    tool._text.value_input = text


def test_a_formula_becomes_an_input(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    tool = visited.dialog("formula")
    typed(tool, "x1*x2 + sin(x1)")
    assert tool._text.helper_text.startswith("= ")
    assert not tool._text.error_state
    labelled(tool._dialog, ADD).clicks += 1
    visited.settle()
    spec = visited.session.run.spec
    assert spec == TrainingSpec(hidden=(3,), samples=40, formulas=("x1*x2 + sin(x1)",), inputs=("x1", "x2", "own1"))
    assert not tool._dialog.open
    assert tool._text.value_input == ""
    units = visited.board.diagram.columns[0]["units"]
    assert [unit["id"] for unit in units if unit["removable"]] == ["own1"]


def test_enter_adds_it_once(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    tool = visited.dialog("formula")
    typed(tool, "x1**3")
    tool._text.value = "x1**3"
    visited.settle()
    assert visited.session.run.spec.formulas == ("x1**3",)


@pytest.mark.parametrize(
    "text",
    [
        "x1 +",
        "x3",
        "x1 x2",
        "foo(x1)",
        "__import__('os').system('ls')",
        "x1.real",
        "(" * 200,
        "1" * 400,
        "x1; x2",
        "",
        " ",
    ],
)
def test_what_is_no_formula_is_answered_at_the_field(visit, text: str) -> None:
    visited = visit("?hidden=3&samples=40")
    run = visited.session.run
    tool = visited.dialog("formula")
    typed(tool, text)
    if text.strip():
        assert tool._text.error_state
        assert tool._text.helper_text
    labelled(tool._dialog, ADD).clicks += 1
    visited.settle()
    assert tool._text.error_state
    assert 0 < len(tool._text.helper_text) < 300
    assert tool._dialog.open
    assert visited.session.run is run


def test_the_message_goes_with_what_it_is_about(visit) -> None:
    tool = visit().dialog("formula")
    typed(tool, "x1 +")
    assert tool._text.error_state
    typed(tool, "x1 + x2")
    assert not tool._text.error_state
    typed(tool, "x1 +")
    typed(tool, "")
    assert not tool._text.error_state


def test_there_are_three_at_most(visit) -> None:
    visited = visit("?formulas=x1*x2;x1**3;x2**3&hidden=3&samples=40")
    run = visited.session.run
    tool = visited.dialog("formula")
    typed(tool, "x1 + x2")
    labelled(tool._dialog, ADD).clicks += 1
    visited.settle()
    assert tool._text.helper_text == "there are 3 own inputs already: remove one first"
    assert visited.session.run is run


def test_an_input_that_is_no_number_somewhere_is_named(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    tool = visited.dialog("formula")
    typed(tool, "log(x1)")
    labelled(tool._dialog, ADD).clicks += 1
    visited.settle()
    assert "is not a finite number at" in visited.said[0]


def test_the_diagram_asks_for_one(visit) -> None:
    visited = visit()
    visited.board.diagram._handle_msg({"type": "add_input"})
    assert visited.board._built["formula"]._dialog.open
