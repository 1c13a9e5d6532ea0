"""Pictures from visitors: PNG and JPEG as they are, and a sentence about everything else."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from playground.images import MAX_BYTES, ImageError, cropped, grey, read_image, resized

ORIENTATION = 0x0112


def file(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Write a picture as a file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def noise(height: int, width: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3)).astype(np.uint8)


def test_a_png_is_read_as_it_is() -> None:
    pixels = noise(7, 5)
    assert np.array_equal(read_image("a.png", file(Image.fromarray(pixels))), pixels / 255)


def test_a_jpeg_is_read_whatever_it_is_called() -> None:
    plain = np.full((16, 24, 3), (200, 30, 90), dtype=np.uint8)
    found = read_image("a.png", file(Image.fromarray(plain), "JPEG", quality=100))
    assert found.shape == (16, 24, 3)
    np.testing.assert_allclose(found, plain / 255, atol=3 / 255)


@pytest.mark.parametrize(("orientation", "turned"), [
    (1, lambda a: a), (2, lambda a: a[:, ::-1]), (3, lambda a: a[::-1, ::-1]), (4, lambda a: a[::-1]),
    (6, lambda a: np.rot90(a, -1)), (8, lambda a: np.rot90(a)),
])  # fmt: skip
def test_it_is_turned_as_the_camera_noted(orientation: int, turned: Any) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    pixels = noise(6, 4)
    assert np.array_equal(read_image("a", file(Image.fromarray(pixels), exif=exif)), turned(pixels) / 255)


@pytest.mark.parametrize(("picture", "expected"), [
    (Image.new("RGBA", (4, 4), (0, 0, 0, 0)), (255, 255, 255)),
    (Image.new("RGBA", (4, 4), (255, 0, 0, 51)), (255, 204, 204)),
    (Image.new("LA", (4, 4), (0, 128)), (127, 127, 127)),
    (Image.new("L", (4, 4), 77), (77, 77, 77)),
    (Image.new("1", (4, 4), 1), (255, 255, 255)),
    (Image.fromarray(np.full((4, 4), 257 * 40, dtype=np.uint16)), (40, 40, 40)),
])  # fmt: skip
def test_every_mode_of_a_png_becomes_red_green_and_blue_on_white(picture: Image.Image, expected: Any) -> None:
    np.testing.assert_allclose(read_image("a", file(picture)), np.broadcast_to(expected, (4, 4, 3)) / 255)


def test_a_palette_may_be_transparent_and_a_jpeg_in_four_colours() -> None:
    assert np.all(read_image("a", file(Image.new("P", (4, 4)), transparency=0)) == 1)
    np.testing.assert_allclose(read_image("a", file(Image.new("CMYK", (8, 8)), "JPEG")), 1, atol=0.01)


def test_a_large_picture_is_made_smaller_with_its_sides_in_proportion() -> None:
    found = read_image("a", file(Image.new("RGB", (3000, 1500), (10, 20, 30)), "JPEG", quality=95))
    assert found.shape == (512, 1024, 3)
    np.testing.assert_allclose(found, np.broadcast_to((10, 20, 30), found.shape) / 255, atol=3 / 255)


def pretending(width: int, height: int) -> bytes:
    """Write a PNG of a few bytes that says it is of this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("content", "said"), [
    (b"", "is empty: choose a PNG or JPEG"),
    (b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES), "has 4.0 MB, at most 4 MB"),
    (b"GIF89a" + bytes(40), "is neither PNG nor JPEG"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is neither PNG nor JPEG"),
    (b"\xff\xd8\xff", "begins like a JPEG"),
    (file(Image.fromarray(noise(50, 50)))[:900], "begins like a PNG"),
    (pretending(60_000, 60_000), "has far too many pixels, at most 24 million"),
    (pretending(6_000, 6_000), "has 6,000 × 6,000 pixels, at most 24 million"),
    (file(Image.new("L", (3, 90))), "has 3 × 90 pixels, each side needs at least 4"),
])  # fmt: skip
def test_anything_else_gets_a_message(content: bytes, said: str) -> None:
    with pytest.raises(ImageError, match=said):
        read_image("photo.png", content)


def test_the_message_names_the_file_but_not_what_hides_in_its_name() -> None:
    with pytest.raises(ImageError, match=r"^“a b.gif” is neither"):
        read_image("a\nb.gif", b"GIF89a")
    with pytest.raises(ImageError, match=r"^“x{37}…” is neither"):
        read_image("x" * 500, b"GIF89a")
    with pytest.raises(ImageError, match=r"^the file is neither"):
        read_image("", b"GIF89a")


@given(st.data())
def test_a_damaged_file_is_read_or_refused_but_never_breaks(data: st.DataObject) -> None:
    content = bytearray(file(Image.fromarray(noise(9, 9)), data.draw(st.sampled_from(["PNG", "JPEG"]))))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_image("a", bytes(content))
    except ImageError:
        return
    assert found.ndim == 3
    assert found.shape[2] == 3
    assert 0 <= found.min() <= found.max() <= 1


def test_brightness_is_that_of_the_eye() -> None:
    assert grey(np.eye(3)[None]) == pytest.approx(np.array([[0.299, 0.587, 0.114]]))
    assert grey(np.ones((2, 2, 3))) == pytest.approx(np.ones((2, 2)))


def test_the_square_in_the_middle() -> None:
    numbers = np.arange(15).reshape(3, 5)
    assert cropped(numbers).tolist() == [[1, 2, 3], [6, 7, 8], [11, 12, 13]]
    assert cropped(numbers.T).tolist() == [[1, 6, 11], [2, 7, 12], [3, 8, 13]]


def test_a_smaller_size_is_the_mean_of_what_each_pixel_covers() -> None:
    numbers = np.array([[1.0, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]])
    assert resized(numbers, 1, 3) == pytest.approx(np.array([[4.5, 6.5, 8.5]]))
    # A pixel and a half each.
    assert resized(numbers[:1, :3], 1, 2) == pytest.approx(np.array([[4 / 3, 8 / 3]]))
    assert resized(numbers[:1, :2], 2, 4) == pytest.approx(np.array([[1.0, 1, 2, 2]] * 2))
    assert resized(numbers[..., None], 1, 3).shape == (1, 3, 1)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 20), st.integers(1, 20))
def test_another_size_keeps_the_mean(height: int, width: int, new_height: int, new_width: int) -> None:
    picture = np.random.default_rng(height * 20 + width).random((height, width, 3))
    again = resized(picture, new_height, new_width)
    assert again.shape == (new_height, new_width, 3)
    np.testing.assert_allclose(again.mean(axis=(0, 1)), picture.mean(axis=(0, 1)))


def test_no_picture_has_no_pixels() -> None:
    with pytest.raises(ValueError, match="at least 1 × 1 pixel, asked for 0 × 4"):
        resized(np.ones((2, 2)), 0, 4)
