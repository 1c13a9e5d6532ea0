"""A small surface to draw a digit on, with mouse, finger, pen or keys."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import param
from numpy.typing import NDArray

from playground.assets import module, stylesheets
from playground.widgets.component import Component, Message

SIDE = 28


class DrawPad(Component):
    """
    A picture of 28 × 28 grey values that can be painted and erased.

    It paints at once by itself, and tells what it holds while it does, about ten times a second.
    To the keyboard it is one field: the arrows move a mark, Space or Enter paint at it, Shift with an arrow paints on
    the way, E erases, Delete clears.

    Messages: `drawn` with `pixels`, the picture row by row in base64; see `on_drawn`.
    """

    image = param.Bytes(default=bytes(SIDE * SIDE), doc="The picture that Python has set, row by row; 255 is full ink.")
    turn = param.Integer(default=0, doc="Grows with each picture that Python sets: the same one can come again.")
    label = param.String(default="Drawing", doc="What it is, for screen readers.")
    hint = param.String(default="Draw a digit", doc="Stands on the surface while nothing is drawn.")
    pad_size = param.Integer(default=224, bounds=(112, 560), doc="Its side in pixels where nothing is wider.")

    _esm = module("component", "canvas", "draw_pad_brush", "draw_pad")
    _stylesheets: ClassVar[list[str]] = stylesheets("draw_pad")

    def show(self, image: NDArray[np.uint8]) -> None:
        """
        Set the picture, whatever has been drawn since the last one.

        Parameters
        ----------
        image
            [28, 28], 0 for paper to 255 for ink.

        Raises
        ------
        ValueError
            If the shape or the type is another one.
        """
        if image.shape != (SIDE, SIDE) or image.dtype != np.uint8:
            raise ValueError(
                f"a drawing is uint8 [{SIDE}, {SIDE}], got {image.dtype} {list(image.shape)}: scale it before"
            )
        self.push(image=image.tobytes(), turn=self.turn + 1)

    def on_drawn(self, callback: Callable[[NDArray[np.uint8]], Any]) -> None:
        """
        Register what is called with each picture that is drawn.

        Parameters
        ----------
        callback
            Takes the picture, uint8 [28, 28].
        """

        def hear(message: Message) -> None:
            if message.get("type") == "drawn" and (image := drawn_pixels(message)) is not None:
                callback(image)

        self.on_message(hear)


def drawn_pixels(message: Message) -> NDArray[np.uint8] | None:
    """Return the picture [28, 28] of a message `drawn`; None if it holds none."""
    pixels = message.get("pixels")
    if not isinstance(pixels, str) or len(pixels) > 2 * SIDE * SIDE:
        return None
    try:
        content = base64.b64decode(pixels, validate=True)
    except (binascii.Error, ValueError):
        return None
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE) if len(content) == SIDE * SIDE else None
