"""What a training run is made from: every setting, declared once, with its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from engine.checks import SpecError, checked
from engine.datasets import DATASETS, FEATURES, Dataset, DatasetKind, Feature, make_dataset
from engine.datasets.dataset import Task
from engine.datasets.features import formula_feature
from engine.datasets.own import Points
from engine.initializers import INITIALIZERS
from engine.json_spec import JsonSpec
from engine.layers import ACTIVATIONS, Dense
from engine.losses import LOSSES, Loss, Targets
from engine.network import Network, dense_stack
from engine.optimizers import OPTIMIZERS, Optimizer, get_optimizer
from engine.rules import checked_schedule_settings, idle_rules, listing_key, rule, schedule_of, with_rules
from engine.schedules import Schedule

__all__ = ["LIVE_SETTINGS", "SETTINGS", "SpecError", "TrainingSpec", "check"]

# 2: the data have a seed of their own; in version 1 one seed decided data and weights.
VERSION = 2
MAX_HIDDEN_LAYERS = 8
MAX_UNITS = 16
MAX_FORMULAS = 3
# How `TrainingSpec.data` names the student's own points, and `TrainingSpec.inputs` the own formulas.
OWN = "own"
OWN_INPUTS = tuple(f"own{number}" for number in range(1, MAX_FORMULAS + 1))
HIDDEN_ACTIVATIONS = tuple(name for name in ACTIVATIONS if name != "softmax")

own_feature = lru_cache(maxsize=256)(formula_feature)


def _setting(default: Any, title: str, live: bool = False, **limits: Any) -> Any:
    """Declare a setting: what people call it, its limits, and whether it may change while training."""
    return field(default=default, metadata={"title": title, "live": live, **limits})


@dataclass(frozen=True, slots=True)
class TrainingSpec(JsonSpec):
    """Everything needed to build a training run again, seeds included. Frozen, validated, JSON there and back.

    Settings marked live may change while training (`TrainingRun.change`); any other change is a new run.
    The same spec gives the same run, to the last bit, on the same machine.

    The learning rate is what ``schedule`` begins with, and what holds throughout if it is constant. ``weight_decay``
    is of all parameters, biases included, as PyTorch's; with AdamW, whose decay of 0.01 is its own setting, it is
    another one beside that. A limit of 0 does not clip.
    """

    version: ClassVar[int] = VERSION
    called: ClassVar[str] = "spec"

    data: str = _setting("spiral", "Data", choices=(*DATASETS, OWN))
    points: Points | None = _setting(None, "Own points", points=True)  # noqa: RUF009 (Points are frozen)
    samples: int = _setting(500, "Points", low=10, high=5000)
    noise: float = _setting(0.0, "Noise", low=0.0, high=0.5)
    train_share: float = _setting(0.5, "Train share", low=0.1, high=0.9)
    inputs: tuple[str, ...] = _setting(("x1", "x2"), "Inputs", members=(*FEATURES, *OWN_INPUTS), least=1)
    formulas: tuple[str, ...] = _setting((), "Own inputs", formulas=MAX_FORMULAS)
    hidden: tuple[int, ...] = _setting(
        (8, 8), "Hidden layers", most=MAX_HIDDEN_LAYERS, low=1, high=MAX_UNITS, unit="neurons"
    )
    activation: str = _setting("tanh", "Activation", choices=HIDDEN_ACTIVATIONS)
    activations: tuple[str, ...] = _setting(
        (), "Activations of single layers", each=("", *HIDDEN_ACTIVATIONS), most=MAX_HIDDEN_LAYERS
    )
    dropout: float = _setting(0.0, "Dropout", low=0.0, high=0.8)
    skip: bool = _setting(False, "Skip connections")
    loss: str = _setting("auto", "Loss function", choices=("auto", *LOSSES))
    optimizer: str = _setting("adam", "Optimizer", choices=tuple(OPTIMIZERS))
    learning_rate: float = _setting(0.02, "Learning rate", live=True, low=1e-6, high=10.0)
    regularization: str = _setting("none", "Regularization", live=True, choices=("none", "l1", "l2"))
    regularization_rate: float = _setting(0.001, "Regularization rate", live=True, low=0.0, high=10.0)
    schedule: str = rule("schedule", live=True)
    schedule_settings: tuple[tuple[str, float], ...] = rule("schedule_settings", live=True)
    schedule_unit: str = rule("schedule_unit", live=True)
    weight_decay: float = rule("weight_decay", live=True)
    decoupled: bool = rule("decoupled", live=True)
    clip_norm: float = rule("clip_norm", live=True)
    clip_value: float = rule("clip_value", live=True)
    batch_size: int = _setting(20, "Batch size", low=1, high=5000)
    initializer: str = _setting("glorot_uniform", "Initializer", choices=tuple(INITIALIZERS))
    seed: int = _setting(0, "Seed", low=0, high=2**31 - 1)
    data_seed: int = _setting(0, "Data seed", low=0, high=2**31 - 1)

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = check(setting.name, getattr(self, setting.name))
            object.__setattr__(self, setting.name, value)
        object.__setattr__(self, "activations", self._canonical_activations())
        settings = checked_schedule_settings(self.schedule, self.schedule_settings)
        object.__setattr__(self, "schedule_settings", settings)
        self._check_data()
        self._check_inputs()
        self._check_loss()

    def _canonical_activations(self) -> tuple[str, ...]:
        """Return the activations of single layers, empty where a layer has the common one; no longer than needed."""
        own = ["" if name == self.activation else name for name in self.activations[: len(self.hidden)]]
        while own and not own[-1]:
            own.pop()
        return tuple(own)

    def _check_data(self) -> None:
        if self.data != OWN:
            return
        none = "there are none: draw some, or read them from a file"
        problem = self.points.problem() if self.points is not None else none
        if problem:
            raise SpecError("points", f"own points: {problem}")

    def _check_inputs(self) -> None:
        for key in self.inputs:
            if key in OWN_INPUTS and OWN_INPUTS.index(key) >= len(self.formulas):
                raise SpecError("inputs", f"the input {key} needs a formula, and there are {len(self.formulas)}")

    def _check_loss(self) -> None:
        kind, loss = self.kind, self.resolved_loss
        if kind.task is Task.REGRESSION and loss.targets is not Targets.REAL:
            raise SpecError(
                "loss",
                f"{loss.title} tells classes apart, but {kind.title} has real-valued targets: "
                "choose a squared or absolute error",
            )
        if kind.classes > 2 and loss.targets is not Targets.ONE_HOT:
            raise SpecError(
                "loss",
                f"{loss.title} works here with one output, for two classes, but {kind.title} has {kind.classes}: "
                "choose categorical cross-entropy",
            )

    @property
    def kind(self) -> DatasetKind:
        """What is known of the data before they are drawn."""
        if self.data != OWN:
            return DATASETS[self.data]
        points = self.points
        assert points is not None  # `_check_data` saw to it
        return DatasetKind(
            OWN, points.title, points.task, points.classes, "Your own points.",
            lambda samples, noise, rng: points.dataset(), fixed=True,
        )  # fmt: skip

    def dataset(self, rng: np.random.Generator) -> Dataset:
        """Return all data, drawn from `rng` or the student's own."""
        if self.data == OWN:
            return self.kind.make(self.samples, self.noise, rng)
        return make_dataset(self.data, self.samples, self.noise, rng)

    @property
    def offered_features(self) -> tuple[Feature, ...]:
        """All inputs that there are, on or off: those everybody has, and the student's formulas."""
        own = (own_feature(OWN_INPUTS[k], text) for k, text in enumerate(self.formulas))
        return (*FEATURES.values(), *own)

    @property
    def features(self) -> tuple[Feature, ...]:
        """The inputs that are on."""
        return tuple(feature for feature in self.offered_features if feature.key in self.inputs)

    @property
    def resolved_activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        own = (*self.activations, *[""] * len(self.hidden))
        return tuple(own[k] or self.activation for k in range(len(self.hidden)))

    @property
    def resolved_loss(self) -> Loss:
        """The loss meant by "auto": cross-entropy for classes, the half squared error for real targets."""
        if self.loss != "auto":
            return LOSSES[self.loss]
        kind = self.kind
        if kind.task is Task.REGRESSION:
            return LOSSES["half_squared_error"]
        return LOSSES["categorical_crossentropy" if kind.classes > 2 else "binary_crossentropy"]

    def make_schedule(self) -> Schedule:
        """Return the schedule of the learning rate; its steps are what ``schedule_unit`` says."""
        return schedule_of(self.schedule, self.schedule_settings, self.learning_rate)

    def make_optimizer(self) -> Optimizer:
        """Return the optimizer with schedule, weight decay and clipping around it."""
        return with_rules(get_optimizer(self.optimizer, self.learning_rate), self, self.schedule_unit)

    def network(self) -> Network:
        """Build the network that this spec describes."""
        kind, loss = self.kind, self.resolved_loss
        outputs = kind.classes if loss.targets is Targets.ONE_HOT else 1
        # Targets of -1 and +1 under an error of real numbers suit an output of that range.
        squashed = loss.targets is Targets.REAL and kind.task is Task.CLASSIFICATION
        settings: dict[str, Any] = {
            "kernel_initializer": self.initializer,
            "regularizer": self.regularization,
            "regularization_rate": self.regularization_rate,
        }
        output = Dense(outputs, loss.fused_activation or ("tanh" if squashed else "identity"), **settings)
        layers = dense_stack(
            self.hidden, self.resolved_activations, output,
            skip=self.skip, dropout=self.dropout, dropout_seed=self.seed, **settings,
        )  # fmt: skip
        return Network(len(self.inputs), layers, loss, self.make_optimizer())

    @property
    def live_settings(self) -> tuple[str, ...]:
        """The names of what may change while training."""
        return LIVE_SETTINGS

    def lines_key(self) -> tuple[object, ...]:
        """Return what of the live settings decides which lines a step has; the rest are numbers in the memory."""
        return self.regularization, *listing_key(self, self.schedule_unit)

    def idle_settings(self) -> set[str]:
        """Return the live settings with which nothing is computed."""
        return idle_rules(self) | ({"regularization_rate"} if self.regularization == "none" else set())

    def penalty_places(self) -> dict[str, float]:
        """Return the number of the penalty, by the name of its place in the memory."""
        return {"regularization_rate": self.regularization_rate}

    def _left_open(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings of the schedule as void where another one is chosen: it has its usual ones."""
        return {"schedule_settings": ()} if changes.get("schedule", self.schedule) != self.schedule else {}

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        values["schedule_settings"] = dict(self.schedule_settings)
        values["points"] = None if self.points is None else self.points.to_json()
        return {"version": VERSION, **values}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainingSpec:
        """Return the spec that `to_dict` wrote; settings that are left out take their defaults."""
        return cls().with_(**upgraded(values))


def upgraded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings of an earlier version as this one has them, without the version."""
    values = dict(values)
    version = str(values.pop("version", VERSION))
    if version not in ("1", str(VERSION)):
        raise SpecError("", f"this spec has version {version[:20]}, this program reads versions 1 to {VERSION}")
    if version == "1" and "seed" in values:
        values.setdefault("data_seed", values["seed"])
    return values


LIVE_SETTINGS = tuple(setting.name for setting in fields(TrainingSpec) if setting.metadata["live"])
SETTINGS = {setting.name: setting for setting in fields(TrainingSpec)}


def check(name: str, value: Any) -> Any:
    """Return `value` as the setting `name` wants it, or raise a SpecError that says what is allowed."""
    setting = next(f for f in fields(TrainingSpec) if f.name == name)
    return checked(name, setting.default, setting.metadata, value)
