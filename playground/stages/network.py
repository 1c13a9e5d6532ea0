"""The network stage: a small network learns to tell points in the plane apart, and every moment of it can be seen."""

from __future__ import annotations

import logging
import time
from typing import Any

import panel as pn
import panel_material_ui as pmui
import param

from engine import Grain, SpecError, TrainingSpec
from engine.spec import LIVE_SETTINGS
from playground.assets import stylesheets
from playground.frames import FrameLoop
from playground.link import to_query
from playground.server import kernels
from playground.stages import listing_lines, presentation
from playground.stages.session import Edit, Scene, TrainingSession
from playground.stages.settings import Settings
from playground.theme import diverging_rgb
from playground.views.boundary import BoundaryView
from playground.views.curves import CurvesView
from playground.views.diagram import NetworkDiagram
from playground.views.readout import Readout
from playground.widgets.listing import Listing
from playground.widgets.message import MessageBar
from playground.widgets.transport import Transport

GRAINS = [("op", "Operation"), ("layer", "Layer"), ("phase", "Phase"), ("batch", "Batch"), ("epoch", "Epoch")]
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal"), ("fast", "Fast"), ("fastest", "Fastest")]
_KERNEL_POLL_MS = 500
# While playing numbers change at most every so many seconds: faster ones nobody can read.
NUMBERS_SECONDS = 0.2
_log = logging.getLogger(__name__)


