"""What counts in an image, what a filter likes, and what becomes of a digit that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.reader import LayerMaps, ReadingSpec, equivariance, occlusion, saliency, transformed
from playground.stages.reader.look import Look, a, number, table
from playground.stages.reader.numbers import Picture
from playground.views.maps import maps_content, percent

if TYPE_CHECKING:
    from playground.stages.reader.session import ReaderSession

Floats = npt.NDArray[np.floating]

# So much more ink shows what a gradient has foretold.
_NUDGE = 0.1
# What the curve goes over, by what is moved.
_VARIED: dict[str, tuple[str, Floats]] = {
    "dx": ("shift to the right, pixels", np.arange(-14.0, 15.0)),
    "dy": ("shift down, pixels", np.arange(-14.0, 15.0)),
    "degrees": ("angle, degrees against the clock", np.arange(-180.0, 181.0, 10.0)),
    "factor": ("scale", np.linspace(0.3, 2.0, 35)),
}


def _asked(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> int:
    """Return the digit that is asked about: the one that is read, unless another is chosen."""
    return int(np.argmax(maps[-1].values)) if session.digit is None else session.digit


def occlusion_look(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    """Return how the probability of a digit changes where a patch covers the image."""
    reader, image, side = session.run.reader, session.run.image, session.patch
    digit = _asked(session, maps)
    usual = float(maps[-1].values[digit])
    found = occlusion(reader, image, digit, side)
    change = np.zeros(image.shape)
    top = side // 2
    change[top : top + found.shape[0], top : top + found.shape[1]] = found - usual
    row, column = (int(k) for k in np.unravel_index(int(found.argmin()), found.shape))
    covered = image.copy()
    covered[row : row + side, column : column + side] = 0
    what, tell = ("Probability", percent) if reader.probabilities else ("Score", number)
    rows = [
        ["Nothing covered", tell(usual)],
        [f"Lowest: patch from row {row + 1}, column {column + 1}", tell(float(found.min()))],
        ["Highest", tell(float(found.max()))],
    ]
    words = [
        f"A patch of {side} × {side} covers the image with paper, at {found.size} places. Each number stands where the "
        f"middle of the patch was: orange where the {what.lower()} of {digit} falls, blue where it rises.",
    ]
    pictures = [
        Picture(0, "The image", maps[0].values), Picture(1, f"Change for {digit}", change[..., None]),
        Picture(0, "Lowest", covered[..., None] / 255),
    ]  # fmt: skip
    title = f"Cover a patch: is it still {a(digit)}?"
    return Look("occlusion", maps_content(pictures), table(title, ["Patch", f"{what} of {digit}"], rows, words, 1))


def saliency_look(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    """Return how the score of a digit changes with each pixel."""
    reader, image = session.run.reader, session.run.image
    digit = _asked(session, maps)
    slope = saliency(reader, image, digit)
    score = float(reader.logits(image[None])[0, digit])
    row, column = (int(k) for k in np.unravel_index(int(np.abs(slope).argmax()), slope.shape))
    nudged = np.array(maps[0].values)
    nudged[row, column] += _NUDGE
    change = float(reader.logits(nudged[None])[0, digit]) - score
    rows = [
        [f"Score of {digit}", number(score)],
        [f"Steepest pixel: row {row + 1}, column {column + 1}", number(float(slope[row, column]))],
        [f"Foretold change with {_NUDGE} more ink there", number(_NUDGE * float(slope[row, column]))],
        ["True change", number(change)],
    ]
    words = [
        f"The gradient of the score of {digit} (before the soft-max) with respect to every pixel, by the backward "
        "pass. Blue: more ink there raises the score. Orange: more ink lowers it.",
    ]
    pictures = [Picture(0, "The image", maps[0].values), Picture(1, f"Gradient for {digit}", slope[..., None])]
    title = f"Which pixels speak for {digit}?"
    return Look("saliency", maps_content(pictures), table(title, ["", "Value"], rows, words, 1))


def maximise_look(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    """Return the image that grows for a filter."""
    reader, grown = session.run.reader, session.maximiser
    layer, channel = session.filter
    has_maps = maps[layer].values.ndim > 1
    pictures = []
    if has_maps:
        pictures.append(Picture(1, "Its filter", reader.filters(layer)[..., channel]))
    rows = []
    if grown is not None:
        pictures.append(Picture(0, "The image that grew", np.asarray(grown.image)[..., None]))
        rows = [["Steps", str(grown.steps)], ["Its sum, before the activation", number(grown.value)]]
    middle = "one number in the middle of its map" if has_maps else "its number"
    words = [
        f"Gradient ascent on the pixels: from grey noise, each step changes the image so that {middle} grows; all "
        "pixels fade a little meanwhile. The weights stay as they are.",
        "Choose a filter here, or by a click on its map above.",
    ]
    name = f"{'map' if has_maps else 'unit'} {channel + 1}"
    title = f"What {name} of {maps[layer].title} likes"
    head = ["", "Value"] if rows else []
    return Look("maximise", maps_content(pictures) if pictures else {}, table(title, head, rows, words))


def move_look(session: ReaderSession, maps: tuple[LayerMaps, ...]) -> Look:
    """Return how far the maps follow a shift, and what the network says along the way."""
    run, reader = session.run, session.run.reader
    spec, base = run.spec, reader.pixels(session.base[None])[0]
    digit = run.label if run.label is not None else _asked(session, maps)
    rows = []
    for layer, row in enumerate(reader.rows, 1):
        if len(row.outputs) == 3:
            found = equivariance(reader, layer, base, round(spec.dx), round(spec.dy))
            ways = ((found.step[1], "across"), (found.step[0], "down"))
            moved = ", ".join(f"{number(by)} {way}" for by, way in ways if by) or "nothing"
            rows.append([maps[layer].title, moved, _difference(found.error)])
    x_label, values = _VARIED[session.moved]
    images = np.stack([transformed(base, **{**_moves(spec), session.moved: float(value)}) for value in values])
    what = "Probability" if reader.probabilities else "Score"
    curve = {
        "x": values, "y": reader.predict(images)[:, digit], "at": getattr(spec, session.moved),
        "title": f"{what} of {digit} along the way", "x_label": x_label, "probabilities": reader.probabilities,
    }  # fmt: skip
    words = [
        "Shifting the image shifts the maps: away from the border there is no difference. Behind a pooling of 2 that "
        "holds for even shifts only; an odd one falls between the places of the map.",
        "That is equivariance. The slide's “location invariance” comes only with pooling, and only for small shifts. "
        "Neither convolution nor pooling is invariant to scale: move the scale and see.",
    ]
    head = ["Layer", "Its maps move by", "Difference"]
    return Look("move", table=table("Do the maps move along?", head, rows, words), curve=curve)


def _moves(spec: ReadingSpec) -> dict[str, float]:
    return {name: getattr(spec, name) for name in _VARIED}


def _difference(error: float | None) -> str:
    if error is None:
        return "no place is left"
    return "none" if error == 0 else "rounding" if error < 1e-5 else f"{100 * error:.1f} %"
