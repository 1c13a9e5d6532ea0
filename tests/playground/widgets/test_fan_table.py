"""What each optimizer would do next, as the table gets it."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from engine.descent import DescentRun, DescentSpec, fan
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS
from engine.outlook import Part, Role
from playground.optimizer_marks import TITLES
from playground.widgets.fan_table import FanRow, FanTable, fan_content, table_content

COLUMNS = ["Rate", "Gradient", "Remembered direction", "Remembered size", "Corrected", "Step", "Leads to", "J there"]


@pytest.fixture(scope="module")
def outlooks():
    run = DescentRun(DescentSpec("beale", optimizer="adam"))
    run.seek(Position(20))
    return fan(run.frame())


def row_of(content, key):
    return next(row for row in content["rows"] if row["key"] == key)


def test_every_optimizer_has_a_row_with_its_own_numbers(outlooks) -> None:
    content = fan_content(outlooks, ("x", "y"), own="adam", note="Said.")
    assert [head["title"] for head in content["head"]] == COLUMNS
    assert content["note"] == "Said."
    assert [row["title"] for row in content["rows"]] == [TITLES[key] for key in OPTIMIZERS]
    for outlook, row in zip(outlooks, content["rows"], strict=True):
        cells = [[float(line["exact"]) for line in cell] for cell in row["cells"]]
        assert cells[0] == [outlook.learning_rate]
        assert cells[1] == list(outlook.parts[0].values)
        assert cells[5][-2:] == list(outlook.step)
        assert cells[6] == list(outlook.point)
        assert cells[7] == [outlook.value]
        assert [line["name"] for line in row["cells"][6]] == ["x", "y"]
        assert row["tag"] == ("descends here" if outlook.optimizer == "adam" else "")
    lowest = min(outlooks, key=lambda outlook: outlook.value).optimizer
    assert [row["key"] for row in content["rows"] if row["best"]] == [lowest]
    # It travels as it is.
    json.dumps(content)


def test_an_optimizer_has_nothing_where_it_remembers_nothing(outlooks) -> None:
    content = fan_content(outlooks, ("x", "y"), own="adam")
    filled = {row["key"]: [bool(cell) for cell in row["cells"][2:5]] for row in content["rows"]}
    adam = [True, True, True]
    assert filled == {
        "sgd": [False, False, False], "momentum": [True, False, False], "nesterov": [True, False, False],
        "adagrad": [False, True, False], "adadelta": [False, True, True], "rmsprop": [False, True, False],
        "adam": adam, "adamw": adam, "adamax": adam, "nadam": adam, "amsgrad": adam,
    }  # fmt: skip


def test_each_number_has_its_sign_as_mathml(outlooks) -> None:
    content = fan_content(outlooks, ("x", "y"), own="adam")
    heads = ["".join(ET.fromstring(head["symbol"]).itertext()) for head in content["head"]]
    assert heads == ["η", "g", "m", "v", "m^,\u00a0v^", "Δw", "w", "J"]
    corrected = row_of(content, "amsgrad")["cells"][4]
    signs = ["".join(ET.fromstring(line["symbol"]).itertext()) for line in corrected]
    assert signs == ["m^", "m^", "v^max", "v^max"]
    # A step that is nothing but a step needs none; AdamW's has a decay in it.
    assert {line["symbol"] for line in row_of(content, "adam")["cells"][5]} == {""}
    decay = row_of(content, "adamw")["cells"][5][0]
    assert "".join(ET.fromstring(decay["symbol"]).itertext()) == "−ηλw"


def test_numbers_are_short_and_the_whole_of_them_is_kept() -> None:
    parts = (
        Part("g", "g", np.array([-0.000012345678]), Role.GRADIENT), Part("rate", r"\eta", np.array(0.1), Role.RATE),
        Part("step", r"\Delta w", np.array([math.inf]), Role.STEP),
    )  # fmt: skip
    rows = [FanRow("sgd", parts, np.array([-math.inf]), (math.nan,)), FanRow("adam", parts, np.array([1.0]), (2.0,))]
    content = table_content(rows, ["x"], own="", own_tag="", measures=[("J there", "J")], best="lowest J")
    cells = row_of(content, "sgd")["cells"]
    assert [cell[0]["text"] for cell in cells if cell] == ["0.1", "−1.235e−5", "∞", "−∞", "NaN"]
    assert cells[1][0]["exact"] == "-1.2345678e-05"
    # A single parameter is not named again and again.
    assert cells[1][0]["name"] == ""
    assert [row["best"] for row in content["rows"]] == ["", "lowest J"]


def test_only_the_chosen_parameters_are_shown(outlooks) -> None:
    content = fan_content(outlooks, ("x", "y"), own="adam", chosen=[1])
    for outlook, row in zip(outlooks, content["rows"], strict=True):
        assert [float(line["exact"]) for line in row["cells"][6]] == [outlook.point[1]]
        assert [float(line["exact"]) for line in row["cells"][1]] == [outlook.parts[0].values[1]]


def test_the_content_reaches_the_browser(outlooks) -> None:
    widget = FanTable()
    model = widget.get_root()
    content = fan_content(outlooks, ("x", "y"), own="adam")
    widget.push(content=content)
    assert model.data.content == content
