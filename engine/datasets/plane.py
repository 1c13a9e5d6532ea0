"""Synthetic classification sets in the plane: circle, XOR, Gaussians, spiral, moons, blobs, arms.

Circle, XOR, Gaussians and spiral follow the distributions of TensorFlow Playground (its ``dataset.ts``),
whose noise slider of 0 to 50 percent is our ``noise`` of 0 to 0.5; the random numbers themselves differ.
Noise works in two ways there, and both are kept: circle and XOR label a *shifted* copy of the point but leave
the point where it was, so noise flips labels near the border; the others move the points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.datasets.arguments import check_classes, check_draw
from engine.datasets.dataset import Dataset, Task
from engine.datasets.layout import between, jitter, polar, repeat_labels, shares

__all__ = ["make_arms", "make_blobs", "make_circle", "make_gauss", "make_moons", "make_spiral", "make_xor"]

Array = NDArray[np.float64]

CIRCLE_RADIUS = 5.0
INNER_SHARE = 0.5  # the inner disc ends, and the label changes, at half the radius
RING_SHARE = 0.7  # the ring begins here; between the two lies an empty gap
XOR_HALF_WIDTH = 5.0
XOR_PADDING = 0.3
GAUSS_CENTRE = 2.0
GAUSS_VARIANCES = (0.5, 4.0)  # at noise 0 and at noise 0.5
SPIRAL_RADIUS = 5.0
SPIRAL_TURNS = 1.75
MOON_RADIUS = 2.4  # with the full jitter of 2.4 the widest point reaches 6
BLOB_RADIUS = 3.0
BLOB_DEVIATIONS = (0.4, 2.4)  # at noise 0 and at noise 0.5
BLOB_LIMIT = 6.0
ARM_JITTER = 2.0  # times noise; adjacent arms are 10/7 apart, so at 0.5 they run into each other


def make_circle(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw a disc inside a ring: no straight line separates them.

    Half of the points have a radius uniform in [0, 2.5], the others in [3.5, 5]; angles are uniform. The
    label is 1 where the point, shifted by U(-5, 5) * noise in each coordinate, is closer than 2.5 to the
    origin.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (labels follow the radius exactly) to 0.5.
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    Dataset
        Inputs [N, 2] within radius 5, targets [N]: 1 inside, 0 outside.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    check_draw(samples, noise, rng)
    inside, outside = shares(samples, 2)
    edge = INNER_SHARE * CIRCLE_RADIUS
    radius = np.concatenate(
        [rng.uniform(0.0, edge, inside), rng.uniform(RING_SHARE * CIRCLE_RADIUS, CIRCLE_RADIUS, outside)]
    )
    inputs = polar(radius, rng.uniform(0.0, 2.0 * np.pi, samples))
    shifted = inputs + jitter(inputs.shape, CIRCLE_RADIUS * noise, rng)
    inner = np.hypot(shifted[:, 0], shifted[:, 1]) < edge
    return _classified("circle", inputs, inner, 2)


def make_xor(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw four quadrants, opposite ones alike: the exclusive-or problem.

    Coordinates are uniform in [-5, 5] and then pushed 0.3 away from the axes. The label is 1 where the two
    coordinates, each shifted by U(-5, 5) * noise, have a product of at least zero.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (labels follow the quadrants exactly) to 0.5.
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    Dataset
        Inputs [N, 2] in [-5.3, 5.3], targets [N]: 1 where the signs agree, 0 where they differ.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    check_draw(samples, noise, rng)
    inputs = rng.uniform(-XOR_HALF_WIDTH, XOR_HALF_WIDTH, (samples, 2))
    inputs += np.where(inputs > 0.0, XOR_PADDING, -XOR_PADDING)
    shifted = inputs + jitter(inputs.shape, XOR_HALF_WIDTH * noise, rng)
    return _classified("xor", inputs, shifted[:, 0] * shifted[:, 1] >= 0.0, 2)


def make_gauss(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two round normal clouds, one at (2, 2) and one at (-2, -2).

    The variance of each coordinate grows linearly from 0.5 at noise 0 to 4 at noise 0.5. As in the original,
    the tails are not cut, so a few points of a noisy set lie beyond 6.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (clouds well apart) to 0.5 (clouds overlap).
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    Dataset
        Inputs [N, 2], targets [N]: 1 for the cloud at (2, 2), 0 for the other.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    check_draw(samples, noise, rng)
    targets = repeat_labels((1, 0), samples)
    deviation = np.sqrt(between(GAUSS_VARIANCES, noise))
    centres = GAUSS_CENTRE * (2.0 * targets - 1.0)
    return _classified("gauss", rng.normal(centres[:, None], deviation, (samples, 2)), targets, 2)


def make_spiral(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two arms wound around each other one and three quarter times.

    Point i of the n = N/2 points of an arm has radius 5 i/n and angle 1.75 * 2 pi i/n, plus pi on the second
    arm, measured from the vertical axis; each coordinate is then shifted by U(-1, 1) * noise. As in the
    original both arms start at the origin: without noise these two points coincide, with different labels.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (points on the curves) to 0.5.
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    Dataset
        Inputs [N, 2] within 5.5 of the origin in each coordinate, targets [N]: 1 for the first arm.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    check_draw(samples, noise, rng)
    progress = np.concatenate([np.arange(rows) / rows for rows in shares(samples, 2)])
    targets = repeat_labels((1, 0), samples)
    angle = SPIRAL_TURNS * 2.0 * np.pi * progress + np.pi * (1.0 - targets)
    inputs = polar(SPIRAL_RADIUS * progress, angle)
    return _classified("spiral", inputs + jitter(inputs.shape, noise, rng), targets, 2)


def make_moons(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw two half circles that reach into each other.

    The half circles have radius 2.4; the lower one is turned upside down and begins under the middle of the
    upper one. Angles are uniform; each coordinate is shifted by U(-4.8, 4.8) * noise.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (points on the curves) to 0.5 (moons overlap heavily).
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    Dataset
        Inputs [N, 2] in [-6, 6], targets [N]: 1 for the upper moon, 0 for the lower.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    check_draw(samples, noise, rng)
    targets = repeat_labels((1, 0), samples)
    angle = rng.uniform(0.0, np.pi, samples)
    # The upper moon's centre is half a radius left of and a quarter below the middle; the lower moon is the
    # upper one turned by half a turn about the middle.
    upper = MOON_RADIUS * np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    inputs = np.where(targets[:, None] == 1.0, upper, -upper)
    return _classified("moons", inputs + jitter(inputs.shape, 2.0 * MOON_RADIUS * noise, rng), targets, 2)


def make_blobs(samples: int, noise: float, rng: np.random.Generator, classes: int = 3) -> Dataset:
    """Draw round clouds whose centres stand evenly on a circle of radius 3.

    The standard deviation of each coordinate grows linearly from 0.4 at noise 0 to 2.4 at noise 0.5. A point
    that falls outside [-6, 6] is drawn again, so the tails are cut there.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (tight clouds) to 0.5 (clouds overlap heavily).
    rng : numpy.random.Generator
        Source of the draw.
    classes : int
        Number C of clouds, from 3 to 6. Class 0 is at the top; the classes go round clockwise.

    Returns
    -------
    Dataset
        Inputs [N, 2] in [-6, 6], targets [N] in 0..C-1, equally many a class up to one.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    check_draw(samples, noise, rng)
    check_classes(classes)
    targets = repeat_labels(tuple(range(classes)), samples)
    centres = polar(np.full(samples, BLOB_RADIUS), 2.0 * np.pi * targets / classes)
    deviation = between(BLOB_DEVIATIONS, noise)
    inputs = rng.normal(centres, deviation)
    while (outside := np.abs(inputs).max(axis=1) > BLOB_LIMIT).any():
        inputs[outside] = rng.normal(centres[outside], deviation)
    return _classified(f"blobs{classes}", inputs, targets, classes)


