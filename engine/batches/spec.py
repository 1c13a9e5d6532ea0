"""What the three lanes are made from: the groups, the cost, the rate, the size of the mini-batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from engine.batches.data import Groups, gaussian_groups
from engine.checks import SpecError, checked
from engine.json_spec import JsonSpec

__all__ = ["BATCHES_SETTINGS", "COSTS", "LANES", "LIVE", "MAX_EPOCHS", "BatchesSpec", "SpecError", "checked_weights"]

# Batch: all points an update. Mini-batch: some of them. Stochastic: one.
LANES = ("batch", "mini", "stochastic")
COSTS = ("sum", "mean")
MAX_EPOCHS = 500
# A weight that is set by hand stays within what can be drawn.
LARGEST_WEIGHT = 1e3
NAMES = ("w₁", "w₂", "b")


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


@dataclass(frozen=True, slots=True)
class BatchesSpec(JsonSpec):
    """Everything needed to build a `BatchesRun` again. Frozen, validated, JSON there and back.

    Parameters
    ----------
    mean, variance : float
        The groups are N(±(m, m), v I).
    per_class : int
        Points of each group, 5 to 250.
    seed : int
        Of the points.
    copies : int
        How many times each point is in the data, 1 to 10.
    cost : {"sum", "mean"}
        Whether a batch's cost is summed over its points or averaged. The update of a summed cost is that of the
        averaged one with a rate as many times as large as there are points in the batch.
    learning_rate : float
        1e-6 to 10, of all lanes.
    decay : float
        Epochs in which the rate falls to a tenth, η₀·10^(−n/τ); 0 for a constant rate.
    mini_batch : int
        Points in a batch of the lane between, 1 to the number of points.
    order : int
        Seed of the order in which all lanes see the points.
    start : sequence of float
        (w₁, w₂, b) before the first update.

    Raises
    ------
    SpecError
        If a value is not allowed; its ``field`` names the setting.
    """

    called: ClassVar[str] = "experiment"

    mean: float = _setting(4.0, "Mean of the groups", low=0.0, high=20.0)
    variance: float = _setting(20.0, "Variance of the groups", low=0.1, high=200.0)
    per_class: int = _setting(100, "Points of each group", low=5, high=250)
    seed: int = _setting(0, "Seed of the points", low=0, high=2**31 - 1)
    copies: int = _setting(1, "Copies of each point", low=1, high=10)
    cost: str = _setting("sum", "Cost", choices=COSTS)
    learning_rate: float = _setting(0.001, "Learning rate", low=1e-6, high=10.0)
    decay: float = _setting(0.0, "Epochs to a tenth of the rate", low=0.0, high=10_000.0)
    mini_batch: int = _setting(40, "Mini-batch size", low=1, high=5000)
    order: int = _setting(0, "Seed of the order", low=0, high=2**31 - 1)
    start: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        for setting in fields(self):
            if setting.metadata:
                value = checked(setting.name, setting.default, setting.metadata, getattr(self, setting.name))
                object.__setattr__(self, setting.name, value)
        object.__setattr__(self, "start", checked_weights("start", self.start))
        if self.mini_batch > self.samples:
            raise SpecError(
                "mini_batch",
                f"Mini-batch size is a whole number from 1 to {self.samples:,}, the number of points, got "
                f"{self.mini_batch:,}",
            )

    @property
    def samples(self) -> int:
        """Points in the data, copies included: N."""
        return 2 * self.per_class * self.copies

    def groups(self) -> Groups:
        """Draw the points, each of them once."""
        return gaussian_groups(np.random.default_rng(self.seed), self.per_class, self.mean, self.variance)

    def batch_size(self, lane: str) -> int:
        """Return how many points an update of a lane sees."""
        return {"batch": self.samples, "mini": self.mini_batch, "stochastic": 1}[lane]

    def updates_per_epoch(self, lane: str) -> int:
        """Return how many updates a lane makes while it sees all points once; the last batch may be smaller."""
        return -(-self.samples // self.batch_size(lane))

    def rate(self, epoch: int) -> float:
        """Return the learning rate of an epoch, from 0."""
        return self.learning_rate * 10 ** (-epoch / self.decay) if self.decay else self.learning_rate

    def fitted(self, **changes: Any) -> BatchesSpec:
        """Return a copy with these settings changed, and with no more points in a mini-batch than there then are."""
        if "mini_batch" in changes:
            return self.with_(**changes)
        return self.with_(mini_batch=min(self.mini_batch, self.with_(mini_batch=1, **changes).samples), **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        plain = {name: getattr(self, name) for name in BATCHES_SETTINGS}
        return {"version": self.version, **plain, "start": list(self.start)}


BATCHES_SETTINGS = {setting.name: setting for setting in fields(BatchesSpec)}
# What may change on the way; any other change is a new run.
LIVE = ("cost", "learning_rate", "decay")


def checked_weights(name: str, values: Any) -> tuple[float, float, float]:
    """Return (w₁, w₂, b) as floats, or raise a SpecError."""
    if isinstance(values, str) or not isinstance(values, Sequence | np.ndarray) or len(values) != len(NAMES):
        raise SpecError(name, f"the weights are three numbers, {', '.join(NAMES)}, got {str(values)[:40]}")
    limits = {"low": -LARGEST_WEIGHT, "high": LARGEST_WEIGHT}
    # Adding 0 makes minus zero an ordinary one.
    w1, w2, b = (
        float(checked(name, 0.0, {"title": title, **limits}, value)) + 0.0
        for title, value in zip(NAMES, values, strict=True)
    )
    return w1, w2, b
