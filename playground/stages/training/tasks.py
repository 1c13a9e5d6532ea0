"""Things to reach with a network; whether it has been is seen from what was measured during the visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.reader import HEADS, LayerSpec, ReaderSpec
from engine.reader.maps import LayerMaps
from playground.stages.training.presets import PRESETS

GOOD, VERY_GOOD = 0.95, 0.97
# Both heads have learnt, and are as good as each other.
HEADS_LEAST, HEADS_APART = 0.85, 0.03
SMALL = 400
# One fixed shuffling: a dense net does not notice, a convolutional one loses what it knew of neighbours.
SHUFFLED_LEAST, SHUFFLED_LOSS, SHUFFLED_SAME = 0.8, 0.05, 0.02

_Net = tuple[str, tuple[LayerSpec, ...], str]


@dataclass(slots=True)
class Records:
    """The best test accuracy of each network of a visit, by its digits, layers and head."""

    best: dict[_Net, float] = field(default_factory=dict)
    sizes: dict[_Net, int] = field(default_factory=dict)

    def note(self, spec: ReaderSpec, accuracy: float) -> None:
        """Note how good a network is."""
        net = spec.data, spec.layers, spec.head
        self.best[net] = max(accuracy, self.best.get(net, 0.0))
        self.sizes.setdefault(net, spec.parameters)

    def of(self, spec: ReaderSpec) -> float:
        """Return the best of a network; 0 where there is none."""
        return self.best.get((spec.data, spec.layers, spec.head), 0.0)

    def among(self, data: str, least: int, most: int) -> float:
        """Return the best of all networks on these digits with so many parameters."""
        found = [best for net, best in self.best.items() if net[0] == data and least <= self.sizes[net] <= most]
        return max(found, default=0.0)


def tasks(shown: str, spec: ReaderSpec, records: Records, picked: LayerMaps | None) -> list[dict[str, Any]]:
    """Return what there is to reach as `TaskList.tasks`.

    Parameters
    ----------
    shown : str
        Key of the preset that the visit began with, or that was chosen last.
    spec : ReaderSpec
        What is trained.
    records : Records
    picked : LayerMaps or None
        The layer of which a number is picked.
    """
    match shown:
        case "lenet":
            best = records.among("mnist", PRESETS["lenet"].spec.parameters, PRESETS["lenet"].spec.parameters)
            text = "Bring LeNet’s 61,706 parameters to 97\N{NO-BREAK SPACE}%. What do ReLU and max pooling change?"
            return [_task(text, best >= VERY_GOOD, _so_far(best))]
        case "svm":
            return [_heads(spec, records)]
        case "hierarchy":
            done = picked is not None and picked.name == "conv5"
            text = "Pick a number of the third convolution: how much of the digit has it seen? And one of the first?"
            return [_task(text, done, "The frame on the digit shows it." if done else "")]
        case "dense":
            return [_compared(records)]
        case "shuffled":
            return [_shuffled(records)]
        case "small8":
            best = records.among("digits8", 0, SMALL - 1)
            text = f"How small can it be? Reach 95\N{NO-BREAK SPACE}% with fewer than {SMALL} parameters."
            return [_task(text, best >= GOOD, _so_far(best))]
    best = records.of(spec)
    return [_task("Train it to a test accuracy of 95\N{NO-BREAK SPACE}%.", best >= GOOD, _so_far(best))]


def _task(text: str, done: bool, seen: str) -> dict[str, Any]:
    return {"text": text, "done": bool(done), "seen": seen}


def _so_far(best: float) -> str:
    return f"Best so far: {_percent(best)}." if best else "Not trained yet."


def _heads(spec: ReaderSpec, records: Records) -> dict[str, Any]:
    """Return whether both heads of this network are as good as each other."""
    best = {head: records.of(spec.with_(head=head)) for head in HEADS}
    apart = abs(best["softmax"] - best["hinge"])
    done = min(best.values()) >= HEADS_LEAST and apart <= HEADS_APART
    seen = ", ".join(f"{HEADS[head].title} {_percent(value)}" for head, value in best.items() if value)
    text = "Train this network with both heads, until they are good and within 3 points of each other."
    return _task(text, done, f"Best so far: {seen}." if seen else "")


def _compared(records: Records) -> dict[str, Any]:
    """Return whether the network without convolutions and the lecture's were both trained."""
    names = {"dense": "no convolution", "lecture": "the lecture’s net"}
    best = {key: records.of(PRESETS[key].spec) for key in names}
    seen = ", ".join(
        f"{names[key]} {_percent(value)} with {PRESETS[key].spec.parameters:,} parameters"
        for key, value in best.items() if value
    )  # fmt: skip
    text = "Train this and the lecture’s net. Which one reads better, and with how many parameters?"
    return _task(text, min(best.values()) >= HEADS_LEAST, f"Best so far: {seen}." if seen else "")


def _shuffled(records: Records) -> dict[str, Any]:
    """Return whether the lecture's net and the one without convolutions were trained on digits of both kinds."""
    names = {"lecture": "the lecture’s net", "dense": "no convolution"}
    lost, told = {}, []
    for key, name in names.items():
        spec = PRESETS[key].spec
        plain, shuffled = records.of(spec), records.of(spec.with_(data="shuffled"))
        if min(plain, shuffled) >= SHUFFLED_LEAST:
            lost[key] = plain - shuffled
        if plain or shuffled:
            told.append(f"{name} {_or_dash(plain)} plain, {_or_dash(shuffled)} shuffled")
    text = (
        "Who suffers, the lecture’s net or the one without convolution? Train both, on MNIST digits and on shuffled "
        "ones, until they no longer get better."
    )
    done = len(lost) == len(names) and lost["lecture"] >= SHUFFLED_LOSS and abs(lost["dense"]) < SHUFFLED_SAME
    return _task(text, done, f"Best so far: {'; '.join(told)}." if told else "")


def _or_dash(share: float) -> str:
    return _percent(share) if share else "–"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