class NetworkStage(pn.viewable.Viewer):
    """The stage with all its views and controls.

    Parameters
    ----------
    spec : TrainingSpec
    notices : list of str
        What to say in the page at once, such as what of a link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    dark = param.Boolean(default=False, allow_refs=True)

    def __init__(self, spec: TrainingSpec, notices: list[str] | None = None, **params: Any) -> None:
        super().__init__(**params)
        self.session = TrainingSession(spec, kernels().backend())
        self._shown_run: object = None
        self._shown_spec: TrainingSpec | None = None
        self._numbers_time = 0.0
        self.transport = Transport(grains=GRAINS, grain="batch", speeds=SPEEDS, speed="normal")
        self.diagram = NetworkDiagram(target_height=400)
        self.listing = Listing(list_height=320)
        self.readout = Readout()
        self.boundary, self.curves = BoundaryView(), CurvesView()
        self.settings = Settings(spec, self._edit)
        self.message = MessageBar(css_classes=["np-floating"])
        self.test_points = pmui.Checkbox(label="Show test points", value=False, size="small")
        self.loop = self._make_loop()
        self._connect()
        self._view = self._layout()
        self._drawn_dark: bool | None = None
        # The first picture travels with the page.
        self._draw(self.session.scene(False))
        if notices:
            self.say(*notices)

    def _connect(self) -> None:
        self.transport.on_message(self._on_transport)
        self.diagram.on_message(self._on_diagram)
        self.listing.on_message(lambda message: self._submit(lambda: self.session.run_to(int(message["index"]))))
        # Drawn with the next frame: figures that change outside of one may meet it half way.
        self.param.watch(lambda _: self._submit(lambda: None), "dark")
        self.test_points.param.watch(lambda _: self._submit(lambda: None), "value")

    def _layout(self) -> pn.Column:
        new_seed = pmui.Button(label="New data and weights", variant="outlined", sizing_mode="stretch_width")
        new_seed.on_click(lambda _: self._edit("seed", lambda spec: (spec.seed + 1) % 2**31))
        link = pmui.Button(label="Put this into the address", variant="text", sizing_mode="stretch_width")
        link.on_click(lambda _: self._link())
        plane = pn.Column(
            self.boundary.pane, self.test_points, self.curves.pane, sizing_mode="stretch_width", margin=0
        )
        # The bar stays in sight, and messages float beneath it: nothing moves when one comes or goes.
        bar = pn.Column(
            self.transport, self.message, css_classes=["np-bar"], stylesheets=stylesheets("stage"),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        areas = {
            "transport": bar,
            "readout": self.readout,
            "settings": self.settings.panel(new_seed, link),
            "diagram": self.diagram,
            "listing": self.listing,
            "plane": plane,
        }
        for area, view in areas.items():
            view.styles = {**view.styles, "grid-area": area}
        return pn.Column(
            *areas.values(), css_classes=["np-stage"], stylesheets=stylesheets("stage"),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def __panel__(self) -> pn.Column:
        """Return what is drawn."""
        return self._view

    def _make_loop(self) -> FrameLoop[Scene] | None:
        """Return the loop of this tab; it takes commands at once and works them off when it is started."""
        document = pn.state.curdoc
        if document is None:
            return None
        return FrameLoop(
            document,
            self.session.advance,
            lambda: self.session.scene(self.loop is not None and self.loop.playing),
            self._draw,
            self._fail,
        )

    def start(self) -> None:
        """Begin to draw; called when the page has loaded."""
        if self.loop is None:
            return
        self.loop.start()
        self._submit(lambda: None)
        if not kernels().ready:
            self.say(
                *self.message.lines,
                "The fast engine is still compiling (about ten seconds, once on this machine). "
                "Until then the network runs on the NumPy engine: the same computation, slower.",
                kind="info",
            )
            self._poll = pn.state.add_periodic_callback(self._await_kernels, period=_KERNEL_POLL_MS)

    def stop(self) -> None:
        """End: the visitor has left."""
        if self.loop is not None:
            self.loop.stop()

    def say(self, *lines: str, kind: str = "warning") -> None:
        """Show a message in the page, a paragraph a line."""
        self.message.param.update(lines=list(lines), kind=kind)

    def _fail(self, error: Exception) -> None:
        """Say what a command raised; what is not the student's doing goes to the log as well."""
        if isinstance(error, SpecError):
            self.settings.refuse(error.field, str(error))
        else:
            _log.error("a command of the network stage failed", exc_info=error)
        self.say(str(error))

    def _quiet(self) -> None:
        if self.message.lines:
            self.message.lines = []

    def _await_kernels(self) -> None:
        if kernels().ready:
            self._poll.stop()
            if self.session.run.position == self.session.run.newest and self.session.run.loop.updates == 0:
                self._submit(lambda: self.session.reset(kernels().backend()))
                self._quiet()
            else:
                self.say("The fast engine is ready. Reset to use it.", kind="info")
        elif kernels().failed:
            self._poll.stop()
            self.say("The fast engine could not be compiled here. All works on the NumPy engine, slower.", kind="info")

    def _submit(self, command: Any) -> None:
        if self.loop is not None:
            self.loop.submit(command)

    def _on_transport(self, message: dict[str, Any]) -> None:
        session = self.session
        match message["type"]:
            case "play" | "pause":
                self._play(message["type"] == "play")
            case "step":
                self._play(False)
                direction, grain = int(message["direction"]), Grain(message["grain"])
                self._submit(lambda: session.step(direction, grain))
            case "seek":
                self._play(False)
                updates = int(message["step"])
                self._submit(lambda: session.seek_update(updates))
            case "reset":
                self._play(False)
                self.settings.forgive()
                self._submit(lambda: session.reset(kernels().backend()))
            case "end":
                self._play(False)
                self._submit(session.seek_newest)
            case "branch":
                self._play(False)
                branch = int(message["branch"])
                self._submit(lambda: session.stand_on(branch))
            case "grain":
                session.grain = Grain(message["grain"])
                self.transport.grain = message["grain"]
            case "speed":
                session.speed = self.transport.speed = message["speed"]
                self._show_pace()
                self._submit(lambda: None)

    def _play(self, playing: bool) -> None:
        if self.loop is None or self.loop.playing == playing:
            return
        self.loop.play(playing)
        self.transport.playing = playing
        self._show_pace()
        self._submit(lambda: None)

    def _on_diagram(self, message: dict[str, Any]) -> None:
        session = self.session
        match message["type"]:
            case "ack":
                if self.loop is not None:
                    self.loop.acknowledge()
            case "hover" | "leave":
                session.hovered = message.get("unit", "")
                self._submit(lambda: None)
            case "select":
                session.pinned = self.diagram.selected = message["unit"]
                self._submit(lambda: None)
            case "units" | "layers" | "toggle_input":
                name, value = presentation.structure_edit(message)
                self._edit(name, value)

    def _edit(self, name: str, value: Edit) -> None:
        """Have one setting changed; what cannot be is answered by `_fail`."""
        self._quiet()
        if name not in LIVE_SETTINGS:
            self._play(False)
        self._submit(lambda: self.session.edit(name, value, kernels().backend()))

    def _link(self) -> None:
        location = pn.state.location
        if location is not None:
            location.search = ""
            page = {"theme": "dark"} if self.dark else {}
            location.update_query(**to_query(self.session.run.spec), **page)
            self.say("The address of this page now opens this very experiment: copy it.", kind="info")

    def _follow_theme(self) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        self._drawn_dark = self.dark
        for widget in (self.transport, self.diagram, self.listing, self.readout, self.message):
            widget.dark = self.dark
        self.boundary.set_dark(self.dark)
        self.curves.set_dark(self.dark)
        self.diagram.lut = diverging_rgb(self.dark)

    def _show_pace(self) -> None:
        """While it runs fast, the listing lies still and nothing is lit: nobody could follow."""
        fast = self.transport.playing and self.session.speed != "slow"
        self.listing.playing = fast
        if fast:
            self.diagram.active = {"columns": [], "edges": [], "phase": ""}

    def _draw(self, scene: Scene) -> None:
        """Send a scene to the browser; all that changes goes in one message."""
        playing = self.loop is not None and self.loop.playing
        if self._drawn_dark is not self.dark:
            self._follow_theme()
        self.boundary.show_test(self.test_points.value)
        if self.session.notice:
            self.say(self.session.notice, kind="info")
            self.session.notice = ""
        if self._shown_run is not self.session.run:
            self._show_structure()
        self.boundary.draw(scene.boundary, scene.batch, presentation.neuron_name(self.session.shown))
        if scene.curve is not None:
            batches = self.session.run.loop.batches
            self.curves.draw(scene.curve, scene.updates / batches)
        now = time.monotonic()
        if not playing or now >= self._numbers_time + NUMBERS_SECONDS:
            self._numbers_time = now
            self.readout.push(values=presentation.numbers(scene))
            self.transport.push(status=presentation.status(scene, self.session.run))
        if not playing or self.session.speed == "slow":
            self._draw_listing(scene)
        if not playing:
            self._draw_branches(scene)
        if not playing or scene.spec is not self._shown_spec:
            self._shown_spec = scene.spec
            self.settings.show(scene.spec)
        self.diagram.push(frame=scene.diagram)

    def _show_structure(self) -> None:
        """Show a new network, new data, a new listing."""
        run = self._shown_run = self.session.run
        columns = presentation.diagram_columns(run)
        self.diagram.param.update(columns=columns, selected="", frame=b"")
        self.listing.lines = listing_lines.lines(run.program)
        self.boundary.set_data(run.train, run.test, self.session.pictures.extent)
        self.curves.set_score_title(presentation.score_name(run.spec))
        self.readout.items = presentation.readout_items(run.spec)

    def _draw_listing(self, scene: Scene) -> None:
        run = self.session.run
        self.listing.param.update(
            counter=scene.position.op, detail=listing_lines.detail(run.program, scene.position.op, scene.values)
        )
        self.diagram.active = listing_lines.active(run.program, scene.position.op, len(run.network.layers))

    def _draw_branches(self, scene: Scene) -> None:
        branches = [(str(k), f"Branch {k + 1} (to epoch {epoch:,})") for k, epoch in enumerate(scene.branches)]
        self.transport.param.update(branches=branches, branch=str(scene.branch))
