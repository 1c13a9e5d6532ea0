"""Bringing one's own data: a CSV file with a choice of columns, or an empty plane to draw on."""

from __future__ import annotations

from typing import Any

import panel_material_ui as pmui

from engine.datasets.csv_table import Table, TableError, read_table
from engine.datasets.own import Points
from engine.spec import OWN
from playground.stages.network.tools.host import Host
from playground.widgets.message import MessageBar
from playground.widgets.upload import hear_every_choice

# Larger files are refused by the browser already; the reader has the same limit.
MAX_FILE_BYTES = 2 * 2**20
_KINDS = {"What the column looks like": "guess", "Classes": "classes", "Numbers to predict": "numbers"}


class OwnData:
    """The dialog for own data.

    Parameters
    ----------
    host : Host
    draw : callable
        Begins drawing on the plane.
    """

    def __init__(self, host: Host, draw: Any) -> None:
        self._host, self._draw = host, draw
        self._table: Table | None = None
        self._upload = pmui.FileInput(
            label="Choose a CSV file", accept=".csv,.tsv,.txt", max_file_size=MAX_FILE_BYTES,
            sizing_mode="stretch_width",
        )
        hear_every_choice(self._upload, self._read, self._refuse)
        self._message = MessageBar(margin=(4, 10))
        common = {"options": [], "size": "small", "sizing_mode": "stretch_width", "visible": False}
        self._x, self._y = (pmui.Select(label=label, **common) for label in ("Input x₁", "Input x₂"))
        self._target = pmui.Select(label="Class or target", **common)
        self._kind = pmui.Select(
            label="The target is", **{**common, "options": _KINDS, "value": "guess"}
        )
        self._use = pmui.Button(label="Use these points", visible=False, sizing_mode="stretch_width")
        self._use.on_click(lambda _: self._take())
        self._classes = pmui.Select(
            label="Classes to draw", options={"2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "Numbers": 0}, value=2,
            size="small", sizing_mode="stretch_width",
        )  # fmt: skip
        blank = pmui.Button(label="Draw on an empty plane", variant="outlined", sizing_mode="stretch_width")
        blank.on_click(lambda _: self._begin(Points.empty(self._classes.value)))
        here = pmui.Button(label="Draw into the points that are there", variant="outlined", sizing_mode="stretch_width")
        here.on_click(lambda _: self._begin(None))
        self._dialog = pmui.Dialog(
            objects=[
                pmui.Typography(
                    "A file has a row for each point: two columns of numbers, and a column with a class or a number to "
                    "predict. At most 5,000 rows.", variant="body2",
                ),
                self._upload, self._message, self._x, self._y, self._target, self._kind, self._use,
                pmui.Divider(margin=(16, 0)), here, self._classes, blank,
            ],
            title="Your own data", show_close_button=True, close_on_click=True, width_option="sm",
        )  # fmt: skip

    def open(self) -> None:
        """Show the dialog."""
        self._message.dark = self._host.dark
        self._host.open_dialog(self._dialog)

    def _begin(self, points: Points | None) -> None:
        host = self._host
        if points is not None:
            host.play(False)
            host.submit(lambda: host.session.draw(lambda _: points, host.backend))
        self._dialog.open = False
        self._draw()

    def _refuse(self) -> None:
        self._table = None
        self._say(
            "warning", f"This file cannot be used: it has more than {MAX_FILE_BYTES // 2**20} MB: keep fewer rows."
        )
        self._show_choice(False)

    def _read(self, content: bytes, name: str) -> None:
        try:
            self._table = read_table(content, name or "own data")
        except TableError as error:
            self._table = None
            self._say("warning", f"This file cannot be used: {error}.")
        else:
            self._offer(self._table)
        self._show_choice(self._table is not None)

    def _offer(self, table: Table) -> None:
        x, y, target = table.suggested()
        numbers = [name for name, numeric in zip(table.columns, table.numeric, strict=True) if numeric]
        self._x.param.update(options=numbers, value=x)
        self._y.param.update(options=numbers, value=y)
        self._target.param.update(options=list(table.columns), value=target)
        self._kind.value = "guess"
        self._say("info", f"{table.rows:,} rows. Choose what to look at.")

    def _show_choice(self, visible: bool) -> None:
        for widget in (self._x, self._y, self._target, self._kind, self._use):
            widget.visible = visible

    def _take(self) -> None:
        if self._table is None:
            return
        as_classes = {"guess": None, "classes": True, "numbers": False}[self._kind.value]
        try:
            points = self._table.points(self._x.value, self._y.value, self._target.value, as_classes)
        except TableError as error:
            self._say("warning", f"These columns cannot be used: {error}.")
            return
        problem = points.problem()
        if problem:
            self._say("warning", f"These points are too few: {problem}.")
            return
        host = self._host
        host.play(False)
        notes = points.notes()

        def take() -> None:
            host.session.edit_many({"points": points, "data": OWN}, host.backend)
            host.session.notice = "\n".join(part for part in (host.session.notice, *notes) if part)

        host.submit(take)
        self._dialog.open = False

    def _say(self, kind: str, text: str) -> None:
        self._message.param.update(kind=kind, lines=[text])
