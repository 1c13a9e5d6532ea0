"""Losses of one weight: the curves on which descent is met first."""

from __future__ import annotations

from engine.arena import Array
from engine.descent.surface import Surface

__all__ = ["CURVES"]


def _convex(w: Array) -> Array:
    return w * w / 4


def _convex_slope(w: Array) -> tuple[Array, ...]:
    return (w / 2,)


def _two_valleys(w: Array) -> Array:
    return (((0.74 * w + 3.1) * w + 0.7) * w - 8.82866) * w


def _two_valleys_slope(w: Array) -> tuple[Array, ...]:
    return (((2.96 * w + 9.3) * w + 1.4) * w - 8.82866,)


_CURVES = (
    Surface(
        key="convex",
        title="Convex curve",
        about="One valley: the simplest function whose slope at −4.5 is the lecture's −2.25.",
        tex=r"J(w) = \tfrac{1}{4} w^2",
        names=("w",),
        extent=((-6.0, 6.0),),
        start=(-4.5,),
        function=_convex,
        slopes=_convex_slope,
        minima=((0.0,),),
        radius=0.01,
        rates={
            "sgd": 0.5, "momentum": 0.2, "nesterov": 0.2, "adagrad": 1.0, "rmsprop": 0.1, "adadelta": 1.0, "adam": 0.3,
        },
        curvatures=(0.5,),
    ),
    Surface(
        key="khan",
        title="Two valleys",
        about="A quartic of our own with the lecture's slope, −18.54518, at −3.3; the lecture's own is not known.",
        tex=r"J(w) = 0.74 w^4 + 3.1 w^3 + 0.7 w^2 - 8.82866 w",
        names=("w",),
        extent=((-4.2, 2.8),),
        start=(-3.3,),
        function=_two_valleys,
        slopes=_two_valleys_slope,
        # The roots of J' where J'' > 0; between them, at -1.49902818923869, is the barrier.
        minima=((0.810890517188600021548777,), (-2.45375421984179916996078,)),
        radius=0.01,
        rates={
            "sgd": 0.005, "momentum": 0.005, "nesterov": 0.005, "adagrad": 0.5, "rmsprop": 0.02, "adadelta": 1.0,
            "adam": 0.1,
        },
    ),
)  # fmt: skip

CURVES = {curve.key: curve for curve in _CURVES}
