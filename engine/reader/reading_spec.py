"""What a reading is made from: which network, which image, and how it is moved before."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from engine.checks import SpecError, checked
from engine.json_spec import JsonSpec
from engine.reader.pretrained import PRETRAINED, unseen_images

__all__ = ["DRAWN", "READING_SETTINGS", "ReadingSpec"]

DRAWN = "drawn"


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


@dataclass(frozen=True, slots=True)
class ReadingSpec(JsonSpec):
    """Which network reads which image. Frozen, validated, JSON there and back.

    Parameters
    ----------
    net : str
        A key of `PRETRAINED`.
    image : str
        ``test:17``, a digit that the network was not trained on, or ``drawn``: handed to the run.
    dx, dy : float
        By how many pixels it is shifted to the right, and down, -14 to 14.
    degrees : float
        By how much it is turned before, against the clock, -180 to 180.
    factor : float
        By how much it is scaled before, 0.3 to 2.

    Raises
    ------
    SpecError
        If a value is not allowed; its ``field`` names the setting.
    """

    called: ClassVar[str] = "reading"

    net: str = _setting("lecture", "Network", choices=tuple(PRETRAINED))
    image: str = _setting("test:0", "Image")
    dx: float = _setting(0.0, "Shift to the right", low=-14.0, high=14.0)
    dy: float = _setting(0.0, "Shift down", low=-14.0, high=14.0)
    degrees: float = _setting(0.0, "Rotation", low=-180.0, high=180.0)
    factor: float = _setting(1.0, "Scale", low=0.3, high=2.0)

    def __post_init__(self) -> None:
        for setting in fields(self):
            if setting.name != "image":
                value = checked(setting.name, setting.default, setting.metadata, getattr(self, setting.name))
                object.__setattr__(self, setting.name, value)
        object.__setattr__(self, "image", _checked_image(self.net, self.image))

    @property
    def index(self) -> int | None:
        """Which digit of the test part it is; None for a drawing."""
        return None if self.image == DRAWN else int(self.image.removeprefix("test:"))

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        return {"version": self.version, **{name: getattr(self, name) for name in READING_SETTINGS}}


READING_SETTINGS = {setting.name: setting for setting in fields(ReadingSpec)}


def _checked_image(net: str, value: object) -> str:
    count = len(unseen_images(net)[1])
    text = str(value)
    kind, _, number = text.partition(":")
    # Other digits than ours are digits for Python, too.
    known = kind == "test" and number.isascii() and number.isdigit() and len(number) < 10 and int(number) < count
    if text != DRAWN and not known:
        raise SpecError("image", f"Image is {DRAWN}, or test:0 to test:{count - 1}, got {text[:40]!r}")
    return text if text == DRAWN else f"test:{int(number)}"
