"""`python -m lessons`: how much of the course is there, and what is wrong with a lesson file."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.checks import SpecError
from lessons.course import course, read_files
from lessons.coverage import by_chapter, by_lecture, proven, report
from lessons.schema import Lesson

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return what the process ends with: 0 if nothing is wrong."""
    parser = argparse.ArgumentParser(prog="lessons", description="The lessons of Neural Playground, as files.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("coverage", help="which slides and concepts are there, and what of it a test proves")
    check = commands.add_parser("check", help="what is wrong with lesson files")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a lesson file")
    options = parser.parse_args(arguments)
    return _check(options.files) if options.command == "check" else _coverage()


def _check(files: Sequence[Path]) -> int:
    found = read_files(files)
    for problem in found.problems:
        print(problem)
    for lesson in found.lessons.values():
        print(f"lesson {lesson.number}, {lesson.title}: {_counted(lesson)}")
    return 1 if found.problems else 0


def _counted(lesson: Lesson) -> str:
    steps = lesson.steps
    parts = (
        (len(steps), "step"),
        (sum(step.prediction is not None for step in steps), "prediction"),
        (sum(step.question is not None for step in steps), "question"),
        (sum(step.check is not None for step in steps), "check"),
        (sum(len(step.slides) for step in steps), "slide"),
    )
    return ", ".join(f"{count} {word}" if count == 1 else f"{count} {word}s" for count, word in parts)


def _coverage() -> int:
    tests = ROOT / "tests"
    try:
        tested = proven(tests)
    except SpecError as error:
        print(error)
        return 1
    if not tests.is_dir():
        print("The tests are not installed: which concepts they prove is not known here.\n")
    print(report(by_lecture(course(), _shown()), by_chapter(course(), tested)))
    return 0


def _shown() -> dict[str, list[str]]:
    """Return by slide the stages that show it. They are asked in a process of their own: lessons know no stage."""
    asked = [sys.executable, "-m", "playground.slides"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
