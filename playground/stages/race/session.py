"""One student's race, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import Grain, Position
from engine.backend import Backend
from engine.checks import SpecError
from engine.descent import Race
from playground.race_link import RaceLink
from playground.stages.race import field as fields
from playground.stages.race.field import Field, title
from playground.stages.race.presentation import Comparison
from playground.stages.race.presets import PRESETS, preset_of
from playground.stages.race.scene import Prediction, RaceScene, SceneMaker

# By the speed's key: how many updates a frame takes, and how many seconds it stays at least.
PACES = {"slow": (1, 0.25), "normal": (1, 0.0), "fast": (5, 0.0), "fastest": (25, 0.0)}
# By the grain's key: how many updates a step takes.
STRIDES = {"1": 1, "10": 10, "50": 50}


class RaceSession:
    """A race with what is shown of it.

    Parameters
    ----------
    link : RaceLink
        What to begin with, and where to stand.
    backend : Backend
    """

    def __init__(self, link: RaceLink, backend: Backend) -> None:
        self.prediction: Prediction | None = None
        self.backend = backend
        self._scenes = SceneMaker(backend)
        # What stands on the stage while the start is being dragged.
        self._preview: Race | None = None
        self.go_to(link)

    def go_to(self, link: RaceLink) -> None:
        """Begin with what a link asks for, whatever was done here before."""
        self.grain = "1"
        self.speed = "normal"
        # Said once, with the next picture; what was refused of a formula is said beneath it.
        self.notice = self.refused = ""
        # Whether playing ends with the next picture.
        self.stopped = False
        # Whether whoever draws is to forget what was typed.
        self.begun = True
        self.open(link.field)
        self.run.seek(link.position)
        # Who comes for a moment in the middle does not want to be asked about the end.
        if link.preset and link.position == Position():
            self.prediction = Prediction(link.preset)

    def open(self, field: Field) -> None:
        """Begin another race."""
        self._take(Race(field.spec, backend=self.backend), field.out)
        self.prediction = None

    def _take(self, run: Race, out: frozenset[str]) -> None:
        self.run = run
        self.out = out
        self._preview = None
        self._scenes.show(run)

    @property
    def shown(self) -> Race:
        """The race that is drawn."""
        return self._preview or self.run

    @property
    def field(self) -> Field:
        """The race with what holds now: rates, start, noise and factor, and who takes part."""
        return Field(self.run.spec, self.out)

    @property
    def preset(self) -> str:
        """Key of the preset that this is; empty for none."""
        return preset_of(Field(self.run.first_spec, self.out)) if self.undisturbed else ""

    @property
    def undisturbed(self) -> bool:
        """Whether nothing was changed on the way here."""
        return len(self.run.history.line) == 1

    @property
    def comparison(self) -> Comparison | None:
        """What the factor on the loss has done; None without one."""
        return self._scenes.compare(self.shown)

    def open_preset(self, key: str) -> None:
        """Begin one of `PRESETS`, with its question."""
        self.open(PRESETS[key].field)
        self.prediction = Prediction(key)

    def choose_ground(self, changes: dict[str, Any]) -> None:
        """Race on another surface, at the rates that suit it."""
        field = self.field
        before = field.spec.racers[0]
        ground = before.with_(**changes)
        if ground.landscape is before.landscape:
            return
        racers = [fields.Racer(racer.optimizer, None, racer.settings, racer.racing) for racer in field.racers]
        self.open(fields.line_up(ground, racers))

    def set_shared(self, name: str, value: Any) -> None:
        """Change what all racers share.

        Noise counts from here on. A factor on the loss begins at the start, as a branch; with another seed or another
        end the race begins anew; both go to the moment that is stood on.
        """
        match name:
            case "noise":
                self._interfere()
                self.run.change(noise=value)
            case "loss_scale":
                self._set_factor(value)
            case "seed" | "steps":
                if value != getattr(self.run.first_spec.racers[0], name):
                    self._go_on_with(Field(self.run.spec.with_(**{name: value}), self.out))

    def _set_factor(self, factor: float) -> None:
        at = self.run.position
        if factor != self._held("loss_scale"):
            self._begin_anew(lambda: self.run.change(loss_scale=factor))
            self.run.seek(at)

    def _go_on_with(self, field: Field) -> None:
        """Race anew, up to the moment that was stood on."""
        self._interfere()
        at = min(self.run.position, Position(field.spec.racers[0].steps))
        self._take(Race(field.spec, backend=self.backend), field.out)
        self.run.seek(at)

    def add(self, optimizer: str) -> None:
        """Add another racer of an optimizer."""
        field = fields.with_another(self.field, optimizer)
        self._go_on_with(field)
        key = field.spec.keys[-1]
        self.notice = f"{title(key)} races at half the rate of {title(optimizer)}: set another one in the table."

    def remove(self, key: str) -> None:
        """Take a racer out that was added."""
        self._go_on_with(fields.without(self.field, key))

    def take_part(self, key: str, on: bool) -> None:
        """Have a racer take part or not; it is where it would be if it always had."""
        out = self.out - {key} if on else self.out | {key}
        if len(out) == len(self.run.keys):
            raise SpecError("racers", "Somebody has to take part: tick another one first.")
        self.out = out

    def set_rate(self, key: str, rate: float) -> None:
        """Change a racer's rate from here on."""
        self._interfere()
        self.run.change(key, learning_rate=rate)

    def drag(self, x: float, y: float) -> None:
        """Show the race from a start that is not settled yet."""
        now = self.shown.position
        spec = self.run.spec.with_(start=(x, y))
        self._preview = Race(spec, backend=self.backend)
        self._preview.seek(now)

    def set_start(self, x: float, y: float) -> None:
        """Race from another start, as a branch of its own, up to the moment that is stood on."""
        at = self.shown.position
        self._preview = None
        point = self.run.spec.racers[0].with_(start=(x, y)).point
        self._begin_anew(lambda: self.run.set_start(point))
        self.run.seek(at)

    def _begin_anew(self, change: Callable[[], None]) -> None:
        """Change something at the start; what holds now else, holds from there on."""
        self._interfere()
        rates = {row.key: row.learning_rate for row in self.run.table()}
        noise, factor = self._held("noise"), self._held("loss_scale")
        self.run.seek(Position())
        self.run.change(noise=noise, loss_scale=factor)
        for key, rate in rates.items():
            self.run.change(key, learning_rate=rate)
        change()

    def _interfere(self) -> None:
        """Withdraw a question that is still open: its answer would be of another race."""
        if self.prediction is not None and self.prediction.answer is None:
            self.prediction = None

    def _held(self, name: str) -> float:
        """Return a setting of all racers that holds here."""
        return float(self.run.history.on(self.run.position).settings[name])

    def reset(self) -> None:
        """Return to the start with the rates of now; what was done since is forgotten."""
        prediction = self.prediction
        self.open(self.field)
        self.prediction = prediction

    def step(self, direction: int, grain: str) -> None:
        """Step forward (1) or back (-1)."""
        at = max(0, self.run.position.epoch + direction * STRIDES[grain])
        self.run.seek(min(Position(at), self.run.end))

    def seek_step(self, step: int) -> None:
        """Go to the moment after so many updates, at most to the newest one."""
        self.run.seek(min(Position(max(0, step)), self.run.newest))

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self.run.seek(self.run.newest)

    def stand_on(self, branch: int, step: int | None = None) -> None:
        """Go to another branch: to its newest moment, or to one after so many updates."""
        self.run.stand_on(self.run.branches[branch])
        if step is not None:
            self.seek_step(step)

    def start_playing(self) -> None:
        """Play from the start where nothing more comes."""
        self.stopped = False
        if self.run.position == self.run.end:
            self.run.seek(Position())

    def advance(self) -> float:
        """Go on by as many updates as the speed asks for; return the seconds to wait until the next."""
        count, pause = PACES[self.speed]
        self.shown.step(Grain.EPOCH, count)
        self.stopped = self.shown.position == self.shown.end
        return pause

    def answer(self, choice: int) -> None:
        """Take a prediction."""
        if self.prediction is not None and self.prediction.answer is None:
            self.prediction = Prediction(self.prediction.preset, choice)

    def skip_question(self) -> None:
        """Take no prediction, or put the card away."""
        self.prediction = None

    def load(self, run: Race, out: frozenset[str]) -> None:
        """Take a race over that was saved."""
        self._take(run, out)
        self.prediction = None

    def scene(self, playing: bool) -> RaceScene:
        """Return what the views draw now."""
        return self._scenes.make(self, playing)
