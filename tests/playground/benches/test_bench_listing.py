"""What authors of lessons are told of each stage is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground import __main__ as command
from playground.benches.listing import listing
from playground.benches.registry import STAGES, bench


@pytest.mark.parametrize("stage", STAGES)
def test_every_fact_command_and_part_is_listed(stage: str) -> None:
    made = bench(stage)
    facts, commands, parts = (block.splitlines() for block in listing(stage, {}).split("\n\n"))
    assert (facts[0], commands[0], parts[0]) == (
        "Facts, for `when`, `truth` and `fact`", "Commands, for `run` and `solution`", "Parts, for `show` and `point`"
    )  # fmt: skip
    for lines, names in ((facts, made.names), (commands, made.commands), (parts, made.parts)):
        assert [line.split()[0] for line in lines[1:]] == [name.split()[0] for name in names]
    assert all(len(line.split()) > 1 for line in (*facts, *commands, *parts))


def family(name: str) -> str:
    """Of facts of one kind, such as gradient.x and gradient.y, what they have in common."""
    return re.sub(r"\d*$", "", re.split(r"[.<]", name)[0])


@pytest.mark.parametrize("stage", STAGES)
def test_every_fact_is_documented_by_its_name_or_with_its_kind(stage: str) -> None:
    made = bench(stage)
    told = {family(name) for name in made.names}
    # "slope; slope1 and slope2 over two weights"
    told |= {family(word) for sentence in made.names.values() for word in re.findall(r"[\w.]+", sentence)}
    assert {family(fact) for fact in made.facts(made.begin({}))} - told == set()


def test_values_are_those_of_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["facts", "graph", "slide=L1-24"])
    said = capsys.readouterr().out
    assert re.search(r"^  op +.*\(here: 5\)$", said, re.MULTILINE)
    assert re.search(r"^  backward_done +.*\(here: false\)$", said, re.MULTILINE)
    command.main(["facts", "graph"])
    assert re.search(r"^  op +.*\(here: 0\)$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["facts", "moon"], "invalid choice: 'moon'"),
        (["facts", "graph", "slide=L9-01"], "no graph is known of this slide"),
        (["facts", "graph", "slide"], "bad query field: 'slide'"),
        (["facts"], "the following arguments are required: STAGE"),
    ],
)
def test_what_is_not_there_is_said(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(words)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_the_book_of_authors_names_all_stages() -> None:
    book = (Path(__file__).parents[3] / "lessons" / "README.md").read_text()
    assert all(f"`{stage}`" in book for stage in STAGES)
