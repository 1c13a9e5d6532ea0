"""Step by step: the switch that opens the inside of the live network, operation by operation."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine import Grain
from playground.assets import stylesheets
from playground.stages.network.stepping_data import LAMPS, SteppingScene
from playground.stages.network.tools.host import Host
from playground.theme import diverging_rgb
from playground.views.operation import OperationPanel
from playground.widgets.about import about


class Stepping:
    """The switch, and the view that it opens; the view is built when it is first wanted.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self.switch = pmui.CheckButtonGroup(
            options={"Step by step": "on"}, value=[], size="small", margin=0, css_classes=about("step_by_step"),
            sx={"& .MuiToggleButton-root": {"whiteSpace": "nowrap", "fontSize": "15px", "py": "8px"}},
        )  # fmt: skip
        self.switch.param.watch(self._switched, "value")
        self.panel = pn.Column(
            css_classes=["np-operation-place"], stylesheets=stylesheets("stage"), sizing_mode="stretch_width",
            margin=0, visible=False,
        )  # fmt: skip
        self.view: OperationPanel | None = None
        self._grain = ""
        self._dark = False

    @property
    def open(self) -> bool:
        """Whether the view is shown."""
        return bool(self.switch.value)

    def _switched(self, event: Any) -> None:
        host, data = self._host, self._host.session.scenes.stepping
        opened = bool(event.new)
        if self.view is None:
            self.view = OperationPanel(dark=self._dark, lut=diverging_rgb(self._dark))
            self.view.on_message(self._heard)
            self.panel.append(self.view)
        self.panel.visible = opened
        host.show_stepping(opened)
        grain = host.session.grain
        if opened:
            self._grain = grain.value
            host.choose_grain(Grain.OP.value)
        elif grain is Grain.OP:
            # Who has chosen another one since keeps it.
            host.choose_grain(self._grain)

        def follow() -> None:
            data.open = opened

        host.submit(follow)

    def _heard(self, message: dict[str, Any]) -> None:
        host, session = self._host, self._host.session
        data = session.scenes.stepping
        match message["type"]:
            case "cell":
                write, row, column = (int(message[name]) for name in ("write", "row", "column"))
                host.submit(lambda: data.choose(session.run, write, row, column))
            case "example":
                example = max(-1, int(message["example"]))

                def look() -> None:
                    data.example = example

                host.submit(look)
            case "lamp" if message["lamp"] in LAMPS:
                host.play(False)
                host.quiet()
                lamp = str(message["lamp"])
                host.submit(lambda: session.run_to_end_of(lamp))

    def set_running(self, running: bool) -> None:
        """While it runs fast nobody could follow: the view lies still."""
        if self.view is not None and self.view.running != running:
            self.view.running = running

    def set_dark(self, dark: bool) -> None:
        """Follow the page; called where the stage draws."""
        self._dark = dark
        if self.view is not None:
            self.view.param.update(dark=dark, lut=diverging_rgb(dark))

    def draw(self, scene: SteppingScene | None) -> None:
        """Show the operation that has just run."""
        if scene is None or self.view is None:
            return
        values = {"operation": scene.operation, "numbers": scene.numbers, "cell": scene.cell}
        # Whoever only points at a neuron gets the same operation again: it need not be sent twice.
        changed = {name: value for name, value in values.items() if getattr(self.view, name) != value}
        if changed:
            self.view.push(**changed)
