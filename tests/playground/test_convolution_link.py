"""Addresses of the convolution page: slides, presets, settings, numbers, and nonsense."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sliding import SlidingRun, SlidingSpec
from engine.sliding.fit import fitted
from engine.sliding.inputs import INPUTS, array_spec, input_spec
from engine.sliding.kernels import kernel_names, kernel_spec
from playground.convolution_link import MOST_NUMBERS, from_query, holds, to_query, to_url, usual
from playground.stages.convolution.counts import Layers
from playground.stages.convolution.presets import PRESETS, SLIDES, Begin, in_front, slide_begin

WANTED = ("L1-37", "L1-38", "L1-39", "L1-76", "L2-13", "L2-15", "L3-33", "L3-35")


def standing(spec: SlidingSpec, done: int, **others: object) -> Begin:
    """What stands after so many steps, with the map in front in which the last number was made."""
    channel, filter = in_front(spec, done)
    return replace(Begin(spec, done, channel, filter), **others)


def test_every_slide_of_the_subject_opens() -> None:
    assert set(SLIDES) == set(WANTED)
    for slide in WANTED:
        link = from_query(f"?stage=convolution&slide={slide}")
        assert (link.slide, link.ignored, link.begin) == (slide, (), slide_begin(slide))
        assert link.preset == SLIDES[slide].key


def test_what_slides_show() -> None:
    shapes = {slide: slide_begin(slide).spec.output_shape for slide in WANTED}
    assert shapes["L1-37"] == (28, 28, 1)
    assert shapes["L1-38"] == (32, 32, 1)
    assert shapes["L1-39"] == (2, 2, 1)
    assert shapes["L2-13"] == (13, 13, 4)
    signal = slide_begin("L3-35").spec
    assert (signal.x, signal.w, signal.flip, signal.relu) == ((0, 0, 1, 2, 3, 0, 0), (1, 0, -1), True, True)
    assert slide_begin("L3-33").look == "counts"
    assert len(slide_begin("L1-76").spec.space) == 3


@pytest.mark.parametrize("key", list(PRESETS))
def test_a_preset_there_and_back(key: str) -> None:
    begin = PRESETS[key].begin
    link = from_query(to_url(begin))
    assert (link.begin, link.ignored, link.preset) == (begin, (), key)
    assert dict(parse_qsl(to_url(begin)))["stage"] == "convolution"
    later = standing(begin.spec, SlidingRun(begin.spec).steps, look="picture", layers=Layers(32, 1, 6, 7, 128))
    assert from_query(to_url(later)).begin == later


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_anything_there_and_back(data: st.DataObject) -> None:
    spec = input_spec(SlidingSpec(), data.draw(st.sampled_from([*(set(INPUTS) - {"china_rgb", "flower_rgb"})])))
    wanted = {
        "padding": data.draw(st.sampled_from(["same", 4, 8])), "stride": data.draw(st.integers(1, 3)),
        "dilation": data.draw(st.integers(1, 2)), "filters": data.draw(st.integers(1, 4)),
        "size": data.draw(st.integers(1, 3)), "flip": data.draw(st.booleans()), "relu": data.draw(st.booleans()),
        "operation": data.draw(st.sampled_from(["convolution", "max", "average"])),
        "count_padding": data.draw(st.booleans()),
    }  # fmt: skip
    try:
        spec = fitted(spec, **wanted)
    except ValueError:
        return
    for filter in range(spec.filters):
        spec = kernel_spec(spec, data.draw(st.sampled_from(kernel_names(len(spec.space)))), filter)
    numbers = st.floats(-99, 99, allow_nan=False)
    for name, shape in (("x", spec.shape), ("w", spec.kernel_shape), ("b", (spec.filters,))):
        if data.draw(st.booleans()):
            place = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
            spec = spec.with_number(name, place, data.draw(numbers))
    if data.draw(st.booleans()):
        spec = spec.with_number("upstream", tuple(0 for _ in spec.output_shape), data.draw(numbers))
    begin = standing(spec, data.draw(st.integers(0, SlidingRun(spec).steps)))
    link = from_query(to_url(begin))
    if not holds(begin):
        assert max(len(spec.x), len(spec.w), len(spec.upstream)) > MOST_NUMBERS
        return
    assert (link.begin, link.ignored) == (begin, ())


def test_a_named_input_and_kernel_make_a_short_link() -> None:
    spec = kernel_spec(fitted(input_spec(SlidingSpec(), "digit"), filters=2), "sobel_x", 0)
    spec = kernel_spec(spec, "laplacian", 1)
    assert to_query(standing(spec, 3)) == {
        "stage": "convolution", "input": "digit", "filters": "2", "kernel": "sobel_x,laplacian", "done": "3",
    }  # fmt: skip


def test_too_many_own_numbers_are_left_out() -> None:
    spec = array_spec(SlidingSpec(), np.full((28, 28, 3), 0.5))
    begin = standing(spec, 0)
    assert not holds(begin)
    assert "x" not in to_query(begin)
    assert from_query(to_query(begin)).ignored == ()


def test_without_anything_the_letter_opens() -> None:
    link = from_query("")
    assert (link.begin, link.preset, link.slide, link.ignored) == (usual(), "edges", "", ())


@pytest.mark.parametrize(("query", "said"), [
    ("slide=L9-99", "slide=L9-99 — nothing here is of this slide; there are L1-37"),
    ("preset=photos", "preset=photos — unknown preset 'photos'"),
    ("input=lettre", "input=lettre — unknown input 'lettre'"),
    ("kernel=sobel", "kernel=sobel — unknown kernel 'sobel'"),
    ("kernel=blur,blur", "kernel=blur,blur — one kernel, or one for each of 1 filters, got 2"),
    ("size=12", "size is a whole number from 1 to 11, got 12"),
    ("size=11", "size=11 — The window does not fit: along the height"),
    ("stride=0", "stride=0 — "),
    ("padding=some", "padding=some — "),
    ("operation=min", "operation=min — "),
    ("flip=yes", "flip=yes — "),
    ("filters=5", "filters=5 — "),
    ("x=1,2,3", "x=1,2,3 — its size is missing, such as space=4,4"),
    ("space=2,2&x=1,2,3", "x=1,2,3 — 3 numbers do not fill 2 × 2"),
    ("space=2,2&x=1,2,3,a", "x=1,2,3,a — numbers with commas between them"),
    ("space=1,4&x=1,2,3,1e9", "x=("),
    ("w=1,2", "w=1,2 — The kernel expects 9 numbers"),
    ("b=nan", "b=nan — "),
    ("done=129", "done=129 — a whole number from 0 to 128"),
    ("look=inside", "look=inside — unknown look 'inside'"),
    ("count_size=0", "count_size=0 — a whole number from 1 to 11"),
    ("input=digit&channels=3", "channels=3 — this input has 1"),
    ("colour=red", "colour=red — there is no such setting"),
    ("kernel=" + "a" * 500, " — this value has at most 120 characters in a link"),
])  # fmt: skip
def test_what_cannot_be_taken_is_left_out_and_said(query: str, said: str) -> None:
    link = from_query(query)
    assert any(said in sentence for sentence in link.ignored), link.ignored
    assert link.begin.spec == (usual().spec if "digit" not in query else input_spec(usual().spec, "digit"))


def test_the_good_parts_of_a_bad_link_are_taken() -> None:
    link = from_query("input=ball&size=9&stride=2&filters=2&w=1&done=7")
    spec = link.begin.spec
    assert (spec.space, spec.stride, spec.filters, spec.sizes) == ((5, 5, 5), 2, 2, (3, 3, 3))
    assert (link.begin.done, link.begin.filter) == (7, 0)
    assert len(link.ignored) == 2
