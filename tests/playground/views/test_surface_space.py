"""A descent's picture in space: the same marks as on the plane, at the height of the ground."""

import struct
import time
from dataclasses import replace

import numpy as np
import pytest

from engine.descent import SURFACES
from playground.optimizer_marks import DASHES, SHAPES, TITLES, color
from playground.views.plane import Arrow, BasinPicture, PlanePicture, Trail, ground_of
from playground.views.surface_space import _TINTS, SurfaceSpace, tick

ROSENBROCK = ground_of(SURFACES["rosenbrock"])
BOWL = ground_of(SURFACES["bowl"])


def trails_of(space: SurfaceSpace) -> list[np.ndarray]:
    """Return the places of all trails, as the browser reads them."""
    sent = space.panel.trails
    (count,) = struct.unpack_from("<I", sent)
    lengths = struct.unpack_from(f"<{count}I", sent, 4)
    places = np.frombuffer(sent, "<u2", offset=4 + 4 * count).reshape(-1, 3) / 65534
    return np.split(places, np.cumsum(lengths)[:-1])


def heights_of(space: SurfaceSpace) -> tuple[np.ndarray, np.ndarray]:
    side, _, _ = struct.unpack_from("<3I", space.panel.frame)
    heights = np.frombuffer(space.panel.frame, "<f4", side**2, 12)
    return heights.reshape(side, side), np.frombuffer(space.panel.frame, np.uint8, side**2, 12 + 4 * side**2)


@pytest.fixture
def space():
    made = SurfaceSpace("In space")
    made.show_ground(BOWL)
    return made


def test_the_ground_is_a_mesh_with_its_names_and_losses_at_the_axis(space):
    heights, colors = heights_of(space)
    assert heights.shape == (61, 61)
    x, y = np.meshgrid(np.linspace(-6, 6, 61), np.linspace(-6, 6, 61))
    np.testing.assert_allclose(heights[1:-1, 1:-1], ((x**2 + y**2) / 72)[1:-1, 1:-1], atol=0.001)
    assert colors.min() == 0
    assert _TINTS - 5 <= colors.max() < _TINTS
    assert space.panel.ranges == ((-6, 6), (-6, 6))
    assert space.panel.labels == ("x", "y", "J")
    surface = SURFACES["bowl"]
    top = float(surface.value(6.0, 6.0))
    assert space.panel.z_ticks[0] == [0.0, "0"]
    assert space.panel.z_ticks[-1] == [1.0, tick(top)]


def test_tall_walls_are_logarithmic_and_say_so():
    space = SurfaceSpace()
    space.show_ground(ROSENBROCK)
    assert space.panel.labels[2] == "J (log)"
    assert [text for _, text in space.panel.z_ticks][::4] == ["0", "2500"]
    heights, _ = heights_of(space)
    assert np.median(heights) > 0.4, "the walls do not flatten all the rest"


def test_a_trail_lies_on_the_ground_with_its_optimizers_look(space):
    path = np.stack([np.linspace(-5, 5, 30), np.linspace(4, -2, 30)], axis=1)
    space.draw(PlanePicture((-5.0, 4.0), (Trail("adam", "Adam", path), Trail("adam_2", "Adam", path[:2]))))
    place = [look.get("shape") for look in space.panel.looks].index(SHAPES["adam"])
    x, y, z = trails_of(space)[place].T
    np.testing.assert_allclose(np.stack([x, y], 1), (path + 6) / 12, atol=1e-4)
    np.testing.assert_allclose(z, (path**2).sum(axis=1) / 72, atol=0.003)
    look = space.panel.looks[place]
    assert (look["color"], look["dash"], look["hollow"]) == (color("adam", False), [], False)
    assert space.panel.looks[place + 1]["hollow"]


def test_what_leaves_the_ground_is_a_gap(space):
    path = np.array([[0.0, 0.0], [5.0, 0.0], [9.0, 0.0], [1e300, np.nan]])
    space.draw(PlanePicture((0.0, 0.0), (Trail("sgd", "Gradient descent", path, gone=True),)))
    places = trails_of(space)[-1]
    assert len(places) == 3
    assert (places[:2] <= 1).all()
    assert (places[2] > 1).all()


