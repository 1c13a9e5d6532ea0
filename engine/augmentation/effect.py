"""A small network trained on few digits, with changed pictures and without: what the changes are worth, measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.arena import Array
from engine.augmentation.changes import Augmentation, varied
from engine.backend import Backend
from engine.datasets.digits import BRIGHTEST, load_digits
from engine.layers import Dense
from engine.optimizers import Adam
from engine.reader.digit_data import CLASSES, parts
from engine.sequential import Sequential

__all__ = ["EPOCHS", "SEEDS", "TEST_DIGITS", "TRAIN_DIGITS", "Comparison", "Trial", "comparison", "training_digits"]

HIDDEN = 32
EPOCHS = 60
BATCH = 20
LEARNING_RATE = 0.003
SEEDS = (0, 1, 2, 3, 4)
TRAIN_DIGITS = 100
TEST_DIGITS = 1000
_TEST_SHARE = 0.2
_STREAM = 28
# Epochs between two words on how far it is.
_TOLD = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """One seed: the same digits, the same first weights, trained twice.

    Attributes
    ----------
    seed : int
    plain, changed : float
        Accuracy on the test digits after training on the pictures as they are, and on changed ones.
    plain_loss, changed_loss : float
        Mean cross-entropy on them.
    plain_train, changed_train : float
        Accuracy on the training digits, as they are.
    """

    seed: int
    plain: float
    changed: float
    plain_loss: float
    changed_loss: float
    plain_train: float
    changed_train: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is measured so far.

    Attributes
    ----------
    done : float
        Share of the whole, 0 to 1.
    trials : tuple of Trial
    """

    done: float
    trials: tuple[Trial, ...]

    @property
    def gain(self) -> float:
        """How many points of accuracy, in percent, the changes add on average; nan before the first trial."""
        gains = [trial.changed - trial.plain for trial in self.trials]
        return 100 * float(np.mean(gains)) if gains else float("nan")

    @property
    def loss_change(self) -> float:
        """By how much the test loss changes on average; nan before the first trial."""
        changes = [trial.changed_loss - trial.plain_loss for trial in self.trials]
        return float(np.mean(changes)) if changes else float("nan")


@cache
def training_digits(seed: int) -> tuple[Array, Array]:
    """Return 100 digits [100, 28, 28] of 0 to 1, ten of each class, and their classes [100]; another seed, others."""
    digits, places = load_digits("mnist"), parts("mnist", _TEST_SHARE).train
    # Any stretch that begins at a whole number of classes has all classes in equal shares.
    rows = places[seed * TRAIN_DIGITS : (seed + 1) * TRAIN_DIGITS]
    return digits.images[rows] / BRIGHTEST, digits.labels[rows].astype(np.int64)


@cache
def _test_digits() -> tuple[Array, Array]:
    digits, places = load_digits("mnist"), parts("mnist", _TEST_SHARE).test[:TEST_DIGITS]
    return digits.images[places].reshape(len(places), -1) / BRIGHTEST, digits.labels[places].astype(np.int64)


def comparison(by: Augmentation, backend: Backend) -> Iterator[Comparison]:
    """Train for each of `SEEDS` with changed pictures and without; tell after every few epochs how far it is.

    Every epoch changes the 100 pictures anew. Both networks take equally many steps.
    """
    trials: list[Trial] = []
    for number, seed in enumerate(SEEDS):
        ends = []
        for run, changes in enumerate((None, by)):
            model = _begun(seed, backend)
            for epoch in _trained(model, seed, changes):
                if epoch % _TOLD == 0:
                    share = (number + (run + epoch / EPOCHS) / 2) / len(SEEDS)
                    # The last of them comes with the numbers.
                    if share < (number + 1) / len(SEEDS):
                        yield Comparison(share, tuple(trials))
            images, labels = training_digits(seed)
            ends.append((model.evaluate(*_test_digits()), model.evaluate(images.reshape(len(images), -1), labels)))
        (plain, plain_train), (changed, changed_train) = ends
        trials.append(
            Trial(
                seed, plain.accuracy, changed.accuracy, plain.loss, changed.loss, plain_train.accuracy,
                changed_train.accuracy,
            )
        )  # fmt: skip
        yield Comparison((number + 1) / len(SEEDS), tuple(trials))


def _begun(seed: int, backend: Backend) -> Sequential:
    """Return the network with its first weights, on the pictures as they are."""
    images, labels = training_digits(seed)
    model = Sequential(
        [Dense(HIDDEN, activation="relu", inputs=images[0].size), Dense(CLASSES, activation="softmax")],
        seed=seed, backend=backend,
    )  # fmt: skip
    model.compile(loss="categorical_crossentropy", optimizer=Adam(learning_rate=LEARNING_RATE))
    model.begin(images.reshape(len(images), -1).copy(), labels, batch_size=BATCH)
    return model


def _trained(model: Sequential, seed: int, by: Augmentation | None) -> Iterator[int]:
    """Train epoch by epoch, on pictures that are changed anew in each; tell the epochs that are done."""
    images, _ = training_digits(seed)
    rng = np.random.default_rng([seed, _STREAM])
    for epoch in range(1, EPOCHS + 1):
        if by is not None and by.changes:
            model.loop.data.inputs[:] = varied(images, by, rng).reshape(len(images), -1)
        model.step("epoch")
        yield epoch
