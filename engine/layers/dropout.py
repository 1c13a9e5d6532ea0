"""Dropout: how a layer records it, and the layer that notebooks write for it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arena import Ref
from engine.ops import dropout as ops
from engine.ops import updates
from engine.program import Builder


def check_rate(rate: float) -> None:
    """Raise a ValueError unless `rate` is a share that leaves something."""
    if not 0 <= rate < 1:
        raise ValueError(f"the dropout rate is at least 0 and below 1, got {rate}: it is the share that is dropped")


def check_seed(seed: int) -> None:
    """Raise a ValueError unless `seed` is a whole number of 64 bits."""
    if not 0 <= seed < 2**64:
        raise ValueError(f"the dropout seed is a whole number from 0 to 2⁶⁴ - 1, got {seed}")


@dataclass(frozen=True)
class Dropout:
    """Drops outputs of the dense layer before it, while training only, as in Keras.

    Parameters
    ----------
    rate : float
        The share that is dropped, at least 0 and below 1.
    seed : int, optional
        Decides the masks; without one, the seed of the `Sequential` does.
    """

    rate: float
    seed: int | None = None

    def __post_init__(self) -> None:
        check_rate(self.rate)
        if self.seed is not None:
            check_seed(self.seed)


def record_count(build: Builder) -> None:
    """Record the counting of batches that all masks of a network depend on; it lies in the optimizer's state."""
    draws = build.state("draws", (), r"\mathrm{draws}")
    build.record(updates.count_step, "draws", t=draws)


def record_forward(build: Builder, number: int, a: Ref, rate: float, seed: int) -> Ref:
    """Record a new mask m and h = a ⊙ m [B, units]; return h."""
    # One rate for all layers that share it; another rate gets a place of its own.
    shared = build.hyper.get("dropout_rate", rate) == rate
    name, tex = ("dropout_rate", "p") if shared else (f"dropout_rate{number}", f"p_{{{number}}}")
    mask = build.signal(f"m{number}", a.shape[1], f"m_{{{number}}}")
    h = build.signal(f"h{number}", a.shape[1], f"h_{{{number}}}")
    own = build.hyper_parameter(
        f"dropout_seed{number}", ops.layer_seed(seed, number), rf"\mathrm{{seed}}_{{{number}}}"
    )
    build.record(
        ops.draw_mask, "m", seed=own, step=build.refs["draws"], rate=build.hyper_parameter(name, rate, tex), mask=mask
    )
    build.record(ops.dropout_forward, "h", a=a, mask=mask, h=h)
    return h


def record_backward(build: Builder, number: int, a: Ref, dh: Ref) -> Ref:
    """Record the gradient of the loss with respect to a [B, units] from that with respect to h; return it."""
    da = build.gradient_signal(a)
    build.record(ops.dropout_backward, da.name, dh=dh, mask=build.refs[f"m{number}"], da=da)
    return da
