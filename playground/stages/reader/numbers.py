"""How one number of a map was made: what it sees, the weights, their products, and a table of the sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.inside.positions import PoolSum, PositionSum
from engine.reader import Copied, DenseSum, LayerMaps, Made, Reader
from playground.stages.reader.look import number, size, table
from playground.views.maps import DIGITS, maps_content, place_words

Floats = NDArray[np.floating]
# Of a dense layer's products so many are written out, those that count most.
_LARGEST = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for `MapWall`: of number 0 in ink, of any other in the colours of values."""

    number: int
    title: str
    values: Floats
    kind: str = "picture"

    @property
    def name(self) -> str:
        """What it is called."""
        return self.title


def number_pictures(made: Made) -> dict[str, Any]:
    """Return the numbers that went in as `MapWall.content`."""
    made_of = made.sum
    if isinstance(made_of, PositionSum):
        x, w, products = (_grid(made_of, name) for name in ("x", "weight", "value"))
        return maps_content([
            Picture(1, "What it sees", x), Picture(2, "Its filter", w), Picture(3, "Products", products),
        ])  # fmt: skip
    if isinstance(made_of, DenseSum):
        return maps_content([
            Picture(1, "Inputs", made_of.x), Picture(2, "Weights", made_of.weights),
            Picture(3, "Products", made_of.products),
        ], classes=())  # fmt: skip
    if isinstance(made_of, PoolSum):
        side = round(len(made_of.values) ** 0.5)
        return maps_content([Picture(1, "What it sees", np.reshape(made_of.values, (side, -1, 1)))])
    return {}


def number_table(made: Made, maps: tuple[LayerMaps, ...], reader: Reader) -> dict[str, Any]:
    """Return the sum in words and numbers as `FactTable.content`."""
    layer = maps[made.number]
    seen = reader.field(made.number, made.place).input
    classes = DIGITS if made.number == len(maps) - 1 else ()
    where = f"{layer.title}: {place_words(made.place, classes)}"
    rows, words = _rows(made)
    if made.sentence:
        rows.append(["Activation", made.sentence])
    words.append(f"Its receptive field in the image has {size(seen.size)} pixels: the frames show what it has seen.")
    return table(f"{where} = {number(made.value)}", ["Part", "Value"], rows, words, len(rows) - 1)


def input_table(maps: tuple[LayerMaps, ...], place: tuple[int, ...]) -> dict[str, Any]:
    """Return what there is to say of a pixel."""
    words = ["The image goes in as grey levels from 0 (paper) to 1 (ink). Pick a number of a later map to see its sum."]
    title = f"Pixel in row {place[0] + 1}, column {place[1] + 1} = {number(float(maps[0].values[place]))}"
    return table(title, [], [], words)


def _grid(made: PositionSum, name: str) -> Floats:
    """Return the taps of a window [*size, C]."""
    last = made.products[-1].weight_place
    shape = tuple(k + 1 for k in last[:-1])
    grid = np.zeros(shape)
    for product in made.products:
        grid[product.weight_place[:-1]] = getattr(product, name)
    return grid


def _rows(made: Made) -> tuple[list[list[str]], list[str]]:
    made_of = made.sum
    if isinstance(made_of, PositionSum):
        products = _grid(made_of, "value")
        sums = products.reshape(-1, products.shape[-1]).sum(axis=0)
        taps = size(products.shape[:-1])
        rows = [[f"{taps} products with map {c + 1}", number(value)] for c, value in enumerate(sums)]
        rows += [["Bias", number(made_of.bias)], ["Sum", number(made_of.result)]]
        padding = sum(product.place is None for product in made_of.products)
        words = [f"{padding} of the {len(made_of.products)} numbers that it sees lie on padding: they are 0."]
        return rows, words if padding else []
    if isinstance(made_of, DenseSum):
        order = np.argsort(-np.abs(made_of.products))
        rows = [
            [
                f"Input\u00a0{k + 1}:\u00a0{_factor(float(made_of.x[k]))}·{_factor(float(made_of.weights[k]))}",
                number(float(made_of.products[k])),
            ]
            for k in order[:_LARGEST]
        ]
        rest = order[_LARGEST:]
        if len(rest):
            rows.append([f"{len(rest)} more products", number(float(made_of.products[rest].sum()))])
        rows += [["Bias", number(made_of.bias)], ["Sum", number(made_of.result)]]
        return rows, ["The largest products stand first."]
    if isinstance(made_of, Copied) and len(made_of.place) == 3:
        # Counted from 1 and named like every other place of the page.
        return [["Copied from", f"{place_words(made_of.place)}: {number(made_of.result)}"]], []
    return [["Result", made_of.sentence]], []


def _factor(value: float) -> str:
    text = number(value)
    return f"({text})" if value < 0 else text
