"""The loss of real networks as a surface: against formulas written down again, and against real trainings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from engine.arena import Arena
from engine.backend import CompiledBackend, compiled_backend
from engine.checks import SpecError
from engine.descent import (
    REAL_LOSSES,
    SURFACES,
    DescentRun,
    DescentSpec,
    Race,
    RaceSpec,
    basins,
    fan,
    own_surface,
    search_minima,
    stability,
    true_path,
    weight_names,
)
from engine.descent.real_loss import network_surface, real_passes
from engine.experiment import Grain, Position
from engine.loop import Loop
from engine.optimizers import OPTIMIZERS, get_optimizer
from engine.training import TrainingRun

EACH = pytest.mark.parametrize("network", REAL_LOSSES)
# Hidden neurons of each network; one sigmoid neuron with cross-entropy, the others with half the squared error.
HIDDEN = {"linreg": 0, "line": 0, "gauss": 0, "xor": 2, "curve": 3}


def surface_of(network, free=False, **settings):
    return DescentSpec("network", network=network, free=free, **settings).landscape


def loss(network, parameters):
    """J of points [n, P], written down independently: [n]."""
    data, hidden = REAL_LOSSES[network].make().data, HIDDEN[network]
    x, y = data.inputs, data.targets[:, 0]
    inputs, count = x.shape[1], len(parameters)
    if not hidden:
        answer = np.einsum("ni,ki->kn", x, parameters[:, :inputs]) + parameters[:, inputs:]
    else:
        W1, rest = parameters[:, : inputs * hidden].reshape(count, inputs, hidden), parameters[:, inputs * hidden :]
        b1, W2, b2 = rest[:, None, :hidden], rest[:, None, hidden : 2 * hidden], rest[:, 2 * hidden :]
        answer = (np.tanh(np.einsum("ni,kij->knj", x, W1) + b1) * W2).sum(axis=2) + b2
    if network == "xor":
        answer = np.tanh(answer)
    if network == "gauss":
        # -log p where y is 1, -log (1-p) where it is 0.
        return np.logaddexp(0, np.where(y == 1, -answer, answer)).mean(axis=1)
    return ((answer - y) ** 2).mean(axis=1) / 2


class InOrder(CompiledBackend):
    """Takes the examples as they lie."""

    def shuffle(self, order, seed, epoch):
        order[:] = np.arange(len(order))


def trained(network, optimizer, rate, updates, backend=None):
    """Return the weights after 0…updates updates of a real training on the whole set, and its loss."""
    about, backend = REAL_LOSSES[network], backend or compiled_backend()
    if about.training is not None:
        run = TrainingRun(about.training.with_(optimizer=optimizer, learning_rate=rate), backend=backend)
        path, losses = [run.parameters.copy()], [run.scores()[0].loss]
        for _ in range(updates):
            run.step("epoch")
            path.append(run.parameters.copy())
            losses.append(run.scores()[0].loss)
        return np.array(path), np.array(losses)
    made = about.make()
    net = replace(made.network, optimizer=get_optimizer(optimizer, rate))
    loop = Loop(net.record(len(made.data.inputs)), made.data, len(made.data.inputs), 5, backend)
    net.initialize(loop.program, loop.memory, np.random.default_rng(9))
    weights = loop.memory.arena(Arena.PARAMETERS)
    weights[:] = made.start
    path = [weights.copy()]
    for _ in range(updates):
        loop.run_to(loop.boundary(Grain.EPOCH))
        path.append(weights.copy())
    return np.array(path), loss(network, np.array(path))


@EACH
def test_values_and_gradients_are_those_of_the_formula(network, rng):
    surface = surface_of(network, free=True)
    count = surface.dimensions
    points = rng.uniform(-1.5, 1.5, size=(20, count))
    np.testing.assert_allclose(surface.value(*points.T), loss(network, points), rtol=1e-11, atol=1e-13)
    gradient = np.stack(surface.gradient(*points.T), axis=-1)
    h = 1e-5
    for place in range(count):
        step = h * (np.arange(count) == place)
        slope = (loss(network, points + step) - loss(network, points - step)) / (2 * h)
        np.testing.assert_allclose(gradient[:, place], slope, rtol=1e-6, atol=1e-8)
    # Any shape of points.
    shaped = surface.value(*np.moveaxis(points.reshape(4, 5, count), -1, 0))
    np.testing.assert_array_equal(shaped, surface.value(*points.T).reshape(4, 5))
    assert float(surface.value(*points[3])) == float(surface.value(*points.T)[3])


@EACH
def test_gradients_are_those_of_pytorch(network, rng, torch):
    passes, data, hidden = real_passes(network), REAL_LOSSES[network].make().data, HIDDEN[network]
    x, y = torch.tensor(data.inputs), torch.tensor(data.targets)
    inputs = x.shape[1]
    for point in rng.normal(size=(5, passes.parameters)):
        w = torch.tensor(point, requires_grad=True)
        if hidden:
            sizes = (inputs * hidden, hidden, hidden, 1)
            W1, b1, W2, b2 = torch.split(w, sizes)
            answer = torch.tanh(x @ W1.reshape(inputs, hidden) + b1) @ W2.reshape(hidden, 1) + b2
        else:
            answer = x @ w[:inputs, None] + w[inputs]
        answer = torch.tanh(answer) if network == "xor" else answer
        if network == "gauss":
            cost = torch.nn.functional.binary_cross_entropy_with_logits(answer, y)
        else:
            cost = ((answer - y) ** 2).mean() / 2
        cost.backward()
        assert passes.values(point[None])[0] == pytest.approx(float(cost.detach()), rel=1e-12)
        np.testing.assert_allclose(passes.gradients(point[None])[0], w.grad.numpy(), rtol=1e-11, atol=1e-13)


def test_the_lectures_neuron():
    """The golden row linreg: f = 3, J = 2, gradient (-2, -4) and -2; with the rate 0.1 then J = 0.32."""
    run = DescentRun(DescentSpec("network", network="linreg", free=True, learning_rate=0.1))
    frame = run.frame()
    assert (frame.point.tolist(), frame.value) == ([1, 1, 0], 2)
    run.step("epoch")
    frame = run.frame()
    assert frame.gradient.tolist() == [-2, -4, -2]
    assert frame.point.tolist() == pytest.approx([1.2, 1.4, 0.2], abs=1e-12)
    assert frame.value == pytest.approx(0.32, abs=1e-12)
    assert run.surface.names == ("w1", "w2", "b")
    over_two = DescentRun(DescentSpec("network", network="linreg", learning_rate=0.1))
    over_two.step("epoch")
    assert over_two.frame().gradient.tolist() == [-2, -4]
    # Without the bias f is 1.2 + 2.8.
    assert over_two.frame().value == pytest.approx(0.5, abs=1e-12)


@pytest.mark.concept("C091")
def test_one_step_is_the_formula():
    for network in REAL_LOSSES:
        run = DescentRun(DescentSpec("network", network=network, free=True, learning_rate=0.3))
        run.step("epoch")
        start, h = np.array(run.spec.start), 1e-5
        slopes = [
            (loss(network, (start + h * unit)[None])[0] - loss(network, (start - h * unit)[None])[0]) / (2 * h)
            for unit in np.eye(len(start))
        ]
        np.testing.assert_allclose(run.frame().point, start - 0.3 * np.array(slopes), atol=1e-9)
        np.testing.assert_allclose(run.frame().point, start - 0.3 * run.frame().gradient, atol=1e-12)


@EACH
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_descent_of_all_weights_is_the_real_training(network, optimizer):
    rate = REAL_LOSSES[network].rates.get(optimizer, 0.02)
    spec = DescentSpec("network", network=network, free=True, optimizer=optimizer, learning_rate=rate, steps=100)
    run = DescentRun(spec)
    run.seek(run.end)
    path, _ = trained(network, optimizer, rate, 100, InOrder())
    assert np.abs(path[-1] - path[0]).max() > 1e-3
    np.testing.assert_allclose(run.frame().path, path, rtol=0, atol=1e-12)


@EACH
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adagrad"])
def test_it_is_so_in_whatever_order_the_examples_come(network, optimizer):
    """A sum in another order is rounded otherwise, which RMSprop's jumps around a minimum make large."""
    spec = DescentSpec("network", network=network, free=True, optimizer=optimizer, learning_rate=0.02, steps=100)
    run = DescentRun(spec)
    run.seek(run.end)
    np.testing.assert_allclose(run.frame().path, trained(network, optimizer, 0.02, 100)[0], rtol=0, atol=1e-12)


