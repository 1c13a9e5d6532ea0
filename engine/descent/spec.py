"""What a descent is made from: a surface, a start, an optimizer and its settings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from engine.checks import SpecError, checked, json_object, unknown
from engine.descent.curves import CURVES
from engine.descent.lanes import recorded
from engine.descent.own import OWN, own_surface
from engine.descent.planes import PLANES
from engine.descent.surface import Surface
from engine.optimizers import OPTIMIZERS, Optimizer, get_optimizer

__all__ = [
    "DESCENT_SETTINGS", "GROUND", "MAX_STEPS", "SURFACES", "DescentSpec", "SpecError", "check_version", "checked_point",
    "optimizer_settings",
]  # fmt: skip

VERSION = 1
SURFACES: dict[str, Surface] = {**CURVES, **PLANES}
MAX_STEPS = 5000
# What belongs to the surface rather than to an optimizer, and may change on the way all the same.
GROUND = ("noise", "loss_scale")
_RATE = {"title": "Learning rate", "low": 1e-6, "high": 100.0}


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


@dataclass(frozen=True, slots=True)
class DescentSpec:
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
    reach : float
        How far the view of a surface of one's own goes either way, 0.1 to 100; other surfaces have their extent.
    start : sequence of float, or a number in one dimension, optional
        Within the surface's extent; the surface's own start unless given.
    optimizer : str
        A key of `OPTIMIZERS`.
    settings : mapping of str to float, or pairs of both
        The optimizer's other settings, by the names of its fields; those that are left out are usual.
    learning_rate : float, optional
        1e-6 to 100; one that suits the surface and the optimizer unless given.
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

    surface: str = _setting("ravine", "Surface", choices=(*SURFACES, OWN))
    formula: str = ""
    dimensions: int = _setting(2, "Dimensions", low=1, high=2)
    reach: float = _setting(5.0, "Reach of the view", low=0.1, high=100.0)
    start: tuple[float, ...] | None = None
    optimizer: str = _setting("sgd", "Optimizer", choices=tuple(OPTIMIZERS))
    settings: tuple[tuple[str, float], ...] = ()
    learning_rate: float | None = None
    noise: float = _setting(0.0, "Noise on the gradient", low=0.0, high=100.0)
    loss_scale: float = _setting(1.0, "Factor on the loss", low=1e-4, high=1e4)
    seed: int = _setting(0, "Seed", low=0, high=2**31 - 1)
    steps: int = _setting(500, "Updates at most", low=1, high=MAX_STEPS)

    def __post_init__(self) -> None:
        for setting in fields(self):
            if setting.metadata:
                value = checked(setting.name, setting.default, setting.metadata, getattr(self, setting.name))
                self._set(setting.name, value)
        if self.surface == OWN:
            self._set("formula", _checked_formula(self.formula))
        else:
            self._set("formula", "")
            self._set("dimensions", SURFACES[self.surface].dimensions)
        self._set("start", _checked_start(self.start, self.landscape))
        rate = self.landscape.rate(self.optimizer) if self.learning_rate is None else self.learning_rate
        self._set("learning_rate", float(checked("learning_rate", 1.0, _RATE, rate)))
        self._set("settings", _checked_settings(self.optimizer, self.rate, self.settings))
        try:
            recorded((("", self.make_optimizer()),), self.dimensions)
        except ValueError as error:
            raise SpecError("settings", f"{self.optimizer}: {error}") from None

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @property
    def landscape(self) -> Surface:
        """The surface itself."""
        if self.surface == OWN:
            return own_surface(self.formula, self.dimensions, self.reach)
        return SURFACES[self.surface]

    @property
    def point(self) -> tuple[float, ...]:
        """The start, which is never left open."""
        return self.landscape.start if self.start is None else self.start

    @property
    def rate(self) -> float:
        """The learning rate, which is never left open."""
        return self.landscape.rate(self.optimizer) if self.learning_rate is None else self.learning_rate

    def make_optimizer(self) -> Optimizer:
        """Return the optimizer with its settings."""
        optimizer: Any = get_optimizer(self.optimizer, self.rate)
        made: Optimizer = replace(optimizer, **dict(self.settings))
        return made

    def with_(self, **changes: Any) -> DescentSpec:
        """Return a copy with these settings changed.

        On another surface the start and the rate are its own again unless given, on a larger or smaller one the
        start; and another optimizer has its usual settings and the rate that suits it.
        """
        for name in changes:
            if name not in DESCENT_SETTINGS:
                raise SpecError(name, unknown("setting", name, list(DESCENT_SETTINGS)))
        left_open: dict[str, Any] = {"start": None} if changes.get("reach", self.reach) != self.reach else {}
        if any(changes.get(name, getattr(self, name)) != getattr(self, name) for name in ("surface", "dimensions")):
            left_open |= {"start": None, "learning_rate": None}
        if changes.get("optimizer", self.optimizer) != self.optimizer:
            left_open |= {"settings": (), "learning_rate": None}
        return replace(self, **{**left_open, **changes})

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        plain = {name: getattr(self, name) for name in DESCENT_SETTINGS}
        return {"version": VERSION, **plain, "start": list(self.point), "settings": dict(self.settings)}

    def to_json(self) -> str:
        """Return the spec as JSON, with a version."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> DescentSpec:
        """Return the spec that `to_dict` wrote; settings that are left out take their defaults."""
        values = dict(values)
        check_version(values, "descent")
        for name in values:
            if name not in DESCENT_SETTINGS:
                raise SpecError(name, unknown("setting", name, list(DESCENT_SETTINGS)))
        return cls(**values)

    @classmethod
    def from_json(cls, text: str) -> DescentSpec:
        """Return the spec that `to_json` wrote; settings that are left out take their defaults."""
        return cls.from_dict(json_object(text))


DESCENT_SETTINGS = {setting.name: setting for setting in fields(DescentSpec)}


def check_version(values: dict[str, Any], what: str) -> None:
    """Take the version out of what was read, or raise a SpecError if it is another than this program's."""
    version = str(values.pop("version", VERSION))
    if version != str(VERSION):
        raise SpecError("", f"this {what} has version {version[:20]}, this program reads version {VERSION}")


def _checked_formula(formula: Any) -> str:
    if not isinstance(formula, str):
        raise SpecError("formula", f"a formula is text such as x^2 + 3*y^2, got {type(formula).__name__}")
    return formula.strip()


def _checked_start(start: Any, surface: Surface) -> tuple[float, ...]:
    if start is None:
        return surface.start
    given = [start] if isinstance(start, (int, float)) else start
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != surface.dimensions:
        each = f"a number for each of {', '.join(surface.names)}"
        raise SpecError("start", f"the start on {surface.title} is {each}, got {str(start)[:40]}")
    return checked_point("start", "The start", given, surface)


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
