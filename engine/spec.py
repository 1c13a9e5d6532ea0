"""What a training run is made from: every setting, declared once, with its limits."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from engine.datasets import DATASETS, FEATURES
from engine.datasets.dataset import Task
from engine.initializers import INITIALIZERS
from engine.layers import ACTIVATIONS, Dense
from engine.losses import LOSSES, Loss, Targets
from engine.network import Network, dense_stack
from engine.optimizers import OPTIMIZERS, get_optimizer

VERSION = 1
MAX_HIDDEN_LAYERS = 8
MAX_UNITS = 16
HIDDEN_ACTIVATIONS = tuple(name for name in ACTIVATIONS if name != "softmax")


class SpecError(ValueError):
    """A setting that is not allowed; the message says what is.

    Attributes
    ----------
    field : str
        The setting.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


def _setting(default: Any, title: str, live: bool = False, **limits: Any) -> Any:
    """Declare a setting: what people call it, its limits, and whether it may change while training."""
    return field(default=default, metadata={"title": title, "live": live, **limits})


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """Everything needed to build a training run again, seed included. Frozen, validated, JSON there and back.

    Settings marked live may change while training (`TrainingRun.change`); any other change is a new run.
    The same spec gives the same run, to the last bit, on the same machine.
    """

    data: str = _setting("spiral", "Data", choices=tuple(DATASETS))
    samples: int = _setting(500, "Points", low=10, high=5000)
    noise: float = _setting(0.0, "Noise", low=0.0, high=0.5)
    train_share: float = _setting(0.5, "Train share", low=0.1, high=0.9)
    inputs: tuple[str, ...] = _setting(("x1", "x2"), "Inputs", members=tuple(FEATURES), least=1)
    hidden: tuple[int, ...] = _setting(
        (8, 8), "Hidden layers", most=MAX_HIDDEN_LAYERS, low=1, high=MAX_UNITS, unit="neurons"
    )
    activation: str = _setting("tanh", "Activation", choices=HIDDEN_ACTIVATIONS)
    loss: str = _setting("auto", "Loss function", choices=("auto", *LOSSES))
    optimizer: str = _setting("adam", "Optimizer", choices=tuple(OPTIMIZERS))
    learning_rate: float = _setting(0.02, "Learning rate", live=True, low=1e-6, high=10.0)
    regularization: str = _setting("none", "Regularization", choices=("none", "l1", "l2"))
    regularization_rate: float = _setting(0.001, "Regularization rate", live=True, low=0.0, high=10.0)
    batch_size: int = _setting(20, "Batch size", low=1, high=5000)
    initializer: str = _setting("glorot_uniform", "Initializer", choices=tuple(INITIALIZERS))
    seed: int = _setting(0, "Seed", low=0, high=2**31 - 1)

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = check(setting.name, getattr(self, setting.name))
            object.__setattr__(self, setting.name, value)
        self._check_loss()

    def _check_loss(self) -> None:
        kind, loss = DATASETS[self.data], self.resolved_loss
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
    def resolved_loss(self) -> Loss:
        """The loss meant by "auto": cross-entropy for classes, the half squared error for real targets."""
        if self.loss != "auto":
            return LOSSES[self.loss]
        kind = DATASETS[self.data]
        if kind.task is Task.REGRESSION:
            return LOSSES["half_squared_error"]
        return LOSSES["categorical_crossentropy" if kind.classes > 2 else "binary_crossentropy"]

    def network(self) -> Network:
        """Build the network that this spec describes."""
        kind, loss = DATASETS[self.data], self.resolved_loss
        outputs = kind.classes if loss.targets is Targets.ONE_HOT else 1
        # Targets of -1 and +1 under an error of real numbers suit an output of that range.
        squashed = loss.targets is Targets.REAL and kind.task is Task.CLASSIFICATION
        settings = {
            "kernel_initializer": self.initializer,
            "regularizer": self.regularization,
            "regularization_rate": self.regularization_rate,
        }
        output = Dense(outputs, loss.fused_activation or ("tanh" if squashed else "identity"), **settings)  # type: ignore[arg-type]
        layers = dense_stack(self.hidden, self.activation, output, **settings)
        return Network(len(self.inputs), layers, loss, get_optimizer(self.optimizer, self.learning_rate))

    def with_(self, **changes: Any) -> TrainingSpec:
        """Return a copy with these settings changed."""
        unknown = set(changes) - {setting.name for setting in fields(self)}
        if unknown:
            name = min(unknown)
            raise SpecError(name, _unknown("setting", name, [setting.name for setting in fields(self)]))
        return replace(self, **changes)

    def to_json(self) -> str:
        """Return the spec as JSON, with a version."""
        values = {setting.name: getattr(self, setting.name) for setting in fields(self)}
        return json.dumps({"version": VERSION, **values})

    @classmethod
    def from_json(cls, text: str) -> TrainingSpec:
        """Return the spec that `to_json` wrote; settings that are left out take their defaults."""
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:  # RecursionError: brackets nested too deeply
            raise SpecError("", f"the spec is not JSON: {error}") from None
        if not isinstance(values, dict):
            raise SpecError("", f"a spec is a JSON object of settings, got {type(values).__name__}")
        version = values.pop("version", VERSION)
        if version != VERSION:
            raise SpecError("", f"this spec has version {version}, this program reads version {VERSION}")
        return cls().with_(**values)