@EACH
def test_the_true_path_is_that_of_the_real_training(network):
    spec = DescentSpec("network", network=network, optimizer="adam", learning_rate=0.05, steps=60)
    path, losses = trained(network, "adam", 0.05, 60)
    told = true_path(spec)
    assert told.shape == (61, 3)
    np.testing.assert_allclose(told[:, :2], path[:, list(spec.weights)], rtol=0, atol=1e-12)
    np.testing.assert_allclose(told[:, 2], losses, rtol=0, atol=1e-12)
    if network != "line":
        # With the others fixed the two go elsewhere: the line has no others.
        run = DescentRun(spec)
        run.seek(run.end)
        assert np.abs(run.frame().path - told[:, :2]).max() > 1e-2
    moved = spec.with_(start=tuple(each + 0.25 for each in spec.start))
    free = DescentRun(moved.with_(free=True))
    free.seek(free.end)
    assert true_path(moved)[:, :2].tobytes() == free.frame().path[:, list(spec.weights)].tobytes()
    assert true_path(moved)[0, :2].tolist() == list(moved.start)


def test_there_is_no_training_beside_a_formula():
    with pytest.raises(SpecError, match="Ravine is no loss of a network: there is no training beside it"):
        true_path(DescentSpec("ravine"))


@EACH
def test_over_two_weights_the_others_stay(network, rng):
    about, passes = REAL_LOSSES[network], real_passes(network)
    for weights in {about.weights, (passes.parameters - 1, 0)}:
        for updates in (0, 30):
            surface = surface_of(network, weights=weights, trained=updates)
            base = passes.trained(updates)
            base[list(weights)] = passes.start[list(weights)]
            assert surface.start == tuple(base[list(weights)].tolist())
            assert surface.names == tuple(passes.names[place] for place in weights)
            assert (surface.dimensions, surface.shown) == (2, None)
            points = rng.uniform(-1, 1, size=(7, 2))
            whole = np.tile(base, (7, 1))
            whole[:, list(weights)] = points
            np.testing.assert_allclose(surface.value(*points.T), loss(network, whole), rtol=1e-11, atol=1e-13)


