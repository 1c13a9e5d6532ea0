"""Random specs of sliding windows."""

from __future__ import annotations

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from engine.sliding import SlidingSpec, SpecError
from engine.sliding.fit import flat


@st.composite
def sliding_specs(draw, operations=("convolution", "max", "average"), most=(9, 5, 3)):
    """Draw a spec whose window fits; numbers are multiples of a half, some of them equal."""
    axes = draw(st.integers(1, 3))
    operation = draw(st.sampled_from(operations))

    def each(low, high):
        return draw(st.one_of(st.integers(low, high), st.tuples(*[st.integers(low, high)] * axes)))

    space = draw(st.tuples(*[st.integers(2, most[axes - 1])] * axes))
    channels, filters = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    size = each(1, 3)
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))

    def numbers(*shape):
        return flat(rng.integers(-6, 7, shape) / 2)

    sizes = size if isinstance(size, tuple) else (size,) * axes
    settings = {
        "operation": operation, "space": space, "channels": channels, "filters": filters, "size": size,
        "stride": each(1, 3), "dilation": each(1, 2), "padding": draw(st.sampled_from(("valid", "same", 0, 1, 2))),
        "flip": draw(st.booleans()), "relu": draw(st.booleans()), "count_padding": draw(st.booleans()),
        "x": numbers(*space, channels), "w": numbers(*sizes, channels, filters), "b": numbers(filters),
    }  # fmt: skip
    try:
        spec = SlidingSpec(**settings)
    except SpecError as error:
        assume(error.field not in ("size", "padding"))
        raise
    return spec.with_(upstream=numbers(*spec.output_shape)) if draw(st.booleans()) else spec
