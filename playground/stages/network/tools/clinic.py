"""The failure clinic: networks that go wrong, each with what to look at and what would help."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from lessons.clinic import CASES, Case
from playground.stages.network.tools.host import Host
from playground.stages.network.tools.inside import InsideViews
from playground.widgets.message import MessageBar


class Clinic:
    """The dialog with the cases, and the card that stays beside the stage while one is open.

    Parameters
    ----------
    host : Host
    inside : InsideViews
        Opens the view that shows the symptom best.
    """

    def __init__(self, host: Host, inside: InsideViews) -> None:
        self._host, self._inside = host, inside
        entries = []
        for case in CASES.values():
            button = pmui.Button(label=case.title, variant="outlined", sizing_mode="stretch_width")
            button.on_click(lambda _, case=case: self._show(case))
            entries.append(pn.Column(
                button, pmui.Typography(case.symptom, variant="body2", margin=(0, 10, 8, 10)), margin=0,
                sizing_mode="stretch_width",
            ))  # fmt: skip
        self._dialog = pmui.Dialog(
            objects=entries, title="Failure clinic: networks that go wrong", show_close_button=True,
            close_on_click=True, width_option="sm", scroll="paper",
        )  # fmt: skip
        self._case: Case | None = None
        self._text = MessageBar(kind="info", closable=False)
        self._cause = pmui.Button(label="Why?", variant="text", size="small")
        self._cause.on_click(lambda _: self._explain())
        self._cure = pmui.Button(label="Try the remedy", variant="text", size="small")
        self._cure.on_click(lambda _: self._heal())
        close = pmui.Button(label="Close the case", variant="text", size="small")
        close.on_click(lambda _: self._leave())
        self.panel = pn.Column(
            self._text, pn.Row(self._cause, self._cure, close, margin=0), visible=False,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def open(self) -> None:
        """Show the cases."""
        self._host.open_dialog(self._dialog)

    def _show(self, case: Case) -> None:
        host = self._host
        self._case = case
        self._dialog.open = False
        host.play(False)

        def begin() -> None:
            host.session.unpin()
            host.session.build(case.spec, host.backend)

        host.submit(begin)
        self._text.lines = [f"{case.title}. Press Play. {case.symptom}", *case.look]
        self._text.dark = host.dark
        self._cause.disabled = self._cure.disabled = False
        self.panel.visible = True
        self._inside.open_only(case.view)

    def _explain(self) -> None:
        if self._case is not None:
            self._text.lines = [*self._text.lines, f"Why: {self._case.cause}"]
            self._cause.disabled = True

    def _heal(self) -> None:
        case, host = self._case, self._host
        if case is None:
            return
        host.play(False)
        host.submit(lambda: host.session.build(case.spec.with_(**case.cure), host.backend))
        self._text.lines = [*self._text.lines, f"Remedy: {case.remedy} It is set: press Play."]
        self._cure.disabled = True

    def _leave(self) -> None:
        self.panel.visible = False
        self._case = None

    def set_dark(self, dark: bool) -> None:
        """Follow the page; called where the stage draws."""
        self._text.dark = dark
