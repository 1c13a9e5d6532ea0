"""Planes through the space of parameters, and the loss on them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inside import LandscapeError, Plane, Survey, path_plane, random_plane, sample_past
from engine.inside.landscape import grid_axis, neuron_indices
from engine.metrics import Evaluator
from engine.spec import TrainingSpec
from engine.training import TrainingRun


@pytest.fixture
def run(backend):
    """A trained run with a penalty, which is no part of a landscape."""
    settings = {"samples": 90, "data": "moons", "hidden": (5, 4), "regularization": "l2", "batch_size": 10}
    run = TrainingRun(TrainingSpec(**settings), backend=backend)
    run.step("epoch", 200)
    return run


def loss_of(run, parameters):
    return Evaluator(run.network, *run.prepare(run.train), run.backend).score(parameters).loss


def survey(run, plane, **settings):
    return Survey(run.network, *run.prepare(run.train), plane, run.backend, **settings)


def test_a_random_direction_is_as_long_as_each_neuron(run):
    plane = random_plane(run.program, run.parameters, seed=3)
    layers = [(run.program.refs[f"W{n}"], run.program.refs[f"b{n}"]) for n in (1, 2, 3)]
    for direction in (plane.u, plane.v):
        for W, b in layers:
            parts = []
            for values in (direction, run.parameters):
                columns = values[W.offset : W.offset + W.size].reshape(W.shape)
                biases = values[b.offset : b.offset + b.size]
                parts.append(np.sqrt((columns**2).sum(axis=0) + biases**2))
            np.testing.assert_allclose(*parts, rtol=1e-13)
    assert abs(plane.u @ plane.v) < 0.5 * np.linalg.norm(plane.u) * np.linalg.norm(plane.v)
    assert plane.explained is None


def test_a_random_direction_is_random_within_a_neuron(run):
    # Scaling keeps the direction: within a neuron the draw is that of the seeded generator.
    plane = random_plane(run.program, run.parameters, seed=3)
    drawn = np.random.default_rng(3).normal(size=(2, run.network.parameters))
    for own in neuron_indices(run.program):
        cosine = plane.v[own] @ drawn[1][own] / np.linalg.norm(plane.v[own]) / np.linalg.norm(drawn[1][own])
        assert cosine == pytest.approx(1, abs=1e-12)


def test_a_seed_decides_the_directions(run):
    one, same, other = (random_plane(run.program, run.parameters, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.u, same.u)
    assert not np.allclose(one.u, other.u)


def test_every_parameter_belongs_to_one_neuron(run):
    neurons = neuron_indices(run.program)
    assert len(neurons) == 5 + 4 + 1
    np.testing.assert_array_equal(np.sort(np.concatenate(neurons)), np.arange(run.network.parameters))
    # The second neuron of the first layer: two weights, five apart, and its bias after all ten weights.
    np.testing.assert_array_equal(neurons[1], [1, 6, 11])


def test_parameters_without_a_size_or_a_loss(run):
    with pytest.raises(LandscapeError, match="All weights and biases are zero"):
        random_plane(run.program, np.zeros(run.network.parameters), 0)
    broken = run.parameters.copy()
    broken[3] = np.nan
    with pytest.raises(LandscapeError, match="infinite or not a number"):
        random_plane(run.program, broken, 0)
    with pytest.raises(LandscapeError, match="infinite or not a number"):
        path_plane(broken, [run.parameters] * 5)


def test_principal_directions_of_a_worked_path():
    # A cross around the end point: along the first axis ±2, along the third ±1. Its variances are 8 to 2.
    end = np.array([5.0, -1, 3, 7])
    x, y = np.array([1.0, 0, 0, 0]), np.array([0.0, 0, 1, 0])
    plane = path_plane(end, [end - 2 * x, end + y, end + 2 * x, end - y])
    np.testing.assert_allclose(plane.explained, (0.8, 0.2), rtol=1e-13)
    # The path starts at a positive first coordinate.
    np.testing.assert_allclose(plane.u, -x, atol=1e-14)
    np.testing.assert_allclose(np.abs(plane.v), y, atol=1e-14)
    assert plane.project(end - 2 * x) == pytest.approx((2, 0), abs=1e-13)
    # Beside the plane lies the same point as on it.
    assert plane.project(end + 1.5 * x + np.array([0, 9, 0, -9])) == pytest.approx((-1.5, 0), abs=1e-12)


def test_principal_directions_are_those_of_the_covariance(run):
    path = [parameters for _, parameters in sample_past(run, 30)]
    assert len(path) > 5
    plane = path_plane(run.parameters, path)
    points = np.array([*path, run.parameters])
    values, vectors = np.linalg.eigh(np.cov(points.T))
    np.testing.assert_allclose(plane.explained, values[[-1, -2]] / values.sum(), rtol=1e-9)
    for direction, vector in ((plane.u, vectors[:, -1]), (plane.v, vectors[:, -2])):
        assert abs(direction @ vector) == pytest.approx(1, abs=1e-9)
    s = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(plane.explained, (s**2 / (s**2).sum())[:2], rtol=1e-12)


def test_the_whole_path_fits(run):
    path = [parameters for _, parameters in sample_past(run, 30)]
    shown = survey(run, path_plane(run.parameters, path), path=path, size=9).landscape()
    for axis, coordinates in ((shown.axis_u, shown.path[:, 0]), (shown.axis_v, shown.path[:, 1])):
        assert axis[0] < coordinates.min()
        assert coordinates.max() < axis[-1]
        assert 0 in axis
    np.testing.assert_allclose(
        shown.path[:, 0], [(parameters - run.parameters) @ shown.u for parameters in path], atol=1e-12
    )


def test_a_path_needs_three_points(run):
    p, q = run.parameters.copy(), run.parameters + 1
    with pytest.raises(LandscapeError, match="has 1 known point so far"):
        path_plane(p, [p, p])
    with pytest.raises(LandscapeError, match="has 2 known points so far"):
        path_plane(p, [q, q, p, np.full_like(p, np.nan)])


def test_a_straight_path_has_a_plane_with_some_width(run):
    p = run.parameters.copy()
    plane = path_plane(p, [p + k * np.ones_like(p) for k in (3, 2, 1)])
    assert plane.explained == pytest.approx((1, 0), abs=1e-12)
    assert plane.high[1] - plane.low[1] == pytest.approx((plane.high[0] - plane.low[0]) / 1.3 / 4)


def test_projecting_is_the_inverse_of_going_there(run):
    plane = random_plane(run.program, run.parameters, 0)
    assert plane.project(plane.point(0.3, -0.7)) == pytest.approx((0.3, -0.7), abs=1e-12)
    assert plane.project(run.parameters) == pytest.approx((0, 0), abs=1e-13)
    assert np.isnan(plane.project(np.full(run.network.parameters, np.inf))).all()


@pytest.mark.parametrize("kind", ["random", "path"])
def test_each_point_has_the_loss_of_its_parameters(run, kind):
    past = [parameters for _, parameters in sample_past(run, 12)]
    center = run.parameters.copy()
    plane = random_plane(run.program, center, 5) if kind == "random" else path_plane(center, past)
    shown = survey(run, plane, path=past).landscape()
    assert shown.loss.shape == (31, 31)
    i, j = (int(np.flatnonzero(axis == 0)[0]) for axis in (shown.axis_v, shown.axis_u))
    assert shown.loss[i, j] == run.scores()[0].loss
    for row, column in ((0, 0), (30, 2), (7, 19)):
        moved = center + shown.axis_u[column] * shown.u + shown.axis_v[row] * shown.v
        assert shown.loss[row, column] == pytest.approx(loss_of(run, moved), rel=1e-12)
    for k in (0, 4, -1):
        assert shown.path_loss_real[k] == pytest.approx(loss_of(run, past[k]), rel=1e-12)
        projected = center + shown.path[k, 0] * shown.u + shown.path[k, 1] * shown.v
        assert shown.path_loss_surface[k] == pytest.approx(loss_of(run, projected), rel=1e-12)
    # The start lies off the plane, and so the plane shows another loss there.
    assert abs(shown.path_loss_real[0] - shown.path_loss_surface[0]) > 1e-6
    if kind == "random":
        assert (shown.axis_u[0], shown.axis_u[-1]) == (-1, 1)


def test_a_path_in_the_plane_is_shown_truly(run):
    plane = random_plane(run.program, run.parameters, 0)
    path = [plane.point(a, b) for a, b in ((1, 0.5), (0.2, 0.1), (-0.4, 0))]
    shown = survey(run, plane, path=path, size=5).landscape()
    np.testing.assert_allclose(shown.path_loss_real, shown.path_loss_surface, rtol=1e-9)


def test_piece_by_piece_gives_the_same(run):
    plane = random_plane(run.program, run.parameters, 0)
    job, path = survey(run, plane, path=[run.parameters], size=5), []
    while not job.work(seconds=0):
        path.append(job.progress)
    # Without time one point is computed at a time: 25 of the grid and two of the path.
    np.testing.assert_allclose(path, np.arange(1, 27) / 27)
    assert job.progress == 1
    np.testing.assert_array_equal(job.landscape().loss, survey(run, plane, size=5).landscape().loss)


@pytest.mark.parametrize("size", [2, 62])
def test_limits(run, size):
    with pytest.raises(ValueError, match=f"3 to 61 points along each axis, got {size}"):
        survey(run, Plane(run.parameters, run.parameters, run.parameters), size=size)


@pytest.mark.parametrize("size", [3, 30, 31, 61])
@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-4.1, 26.8), (-0.001, 7), (-30, 0.5), (-3, 3)])
def test_an_axis_meets_zero_and_covers_its_range(low, high, size):
    axis = grid_axis(low, high, size)
    assert len(axis) == size
    assert 0 in axis
    assert axis[0] <= low * (1 - 1e-12)
    assert axis[-1] >= high * (1 - 1e-12)
    np.testing.assert_allclose(np.diff(axis), axis[1] - axis[0], rtol=1e-9)
    assert axis[-1] - axis[0] <= (high - low) * (size - 1) / (size - 2) * (1 + 1e-12)
