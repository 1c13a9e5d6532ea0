"""What each neuron computes over the plane, as small pictures of bytes.

A value in [-1, 1] becomes an index into the diverging palette of 256 colours. For three or more classes the output's
picture holds class and confidence instead, as `playground.theme.class_palette` lays them out.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from engine.backend import Backend
from engine.datasets import feature_matrix
from engine.metrics import Evaluator
from engine.network import Network, output_name
from engine.spec import TrainingSpec
from playground.theme import CONFIDENCE_LEVELS

Bytes = npt.NDArray[np.uint8]

GRID = 100
THUMBNAIL = 25
_STRIDE = GRID // THUMBNAIL
# Sizes of the plane that read well on an axis.
_EXTENTS = (1.5, 2.5, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 50.0, 100.0)


def plane_extent(inputs: npt.NDArray[np.float64]) -> float:
    """Return the half-width of a square around the origin that holds all points [N, 2] with a little air."""
    reach = 1.02 * float(np.abs(inputs).max())
    return next((extent for extent in _EXTENTS if extent >= reach), float(math.ceil(reach)))


def to_bytes(values: npt.NDArray[np.float64]) -> Bytes:
    """Turn values in [-1, 1] into 0 to 255; what lies beyond is held at the ends, and NaN shows as neutral."""
    scaled = np.clip(values, -1.0, 1.0) * 127.5 + 127.5
    if np.isnan(scaled.sum()):
        scaled = np.where(np.isnan(scaled), 127.5, scaled)
    return scaled.astype(np.uint8)


class PlanePictures:
    """Pictures of all neurons of a network over the plane.

    Parameters
    ----------
    network : Network
    spec : TrainingSpec
        Says which inputs there are, and which of them are on.
    extent : float
        Half the side of the square that is drawn.
    backend : Backend
    """

    def __init__(self, network: Network, spec: TrainingSpec, extent: float, backend: Backend) -> None:
        axis = (np.arange(GRID) + 0.5) / GRID * 2 * extent - extent
        plane = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        self.network = network
        self.extent = extent
        # The inputs' pictures never change, and those that are off have one too.
        everything = feature_matrix(plane, spec.offered_features)
        # A student's own formula may be infinite somewhere: that says nothing of the rest of its picture.
        largest = np.abs(everything).max(axis=0, initial=1e-12, where=np.isfinite(everything))
        self._inputs = everything / largest
        self._evaluator = Evaluator(network, feature_matrix(plane, spec.features), None, backend)

    def update(self, parameters: npt.NDArray[np.float64]) -> None:
        """Compute all pictures for these parameters."""
        self._evaluator.run(parameters)
        self._output = self._output_bytes()

    def big(self, column: int, unit: int) -> Bytes:
        """Return the picture [GRID, GRID] of one neuron, lowest row first; the last column is the output."""
        if column == len(self.network.layers) and self.network.outputs == 1:
            return self._output[:, 0].reshape(GRID, GRID)
        return to_bytes(self._values(column, slice(unit, unit + 1))).reshape(GRID, GRID)

    def answer(self) -> Bytes:
        """Return the picture [GRID, GRID] of the network's answer, lowest row first."""
        if self.network.outputs == 1:
            return self.big(len(self.network.layers), 0)
        p = self._evaluator.predictions()
        best = p.argmax(axis=1)
        chance = 1.0 / self.network.outputs
        sure = np.nan_to_num((p.max(axis=1) - chance) / (1.0 - chance))
        level = np.clip(sure * CONFIDENCE_LEVELS, 0, CONFIDENCE_LEVELS - 1)
        return (best * CONFIDENCE_LEVELS + level.astype(int)).astype(np.uint8).reshape(GRID, GRID)

    def unanswered(self) -> float:
        """Return the share of the plane where the answer is not a number."""
        return float(np.isnan(self._evaluator[output_name(self.network)]).any(axis=1).mean())

    def heights(self) -> npt.NDArray[np.float64]:
        """Return the answer's height [GRID²]: the output, or the probability; of several the largest."""
        answers = self._evaluator.predictions()
        return answers.max(axis=1) if self.network.outputs > 1 else answers[:, 0].copy()

    def thumbnails(self, columns: range) -> Bytes:
        """Return the pictures [units, THUMBNAIL, THUMBNAIL] of all neurons in these columns, top row first."""
        parts = []
        for column in columns:
            last = column == len(self.network.layers)
            values = self._output if last else to_bytes(self._values(column, slice(None)))
            small = values.reshape(GRID, GRID, -1)[_STRIDE // 2 :: _STRIDE, _STRIDE // 2 :: _STRIDE]
            parts.append(small[::-1].transpose(2, 0, 1))
        return np.ascontiguousarray(np.concatenate(parts))

    def _values(self, column: int, units: slice) -> npt.NDArray[np.float64]:
        """Return values [GRID², units] scaled to [-1, 1]; column 0 are all inputs there are."""
        if column == 0:
            return self._inputs[:, units]
        activation = self.network.layers[column - 1].activation
        values = self._evaluator[self.network.handed_on(column)][:, units]
        # These two live in [0, 1], and their middle is what is neither.
        skips = self.network.layers[column - 1].skip
        return 2 * values - 1 if activation in ("sigmoid", "step") and not skips else values

    def _output_bytes(self) -> Bytes:
        """Return the output's values as bytes [GRID², O]."""
        output = self._evaluator[output_name(self.network)]
        if self.network.output_activation == "identity":
            return to_bytes(output)
        if self.network.output_activation == "sigmoid":
            # 2 sigmoid(z) - 1, in one function call.
            return to_bytes(np.tanh(0.5 * output))
        return to_bytes(2 * self._evaluator.predictions() - 1)
