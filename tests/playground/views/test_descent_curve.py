"""A curve and its descent: the tangent, the step, the path, the basins, and what a hand says to it."""

import numpy as np
import pytest
from bokeh.plotting import figure

from engine.descent import DIVERGED, NOWHERE, DescentRun, DescentSpec, basins, closed_form
from engine.descent.own import own_surface
from playground.theme import linear_rgb
from playground.views.curve_ground import CurvePicture, curve_ground, letter
from playground.views.curve_strip import BasinStrip
from playground.views.descent_curve import DescentCurve

CONVEX = DescentSpec(surface="convex").landscape
KHAN = DescentSpec(surface="khan").landscape
# Where the slope of 0.74w⁴ + 3.1w³ + 0.7w² − 8.82866w is 0 between its valleys.
BARRIER = -1.49902818923869


def picture(**changes):
    usual = {
        "start": -4.5, "w": -4.5, "value": 5.0625, "slope": -2.25, "step": 1.125,
        "path": np.array([-4.5]), "values": np.array([5.0625]),
    }  # fmt: skip
    return CurvePicture(**{**usual, **changes})


def drawn(surface=CONVEX, heard=None, **changes):
    view = DescentCurve(lambda kind, x: heard is not None and heard.append((kind, x)))
    view.show_ground(curve_ground(surface))
    view.draw(picture(**changes))
    return view


def test_the_curve_is_the_function_over_its_extent():
    ground = curve_ground(CONVEX)
    np.testing.assert_allclose(ground.values, ground.w**2 / 4)
    assert (ground.w[0], ground.w[-1]) == (-6, 6)
    assert (ground.low, ground.high) == (0, 9)
    np.testing.assert_array_equal(ground.minima, [0])
    np.testing.assert_array_equal(ground.minimum_values, [0])
    with pytest.raises(ValueError, match="a curve has one parameter, Ravine has 2"):
        curve_ground(DescentSpec(surface="ravine").landscape)


def test_a_pole_is_cut_off_and_what_has_no_value_is_no_number():
    pole = curve_ground(own_surface("1/w^2", 1, 5.0))
    assert np.isnan(pole.values[300])
    # At 0.0167 beside it J is 3600.
    assert pole.high < 10
    root = curve_ground(own_surface("sqrt(w)", 1, 5.0))
    assert np.isnan(root.values[:300]).all()
    assert root.high == pytest.approx(np.sqrt(5))
    flat = curve_ground(own_surface("0*w + 3", 1, 5.0))
    assert flat.low < 3 < flat.high


def test_the_tangent_has_the_slope_and_looks_as_long_wherever_it_is():
    view = drawn()

    def tangent():
        return (np.diff(view._tangent.data[name])[0] for name in ("w", "value"))

    run, rise = tangent()
    assert rise / run == pytest.approx(-2.25)
    assert view._tangent.data["value"].mean() == pytest.approx(5.0625)
    # In a figure twice as wide as high.
    scale = 12 / (view.figure.y_range.end - view.figure.y_range.start) / 2
    lengths = [np.hypot(run, rise * scale)]
    view.draw(picture(w=0.0, value=0.0, slope=0.0))
    run, rise = tangent()
    assert rise == 0
    lengths.append(run)
    assert lengths[0] == pytest.approx(lengths[1])


def test_the_step_is_an_arrow_along_w_from_where_it_stands_to_above_the_next_point():
    view = drawn()
    step = view._step.data
    assert (step["w"], step["value"], step["end"]) == ([-4.5], [5.0625], [-3.375])
    # Then down to the curve: J(−3.375) = 2.84765625.
    assert view._drop.data["w"] == [-3.375, -3.375]
    assert view._drop.data["value"][1] == pytest.approx(2.84765625, abs=1e-3)
    for step in (None, np.nan, 1e-9):
        view.draw(picture(step=step))
        assert view._step.data["w"] == view._drop.data["w"] == []
    view.draw(picture(w=1e9, value=2.5e17, step=1.0))
    assert view._step.data["w"] == []


