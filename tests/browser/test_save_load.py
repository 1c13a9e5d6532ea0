"""What is taken away and brought back: a whole run, the network as code, a link."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import student
from tests.browser.student import Opener, download, enter, message, number, numbers, press, stand_at

FILES = "Save, load, export"


def load(page: Page, content: bytes, name: str = "run.json") -> None:
    press(page, "Save and export")
    student.upload(student.dialog(page, FILES), name, content, "application/json")
    expect(student.dialog(page, FILES)).to_be_hidden()


def test_a_saved_run_is_here_again_with_its_branches(open_page: Opener) -> None:
    page = open_page("?data=xor&hidden=3&samples=100")
    student.to_epoch(page, 3)
    first = numbers(page)
    press(page, "Step back")
    stand_at(page, "^Epoch 2 · batch 1 ")
    enter(page, "Learning rate", "0.2")
    expect(page.get_by_label("Branch", exact=True)).to_be_visible()
    press(page, "Step forward")
    stand_at(page, "^Epoch 3 · batch 1 ")
    page.get_by_label("Grain", exact=True).select_option("op")
    press(page, "Step forward")
    stand_at(page, "next dense1.z$")
    kept = numbers(page)
    assert kept != first
    press(page, "Save and export")
    saved = download(page, "Save this run")
    page.keyboard.press("Escape")
    expect(student.dialog(page, FILES)).to_be_hidden()
    # Everything is changed, on another page even.
    other = open_page("?data=blobs3&hidden=5,2")
    press(other, "Step forward")
    stand_at(other, "batch 2 ")
    load(other, saved)
    expect(message(other)).to_contain_text("The saved run is here again")
    stand_at(other, r"^Epoch 3 · batch 1 of 3 · forward, next dense1\.z$")
    assert numbers(other) == kept
    expect(other.get_by_label("Learning rate", exact=True)).to_have_value("0.2")
    expect(other.get_by_role("radio", name="XOR", exact=True)).to_be_checked()
    expect(student.unit(other, "neuron 3 of dense1")).to_be_visible()
    expect(student.unit(other, "neuron 4 of dense1")).to_have_count(0)
    other.get_by_label("Branch", exact=True).select_option("0")
    expect(other.get_by_label("Loss", exact=True)).to_have_text(first[1])
    assert numbers(other) == first
    expect(other.get_by_label("Learning rate", exact=True)).to_have_value("0.02")


GARBAGE = {
    "empty": b"",
    "not text": b"\x89PNG\r\n\x1a\n\x00\xff\xfe",
    "no JSON": b"this is no run",
    "other JSON": b'{"format": "something else"}',
    "cut off": b'{"format": "neural-playground-run", "version": 1, "spec": {"data": "xor"',
    "deep": b"[" * 100_000,
}


def test_garbage_is_not_loaded_and_the_work_is_kept(open_page: Opener) -> None:
    page = open_page("?data=xor&hidden=3&samples=100")
    student.to_epoch(page, 1)
    kept = numbers(page)
    for content in GARBAGE.values():
        load(page, content)
        expect(message(page)).to_contain_text(re.compile("Nothing was loaded|This is no saved run"))
        assert numbers(page) == kept
        page.get_by_role("button", name="Close message", exact=True).first.click()
        expect(message(page)).to_be_hidden()
    student.to_epoch(page, 2)


def test_the_exported_script_answers_as_the_page_does(open_page: Opener, tmp_path: Path) -> None:
    page = open_page("?data=moons&hidden=4,3&samples=200&noise=0.1")
    student.to_epoch(page, 12)
    press(page, "Save and export")
    (tmp_path / "network.py").write_bytes(download(page, "NumPy"))
    rows = list(csv.DictReader(io.StringIO(download(page, "Points as CSV").decode("utf-8-sig"))))
    answers = _predict(tmp_path, [(float(row["x1"]), float(row["x2"])) for row in rows])
    shown = {"train": number(page, "Accuracy"), "test": number(page, "Test accuracy")}
    losses = {"train": number(page, "Loss"), "test": number(page, "Test loss")}
    labels = np.array([int(row["label"]) for row in rows])
    parts = np.array([row["split"] for row in rows])
    # The script gives the probability of class 1; the loss is the cross-entropy of it.
    right = (answers > 0.5) == labels
    loss = -np.log(np.where(labels == 1, answers, 1 - answers))
    for part in ("train", "test"):
        assert right[parts == part].mean() == pytest.approx(shown[part], abs=6e-4)
        assert loss[parts == part].mean() == pytest.approx(losses[part], abs=6e-5)


def _predict(folder: Path, inputs: list[tuple[float, float]]) -> np.ndarray:
    """Run the script in a process of its own, where nothing of ours can be imported."""
    code = (
        "import json, sys, numpy as np, network\n"
        "print(json.dumps(np.asarray(network.predict(np.array(json.load(sys.stdin)))).ravel().tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(inputs), cwd=folder, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return np.array(json.loads(done.stdout))


@pytest.mark.parametrize("name", ["The plane as PNG", "The curves as PNG", "The network as PNG"])
def test_pictures_are_saved(open_page: Opener, name: str) -> None:
    page = open_page()
    press(page, "Save and export")
    image = Image.open(io.BytesIO(download(page, name))).convert("RGB")
    assert min(image.size) >= 100
    assert len(image.getcolors(maxcolors=2**24)) > 20


# ----------------------------------------------------------------------------------------------------- links


def link(page: Page, weights: bool = False) -> str:
    """Return the query of the link that Share makes."""
    press(page, "Share")
    if weights:
        page.get_by_label("With the weights of now", exact=False).check()
    field = page.get_by_label("Link to this experiment", exact=True)
    expect(field).to_have_value(re.compile("weights=" if weights else r"\?v="))
    query = urlsplit(field.input_value()).query
    page.keyboard.press("Escape")
    expect(student.dialog(page, "Share")).to_be_hidden()
    return "?" + query


def test_a_link_opens_the_same_experiment(open_page: Opener) -> None:
    page = open_page("?data=moons&samples=120&hidden=3")
    start = numbers(page)
    enter(page, "Learning rate", "0.07")
    student.choose(page, "Activation", "ReLU")
    expect(page.get_by_label("Activation of dense1", exact=True)).to_have_value("relu")
    now = numbers(page)
    assert now != start
    query = link(page)
    assert parse_qs(query[1:])["learning_rate"] == ["0.07"]
    assert "weights" not in query
    again = open_page(query)
    assert numbers(again) == now
    expect(again.get_by_label("Learning rate", exact=True)).to_have_value("0.07")
    expect(again.get_by_label("Activation of dense1", exact=True)).to_have_value("relu")
    expect(again.get_by_role("radio", name="Moons", exact=True)).to_be_checked()


def test_a_link_carries_the_trained_weights(open_page: Opener) -> None:
    page = open_page("?data=moons&samples=120&hidden=3")
    student.to_epoch(page, 6)
    trained = numbers(page)
    again = open_page(link(page, weights=True))
    # Weights travel in single precision: the loss is the same to four digits.
    assert number(again, "Loss") == pytest.approx(float(trained[1]), abs=1e-4)
    assert number(again, "Test loss") == pytest.approx(float(trained[2]), abs=1e-4)
    assert numbers(again)[3:] == trained[3:]
    stand_at(again, "^Epoch 0 · batch 1 ")
    press(again, "Step forward")
    stand_at(again, "batch 2 ")


def test_a_link_carries_drawn_points(open_page: Opener) -> None:
    page = open_page("?data=circle&samples=12")
    page.get_by_label("Draw", exact=True).check()
    student.wait_until(page, lambda: student.cursor(page) == "copy")
    page.mouse.click(*student.place(page, -5.5, 5.0))
    student.wait_until(page, lambda: len(student.all_points(page)) == 13)
    drawn = sorted((round(x, 2), round(y, 2), color) for x, y, color in student.all_points(page))
    again = open_page(link(page))
    assert sorted((round(x, 2), round(y, 2), color) for x, y, color in student.all_points(again)) == drawn


def test_what_is_broken_in_a_link_is_named(open_page: Opener) -> None:
    page = open_page("?data=xor&hidden=3&weights=AAAA&hide=clinic,everything&learning_rate=-1")
    said = message(page)
    expect(said).to_contain_text("What was ignored")
    expect(said).to_contain_text("weights=AAAA")
    expect(said).to_contain_text("hide=everything")
    expect(said).to_contain_text("learning_rate=-1")
    expect(page.get_by_role("radio", name="XOR", exact=True)).to_be_checked()
    press(page, "Step forward")
    stand_at(page, "batch 2 ")
