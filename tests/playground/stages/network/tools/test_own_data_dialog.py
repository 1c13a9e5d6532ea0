"""The dialog for own data: files good and bad, and an empty plane to draw on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.datasets.dataset import Task
from playground.stages.network.tools.own_data import OwnData
from tests.playground.stages.views import labelled

PETS = "age,weight,animal\n" + "\n".join(f"{k},{10 * k + k % 3},{'cat' if k % 2 else 'dog'}" for k in range(20))
USE = "Use these points"


def said(tool: OwnData) -> str:
    assert len(tool._message.lines) == 1
    return tool._message.lines[0]


def test_a_file_becomes_the_data(visit) -> None:
    visited = visit("?hidden=3&loss=hinge")
    tool = visited.dialog("own_data")
    use = labelled(tool._dialog, USE)
    assert not use.visible
    tool._read(PETS.encode(), "pets.csv")
    assert said(tool) == "20 rows. Choose what to look at."
    assert use.visible
    assert (tool._x.value, tool._y.value, tool._target.value) == ("age", "weight", "animal")
    assert tool._x.options == ["age", "weight"]
    assert tool._target.options == ["age", "weight", "animal"]
    use.clicks += 1
    visited.settle()
    spec = visited.session.run.spec
    assert (spec.data, spec.hidden, spec.loss) == ("own", (3,), "hinge")
    assert spec.points.class_names == ("cat", "dog")
    assert spec.points.targets.tolist() == [0.0 if k % 2 else 1.0 for k in range(20)]
    assert visited.board.gallery.value == "own"
    assert not tool._dialog.open
    # Numbers beyond the plane were mapped into it: that is said.
    assert any(line.startswith("weight runs from 0 to 191") for line in visited.said)


def test_a_column_of_numbers_can_be_predicted_instead(visit) -> None:
    visited = visit("?hidden=3&loss=hinge")
    tool = visited.dialog("own_data")
    tool._read(PETS.replace("cat", "1").replace("dog", "0").encode(), "pets.csv")
    tool._kind.value = "numbers"
    labelled(tool._dialog, USE).clicks += 1
    visited.settle()
    spec = visited.session.run.spec
    assert spec.points.task is Task.REGRESSION
    assert spec.loss == "auto", "hinge tells classes apart"


BAD = {
    "empty": b"",
    "one column": b"a\n1\n2\n",
    "no numbers": b"a,b,c\nx,y,z\nu,v,w\n",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
    "zeros": b"\x00" * 1000,
    "too many rows": b"a,b,c\n" + b"1,2,x\n" * 6000,
    "markup": b"<html><script>alert(1)</script></html>",
    "not text": b"\xff\xfe\xfd" * 100,
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_file_is_answered(visit, content: bytes) -> None:
    visited = visit("?hidden=3")
    run = visited.session.run
    tool = visited.dialog("own_data")
    tool._read(PETS.encode(), "good.csv")
    tool._read(content, "bad.csv")
    assert said(tool).startswith("This file cannot be used: ")
    assert tool._message.kind == "warning"
    use = labelled(tool._dialog, USE)
    assert not use.visible, "the good file of before is not what was chosen last"
    use.clicks += 1
    visited.settle()
    assert visited.session.run is run


@pytest.mark.parametrize(
    ("text", "choice", "says"),
    [
        (PETS, {"_y": "age"}, "These columns cannot be used: "),
        (PETS, {"_kind": "numbers"}, "These columns cannot be used: "),
        ("\n".join(PETS.splitlines()[:6]), {}, "These points are too few: draw at least 10 points"),
        (PETS.replace("cat", "dog"), {}, "These "),
    ],
    ids=["a column twice", "words to predict", "five rows", "one class"],
)
def test_columns_that_do_not_do_are_answered(visit, text: str, choice: dict[str, str], says: str) -> None:
    visited = visit("?hidden=3")
    run = visited.session.run
    tool = visited.dialog("own_data")
    tool._read(text.encode(), "pets.csv")
    for name, value in choice.items():
        getattr(tool, name).value = value
    labelled(tool._dialog, USE).clicks += 1
    visited.settle()
    assert said(tool).startswith(says)
    assert tool._dialog.open
    assert visited.session.run is run


CELLS = st.sampled_from(["1", "-2.5", "cat", "dog", "", "nan", "1e999", "=SUM(A1)", "<b>", "ü", '"', "1,5", "x" * 50])
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=5).map(",".join), max_size=40).map("\n".join).map(str.encode)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=300) | TABLES, st.sampled_from(["guess", "classes", "numbers"]))
def test_any_file_is_answered(shared, content: bytes, kind: str) -> None:
    tool, visited = shared
    tool._read(content, "any.csv")
    assert said(tool)
    tool._kind.value = kind
    labelled(tool._dialog, USE).clicks += 1
    visited.settle()
    assert not any("Traceback" in line for line in visited.said)


@pytest.fixture
def shared(visit):
    visited = visit("?hidden=2&samples=20")
    return visited.dialog("own_data"), visited


@pytest.mark.parametrize("classes", [2, 3, 6, 0])
def test_an_empty_plane_is_drawn_on(visit, classes: int) -> None:
    visited = visit("?hidden=3")
    tool = visited.dialog("own_data")
    tool._classes.value = classes
    labelled(tool._dialog, "Draw on an empty plane").clicks += 1
    visited.settle()
    assert visited.board.drawing.on
    assert not tool._dialog.open
    draft = visited.session.draft
    assert (len(draft), draft.classes) == (0, classes)
    assert "draw at least 10 points" in visited.said[0]


def test_one_draws_into_the_points_that_are_there(visit) -> None:
    visited = visit("?data=circle&samples=30&hidden=3")
    labelled(visited.dialog("own_data")._dialog, "Draw into the points that are there").clicks += 1
    visited.settle()
    assert visited.board.drawing.on
    assert visited.session.run.spec.data == "circle"
    assert len(visited.board.boundary._editor._points.data["x"]) == 30


def test_choosing_one_s_own_in_the_gallery_opens_the_dialog(visit) -> None:
    visited = visit("?data=circle")
    visited.board.gallery._handle_msg({"type": "choose", "key": "own"})
    visited.settle()
    assert visited.board._built["own_data"]._dialog.open
    assert visited.board.gallery.value == "circle", "until there are points"
    assert np.isfinite(visited.session.run.parameters).all()
