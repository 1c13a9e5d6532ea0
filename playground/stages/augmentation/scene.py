"""What the views of the augmentation page draw in one frame, in the numbers and words of the page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.augmentation import CHANGES, SEEDS, Comparison, images_of_side, log10_images, safety, share_labeled
from engine.augmentation.effect import TEST_DIGITS, TRAIN_DIGITS
from engine.datasets.digits import DIGITS
from playground.stages.augmentation.state import LOOKS, State
from playground.views.pair_dots import PairPicture

if TYPE_CHECKING:
    from playground.stages.augmentation.session import AugmentationSession

SOURCE = DIGITS["mnist"].source
# More digits than this are written as a power of ten.
_WRITTEN = 13
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, eq=False)
class AugmentationScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    state : State
    edits : int
    wall : dict
        As `DigitWall.content` wants it.
    safety, trials : dict
        As `FactTable.content` wants them.
    pairs : PairPicture
    bars : dict
        As `CountBars.content` wants it.
    numbers : list of tuple
        Key, label, sentence and text of each.
    status : dict
        As `Transport.status` wants it.
    summary : str
    """

    state: State
    edits: int
    wall: dict[str, Any]
    safety: dict[str, Any]
    trials: dict[str, Any]
    pairs: PairPicture
    bars: dict[str, Any]
    numbers: list[tuple[str, str, str, str]]
    status: dict[str, Any]
    summary: str


def scene_of(session: AugmentationSession, playing: bool) -> AugmentationScene:
    """Return what the views draw now."""
    state, measured = session.state, session.measured
    return AugmentationScene(
        state=state,
        edits=session.edits,
        wall=_wall(session) if state.look == "variants" else {},
        safety=_safety(state) if state.look == "variants" else {},
        trials=_trials(measured) if state.look == "effect" else {},
        pairs=PairPicture(
            tuple(f"seed {seed}" for seed in SEEDS),
            tuple(trial.plain for trial in measured.trials), tuple(trial.changed for trial in measured.trials),
        ),
        bars=_bars(state) if state.look == "space" else {},
        numbers=_numbers(session),
        status=_status(session),
        summary=_summary(session, playing),
    )  # fmt: skip


def kept(session: AugmentationSession) -> float:
    """Return the share of the variants in which the trained network reads what the picture was."""
    return float((session.variants[1] == session.state.digit).mean())


def _wall(session: AugmentationSession) -> dict[str, Any]:
    state, (images, read) = session.state, session.variants
    items = []
    for place, found in enumerate(read.tolist()):
        right = found == state.digit
        items.append({
            "key": str(place), "caption": f"{found} {'✓' if right else '✗'}",
            "label": f"Variant {place + 1}: read as {found}, {'which it was' if right else f'it was {state.digit}'}",
        })  # fmt: skip
    return {
        "title": f"{len(images)} variants of one {state.digit}",
        "side": list(images.shape[1:]), "items": items, "chosen": "",
        "pixels": np.round(255 * images).astype(np.uint8).tobytes(),
        "text": "Under each picture: what LeNet-5, trained on other digits, reads in it.",
    }  # fmt: skip


def _safety(state: State) -> dict[str, Any]:
    found = safety(state.digit, state.changes)
    rows = [
        [CHANGES[each.change].title, "keeps the label" if each.safe else "may change the label", each.why]
        for each in found
    ]
    return {
        "title": f"Is it still a {state.digit}?", "head": ["change", "", "why"], "rows": rows, "strong": -1,
        "words": [] if rows else ["No change is chosen: all variants are the picture itself."],
    }  # fmt: skip


def percent(value: float) -> str:
    """Return a share in percent, with one digit."""
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def points(value: float) -> str:
    """Return a difference in points of percent, with its sign."""
    return "–" if math.isnan(value) else f"{value:+.1f}".replace("-", "−")


