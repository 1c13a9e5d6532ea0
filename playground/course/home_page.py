"""The page that the app begins with: the course as a map."""

from __future__ import annotations

from typing import Any

import panel as pn
import param

from engine.checks import SpecError
from lessons.course import course
from lessons.progress import Progress
from lessons.search import search
from playground.course.map_items import chapter_items, finished_steps, going_on, lab_items, lecture_items
from playground.widgets.course_map import CourseMap
from playground.widgets.progress_store import ProgressStore

_EMPTY = "The file is empty. Choose a file that was saved here."


class HomePage(pn.viewable.Viewer):
    """The course map with what the student has done.

    Parameters
    ----------
    lecture : str
        Key of a lecture whose slides are shown at once; empty for none.
    message : str
        What was wrong with the address; empty for nothing.
    dark : bool or reference
        Whether the page is dark.
    """

    dark = param.Boolean(default=False, allow_refs=True)
    # As of a stage: what the author of a link has taken away.
    hidden: tuple[str, ...] = ()

    def __init__(self, lecture: str = "", message: str = "", **params: Any) -> None:
        super().__init__(**params)
        self.course = course()
        self.progress = Progress()
        self.store = ProgressStore(dark=self.param.dark)
        self.store.on_message(self._on_store)
        self.map = CourseMap(
            dark=self.param.dark, labs=lab_items(), lecture=lecture, message=message,
            problems=[
                {"file": each.file, "line": each.line, "reason": each.reason} for each in self.course.problems
            ],
        )  # fmt: skip
        self.map.on_message(self._on_map)
        self._show()
        self.view = pn.Column(self.map, self.store, sizing_mode="stretch_width", margin=0)

    def __panel__(self) -> Any:
        """Return what is drawn."""
        return self.view

    def start(self) -> None:
        """Begin; there is nothing that moves."""

    def stop(self) -> None:
        """End: the visitor has left."""

    def _show(self) -> None:
        self.map.param.update(
            chapters=chapter_items(self.course, self.progress),
            lectures=lecture_items(self.course, self.progress),
            way=going_on(self.course, self.progress),
            finished=finished_steps(self.course, self.progress),
        )

    def _on_store(self, message: dict[str, Any]) -> None:
        if message["type"] == "failed":
            self.map.param.update(failed=True, told="This browser keeps nothing: your progress is lost when you leave.")
            return
        try:
            self.progress = Progress.from_json(str(message["text"]))
        except SpecError as error:
            self.map.param.update(failed=True, told=f"What this browser kept of your progress was lost. {error}")
        self.map.progress = self.progress.to_json()
        self._show()

    def _on_map(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "search":
                self._search(str(message["text"]))
            case "load":
                self._load(str(message.get("text", "")), str(message.get("why", "")))
            case "reset":
                self._keep(Progress(), "All steps are new again.")

    def _search(self, text: str) -> None:
        hits = search(self.course, text)
        results = [
            {"kind": hit.kind, "title": hit.title, "place": hit.place, "text": hit.text, "href": hit.address}
            for hit in hits
        ]
        self.map.param.update(query=text, results=results)

    def _load(self, text: str, why: str) -> None:
        """Take the progress of a file; one that is broken leaves what was there."""
        try:
            if why or not text.strip():
                raise SpecError("progress", why or _EMPTY)
            loaded = Progress.from_json(text)
        except SpecError as error:
            self.map.param.update(failed=True, told=f"{error} What you had is kept.")
            return
        self._keep(loaded, "")
        done = "1 step is" if self.map.finished == 1 else f"{self.map.finished} steps are"
        self.map.told = f"The file was loaded: {done} done."

    def _keep(self, progress: Progress, told: str) -> None:
        self.progress = progress
        self.store.text = self.map.progress = progress.to_json()
        self.map.param.update(failed=False, told=told)
        self._show()
