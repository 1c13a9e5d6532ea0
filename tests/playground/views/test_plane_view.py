"""The plane of a descent: what is drawn where, and that only what changed is sent."""

import json
import re
import time

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.protocol import Protocol

from engine.descent import DIVERGED, NOWHERE, SURFACES
from playground.optimizer_marks import DASHES, MARKERS, TITLES, color
from playground.theme import CLASS_COLORS
from playground.views.plane import Arrow, BasinPicture, PlanePicture, PlaneView, Trail, basin_image, ground_of
from playground.views.plane_basins import BORDER, basin_places, letter, minimum_places

HIMMELBLAU = ground_of(SURFACES["himmelblau"])
BOWL = ground_of(SURFACES["bowl"])


def walk(count: int, seed: int = 0) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(size=(count, 2)) * 0.02, axis=0)


@pytest.fixture
def view():
    made = PlaneView(lambda *_: None, "Contours")
    made.show_ground(HIMMELBLAU)
    return made


def line(view: PlaneView, place: int) -> dict:
    return {name: np.asarray(values) for name, values in view._lines[place]._source.data.items()}


def test_the_ground_gives_ranges_picture_contours_and_minima(view):
    plot = view.figure
    assert (plot.x_range.start, plot.x_range.end, plot.y_range.start, plot.y_range.end) == (-5, 5, -5, 5)
    assert view._sources["picture"].data["image"][0] is HIMMELBLAU.picture
    assert (view._image.x, view._image.dw) == (-5, 10)
    assert len(view._sources["contours"].data["xs"]) == len(HIMMELBLAU.lines)
    assert len(view._sources["minima"].data["x"]) == 4
    assert plot.xaxis.axis_label.text == "x"


def test_a_trail_has_its_optimizers_look_and_its_head(view):
    path = walk(50)
    view.draw(PlanePicture((0.0, 0.0), (Trail("rmsprop", "RMSprop", path),)))
    drawn = line(view, 0)
    np.testing.assert_allclose(np.stack([drawn["x"], drawn["y"]], 1), path, rtol=1e-6)
    glyph = view._lines[0]._line.glyph
    assert (glyph.line_color, glyph.line_dash) == (color("rmsprop", False), []), "one trail is solid, with dots"
    assert view._lines[0]._steps.visible
    heads = view._sources["heads"].data
    assert (heads["x"], heads["y"], heads["marker"]) == ([path[-1, 0]], [path[-1, 1]], [MARKERS["rmsprop"]])
    assert heads["fill"] == [color("rmsprop", False)]


def test_many_trails_are_told_by_their_dashes_and_a_second_racer_is_hollow(view):
    keys = ["sgd", "adam", "adam_2"]
    view.draw(PlanePicture((0.0, 0.0), tuple(Trail(key, key, walk(9, k)) for k, key in enumerate(keys))))
    assert [each._line.glyph.line_dash for each in view._lines] == [DASHES["sgd"], DASHES["adam"], DASHES["adam"]]
    heads = view._sources["heads"].data
    assert heads["marker"] == ["circle", "star", "star"]
    assert heads["fill"][1] == heads["line"][2] == color("adam", False)
    assert heads["fill"][2] != color("adam", False)


def test_fewer_trails_leave_nothing_behind(view):
    three = tuple(Trail(key, key, walk(9, 1)) for key in ("sgd", "adam", "nadam"))
    view.draw(PlanePicture((0.0, 0.0), three))
    view.draw(PlanePicture((0.0, 0.0), three[:1]))
    assert [each._line.visible for each in view._lines] == [True, False, False]
    assert len(view._sources["heads"].data["x"]) == 1


def test_who_leaves_stands_at_the_edge_and_is_pale(view):
    path = np.array([[0.0, 0.0], [4.0, 0.0], [1e200, 0.0], [np.inf, np.nan]])
    view.draw(PlanePicture((0.0, 0.0), (Trail("sgd", "Gradient descent", path, gone=True),)))
    heads = view._sources["heads"].data
    assert (heads["x"], heads["y"]) == ([5.0], [0.0])
    assert heads["alpha"][0] < 0.5
    assert np.isfinite(line(view, 0)["x"]).all()
    assert "Gradient descent (diverged)" in view._legend.object


