"""Pictures that a visitor chooses: read with care, and brought to the size that is wanted."""

from __future__ import annotations

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

__all__ = ["MAX_BYTES", "MAX_PIXELS", "MIN_SIDE", "Floats", "ImageError", "cropped", "grey", "read_image", "resized"]

Floats = npt.NDArray[np.float64]

MAX_BYTES = 4 * 2**20
# A file of a few kilobytes can unfold to gigabytes. A telephone's picture has 12 million pixels.
MAX_PIXELS = 24_000_000
MIN_SIDE = 4
# Nothing here shows more.
_LARGEST_SIDE = 1024
_FORMATS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}
# Shares of red, green and blue in what an eye sees as brightness: ITU-R BT.601.
_LUMA = np.array([0.299, 0.587, 0.114])


class ImageError(ValueError):
    """A file that is no picture that can be used; its message says why, and what to do."""


def read_image(name: str, content: bytes) -> Floats:
    """Read a PNG or JPEG file.

    What the file says of its kind counts, not its name. It is turned upright as the camera noted, what is transparent
    shows white, and a large picture is made smaller (longer side at most 1,024 pixels).

    Parameters
    ----------
    name : str
        What the file is called, for messages.
    content : bytes

    Returns
    -------
    ndarray [H, W, 3]
        Red, green and blue from 0 to 1.

    Raises
    ------
    ImageError
        If it is empty, too large, of another kind, broken, or has too many or too few pixels.
    """
    shown = _shown_name(name)
    if not content:
        raise ImageError(f"{shown} is empty: choose a PNG or JPEG picture")
    if len(content) > MAX_BYTES:
        raise ImageError(
            f"{shown} has {len(content) / 2**20:.1f} MB, at most {MAX_BYTES // 2**20} MB are read: save the picture "
            "smaller, or as JPEG"
        )
    kind = next((kind for kind, mark in _FORMATS.items() if content.startswith(mark)), None)
    if kind is None:
        raise ImageError(f"{shown} is neither PNG nor JPEG: open it in a picture program and save it as one of them")
    try:
        with warnings.catch_warnings():
            # Pillow warns of a large picture; what is too large is refused below, by our own limit.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=[kind]) as opened:
                return _pixels(opened, shown)
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"{shown} has far too many pixels, at most {MAX_PIXELS // 10**6} million are read: save the picture smaller"
        ) from error
    except Exception as error:
        # A broken file raises whatever its bytes lead to: OSError, SyntaxError, struct.error, zlib.error and others.
        raise ImageError(
            f"{shown} begins like a {kind} picture but cannot be read; the file is cut off or damaged: save it anew"
        ) from error


def _pixels(opened: Image.Image, shown: str) -> Floats:
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"{shown} has {width:,} × {height:,} pixels, at most {MAX_PIXELS // 10**6} million are read: save the "
            "picture smaller"
        )
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"{shown} has {width} × {height} pixels, each side needs at least {MIN_SIDE}: choose a larger picture"
        )
    # A JPEG can be decoded at a half, a quarter or an eighth right away.
    opened.draft("RGB", (_LARGEST_SIDE, _LARGEST_SIDE))
    ImageOps.exif_transpose(opened, in_place=True)
    picture = _eight_bits(opened)
    picture.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE), Image.Resampling.BOX)
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    return np.asarray(picture, dtype=np.float64) / 255


def _eight_bits(opened: Image.Image) -> Image.Image:
    """Return the picture in red, green and blue of 8 bits each; with alpha where parts are transparent."""
    if opened.mode.startswith("I"):
        # Pillow would cut 16 bits off at 255 instead of scaling them.
        numbers = np.rint(np.asarray(opened, dtype=np.float32) / 257)
        return Image.fromarray(np.clip(numbers, 0, 255).astype(np.uint8)).convert("RGB")
    return opened.convert("RGBA" if opened.has_transparency_data else "RGB")


def grey(picture: Floats) -> Floats:
    """Return the brightness [H, W] of a picture [H, W, 3]."""
    return picture @ _LUMA


def cropped(picture: Floats) -> Floats:
    """Return the largest square in the middle of a picture [H, W, ...]."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


def resized(picture: Floats, height: int, width: int) -> Floats:
    """Return a picture [H, W] or [H, W, C] in another size: each pixel the mean of what it covers.

    Parameters
    ----------
    picture : ndarray [H, W] or [H, W, C]
    height, width : int
        At least 1 pixel each. A larger size repeats pixels, shared where they straddle.

    Returns
    -------
    ndarray [height, width] or [height, width, C]
    """
    if min(height, width) < 1:
        raise ValueError(f"a picture has at least 1 × 1 pixel, asked for {height} × {width}")
    rows, columns = _shares(picture.shape[0], height), _shares(picture.shape[1], width)
    return np.einsum("hi,wj,ij...->hw...", rows, columns, picture, optimize=True)


def _shares(old: int, new: int) -> Floats:
    """Return how much of each old pixel is in each new one [new, old]; every row adds up to 1."""
    edges = np.linspace(0, old, new + 1)
    pixels = np.arange(old)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    covered = np.clip(covered, 0, None)
    return covered / covered.sum(axis=1, keepdims=True)


def _shown_name(name: str) -> str:
    """Return a file's name as a message shows it."""
    plain = "".join(sign if sign.isprintable() else " " for sign in name).strip()
    short = plain if len(plain) <= 40 else f"{plain[:37]}…"
    return f"“{short}”" if short else "the file"
