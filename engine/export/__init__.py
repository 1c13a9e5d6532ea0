"""A trained network as a script that runs elsewhere: NumPy, Keras or PyTorch, with the weights in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.arena import Array
from engine.datasets.features import Feature
from engine.export import keras_target, numpy_target, torch_target
from engine.export.parts import Parts, take_apart
from engine.network import Network

__all__ = ["TARGETS", "Target", "TargetName", "export_code"]

TargetName = Literal["numpy", "keras", "torch"]


@dataclass(frozen=True, slots=True)
class Target:
    """A library for which a script can be written.

    Attributes
    ----------
    title : str
        What people call it.
    file_name : str
        Of the script.
    write : callable
        Makes the script from a network taken apart.
    """

    title: str
    file_name: str
    write: Callable[[Parts], str]


TARGETS: dict[str, Target] = {
    "numpy": Target("NumPy", "network_numpy.py", numpy_target.write),
    "keras": Target("Keras", "network_keras.py", keras_target.write),
    "torch": Target("PyTorch", "network_torch.py", torch_target.write),
}


def export_code(
    target: TargetName,
    network: Network,
    parameters: Array,
    features: Sequence[Feature],
    spec_comment: str = "",
) -> str:
    """Return one self-contained Python script with the network, its weights, `predict` and `train`.

    Parameters
    ----------
    target : {"numpy", "keras", "torch"}
        A key of `TARGETS`.
    network : Network
    parameters : [P]
        All weights and biases, as the memory holds them.
    features : sequence of Feature
        What the network's inputs are computed from, one an input.
    spec_comment : str
        Anything to be said about the run, such as its spec in JSON. It becomes a comment: unprintable characters
        are left out, line breaks become blanks, and it is cut at 4,000 characters.

    Raises
    ------
    ValueError
        If the target is unknown, if parameters or features do not fit the network, or if it has more than
        100,000 parameters.
    """
    if target not in TARGETS:
        raise ValueError(f"unknown target {target!r}: choose one of {', '.join(TARGETS)}")
    return TARGETS[target].write(take_apart(network, parameters, features, spec_comment))
