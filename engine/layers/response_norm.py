"""Local response normalisation, as AlexNet and the A-LRN column of VGG have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.arena import Ref
from engine.layers.pooling import WithoutParameters
from engine.layers.shapes import Shape, space_of
from engine.ops import response_norm as ops
from engine.program import Builder

MAX_NEIGHBOURS = 255


@dataclass(frozen=True)
class LocalResponseNorm(WithoutParameters):
    """y = x / (k + alpha · sum of x² over neighbouring channels)^beta; nothing is learned.

    Krizhevsky, Sutskever and Hinton, NIPS 2012, with the paper's numbers as the usual ones.

    Parameters
    ----------
    neighbours : int
        How many channels the sum runs over, an odd number: itself and as many on both sides.
    alpha : float
        The factor of the sum, 0 or more. It is not divided by the number of neighbours, as PyTorch's is.
    beta : float
        The power, 0 or more.
    k : float
        What is added, above 0, so that the division never is by 0.
    """

    neighbours: int = 5
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 2.0

    prefix: ClassVar[str] = "norm"

    def __post_init__(self) -> None:
        n = self.neighbours
        if not isinstance(n, int) or not 1 <= n <= MAX_NEIGHBOURS or n % 2 == 0:
            raise ValueError(f"the neighbours of a response are an odd number from 1 to {MAX_NEIGHBOURS}, got {n!r}")
        if not (self.alpha >= 0 and self.beta >= 0 and self.k > 0):
            raise ValueError(
                "response normalisation takes alpha and beta of 0 or more and k above 0, "
                f"got alpha {self.alpha}, beta {self.beta} and k {self.k}"
            )

    def output_shape(self, inputs: Shape, name: str = "") -> Shape:
        """Return the shape of the inputs."""
        space_of(inputs, name or self.prefix)
        return inputs

    def output_name(self, number: int) -> str:
        """Return the name of the place that layer `number` hands on: ``r2``."""
        return f"r{number}"

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record the scale and y from x [B, *space, C]; return y."""
        shape = self.output_shape(x.shape[1:], f"{self.prefix}{number}")
        k, alpha, beta = (
            build.hyper_parameter(f"{name}{number}", value, rf"{tex}_{{{number}}}")
            for name, value, tex in (
                ("response_k", self.k, "k"), ("response_alpha", self.alpha, r"\alpha"),
                ("response_beta", self.beta, r"\beta"),
            )
        )  # fmt: skip
        s = build.signal(f"s{number}", shape, f"s_{{{number}}}")
        y = build.signal(f"r{number}", shape, f"r_{{{number}}}")
        build.record(ops.response_scale, "s", (self.neighbours,), x=x, k=k, alpha=alpha, s=s)
        build.record(ops.response_norm_forward, "r", x=x, s=s, beta=beta, y=y)
        return y

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record dx, if asked for."""
        if not need_dx:
            return None
        dx = build.gradient_signal(x)
        s, y, alpha, beta = (
            build.refs[f"{name}{number}"] for name in ("s", "r", "response_alpha", "response_beta")
        )
        build.record(
            ops.response_norm_backward, "dx", (self.neighbours,), x=x, s=s, y=y, dy=dy, alpha=alpha, beta=beta, dx=dx
        )
        return dx
