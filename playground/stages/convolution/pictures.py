"""The pictures of one session: the visitor's own, and the whole one that the input is a part of."""

from __future__ import annotations

import numpy as np

from engine.datasets.photos import PHOTOS, photo_crop
from engine.sliding import SlidingSpec
from engine.sliding.inputs import INPUTS
from playground.images import Floats, cropped, grey, resized
from playground.stages.convolution.presets import input_name
from playground.stages.convolution.tools.whole import within

Named = tuple[str, Floats]

# An own picture on the grid, in grey and in colour.
OWN, OWN_COLOUR = "own", "own_rgb"
OWN_TITLES = {OWN: "Your picture, gray", OWN_COLOUR: "Your picture, in color"}
_SIDE = 28
_LONGEST_NAME = 40


class Pictures:
    """What a session knows of pictures.

    Attributes
    ----------
    own : (str, ndarray [H, W, 3]) or None
        The visitor's own picture and its name.
    whole : (str, ndarray [H, W, 3]) or None
        The picture that the input is a part of; it stays while numbers are edited.
    source : str
        What the input was taken from: a key of `PHOTOS` or `DIGITS`; empty for neither.
    count : int
        Counts what was looked up: what was drawn of an older one is drawn anew.
    """

    def __init__(self) -> None:
        self.own: Named | None = None
        self.whole: Named | None = None
        self.source = ""
        self.count = 0

    def take(self, name: str, picture: Floats) -> None:
        """Take a visitor's own picture [H, W, 3], from 0 to 1."""
        # No larger than it is shown: it stays in memory as long as the visit lasts.
        self.own = (name[:_LONGEST_NAME] or "Your picture", within(picture))

    def grid(self, key: str) -> Floats:
        """Return the middle of the own picture as an input [28, 28, C]."""
        if self.own is None:
            raise ValueError("there is no picture of the visitor's own yet")
        small = resized(cropped(self.own[1]), _SIDE, _SIDE)
        # Two digits, as the photographs have.
        return np.round(small if key == OWN_COLOUR else grey(small)[..., None], 2) + 0.0

    def key_of(self, spec: SlidingSpec) -> str:
        """Return the key of a spec's input, of `INPUTS` or of `OWN_TITLES`; empty for numbers of its own."""
        for key in OWN_TITLES if self.own else ():
            if spec.space == (_SIDE, _SIDE) and spec.x == tuple(self.grid(key).ravel().tolist()):
                return key
        return input_name(spec)

    @property
    def shaded(self) -> bool:
        """Whether the input is, or was before it was edited, a picture: it is shown in greys."""
        return bool(self.source or self.whole)

    def look_up(self, spec: SlidingSpec) -> None:
        """Find what the input of a spec was taken from."""
        key = self.key_of(spec)
        self.source = INPUTS[key].source if key in INPUTS else ""
        self.whole = None
        self.count += 1
        if key in OWN_TITLES:
            self.whole = self.own
        elif self.source in PHOTOS:
            self.whole = (PHOTOS[self.source].title, photo_crop(self.source))
