"""Files: what is written can be read back, and the exported script answers what the network answers."""

from __future__ import annotations

import runpy

import numpy as np
import pytest

from engine.capsule import load_run
from engine.datasets import DATASETS, feature_matrix
from engine.datasets.csv_table import read_table
from engine.datasets.dataset import Task
from engine.export import TARGETS
from playground.stages.network.tools.files import Files
from tests.playground.stages.views import labelled


def download(tool: Files, label: str) -> bytes:
    return labelled(tool._dialog, label).callback().getvalue()


def test_points_as_csv_are_the_points_again(visit) -> None:
    visited = visit("?samples=60&noise=0.1")
    tool = visited.dialog("files")
    for data in DATASETS:
        visited.session.edit("data", data, visited.stage.backend)
        run = visited.session.run
        table = read_table(download(tool, "Points as CSV"), "points.csv")
        assert table.columns[:2] == ("x1", "x2")
        regression = run.train.task is Task.REGRESSION
        points = table.points("x1", "x2", "target" if regression else "label", not regression)
        for name in ("inputs", "targets"):
            both = np.concatenate([getattr(part, name) for part in (run.train, run.test)])
            assert np.array_equal(getattr(points, name), both), data
        assert (points.task, points.classes) == (run.train.task, run.train.classes)


def test_the_csv_says_which_points_are_tested(visit) -> None:
    visited = visit("?data=xor&samples=50&train_share=0.6")
    rows = download(visited.dialog("files"), "Points as CSV").decode("utf-8-sig").splitlines()
    words = [row.rsplit(",", 1)[1] for row in rows[1:]]
    assert words == ["train"] * 30 + ["test"] * 20


def test_own_points_as_csv_are_the_points_again(visit, own_query: str) -> None:
    visited = visit(own_query)
    table = read_table(download(visited.dialog("files"), "Points as CSV"), "points.csv")
    points = table.points("x1", "x2", "label", True)
    own = visited.session.run.spec.points
    assert np.array_equal(points.inputs, own.inputs)
    assert np.array_equal(points.targets, own.targets)


@pytest.mark.parametrize(
    "query",
    [
        "?hidden=4,3&samples=60",
        "?data=blobs3&hidden=3&samples=60&activation=relu",
        "?data=plane&hidden=4,4&samples=60&skip=true&dropout=0.2",
        "?data=xor&samples=60&hidden=2&formulas=x1*x2;max(x1,-x2)&inputs=x1,own2,own1&loss=hinge",
    ],
)
def test_the_exported_script_answers_what_the_network_answers(visit, tmp_path, query: str) -> None:
    visited = visit(query)
    run = visited.session.run
    run.step("epoch", 20)
    path = tmp_path / "network.py"
    path.write_bytes(download(visited.dialog("files"), TARGETS["numpy"].title))
    answers = runpy.run_path(str(path), run_name="exported")["predict"](run.test.inputs)
    evaluator = run._test_evaluator
    evaluator.run(run.parameters)
    np.testing.assert_allclose(answers, evaluator.predictions(), rtol=1e-12, atol=1e-12)
    # And once more by hand, for the plainest of them.
    if query == "?hidden=4,3&samples=60":
        a = feature_matrix(run.test.inputs, run.spec.features)
        for number in (1, 2):
            a = np.tanh(a @ run[f"W{number}"] + run[f"b{number}"])
        np.testing.assert_allclose(answers, 1 / (1 + np.exp(-(a @ run["W3"] + run["b3"]))), rtol=1e-12)


@pytest.mark.parametrize("target", TARGETS)
def test_every_script_is_python_and_has_the_rates_that_hold_now(visit, target: str) -> None:
    visited = visit("?hidden=3&samples=60&optimizer=sgd")
    visited.session.run.step("epoch", 3)
    visited.session.run.change(learning_rate=0.0625)
    code = download(visited.dialog("files"), TARGETS[target].title).decode("utf-8")
    compile(code, TARGETS[target].file_name, "exec")
    assert "0.0625" in code
    assert "after 3 epochs and 0 batches" in code


def test_a_saved_run_is_loaded_again(visit) -> None:
    visited = visit("?hidden=3&samples=60&data=xor")
    visited.session.run.step("epoch", 3)
    visited.session.run.step("op", 4)
    run = visited.session.run
    saved = download(visited.dialog("files"), "Save this run")
    assert np.array_equal(load_run(saved.decode()).parameters, run.parameters)
    other = visit("?data=spiral&hidden=8")
    tool = other.dialog("files")
    tool._load(saved, "run.json")
    other.settle()
    assert other.session.run.position == run.position
    assert np.array_equal(other.session.run.parameters, run.parameters)
    assert other.said == ["The saved run is here again, at the moment at which it was saved."]
    assert other.board.gallery.value == "xor"
    assert not tool._dialog.open


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "not text"),
        (b"", "Nothing was loaded: this is no saved run"),
        (b"{}", "Nothing was loaded: this is no saved run"),
        (b"[" * 100_000, "Nothing was loaded: this is no saved run"),
        (b'{"format": "neural-playground-run", "version": 1}', "Nothing was loaded: the saved run is damaged"),
        (b'{"format": "neural-playground-run", "version": 9}', "this program reads format 1"),
        (b"<script>alert(1)</script>", "Nothing was loaded"),
    ],
)
def test_a_file_that_is_no_run_is_answered(visit, content: bytes, says: str) -> None:
    visited = visit("?hidden=3&samples=60")
    run = visited.session.run
    visited.dialog("files")._load(content, "run.json")
    visited.settle()
    assert visited.session.run is run
    assert len(visited.said) == 1
    assert says in visited.said[0]


def test_the_diagram_is_saved_by_the_browser(visit) -> None:
    visited = visit()
    tool = visited.dialog("files")
    before = visited.board.diagram.save
    labelled(tool._dialog, "The network as PNG").clicks += 1
    assert visited.board.diagram.save == before + 1
