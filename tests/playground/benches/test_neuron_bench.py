"""The neuron stage as lessons see it: facts are what stands there, and commands do what the page does."""

from __future__ import annotations

import math

import pytest

from engine import SpecError
from playground.benches.bench import finished
from playground.benches.neuron import BENCH
from playground.neuron_link import from_query
from playground.stages.neuron.stage import NeuronStage
from tests.playground.stages.visits import Visit


def test_facts_after_commands() -> None:
    session = BENCH.begin({"preset": "xor"})
    finished(BENCH.script(session, ["set w1 1", "set w2 1", "set bias -0.5", "look 1 0"]))
    facts = BENCH.facts(session)
    assert (facts["right"], facts["best"], facts["task"], facts["x1"], facts["v"], facts["a"]) == (
        3, 3, "xor", 1.0, 0.5, 1.0,
    )  # fmt: skip
    assert facts["angle"] == pytest.approx(45)
    assert facts["distance"] == pytest.approx(0.5 / math.sqrt(2))
    assert (facts["w2_over_w1"], facts["b_over_w1"]) == (1.0, -0.5)
    assert [facts[f"answer.{k}"] for k in (1, 2, 3, 4)] == [0, 1, 1, 1]
    finished(BENCH.script(session, ["choose steep", "multiply 2 3"]))
    assert BENCH.facts(session)["width"] == pytest.approx(2 * math.log(9) / (8 * math.sqrt(5)))


def test_steps_forward_and_back() -> None:
    session = BENCH.begin({"preset": "numpy"})
    finished(BENCH.script(session, ["step 2 op"]))
    assert BENCH.facts(session)["sum"] == pytest.approx(0.5)
    finished(BENCH.script(session, ["play 3 op", "back 4 op"]))
    assert BENCH.facts(session)["sum"] == pytest.approx(0.1)
    finished(BENCH.script(session, ["reset"]))
    assert BENCH.facts(session)["op"] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set w4 1", "unknown setting 'w4'"), ("set w1 one", "write set NAME VALUE"), ("choose nor", "did you mean"),
        ("multiply 2 99", "write multiply FACTOR TIMES"), ("set w1 1000", "from -200 to 200"),
    ],
)  # fmt: skip
def test_commands_check_their_words(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        finished(BENCH.script(BENCH.begin({"preset": "xor"}), [text]))


def test_an_address_that_is_not_understood_is_refused() -> None:
    with pytest.raises(SpecError, match="there is no such setting"):
        BENCH.begin({"preset": "xor", "colour": "red"})


def test_the_parts_are_the_areas_of_the_board() -> None:
    page = Visit(lambda: NeuronStage(from_query("")))
    areas = {view.styles.get("grid-area") for view in page.board.view}
    assert areas == set(BENCH.parts)
    facts = BENCH.facts(page.session)
    assert {name.replace("<k>", "1") for name in BENCH.names} <= set(facts)
