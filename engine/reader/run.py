"""A digit reader in training: stepped, seen and rewound as any other network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.backend import Backend, Data, Indices, default_backend
from engine.checks import unknown
from engine.datasets.digits import load_digits
from engine.experiment import Position
from engine.history import DEFAULT_BUDGET
from engine.learning import LearningRun, noted_every
from engine.losses import Targets
from engine.map_network import MapNetwork
from engine.reader.digit_data import prepared
from engine.reader.examiner import Examiner
from engine.reader.mistakes import Judgement, judged
from engine.reader.shapes import multiplications
from engine.reader.spec import ReaderSpec

__all__ = ["ReaderRun"]

# A step of LeNet-5 takes some milliseconds: going back replays few of them.
READER_SPACING = 25
# The curve of the training set goes by so many of its digits, all classes alike: 4,000 would take longer to judge
# than to train on.
TRAIN_JUDGED = 500
# Until which epoch how many notes are made in one; after that one at the end of each.
_NOTES = ((2, 6), (6, 3), (12, 2))


class ReaderRun(LearningRun[ReaderSpec]):
    """Trains the network of a spec on digits, step by step, forward and back.

    Loss and accuracy on the training set are those of its first 500 digits, in which all classes have equal shares;
    on the test set they are of all its digits.

    Parameters
    ----------
    spec : ReaderSpec
    budget : int
        Bytes for checkpoints.
    backend : Backend, optional
        The compiled engine unless another is given.
    record : bool
        Note loss and accuracy on both sets on the way, several times an epoch at first, for `curve`.
    start : [P] or [P + S], optional
        Parameters to begin with instead of the initializer's, perhaps with the optimizer's state behind them.
    dtype : dtype
        float32 unless another is given.
    """

    network: MapNetwork

    def __init__(
        self,
        spec: ReaderSpec,
        *,
        budget: int = DEFAULT_BUDGET,
        backend: Backend | None = None,
        record: bool = False,
        start: Array | None = None,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        backend, network = backend or default_backend(), spec.network()
        self.parts = spec.parts()
        signed, kind = network.loss.targets is Targets.SIGNED, np.dtype(dtype).name
        data = prepared(spec.data, spec.test_share, "train", signed, kind)
        some = Data(data.inputs[:TRAIN_JUDGED], data.targets[:TRAIN_JUDGED])
        self._examiner = Examiner(network, prepared(spec.data, spec.test_share, "test", signed, kind), backend)
        super().__init__(
            spec, network, data, (Examiner(network, some, backend), self._examiner), backend,
            budget=budget, spacing=READER_SPACING, record=record, start=start,
        )  # fmt: skip

    @property
    def work(self) -> int:
        """How many multiplications an update takes on its way forward, about."""
        return self.first_spec.batch_size * multiplications(self.network.ledger)

    def _places(self, which: str) -> Indices:
        if which not in ("train", "test"):
            raise ValueError(unknown("part", which, ["train", "test"]))
        return self.parts.train if which == "train" else self.parts.test

    def images(self, which: str = "test") -> npt.NDArray[np.uint8]:
        """Return the digits [N, H, W], 0 to 255, of the part "train" or "test"."""
        return load_digits(self.first_spec.data).images[self._places(which)]

    def labels(self, which: str = "test") -> npt.NDArray[np.uint8]:
        """Return what they show [N], 0 to 9."""
        return load_digits(self.first_spec.data).labels[self._places(which)]

    def judge(self) -> Judgement:
        """Return what the net of now says of the test digits."""
        scores = self._examiner.outputs(self.parameters)
        probabilities = None if self.network.loss.targets is Targets.SIGNED else self.network.predict_from(scores)
        return judged(self.labels("test"), scores, probabilities)

    def _note_spacing(self) -> int:
        """Return how many batches lie between two notes here."""
        epoch = self.position.epoch
        return -(-self.loop.batches // next((count for until, count in _NOTES if epoch < until), 1))

    def _note_number(self) -> int | None:
        """Return how many updates there were, if a note is due."""
        at = self.position
        due = at.op == 0 and at.batch % self._note_spacing() == 0 and at.epoch % noted_every(at.epoch) == 0
        return self.loop.updates if due else None

    def _next_note(self) -> Position:
        at, spacing = self.position, self._note_spacing()
        batch = (at.batch // spacing + 1) * spacing
        return Position(at.epoch, batch) if batch < self.loop.batches else Position(at.epoch + 1)

    def curve(self) -> Array:
        """Return what this branch noted: rows of epoch, train loss, accuracy, test loss, accuracy.

        The epoch is a fraction where a note was made within one.
        """
        records = sorted(self.history.records(self.loop.at).items())
        return np.array([(number / self.loop.batches, *record) for number, record in records]).reshape(-1, 5)