def test_arrows_have_the_look_of_their_kind_and_stay_on_the_plane(view):
    tail = (0.0, 0.0)
    arrows = (
        Arrow("gradient", tail, (-30.0, 0.0), "<b>gradient</b>"), Arrow("step", tail, (1.0, 1.0), "step"),
        Arrow("step", tail, (0.001, 0.0), "too short"), Arrow("momentum", (9.0, 0.0), (0.0, 0.0), "from outside"),
        Arrow("fan", tail, (0.0, 2.0), "NAdam", "nadam"),
    )  # fmt: skip
    view.draw(PlanePicture(tail, arrows=arrows))
    sources = view._arrows._sources
    gradient = sources["gradient"].data
    assert (gradient["x1"], gradient["y1"]) == ([-5.0], [0.0]), "it is cut at the edge"
    assert sources["step"].data["x1"] == [1.0]
    assert sources["momentum"].data["x0"] == []
    assert sources["fan"].data["color"] == [color("nadam", False)]
    assert view._arrows._marks.data["marker"] == [MARKERS["nadam"]]
    assert len(view._arrows._rims.data["x"]) == 3
    legend = view._legend.object
    assert "&lt;b&gt;gradient&lt;/b&gt;" in legend
    assert legend.count("stroke-dasharray") == 3, "gradient, step and momentum, each once"
    view.draw(PlanePicture(tail))
    assert view._arrows._marks.data["x"] == []
    assert "stroke-dasharray" not in view._legend.object


def test_the_head_of_a_short_arrow_does_not_hide_it(view):
    # The plane is 10 wide: these are 240, 24 and 4.8 pixels of about 480.
    for length, most, least in ((5.0, 20, 20), (0.5, 17, 16), (0.1, 7, 7)):
        view.draw(PlanePicture((0.0, 0.0), arrows=(Arrow("step", (0.0, 0.0), (length, 0.0), "step"),)))
        size = view._arrows._sources["step"].data["size"][0]
        assert least <= size <= most


def test_each_optimizer_is_named_once_where_a_fan_is_open(view):
    tail = (0.0, 0.0)
    fan = tuple(Arrow("fan", tail, (1.0, k), title, key) for k, (key, title) in enumerate(
        {"adam": "Adam, hardly moves", "nadam": "NAdam"}.items()
    ))  # fmt: skip
    trails = (Trail("adam", "Adam", walk(9)),)
    view.draw(PlanePicture(tail, trails, fan))
    assert re.findall(r"N?Adam[a-z ,]*", view._legend.object) == ["Adam, hardly moves", "NAdam"]
    view.draw(PlanePicture(tail, trails))
    assert re.findall(r"N?Adam[a-z ,]*", view._legend.object) == ["Adam"]


def test_basins_are_coloured_lettered_and_told(view):
    reached = np.full((61, 61), 2)
    reached[:, 30:] = 0
    reached[:10] = NOWHERE
    reached[0, 0] = DIVERGED
    view.draw(PlanePicture((0.0, 0.0), basins=BasinPicture(reached, True)))
    assert view._sources["letters"].data["letter"] == ["A", "B", "C", "D"]
    cell = 10 / 60
    assert (view._basin_image.x, view._basin_image.dw) == pytest.approx((-5 - cell / 2, 10 + cell))
    for text in ("leads to A (3, 2)", "leads to C (−3.78, −3.28)", "leads to no minimum", "diverges"):
        assert text in view._legend.object
    view.draw(PlanePicture((0.0, 0.0), basins=BasinPicture(reached, False)))
    assert "still on the way" in view._legend.object
    view.draw(PlanePicture((0.0, 0.0)))
    assert view._sources["letters"].data["letter"] == view._sources["basins"].data["image"] == []
    assert view._image.global_alpha == 1


def test_a_basins_picture_has_borders_where_neighbours_differ():
    reached = np.array([[0, 0, 1], [0, 0, 1]])
    picture = basin_image(reached, HIMMELBLAU.minima)
    assert picture.shape == (8, 12)
    assert (picture[:, 8] == BORDER).all()
    assert (np.delete(picture, 8, axis=1) != BORDER).all()
    assert (picture[0, 0], picture[0, -1]) == (0, 1)


