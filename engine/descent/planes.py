"""Losses of two weights: the surfaces on which optimizers race."""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.descent.surface import Surface

__all__ = ["PLANES"]

Slopes = tuple[Array, ...]


def _bowl(x: Array, y: Array) -> Array:
    return (x * x + y * y) / 2


def _bowl_slopes(x: Array, y: Array) -> Slopes:
    return x.copy(), y.copy()


def _ravine(x: Array, y: Array) -> Array:
    return 0.02 * x * x + 2 * y * y


def _ravine_slopes(x: Array, y: Array) -> Slopes:
    return 0.04 * x, 4 * y


def _saddle(x: Array, y: Array) -> Array:
    return x * x - y * y


def _saddle_slopes(x: Array, y: Array) -> Slopes:
    return 2 * x, -2 * y


def _beale(x: Array, y: Array) -> Array:
    y2 = y * y
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y2, 2.625 - x + x * y2 * y
    return a * a + b * b + c * c


def _beale_slopes(x: Array, y: Array) -> Slopes:
    y2 = y * y
    p, q, r = y - 1, y2 - 1, y2 * y - 1
    a, b, c = 1.5 + x * p, 2.25 + x * q, 2.625 + x * r
    return 2 * (a * p + b * q + c * r), 2 * x * (a + 2 * b * y + 3 * c * y2)


def _rosenbrock(x: Array, y: Array) -> Array:
    a, b = 1 - x, y - x * x
    return a * a + 100 * b * b


def _rosenbrock_slopes(x: Array, y: Array) -> Slopes:
    b = 200 * (y - x * x)
    return -2 * (1 - x) - 2 * x * b, b


def _himmelblau(x: Array, y: Array) -> Array:
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def _himmelblau_slopes(x: Array, y: Array) -> Slopes:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _plateau(x: Array, y: Array) -> Array:
    return np.asarray(1 - np.exp(-(x * x + y * y) / 2))


def _plateau_slopes(x: Array, y: Array) -> Slopes:
    height = np.exp(-(x * x + y * y) / 2)
    return x * height, y * height


def _egg_box(x: Array, y: Array) -> Array:
    return np.asarray((x * x + y * y) / 10 + 2 - np.cos(2 * np.pi * x) - np.cos(2 * np.pi * y))


def _egg_box_slopes(x: Array, y: Array) -> Slopes:
    return tuple(0.2 * each + 2 * np.pi * np.sin(2 * np.pi * each) for each in (x, y))


# Where the slope of x²/10 - cos 2πx is 0 and the curve bends upwards; the other half is the mirror image.
_DIPS = (0.0, 0.994958637652334795, -0.994958637652334795, 1.98991223370854950, -1.98991223370854950)
_EGG_BOX_MINIMA = sorted(((x, y) for x in _DIPS for y in _DIPS), key=lambda at: at[0] ** 2 + at[1] ** 2)


def _rates(sgd: float, momentum: float, adagrad: float, rmsprop: float, adam: float) -> dict[str, float]:
    """Return learning rates by optimizer; Adadelta's is a factor on steps of its own size."""
    return {
        "sgd": sgd, "momentum": momentum, "nesterov": momentum, "adagrad": adagrad, "rmsprop": rmsprop,
        "adadelta": 1.0, "adam": adam,
    }  # fmt: skip