def test_the_path_is_torn_where_a_hand_has_set_the_point():
    path = np.array([-4.5, -3.375, 2.0, 1.5])
    view = drawn(w=1.5, path=path, values=path**2 / 4, jumps=(2,))
    np.testing.assert_array_equal(view._path.data["w"], path)
    np.testing.assert_array_equal(view._line.data["w"], [-4.5, -3.375, np.nan, 2.0, 1.5])
    np.testing.assert_array_equal(view._line.data["value"], np.array([-4.5, -3.375, np.nan, 2.0, 1.5]) ** 2 / 4)
    # What is older is paler.
    assert (np.diff(view._path.data["alpha"]) > 0).all()
    long = np.cos(np.arange(4001.0))
    view.draw(picture(path=long, values=long**2 / 4))
    assert len(view._path.data["w"]) <= 400
    assert view._path.data["w"][-1] == long[-1]


def test_the_rings_of_the_closed_form_lie_around_the_path():
    spec = DescentSpec(surface="convex")
    run = DescentRun(spec)
    run.step("epoch", 6)
    path = run.frame().path[:, 0]
    closed = closed_form(CONVEX, spec.point, spec.rate, 6)[:, 0]
    view = drawn(path=path, values=path**2 / 4, closed=closed)
    np.testing.assert_allclose(view._closed.data["w"], -4.5 * 0.75 ** np.arange(7))
    np.testing.assert_allclose(view._closed.data["value"], view._path.data["value"], atol=1e-3)
    view.draw(picture(closed=np.array([-4.5, 7.0, np.inf])))
    np.testing.assert_array_equal(view._closed.data["w"], [-4.5, 7.0])
    assert np.isnan(view._closed.data["value"][1])
    view.draw(picture())
    assert len(view._closed.data["w"]) == 0


def test_basins_are_pieces_that_meet_at_the_barrier():
    found = basins(DescentSpec(surface="khan", steps=1500))
    view = drawn(KHAN, w=-3.3, basins=found.reached)
    strip = view._strip.source.data
    # From one end of the view to the other, without a gap.
    assert strip["left"][0] == -4.2
    assert strip["right"][-1] == 2.8
    assert strip["left"][1:] == strip["right"][:-1]
    # The lowest minimum, at 0.81, is A; the grid's points are 0.0175 apart.
    left_of, right_of = (dict(zip(strip["letter"], strip[side], strict=True)) for side in ("left", "right"))
    assert left_of["A"] == pytest.approx(BARRIER, abs=0.0175)
    assert right_of["B"] == pytest.approx(BARRIER, abs=0.0175)
    assert view._minima.data["letter"] == ["A", "B"]
    assert strip["color"][strip["letter"].index("A")] != strip["color"][strip["letter"].index("B")]
    assert "start leads to A, w = 0.811" in view._legend.object
    assert "start leads to B, w = −2.45" in view._legend.object


def test_starts_that_lead_nowhere_or_away_are_told_apart():
    reached = np.array([NOWHERE, NOWHERE, 0, DIVERGED])
    view = drawn(basins=reached)
    assert len(view._strip.source.data["left"]) == 3
    assert view._strip.source.data["hatch"][0] != view._strip.source.data["hatch"][2]
    assert "start leads to no minimum" in view._legend.object
    assert "start diverges" in view._legend.object
    view.draw(picture(basins=reached, basins_done=False))
    assert "start still under way" in view._legend.object
    view.draw(picture())
    assert view._strip.source.data["left"] == []


def test_the_handle_and_the_slider_are_at_the_start():
    view = drawn(KHAN, start=-3.3, w=-2.0)
    assert view._start.data["x"] == [-3.3]
    height = 0.74 * 3.3**4 - 3.1 * 3.3**3 + 0.7 * 3.3**2 + 8.82866 * 3.3
    assert view._start.data["y"][0] == pytest.approx(height, abs=0.02)
    assert (view.slider.low, view.slider.high, view.slider.x, view.slider.name_of) == (-4.2, 2.8, -3.3, "w")
    assert view._guide.location == -3.3


