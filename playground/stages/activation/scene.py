"""What the views of the activation page draw in one frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.activation import (
    AXIS,
    FOUR,
    REACH,
    ActivationSpec,
    UnitPass,
    beside,
    difference,
    evaluate,
    flat_pieces,
    slope,
)
from playground.activation_link import preset_of
from playground.stages.activation import presentation
from playground.views.activation_curve import CurveLine, CurvePicture

if TYPE_CHECKING:
    from playground.stages.activation.session import ActivationSession

Array = npt.NDArray[np.float64]
Span = tuple[float, float]

_KINDS = ("first", "second", "third", "fourth")
# Four functions at once are looked at where they differ.
_FOUR_SPAN = (-1.6, 2.2)
_MARGIN = 0.08


@dataclass(frozen=True, slots=True, eq=False)
class ActivationScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    spec : ActivationSpec
    curve, slopes : CurvePicture
        The function, and its slope.
    unit : UnitPass
        The data set in one unit.
    spans : tuple of (float, float)
        Of its histograms.
    readout, report : dict
        As `FactTable.content` wants them: at the input that is looked at, and of the data set.
    status : dict
        As `Transport.status` wants it.
    summary, preset : str
    edits : int
        How much had been asked for by sliders when it was made.
    """

    spec: ActivationSpec
    curve: CurvePicture
    slopes: CurvePicture
    unit: UnitPass
    spans: tuple[Span, Span]
    readout: dict[str, Any]
    report: dict[str, Any]
    status: dict[str, Any]
    summary: str
    preset: str
    edits: int


def make_scene(session: ActivationSession, playing: bool) -> ActivationScene:
    """Return what the views draw now."""
    spec, unit = session.spec, session.unit
    at = AXIS[::5]
    a, slanted = (float(find(spec.function, spec.x, spec.sigma)) for find in (evaluate, slope))
    slopes = slope(spec.function, at, spec.sigma)
    flat = tuple(flat_pieces(at, slopes)) if spec.flat and spec.beside != "four" else ()
    apart = difference(spec)
    return ActivationScene(
        spec=spec,
        curve=_values(spec, at, a, slanted, flat),
        slopes=_slopes(spec, at, slopes, slanted, flat),
        unit=unit,
        spans=_spans(spec, unit),
        readout=presentation.readout(spec, a, slanted, apart),
        report=presentation.report(spec, unit, session.revived),
        status=presentation.status(session.position, spec),
        summary=presentation.summary(spec, a, slanted, unit, playing),
        preset=preset_of(spec),
        edits=session.edits,
    )


def _values(spec: ActivationSpec, at: Array, a: float, slanted: float, flat: tuple[Span, ...]) -> CurvePicture:
    if spec.beside == "four":
        lines = tuple(
            CurveLine(kind, presentation.TITLES[name], evaluate(name, at))
            for kind, name in zip(_KINDS, FOUR, strict=True)
        )
        return CurvePicture("Four activations", "x", "φ(x)", at, lines, _FOUR_SPAN)
    main = CurveLine("main", presentation.title(spec), _with_gap(spec, at, evaluate(spec.function, at, spec.sigma)))
    other = beside(spec, at)
    lines = (main,) if other is None else (main, CurveLine("other", presentation.other_title(spec), other))
    return CurvePicture(
        f"φ(x) = {presentation.FORMULAS[spec.function]}", "x", "φ(x)", at, lines, _span(*lines), (spec.x, a),
        None if spec.function == "step" else slanted, flat,
    )  # fmt: skip


def _slopes(spec: ActivationSpec, at: Array, slopes: Array, slanted: float, flat: tuple[Span, ...]) -> CurvePicture:
    if spec.beside == "four":
        lines = tuple(
            CurveLine(kind, presentation.TITLES[name], _with_jump(name, at, slope(name, at)))
            for kind, name in zip(_KINDS, FOUR, strict=True)
        )
        return CurvePicture("Their slopes", "x", "φ′(x)", at, lines, (-0.1, 1.15))
    line = CurveLine("slope", f"{presentation.title(spec)}: slope", _with_jump(spec.function, at, slopes))
    low, high = _span(line)
    return CurvePicture(
        "Slope φ′(x)", "x", "φ′(x)", at, (line,), (min(low, -0.02), max(high, 0.05)), (spec.x, slanted), None, flat
    )


def _with_gap(spec: ActivationSpec, at: Array, values: Array) -> Array:
    """Return values with a gap where the function jumps."""
    return np.where(np.abs(at) < 1e-9, np.nan, values) if spec.function == "step" else values


def _with_jump(name: str, at: Array, slopes: Array) -> Array:
    """Return slopes with a gap where there is a kink."""
    return np.where(np.abs(at) < 1e-9, np.nan, slopes) if name in ("relu", "leaky_relu", "step") else slopes


def _span(*lines: CurveLine) -> Span:
    low = min(float(np.nanmin(line.values)) for line in lines)
    high = max(float(np.nanmax(line.values)) for line in lines)
    room = _MARGIN * ((high - low) or 1.0)
    return low - room, high + room


def _spans(spec: ActivationSpec, unit: UnitPass) -> tuple[Span, Span]:
    reach = max(REACH, float(math.ceil(np.abs(unit.z).max())))
    low, high = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "gaussian": (0.0, 1.0), "step": (0.0, 1.0)}.get(
        spec.function, (min(0.0, float(unit.a.min())), max(1.0, float(unit.a.max())))
    )
    return (-reach, reach), (low, high)
