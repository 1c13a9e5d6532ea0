"""The plane of a descent and the same in space, alone: `python plane_app.py PORT`, then `?case=` one of `CASES`."""

import json
import sys

import numpy as np
import panel as pn
import panel_material_ui as pmui

from engine.descent import Basins, DescentRun, DescentSpec, Race, RaceSpec, fan
from playground import theme
from playground.optimizer_marks import TITLES
from playground.server import mend
from playground.views.plane import Arrow, BasinPicture, PlanePicture, PlaneView, Trail, ground_of
from playground.views.surface_space import SurfaceSpace

UPDATES = 500


class Scene:
    """A view, and what there is to be seen after so many updates."""

    def __init__(self, spec: DescentSpec) -> None:
        self.spec = spec

    def picture(self, updates: int) -> PlanePicture:
        """Return what is to be drawn."""
        raise NotImplementedError


class OneScene(Scene):
    """One optimizer, with all its arrows or with a fan, beside another branch."""

    def __init__(self, spec: DescentSpec, fanned: bool = False) -> None:
        super().__init__(spec)
        self.run = DescentRun(spec)
        self.run.step("epoch", min(UPDATES, spec.steps))
        self.path = self.run.frame().path
        self.fanned = fanned

    def picture(self, updates: int) -> PlanePicture:
        """Return what is to be drawn."""
        key, updates = self.spec.optimizer, min(updates, len(self.path) - 1)
        trail = Trail(key, TITLES[key], self.path[: updates + 1])
        other = Trail("sgd", "true training", self.path[:60] * [1.05, 0.8])
        return PlanePicture(
            self.spec.start, (trail,), self.fan(updates) if self.fanned else self.arrows(updates),
            jumps=self.path[1:2], others=(other,),
        )  # fmt: skip

    def arrows(self, updates: int) -> tuple[Arrow, ...]:
        """Return an arrow of every kind."""
        at = self.path[updates]
        width = np.array([high - low for low, high in self.spec.landscape.extent])
        ends = {
            "gradient": ((0.0, 0.2), "−η∇J, against the gradient"), "momentum": ((0.2, -0.15), "momentum"),
            "look_ahead": ((0.15, 0.1), "look-ahead"), "step": ((0.25, 0.02), "step"),
        }  # fmt: skip
        arrows = {kind: (at, at + width * way, text) for kind, (way, text) in ends.items()}
        return tuple(Arrow(kind, tuple(tail), tuple(head), text) for kind, (tail, head, text) in arrows.items())

    def fan(self, updates: int) -> tuple[Arrow, ...]:
        """Return what every optimizer would do next."""
        run = DescentRun(self.spec)
        run.step("epoch", updates)
        here = tuple(self.path[updates])
        rates = dict.fromkeys(TITLES, 0.3)
        return tuple(
            Arrow("fan", here, tuple(outlook.point), TITLES[outlook.optimizer], outlook.optimizer)
            for outlook in fan(run.frame(), rates)
        )


class RaceScene(Scene):
    """All eleven, one of them twice."""

    def __init__(self, spec: DescentSpec) -> None:
        super().__init__(spec)
        base = RaceSpec.of(spec)
        self.race = Race(RaceSpec((*base.racers, base.racers[6].with_(learning_rate=0.5))))
        self.race.step("epoch", UPDATES)
        self.paths = self.race.paths

    def picture(self, updates: int) -> PlanePicture:
        """Return what is to be drawn."""
        table = self.race.table()
        return PlanePicture(
            self.spec.start,
            tuple(
                Trail(one.key, TITLES[one.optimizer], self.paths[: updates + 1, lane], one.diverged)
                for lane, one in enumerate(table)
            ),
        )


class BasinScene(OneScene):
    """One optimizer on a ground that is coloured by where each start leads."""

    def __init__(self, spec: DescentSpec) -> None:
        super().__init__(spec)
        basins = Basins(spec)
        basins.advance(5)
        self.basins = BasinPicture(basins.reached, basins.done)

    def picture(self, updates: int) -> PlanePicture:
        """Return what is to be drawn."""
        seen = super().picture(updates)
        return PlanePicture(seen.start, seen.trails, basins=self.basins)


def spec(surface: str, optimizer: str = "adam", steps: int = UPDATES, **settings: object) -> DescentSpec:
    """Return a descent."""
    return DescentSpec(surface=surface, optimizer=optimizer, steps=steps, **settings)


CASES = {
    "race": lambda: RaceScene(spec("beale")),
    "saddle": lambda: RaceScene(spec("saddle")),
    "valley": lambda: RaceScene(spec("rosenbrock")),
    "descent": lambda: OneScene(spec("ravine", "momentum", 120)),
    "nesterov": lambda: OneScene(spec("rosenbrock", "nesterov", 300)),
    "fan": lambda: OneScene(spec("himmelblau"), fanned=True),
    "basins": lambda: BasinScene(spec("himmelblau", "sgd", 200)),
    "dips": lambda: BasinScene(spec("egg_box", "sgd", 200)),
}


def app() -> pmui.Page:
    """Build the page for one visitor."""
    arguments = pn.state.session_args
    case = arguments.get("case", [b"race"])[0].decode()
    dark = arguments.get("theme", [b""])[0] == b"dark"
    scene = CASES[case]()
    said = pn.pane.HTML("<output>[]</output>")
    messages: list[list] = []
    now = {"updates": 0}

    def show(updates: int) -> None:
        now["updates"] = updates
        with pn.io.hold():
            picture = scene.picture(updates)
            plane.draw(picture)
            space.draw(picture)

    def hear(kind: str, x: float, y: float) -> None:
        messages.append([kind, round(x, 6), round(y, 6)])
        said.object = f"<output>{json.dumps(messages[-12:])}</output>"
        again = OneScene(scene.spec.with_(start=(x, y), steps=200))
        with pn.io.hold():
            plane.draw(again.picture(200))
            space.draw(again.picture(200))

    plane, space = PlaneView(hear, "Contours"), SurfaceSpace("In space")
    ground = ground_of(scene.spec.landscape)
    for view in (plane, space):
        view.show_ground(ground)
        view.set_dark(dark)
    show(int(arguments.get("at", [b"40"])[0]))

    def play(_: object) -> None:
        now["updates"] = 0
        # The document's own timer: Panel's tells the page each time that it is busy, which costs more than drawing.
        pn.state.curdoc.add_periodic_callback(lambda: show(min(UPDATES, now["updates"] + 1)), 33)

    buttons = []
    for name, act in (
        ("Play", play), ("Back", lambda _: show(10)), ("End", lambda _: show(UPDATES)),
        ("Dark", lambda _: [view.set_dark(True) for view in (plane, space)]),
    ):  # fmt: skip
        button = pn.widgets.Button(name=name)
        button.on_click(act)
        buttons.append(button)
    width = int(arguments.get("width", [b"590"])[0])
    page = pmui.Page(title="Plane", theme_config=theme.THEME_CONFIG, busy_indicator=None, dark_theme=dark)
    # The spacer makes the page scroll.
    page.main = [
        pn.Row(*buttons),
        pn.FlexBox(pn.Column(plane.pane, width=width, margin=0), pn.Column(space.panel, width=width, margin=0)),
        # Whatever is said must not move the plane while it is dragged on.
        said, pn.Spacer(height=700),
    ]  # fmt: skip
    return page


if __name__ == "__main__":
    mend()
    pn.extension(notifications=False)
    pn.serve({"": app}, port=int(sys.argv[1]), show=False, title="Plane")
