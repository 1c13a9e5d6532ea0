"""What a descent is made from: a surface, a start, an optimizer and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self

from engine.checks import SpecError, checked, unknown
from engine.descent.curves import CURVES
from engine.descent.lanes import recorded
from engine.descent.own import OWN, own_surface
from engine.descent.planes import PLANES
from engine.descent.real_loss import MAX_TRAINED, NETWORK, REAL_LOSSES, network_surface
from engine.descent.surface import Surface
from engine.json_spec import JsonSpec
from engine.optimizers import OPTIMIZERS, Optimizer, get_optimizer
from engine.rules import checked_schedule_settings, rule, schedule_of, with_rules
from engine.schedules import Schedule

__all__ = [
    "DESCENT_SETTINGS", "GROUND", "MAX_STEPS", "SURFACES", "DescentSpec", "SpecError", "checked_point",
    "optimizer_settings", "with_shown",
]  # fmt: skip

SURFACES: dict[str, Surface] = {**CURVES, **PLANES}
MAX_STEPS = 5000
# What belongs to the surface rather than to an optimizer, and may change on the way all the same.
GROUND = ("noise", "loss_scale")
# Larger than any place of a weight in a tiny network; which places there are the network itself knows.
_MAX_PLACE = 1000
_RATE = {"title": "Learning rate", "low": 1e-6, "high": 100.0}


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


@dataclass(frozen=True, slots=True)
class DescentSpec(JsonSpec):
    """Everything needed to build a `DescentRun` again. Frozen, validated, JSON there and back.

    The gradient that the optimizer gets is loss_scale · (∇J + noise · ξ), with two new numbers ξ from N(0, 1) at
    each update: as from mini-batches, whose noise grows with the loss too.

    Parameters
    ----------
    surface : str
        A key of `SURFACES`, or ``"own"`` for a formula.
    formula : str
        Of a surface of one's own, over x and y, or over w in one dimension; of other surfaces it is dropped.
    dimensions : int
        1 or 2, of a surface of one's own; other surfaces have theirs, whatever is passed.
    network : str
        A key of `REAL_LOSSES`, for the surface ``"network"``: the loss of a real network. This and the next three are
        dropped for other surfaces.
    weights : sequence of int, optional
        Which two of the network's weights and biases are looked at, by their places from 0; those that suit the
        network unless given.
    free : bool
        Whether all weights and biases descend, or only those two.
    trained : int
        The others stand where so many updates of the network's own training led them, 0 to 2000; the two begin where
        the network begins.
    reach : float
        How far the view of a surface of one's own goes either way, 0.1 to 100; other surfaces have their extent.
    start : sequence of float, or a number in one dimension, optional
        Within the surface's extent; the surface's own start unless given. Where all weights of a network descend, two
        numbers are those of the two weights that are looked at.
    optimizer : str
        A key of `OPTIMIZERS`.
    settings : mapping of str to float, or pairs of both
        The optimizer's other settings, by the names of its fields; those that are left out are usual.
    learning_rate : float, optional
        1e-6 to 100; one that suits the surface and the optimizer unless given.
    schedule : str
        A key of `engine.schedules.SCHEDULES`; the learning rate is what it begins with, its steps are the updates.
    schedule_settings : mapping of str to float, or pairs of both
        Its settings as `engine.rules.schedule_numbers` names them; those that are left out are usual.
    weight_decay : float
        0 to 10, of both parameters; with AdamW, whose own decay is one of its ``settings``, another one beside it.
    decoupled : bool
        Whether that decay goes past the optimizer.
    clip_norm, clip_value : float
        The largest norm of the gradient and the largest size of each of its numbers, up to 1e6; 0 does not clip.
    noise : float
        Standard deviation of the noise on each partial derivative of J, 0 to 100.
    loss_scale : float
        A factor on the loss, 1e-4 to 1e4.
    seed : int
        Of the noise.
    steps : int
        Updates at most, 1 to 5000.

    Raises
    ------
    SpecError
        If a value is not allowed; its ``field`` names the setting.
    """

    called: ClassVar[str] = "descent"

    surface: str = _setting("ravine", "Surface", choices=(*SURFACES, OWN, NETWORK))
    formula: str = ""
    dimensions: int = _setting(2, "Dimensions", low=1, high=2)
    reach: float = _setting(5.0, "Reach of the view", low=0.1, high=100.0)
    start: tuple[float, ...] | None = None
    optimizer: str = _setting("sgd", "Optimizer", choices=tuple(OPTIMIZERS))
    settings: tuple[tuple[str, float], ...] = ()
    learning_rate: float | None = None
    schedule: str = rule("schedule")
    schedule_settings: tuple[tuple[str, float], ...] = rule("schedule_settings")
    weight_decay: float = rule("weight_decay")
    decoupled: bool = rule("decoupled")
    clip_norm: float = rule("clip_norm")
    clip_value: float = rule("clip_value")
    noise: float = _setting(0.0, "Noise on the gradient", low=0.0, high=100.0)
    loss_scale: float = _setting(1.0, "Factor on the loss", low=1e-4, high=1e4)
    seed: int = _setting(0, "Seed", low=0, high=2**31 - 1)
    steps: int = _setting(500, "Updates at most", low=1, high=MAX_STEPS)
    network: str = ""
    weights: tuple[int, ...] | None = None
    free: bool = _setting(False, "All weights descend")
    trained: int = _setting(0, "Updates of training before", low=0, high=MAX_TRAINED)

    def __post_init__(self) -> None:
        for setting in fields(self):
            # A surface that is not one's own has its dimensions; those of a network may be many.
            if setting.metadata and (setting.name != "dimensions" or self.surface == OWN):
                value = checked(setting.name, setting.default, setting.metadata, getattr(self, setting.name))
                self._set(setting.name, value)
        self._set("formula", _checked_formula(self.formula) if self.surface == OWN else "")
        self._check_network()
        if self.surface != OWN:
            self._set("dimensions", self.landscape.dimensions)
        self._set("start", _checked_start(self.start, self.landscape))
        rate = self.landscape.rate(self.optimizer) if self.learning_rate is None else self.learning_rate
        self._set("learning_rate", float(checked("learning_rate", 1.0, _RATE, rate)))
        self._set("settings", _checked_settings(self.optimizer, self.rate, self.settings))
        self._set("schedule_settings", checked_schedule_settings(self.schedule, self.schedule_settings))
        try:
            recorded((("", self.make_optimizer()),), self.dimensions)
        except ValueError as error:
            raise SpecError("settings", f"{self.optimizer}: {error}") from None

    def _check_network(self) -> None:
        if self.surface != NETWORK:
            for name, value in {"network": "", "weights": (), "free": False, "trained": 0}.items():
                self._set(name, value)
            return
        network = checked("network", "", {"title": "Network", "choices": tuple(REAL_LOSSES)}, self.network)
        self._set("weights", _checked_weights(REAL_LOSSES[network].weights if self.weights is None else self.weights))

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @property
    def landscape(self) -> Surface:
        """The surface itself."""
        if self.surface == OWN:
            return own_surface(self.formula, self.dimensions, self.reach)
        if self.surface == NETWORK:
            first, second = self.weights or ()
            return network_surface(self.network, (first, second), self.free, self.trained)
        return SURFACES[self.surface]

    @property
    def point(self) -> tuple[float, ...]:
        """The start, which is never left open."""
        return self.landscape.start if self.start is None else self.start

    @property
    def shown_start(self) -> tuple[float, ...]:
        """The start as a view shows it: of all weights of a network, the two that are looked at."""
        shown = self.landscape.shown
        return self.point if shown is None else tuple(self.point[place] for place in shown)

    @property
    def rate(self) -> float:
        """The learning rate, which is never left open."""
        return self.landscape.rate(self.optimizer) if self.learning_rate is None else self.learning_rate

    def make_schedule(self) -> Schedule:
        """Return the schedule of the learning rate; its steps are the updates."""
        return schedule_of(self.schedule, self.schedule_settings, self.rate)

    def plain_optimizer(self) -> Optimizer:
        """Return the optimizer with its settings, and nothing around it."""
        optimizer: Any = get_optimizer(self.optimizer, self.rate)
        made: Optimizer = replace(optimizer, **dict(self.settings))
        return made

    def make_optimizer(self) -> Optimizer:
        """Return the optimizer with its settings, and schedule, weight decay and clipping around it."""
        return with_rules(self.plain_optimizer(), self)

    def _left_open(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return what depends on what is changed.

        On another surface the start and the rate are its own again, on a larger or smaller one the start; and another
        optimizer has its usual settings and the rate that suits it. Another network has its own weights to look at,
        and other weights their own start.
        """
        def other(*names: str) -> bool:
            return any(changes.get(name, getattr(self, name)) != getattr(self, name) for name in names)

        left_open: dict[str, Any] = {"start": self.shown_start} if other("free") else {}
        if other("reach", "weights", "trained"):
            left_open |= {"start": None}
        if other("surface", "dimensions", "network"):
            left_open |= {"start": None, "learning_rate": None, "weights": None, "dimensions": min(self.dimensions, 2)}
        if other("optimizer"):
            left_open |= {"settings": (), "learning_rate": None}
        return left_open | ({"schedule_settings": ()} if other("schedule") else {})

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        plain = {name: getattr(self, name) for name in DESCENT_SETTINGS}
        pairs = {name: dict(plain[name]) for name in ("settings", "schedule_settings")}
        return {"version": self.version, **plain, "start": list(self.point), **pairs}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the spec that `to_dict` wrote; settings that are left out take their defaults."""
        values = cls._without_version(values)
        for name in values:
            if name not in DESCENT_SETTINGS:
                raise SpecError(name, unknown("setting", name, list(DESCENT_SETTINGS)))
        return cls(**values)


DESCENT_SETTINGS = {setting.name: setting for setting in fields(DescentSpec)}


def _checked_formula(formula: Any) -> str:
    if not isinstance(formula, str):
        raise SpecError("formula", f"a formula is text such as x^2 + 3*y^2, got {type(formula).__name__}")
    return formula.strip()


def _checked_start(start: Any, surface: Surface) -> tuple[float, ...]:
    if start is None:
        return surface.start
    given = [start] if isinstance(start, (int, float)) else start
    known = not isinstance(given, str) and isinstance(given, Sequence)
    if known and surface.shown and len(given) == 2:
        given = with_shown(surface.start, given, surface)
    if not known or len(given) != surface.dimensions:
        each = f"a number for each of {', '.join(surface.names)}"
        raise SpecError("start", f"the start on {surface.title} is {each}, got {str(start)[:40]}")
    return checked_point("start", "The start", given, surface)


def with_shown(point: Sequence[Any], shown: Sequence[Any], surface: Surface) -> list[Any]:
    """Return a point with other values of the two parameters that views show, where a surface has more."""
    moved = list(point)
    for place, value in zip(surface.shown or (), shown, strict=True):
        moved[place] = value
    return moved


def _checked_weights(weights: Any) -> tuple[int, int]:
    given = weights.replace(",", " ").split() if isinstance(weights, str) else weights
    if not isinstance(given, Sequence) or len(given) != 2:
        raise SpecError("weights", f"the weights to look at are two numbers, such as 0, 1; got {str(weights)[:40]}")
    limits = {"title": "A weight to look at", "low": 0, "high": _MAX_PLACE}
    first, second = (int(checked("weights", 0, limits, each)) for each in given)
    return first, second


def checked_point(name: str, title: str, point: Sequence[Any], surface: Surface) -> tuple[float, ...]:
    """Return a point as floats, or raise a SpecError: within the surface's extent."""
    limits = [{"title": f"{title}, {axis},", "low": low, "high": high}
              for axis, (low, high) in zip(surface.names, surface.extent, strict=True)]  # fmt: skip
    # Adding 0 makes minus zero an ordinary one.
    return tuple(float(checked(name, 0.0, limit, value)) + 0.0 for limit, value in zip(limits, point, strict=True))


