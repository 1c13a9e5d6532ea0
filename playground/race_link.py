"""The state of the race stage in the address: the surface, the racers with their rates, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from engine.checks import SpecError, unknown
from engine.descent import DESCENT_SETTINGS, DescentSpec
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS
from playground.link_reader import LinkReader, whole
from playground.stages.race.field import Field, Racer, line_up
from playground.stages.race.presets import PRESETS, SLIDES, Preset, preset_of

START = Position()
DEFAULT = "saddle"
# What all racers share: which surface it is, and what happens on it.
_SURFACE = ("formula", "reach", "network", "weights", "free", "trained")
_RACE = ("start", "noise", "loss_scale", "seed", "steps")
_LONGEST = {"formula": 2000, "racers": 2000, "start": 2000}


@dataclass(frozen=True, slots=True)
class RaceLink:
    """What an address asks for.

    Attributes
    ----------
    field : Field
        The racers on their surface.
    position : Position
        Where they stand.
    preset : str
        Key in `PRESETS` of what the field is; empty for none of them.
    slide : str
        The slide that was asked for; empty for none.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    field: Field = PRESETS[DEFAULT].field
    position: Position = START
    preset: str = DEFAULT
    slide: str = ""
    ignored: tuple[str, ...] = ()


def to_query(field: Field, position: Position = START) -> dict[str, str]:
    """Return texts by name: a preset by its key, other races written out.

    Parameters
    ----------
    field : Field
    position : Position
        Where it stands.
    """
    query = {"stage": "race"}
    preset = preset_of(field)
    if preset:
        query["preset"] = preset
    else:
        ground = field.spec.racers[0]
        surface = {name: getattr(ground, name) for name in ("surface", *_SURFACE)}
        plain = DescentSpec(**surface, dimensions=ground.dimensions)
        query["surface"] = ground.surface
        told = {name: value for name, value in surface.items() if value and value != DESCENT_SETTINGS[name].default}
        query |= {name: _to_text(value) for name, value in told.items()}
        query |= {name: _to_text(value) for name in _RACE if (value := getattr(ground, name)) != getattr(plain, name)}
        query["racers"] = ",".join(_racer_to_text(racer) for racer in field.racers if _is_told(racer))
    if position.epoch:
        query["epoch"] = str(position.epoch)
    return query


def to_url(field: Field, position: Position = START) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(field, position), safe=",:")


def from_query(query: str | Mapping[str, str]) -> RaceLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?preset=beale&epoch=40``, ``?surface=bowl&racers=sgd,adam:0.3``, or the same as a mapping.
    """
    reader = _Reader(query, _LONGEST)
    return replace(reader.link(), ignored=reader.ignored)


class _Reader(LinkReader):
    """One reading of one address."""

    def link(self) -> RaceLink:
        slide = self.take("slide", _slide) or ""
        begun = self.take("preset", _preset) or PRESETS[SLIDES.get(slide, DEFAULT)]
        if slide and slide not in begun.slides:
            self.ignore("slide", slide, f"it does not show {begun.title}")
            slide = ""
        field = self._field(begun.field)
        steps = field.spec.racers[0].steps
        position = Position(self.take("epoch", lambda text: whole("epoch", text, steps)) or 0)
        self.ignore_rest()
        key = preset_of(field)
        return RaceLink(field, position, key, slide if key == begun.key else "")

    def _field(self, begun: Field) -> Field:
        """Return the race of all parts that can be taken; a part that cannot is left as it was."""
        ground, racers = begun.spec.racers[0], begun.racers
        surface = self.take("surface", self._surface)
        if surface is not None:
            ground = surface
        for name in (*_SURFACE, *_RACE):
            ground = self.take(name, _changed(ground, name)) or ground
        field = self.take("racers", lambda text: line_up(ground, _racers(text)))
        if field is not None:
            return field
        if ground == begun.spec.racers[0]:
            return begun
        same = ground.surface == begun.spec.racers[0].surface
        # Rates are of a surface.
        return line_up(ground, racers if same else [Racer(r.optimizer, None, r.settings, r.racing) for r in racers])

    def _surface(self, text: str) -> DescentSpec:
        """Return a race that begins on a surface, all else as usual."""
        more = {name: self._pairs.pop(name) for name in ("formula", "network") if name in self._pairs}
        spec = DescentSpec(text, **more)
        if spec.landscape.dimensions < 2:
            raise SpecError("surface", "a race here needs a surface over two weights")
        return spec


def _changed(ground: DescentSpec, name: str) -> Callable[[str], DescentSpec]:
    def change(text: str) -> DescentSpec:
        many = isinstance(getattr(ground, name), (tuple, type(None)))
        return ground.with_(**{name: text.split(",") if many else text})

    return change


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (tuple, list)):
        return ",".join(_to_text(each) for each in value)
    return repr(value) if isinstance(value, float) else str(value)


def _is_told(racer: Racer) -> bool:
    return racer.racing or racer != Racer(racer.optimizer, racing=False)


def _racer_to_text(racer: Racer) -> str:
    """Return ``adam``, ``adam:0.3``, ``-adam:0.3`` for one that does not take part, ``adadelta::rho:0.95``."""
    rate = "" if racer.learning_rate is None else repr(racer.learning_rate)
    settings = [part for name, value in racer.settings for part in (name, repr(value))]
    text = ":".join([racer.optimizer, rate, *settings]).rstrip(":")
    return text if racer.racing else f"-{text}"


def _racers(text: str) -> list[Racer]:
    racers = [_racer(part) for part in text.split(",") if part]
    if not any(racer.racing for racer in racers):
        raise SpecError("racers", "somebody has to take part: write sgd,adam:0.3")
    return racers


def _racer(text: str) -> Racer:
    optimizer, *parts = text.removeprefix("-").split(":")
    if optimizer not in OPTIMIZERS:
        raise SpecError("racers", unknown("optimizer", optimizer, list(OPTIMIZERS)))
    rate, *more = parts or [""]
    if len(more) % 2:
        raise SpecError("racers", f"{text[:20]}: write the optimizer, its rate, names and values: adam:0.3:beta1:0.8")
    settings = tuple((name, _number(value)) for name, value in zip(more[::2], more[1::2], strict=True))
    return Racer(optimizer, _number(rate) if rate else None, settings, not text.startswith("-"))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SpecError("racers", f"{text[:20]!r} is no number: write adam:0.3") from None


def _preset(text: str) -> Preset:
    if text not in PRESETS:
        raise SpecError("preset", f"there is no such preset; there are {', '.join(PRESETS)}")
    return PRESETS[text]


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"no race is known of this slide; there are {', '.join(SLIDES)}")
    return text