@EACH
def test_other_weights_are_where_training_led_them(network):
    path, _ = trained(network, "sgd", REAL_LOSSES[network].make().network.optimizer.learning_rate, 40)
    np.testing.assert_allclose(real_passes(network).trained(40), path[40], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(real_passes(network).trained(0), path[0])


@EACH
def test_a_slice_is_the_surface_with_the_others_fixed(network, rng):
    whole = surface_of(network, free=True, weights=(1, 0))
    point = rng.uniform(-1, 1, size=whole.dimensions)
    cut = whole.slice(point)
    assert (cut.names, cut.extent) == (whole.names[1::-1], whole.extent[1::-1])
    assert cut.start == (point[1], point[0])
    assert cut.slice((0.0, 0.0)) is cut
    at, h = rng.uniform(-1, 1, size=(2, 6)), 1e-5

    def value(first, second):
        points = np.tile(point, (6, 1))
        points[:, 1], points[:, 0] = first, second
        return loss(network, points)

    np.testing.assert_allclose(cut.value(*at), value(*at), rtol=1e-11, atol=1e-13)
    slopes = cut.gradient(*at)
    assert len(slopes) == 2
    np.testing.assert_allclose(slopes[0], (value(at[0] + h, at[1]) - value(at[0] - h, at[1])) / (2 * h), atol=1e-8)
    np.testing.assert_allclose(slopes[1], (value(at[0], at[1] + h) - value(at[0], at[1] - h)) / (2 * h), atol=1e-8)
    assert cut.value(np.zeros((3, 1)), np.zeros(4)).shape == (3, 4)
    with pytest.raises(ValueError, match=rf"is cut through a point of {whole.dimensions} numbers, got \(1,\)"):
        whole.slice((1.0,))


def test_ordinary_surfaces_are_their_own_slices():
    for surface in (*SURFACES.values(), own_surface("x^2 + y^2")):
        assert surface.shown is None
        assert surface.slice(surface.start) is surface


@pytest.mark.concept("C090")
def test_the_best_line_is_the_closed_forms():
    data = REAL_LOSSES["line"].make().data
    X = np.column_stack([data.inputs, np.ones(3)])
    best = np.linalg.inv(X.T @ X) @ X.T @ data.targets[:, 0]
    assert best == pytest.approx([1 / 2, 2 / 3])
    for free in (False, True):
        surface = surface_of("line", free)
        (minimum,) = surface.minima
        np.testing.assert_allclose(minimum, best, atol=1e-12)
        # The first-order test, which suffices here: both directions bend upwards.
        assert np.abs(surface.gradient(*minimum)).max() < 1e-12
        assert stability(surface, minimum, 0.2).stable
    run = DescentRun(DescentSpec("network", network="line", steps=2000))
    run.seek(run.end)
    np.testing.assert_allclose(run.frame().point, best, atol=1e-6)


@pytest.mark.concept("C097")
def test_a_single_layer_has_one_end_from_every_start():
    surface = surface_of("gauss", free=True)
    (minimum,) = surface.minima
    data = REAL_LOSSES["gauss"].make().data
    X, y = np.column_stack([data.inputs, np.ones(len(data.inputs))]), data.targets[:, 0]
    w = np.zeros(3)
    for _ in range(30):  # iteratively reweighted least squares
        p = 1 / (1 + np.exp(-X @ w))
        w -= np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    np.testing.assert_allclose(minimum, w, atol=1e-9)
    for start in ((-0.9, -0.9), (1.4, -0.9), (-0.9, 1.4), (1.4, 1.4)):
        spec = DescentSpec("network", network="gauss", free=True, start=start, optimizer="momentum", steps=3000)
        run = DescentRun(spec)
        run.seek(run.end)
        np.testing.assert_allclose(run.frame().point, w, atol=1e-6)


def test_minima_that_are_told():
    # Along w1 + 2 w2 = 5 the neuron is right: a valley has no minimum of its own, and descent is not stable there.
    assert (surface_of("linreg").minima, surface_of("linreg", True).minima) == ((), ())
    assert not stability(surface_of("linreg"), (1.0, 2.0), 0.1).stable
    assert stability(surface_of("linreg"), (1.0, 2.0), 0.1).curvature == pytest.approx(5)
    for network in ("gauss", "curve"):
        surface = surface_of(network)
        assert surface.minima
        for minimum in surface.minima:
            assert np.abs(surface.gradient(*minimum)).max() < 1e-9
            around = np.array(minimum)[:, None] + 0.01 * np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
            assert (surface.value(*around) > surface.value(*minimum)).all()
    # Newton's steps alone go far astray from here: where the sigmoid is nearly flat.
    whole = surface_of("gauss", True)
    found = search_minima(replace(whole, start=(1.5, -1.0, 8.0)))
    np.testing.assert_allclose(found, whole.minima, atol=1e-9)
    # Hidden neurons can change places: none is told of.
    assert (surface_of("xor", True).minima, surface_of("curve", True).minima) == ((), ())
    assert search_minima(surface_of("xor", True)) == ()


@EACH
def test_what_is_told_of_a_real_loss(network):
    about, passes = REAL_LOSSES[network], real_passes(network)
    assert (about.key, about.about[-1]) == (network, ".")
    assert len(set(passes.names)) == len(passes.names) == len(passes.tex) == passes.parameters
    for free in (False, True):
        surface = surface_of(network, free)
        assert surface.title == about.title
        assert surface.tex.startswith("J(")
        assert all(low < each < high for each, (low, high) in zip(surface.start, surface.extent, strict=True))
        for name in OPTIMIZERS:
            run = DescentRun(DescentSpec("network", network=network, free=free, optimizer=name, steps=300))
            run.seek(run.end)
            # The rates suit.
            assert run.frame().value < 0.8 * float(surface.value(*surface.start)), (free, name)


def test_names_are_those_of_the_networks_page():
    assert weight_names("xor") == (
        "W1 x1→1", "W1 x1→2", "W1 x2→1", "W1 x2→2", "b1 1", "b1 2", "W2 1→ŷ", "W2 2→ŷ", "b2 ŷ",
    )  # fmt: skip
    assert real_passes("xor").tex[1:5:2] == ("W^{(1)}_{12}", "W^{(1)}_{22}")
    assert surface_of("line").tex.startswith(r"J(w, b) = ")
    assert surface_of("xor", weights=(0, 8)).tex.startswith(r"J(W^{(1)}_{11}, b^{(2)}_{1}) = ")


@EACH
def test_a_grid_of_values_is_quick(network):
    surface = surface_of(network)
    axes = np.meshgrid(*(np.linspace(*extent, 121) for extent in surface.extent))
    times = []
    for _ in range(5):
        start = process_time()
        values = surface.value(*axes)
        times.append(process_time() - start)
    assert values.shape == (121, 121)
    assert min(times) < 0.3


def test_threads_do_not_meet():
    surface = surface_of("curve", True)
    points = np.random.default_rng(0).normal(size=(4, surface.dimensions, 2000))
    alone = [np.array([surface.value(*each), *surface.gradient(*each)]) for each in points]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda each: np.array([surface.value(*each), *surface.gradient(*each)]), points)
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


