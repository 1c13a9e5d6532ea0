"""A stage beside a lesson's card: it opens what a step says, does what a lesson asks, and tells what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import panel as pn

from lessons.conditions import Fact
from lessons.schema import Step
from playground.benches.registry import bench
from playground.pages import PAGES
from playground.stages.stage import Stage

if TYPE_CHECKING:
    from playground.course.lesson_page import LessonPage

__all__ = ["Facts", "LessonStage"]

Facts = Mapping[str, Fact]
# Seconds between setting the stage up and the first command of a run: the eye finds its place.
BEFORE_RUN = 0.3


class LessonStage:
    """One of a lesson's stages.

    Parameters
    ----------
    page : LessonPage
    step : Step
        What the stage is built for.
    """

    def __init__(self, page: LessonPage, step: Step) -> None:
        self._page, self._bench = page, bench(step.stage)
        self.stage: Stage[Any] = PAGES[step.stage].make(step.at, dark=page.param.dark)
        self.view = pn.Column(self.stage, sizing_mode="stretch_width", margin=0)
        # The step whose state stands there, and how it was when it was opened: both are changed in the worker thread.
        self._standing: Step | None = step
        self._opened: Facts | None = None
        self._whole = False
        # Whether no script is being followed.
        self.at_rest = True
        self.stage.observe(self._ask, self._tell)

    def begin(self) -> None:
        """Have the stage stand as every later opening of the step would; of itself a page may begin with a question."""
        session = self.stage.session
        if self._standing is not None:
            self._bench.open(session, self._standing.at)
            self.stage.draw(session.scene(False))

    def open(self, step: Step, keep: bool = False) -> None:
        """Have a step's state stand there; or what stands there already, where it is to be kept."""
        self.leave()

        def command() -> None:
            self._standing, self._opened = None, None
            if not keep:
                self._bench.open(self.stage.session, step.at)
            self._standing = step

        self.stage.submit(command)

    def leave(self) -> None:
        """Stop what moves, and take away what was said."""
        self.stage.play(False)
        self.stage.quiet()

    def follow(self, step: Step, commands: tuple[str, ...]) -> None:
        """Do commands from the step's beginning, each of them seen."""
        self.stage.quiet()
        self.at_rest = self._whole = False
        self.stage.follow(self._script(step, commands), lambda: self._ended(step))

    def _script(self, step: Step, commands: tuple[str, ...]) -> Iterator[float]:
        session = self.stage.session
        if not step.keeps:
            # Whatever was tried out before is none of the prediction's.
            self._bench.open(session, step.at)
            yield BEFORE_RUN
        yield from self._bench.script(session, commands)
        self._whole = True

    def _ended(self, step: Step) -> None:
        self.at_rest = True
        self._page.run_ended(step, self._whole)

    def _ask(self, session: Any) -> tuple[Step, Facts, Facts] | None:
        """Return what stands there; runs in the worker thread."""
        if self._standing is None:
            return None
        facts = self._bench.facts(session)
        if self._opened is None:
            self._opened = facts
        return self._standing, facts, self._opened

    def _tell(self, answer: tuple[Step, Facts, Facts] | None) -> None:
        # An answer may have been under way while the student went to another step.
        if answer is not None and answer[0] is self._page.step:
            self._page.told(*answer)
