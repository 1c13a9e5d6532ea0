"""The likelihood of labels: a product of one factor a sample, and its negative log, a sum of one cost a sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arena import Array

__all__ = ["Likelihood", "coin_product", "likelihood", "logistic_gradient", "sample_cost", "sample_factor", "underflow"]

PRECISIONS: dict[str, type[np.floating]] = {"float32": np.float32, "float64": np.float64}


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Samples with what the model gives to their labels.

    Attributes
    ----------
    factors : tuple of float
        The probability of each sample's own label, p^l (1 − p)^(1 − l).
    costs : tuple of float
        −ln of each.
    products, sums : tuple of float
        Of the first 1, 2, … samples.
    """

    factors: tuple[float, ...]
    costs: tuple[float, ...]
    products: tuple[float, ...]
    sums: tuple[float, ...]

    @property
    def cost(self) -> float:
        """The cross-entropy, summed."""
        return self.sums[-1]

    def share(self, index: int) -> float:
        """Return a sample's share of the whole cost; nan where all cost nothing or the cost is infinite elsewhere."""
        whole, own = self.cost, self.costs[index]
        if whole == 0 or (math.isinf(whole) and math.isinf(own)):
            return math.nan
        return own / whole


def sample_factor(p: float, label: int) -> float:
    """Return p^l (1 − p)^(1 − l): p where the label is 1, 1 − p where it is 0.

    Parameters
    ----------
    p : float
        The probability of label 1, from 0 to 1.
    label : {0, 1}
    """
    return float(p**label * (1 - p) ** (1 - label))


def sample_cost(p: float, label: int) -> float:
    """Return −ln of the factor; inf where a label was said to be impossible."""
    factor = sample_factor(p, label)
    return math.inf if factor == 0 else -math.log(factor) + 0.0


def likelihood(probabilities: Sequence[float], labels: Sequence[int]) -> Likelihood:
    """Return the factors and costs of N samples.

    Raises
    ------
    ValueError
        If there is no sample, or not a label for each.
    """
    if not len(probabilities) or len(probabilities) != len(labels):
        raise ValueError(f"a label for each probability is needed, got {len(probabilities)} and {len(labels)}")
    pairs = list(zip(probabilities, labels, strict=True))
    factors = [sample_factor(p, label) for p, label in pairs]
    costs = [sample_cost(p, label) for p, label in pairs]
    return Likelihood(
        tuple(factors), tuple(costs), tuple(np.cumprod(factors).tolist()), tuple(np.cumsum(costs).tolist())
    )


def coin_product(p: float, count: int, precision: str = "float64") -> Array:
    """Multiply p so many times, rounding after each as a computer does.

    Parameters
    ----------
    p : float
        Above 0, at most 1.
    count : int
    precision : {"float32", "float64"}

    Returns
    -------
    ndarray
        The products of 0, 1, … factors [count + 1], as float64.
    """
    kind = PRECISIONS[precision]
    factors = np.full(count + 1, p, dtype=kind)
    factors[0] = 1
    with np.errstate(under="ignore"):
        return np.asarray(np.multiply.accumulate(factors), dtype=np.float64)


def underflow(p: float, precision: str, most: int) -> int | None:
    """Return the first count at which the product is exactly 0; None up to `most`."""
    zero = np.flatnonzero(coin_product(p, most, precision) == 0)
    return int(zero[0]) if len(zero) else None


def logistic_gradient(output: float, target: float, inputs: Sequence[float]) -> tuple[float, ...]:
    """Return ∇J over the weights of a sigmoid unit with cross-entropy: (a − t)·x.

    Parameters
    ----------
    output : float
        a = φ(wx).
    target : float
        t, 0 or 1.
    inputs : sequence of float
        x.
    """
    return tuple((output - target) * x for x in inputs)
