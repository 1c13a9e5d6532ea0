"""What the digit reader can begin with, and which slides it shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from engine.reader import ReadingSpec

__all__ = ["LOOKS", "PRESETS", "SLIDES", "Begin", "Picked", "Preset", "slide_begin"]

Picked = tuple[int, tuple[int, ...]]
# What can be looked at more closely.
LOOKS = {
    "number": "One number",
    "layers": "Layers",
    "digits": "Test digits",
    "occlusion": "Cover a patch",
    "saliency": "Saliency",
    "maximise": "What a filter likes",
    "move": "Move the digit",
    "dense": "Dense = convolution",
    "field": "Receptive field",
}


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a visit begins.

    Attributes
    ----------
    spec : ReadingSpec
    done : int or None
        How many operations have run; None for all.
    look : str
        A key of `LOOKS`; empty for none.
    picked : tuple or None
        The layer and the place of a number.
    digit : int or None
        The digit that is asked about; None for the one that is read.
    patch : int
        Side of the patch that covers.
    page : int
        Side of the larger page on which the reader is slid.
    stack : tuple of str
        Windows one behind the other, as keys of `WINDOWS` in `stacks`.
    filter : tuple of int
        The layer and the channel of the filter that an image is grown for.
    question : str
        The prediction that comes first; empty for none.
    """

    spec: ReadingSpec = ReadingSpec()  # noqa: RUF009 (a spec is frozen)
    done: int | None = None
    look: str = "number"
    picked: Picked | None = (3, (5, 4, 1))
    digit: int | None = None
    patch: int = 7
    page: int = 36
    stack: tuple[str, ...] = ("conv3", "pool2", "conv3")
    filter: tuple[int, int] = (3, 0)
    question: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """Something to begin with.

    Attributes
    ----------
    key, title, sentence : str
    begin : Begin
    slides : dict of str to dict
        By slide, what it shows differently.
    """

    key: str
    title: str
    sentence: str
    begin: Begin
    slides: dict[str, dict[str, Any]] = field(default_factory=dict)


_LECTURE, _LENET, _SVM = (ReadingSpec(net=net) for net in ("lecture", "lenet", "svm"))
PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "lecture", "The lecture's net",
            "Two convolutions with 4 and 6 filters, two poolings, one dense layer. Pick a number of a map to see where "
            "it comes from.",
            Begin(), {"L1-36": {"look": "layers", "question": "c2"}},
        ),
        Preset(
            "lenet", "LeNet-5",
            "Two convolutions with 6 and 16 filters, average pooling and three dense layers: 61,706 parameters.",
            Begin(_LENET), {"L1-43": {"look": "layers"}},
        ),
        Preset(
            "dense", "Dense = convolution",
            "A dense layer is a convolution whose kernel covers the whole map. On a larger page it slides, and gives a "
            "map of scores.",
            Begin(_LENET, look="dense", page=32), {"L1-42": {"question": "map"}},
        ),
        Preset(
            "head", "Another head",
            "The same layers with ten support vector machines in place of the soft-max: the bars are scores, not "
            "probabilities.",
            Begin(_SVM, look="layers"), {"L3-34": {"question": "stages"}},
        ),
        Preset(
            "covered", "What matters?",
            "A patch of paper covers the digit at every place in turn: where the probability falls, the ink mattered.",
            Begin(look="occlusion"),
        ),
        Preset(
            "moved", "Move it",
            "A shifted image gives shifted maps: convolution is equivariant. The dense layer is not, and nothing is to "
            "scale.",
            Begin(ReadingSpec(dx=3.0), look="move"), {"L1-38": {}},
        ),
        Preset(
            "field", "Receptive field",
            "Each layer sees more of the image than the one before; pooling makes the next kernel see wider.",
            Begin(look="field"), {"L3-36": {"question": "field"}},
        ),
    )
}  # fmt: skip
# By slide, the preset that it shows.
SLIDES: dict[str, Preset] = {slide: preset for preset in PRESETS.values() for slide in preset.slides}


def slide_begin(slide: str) -> Begin:
    """Return where a visit begins that is to show a slide."""
    preset = SLIDES[slide]
    return replace(preset.begin, **preset.slides[slide])
