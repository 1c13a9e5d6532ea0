"""From scores to probabilities: soft-max term by term, the logistic function on a line, and when not to answer."""

from engine.probability.abstaining import NoisyLabels, Reliability, answered, noisy_labels, reliability, steepness
from engine.probability.logistic import SLIDE_POINTS, factor_for, line_probability, sigmoid
from engine.probability.softmax import Term, best_classes, naive_softmax, one_hot, softmax, terms

__all__ = [
    "SLIDE_POINTS",
    "NoisyLabels",
    "Reliability",
    "Term",
    "answered",
    "best_classes",
    "factor_for",
    "line_probability",
    "naive_softmax",
    "noisy_labels",
    "one_hot",
    "reliability",
    "sigmoid",
    "softmax",
    "steepness",
    "terms",
]
