"""What the training of a digit reader is made from: every setting, declared once, with its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import prod
from typing import Any, ClassVar

from engine.checks import SpecError, checked
from engine.datasets.digits import DIGITS
from engine.initializers import INITIALIZERS
from engine.json_spec import JsonSpec
from engine.layers import Dense
from engine.layers.shapes import Shape
from engine.losses import LOSSES
from engine.map_network import MapNetwork
from engine.optimizers import OPTIMIZERS, Optimizer, get_optimizer
from engine.reader.digit_data import CLASSES, Parts, parts
from engine.reader.layer_specs import LayerSpec, layer
from engine.reader.shapes import OutlineRow, outline, placed
from engine.rules import checked_schedule_settings, idle_rules, listing_key, rule, schedule_of, with_rules
from engine.schedules import Schedule

__all__ = ["HEADS", "MAX_LAYERS", "READER_LIVE", "READER_SETTINGS", "Head", "ReaderSpec"]

MAX_LAYERS = 12
# Numbers that a batch may take in the memory: 96 MB.
MAX_NUMBERS = 24_000_000


@dataclass(frozen=True, slots=True)
class Head:
    """What the last layer is trained with.

    Attributes
    ----------
    title : str
    about : str
        In a sentence.
    loss : str
        A key of `LOSSES`.
    activation : str
        Of the output layer; the loss contains it.
    """

    title: str
    about: str
    loss: str
    activation: str


HEADS: dict[str, Head] = {
    "softmax": Head(
        "Soft-max", "Ten probabilities, trained with the cross-entropy.", "categorical_crossentropy", "softmax"
    ),
    "hinge": Head(
        "Linear SVM",
        "Ten scores, one digit against all others each, trained with the hinge loss: nothing to pay beyond the "
        "margin 1.",
        "hinge", "identity",
    ),
}  # fmt: skip

_LECTURE = (layer("conv", filters=4), layer("max_pool"), layer("conv", filters=6), layer("max_pool"))


def _setting(default: Any, title: str, live: bool = False, **limits: Any) -> Any:
    return field(default=default, metadata={"title": title, "live": live, **limits})


@dataclass(frozen=True, slots=True)
class ReaderSpec(JsonSpec):
    """Everything needed to train a digit reader again, seeds included. Frozen, validated, JSON there and back.

    Settings marked live may change while training (`ReaderRun.change`); any other change is a new run. The output
    layer, ten neurons, is not among the layers. Where the first dense layer gets maps, a Flatten is added before it.

    The hinge head is a linear support vector machine for each digit against all others: L = 1/B ΣΣ max(0, 1 − y s)
    over the examples and the ten scores s, with y = 1 for the digit and −1 for the others. (Rifkin and Klautau, "In
    defense of one-vs-all classification", JMLR 5, 2004.)

    Raises
    ------
    SpecError
        If a setting is not allowed, or a layer is impossible.
    """

    called: ClassVar[str] = "spec"

    data: str = _setting("mnist", "Digits", choices=tuple(DIGITS))
    layers: tuple[LayerSpec, ...] = _setting(_LECTURE, "Layers")
    head: str = _setting("softmax", "Head", choices=tuple(HEADS))
    initializer: str = _setting("glorot_uniform", "Initializer", choices=tuple(INITIALIZERS))
    optimizer: str = _setting("adam", "Optimizer", choices=tuple(OPTIMIZERS))
    learning_rate: float = _setting(0.004, "Learning rate", live=True, low=1e-6, high=10.0)
    schedule: str = rule("schedule", live=True)
    schedule_settings: tuple[tuple[str, float], ...] = rule("schedule_settings", live=True)
    schedule_unit: str = rule("schedule_unit", live=True)
    weight_decay: float = rule("weight_decay", live=True)
    decoupled: bool = rule("decoupled", live=True)
    clip_norm: float = rule("clip_norm", live=True)
    clip_value: float = rule("clip_value", live=True)
    batch_size: int = _setting(32, "Batch size", low=1, high=256)
    test_share: float = _setting(0.2, "Test share", low=0.1, high=0.5)
    seed: int = _setting(0, "Seed", low=0, high=2**31 - 1)

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.name == "layers":
                object.__setattr__(self, "layers", _checked_layers(value))
            else:
                object.__setattr__(self, setting.name, checked(setting.name, setting.default, setting.metadata, value))
        settings = checked_schedule_settings(self.schedule, self.schedule_settings)
        object.__setattr__(self, "schedule_settings", settings)
        refusal = next((row.refusal for row in self.outline() if row.refusal), None)
        if refusal:
            raise SpecError("layers", refusal)
        self._check_memory()

    def _check_memory(self) -> None:
        # What each layer hands on is kept before and behind its activation, and the gradients of both.
        numbers = self.batch_size * sum(4 * prod(row.outputs or ()) for row in self.outline())
        if numbers > MAX_NUMBERS:
            most = self.batch_size * MAX_NUMBERS // numbers
            raise SpecError(
                "batch_size",
                f"a batch of {self.batch_size} digits takes {numbers:,} numbers in this net, at most {MAX_NUMBERS:,} "
                f"are kept: use a batch of at most {most}, or a smaller net",
            )

    @property
    def shape(self) -> Shape:
        """Of one digit: [H, W, C]."""
        return (*DIGITS[self.data].size, 1)

    def parts(self) -> Parts:
        """Return which of the digits it is trained on and which it is judged on."""
        return parts(self.data, self.test_share)

    def outline(self) -> tuple[OutlineRow, ...]:
        """Return a line for each layer, the output layer included."""
        return outline(self.layers, self.shape)

    @property
    def parameters(self) -> int:
        """Number of weights and biases P."""
        return sum(row.parameters or 0 for row in self.outline())

    def make_schedule(self) -> Schedule:
        """Return the schedule of the learning rate; its steps are what ``schedule_unit`` says."""
        return schedule_of(self.schedule, self.schedule_settings, self.learning_rate)

    def make_optimizer(self) -> Optimizer:
        """Return the optimizer with schedule, weight decay and clipping around it."""
        return with_rules(get_optimizer(self.optimizer, self.learning_rate), self, self.schedule_unit)

    def network(self) -> MapNetwork:
        """Build the network that this spec describes."""
        head = HEADS[self.head]
        output = Dense(CLASSES, head.activation, kernel_initializer=self.initializer)
        layers = placed(self.layers, self.shape, output, self.initializer, self.seed)
        return MapNetwork(
            self.shape, tuple(each.layer for each in layers), LOSSES[head.loss], self.make_optimizer()
        )

    @property
    def live_settings(self) -> tuple[str, ...]:
        """The names of what may change while training."""
        return READER_LIVE

    def lines_key(self) -> tuple[object, ...]:
        """Return what of the live settings decides which lines a step has; the rest are numbers in the memory."""
        return listing_key(self, self.schedule_unit)

    def idle_settings(self) -> set[str]:
        """Return the live settings with which nothing is computed."""
        return idle_rules(self)

    def penalty_places(self) -> dict[str, float]:
        """Return nothing: weight decay takes the place of a penalty."""
        return {}

    def _left_open(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings of the schedule as void where another one is chosen: it has its usual ones."""
        return {"schedule_settings": ()} if changes.get("schedule", self.schedule) != self.schedule else {}

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        values["schedule_settings"] = dict(self.schedule_settings)
        values["layers"] = [each.to_list() for each in self.layers]
        return {"version": self.version, **values}


READER_SETTINGS = {setting.name: setting for setting in fields(ReaderSpec)}
# What may change on the way; any other change is a new run.
READER_LIVE = tuple(name for name, setting in READER_SETTINGS.items() if setting.metadata["live"])


def _checked_layers(layers: Any) -> tuple[LayerSpec, ...]:
    if not isinstance(layers, Sequence) or isinstance(layers, str) or len(layers) > MAX_LAYERS:
        raise SpecError("layers", f"a net has a list of at most {MAX_LAYERS} layers, got {str(layers)[:40]!r}")
    return tuple(each if isinstance(each, LayerSpec) else LayerSpec.from_list(each) for each in layers)
