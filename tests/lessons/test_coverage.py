"""The list of what is there is honest: it is counted here once more, by other means."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from engine.checks import SpecError
from lessons import __main__ as command
from lessons.concepts import CONCEPTS
from lessons.course import CHAPTERS, Course, course
from lessons.coverage import UNPROVEN, by_chapter, by_lecture, proven, report
from lessons.schema import Check, Lesson, Step

ROOT = Path(__file__).resolve().parents[2]
# How many concepts the curriculum has in each chapter, and where each chapter's begin.
FIRST = {1: 1, 2: 36, 3: 68, 4: 90, 5: 128, 6: 142, 7: 160, 8: 193, 9: 213, 10: 231}


def lesson(number: int, slides: tuple[str, ...], concepts: tuple[str, ...] = ()) -> Lesson:
    check = Check("Do.", ("loss < 1",), ("reset",), "Done.")
    return Lesson(number, "T", "S", "A", (Step("one", "One", "t", "graph", slides=slides, check=check),), concepts)


def a_course(*lessons: Lesson) -> Course:
    slides = {key: (each, step) for each in lessons for step in each.steps for key in step.slides}
    return Course({each.number: each for each in lessons}, (), slides)


def test_there_are_268_concepts_chapter_by_chapter() -> None:
    assert list(CONCEPTS) == [f"C{number:03}" for number in range(1, 269)]
    expected = {number: max(key for key, first in FIRST.items() if first <= number) for number in range(1, 269)}
    assert {int(key[1:]): each.chapter for key, each in CONCEPTS.items()} == expected
    assert len({each.name for each in CONCEPTS.values()}) == 268
    assert all(each.slides for each in CONCEPTS.values())


def test_slides_are_counted_where_they_are() -> None:
    found = by_lecture(
        a_course(lesson(1, ("L1-02", "L1-03", "L2-01"))), {"L1-03": ["graph"], "L1-05": ["graph", "race"], "L1-06": []}
    )
    one, two, three, _ = found
    assert (one.steps, one.stages) == ((2, 3), (5,))
    assert one.missing == (1, 4, *range(6, 80))
    assert (two.steps, two.stages, two.missing) == ((1,), (), tuple(range(2, 34)))
    assert len(three.missing) == 60


def test_concepts_are_counted_as_taught_and_as_proven() -> None:
    found = by_chapter(a_course(lesson(14, (), ("C129", "C128"))), {"C129", "C130", "C001"})
    assert [len(each.concepts) for each in found] == [35, 32, 22, 38, 14, 18, 33, 20, 18, 38]
    assert (found[4].reachable, found[4].proven) == (("C128", "C129"), ("C129", "C130"))
    assert (found[0].reachable, found[0].proven) == ((), ("C001",))


def test_markers_are_read_out_of_tests(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "test_a.py").write_text(
        "import pytest\n"
        "pytestmark = pytest.mark.concept('C001')\n"
        "@pytest.mark.concept('C129')\n@pytest.mark.peer\ndef test_it(): pass\n"
        "CASES = [pytest.param(1, marks=[pytest.mark.concept('C130')])]\n"
        "# @pytest.mark.concept('C131')\n'@pytest.mark.concept(\"C132\")'\n"
    )
    (tmp_path / "helper.py").write_text("import pytest\n@pytest.mark.concept('C133')\ndef f(): pass\n")
    assert proven(tmp_path) == {"C001", "C129", "C130"}


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("pytest.mark.concept('C269')", r"test_a.py, line 2: there is no concept 'C269'; they are C001 to C268"),
        ("pytest.mark.concept('C1')", "no concept 'C1'"),
        ("pytest.mark.concept(129)", "no concept '129'"),
        ("pytest.mark.concept(name)", "no concept 'name'"),
    ],
)
def test_a_marker_with_an_unknown_number_fails(tmp_path: Path, marker: str, said: str) -> None:
    (tmp_path / "test_a.py").write_text(f"import pytest\n@{marker}\ndef test_it(): pass\n")
    with pytest.raises(SpecError, match=said):
        proven(tmp_path)


def test_every_concept_that_a_lesson_claims_is_proven_or_said_not_to_be() -> None:
    claimed = {key for each in course().lessons.values() for key in each.concepts}
    open_ = claimed - proven(ROOT / "tests")
    assert open_ - UNPROVEN.keys() == set(), "prove these, or say in lessons/unproven.toml why they are not proven"
    assert UNPROVEN.keys() - open_ == set(), "these are proven, or taught by no lesson: take them out of unproven.toml"
    assert all(len(reason) > 10 for reason in UNPROVEN.values())


@pytest.fixture(scope="module")
def shown() -> dict[str, list[str]]:
    """By slide the stages that show it, as they say themselves."""
    return command._shown()


def test_the_printed_numbers_are_those_of_an_independent_count(
    shown: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_shown", lambda: shown)
    assert command.main(["coverage"]) == 0
    printed = capsys.readouterr().out
    # Steps and concepts out of the files themselves, markers by searching the text of the tests.
    files = [path for chapter in CHAPTERS for path in (ROOT / "lessons" / chapter.folder).glob("*.toml")]
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    slides = [key for table in tables for step in table["steps"] for key in step.get("slides", [])]
    taught = {key for table in tables for key in table.get("concepts", [])}
    texts = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.name != Path(__file__).name
    ]
    marked = {key for text in texts for key in re.findall(r'mark\.concept\("(C\d{3})"\)', text)}
    for lecture, count in {"L1": 79, "L2": 33, "L3": 60, "L4": 93}.items():
        own = sum(key.startswith(lecture) for key in slides)
        line = next(line for line in printed.splitlines() if line.startswith(f"  {lecture} "))
        found = [int(number) for number in re.findall(r"\d+", line.rpartition(": ")[2])]
        assert found[:2] == [own, count]
        assert own + found[2] + found[3] == count
        assert f"{lecture}-" not in line
    assert f"All: {len(taught)} of 268 are taught, {len(marked)} are proven" in printed


def test_the_slides_that_a_stage_shows_are_asked_of_the_stages(shown: dict[str, list[str]]) -> None:
    assert len(shown) == 265
    assert shown["L1-23"] == ["graph"]
    assert shown["L1-17"] == ["graph", "descent"]
    assert shown["L4-43"] == []


def test_runs_of_numbers_are_written_short() -> None:
    text = report(by_lecture(a_course(lesson(1, ("L2-01", "L2-02", "L2-03", "L2-05", "L2-33"))), {}), ())
    assert "step:    1–3, 5, 33\n" in text
    assert "not yet: 4, 6–32\n" in text
    assert "stage:   –\n" in text


def test_a_file_is_checked_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "31_broken.toml"
    broken.write_text('number = 31\ntitle = "x"\n')
    assert command.main(["check", str(ROOT / "lessons" / "template.toml")]) == 0
    said = capsys.readouterr().out
    assert said == "lesson 31, One number, two ways down: 2 steps, 1 prediction, 1 question, 1 check, 0 slides\n"
    assert command.main(["check", str(broken), str(tmp_path / "none.toml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "31_broken.toml, line 1: a lesson needs the key 'summary'"
    assert lines[1].startswith("none.toml, line 1: the file cannot be read")
