"""Batch, mini-batch and stochastic gradient descent of a linear classifier, side by side on the same examples."""

from engine.batches.capsule import load_batches, save_batches
from engine.batches.classifier import (
    SLIDE_LINE,
    accuracy,
    best_accuracy,
    best_fit,
    best_line,
    expected_accuracy,
    gradient,
    logits,
    mean_cost,
    probabilities,
    summed_cost,
    turned,
)
from engine.batches.data import Groups, gaussian_groups
from engine.batches.frame import BatchesEvent, BatchesFrame, LaneFrame
from engine.batches.log_zero import LogZero, log_zero
from engine.batches.noise import gradient_noise, measured_noise
from engine.batches.run import BatchesRun
from engine.batches.spec import BATCHES_SETTINGS, COSTS, LANES, LIVE, BatchesSpec

__all__ = [
    "BATCHES_SETTINGS",
    "COSTS",
    "LANES",
    "LIVE",
    "SLIDE_LINE",
    "BatchesEvent",
    "BatchesFrame",
    "BatchesRun",
    "BatchesSpec",
    "Groups",
    "LaneFrame",
    "LogZero",
    "accuracy",
    "best_accuracy",
    "best_fit",
    "best_line",
    "expected_accuracy",
    "gaussian_groups",
    "gradient",
    "gradient_noise",
    "load_batches",
    "log_zero",
    "logits",
    "mean_cost",
    "measured_noise",
    "probabilities",
    "save_batches",
    "summed_cost",
    "turned",
]
