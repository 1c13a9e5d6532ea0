"""A lesson: its card beside the stages that it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import param

from engine.checks import SpecError
from lessons.conditions import condition, holds
from lessons.course import course
from lessons.progress import Progress
from lessons.schema import Lesson, Step
from playground.assets import stylesheets
from playground.course import answers
from playground.course.lesson_stage import Facts, LessonStage
from playground.course.step_view import Doing, card, committed
from playground.stages.stage import Stage
from playground.widgets.lesson_card import LessonCard
from playground.widgets.progress_store import ProgressStore


class LessonPage(pn.viewable.Viewer):
    """One lesson with its card, its stages, and what the student has done.

    Parameters
    ----------
    lesson : Lesson
    step : str
        Key of the step to begin with; another text opens the first one, and the page says so.
    lecture : str
        Key of the slide that the step is opened for, ``L3-22``: Next and Back follow its lecture. Empty to follow the
        course.
    dark : bool or reference
        Whether the page is dark.
    """

    dark = param.Boolean(default=False, allow_refs=True)
    # As of a stage: what the author of a link has taken away.
    hidden: tuple[str, ...] = ()

    def __init__(self, lesson: Lesson, step: str, lecture: str = "", **params: Any) -> None:
        super().__init__(**params)
        self.lesson, self._followed = lesson, lecture
        steps = {each.key: each for each in lesson.steps}
        self.step = steps.get(step, lesson.steps[0])
        self.progress = Progress()
        # What was done before the browser has told what it keeps; None from then on.
        self._early: list[Callable[[Progress], Progress]] | None = []
        self._doings: dict[str, Doing] = {each: Doing() for each in steps}
        self.store = ProgressStore(dark=self.param.dark)
        self.store.on_message(self._on_store)
        self.card = LessonCard(dark=self.param.dark)
        self.card.on_message(self._on_card)
        if step and step not in steps:
            self.card.message = f"Lesson {lesson.number} has no step {step[:40]!r}; this is its first."
        # With the page: what is added to it later comes with all that its widgets are made of, and Next would wait.
        self._stages: dict[str, LessonStage] = {}
        for each in (self.step, *lesson.steps):
            if each.stage not in self._stages:
                self._stages[each.stage] = LessonStage(self, each)
        self._here.begin()
        self._show_stage()
        self._mark_seen()
        self.view = pn.Column(
            pn.Column(self.card, css_classes=["np-lesson-side"], stylesheets=stylesheets("lesson_page"), margin=0),
            pn.Column(
                *(place.view for place in self._stages.values()), css_classes=["np-lesson-stage"],
                stylesheets=stylesheets("lesson_page"), sizing_mode="stretch_width", margin=0,
            ),
            self.store, css_classes=["np-lesson"], stylesheets=stylesheets("lesson_page"),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def __panel__(self) -> Any:
        """Return what is drawn."""
        return self.view

    def start(self) -> None:
        """Begin to draw; called when the page has loaded."""
        for place in self._stages.values():
            place.stage.start()

    def stop(self) -> None:
        """End: the visitor has left."""
        for place in self._stages.values():
            place.stage.stop()

    @property
    def stage(self) -> Stage[Any]:
        """The stage that stands beside the card."""
        return self._here.stage

    @property
    def _here(self) -> LessonStage:
        return self._stages[self.step.stage]

    @property
    def _doing(self) -> Doing:
        return self._doings[self.step.key]

    # What the browser keeps.

    def _on_store(self, message: dict[str, Any]) -> None:
        if message["type"] == "stored":
            try:
                self.progress = Progress.from_json(str(message["text"]))
            except SpecError as error:
                self.progress = Progress()
                self.card.message = f"What this browser kept of your progress was lost. {error}"
            early, self._early = self._early, None
            for change in early or ():
                self.progress = change(self.progress)
            if early:
                self.store.text = self.progress.to_json()
        else:
            self._early = None
            self.card.message = "This browser keeps nothing: your progress is lost when you leave the page."
        self._show()

    def _note(self, step: Step, **changes: Any) -> None:
        """Keep what was done of a step."""

        def change(progress: Progress) -> Progress:
            return progress.with_step(self.lesson.number, step.key, **changes)

        self.progress = change(self.progress)
        if self._early is not None:
            self._early.append(change)
        else:
            self.store.text = self.progress.to_json()

    def _mark_seen(self) -> None:
        # Seen before or not, it is where the student goes on next time.
        self._note(self.step, seen=True)
        self._show()

    # What the student says.

    def _on_card(self, message: dict[str, Any]) -> None:
        """Take an answer, or go to another step."""
        self._doing.trouble = self.card.message = ""
        match message["type"]:
            case "go":
                self._go(str(message["step"]), str(message["slide"]))
            case "commit":
                self._commit(str(message["answer"]))
            case "run":
                self._run()
            case "answer":
                self._answer(str(message["answer"]))
            case "tell":
                self._note(self.step, answered=True)
            case "show":
                self._solve()
            case "again":
                self._doing.stopped = False
                self._here.open(self.step)
        self._show()

    def _go(self, key: str, followed: str) -> None:
        """Go to another step of the same lesson, where nothing is loaded anew."""
        before, self._followed = self.step, followed
        self.step = self.lesson.steps[self.lesson.place(key)]
        if self.step is not before:
            self._stages[before.stage].leave()
            follows = self.lesson.place(key) == self.lesson.place(before.key) + 1
            self._here.open(self.step, keep=self.step.keeps and follows and before.stage == self.step.stage)
            self._show_stage()
        self._mark_seen()

    def _commit(self, text: str) -> None:
        asked = self.step.prediction
        if asked is None or committed(self.step, self.progress, self.lesson.number):
            return
        try:
            given = answers.checked(asked, text)
        except SpecError as error:
            self._doing.trouble = str(error)
            return
        self._doing.fresh = True
        self._note(self.step, predicted=given)

    def _run(self) -> None:
        asked = self.step.prediction
        if asked is None or not committed(self.step, self.progress, self.lesson.number):
            return
        self._doing.running, self._doing.truth, self._doing.stopped = "prediction", "", False
        # Before anything else moves: the stage is locked until the card has been shown.
        self._show()
        self._here.follow(self.step, asked.run)

    def _solve(self) -> None:
        if self.step.check is not None:
            self._doing.running = "solution"
            self._here.follow(self.step, self.step.check.solution)

    def _answer(self, text: str) -> None:
        asked = self.step.question
        if asked is None:
            return
        try:
            given = answers.checked(asked, text)
        except SpecError as error:
            self._doing.trouble = str(error)
            return
        self._doing.given = given
        made = self.progress.of(self.lesson.number, self.step.key)
        right = bool(answers.verdict(asked, given).right)
        self._note(self.step, tries=made.tries + 1, answered=made.answered or right)

    # What happens on the stage.

    def run_ended(self, step: Step, whole: bool) -> None:
        """A script of a step has come to its end, or was stopped before it."""
        doing = self._doings[step.key]
        doing.stopped = not whole
        if not whole:
            doing.running = ""
            self._show()

    def told(self, step: Step, facts: Facts, opened: Facts) -> None:
        """Take the facts of a step's stage, and those that it was opened with."""
        doing, changed = self._doings[step.key], False
        if doing.running == "prediction" and self._stages[step.stage].at_rest and step.prediction is not None:
            doing.running, changed = "", True
            doing.truth = answers.happened(step.prediction, facts)
            doing.fresh = False
        elif doing.running == "solution" and self._stages[step.stage].at_rest:
            doing.running, changed = "", True
        check = step.check
        if check is not None and doing.running != "prediction":
            if not self.progress.of(self.lesson.number, step.key).checked and holds(check.when, facts):
                self._note(step, checked=True)
                changed = True
            asked_of = {condition(each).fact for each in check.when}
            # What is not known yet is no number, and equals nothing.
            if not doing.tried and any(repr(facts.get(name)) != repr(opened.get(name)) for name in asked_of):
                doing.tried = changed = True
        sketch = step.prediction.sketch if step.prediction else None
        if sketch is not None and sketch.points and not doing.points:
            doing.points, changed = opened.get(sketch.points, ()), True
        if changed:
            self._show()

    def _show_stage(self) -> None:
        for key, place in self._stages.items():
            place.view.visible = key == self.step.stage
        self.stage.show_parts(self.step.show, self.step.point)

    def _show(self) -> None:
        """Show the card as things stand, and lock the stage where a prediction is waited for."""
        shown = card(course(), self.lesson, self.step, self._followed, self.progress, self._doing)
        if shown != self.card.card:
            self.card.card = shown
        asked = self.step.prediction is not None
        self.stage.locked = asked and not committed(self.step, self.progress, self.lesson.number)