LIVE_SETTINGS = tuple(setting.name for setting in fields(TrainingSpec) if setting.metadata["live"])
SETTINGS = {setting.name: setting for setting in fields(TrainingSpec)}


def _unknown(what: str, value: object, known: Sequence[str]) -> str:
    near = get_close_matches(str(value), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"unknown {what} {str(value)[:40]!r}: choose one of {', '.join(known)}{hint}"


def check(name: str, value: Any) -> Any:
    """Return `value` as the setting `name` wants it, or raise a SpecError that says what is allowed."""
    setting = next(f for f in fields(TrainingSpec) if f.name == name)
    limits, title = setting.metadata, setting.metadata["title"]
    if "choices" in limits:
        if value not in limits["choices"]:
            raise SpecError(name, f"{title}: {_unknown('choice', value, limits['choices'])}")
        return value
    if "members" in limits:
        return _check_members(name, title, value, limits)
    if isinstance(setting.default, tuple):
        return _check_sizes(name, title, value, limits)
    return _check_number(name, title, value, isinstance(setting.default, int), limits["low"], limits["high"])


def _check_number(name: str, title: str, value: Any, whole: bool, low: float, high: float) -> int | float:
    kind = "a whole number" if whole else "a number"
    allowed = f"{title} is {kind} from {_plain(low)} to {_plain(high)}"
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise SpecError(name, f"{allowed}, got {str(value)[:40]!r}")
    try:
        number = float(value)
    except ValueError:
        raise SpecError(name, f"{allowed}, got {str(value)[:40]!r}") from None
    except OverflowError:  # a whole number beyond the largest float
        far = "less" if isinstance(value, int) and value < 0 else "more"
        raise SpecError(name, f"{allowed}, got far {far}") from None
    if not math.isfinite(number) or not low <= number <= high or (whole and number != int(number)):
        raise SpecError(name, f"{allowed}, got {str(value)[:40]}")
    return int(number) if whole else number


def _plain(limit: float) -> str:
    """Return a limit as people write it: 0.000001 and 5,000."""
    return f"{limit:,.6f}".rstrip("0").rstrip(".")


def _check_members(name: str, title: str, value: Any, limits: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise SpecError(name, f"{title}: a list of {', '.join(limits['members'])}, got {str(value)[:40]!r}")
    for member in value:
        if member not in limits["members"]:
            raise SpecError(name, f"{title}: {_unknown('input', member, limits['members'])}")
    if len(value) < limits["least"]:
        raise SpecError(name, f"{title}: at least one is needed")
    # One canonical order: the same inputs are the same spec.
    return tuple(member for member in limits["members"] if member in value)


def _check_sizes(name: str, title: str, value: Any, limits: Any) -> tuple[int, ...]:
    allowed = (
        f"{title}: up to {limits['most']} layers of {limits['low']} to {limits['high']} {limits['unit']}, "
        "such as 8, 8"
    )
    if isinstance(value, str):
        # "0" is how people say that there is no hidden layer.
        value = [] if value.strip() == "0" else value.replace(",", " ").split()
    if not isinstance(value, Sequence) or len(value) > limits["most"]:
        got = f"{len(value)} layers" if isinstance(value, Sequence) else repr(value)
        raise SpecError(name, f"{allowed}; got {got}")
    try:
        return tuple(int(_check_number(name, title, v, True, limits["low"], limits["high"])) for v in value)
    except SpecError as error:
        got = str(error).rsplit("got ", 1)[1]
        raise SpecError(name, f"{allowed}; got {got}") from None
