"""What can be put around any optimizer: a schedule of the rate, weight decay, clipping; as settings of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, cast

from engine.checks import SpecError, checked, unknown
from engine.optimizers import Clipped, Decayed, Optimizer, Scheduled
from engine.optimizers.scheduled import SCHEDULE_PLACE, UNITS
from engine.optimizers.weight_decay import DECAY_PLACE
from engine.program import Builder
from engine.schedules import MAX_STEPS, SCHEDULES, Constant, Schedule, WarmUp

__all__ = [
    "RULES",
    "Pairs",
    "ScheduleNumber",
    "checked_schedule_settings",
    "idle_rules",
    "listing_key",
    "places_of",
    "rule",
    "rules_from_places",
    "schedule_numbers",
    "schedule_of",
    "with_rules",
]

Pairs = tuple[tuple[str, float], ...]
# Any schedule but a constant one may begin with one.
WARM_UP = "warm_up"

_DECLARED: dict[str, tuple[Any, dict[str, Any]]] = {
    "schedule": ("constant", {"title": "Schedule", "choices": tuple(SCHEDULES)}),
    "schedule_settings": ((), {"title": "Schedule settings", "pairs": True}),
    "schedule_unit": ("epoch", {"title": "Schedule unit", "choices": UNITS}),
    "weight_decay": (0.0, {"title": "Weight decay", "low": 0.0, "high": 10.0}),
    "decoupled": (False, {"title": "Decoupled weight decay"}),
    "clip_norm": (0.0, {"title": "Clipping by norm", "low": 0.0, "high": 1e6}),
    "clip_value": (0.0, {"title": "Clipping by value", "low": 0.0, "high": 1e6}),
}
# The names of the settings, in this order.
RULES = tuple(_DECLARED)


def rule(name: str, live: bool = False) -> Any:
    """Declare one of `RULES` as a field of a spec."""
    default, limits = _DECLARED[name]
    return field(default=default, metadata={**limits, "live": live})


class Ruled(Protocol):
    """A spec with the fields of `RULES`; only a spec of epochs has a ``schedule_unit``."""

    @property
    def schedule(self) -> str:
        """A key of `SCHEDULES`."""

    @property
    def schedule_settings(self) -> Pairs:
        """Its settings by name, without the rate to begin with; those that are left out are usual."""

    @property
    def weight_decay(self) -> float:
        """Lambda; 0 is none."""

    @property
    def decoupled(self) -> bool:
        """Whether the decay goes past the optimizer."""

    @property
    def clip_norm(self) -> float:
        """The largest norm of the gradient; 0 is no limit."""

    @property
    def clip_value(self) -> float:
        """The largest size of each of its numbers; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class ScheduleNumber:
    """A setting of a schedule.

    Attributes
    ----------
    title : str
        What people call it.
    usual : float
        What it is unless set.
    low, high : float
        Its limits.
    whole : bool
        Whether it is a whole number.
    """

    title: str
    usual: float
    low: float
    high: float
    whole: bool


def schedule_numbers(schedule: str) -> dict[str, ScheduleNumber]:
    """Return what can be set of a schedule besides the rate to begin with, by name; of a constant one nothing.

    ``warm_up`` is how many steps of warm-up come before the schedule's own first step.
    """
    found: dict[str, ScheduleNumber] = {}
    for setting in fields(SCHEDULES[schedule]):
        if setting.name not in ("start", "after"):
            limits, usual = setting.metadata, cast(float, setting.default)
            found[setting.name] = ScheduleNumber(
                limits["title"], usual, limits["low"], limits["high"], isinstance(usual, int)
            )
    if schedule not in (Constant.name, WarmUp.name):
        found[WARM_UP] = ScheduleNumber("Steps of warm-up", 0, 0, MAX_STEPS, True)
    return found


