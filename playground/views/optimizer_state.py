"""What an optimizer knows and does at one moment: the gradient, what it remembers, the step, and its listing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.descent import DescentFrame, Surface
from engine.descent.frame import gradient_line
from engine.descent.lanes import recorded
from engine.program import Phase
from playground.formulas import mathml
from playground.optimizer_marks import TITLES

Array = npt.NDArray[np.float64]

# What each optimizer calls its memory; a name that is not here stands for itself.
_VELOCITY = {"v": "velocity"}
_SQUARES = {"v": "mean of squared gradients"}
_MEAN = {"m": "mean of gradients", "t": "updates counted"}
_MOMENTS = {**_MEAN, **_SQUARES}
STATE_TITLES: dict[str, dict[str, str]] = {
    "momentum": _VELOCITY,
    "nesterov": _VELOCITY,
    "adagrad": {"s": "sum of squared gradients"},
    "adadelta": {**_SQUARES, "u": "mean of squared changes", "change": "change"},
    "rmsprop": _SQUARES,
    "adam": _MOMENTS,
    "adamw": _MOMENTS,
    "adamax": {**_MEAN, "u": "largest gradient, fading"},
    "nadam": {
        **_MOMENTS, "n": "look-ahead mean", "mu": "momentum now", "mu_next": "momentum next", "c": "correction",
    },
    "amsgrad": {**_MOMENTS, "v_max": "largest mean of squares"},
}  # fmt: skip
# Of a schedule, whatever the optimizer.
_SCHEDULE_TITLES = {
    "updates": "updates so far",
    "epoch": "epochs so far",
    "rate": "rate used last",
    "after": "steps after warm-up",
    "warm_rate": "rate after warm-up",
}
# These are never below 0: their bars begin at the left.
_SIZES = ("s", "u", "v_max")
_NO_NUMBER = "–"


def number(value: float, digits: int = 6) -> str:
    """Return a number for reading, with a true minus sign; a dash for what is no number."""
    if math.isnan(value):
        return _NO_NUMBER
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−").replace("e+0", "e").replace("e+", "e").replace("e−0", "e−")


def ceiling(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten, at least the value; 1 for 0 and for what is not finite."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = math.floor(math.log10(value))
    # Written and read: 10.0 ** -5 is not the 1e-05 that people mean.
    return next(scale for step in (1, 2, 5, 10, 20) if (scale := float(f"{step}e{power}")) >= value)


def state_content(frame: DescentFrame, surface: Surface) -> dict[str, Any]:
    """Return what `playground.widgets.optimizer_state.OptimizerState` shows of a moment; called in a worker thread.

    Parameters
    ----------
    frame : DescentFrame
    surface : Surface
        That of the frame.

    Returns
    -------
    dict
        See `OptimizerState.content`.
    """
    optimizer = frame.spec.optimizer
    titles = {**_SCHEDULE_TITLES, **STATE_TITLES.get(optimizer, {})}
    vectors = {name: values for name, values in frame.states.items() if values.ndim}
    blocks = [
        _point(frame, surface),
        _block("g", "g", "gradient", frame.gradient, surface.names, tone="gradient"),
        *(
            _block(name, frame.state_tex[name], titles.get(name, ""), values, surface.names, tone="memory",
                   signed=not _is_size(optimizer, name))
            for name, values in vectors.items()
        ),
        _block("step", r"\Delta w", "last step", frame.step, surface.names, tone="step"),
        _block("rate", r"-\frac{\Delta w}{g}", "effective rate", frame.rates, surface.names,
               tone="rate", signed=bool((frame.rates < 0).any())),
    ]  # fmt: skip
    scalars = [
        {"name": mathml(frame.state_tex[name]), "title": titles.get(name, ""), "value": number(float(values))}
        for name, values in frame.states.items()
        if not values.ndim
    ]
    return {
        "title": TITLES[optimizer],
        "read": [
            {"name": mathml("n"), "title": "updates", "value": f"{frame.position.epoch:,}"},
            {"name": mathml("J"), "title": "loss", "value": number(frame.value)},
            _rate(frame),
            *scalars,
        ],
        "blocks": blocks,
        **_listing(frame, surface),
    }


def _rate(frame: DescentFrame) -> dict[str, str]:
    """Return the learning rate, which under a schedule is the one to begin with."""
    scheduled = "rate" in frame.states
    tex, title = (r"\eta_0", "first learning rate") if scheduled else (r"\eta", "learning rate")
    return {"name": mathml(tex), "title": title, "value": number(frame.hyper["learning_rate"])}


def _is_size(optimizer: str, name: str) -> bool:
    return name in _SIZES or (name == "v" and optimizer not in ("momentum", "nesterov"))


def _point(frame: DescentFrame, surface: Surface) -> dict[str, Any]:
    rows = [
        {"name": name, "value": number(value), "share": None}
        for name, value in zip(surface.names, frame.point.tolist(), strict=True)
    ]
    name = "w" if surface.names == ("w",) else r"\mathbf{w}"
    return {
        "key": "w", "name": mathml(name), "title": "where it stands", "tone": "point", "signed": True, "scale": "",
        "rows": rows,
    }  # fmt: skip


def _block(
    key: str, tex: str, title: str, values: Array, names: Sequence[str], *, tone: str, signed: bool = True
) -> dict[str, Any]:
    """Return bars, one a parameter, all to one scale: the next round number."""
    finite = np.abs(values[np.isfinite(values)])
    scale = ceiling(float(finite.max(initial=0.0)))
    rows = [
        {"name": name, "value": number(value), "share": _share(value, scale)}
        for name, value in zip(names, values.tolist(), strict=True)
    ]
    shown = number(scale) if len(finite) else ""
    return {
        "key": key, "name": mathml(tex), "title": title, "tone": tone, "signed": signed, "scale": shown, "rows": rows
    }  # fmt: skip


def _share(value: float, scale: float) -> float:
    """Return how long a bar is, -1 to 1."""
    if math.isnan(value):
        return 0.0
    return round(max(-1.0, min(1.0, value / scale)), 4)


def _listing(frame: DescentFrame, surface: Surface) -> dict[str, Any]:
    """Return the lines of an update, and which has just run and comes next; -1 for none."""
    spec = frame.spec
    first = gradient_line(spec.noise, spec.loss_scale)
    program = recorded((("", spec.make_optimizer()),), surface.dimensions)
    lines = [
        {"formula": mathml(tex), "code": code, "phase": phase.value}
        for tex, code, phase in (
            (first.tex, first.code, Phase.BACKWARD), *((op.tex, op.code, op.phase) for op in program.ops)
        )
    ]  # fmt: skip
    op = frame.position.op
    ran = -1 if frame.last is None else (op or len(lines)) - 1
    return {"lines": lines, "ran": ran, "next": -1 if frame.next is None else op}
