"""A training run as an experiment: a spec brought to life, with a past that can be revisited and changed."""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.backend import Backend, Data, default_backend
from engine.datasets import Dataset, feature_matrix
from engine.datasets.dataset import Task
from engine.history import DEFAULT_BUDGET
from engine.learning import LARGEST_PARAMETER, LearningRun, noted_every
from engine.losses import encode_classes
from engine.metrics import Evaluator
from engine.network import Network
from engine.spec import TrainingSpec
from engine.training_data import make_data

__all__ = ["LARGEST_PARAMETER", "TrainingRun", "make_data", "noted_every"]


class TrainingRun(LearningRun[TrainingSpec]):
    """Trains the network of a spec, step by step, forward and back.

    Parameters
    ----------
    spec : TrainingSpec
    budget : int
        Bytes for checkpoints.
    backend : Backend, optional
        The compiled engine unless another is given.
    record : bool
        Note loss and accuracy on both sets at the end of epochs, for `curve`.
    start : [P] or [P + S], optional
        Parameters to begin with instead of the initializer's, perhaps with the optimizer's state behind them, as
        `whole_state` lays them out.
    """

    network: Network

    def __init__(
        self,
        spec: TrainingSpec,
        *,
        budget: int = DEFAULT_BUDGET,
        backend: Backend | None = None,
        record: bool = False,
        start: Array | None = None,
    ) -> None:
        backend, network = backend or default_backend(), spec.network()
        self.train, self.test = make_data(spec)
        train, test = (prepared(spec, network, part) for part in (self.train, self.test))
        super().__init__(
            spec, network, Data(*train), (Evaluator(network, *train, backend), Evaluator(network, *test, backend)),
            backend, budget=budget, record=record, start=start,
        )  # fmt: skip

    def prepare(self, dataset: Dataset) -> tuple[Array, Array]:
        """Return a data set as the network takes it: features [N, I] and encoded targets [N, O]."""
        return prepared(self.first_spec, self.network, dataset)


def prepared(spec: TrainingSpec, network: Network, dataset: Dataset) -> tuple[Array, Array]:
    """Return a data set as the network of a spec takes it: features [N, I] and encoded targets [N, O]."""
    x = feature_matrix(dataset.inputs, spec.features)
    if dataset.task is Task.REGRESSION:
        return x, np.ascontiguousarray(dataset.targets.reshape(-1, 1))
    return x, np.ascontiguousarray(encode_classes(dataset.targets, dataset.classes, network.loss))
