"""Fixed synthetic sets that golden numbers of the curriculum are computed on (its section E).

The curriculum gives the distributions and "NumPy ``default_rng(0)`` in that order". Our reading: one
generator draws circle, XOR and spiral one after the other, as `reference_sets` does, and

* circle: 100 points a class; all radii of class 0, all radii of class 1, then all 200 angles. With this order
  the line of logistic regression scores 0.52, the curriculum's figure for no hidden unit; orders that draw
  the angles earlier or class by class give 0.525 to 0.555.
* XOR: one [200, 2] draw directly after the circle; the line of logistic regression then scores 0.435, the
  curriculum's 0.44; a [2, 200] draw gives 0.71. Which signs are class 1 is not said and changes no
  figure; 1 means that the signs agree, as in `make_xor`.
* spiral: "radius 0…2" is a sweep and not a draw: 100 radii in equal steps, both ends included, and the angle
  in proportion. Both arms then share the origin, which caps accuracy at 199/200 = 0.995, the curriculum's
  figure for its best net. Nothing is drawn, so the generator is left as it was.

Small tanh nets that we trained on these sets with Adam confirm the reading (circle with 1, 2, 3 hidden units:
0.69, 0.85 to 0.885, 1.0; spiral with 8-8: 0.995); a spiral net with one layer of 8 spread a little wider than
the curriculum's 0.88 to 0.93 (0.86 to 0.94 over three seeds).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.datasets.arguments import check_generator, is_whole
from engine.datasets.dataset import Dataset, Task

__all__ = ["reference_circle", "reference_sets", "reference_spiral", "reference_xor", "two_gaussians"]

PER_CLASS = 100
XOR_PADDING = 0.12
SPIRAL_RADIUS = 2.0
SPIRAL_TURNS = 1.75
GROUP_CENTRE = 4.0
GROUP_VARIANCE = 20.0


def reference_circle(rng: np.random.Generator) -> Dataset:
    """Draw the reference disc (radius U(0, 1)) and ring (radius U(1.4, 2.4)).

    Parameters
    ----------
    rng : numpy.random.Generator
        ``default_rng(0)`` gives the set of the golden numbers.

    Returns
    -------
    Dataset
        Inputs [200, 2], targets [200]: 100 times 0 (disc), then 100 times 1 (ring). Mind that `make_circle`
        numbers them the other way round.

    Raises
    ------
    TypeError
        If ``rng`` is not a generator.
    """
    check_generator(rng)
    radius = np.concatenate([rng.uniform(0.0, 1.0, PER_CLASS), rng.uniform(1.4, 2.4, PER_CLASS)])
    angle = rng.uniform(0.0, 2.0 * np.pi, 2 * PER_CLASS)
    inputs = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return _two_classes("reference-circle", inputs, _zeros_then_ones(PER_CLASS))


def reference_xor(rng: np.random.Generator) -> Dataset:
    """Draw the reference XOR set: U(-1, 1) in each coordinate, pushed 0.12 away from the axes.

    Parameters
    ----------
    rng : numpy.random.Generator
        The generator that has just drawn `reference_circle` gives the set of the golden numbers.

    Returns
    -------
    Dataset
        Inputs [200, 2], targets [200]: 1 where the signs agree, 0 where they differ; not exactly balanced.

    Raises
    ------
    TypeError
        If ``rng`` is not a generator.
    """
    check_generator(rng)
    inputs = rng.uniform(-1.0, 1.0, (2 * PER_CLASS, 2))
    inputs += np.where(inputs > 0.0, XOR_PADDING, -XOR_PADDING)
    targets = (inputs[:, 0] * inputs[:, 1] > 0.0).astype(np.float64)
    return _two_classes("reference-xor", inputs, targets)


def reference_spiral(rng: np.random.Generator) -> Dataset:
    """Lay out the reference spiral: two arms, radius 0 to 2, 1.75 turns, no noise.

    Parameters
    ----------
    rng : numpy.random.Generator
        Taken for likeness with the other sets; nothing is drawn from it.

    Returns
    -------
    Dataset
        Inputs [200, 2], targets [200]: 100 times 0, then 100 times 1, each arm from the centre outwards.
        Rows 0 and 100 both are the origin, so no classifier gets more than 199 right.

    Raises
    ------
    TypeError
        If ``rng`` is not a generator.
    """
    check_generator(rng)
    progress = np.linspace(0.0, 1.0, PER_CLASS)
    angle = 2.0 * np.pi * SPIRAL_TURNS * progress
    arm = SPIRAL_RADIUS * progress[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    # The second arm is the first after half a turn, which is a change of sign. Adding 0 turns -0.0 into 0.0.
    return _two_classes("reference-spiral", np.concatenate([arm, -arm]) + 0.0, _zeros_then_ones(PER_CLASS))


def reference_sets(rng: np.random.Generator) -> dict[str, Dataset]:
    """Draw the three reference sets in the curriculum's order from one generator.

    Parameters
    ----------
    rng : numpy.random.Generator
        ``default_rng(0)`` gives the sets of the golden numbers.

    Returns
    -------
    dict of str to Dataset
        By name: ``reference-circle``, ``reference-xor``, ``reference-spiral``.

    Raises
    ------
    TypeError
        If ``rng`` is not a generator.
    """
    drawn = [draw(rng) for draw in (reference_circle, reference_xor, reference_spiral)]
    return {dataset.name: dataset for dataset in drawn}


def two_gaussians(rng: np.random.Generator, per_class: int = PER_CLASS) -> Dataset:
    """Draw two heavily overlapping normal groups, N((-4, -4), 20 I) and N((4, 4), 20 I).

    The best possible accuracy is Phi(sqrt(32 / 20)) = 0.897, reached by W = (0.4, 0.4), b = 0. Class 0, the
    group at (-4, -4), is drawn first, row by row: this order reproduces the curriculum's training run with
    seed 0 (one step to W = (0.388, 0.366) and cost 56.71), the other order does not. The tails reach
    beyond 6, to about 15.

    Parameters
    ----------
    rng : numpy.random.Generator
        ``default_rng(0)`` gives the set of the golden numbers.
    per_class : int
        Points of each group, from 5 to 2500.

    Returns
    -------
    Dataset
        Inputs [2 * per_class, 2], targets [2 * per_class]: all 0, then all 1.

    Raises
    ------
    TypeError
        If ``rng`` is not a generator.
    ValueError
        If ``per_class`` is out of range.
    """
    check_generator(rng)
    if not is_whole(per_class, 5, 2500):
        raise ValueError(
            f"per_class is a whole number from 5 to 2500, got {per_class!r}: pass 100 for the course's set"
        )
    targets = _zeros_then_ones(per_class)
    centres = GROUP_CENTRE * (2.0 * targets - 1.0)
    inputs = rng.normal(centres[:, None], np.sqrt(GROUP_VARIANCE), (len(targets), 2))
    return _two_classes("two-gaussians", inputs, targets)


def _zeros_then_ones(per_class: int) -> NDArray[np.float64]:
    return np.repeat([0.0, 1.0], per_class)


def _two_classes(name: str, inputs: NDArray[np.float64], targets: NDArray[np.float64]) -> Dataset:
    return Dataset(name, inputs, targets, Task.CLASSIFICATION, 2)
