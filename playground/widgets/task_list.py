"""Things to try, each with a mark once it is done."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class TaskList(Component):
    """A list of tasks; what has been done is told. Without any it takes no room."""

    tasks = param.List(default=[], doc="One dict a task: `text`; `done`; `seen`, what there is to say of it now.")
    quiet = param.Boolean(default=False, doc="Whether changes are kept from the screen reader: while it plays.")

    _esm = module("component", "task_list")
    _stylesheets: ClassVar[list[str]] = stylesheets("task_list")
