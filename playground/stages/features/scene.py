"""What the views of the features page draw in one frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arena import Array
from engine.features import RATE, recording
from engine.features.signals import GRAVITY
from playground.stages.features import presentation
from playground.stages.features.decisions import Decisions, trace_of
from playground.stages.features.space import SpacePicture, space
from playground.stages.features.state import PLACES, State
from playground.views.class_histogram import HistogramPicture
from playground.views.decision_plane import GRID, DecisionPicture, Extent, grid_points
from playground.views.signal_curves import SignalPicture

if TYPE_CHECKING:
    from playground.stages.features.session import FeaturesSession

_ROOM = 0.08
COLUMNS = {"engineered": "Engineered φ", "kernel": "Kernel", "learned": "Learned φ"}


@dataclass(frozen=True, slots=True, eq=False)
class FunctionPicture:
    """The drawn function: its points, and from where to where the axis goes."""

    places: tuple[float, ...]
    values: tuple[float, ...]
    frame: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class FeaturesScene:
    """All that the views draw in one frame; what a look has not, is None.

    Attributes
    ----------
    state : State
    edits : int
    signal : SignalPicture or None
    histogram : HistogramPicture or None
    function : FunctionPicture or None
    planes : tuple of DecisionPicture
    phi : DecisionPicture or None
    space : SpacePicture or None
    example, table : dict
        As `FactTable.content` wants them.
    numbers : list of tuple
        Key, label, sentence and text of each.
    formula, told : str
        TeX, and the decision function with its numbers.
    status : dict
        As `Transport.status` wants it.
    summary : str
    """

    state: State
    edits: int
    signal: SignalPicture | None
    histogram: HistogramPicture | None
    function: FunctionPicture | None
    planes: tuple[DecisionPicture, ...]
    phi: DecisionPicture | None
    space: SpacePicture | None
    example: dict[str, Any]
    table: dict[str, Any]
    numbers: list[tuple[str, str, str, str]]
    formula: str
    told: str
    status: dict[str, Any]
    summary: str


class SceneMaker:
    """Makes scenes, and keeps the parts that cost time and stay the same."""

    def __init__(self) -> None:
        self._grids: dict[str, tuple[Any, Extent, Array]] = {}
        self._signal: tuple[Any, SignalPicture] | None = None

    def make(self, session: FeaturesSession, playing: bool) -> FeaturesScene:
        """Return what the views draw now."""
        decisions, state = session.decisions, session.state
        one = state.look in ("threshold", "function")
        return FeaturesScene(
            state=state,
            edits=session.edits,
            signal=self._signals(decisions) if state.look in ("signals", "label") else None,
            histogram=_histogram(decisions) if one else None,
            function=FunctionPicture(PLACES, state.values, _frame(decisions)) if state.look == "function" else None,
            planes=self._planes(decisions),
            phi=_phi(decisions),
            space=space(decisions) if state.look == "lift" else None,
            example=presentation.example(decisions),
            table=presentation.table(decisions),
            numbers=presentation.numbers(decisions),
            formula=presentation.formula(decisions),
            told=presentation.function_text(decisions),
            status=presentation.status(session),
            summary=presentation.summary(decisions, playing),
        )

    def _signals(self, decisions: Decisions) -> SignalPicture:
        state = decisions.state
        key = (state.look, state.trace, state.start, state.seconds, state.amplitude)
        if self._signal is None or self._signal[0] != key:
            old = None if self._signal is None else self._signal
            same = old is not None and old[0][:2] == key[:2] and old[0][-1] == key[-1]
            signal = old[1].signal if same and old is not None else _curve(state)
            self._signal = key, _signal_picture(state, signal)
        return self._signal[1]

    def _planes(self, decisions: Decisions) -> tuple[DecisionPicture, ...]:
        look = decisions.state.look
        if look == "three":
            return tuple(
                self._plane(decisions, title, key, function) for (key, title), function in
                zip(COLUMNS.items(), decisions.columns.values(), strict=True)
            )  # fmt: skip
        if look == "learned":
            return (self._plane(decisions, "What the network decides", look, decisions.learned),)
        if look == "terms":
            return (self._plane(decisions, "Below: the plane of x", look, decisions.terms_fit),)
        if look == "lift":
            return (self._plane(decisions, "Below: the plane of x", look, decisions.plane),)
        if look == "line":
            return (self._plane(decisions, "The plane of two features", look, decisions.line),)
        return ()

    def _plane(self, decisions: Decisions, title: str, key: str, function: Any) -> DecisionPicture:
        found, state = decisions.set, decisions.state
        kept = self._grids.get(key)
        if kept is not None and kept[0] == function and kept[1] == found.extent:
            scores = kept[2]
        else:
            scores = np.reshape(function.score(grid_points(found.extent)), (GRID, GRID))
            self._grids[key] = function, found.extent, scores
        marked = state.example - 1 if state.example and state.look not in ("three", "learned") else None
        return DecisionPicture(title, found.axes, found.extent, found.points, found.labels, found.names, scores, marked)


def _curve(state: State) -> Array:
    if state.look == "label":
        return trace_of(state.trace)[0]
    return np.array(GRAVITY) + state.amplitude * (recording().signal - np.array(GRAVITY))


def _signal_picture(state: State, signal: Array) -> SignalPicture:
    times = np.arange(len(signal)) / RATE
    if state.look == "label":
        title = f"Trace {state.trace} of 10, gravity taken away: what is it?"
        return SignalPicture(title, times, signal, None, (-3.2, 3.2))
    window = (state.start, state.start + state.seconds)
    top = 9.8 + 4.5 * max(1.0, state.amplitude)
    return SignalPicture("Accelerometer, one minute", times, signal, window, (-4.0 * max(1.0, state.amplitude), top))


def _frame(decisions: Decisions) -> tuple[float, float]:
    values = decisions.set.points[:, 0]
    low, high = float(values.min()), float(values.max())
    room = _ROOM * (high - low)
    return low - room, high + room


def _histogram(decisions: Decisions) -> HistogramPicture:
    state, found = decisions.state, decisions.set
    if state.look == "function":
        cuts, first = decisions.drawn.zeros, state.values[0] > 0
    elif state.rule == "between":
        ordered = state.low < state.high
        cuts, first = ((state.low, state.high) if ordered else ()), False
    else:
        cuts, first = (state.low,), state.rule == "below"
    marked = float(found.points[state.example - 1, 0]) if state.example else None
    return HistogramPicture(
        "One feature: accelerometer energy", found.axes[0], found.points[:, 0], found.labels, found.names,
        _frame(decisions), cuts, first, marked,
    )  # fmt: skip


def _phi(decisions: Decisions) -> DecisionPicture | None:
    points, line = decisions.phi, decisions.phi_line
    if points is None or line is None:
        return None
    found, state = decisions.set, decisions.state
    if state.look == "learned":
        extent: Extent = ((-1.15, 1.15), (-1.15, 1.15))
        axes = ("φ₁(x; θ)", "φ₂(x; θ)")
    else:
        low, high = points.min(axis=0), points.max(axis=0)
        room = _ROOM * (high - low)
        extent = tuple(zip((low - room).tolist(), (high + room).tolist(), strict=True))  # type: ignore[assignment]
        axes = presentation.phi_axes(state)
    scores = np.reshape(line.score(grid_points(extent)), (GRID, GRID))
    marked = state.example - 1 if state.example and state.look == "terms" else None
    return DecisionPicture("Above: the plane of φ", axes, extent, points, found.labels, found.names, scores, marked)
