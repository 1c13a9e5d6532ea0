"""The layers that a digit reader is put together from: their kinds, their settings, and the limits of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.checks import SpecError, checked, unknown
from engine.layers import (
    ACTIVATIONS,
    AveragePool,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    LocalResponseNorm,
    MapLayer,
    MaxPool,
)

__all__ = ["LAYER_KINDS", "LayerKind", "LayerSetting", "LayerSpec", "layer", "made"]

_ACTIVATIONS = tuple(name for name in ACTIVATIONS if name != "softmax")


@dataclass(frozen=True, slots=True)
class LayerSetting:
    """A setting of a kind of layer.

    Attributes
    ----------
    name : str
    title : str
        What people call it.
    default : Any
        What it is unless set; its type is the setting's.
    choices : tuple or None
        What it may be, where these are names or few numbers.
    least, most : float
        Else its limits.
    """

    name: str
    title: str
    default: Any
    choices: tuple[Any, ...] | None = None
    least: float = 0
    most: float = 0

    def checked(self, kind: str, value: Any) -> Any:
        """Return `value` as this setting wants it, or raise a SpecError that says what is allowed."""
        limits: dict[str, Any] = {"title": f"{LAYER_KINDS[kind].title}, {self.title.lower()}"}
        if self.choices is None:
            limits |= {"low": self.least, "high": self.most}
        elif not isinstance(self.default, str):
            return self._chosen(limits["title"], value)
        else:
            limits["choices"] = self.choices
        return checked("layers", self.default, limits, value)

    def _chosen(self, title: str, value: Any) -> Any:
        """Return the number among the choices that `value` is or spells."""
        assert self.choices is not None
        for choice in self.choices:
            if str(value) == str(choice):
                return choice
        allowed = ", ".join(map(str, self.choices))
        raise SpecError("layers", f"{title} is one of {allowed}, got {str(value)[:40]!r}")


@dataclass(frozen=True, slots=True)
class LayerKind:
    """A kind of layer.

    Attributes
    ----------
    title : str
    about : str
        What it does, in a sentence.
    settings : tuple of LayerSetting
    """

    title: str
    about: str
    settings: tuple[LayerSetting, ...] = ()


_POOL = (
    LayerSetting("size", "Size", 2, least=1, most=8),
    LayerSetting("stride", "Stride", 2, least=1, most=8),
)

LAYER_KINDS: dict[str, LayerKind] = {
    "conv": LayerKind(
        "Convolution",
        "Slides small kernels over the maps; each filter looks for one pattern everywhere.",
        (
            LayerSetting("filters", "Filters", 6, least=1, most=64),
            LayerSetting("size", "Kernel size", 5, least=1, most=11),
            LayerSetting("stride", "Stride", 1, least=1, most=4),
            LayerSetting("padding", "Padding", "valid", ("valid", "same")),
            LayerSetting("activation", "Activation", "relu", _ACTIVATIONS),
        ),
    ),
    "max_pool": LayerKind(
        "Max pooling", "Keeps the largest number of each window: the maps shrink, what was found stays.", _POOL
    ),
    "average_pool": LayerKind("Average pooling", "Keeps the mean of each window: the maps shrink.", _POOL),
    "global_pool": LayerKind(
        "Global pooling",
        "Makes one number of each whole map; it takes the place of Flatten.",
        (LayerSetting("kind", "Kind", "average", ("average", "max")),),
    ),
    "response_norm": LayerKind(
        "Local response normalisation",
        "Divides each number by how strong the neighbouring maps are at its place, as AlexNet did.",
        (
            LayerSetting("neighbours", "Neighbouring maps", 5, (3, 5, 7, 9)),
            LayerSetting("alpha", "Alpha", 1e-4, least=0.0, most=10.0),
        ),
    ),
    "flatten": LayerKind("Flatten", "Writes the maps as one row of numbers, place by place."),
    "dense": LayerKind(
        "Dense",
        "Connects every number with every neuron.",
        (
            LayerSetting("units", "Neurons", 32, least=1, most=512),
            LayerSetting("activation", "Activation", "relu", _ACTIVATIONS),
            LayerSetting("dropout", "Dropout", 0.0, least=0.0, most=0.8),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One layer: its kind and its settings. Frozen and checked; settings that are left out are usual.

    Parameters
    ----------
    kind : str
        A key of `LAYER_KINDS`.
    settings : mapping or pairs of name and value
        Kept as pairs, all of them, in the order of the kind's.

    Raises
    ------
    SpecError
        If there is no such kind or setting, or a value is not allowed.
    """

    kind: str
    settings: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or self.kind not in LAYER_KINDS:
            raise SpecError("layers", unknown("kind of layer", self.kind, list(LAYER_KINDS)))
        kind = LAYER_KINDS[self.kind]
        try:
            given = dict(self.settings)
        except (TypeError, ValueError):
            raise SpecError(
                "layers", f"{kind.title}: settings are names with values, got {str(self.settings)[:40]!r}"
            ) from None
        known = {setting.name: setting for setting in kind.settings}
        for name in given:
            if name not in known:
                told = unknown("setting", name, list(known)) if known else "it has no settings"
                raise SpecError("layers", f"{kind.title}: {told}")
        pairs = tuple(
            (name, setting.checked(self.kind, given.get(name, setting.default))) for name, setting in known.items()
        )
        object.__setattr__(self, "settings", pairs)

    def get(self, name: str) -> Any:
        """Return the value of a setting."""
        return dict(self.settings)[name]

    def with_(self, **changes: Any) -> LayerSpec:
        """Return a copy with these settings changed."""
        return LayerSpec(self.kind, tuple({**dict(self.settings), **changes}.items()))

    def to_list(self) -> list[Any]:
        """Return the kind and what is not as usual, as data that JSON can hold: ``["conv", {"filters": 4}]``."""
        usual = {setting.name: setting.default for setting in LAYER_KINDS[self.kind].settings}
        return [self.kind, {name: value for name, value in self.settings if value != usual[name]}]

    @classmethod
    def from_list(cls, values: Any) -> LayerSpec:
        """Return the layer that `to_list` wrote."""
        if not isinstance(values, Sequence) or isinstance(values, str) or not 1 <= len(values) <= 2:
            raise SpecError("layers", f"a layer is its kind and its settings, got {str(values)[:40]!r}")
        settings = values[1] if len(values) == 2 else {}
        if not isinstance(settings, Mapping):
            raise SpecError("layers", f"a layer's settings are names with values, got {str(settings)[:40]!r}")
        return cls(values[0], tuple(settings.items()))


def layer(kind: str, /, **settings: Any) -> LayerSpec:
    """Return a layer of this kind with these settings."""
    return LayerSpec(kind, tuple(settings.items()))


def made(spec: LayerSpec, initializer: str = "glorot_uniform", seed: int = 0) -> MapLayer | Dense:
    """Return the layer that records, with its weights' initializer and the seed of its dropout."""
    values = dict(spec.settings)
    if spec.kind == "conv":
        return Conv(**values, kernel_initializer=initializer)
    if spec.kind == "dense":
        return Dense(**values, kernel_initializer=initializer, dropout_seed=seed)
    if spec.kind == "max_pool":
        return MaxPool(**values)
    if spec.kind == "average_pool":
        return AveragePool(**values)
    if spec.kind == "global_pool":
        return GlobalPool(**values)
    if spec.kind == "response_norm":
        return LocalResponseNorm(**values)
    return Flatten()