XOR = DescentSpec("network", network="xor", weights=(0, 6), free=True, steps=200)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_back_are_bit_identical(optimizer, backend):
    run = DescentRun(XOR.with_(optimizer=optimizer, noise=0.1), backend=backend)
    assert run.frame().point.shape == (9,)
    seen = []
    for _ in range(30):
        seen.append((run.position, run.frame().point.tobytes(), run.frame().gradient.tobytes()))
        run.step("op")
    run.step("epoch", 150)
    for position, point, gradient in reversed(seen):
        run.seek(position)
        assert (run.frame().point.tobytes(), run.frame().gradient.tobytes()) == (point, gradient)


def test_the_two_weights_that_are_seen_can_be_set_alone():
    run = DescentRun(XOR)
    run.step("epoch", 20)
    before = run.frame().point
    run.set_point((0.5, -0.25))
    after = run.frame().point
    assert (after[0], after[6]) == (0.5, -0.25)
    np.testing.assert_array_equal(np.delete(after, [0, 6]), np.delete(before, [0, 6]))
    with pytest.raises(SpecError, match=r"The point, W2 1→ŷ, is a number from -4 to 4, got 5"):
        run.set_point((0.5, 5))
    with pytest.raises(SpecError, match="a point here has 9 numbers, got 3"):
        run.set_point((0.5, 1, 2))
    run.set_start((1.5, -1.5))
    assert run.position == Position()
    begun = np.array(XOR.start)
    begun[[0, 6]] = 1.5, -1.5
    assert run.frame().point.tolist() == begun.tolist()
    assert run.spec.start == tuple(begun.tolist())
    assert run.spec.shown_start == (1.5, -1.5)
    run.set_start(tuple(np.linspace(-1, 1, 9)))
    assert run.frame().point.tolist() == pytest.approx(np.linspace(-1, 1, 9))
    # Weights that no view shows may be far away.
    run.set_point((0.0, *np.linspace(-50, 50, 8)[:5], 0.0, *np.linspace(-50, 50, 8)[6:]))
    assert run.frame().point[1] == -50
    assert len(run.branches) == 2


