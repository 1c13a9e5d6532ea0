"""What a student has predicted, answered and brought about, step by step; kept as text in the student's browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from engine.checks import SpecError
from lessons.schema import Lesson, Step

__all__ = ["Progress", "StepProgress"]

VERSION = 1
LARGEST_TEXT = 1_000_000
LONGEST_ANSWER = 20_000
MOST_TRIES = 1_000_000
_KIND = "neural-playground-progress"


@dataclass(frozen=True, slots=True)
class StepProgress:
    """What a student has done of one step.

    Attributes
    ----------
    predicted : str
        The prediction that was committed, as text; empty while there is none. What it means is the page's affair.
    answered : bool
        Whether the question was answered rightly.
    tries : int
        How many answers were given to the question.
    checked : bool
        Whether what the check asks for was there once.
    seen : bool
        Whether the step was opened.
    """

    predicted: str = ""
    answered: bool = False
    tries: int = 0
    checked: bool = False
    seen: bool = False


_NOTHING = StepProgress()
_TYPES = {"predicted": str, "answered": bool, "tries": int, "checked": bool, "seen": bool}


def _key(lesson: int, step: str) -> str:
    return f"{lesson}/{step}"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a student has done of all lessons.

    Attributes
    ----------
    steps : mapping of str to StepProgress
        By lesson and step: ``14/forward``. Lessons that are not known here are kept: a newer course may know them.
    last : str
        The step that something was done of last, ``14/forward``; empty for none.
    """

    steps: Mapping[str, StepProgress] = field(default_factory=dict)
    last: str = ""

    def of(self, lesson: int, step: str) -> StepProgress:
        """Return what was done of a step."""
        return self.steps.get(_key(lesson, step), _NOTHING)

    def with_step(self, lesson: int, step: str, **changes: Any) -> Progress:
        """Return the same with changes of one step.

        Parameters
        ----------
        lesson : int
        step : str
            Its key.
        **changes
            Attributes of `StepProgress`.
        """
        key, changed = _key(lesson, step), replace(self.of(lesson, step), **changes)
        return Progress(MappingProxyType({**self.steps, key: changed}), key)

    def done(self, lesson: Lesson, step: Step) -> bool:
        """Whether everything that a step asks for is done."""
        made = self.of(lesson.number, step.key)
        return (
            (step.prediction is None or bool(made.predicted))
            and (step.question is None or made.answered)
            and (step.check is None or made.checked)
        )

    def to_json(self) -> str:
        """Return all of it as text."""
        # What is as it was at the beginning is left out.
        steps = {
            key: {name: value for name, value in asdict(step).items() if value != getattr(_NOTHING, name)}
            for key, step in self.steps.items()
        }
        table = {"kind": _KIND, "version": VERSION, "steps": steps, "last": self.last}
        return json.dumps(table, ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Progress:
        """Return the progress of a text.

        Parameters
        ----------
        text : str
            As `to_json` makes it; empty for none yet.

        Raises
        ------
        SpecError
            If it is none, with a sentence for the page.
        """
        if not text:
            return Progress()
        if len(text) > LARGEST_TEXT:
            raise SpecError("progress", f"The file is too large: progress takes at most {LARGEST_TEXT:,} characters.")
        try:
            table = json.loads(text)
        except (ValueError, RecursionError):
            raise SpecError(
                "progress", "This is no progress file: it cannot be read. Choose a file that was saved here."
            ) from None
        if not isinstance(table, dict) or table.get("kind") != _KIND or not isinstance(table.get("steps"), dict):
            raise SpecError("progress", "This is no progress of Neural Playground. Choose a file that was saved here.")
        version = table.get("version")
        if not isinstance(version, int) or not 1 <= version <= VERSION:
            found = str(version)[:20]
            raise SpecError("progress", f"The file is of version {found!r}; this page reads versions up to {VERSION}.")
        steps = {str(key): _step(str(key), value) for key, value in table["steps"].items()}
        last = table.get("last", "")
        # Where to go on is no reason to lose what was done.
        return Progress(MappingProxyType(steps), last if isinstance(last, str) and last in steps else "")


def _step(key: str, value: Any) -> StepProgress:
    """Return one step's progress; what a newer version has added is left out."""
    if not isinstance(value, dict):
        raise SpecError("progress", f"The progress of step {key[:40]!r} is broken. Choose another file.")
    known = {name: value[name] for name in _TYPES if name in value}
    for name, found in known.items():
        # Exactly: a truth is a number to Python, but not to us.
        fits = type(found) is _TYPES[name]
        if isinstance(found, str):
            fits = fits and len(found) <= LONGEST_ANSWER
        elif isinstance(found, int):
            fits = fits and 0 <= found <= MOST_TRIES
        if not fits:
            raise SpecError("progress", f"The progress of step {key[:40]!r} is broken at {name!r}. Choose another.")
    return StepProgress(**known)