def make_arms(samples: int, noise: float, rng: np.random.Generator, classes: int = 3) -> Dataset:
    """Draw a spiral with one arm a class.

    Radii grow in equal steps to 5. The more arms, the fewer turns each makes (3.5 / C), so that neighbouring
    arms are as far apart as in the two-arm spiral: 10/7. Each coordinate is shifted by U(-2, 2) * noise.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (points on the curves) to 0.5 (arms overlap heavily).
    rng : numpy.random.Generator
        Source of the draw.
    classes : int
        Number C of arms, from 3 to 6.

    Returns
    -------
    Dataset
        Inputs [N, 2] in [-6, 6], targets [N] in 0..C-1, equally many a class up to one.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    check_draw(samples, noise, rng)
    check_classes(classes)
    # Counting from 1 keeps the arms apart at the centre: a clean set has no point with two labels.
    progress = np.concatenate([np.arange(1, rows + 1) / rows for rows in shares(samples, classes)])
    targets = repeat_labels(tuple(range(classes)), samples)
    turns = SPIRAL_TURNS * 2.0 / classes
    inputs = polar(SPIRAL_RADIUS * progress, 2.0 * np.pi * (turns * progress + targets / classes))
    inputs += jitter(inputs.shape, ARM_JITTER * noise, rng)
    return _classified(f"arms{classes}", inputs, targets, classes)


def _classified(name: str, inputs: Array, targets: Array | NDArray[np.bool_], classes: int) -> Dataset:
    return Dataset(name, inputs, targets.astype(np.float64), Task.CLASSIFICATION, classes)