def test_a_race_and_a_fan_among_nine_weights():
    race = Race(RaceSpec.of(XOR, ("sgd", "adam")))
    race.seek(race.end)
    for key in race.keys:
        alone = DescentRun(XOR.with_(optimizer=key))
        alone.seek(alone.end)
        assert race.frame().racers[key].path.tobytes() == alone.frame().path.tobytes()
    race.set_start((1.0, 1.0))
    assert race["w_sgd"].tolist() == race["w_adam"].tolist()
    assert race.spec.racers[0].shown_start == (1.0, 1.0)
    single = DescentRun(XOR.with_(optimizer="adam"))
    single.step("epoch", 10)
    outlooks = {each.optimizer: each for each in fan(single.frame())}
    single.step("epoch")
    assert outlooks["adam"].point.tobytes() == single.frame().point.tobytes()
    assert outlooks["adam"].value == single.frame().value


def test_basins_on_a_real_loss():
    spec = DescentSpec("network", network="curve", optimizer="momentum", steps=300)
    found = basins(spec, 15)
    assert set(np.unique(found.reached)) == {-1, 0, 1}
    for row, column in ((3, 4), (10, 2), (14, 14)):
        run = DescentRun(spec.with_(start=(found.axes[0][column], found.axes[1][row])))
        run.seek(run.end)
        np.testing.assert_allclose(found.points[row, column], run.frame().point, rtol=0, atol=1e-12)
    with pytest.raises(SpecError, match="Exclusive or has no known minimum, so there is no basin to show"):
        basins(XOR)


