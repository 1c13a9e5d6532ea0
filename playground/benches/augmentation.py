"""The augmentation stage as lessons see it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.augmentation import CHANGES, images_of_side, safety, share_labeled
from engine.checks import SpecError
from lessons.conditions import Fact
from playground.augmentation_link import AugmentationLink, from_query
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, driving, number
from playground.server import kernels
from playground.stages.augmentation.scene import kept
from playground.stages.augmentation.session import AugmentationSession
from playground.stages.augmentation.state import LIMITS, LOOKS

__all__ = ["BENCH"]

# A measurement has about this many moments; each is seen so long at most.
_MOST_MOMENTS = 100


def _begin(query: Query) -> AugmentationSession:
    return AugmentationSession(_link(query), lambda: kernels().backend())


def _link(query: Query) -> AugmentationLink:
    return asked(from_query, query)


def _open(session: AugmentationSession, query: Query) -> None:
    session.go_to(_link(query))


def _facts(session: AugmentationSession) -> dict[str, Fact]:
    state, measured = session.state, session.measured
    found = safety(state.digit, state.changes)
    return {
        "look": state.look, "digit": state.digit, "which": state.which, "draw": state.draw,
        "changes": len(state.changes.changes), "unsafe": sum(not each.safe for each in found),
        "read_as_it_was": kept(session) if state.look == "variants" else float("nan"),
        **{key: getattr(state.changes, key) for key in CHANGES},
        "measured": measured.done, "seeds": len(measured.trials), "gain": measured.gain,
        "loss_change": measured.loss_change, "side": state.side, "images": float(images_of_side(state.side)),
        "labels": 10**state.labeled, "share": share_labeled(state.side, 10**state.labeled),
    }  # fmt: skip


def _set(session: AugmentationSession, words: Sequence[str]) -> None:
    name = words[0]
    if name not in (*CHANGES, *LIMITS):
        raise SpecError("run", f"{name!r} is nothing that can be set; there are {', '.join([*CHANGES, *LIMITS])}")
    session.set(**{name: number(words[1])})


def _look(session: AugmentationSession, words: Sequence[str]) -> None:
    session.set(look=words[0])


def _measure(session: AugmentationSession, _: Sequence[str]) -> Moments:
    """Train and measure, all seeds; it takes about two seconds."""
    session.set(look="effect")
    yield 0.2
    for _moment in range(_MOST_MOMENTS):
        if session.at_end:
            return
        session.step(1, session.grain)
        yield 0.0


BENCH = Bench(
    stage="augmentation",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "look": "which look it is: " + ", ".join(LOOKS),
        "digit": "the digit that is changed", "which": "which of its ten pictures", "draw": "which draw, from 0",
        "changes": "how many kinds of changes are made",
        "unsafe": "how many of them may change the label of this digit",
        "read_as_it_was": "share of the variants in which a trained network reads the digit; of the look variants",
        **{key: f"limit of {change.title.lower()}, {change.unit}" for key, change in CHANGES.items()},
        "measured": "share of the measurement that is done", "seeds": "how many seeds are measured",
        "gain": "points of test accuracy that the changes add, on average over the seeds",
        "loss_change": "by how much the test loss changes, on average",
        "side": "of the pictures that are counted", "images": "how many black-and-white pictures there are",
        "labels": "how many labels there are", "share": "labels over pictures, at most 1",
    },
    commands={
        **driving({"op": "step"}),
        "set": Command("set NAME VALUE", "Sets " + ", ".join([*CHANGES, *LIMITS]) + ".", _set),
        "look": Command("look LOOK", "Goes to a look.", _look),
        "measure": Command("measure", "Trains with changed pictures and without, all seeds, and measures.", _measure),
    },
    parts={
        "looks": "the choice of what to look at", "settings": "the limits of the changes, and which picture",
        "numbers": "the number that stands large", "wall": "the variants, and what a trained network reads in them",
        "pairs": "accuracies without and with the changes", "trials": "the same as a table",
        "safety": "whether each change keeps the label", "bars": "how many pictures there are, how many labeled",
        "summary": "the picture in words",
    },
)  # fmt: skip
