"""Train the readers of `engine.reader.pretrained` anew and write their files.

``python -m engine.reader.train_weights`` takes some seconds. With the same processor and the same engine it writes
the same numbers; others differ in the last bits, and so after some hundred updates in more than that.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from engine.experiment import Position
from engine.reader.presets import PRESETS
from engine.reader.pretrained import PRETRAINED
from engine.reader.run import ReaderRun
from engine.reader.spec import ReaderSpec

EPOCHS = 15
RATES = {"lecture": 0.003, "lenet": 0.002, "svm": 0.003}
FOLDER = Path(__file__).parent / "weights"


def recipe(key: str) -> ReaderSpec:
    """Return what a reader is trained with: the net of the preset, with a learning rate that fades to 0."""
    return PRESETS[key].spec.with_(
        learning_rate=RATES[key], schedule="cosine", schedule_unit="epoch",
        schedule_settings=(("end", 0.0), ("steps", float(EPOCHS))),
    )  # fmt: skip


def train(key: str, folder: Path = FOLDER, epochs: int = EPOCHS) -> float:
    """Train one reader on its training part, write its file, and return its accuracy on the test part."""
    run = ReaderRun(recipe(key))
    run.seek(Position(epochs))
    accuracy = run.judge().accuracy
    np.savez_compressed(
        folder / f"{key}.npz", parameters=run.parameters.astype(np.float32), spec=np.array(run.spec.to_json()),
        epochs=np.array(epochs), accuracy=np.array(accuracy),
    )  # fmt: skip
    return accuracy


if __name__ == "__main__":
    for name in PRETRAINED:
        sys.stdout.write(f"{name}: {train(name):.1%} of the test digits\n")