def test_arrows_follow_the_ground_and_end_at_its_edge(space):
    middle = (0.0, 0.0)
    arrows = Arrow("gradient", middle, (40.0, 0.0), "gradient"), Arrow("fan", middle, (0.0, 3.0), "Adam", "adam")
    space.draw(PlanePicture(middle, arrows=arrows))
    gradient, fan = trails_of(space)[-2:]
    np.testing.assert_allclose(gradient[-1], [1, 0.5, 0.5], atol=0.005)
    assert np.all(np.diff(gradient[:, 2]) >= 0), "uphill all the way"
    np.testing.assert_allclose(fan[-1], [0.5, 0.75, 9 / 72], atol=0.005)
    assert space.panel.looks[-2]["arrow"]
    assert space.panel.looks[-1]["shape"] == SHAPES["adam"]


def test_basins_colour_the_surface_and_go_again(space):
    before = space.panel.frame
    reached = np.zeros((61, 61), int)
    reached[:, :10] = -1
    space.draw(PlanePicture((0.0, 0.0), basins=BasinPicture(reached, True)))
    colors = heights_of(space)[1].reshape(61, 61)
    assert (colors[:, 12:] == _TINTS).all()
    assert (colors[:, :8] == _TINTS + 6).all()
    space.draw(PlanePicture((0.0, 0.0)))
    assert space.panel.frame == before


def test_holes_stay_holes():
    surface = replace(SURFACES["bowl"], function=lambda x, y: np.log(x) + y**2, minima=())
    space = SurfaceSpace()
    space.show_ground(ground_of(surface))
    heights, _ = heights_of(space)
    assert np.isnan(heights[:, :30]).all()
    assert np.isfinite(heights[:, 31:]).all()


def test_a_race_of_eleven_is_told_by_dashes_and_stays_small(space):
    rng = np.random.default_rng(0)
    paths = {key: np.cumsum(rng.normal(size=(501, 2)) * 0.1, axis=0) for key in TITLES}
    spent = []
    for updates in (100, 500, 300, 499, 200):
        began = time.process_time()
        space.draw(
            PlanePicture((0.0, 0.0), tuple(Trail(key, key, path[: updates + 1]) for key, path in paths.items()))
        )
        spent.append(time.process_time() - began)
    assert len(space.panel.trails) < 20_000
    assert min(spent) < 0.01
    assert [look["dash"] for look in space.panel.looks if "hollow" in look] == list(DASHES.values())


def test_another_ground_takes_everything_away_and_the_dark_keeps_it(space):
    space.draw(PlanePicture((0.0, 0.0), (Trail("sgd", "Gradient descent", np.zeros((3, 2))),)))
    space.set_dark(True)
    assert space.panel.dark
    assert space.panel.looks[-1]["color"] == color("sgd", True)
    lut = space.panel.lut
    assert len(lut) == 768
    space.show_ground(ROSENBROCK)
    assert space.panel.trails == b""
    assert space.panel.looks == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (2509.0, "2500"), (-2.25, "−2.2"), (0.015, "0.015"), (181_853.6, "2·10⁵"), (-3e-7, "−3·10⁻⁷"),
        (9.9e3, "1·10⁴"),
    ],
)  # fmt: skip
def test_a_tick_is_short(value, text):
    assert tick(value) == text


def test_the_legend_names_what_is_drawn_and_promises_no_dragging(space):
    trail, arrow = Trail("adam", "Adam", np.zeros((3, 2))), Arrow("step", (0, 0), (1, 1), "step")
    space.draw(PlanePicture((1.0, 2.0), (trail,), (arrow,)))
    for text in ("start<", "Adam", "step"):
        assert text in space.legend.object
    assert "drag" not in space.legend.object
    space.set_dark(True)
    assert 'data-theme="dark"' in space.legend.object
