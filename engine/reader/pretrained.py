"""Readers that were trained beforehand; `engine.reader.train_weights` makes their files anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.backend import Backend
from engine.datasets.digits import load_digits
from engine.map_network import MapNetwork
from engine.reader.digit_data import parts
from engine.reader.reader import Reader
from engine.reader.spec import ReaderSpec

__all__ = ["PRETRAINED", "Pretrained", "unseen_images"]


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A trained digit reader.

    Attributes
    ----------
    key : str
        The name of its file.
    title : str
    about : str
        In a sentence or two.
    """

    key: str
    title: str
    about: str

    @property
    def spec(self) -> ReaderSpec:
        """What it was trained with, from its file."""
        return _stored(self.key)[0]

    @property
    def epochs(self) -> int:
        """For how many epochs."""
        return _stored(self.key)[1]

    @property
    def accuracy(self) -> float:
        """The share of the digits of its test part, none of which it was trained on, that it read right."""
        return _stored(self.key)[2]

    @property
    def parameters(self) -> Array:
        """All weights and biases, float32 [P], read-only."""
        return _stored(self.key)[3]

    def network(self) -> MapNetwork:
        """Build its network."""
        return self.spec.network()

    def reader(self, *, backend: Backend | None = None) -> Reader:
        """Return a reader of one's own: two threads do not share one."""
        return Reader(self.network(), self.parameters, backend=backend)


PRETRAINED: dict[str, Pretrained] = {
    net.key: net
    for net in (
        Pretrained(
            "lecture", "The lecture's net",
            "Two convolutions with 4 and 6 filters of 5 × 5, each with a max pooling behind it, and one dense layer.",
        ),
        Pretrained(
            "lenet", "LeNet-5",
            "Two convolutions with 6 and 16 filters of 5 × 5, average pooling, and three dense layers: 61,706 "
            "parameters.",
        ),
        Pretrained(
            "svm", "The lecture's net with a support vector machine",
            "The same layers, but ten scores of linear support vector machines in place of the soft-max.",
        ),
    )
}  # fmt: skip


@cache
def _stored(key: str) -> tuple[ReaderSpec, int, float, Array]:
    with files("engine.reader").joinpath("weights", f"{key}.npz").open("rb") as stream:
        found = np.load(stream, allow_pickle=False)
        parameters = found["parameters"]
        parameters.setflags(write=False)
        spec = ReaderSpec.from_json(str(found["spec"]))
        return spec, int(found["epochs"]), float(found["accuracy"]), parameters


def unseen_images(key: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the digits that a pretrained reader was not trained on.

    Parameters
    ----------
    key : str
        Of `PRETRAINED`.

    Returns
    -------
    images : uint8 [N, H, W]
        0 to 255.
    labels : uint8 [N]
    """
    spec = PRETRAINED[key].spec
    return _test_part(spec.data, spec.test_share)


@cache
def _test_part(data: str, share: float) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    digits, places = load_digits(data), parts(data, share).test
    images, labels = digits.images[places], digits.labels[places]
    images.setflags(write=False)
    labels.setflags(write=False)
    return images, labels
