"""The dense layers as convolutions: the same scores, and a map of them on a larger page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arena import Array
from engine.layers import Conv
from engine.reader import ConvReader, LayerMaps, Reader, as_convolution, shifted, unseen_images
from playground.stages.reader.look import Look, size, table
from playground.stages.reader.numbers import Picture
from playground.views.maps import maps_content

if TYPE_CHECKING:
    from playground.stages.reader.session import ReaderSession

# Of the test part so many are read both ways.
COMPARED = 50


class Slid:
    """Makes the look, and keeps the networks as convolutions."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[ConvReader, float]] = {}

    def _of(self, net: str, reader: Reader) -> tuple[ConvReader, float]:
        """Return a network as convolutions, and the largest difference between the scores of both."""
        if net not in self._made:
            made, images = as_convolution(reader), unseen_images(net)[0][:COMPARED]
            self._made[net] = made, float(np.abs(made.scores(images) - reader.logits(images)).max())
        return self._made[net]

    def look(self, session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
        """Return the layers of both, and the map of scores of a page with the image in its middle."""
        run, reader, side = session.run, session.run.reader, session.page
        made, apart = self._of(run.spec.net, reader)
        page = paged(run.image, side)
        scores = made.score_map(page)
        shares = softmax(scores) if reader.probabilities else scores
        best = shares.argmax(axis=-1)
        same = f"differ by at most {apart:.1e}: rounding" if apart else "are equal to the last digit"
        read = "; ".join(" ".join(map(str, row)) for row in best)
        words = [
            f"On {COMPARED} test digits the scores of both {same}. The dense layer's weights [h·w·C, O] are a kernel's "
            "[h, w, C, O], number by number.",
            f"On a page of {side} × {side} the kernels slide and give {size(best.shape)} answers, each for a patch of "
            f"{size(run.image.shape)}. What is read there, row by row: {read}.",
        ]
        first = reader.rows[0]
        border = first.layer.window(first.inputs).padding[0][0] if isinstance(first.layer, Conv) else 0
        if border:
            words.append(
                f"The first convolution pads with {border} on each side: it works on {side + 2 * border} × "
                f"{side + 2 * border}. LeNet-5 was made for {28 + 2 * border} × {28 + 2 * border}."
            )
        what = "Probabilities" if reader.probabilities else "Scores"
        pictures = [Picture(0, "The page", page[..., None] / 255), Picture(1, f"{what} of 0 to 9", shares)]
        rows = _rows(reader, made, maps, side)
        head = ["Layer", f"On {size(run.image.shape)}", f"As convolutions on {side} × {side}"]
        return Look(
            "dense", maps_content(pictures), table("The dense layers as convolutions", head, rows, words, len(rows) - 1)
        )


def paged(image: np.ndarray, side: int) -> np.ndarray:
    """Return an image in the middle of a page of that side, of the same type."""
    page = np.zeros((side, side), image.dtype)
    page[: image.shape[0], : image.shape[1]] = image
    return shifted(page, (side - image.shape[1]) // 2, (side - image.shape[0]) // 2)


def softmax(scores: Array) -> Array:
    """Return the probabilities that scores [..., O] stand for."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Array = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _rows(reader: Reader, made: ConvReader, maps: tuple[LayerMaps, ...], side: int) -> list[list[str]]:
    slid = [size(row.outputs) for row in made.rows((side, side, reader.shape[-1]))]
    flat = next(k for k, row in enumerate(reader.rows) if row.layer.prefix == "flatten")
    slid.insert(flat, "left out")
    return [
        [layer.title, size(row.outputs), text] for layer, row, text in zip(maps[1:], reader.rows, slid, strict=True)
    ]
