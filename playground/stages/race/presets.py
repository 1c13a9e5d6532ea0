"""Races that show one thing each, by a key; what they lead to is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.backend import Backend
from engine.descent import DescentSpec
from playground.stages.race.field import Field, Racer, line_up
from playground.stages.race.question import Answer, Asked, Question, answered

SEVEN = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
FAMILY = ("adam", "adamw", "adamax", "nadam", "amsgrad")


@dataclass(frozen=True, slots=True)
class Preset:
    """A race with a name.

    Attributes
    ----------
    key, title, sentence : str
    field : Field
    slides : tuple of str
        Of the lecture, those that it belongs to.
    question : Question
    """

    key: str
    title: str
    sentence: str
    field: Field
    slides: tuple[str, ...]
    question: Question


_PRESETS = (
    Preset(
        "saddle", "Saddle", "Slides L2-26 and L3-24: in the middle there is no slope, and yet it is no minimum.",
        # The lecture's Adadelta remembers 1/(1 - 0.95) updates.
        line_up(
            DescentSpec("saddle", steps=200),
            [Racer("adadelta", settings=(("rho", 0.95),)), *(key for key in SEVEN if key != "adadelta")],
        ),
        ("L2-26", "L3-24"), Question(Asked.STUCK, ("sgd", "momentum", "adagrad", "adadelta", "adam")),
    ),
    Preset(
        "valley", "Long valley", "Slides L2-26 and L3-24: a hundred times steeper across than along.",
        line_up(DescentSpec("ravine", steps=300), SEVEN),
        ("L2-26", "L3-24"), Question(Asked.ARRIVES, ("sgd",)),
    ),
    Preset(
        "beale", "Beale", "Slides L2-26 and L3-24: almost flat in the middle, with walls around.",
        line_up(DescentSpec("beale", steps=800), SEVEN),
        ("L2-26", "L3-24"), Question(Asked.FIRST, ("sgd", "momentum", "adagrad", "rmsprop", "adam")),
    ),
    Preset(
        "scale", "Loss × 100", "Slide L2-24: whose step grows with the loss, and whose does not?",
        line_up(
            DescentSpec("ravine", steps=300, loss_scale=100.0),
            ("sgd", "momentum", "adagrad", "rmsprop", "adadelta", "adam"),
        ),
        ("L2-24",), Question(Asked.KEEPS, ("sgd", "momentum", "adam")),
    ),
    Preset(
        "family", "Adam's family",
        "Slide L3-25: small changes of the rule. They differ in a line or two, and the slope is noisy.",
        line_up(DescentSpec("beale", steps=800, noise=0.5), FAMILY),
        ("L3-25",), Question(Asked.FIRST, FAMILY),
    ),
    Preset(
        "rates", "One rule, two rates",
        "Slide L4-92: the rate decides as much as the rule. A hollow mark is the same optimizer at another rate.",
        line_up(
            DescentSpec("beale", steps=400),
            [
                Racer("sgd", 0.01), Racer("momentum", 0.001), Racer("adam", 0.1),
                Racer("sgd", 0.03), Racer("momentum", 0.005), Racer("adam", 0.5),
            ],
        ),
        ("L4-92",), Question(Asked.FIRST, ("sgd", "sgd_2", "momentum", "momentum_2", "adam", "adam_2")),
    ),
)  # fmt: skip
PRESETS = {preset.key: preset for preset in _PRESETS}
# Which one a slide opens, where several belong to it.
SLIDES = {"L2-24": "scale", "L2-26": "saddle", "L3-24": "valley", "L3-25": "family", "L4-92": "rates"}


def preset_of(field: Field) -> str:
    """Return the key of the preset that this is; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.field == field), "")


@lru_cache(maxsize=16)
def preset_answer(key: str, backend: Backend) -> Answer:
    """Return what the race of a preset answers to its question."""
    preset = PRESETS[key]
    return answered(preset.question, preset.field.spec, preset.field.racing, backend)