def optimizer_settings(optimizer: str) -> dict[str, bool | int | float]:
    """Return what can be set of an optimizer besides its learning rate, with its usual values."""
    usual: Any = get_optimizer(optimizer, 1.0)
    values = {setting.name: getattr(usual, setting.name) for setting in fields(usual)}
    values.pop("learning_rate", None)
    return {name: value for name, value in values.items() if isinstance(value, (bool, int, float))}


def _checked_settings(optimizer: str, rate: float, settings: Any) -> tuple[tuple[str, float], ...]:
    usual = optimizer_settings(optimizer)
    try:
        given = dict(settings)
    except (TypeError, ValueError):
        raise SpecError("settings", f"settings: a number for each name, got {str(settings)[:40]}") from None
    for name in given:
        if name not in usual:
            known = unknown("setting", name, list(usual)) if usual else f"{optimizer} has none but the learning rate"
            raise SpecError("settings", f"{optimizer}: {known}")
    values = {
        name: checked("settings", default, {"title": name, "low": 0.0, "high": 1e6}, given[name])
        for name, default in usual.items()
        if name in given
    }
    try:
        # Settings that do not go together are refused by the optimizer itself.
        replace(get_optimizer(optimizer, rate), **values)  # type: ignore[type-var]
    except ValueError as error:
        raise SpecError("settings", f"{optimizer}: {error}") from None
    # What is as usual is not told: the same descent is the same spec.
    return tuple((name, value) for name, value in values.items() if value != usual[name])
