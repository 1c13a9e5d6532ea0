"""The layers that a student is putting together: they need not make a possible network yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import SpecError
from engine.layers.shapes import Shape
from engine.reader import LAYER_KINDS, LayerSpec, OutlineRow, layer, outline
from engine.reader.spec import MAX_LAYERS

__all__ = ["Draft", "usual_layer"]


@dataclass(slots=True)
class Draft:
    """A list of layers with ids that stay theirs: a message may speak of a layer that has just been moved or removed.

    Attributes
    ----------
    layers : list of (str, LayerSpec)
    made : int
        How many ids have been given.
    """

    layers: list[tuple[str, LayerSpec]] = field(default_factory=list)
    made: int = 0

    @classmethod
    def of(cls, specs: Sequence[LayerSpec]) -> Draft:
        """Return the draft of these layers."""
        draft = cls()
        for spec in specs:
            draft.layers.append((draft._id(), spec))
        return draft

    @property
    def specs(self) -> tuple[LayerSpec, ...]:
        """The layers alone."""
        return tuple(spec for _, spec in self.layers)

    def outline(self, shape: Shape) -> tuple[OutlineRow, ...]:
        """Return what they make of digits of this shape, and where they do not fit."""
        return outline(self.specs, shape)

    def add(self, behind: str, kind: str, shape: Shape) -> None:
        """Put a layer behind another one, or behind the input.

        Raises
        ------
        SpecError
            If there are as many layers as are allowed, or there is no such kind.
        """
        if len(self.layers) >= MAX_LAYERS:
            raise SpecError(
                "layers", f"a network here has at most {MAX_LAYERS} layers between input and output: remove one first"
            )
        at = self._place(behind) + 1
        self.layers.insert(at, (self._id(), usual_layer(kind, self._before(at, shape))))

    def _before(self, at: int, shape: Shape) -> Shape | None:
        """Return the shape that reaches place `at`; None where none does."""
        reaching: Shape | None = shape
        for row in self.outline(shape):
            if row.place is not None and row.place >= at:
                break
            if row.place is not None:
                reaching = row.outputs if row.refusal is None else None
        return reaching

    def remove(self, key: str) -> None:
        """Take a layer out; one that is gone already stays so."""
        self.layers = [each for each in self.layers if each[0] != key]

    def move(self, key: str, direction: int) -> None:
        """Let a layer change places with the next (1) or with the one before (-1)."""
        at = self._place(key)
        to = at + (1 if direction > 0 else -1)
        if at >= 0 and 0 <= to < len(self.layers):
            self.layers[at], self.layers[to] = self.layers[to], self.layers[at]

    def set(self, key: str, name: str, value: Any) -> None:
        """Change a setting of a layer."""
        at = self._place(key)
        if at >= 0:
            self.layers[at] = (key, self.layers[at][1].with_(**{name: value}))

    def _place(self, key: str) -> int:
        return next((at for at, (known, _) in enumerate(self.layers) if known == key), -1)

    def _id(self) -> str:
        self.made += 1
        return f"layer{self.made}"


def usual_layer(kind: str, inputs: Shape | None) -> LayerSpec:
    """Return a layer to begin with, small enough for the maps that reach it where that can be."""
    spec = layer(kind)
    names = [setting.name for setting in LAYER_KINDS[kind].settings]
    if inputs is None or len(inputs) < 2 or "size" not in names:
        return spec
    fits = min(inputs[:-1])
    if kind == "conv" and fits < spec.get("size") + 1:
        return spec.with_(size=3, padding="same") if fits < 4 else spec.with_(size=3)
    return spec
