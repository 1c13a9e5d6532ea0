"""The size of the gradients, layer by layer."""

import numpy as np
import pytest

from playground.theme import INK, linear_rgb
from playground.views.gradient_norms import FLOOR, GradientNormsView, layer_colors

EPOCHS = np.array([0.0, 5.0, 10.0])


def test_lines_are_logarithms_and_boxes_tell_the_numbers():
    norms = np.array([[1e-3, 0.5], [1e-4, 0.25], [1e-5, 2.0]])
    view = GradientNormsView()
    view.draw(EPOCHS, norms, ["dense1", "dense2"])
    for k, line in enumerate(view._lines):
        np.testing.assert_allclose(10.0 ** view._source.data[line.glyph.y], norms[:, k], rtol=1e-5)
        np.testing.assert_array_equal(view._source.data[f"norm{k}"], norms[:, k])
    assert [name for name, _ in view._hover.tooltips] == ["epoch", "dense1", "dense2"]
    overrides = view.figure.yaxis[0].major_label_overrides
    assert overrides[-5] == "10⁻⁵"
    assert overrides[0] == "1"
    assert view.figure.y_range.start <= -5
    assert view.figure.y_range.end >= np.log10(2)
    assert view.figure.x_range.end == 10.0


def test_zero_lies_at_the_floor_and_what_is_not_finite_leaves_a_gap():
    view = GradientNormsView()
    view.draw(EPOCHS, np.array([[0.0], [np.nan], [np.inf]]), ["dense1"])
    np.testing.assert_allclose(view._source.data["log0"], [np.log10(FLOOR), np.nan, np.nan])
    assert view.figure.y_range.start <= np.log10(FLOOR) <= view.figure.y_range.end


@pytest.mark.parametrize("dark", [False, True])
def test_the_order_of_the_layers_is_the_order_of_the_contrast(dark):
    page = 0.0 if dark else 1.0
    for count in range(2, 10):
        light = [np.array([0.2126, 0.7152, 0.0722]) @ linear_rgb(color) for color in layer_colors(count, dark)]
        assert len(light) == count
        assert (np.diff(np.abs(np.array(light) - page)) > 0).all()
    assert layer_colors(1, dark) == [INK["dark" if dark else "light"]["primary"]]
    assert layer_colors(0, dark) == []


def test_layers_can_come_and_go():
    view = GradientNormsView()
    for count in (3, 1, 4, 0):
        view.draw(EPOCHS, np.ones((3, count)), [f"dense{k + 1}" for k in range(count)])
        assert sum(line.visible for line in view._lines) == count
        assert len({len(column) for column in view._source.data.values()}) == 1
        for line in view._lines:
            assert line.glyph.y in view._source.data
        assert view._legend.object.count("swatch") == count


def test_names_are_no_markup():
    view = GradientNormsView()
    view.draw(EPOCHS, np.ones((3, 1)), ["<b>"])
    assert "<b>" not in view._legend.object
