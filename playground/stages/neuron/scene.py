"""What the views of the neuron page draw in one frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.activation import evaluate
from engine.neuron import NeuronFrame, NeuronSpec
from playground.stages.neuron import presentation
from playground.views.activation_curve import CurveLine, CurvePicture
from playground.views.neuron_plane import NeuronPicture, Weights, pixels

if TYPE_CHECKING:
    from playground.stages.neuron.session import NeuronSession

# ln 9: a sigmoid is 0.9 there, and 0.1 on the other side.
_EDGE = math.log(9.0)
_TABLE_SPAN, _GROUPS_SPAN = (-0.75, 1.75), (-3.5, 3.5)


@dataclass(frozen=True, slots=True, eq=False)
class NeuronScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    frame : NeuronFrame
    terms : dict
        As `NeuronTerms.frame` wants it.
    code : list of dict
        As `CodeLines.lines` wants them.
    plane : NeuronPicture
    curve : CurvePicture
    table : dict
        As `FactTable.content` wants it: the truth table, or the comparison with logistic regression.
    status : dict
        As `Transport.status` wants it.
    summary, preset : str
    edits : int
        How much had been asked for by sliders when it was made.
    """

    frame: NeuronFrame
    terms: dict[str, Any]
    code: list[dict[str, str]]
    plane: NeuronPicture
    curve: CurvePicture
    table: dict[str, Any]
    status: dict[str, Any]
    summary: str
    preset: str
    edits: int

    @property
    def spec(self) -> NeuronSpec:
        """The settings of now."""
        return self.frame.spec


def make_scene(session: NeuronSession, playing: bool) -> NeuronScene:
    """Return what the views draw now."""
    run = session.run
    frame = run.frame()
    groups = frame.spec.task == "groups" and frame.spec.activation == "sigmoid"
    logistic = session.logistic() if groups else None
    other: Weights | None = None
    if logistic is not None:
        w1, w2, b = logistic.tolist()
        other = (w1, w2, b)
    return NeuronScene(
        frame=frame,
        terms=presentation.terms(frame),
        code=presentation.code(frame),
        plane=_plane(frame, other),
        curve=_curve(frame),
        table=presentation.table(frame, other, session.difference()),
        status=presentation.status(run, frame),
        summary=presentation.summary(frame, playing),
        preset=session.preset,
        edits=session.edits,
    )


def _span(frame: NeuronFrame) -> tuple[float, float]:
    reach = max(abs(float(each)) for each in frame.inputs[:2])
    low, high = _TABLE_SPAN if frame.spec.data.is_table else _GROUPS_SPAN
    if -low >= reach or frame.row >= 0:
        return low, high
    return -float(math.ceil(reach + 0.5)), float(math.ceil(reach + 0.5))


def _plane(frame: NeuronFrame, other: Weights | None) -> NeuronPicture:
    spec, span = frame.spec, _span(frame)
    w1, w2 = spec.weights[:2]
    # A third input stays as it is: the plane is a slice.
    b = frame.bias + sum(w * float(x) for w, x in zip(spec.weights[2:], frame.inputs[2:], strict=True))
    at = pixels(span)
    answers = evaluate(spec.activation, w1 * at[None, :] + w2 * at[:, None] + b)
    low, high = _colors(spec.activation, float(np.abs(answers).max()))
    edges = ((w1, w2, b - _EDGE), (w1, w2, b + _EDGE)) if spec.activation == "sigmoid" and (w1 or w2) else ()
    data = spec.data
    right = (frame.answers > 0.5) == (data.targets > 0.5)
    third = f", x₃ = {presentation.plain(float(frame.inputs[2]))}" if len(frame.inputs) == 3 else ""
    return NeuronPicture(
        f"Answer a over the inputs{third}", span, answers, low, high, (w1, w2, b), edges, other, data.inputs,
        data.targets, right, (float(frame.inputs[0]), float(frame.inputs[1])),
    )  # fmt: skip


def _colors(activation: str, largest: float) -> tuple[float, float]:
    if activation in ("step", "sigmoid"):
        return 0.0, 1.0
    reach = 1.0 if activation == "tanh" else max(largest, 1e-9)
    return -reach, reach


def _curve(frame: NeuronFrame) -> CurvePicture:
    name, done = frame.spec.activation, frame.part == len(frame.terms) + 2
    summed = frame.part > len(frame.terms)
    reach = 6.0 if not summed or abs(frame.v) <= 5.5 else float(math.ceil(abs(frame.v) * 1.1))
    at = np.linspace(-reach, reach, 401)
    values = evaluate(name, at)
    if name == "step":
        # A jump has no line: the value at 0 is the lower one.
        values = np.where(np.abs(at) < 1e-12, np.nan, values)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = 0.08 * (high - low)
    return CurvePicture(
        f"The squash: a = {presentation.FUNCTIONS[name]}", "v", "a", at,
        (CurveLine("main", presentation.TITLES[name], values),), (low - room, high + room),
        (frame.v, frame.a) if done else None,
    )  # fmt: skip
