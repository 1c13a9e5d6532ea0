"""Warning signs: what looks unhealthy in a network while its numbers are still numbers."""

from __future__ import annotations

import numpy as np

from engine.inside.gradients import LayerMeasures, Measures
from engine.metrics import Score
from engine.spec import TrainingSpec

DEAD_SHARE = 0.25
SATURATED_SHARE = 0.5
# Gradients that fall by more than this from the last layer to the first vanish; those that rise by as much explode.
GRADIENT_RATIO = 1e-3
LARGE_GRADIENT = 1e3
GAP = 0.15


def health(measures: Measures, spec: TrainingSpec, scores: tuple[Score, Score] | None = None) -> list[str]:
    """Return the warning signs, each as a sentence or two for a student to read; none means that none was found.

    Parameters
    ----------
    measures : Measures
    spec : TrainingSpec
    scores : (Score, Score), optional
        On the training and on the test set; without them their gap is not judged.
    """
    found = [sign for layer in measures.layers for sign in _units(layer)]
    # The units of an output layer may well begin alike: their targets differ, and tell them apart.
    found += [sign for layer in measures.layers[:-1] for sign in _symmetry(layer)]
    found += _gradients(measures, spec)
    return found + (_gap(*scores) if scores else [])


def _units(layer: LayerMeasures) -> list[str]:
    if layer.dead is not None and layer.dead >= DEAD_SHARE:
        count = round(layer.dead * layer.units)
        return [
            f"{layer.layer}: {count} of {layer.units} ReLU units give 0 for every example. They are dead: no gradient "
            "passes them. Try a smaller learning rate, or other starting weights."
        ]
    if layer.saturated is not None and layer.saturated >= SATURATED_SHARE:
        return [
            f"{layer.layer}: {layer.saturated:.0%} of the outputs lie where {layer.activation} is nearly flat. These "
            "units are saturated and learn slowly. Try smaller weights, a smaller learning rate or ReLU."
        ]
    return []


def _symmetry(layer: LayerMeasures) -> list[str]:
    if not layer.alike:
        return []
    return [
        f"{layer.layer}: all {layer.units} units have the same weights and biases, so they learn the same thing and "
        "count as one. Start with random weights."
    ]


def _gradients(measures: Measures, spec: TrainingSpec) -> list[str]:
    norms = [layer.gradient_norm for layer in measures.layers]
    if not np.isfinite(norms).all():
        layer = next(m.layer for m in reversed(measures.layers) if not np.isfinite(m.gradient_norm))
        return [f"{layer}: the gradient is not finite. Go back to where it was, and take a smaller learning rate."]
    if max(norms) > LARGE_GRADIENT:
        layer = measures.layers[int(np.argmax(norms))].layer
        return [
            f"{layer}: the gradient has a length of {max(norms):.3g}. It explodes. Try a learning rate of "
            f"{spec.learning_rate / 10:g}, or smaller weights."
        ]
    first, last = norms[0], norms[-1]
    if len(norms) == 1 or last == 0:
        return []
    if first < GRADIENT_RATIO * last:
        slope = " The slope of a sigmoid is at most ¼." if measures.layers[0].activation == "sigmoid" else ""
        return [
            f"The gradient vanishes: its length is {last:.3g} in {measures.layers[-1].layer} and {first:.3g} in "
            f"dense1, which hardly learns.{slope} Try fewer layers, ReLU or other starting weights."
        ]
    if first * GRADIENT_RATIO > last:
        return [
            f"The gradient grows on its way back: its length is {last:.3g} in {measures.layers[-1].layer} and "
            f"{first:.3g} in dense1. Try smaller starting weights."
        ]
    return []


def _gap(train: Score, test: Score) -> list[str]:
    # Accuracy and R² both end at 1.
    if not train.accuracy - test.accuracy > GAP:
        return []
    return [
        f"The network does much better on the training set ({train.accuracy:.2f}) than on the test set "
        f"({test.accuracy:.2f}): it overfits. Try more points, fewer units, or regularization."
    ]
