"""Losses without a widget."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Grain, SpecError
from playground.stages.losses.presets import PRESETS
from playground.stages.losses.quizzes import LOSSES, NAMES, TASKS


def meter(session, key: str, cell: int = 0) -> str:
    """What stands at a meter."""
    rows = {row["key"]: row for row in session.scene(False).meters["rows"]}
    return rows[key]["cells"][cell]["text"]


def test_three_sums_and_what_is_kept(session) -> None:
    made = session()
    made.edit("output", 0.0)
    assert [meter(made, key) for key in ("signed", "absolute", "squared")] == ["1.000", "1.000", "0.100"]
    made.keep()
    for k in range(10):
        made.slide(str(k), 0, 1.0 if k == 0 else 0.0)
    assert [meter(made, key) for key in ("signed", "absolute", "squared")] == ["1.000", "1.000", "1.000"]
    assert [meter(made, key, 1) for key in ("signed", "absolute", "squared")] == ["1.000", "1.000", "0.100"]
    made.forget()
    assert len(made.scene(False).meters["rows"][0]["cells"]) == 1


def test_the_buttons_find_mean_and_median(session) -> None:
    made = session("preset=outlier")
    made.to_mean()
    assert made.state.output == pytest.approx(np.mean([1, 2, 2, 3, 9]))
    made.to_median()
    assert made.state.output == 2
    picture = made.scene(False).residuals
    assert picture.outputs[picture.squared.argmin()] == pytest.approx(3.4, abs=0.1)
    assert picture.outputs[picture.absolute.argmin()] == pytest.approx(2.0, abs=0.1)
    low, high = picture.reach
    assert low < 1
    assert high > 9


def test_the_margin_meters_and_the_convention(session) -> None:
    made = session("preset=margin&margin=-2")
    assert [meter(made, key) for key in ("hinge", "exponential", "logistic")] == ["3.0000", "7.3891", "3.0685"]
    assert meter(made, "hinge", 1) == "−1.0000"
    made.edit("convention", "binary")
    assert meter(made, "natural") == "2.1269"
    assert made.scene(False).margin == (-2.0, ("zero_one", "hinge", "exponential", "natural"))


def test_the_derivation_grows_line_by_line(session) -> None:
    made = session("slide=L3-16")
    assert made.scene(False).words["rows"] == []
    for lines in range(1, 10):
        made.step(1, Grain.OP)
        assert len(made.scene(False).words["rows"]) == lines
    rows = made.scene(False).words["rows"]
    assert rows[6][1:] == ["J = −t ln a − (1 − t) ln(1 − a)", "0.1054"]
    made.press("a", 1)
    assert (made.state.t, made.scene(False).words["rows"][6][2]) == (0, "2.303")
    assert made.scene(False).words["rows"][7][2] == "0.9000"
    made.slide("a", 0, 0.5)
    assert made.scene(False).words["rows"][8][2] == "a tie"
    assert made.scene(False).words["rows"][6][2] == "0.6931"


def test_samples_come_one_by_one(session) -> None:
    made = session("slide=L4-68")
    def products() -> list[str]:
        return [row["cells"][3]["text"] for row in made.scene(False).table["rows"]]

    assert products() == ["–"] * 5
    made.step(1, Grain.OP)
    made.step(1, Grain.OP)
    assert products() == ["0.7000", "0.5600", "–", "–", "–"]
    made.step(1, Grain.PHASE)
    assert products()[-1] == "0.1814"
    assert made.scene(False).words["rows"][1] == ["Sum of −ln", f"{-math.log(0.7 * 0.8 * 0.9 * 0.6 * 0.6):.3f}"]


@pytest.mark.concept("C080")
def test_a_label_switches_the_exponents(session) -> None:
    made = session("preset=likelihood")
    assert made.scene(False).table["rows"][0]["cells"][2]["text"] == "0.7¹ · 0.3⁰ = 0.7"
    made.press("0", 1)
    assert made.scene(False).table["rows"][0]["cells"][2]["text"] == "0.7⁰ · 0.3¹ = 0.3"


@pytest.mark.concept("C086")
def test_a_gross_error_takes_its_share(session) -> None:
    made = session("preset=gross")
    made.slide("8", 0, 1e-6)
    row = made.scene(False).table["rows"][8]["cells"]
    assert row[2]["text"] == "(1·10⁻⁶)¹ · 0.999999⁰ = 1·10⁻⁶"
    assert row[4]["text"] == "13.82 · 94 %"
    made.slide("8", 0, 0.0)
    assert "called impossible" in made.scene(False).words["words"][0]
    assert made.scene(False).table["rows"][8]["cells"][4]["text"] == "∞"


def test_product_and_sum(session) -> None:
    made = session("slide=L4-70")
    assert [meter(made, key) for key in ("single", "double", "sum")] == ["0", "6.22·10⁻⁶¹", "138.63"]
    assert made.scene(False).words["rows"] == [
        ["Product is 0 in 32 bits", "from n = 150"], ["Product is 0 in 64 bits", "from n = 1,075"],
    ]  # fmt: skip
    made.edit("factor", 0.9)
    assert made.scene(False).words["rows"][1] == ["Product is 0 in 64 bits", "not up to 1,200"]


def test_entropies_in_bits_and_nats(session) -> None:
    made = session("preset=entropy")
    assert meter(made, "H(P)") == "1.000"
    made.edit("bits", False)
    assert meter(made, "H(P)") == "0.6931"
    made.slide("0", 1, 0.5)
    made.slide("1", 1, 0.5)
    assert meter(made, "KL(P‖Q)") == "0"
    assert "Q is P" in made.scene(False).words["words"][1]
    made.slide("1", 1, 0.0)
    assert meter(made, "H(P, Q)") == "∞"


def test_the_one_hot_example(session) -> None:
    assert meter(session("slide=L2-18"), "H(P, Q)") == "0.4170"


def test_bars_are_never_all_zero(session) -> None:
    made = session("preset=entropy")
    made.slide("0", 0, 0.0)
    with pytest.raises(SpecError, match="one bar at least"):
        made.slide("1", 0, 0.0)


@pytest.mark.concept("C088")
def test_six_tasks_are_sorted_to_their_losses(session) -> None:
    made = session("preset=tasks")
    right = ("squared error", "absolute error", "binary cross-entropy", "categorical cross-entropy", "hinge",
             "categorical cross-entropy")  # fmt: skip
    for k, loss in enumerate(right):
        made.press(str(k), LOSSES.index(loss))
    assert made.scene(False).words["words"][0] == f"{len(TASKS)} of {len(TASKS)} are right."
    assert {row["mark"] for row in made.scene(False).table["rows"]} == {"right"}
    made.press("0", LOSSES.index("hinge"))
    assert made.scene(False).table["rows"][0]["mark"].startswith("not hinge: ")
    made.clear()
    assert made.scene(False).words["words"][0].startswith("0 of 6")


def test_symbols_are_named(session) -> None:
    made = session("slide=L4-34")
    for k, symbol in enumerate(NAMES):
        made.press(str(k), 1 - symbol.role)
    assert made.scene(False).words["words"][0].startswith("0 of 6")
    assert made.scene(False).table["rows"][3]["mark"].startswith("no: ")
    # The lectures disagree: ŷ is the output in L3 and the target on slide L4-34.
    roles = {(symbol.text, symbol.where): symbol.role for symbol in NAMES}
    assert roles["ŷ", "L3"] != roles["ŷ", "L4-34"]


def test_counts(session) -> None:
    made = session("preset=likelihood")
    made.count("samples", 7)
    assert (made.state.samples, made.at, len(made.stops)) == (7, 7, 7)
    made.count("outcomes", 4)
    assert made.state.outcomes == 4
    made.count("targets", 3)
    assert made.state.targets == (0.1,) * 3
    with pytest.raises(SpecError, match="1 to 10 samples"):
        made.count("samples", 11)
    with pytest.raises(SpecError, match="one of the losses"):
        made.pick(0, -1)


@pytest.mark.parametrize("key", PRESETS)
def test_each_preset_is_known_as_itself(session, key: str) -> None:
    made = session(f"preset={key}")
    assert made.preset == key
    assert made.scene(False).summary
    made.step(1, Grain.OP)
    made.step(-1, Grain.PHASE)
    assert made.preset == key
