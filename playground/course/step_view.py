"""What the card of a lesson shows: a step with what a student has done of it, as data for `LessonCard`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.checks import SpecError
from lessons.conditions import Fact
from lessons.course import Course
from lessons.progress import Progress
from lessons.schema import Check, Lesson, Prediction, Question, Step
from lessons.tracks import also_in, slide
from playground.course import address
from playground.course.answers import checked, number, read_order, read_points, shuffled, verdict
from playground.course.markup import block, inline, plain
from playground.formulas import mathml

__all__ = ["Doing", "card", "committed"]

# After so many wrong answers the right one may be asked for.
TRIES_BEFORE_TOLD = 3


@dataclass(slots=True)
class Doing:
    """What a student is about at one step, as long as the page is open.

    Attributes
    ----------
    running : str
        What the stage does by itself: ``prediction`` or ``solution``; empty for nothing.
    truth : str
        What happened when the prediction was run, as `answers.happened` writes it; empty before.
    fresh : bool
        Whether a prediction was committed at this visit, and nobody has seen yet what happens.
    stopped : bool
        Whether the run was stopped before its end.
    given : str
        The last answer to the question.
    trouble : str
        Why what was entered is no answer.
    tried : bool
        Whether something that the check asks of has changed.
    points : tuple
        What is on the axes of a sketch from the beginning.
    """

    running: str = ""
    truth: str = ""
    fresh: bool = False
    stopped: bool = False
    given: str = ""
    trouble: str = ""
    tried: bool = False
    points: Fact = ()


def committed(step: Step, progress: Progress, lesson: int) -> str:
    """Return the prediction that a student has committed to; empty for none, or one that a changed lesson has lost."""
    given = progress.of(lesson, step.key).predicted
    if not given or step.prediction is None:
        return ""
    try:
        return checked(step.prediction, given)
    except SpecError:
        return ""


def card(
    course: Course, lesson: Lesson, step: Step, followed: str, progress: Progress, doing: Doing
) -> dict[str, Any]:
    """Return what `LessonCard` shows.

    Parameters
    ----------
    course : Course
    lesson : Lesson
    step : Step
    followed : str
        Key of the slide that is followed; empty for none.
    progress : Progress
    doing : Doing
    """
    made = progress.of(lesson.number, step.key)
    given = committed(step, progress, lesson.number)
    place = lesson.place(step.key)
    last = place == len(lesson.steps) - 1
    done = progress.done(lesson, step)
    # One thing to do at a time: what comes next waits for what is there.
    predicted = step.prediction is None or bool(given and not doing.fresh and doing.running != "prediction")
    answered = step.question is None or made.answered
    return {
        "lesson": {"number": lesson.number, "title": lesson.title},
        "followed": address.slide_words(slide(followed)) if followed else "",
        "steps": [
            {
                "key": each.key, "title": each.title, "href": address.step_address(lesson.number, each.key),
                "done": progress.done(lesson, each), "current": each is step,
            }
            for each in lesson.steps
        ],
        "step": {
            "key": step.key, "number": place + 1, "title": step.title, "text": block(step.text),
            "formulas": [mathml(tex, "block") for tex in step.formulas],
            # It may say what is to be predicted.
            "note": inline(step.note) if step.note and predicted else "",
        },
        "prediction": _prediction(step.prediction, lesson, step, given, doing),
        "question": _question(step.question, lesson, step, made.answered, made.tries, doing) if predicted else None,
        "check": _check(step.check, made.checked, doing) if predicted and answered else None,
        "waiting": _waiting(step, predicted, answered),
        "done": done, "aha": inline(lesson.aha) if done and last else "",
        "back": _link(address.neighbour(course, lesson, step, followed, -1)),
        "next": _link(address.neighbour(course, lesson, step, followed, 1)),
        "also": [
            {"label": f"{each.lecture} · {each.number}", "title": each.title, "href": address.slide_address(each.key)}
            for each in also_in(lesson, step)
        ],
        "slides": [{"label": _slide_label(key), "href": address.slide_address(key)} for key in step.slides],
        "lab": address.lab_address(step),
        "href": address.slide_address(followed) if followed else address.step_address(lesson.number, step.key),
    }  # fmt: skip


def _slide_label(key: str) -> str:
    found = slide(key)
    return f"{found.lecture}, slide {found.number}: {found.title}"


def _link(place: address.Place) -> dict[str, str]:
    return {"label": place.label, "href": place.href, "step": place.step, "slide": place.slide}


def _waiting(step: Step, predicted: bool, answered: bool) -> str:
    """Return what follows when the present part is done."""
    after = [
        *(["a question"] if step.question and not predicted else []),
        *(["something to do"] if step.check and not (predicted and answered) else []),
    ]
    return f"Then: {' and '.join(after)}." if after else ""


def _asked(asked: Prediction | Question, lesson: Lesson, step: Step) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": asked.kind, "ask": inline(asked.ask)}
    if asked.kind == "choice":
        shown["options"] = [inline(option.text, terms=False) for option in asked.options]
    if asked.kind == "order":
        shown["items"] = [inline(item.text, terms=False) for item in asked.items]
        shown["names"] = [plain(item.text) for item in asked.items]
        shown["order"] = shuffled(asked.items, f"{lesson.number}/{step.key}")
    return shown


def _shown_answer(asked: Prediction | Question, text: str) -> str:
    """Return an answer as HTML; a sketch is shown as a line."""
    if asked.kind == "choice":
        return inline(asked.options[int(text)].text, terms=False)
    if asked.kind == "number":
        return text.replace("-", "−")
    if asked.kind == "order":
        items = (inline(asked.items[place].text, terms=False) for place in read_order(text, len(asked.items)))
        return f"<ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>"
    return ""


def _prediction(
    asked: Prediction | None, lesson: Lesson, step: Step, given: str, doing: Doing
) -> dict[str, Any] | None:
    if asked is None:
        return None
    state = "ran" if doing.truth else "committed"
    if not given or doing.running == "prediction":
        state = "running" if given else "open"
    shown = _asked(asked, lesson, step) | {
        "state": state, "stopped": doing.stopped, "trouble": doing.trouble if state == "open" else "",
        "mine": _shown_answer(asked, given) if given else "",
    }  # fmt: skip
    if asked.sketch is not None:
        sketch = asked.sketch
        shown["sketch"] = {
            "x": inline(sketch.x, terms=False), "y": inline(sketch.y, terms=False), "frame": list(sketch.frame),
            "points": list(doing.points) if isinstance(doing.points, tuple) else [],
            "drawn": [list(point) for point in read_points(given)], "truth": [],
            "names": [plain(sketch.x), plain(sketch.y)],
        }  # fmt: skip
    if state == "ran":
        said = verdict(asked, given, doing.truth)
        shown |= {"right": said.right, "why": inline(said.why), "after": inline(asked.after)}
        if asked.sketch is not None:
            shown["sketch"]["truth"] = [list(point) for point in read_points(doing.truth)]
        else:
            truth = number(float(doing.truth), asked.tolerance) if asked.kind == "number" else doing.truth
            shown["happened"] = _shown_answer(asked, truth)
    return shown


def _question(
    asked: Question | None, lesson: Lesson, step: Step, answered: bool, tries: int, doing: Doing
) -> dict[str, Any] | None:
    if asked is None:
        return None
    given = _right(asked) if answered else doing.given
    shown = _asked(asked, lesson, step) | {
        "given": given, "right": None, "why": "", "trouble": doing.trouble,
        "tellable": not answered and tries >= TRIES_BEFORE_TOLD,
    }  # fmt: skip
    if given:
        said = verdict(asked, given)
        shown |= {"right": said.right, "why": inline(said.why)}
        if answered:
            shown["mine"] = _shown_answer(asked, given)
    return shown


def _right(asked: Question) -> str:
    """Return the right answer."""
    if asked.kind == "choice":
        return str(next(place for place, option in enumerate(asked.options) if option.right))
    if asked.kind == "number":
        assert asked.answer is not None
        return f"{asked.answer:g}"
    return ",".join(map(str, range(len(asked.items))))


def _check(check: Check | None, done: bool, doing: Doing) -> dict[str, Any] | None:
    if check is None:
        return None
    return {
        "do": inline(check.do), "hint": inline(check.hint) if check.hint else "", "done": done,
        "said": inline(check.done), "tried": doing.tried, "showing": doing.running == "solution",
    }  # fmt: skip
