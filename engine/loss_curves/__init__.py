"""What losses say of errors, margins, probabilities and distributions: small and exact, for the eye."""

from engine.loss_curves.entropy import cross_entropy, divergence, entropy, normalized
from engine.loss_curves.likelihood import (
    Likelihood,
    coin_product,
    likelihood,
    logistic_gradient,
    sample_cost,
    sample_factor,
    underflow,
)
from engine.loss_curves.margins import MARGIN_LOSSES, MarginLoss, margin_of, natural_cost
from engine.loss_curves.residuals import Residuals, absolute_curve, residuals, squared_curve

__all__ = [
    "MARGIN_LOSSES",
    "Likelihood",
    "MarginLoss",
    "Residuals",
    "absolute_curve",
    "coin_product",
    "cross_entropy",
    "divergence",
    "entropy",
    "likelihood",
    "logistic_gradient",
    "margin_of",
    "natural_cost",
    "normalized",
    "residuals",
    "sample_cost",
    "sample_factor",
    "squared_curve",
    "underflow",
]