_PLANES = (
    Surface(
        key="bowl",
        title="Bowl",
        about="The same slope in every direction: each optimizer finds the way, and only its speed differs.",
        tex=r"J(x, y) = \tfrac{1}{2}(x^2 + y^2)",
        names=("x", "y"),
        extent=((-6.0, 6.0), (-6.0, 6.0)),
        start=(-4.0, 3.0),
        function=_bowl,
        slopes=_bowl_slopes,
        minima=((0.0, 0.0),),
        rates=_rates(sgd=0.1, momentum=0.1, adagrad=1.0, rmsprop=0.05, adam=0.3),
        curvatures=(1.0, 1.0),
    ),
    Surface(
        key="ravine",
        title="Ravine",
        about="A hundred times steeper across than along: a rate that is safe across is slow along.",
        tex=r"J(x, y) = 0.02 x^2 + 2 y^2",
        names=("x", "y"),
        extent=((-12.0, 6.0), (-2.0, 2.0)),
        start=(-10.0, 1.0),
        function=_ravine,
        slopes=_ravine_slopes,
        minima=((0.0, 0.0),),
        rates=_rates(sgd=0.1, momentum=0.1, adagrad=1.0, rmsprop=0.1, adam=0.3),
        curvatures=(0.04, 4.0),
    ),
    Surface(
        key="saddle",
        title="Saddle",
        about="Down to the middle along x, and away from it along y: its slope is 0 there, and yet it is no minimum.",
        tex=r"J(x, y) = x^2 - y^2",
        names=("x", "y"),
        extent=((-1.5, 1.5), (-1.5, 1.5)),
        start=(1.0, 0.001),
        function=_saddle,
        slopes=_saddle_slopes,
        escape=0.5,
        rates=_rates(sgd=0.01, momentum=0.01, adagrad=0.1, rmsprop=0.01, adam=0.01),
        curvatures=(2.0, -2.0),
    ),
    # Beale, "On an iterative method for finding a local minimum of a function of more than one variable", 1958.
    Surface(
        key="beale",
        title="Beale's function",
        about="Almost flat in the middle and as steep as a wall at the corners, with one minimum at (3, 0.5).",
        tex=r"J(x, y) = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
        names=("x", "y"),
        extent=((-4.5, 4.5), (-4.5, 4.5)),
        start=(1.0, 1.5),
        function=_beale,
        slopes=_beale_slopes,
        minima=((3.0, 0.5),),
        rates=_rates(sgd=0.01, momentum=0.005, adagrad=0.5, rmsprop=0.01, adam=0.1),
    ),
    # Rosenbrock, "An automatic method for finding the greatest or least value of a function", 1960.
    Surface(
        key="rosenbrock",
        title="Rosenbrock's valley",
        about="A bent valley: its floor is found at once, and is then followed slowly to (1, 1).",
        tex=r"J(x, y) = (1 - x)^2 + 100 (y - x^2)^2",
        names=("x", "y"),
        extent=((-2.0, 2.0), (-1.0, 3.0)),
        start=(-1.2, 1.0),
        function=_rosenbrock,
        slopes=_rosenbrock_slopes,
        minima=((1.0, 1.0),),
        rates=_rates(sgd=0.001, momentum=0.0005, adagrad=0.5, rmsprop=0.01, adam=0.1),
    ),
    # Himmelblau, "Applied nonlinear programming", 1972.
    Surface(
        key="himmelblau",
        title="Himmelblau's function",
        about="Four minima, all equally deep: the start decides which of them is found.",
        tex=r"J(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        names=("x", "y"),
        extent=((-5.0, 5.0), (-5.0, 5.0)),
        start=(0.0, -1.0),
        function=_himmelblau,
        slopes=_himmelblau_slopes,
        minima=(
            (3.0, 2.0),
            (-2.80511808695274485, 3.13131251825057297),
            (-3.77931025337774690, -3.28318599128616941),
            (3.58442834033049174, -1.84812652696440355),
        ),
        rates=_rates(sgd=0.01, momentum=0.005, adagrad=0.5, rmsprop=0.05, adam=0.1),
    ),
    Surface(
        key="plateau",
        title="Plateau",
        about="Almost flat around one hole: a small gradient does not mean that a minimum is near.",
        tex=r"J(x, y) = 1 - e^{-(x^2 + y^2)/2}",
        names=("x", "y"),
        extent=((-4.0, 4.0), (-4.0, 4.0)),
        start=(-2.5, 1.5),
        function=_plateau,
        slopes=_plateau_slopes,
        minima=((0.0, 0.0),),
        rates=_rates(sgd=0.5, momentum=0.1, adagrad=0.5, rmsprop=0.05, adam=0.1),
    ),
    # Rastrigin's function, a tenth of it: "Systems of extremal control", 1974, in two dimensions.
    Surface(
        key="egg_box",
        title="Many local minima",
        about="Rastrigin's function, a tenth of it: a dip at every step, and the deepest in the middle.",
        tex=r"J(x, y) = \tfrac{1}{10}(x^2 + y^2) + 2 - \cos 2\pi x - \cos 2\pi y",
        names=("x", "y"),
        extent=((-2.4, 2.4), (-2.4, 2.4)),
        start=(-1.6, 1.3),
        function=_egg_box,
        slopes=_egg_box_slopes,
        minima=tuple(_EGG_BOX_MINIMA),
        rates=_rates(sgd=0.01, momentum=0.01, adagrad=0.3, rmsprop=0.03, adam=0.1),
    ),
)

PLANES = {plane.key: plane for plane in _PLANES}
