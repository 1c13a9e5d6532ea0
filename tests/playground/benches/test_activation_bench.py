"""The activation stage as lessons see it: facts are what stands there, and commands do what the page does."""

from __future__ import annotations

import math

import pytest

from engine import SpecError
from playground.activation_link import from_query
from playground.benches.activation import BENCH
from playground.benches.bench import finished
from playground.stages.activation.stage import ActivationStage
from tests.playground.stages.visits import Visit


def test_facts_after_commands() -> None:
    session = BENCH.begin({"preset": "tanh"})
    finished(BENCH.script(session, ["slide x -2", "set bias 1.5"]))
    facts = BENCH.facts(session)
    assert facts["a"] == pytest.approx(math.tanh(-2))
    assert facts["slope"] == pytest.approx(1 / math.cosh(2) ** 2)
    assert (facts["size"], facts["bias"], facts["largest_slope"], facts["dead"]) == (2, 1.5, 1, False)
    curve = facts["slopes"]
    assert isinstance(curve, tuple)
    assert curve[len(curve) // 2] == (0.0, 1.0)
    finished(BENCH.script(session, ["choose relu", "slide bias -9"]))
    assert (BENCH.facts(session)["dead"], BENCH.facts(session)["killed"]) == (True, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set colour 1", "unknown setting 'colour'"), ("slide function tanh", "function is no slider"),
        ("slide x two", "write slide NAME VALUE"), ("choose rulu", "did you mean relu"), ("set x 9", "from -6 to 6"),
    ],
)  # fmt: skip
def test_commands_check_their_words(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        finished(BENCH.script(BENCH.begin({}), [text]))


def test_an_address_that_is_not_understood_is_refused() -> None:
    with pytest.raises(SpecError, match="from -6 to 6"):
        BENCH.begin({"x": "10"})


def test_the_parts_are_the_areas_of_the_board() -> None:
    page = Visit(lambda: ActivationStage(from_query("")))
    assert {view.styles.get("grid-area") for view in page.board.view} == set(BENCH.parts)
    assert set(BENCH.names) == set(BENCH.facts(page.session))