def test_basins_of_all_weights_begin_where_the_others_stand():
    spec = DescentSpec(
        "network", network="gauss", free=True, weights=(0, 2), optimizer="nadam", start=(0, 0.7, 0), steps=200
    )
    found = basins(spec, 5)
    assert found.points.shape == (5, 5, 3)
    assert [axis[[0, -1]].tolist() for axis in found.axes] == [[-1.0, 1.5], [-1.0, 1.5]]
    run = DescentRun(spec.with_(start=(found.axes[0][3], 0.7, found.axes[1][1])))
    run.seek(run.end)
    np.testing.assert_allclose(found.points[1, 3], run.frame().point, rtol=0, atol=1e-12)
    assert (found.reached == 0).any()


SPECS = [
    DescentSpec("network", network="linreg"),
    DescentSpec("network", network="xor", weights=(2, 7), trained=100, optimizer="adam", start=(1, -1)),
    DescentSpec("network", network="curve", weights=[8, 1], free=True, noise=0.1),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.network)
def test_json_there_and_back(spec):
    assert DescentSpec.from_json(spec.to_json()) == spec
    assert RaceSpec.from_json(RaceSpec.of(spec).to_json()) == RaceSpec.of(spec)
    assert hash(DescentSpec.from_json(spec.to_json())) == hash(spec)


def test_what_belongs_to_networks_is_dropped_elsewhere():
    assert DescentSpec("ravine", network="xor", weights=(1, 2), free=True, trained=5) == DescentSpec("ravine")
    assert SPECS[2].with_(surface="khan") == DescentSpec("khan", noise=0.1)
    own = SPECS[2].with_(surface="own", formula="x*y")
    assert (own.dimensions, own.network, own.weights) == (2, "", ())
    assert DescentSpec("ravine").with_(surface="network", network="line").weights == (0, 1)


def test_what_no_longer_fits_is_left_open():
    spec = SPECS[1]
    assert (spec.dimensions, spec.start) == (2, (1.0, -1.0))
    free = spec.with_(free=True)
    assert (free.dimensions, free.shown_start) == (9, (1.0, -1.0))
    others = np.delete(np.array(free.start), [2, 7])
    np.testing.assert_array_equal(others, np.delete(real_passes("xor").trained(100), [2, 7]))
    assert free.with_(free=False) == spec
    assert spec.with_(weights=(0, 1)).start == tuple(real_passes("xor").start[:2].tolist())
    assert spec.with_(trained=0).start == tuple(real_passes("xor").start[[2, 7]].tolist())
    other = spec.with_(network="gauss")
    assert (other.weights, other.start, other.learning_rate) == ((0, 1), (0.0, 0.0), 0.05)
    assert spec.with_(optimizer="sgd").start == spec.start
    assert network_surface("xor", (2, 7), False, 100) is spec.landscape


@pytest.mark.parametrize(
    ("settings", "field", "message"),
    [
        ({}, "network", "Network: unknown choice '': choose one of linreg"),
        ({"network": "xo"}, "network", "unknown choice 'xo': .*did you mean xor"),
        ({"network": "xor", "weights": (0, 0)}, "weights", r"two different numbers from 0 to 8, got \[0, 0\]"),
        ({"network": "xor", "weights": "0, 9"}, "weights", r"two different numbers from 0 to 8, got \[0, 9\]"),
        ({"network": "xor", "weights": (0, 1, 2)}, "weights", "are two numbers, such as 0, 1; got"),
        ({"network": "xor", "weights": 3}, "weights", "are two numbers, such as 0, 1; got 3"),
        ({"network": "xor", "weights": (-1, 0)}, "weights", "A weight to look at is a whole number from 0"),
        ({"network": "xor", "trained": 2001}, "trained", "Updates of training before is a whole number from"),
        ({"network": "xor", "free": "some"}, "free", "All weights descend is on or off"),
        ({"network": "xor", "start": (5, 0)}, "start", "The start, W1 x1→1, is a number from -4 to 4, got 5"),
        ({"network": "xor", "start": (1, 2, 3)}, "start", "a number for each of W1 x1→1, W1 x1→2, got"),
        ({"network": "xor", "free": True, "start": (1, 2, 3)}, "start", "a number for each of W1 x1→1, "),
        ({"network": "xor", "free": True, "start": (0, 9)}, "start", "The start, W1 x1→2, is a number from -4 to 4"),
    ],
)
def test_what_is_not_allowed_is_said(settings, field, message):
    with pytest.raises(SpecError, match=message) as raised:
        DescentSpec.from_dict({"surface": "network", **settings})
    assert raised.value.field == field
