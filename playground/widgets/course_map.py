"""The course as a map: chapters, lectures, labs, a search over all of it, and what a student has done."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class CourseMap(Component):
    """
    The page that the app begins with.

    Messages: `search` with `text`, while it is typed; `load` with `text`, what is in a file of progress, or with `why`
    if it is too large to be one; `reset` when everything is to be forgotten.
    """

    chapters = param.List(
        default=[],
        doc="""
        One dict a chapter: `number`, `title`, `lessons`, each with `number`, `title`, `sentence`, `href` (empty if it
        is not written yet), `steps`, `done` and `after`, the lessons before it with `number` and `title`.""",
    )
    lectures = param.List(
        default=[],
        doc="One dict a lecture: `key`, `title`, `source`, `slides`, each with `number`, `title`, `href` and `state`.",
    )
    lecture = param.String(default="", doc="Key of the lecture whose slides are shown at once; empty for none.")
    labs = param.List(default=[], doc="One dict a stage: `group`, `title`, `sentence` and `href`.")
    way = param.Dict(default={}, doc="Where to go on: `label`, `title`, `sentence` and `href`; empty for nowhere.")
    query = param.String(default="", doc="What `results` are of.")
    results = param.List(default=[], doc="What was found: `kind`, `title`, `place`, `text` and `href`.")
    progress = param.String(default="", doc="What a file of progress holds; empty while the browser has not told.")
    finished = param.Integer(default=0, doc="How many steps are done.")
    message = param.String(default="", doc="What was wrong with the address; empty for nothing.")
    problems = param.List(default=[], doc="Lesson files that cannot be used: `file`, `line` and `reason`.")
    told = param.String(default="", doc="What became of the file that was loaded, or why it cannot be.")
    failed = param.Boolean(default=False, doc="Whether `told` is of something that failed.")

    _esm = module("component", "themed", "course_search", "course_lectures", "course_progress", "course_map")
    _stylesheets: ClassVar[list[str]] = stylesheets("course_map", "course_search", "course_lectures")
