"""A training on digits in the words and numbers of the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import Position
from engine.history import Segment
from engine.reader import READER_SETTINGS, ReaderRun
from playground.stages import history_tree
from playground.stages.training import texts
from playground.stages.training.watched import Watched
from playground.views.figures import short

if TYPE_CHECKING:
    from playground.stages.training.scene import Measured

# What is said of a digit where an output is not a number.
_NO_ANSWER = "nothing"
# Of ten kinds of digits a guess gets nine in ten wrong; from this share on the page says so.
_AS_IF_GUESSED = 0.8


def number(value: float, digits: int) -> str:
    """Return a number as the read-out shows it."""
    if not math.isfinite(value):
        return short(value)
    return f"{value:.{digits}f}" if abs(value) < 1000 else short(value)


def readout_items() -> list[tuple[str, ...]]:
    """Return the large numbers as `Readout.items`."""
    return [
        ("test_score", "Test accuracy", "test", texts.NUMBERS["test_score"]),
        ("wrong", "Got wrong", "test", texts.NUMBERS["wrong"]),
        ("test_loss", "Test loss", "test", texts.NUMBERS["test_loss"]),
        ("score", "Accuracy", "train", texts.NUMBERS["score"]),
        ("loss", "Loss", "train", texts.NUMBERS["loss"]),
        ("epoch", "Epoch", "", texts.NUMBERS["epoch"]),
    ]


def numbers(run: ReaderRun, measured: Measured | None, curve: npt.NDArray[np.floating] | None) -> dict[str, str]:
    """Return the large numbers as `Readout.values`."""
    epoch = {"epoch": number(run.loop.updates / run.loop.batches, 2)}
    if measured is None:
        return epoch
    judgement = measured.judgement
    return epoch | {
        "test_score": f"{100 * judgement.accuracy:.1f} %",
        "wrong": f"{len(judgement.wrong):,}",
        "test_loss": number(measured.test.loss, 3),
        "score": f"{100 * measured.train.accuracy:.1f} %",
        "loss": number(measured.train.loss, 3),
    }


def status(run: ReaderRun) -> dict[str, Any]:
    """Return where the run stands as `Transport.status`."""
    at, newest = run.position, run.newest
    text = f"Epoch {at.epoch:,} · batch {at.batch + 1} of {run.loop.batches}"
    if at.op:
        op = run.program.ops[at.op]
        text += f" · {op.phase.value}, next {op.name}"
    return {
        "step": run.loop.updates,
        "length": run.loop.updates_at(newest),
        "text": text,
        "at_end": at >= newest,
        "can_back": run.loop.updates > 0 or at.op > 0,
    }


def moment_text(run: ReaderRun, position: Position) -> str:
    """Return a moment: ``epoch 2``, ``epoch 1, batch 40``."""
    return f"epoch {position.epoch:,}" + (f", batch {position.batch}" if position.batch else "")


def verdict(answers: npt.NDArray[np.floating], truth: int | None, probabilities: bool, blank: bool = False) -> str:
    """Return in a sentence what the network takes the digit for; `blank` if nothing is drawn yet."""
    if not len(answers):
        return "It has not come to the answer yet."
    if not np.isfinite(answers).all():
        return "Its answers are not numbers."
    said = int(answers.argmax())
    sure = f" with {100 * float(answers[said]):.0f} %" if probabilities else ""
    if blank:
        return f"Nothing is drawn yet. Of an empty picture it says {said}{sure}."
    told = f"It says {said}{sure}"
    return f"{told}." if truth is None else f"{told}: {'right' if said == truth else f'wrong, this is a {truth}'}."


def watched_words(watched: Watched, truth: int | None) -> str:
    """Return which digit is watched."""
    if watched.source == "drawn":
        return "Your drawing"
    if watched.source == "batch":
        return f"First digit of the batch: a {truth}"
    return f"Test digit {watched.index + 1:,}: a {truth}"


def wrong_item(place: int, said: int, truth: int) -> dict[str, str]:
    """Return a digit that was got wrong as an item of `DigitWall`."""
    answer = str(said) if said >= 0 else _NO_ANSWER
    return {
        "key": str(place), "caption": f"{answer}, not {truth}" if said >= 0 else f"–, not {truth}",
        "label": f"Test digit {place + 1}: said {answer}, it is a {truth}. Watch it",
    }  # fmt: skip


def wrong_text(count: int, total: int) -> str:
    """Return what stands under the digits that were got wrong, of so many."""
    if not count:
        return "None: every test digit is read rightly."
    guessed = f" Guessing would get about {total * 9 // 10:,} wrong." if count >= _AS_IF_GUESSED * total else ""
    return f"Press one to watch it.{guessed}"


def summary(run: ReaderRun, measured: Measured | None, playing: bool) -> str:
    """Return the picture in words; while playing without numbers that would lag behind the large ones."""
    spec, network = run.spec, run.network
    net = ", ".join(row.name for row in network.ledger)
    text = f"A network of {network.parameters:,} parameters, {net}, learns to read digits."
    if playing:
        return text
    text += f" {status(run)['text']}."
    if measured is None:
        return text
    judgement = measured.judgement
    right = f"{100 * judgement.accuracy:.1f} % of {len(judgement.said):,} test digits are read rightly"
    text += f" {right}, the test loss is {number(measured.test.loss, 3)}."
    if run.loop.updates == 0:
        text += " Guessing would get about 10 %; by its first weights alone the network may do worse."
    worst = _worst(judgement.confusion)
    if worst is not None:
        true, said, count = worst
        text += f" Most often a {true} is taken for a {said}: {count} times."
    return text + (f" The learning rate is {short(run.rate)} now." if spec.schedule != "constant" else "")


def _worst(confusion: npt.NDArray[np.integer]) -> tuple[int, int, int] | None:
    """Return which digit is most often taken for which other one, and how often; None if none ever is."""
    off = confusion - np.diag(np.diag(confusion))
    true, said = np.unravel_index(int(off.argmax()), off.shape)
    count = int(off[true, said])
    return (int(true), int(said), count) if count else None


def tree_segments(run: ReaderRun) -> list[dict[str, Any]]:
    """Return the history as `BranchTree.segments`."""
    return history_tree.tree_segments(
        run.history, run.loop.updates_at,
        lambda segment: f"to {moment_text(run, segment.end)}; {_segment_label(run, segment)}",
    )


def _segment_label(run: ReaderRun, segment: Segment) -> str:
    """Return in words what was changed where a segment begins."""
    parent = segment.parent
    if parent is None:
        return "the first run"
    said = []
    for name in run.first_spec.live_settings:
        before, after = parent.settings[name], segment.settings[name]
        if before != after:
            said.append(f"{READER_SETTINGS[name].metadata['title'].lower()} {_value(before)} → {_value(after)}")
    return f"{', '.join(said) or 'no change'}, from {moment_text(run, segment.start)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return short(value)
    if isinstance(value, tuple):
        return ", ".join(f"{name} {short(float(each))}" for name, each in value) or "as usual"
    return str(value)