def test_gestures_become_places_on_the_curve():
    heard = []
    view = drawn(heard=heard)
    view._said.data = {"number": [1, 2], "type": ["drag", "start"], "x": [1.5, 2.5]}
    # The last ones are said again with the newest.
    view._said.data = {"number": [1, 2, 3], "type": ["drag", "start", "start"], "x": [1.5, 2.5, 99.0]}
    view.slider._handle_msg({"type": "drag", "x": -1})
    assert heard == [("drag", 1.5), ("start", 2.5), ("start", 6.0), ("drag", -1.0)]
    for wrong in (None, np.nan, True, "1"):
        view.slider._handle_msg({"type": "start", "x": wrong})
    for message in ({"type": "start"}, {"x": 1}, {"type": "erase", "x": 1.0}):
        view.slider._handle_msg(message)
    assert len(heard) == 4


def test_another_curve_takes_nothing_of_the_last_descent_along():
    view = drawn(path=np.array([-4.5, 1.0]), values=np.array([5.0, 0.25]), basins=np.array([0, 0]))
    view.show_ground(curve_ground(KHAN))
    for source in (view._path, view._line, view._tangent, view._step, view._strip.source, view._start, view._now):
        assert all(len(column) == 0 for column in source.data.values())
    assert view._legend.object == ""
    assert view.figure.title.text == "Two valleys"


def test_without_a_curve_there_is_nothing_to_draw_on():
    view = DescentCurve(lambda kind, x: None)
    with pytest.raises(RuntimeError, match="call show_ground first"):
        view.draw(picture())
    # Nobody is called about a curve that is not there.
    view.slider._handle_msg({"type": "start", "x": 1.0})


def test_a_point_outside_the_picture_is_told_of():
    view = drawn(w=12.5, value=39.0)
    assert "w = 12.5 lies outside the picture" in view._legend.object
    view.draw(picture(w=np.nan, value=np.nan, slope=np.nan))
    assert "w is no number any more" in view._legend.object
    view.draw(picture(stable="ηJ″ = 0.25 is below 2: it comes to rest."))
    assert "ηJ″ = 0.25 is below 2: it comes to rest." in view._legend.object


def test_only_what_changes_is_sent():
    view = drawn()
    sent = []
    own = (view._path, view._line, view._tangent, view._step, view._start, view._closed, view._minima)
    sources = (*own, view._strip.source)
    for source in sources:
        source.on_change("data", lambda attr, old, new: sent.append(attr))
    view.draw(picture())
    assert sent == []
    view.draw(picture(slope=-2.0))
    assert len(sent) == 1


def test_letters_of_many_minima():
    assert [letter(k) for k in (0, 25, 26)] == ["A", "Z", "27"]


def test_dark_changes_the_colours():
    view = drawn(basins=np.array([NOWHERE, 0]))
    light = view._drawn_curve.glyph.line_color, view._spot.glyph.fill_color, view._strip.source.data["color"][0]
    view.set_dark(True)
    dark = view._drawn_curve.glyph.line_color, view._spot.glyph.fill_color, view._strip.source.data["color"][0]
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert view.slider.dark
    assert 'data-theme="dark"' in view._legend.object


@pytest.mark.parametrize("minimum", range(6))
def test_the_letters_on_the_strip_can_be_read(minimum):
    drawn_strip = BasinStrip(figure())
    drawn_strip.draw(curve_ground(CONVEX), np.full(10, minimum), False)
    strip = drawn_strip.source.data
    light, dark = sorted(
        float(linear_rgb(color) @ (0.2126, 0.7152, 0.0722)) for color in (strip["color"][0], strip["ink"][0])
    )[::-1]
    assert (light + 0.05) / (dark + 0.05) >= 4.5