def _trials(measured: Comparison) -> dict[str, Any]:
    rows = [
        [
            str(trial.seed), f"{100 * trial.plain:.1f}", f"{100 * trial.changed:.1f}",
            points(100 * (trial.changed - trial.plain)),
            f"{trial.changed_loss - trial.plain_loss:+.2f}".replace("-", "−"),
        ]
        for trial in measured.trials
    ]  # fmt: skip
    return {
        "title": f"Accuracy on {TEST_DIGITS:,} other digits", "rows": rows, "strong": -1,
        "head": ["seed", "as they are, %", "changed, %", "points", "test loss"],
        "words": [
            f"A network 784-32-10 learns from {TRAIN_DIGITS} digits, once from the pictures as they are and once from "
            "pictures that are changed anew in every epoch: the same digits, first weights and number of steps."
        ],
    }  # fmt: skip


def _bars(state: State) -> dict[str, Any]:
    exponent, labels = log10_images(state.side), state.labeled
    longest = max(1, math.ceil(max(exponent, labels)))
    share = share_labeled(state.side, 10**labels)
    count = images_of_side(state.side)
    return {
        "title": f"Black-and-white pictures of {state.side} × {state.side} pixels",
        "rows": [
            {"name": "There are", "count": big(count), "sum": f"2^({state.side} · {state.side}) = 2^{state.side**2}",
             "length": exponent / longest},
            {"name": "Labeled", "count": big(10**labels), "sum": f"10^{labels}", "length": labels / longest},
        ],
        "ticks": [[k / 5, f"10{str(round(k * longest / 5)).translate(_SUPERSCRIPTS)}"] for k in range(6)],
        "words": [
            "All of them are labeled." if share >= 1 else f"Share that is labeled: {scientific(share)}.",
            "Pictures that anybody would take are a tiny part of all of these: that is why learning works at all.",
        ],
    }  # fmt: skip


def big(count: int) -> str:
    """Return a whole number: in full, or where it is long as a power of ten."""
    if len(str(count)) <= _WRITTEN:
        return f"{count:,}"
    mantissa, exponent = f"{count:.4e}".split("e")
    return f"{mantissa} · 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def scientific(value: float) -> str:
    """Return a share in three digits, as a power of ten where it is small."""
    if value >= 1e-3:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa} · 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def _numbers(session: AugmentationSession) -> list[tuple[str, str, str, str]]:
    state, measured = session.state, session.measured
    if state.look == "variants":
        return [
            ("kept", "Still read as it was", "In how many of the variants LeNet-5 reads what the picture was.",
             percent(kept(session))),
        ]  # fmt: skip
    if state.look == "space":
        share = share_labeled(state.side, 10**state.labeled)
        return [("share", "Share labeled", "Labels over all pictures of this size.", scientific(share))]
    return [
        ("gain", "Gain, points", "How many points of accuracy, in percent, changed pictures add, on average over the "
         "seeds so far.", points(measured.gain)),
        ("seeds", "Seeds done", "Each with other digits and other first weights.",
         f"{len(measured.trials)} of {len(SEEDS)}"),
    ]  # fmt: skip


def _status(session: AugmentationSession) -> dict[str, Any]:
    state, measured = session.state, session.measured
    if state.look == "variants":
        text = f"Draw {state.draw + 1}"
    elif state.look == "effect":
        text = f"{measured.done:.0%} trained, {len(measured.trials)} of {len(SEEDS)} seeds measured"
    else:
        text = "Two sliders, nothing to step"
    return {
        "step": session.at, "length": session.length, "text": text, "at_end": session.at_end,
        "can_back": session.at > 0, "can_reset": True,
    }  # fmt: skip


def _summary(session: AugmentationSession, playing: bool) -> str:
    state, measured = session.state, session.measured
    if state.look == "space":
        share = share_labeled(state.side, 10**state.labeled)
        return (
            f"There are {big(images_of_side(state.side))} pictures of {state.side} × {state.side} pixels; "
            f"{big(10**state.labeled)} labels are a share of {scientific(share)}."
        )
    named = ", ".join(CHANGES[key].title.lower() for key in state.changes.changes) or "nothing"
    if state.look == "variants":
        return f"{SOURCE}. Changed: {named}. {percent(kept(session))} of the variants are still read as {state.digit}."
    if playing or not measured.trials:
        return f"{SOURCE}. {LOOKS[state.look]}: changed is {named}. Press Play to train and measure."
    return (
        f"{SOURCE}. Changed: {named}. Over {len(measured.trials)} seeds the accuracy changes by "
        f"{points(measured.gain)} points and the test loss by {measured.loss_change:+.2f}.".replace("-0", "−0")
    )