def checked_schedule_settings(schedule: str, given: Any) -> Pairs:
    """Return a schedule's settings in their order, without those that are as usual: the same spec is the same pairs.

    Parameters
    ----------
    schedule : str
    given : mapping of str to float, pairs of both, or texts such as ``factor:0.5``
        From anywhere: a widget, a link, a file.

    Raises
    ------
    SpecError
        If the schedule has no such setting, or if a value is not allowed.
    """
    numbers, title = schedule_numbers(schedule), SCHEDULES[schedule].title
    values = dict(checked("schedule_settings", (), _DECLARED["schedule_settings"][1], given))
    for name in values:
        if name not in numbers:
            known = unknown("setting", name, list(numbers)) if numbers else "it has none but the learning rate"
            raise SpecError("schedule_settings", f"{title}: {known}")
    try:
        made = _settings_of(schedule_of(schedule, tuple(values.items()), 0.1))
    except SpecError as error:
        raise SpecError("schedule_settings", f"{title}: {error}") from None
    return tuple((name, made[name]) for name, number in numbers.items() if made.get(name, 0) != number.usual)


def _settings_of(schedule: Schedule) -> dict[str, float]:
    """Return the settings that make this schedule, the warm-up among them."""
    if isinstance(schedule, WarmUp) and not isinstance(schedule.after, Constant):
        return {**_settings_of(schedule.after), WARM_UP: schedule.steps}
    names = [setting.name for setting in fields(schedule) if setting.name not in ("start", "after")]
    return {name: getattr(schedule, name) for name in names}


def schedule_of(name: str, settings: Pairs, learning_rate: float) -> Schedule:
    """Return the schedule of that name and these settings that begins with this rate."""
    values: dict[str, Any] = dict(settings)
    warm_up = values.pop(WARM_UP, 0)
    if name == WarmUp.name:
        return WarmUp(Constant(learning_rate), **values)
    made = SCHEDULES[name](start=learning_rate, **values)  # type: ignore[call-arg]
    return WarmUp(made, warm_up) if warm_up not in (0, "0") else made


def with_rules(optimizer: Optimizer, spec: Ruled, unit: str = "update") -> Optimizer:
    """Return an optimizer with a spec's schedule, weight decay and clipping around it.

    The gradient is clipped first and then decayed, as PyTorch does it: its optimizers add the decay to what
    ``clip_grad_norm_`` has left.
    """
    schedule = schedule_of(spec.schedule, spec.schedule_settings, optimizer.learning_rate)
    if spec.weight_decay:
        optimizer = Decayed(optimizer, spec.weight_decay, spec.decoupled)
    if spec.clip_norm or spec.clip_value:
        optimizer = Clipped(optimizer, spec.clip_norm or None, spec.clip_value or None)
    return optimizer if isinstance(schedule, Constant) else Scheduled(optimizer, schedule, unit)


def listing_key(spec: Ruled, unit: str = "update") -> tuple[object, ...]:
    """Return what of the rules decides which lines the listing has; the rest are numbers in its memory."""
    scheduled = spec.schedule != Constant.name
    return (
        spec.schedule,
        scheduled and WARM_UP in dict(spec.schedule_settings),
        unit if scheduled else "",
        ("decoupled" if spec.decoupled else "coupled") if spec.weight_decay else "",
        spec.clip_norm > 0,
        spec.clip_value > 0,
    )


def idle_rules(spec: Ruled) -> set[str]:
    """Return the rules of a spec of epochs with which nothing is computed."""
    unused = {"decoupled": spec.weight_decay == 0, "schedule_unit": spec.schedule == Constant.name}
    return {name for name, is_unused in unused.items() if is_unused}


def places_of(optimizer: Optimizer) -> dict[str, float]:
    """Return the numbers that an optimizer puts into the memory, by the names of their places."""
    build = Builder(1)
    build.parameter("w1", (1,), "w")
    optimizer.record(build)
    return {name: value for name, value in build.hyper.items() if name != "batches"}


def rules_from_places(spec: Ruled, places: Mapping[str, float]) -> dict[str, Any]:
    """Return the rules' settings that numbers in the memory stand for; the listing is the one of `spec`."""
    names = {"weight_decay": DECAY_PLACE, "clip_norm": "clip_norm", "clip_value": "clip_value"}
    found: dict[str, Any] = {name: places[place] for name, place in names.items() if place in places}
    settings = {
        name: places[place]
        for name in schedule_numbers(spec.schedule)
        if (place := _place_of(spec.schedule, name)) in places
    }
    return {**found, "schedule_settings": settings}


def _place_of(schedule: str, name: str) -> str:
    """Return the name of the place of a schedule's setting."""
    return WARM_UP if name == WARM_UP or schedule == WarmUp.name else f"{SCHEDULE_PLACE}{name}"