def test_many_minima_share_colours_from_afar():
    minima = np.array([(x, y) for x in range(5) for y in range(5)], dtype=float)
    places = minimum_places(minima)
    assert set(places) == set(range(len(CLASS_COLORS)))
    apart = np.hypot(*(minima[:, None] - minima[None]).transpose(2, 0, 1))
    same = (places[:, None] == places[None]) & ~np.eye(25, dtype=bool)
    assert apart[same].min() > 1, "neighbours differ"
    np.testing.assert_array_equal(basin_places(np.array([24, NOWHERE, DIVERGED]), minima), [places[24], 6, 7])
    assert [letter(place) for place in (0, 25, 26)] == ["A", "Z", "A2"]


def test_another_ground_takes_everything_away(view):
    view.draw(
        PlanePicture(
            (0.0, 0.0), (Trail("sgd", "Gradient descent", walk(9)),), (Arrow("step", (0, 0), (1, 1), "step"),),
            BasinPicture(np.zeros((61, 61), int), True), np.zeros((1, 2)), (Trail("adam", "before", walk(9)),),
        )
    )  # fmt: skip
    assert "before" in view._legend.object
    view.show_ground(BOWL)
    for name in ("others", "jumps", "start", "heads", "basins", "letters"):
        assert all(len(column) == 0 for column in view._sources[name].data.values()), name
    assert len(line(view, 0)["x"]) == 0
    assert view._legend.object == ""
    assert view.figure.x_range.end == 6


def test_the_dark_keeps_what_is_drawn(view):
    arrow = Arrow("step", (0, 0), (1, 1), "step")
    view.draw(PlanePicture((1.0, 2.0), (Trail("sgd", "Gradient descent", walk(9)),), (arrow,)))
    before = line(view, 0)
    view.set_dark(True)
    np.testing.assert_array_equal(line(view, 0)["x"], before["x"])
    assert view._lines[0]._line.glyph.line_color == color("sgd", True)
    assert view._sources["heads"].data["fill"] == [color("sgd", True)]
    assert 'data-theme="dark"' in view._legend.object
    assert view._pointer.dark


def test_points_of_the_hand_are_passed_on_within_the_ground():
    said = []
    view = PlaneView(lambda *point: said.append(point))
    view.show_ground(BOWL)
    view._pointer._handle_msg({"type": "drag", "x": 1.0, "y": -99.0})
    assert said == [("drag", 1.0, -6.0)]


@pytest.fixture
def race(view):
    """Return a function that draws a race of eleven after so many updates; it gives the bytes sent and the seconds."""
    events = []
    document = Document()
    view.draw(PlanePicture((0.0, 0.0), tuple(Trail(key, title, walk(1)) for key, title in TITLES.items())))
    document.add_root(view.figure)
    document.on_change(events.append)
    paths = {key: walk(501, seed) for seed, key in enumerate(TITLES)}

    def draw(updates: int) -> tuple[int, float]:
        events.clear()
        began = time.process_time()
        view.draw(
            PlanePicture((0.0, 0.0), tuple(Trail(key, TITLES[key], path[: updates + 1]) for key, path in paths.items()))
        )
        if not events:
            return 0, 0.0
        message = Protocol().create("PATCH-DOC", list(events))
        spent = time.process_time() - began
        size = len(json.dumps(message.content, default=str)) + sum(len(one.to_bytes()) for one in message.buffers)
        return size, spent

    return draw


def test_a_race_sends_only_its_last_steps(race):
    race(300)
    sizes, times = zip(*(race(updates) for updates in range(301, 321)), strict=True)
    assert max(sizes) < 12_000
    assert min(times) < 0.008
    assert race(320)[0] == 0, "nothing new is nothing sent"


def test_a_race_that_is_scrubbed_is_a_message_of_a_few_kilobytes(race):
    race(500)
    size, _ = race(250)
    assert 11 * 251 * 8 < size < 60_000
    assert min(race(updates)[1] for updates in (500, 100, 400, 60, 499)) < 0.012
