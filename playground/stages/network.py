"""The network stage: a small network learns to tell points in the plane apart, and every moment of it can be seen."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any

import panel as pn
import panel_material_ui as pmui
import param

from engine import Grain, SpecError, TrainingSpec
from engine.spec import LIVE_SETTINGS, MAX_HIDDEN_LAYERS, MAX_UNITS
from playground.assets import stylesheets
from playground.frames import FrameLoop
from playground.link import to_query
from playground.server import kernels
from playground.stages import listing_lines, presentation
from playground.stages.session import Scene, TrainingSession
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
NUMBERS_SECONDS = 0.15
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
        self._numbers_time = 0.0
        self.transport = Transport(grains=GRAINS, grain="batch", speeds=SPEEDS, speed="normal")
        self.diagram = NetworkDiagram(target_height=400)
        self.listing = Listing(list_height=320)
        self.readout = Readout()
        self.boundary, self.curves = BoundaryView(), CurvesView()
        self.settings = Settings(spec, self._edit)
        self.message = MessageBar()
        self.loop = self._make_loop()
        self._connect()
        self._view = self._layout()
        self._follow_theme()
        # The first picture travels with the page.
        self._draw(self.session.scene(False))
        if notices:
            self.say(*notices)

    def _connect(self) -> None:
        self.transport.on_message(self._on_transport)
        self.diagram.on_message(self._on_diagram)
        self.listing.on_message(lambda message: self._submit(lambda: self.session.run_to(int(message["index"]))))
        self.param.watch(lambda _: self._follow_theme(), "dark")

    def _layout(self) -> pn.Column:
        new_seed = pmui.Button(label="New data and weights", variant="outlined", sizing_mode="stretch_width")
        new_seed.on_click(lambda _: self._edit("seed", self.session.run.spec.seed + 1))
        link = pmui.Button(label="Put this into the address", variant="text", sizing_mode="stretch_width")
        link.on_click(lambda _: self._link())
        test = pmui.Checkbox(label="Show test points", value=False, size="small")
        test.param.watch(lambda event: self.boundary.show_test(event.new), "value")
        plane = pn.Column(self.boundary.pane, test, self.curves.pane, sizing_mode="stretch_width", margin=0)
        areas = {
            "transport": self.transport,
            "messages": self.message,
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
                "Until then the network runs on the NumPy engine: the same numbers, slower.",
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
        if not isinstance(error, SpecError):
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

    def _play(self, playing: bool) -> None:
        if self.loop is None or self.loop.playing == playing:
            return
        self.loop.play(playing)
        self.transport.playing = playing
        self.listing.playing = playing and self.session.speed != "slow"
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
            case "units":
                sizes = list(session.run.spec.hidden)
                sizes[message["column"] - 1] += message["delta"]
                if 1 <= sizes[message["column"] - 1] <= MAX_UNITS:
                    self._edit("hidden", tuple(sizes))
            case "layers":
                sizes = list(session.run.spec.hidden)
                sizes = [*sizes, sizes[-1] if sizes else 4] if message["delta"] > 0 else sizes[:-1]
                if len(sizes) <= MAX_HIDDEN_LAYERS:
                    self._edit("hidden", tuple(sizes))
            case "toggle_input":
                inputs = set(session.run.spec.inputs) ^ {message["unit"]}
                self._edit("inputs", tuple(inputs))

    def _edit(self, name: str, value: Any) -> None:
        """Change one setting: at once where it may change while training, else by a new run."""
        self._quiet()
        run = self.session.run
        try:
            if name in LIVE_SETTINGS:
                self._submit(lambda: run.change(**{name: value}))
                return
            spec = self._changed_spec(run.spec, name, value)
        except SpecError as error:
            self.settings.refuse(error.field, str(error))
            self.say(str(error))
            return
        self._play(False)
        self._submit(lambda: self.session.build(spec, kernels().backend()))

    def _changed_spec(self, spec: TrainingSpec, name: str, value: Any) -> TrainingSpec:
        try:
            return spec.with_(**{name: value})
        except SpecError as error:
            if error.field != "loss" or name == "loss":
                raise
            # Other data need not suit the loss that was chosen for the old.
            self.say(f"{error} The loss function is now the one fitting the data.", kind="info")
            return replace(spec, **{name: value}, loss="auto")

    def _link(self) -> None:
        location = pn.state.location
        if location is not None:
            location.search = ""
            location.update_query(**to_query(self.session.run.spec))
            self.say("The address of this page now opens this very experiment: copy it.", kind="info")

    def _follow_theme(self) -> None:
        for widget in (self.transport, self.diagram, self.listing, self.readout, self.message):
            widget.dark = self.dark
        self.boundary.set_dark(self.dark)
        self.curves.set_dark(self.dark)
        self._set_look_up_tables()

    def _set_look_up_tables(self) -> None:
        self.diagram.lut = diverging_rgb(self.dark)

    def _draw(self, scene: Scene) -> None:
        """Send a scene to the browser; all that changes goes in one message."""
        playing = self.loop is not None and self.loop.playing
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
