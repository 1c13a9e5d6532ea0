"""The benches of all stages, by the name that lessons call them by."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from engine.checks import SpecError, unknown
from playground.benches.bench import Bench

__all__ = ["STAGES", "bench"]

# A module of this package each: pages whose lessons are not read need none of it.
STAGES = (
    "network", "graph", "flow", "descent", "race", "batches", "convolution", "reader", "training",
    "neuron", "activation", "probability", "losses", "features", "augmentation",
)  # fmt: skip


@lru_cache
def bench(stage: str) -> Bench:
    """Return the bench of a stage."""
    if stage not in STAGES:
        raise SpecError("stage", unknown("stage", stage, STAGES))
    made: Bench = import_module(f"playground.benches.{stage}").BENCH
    return made
