"""A pass through a stack: stepping, seeking, what a frame shows, and the gradients of PyTorch."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.experiment import Grain, Position
from engine.flow import END, FlowRun, FlowSpec, flow_table, gradient_norms
from engine.program import Phase
from engine.spec import HIDDEN_ACTIVATIONS

SPECS = [
    FlowSpec(depth=4, width=8, batch=3, activation=activation, skip=skip)
    for activation in ("sigmoid", "relu", "identity")
    for skip in (False, True)
]


def finished(spec, **settings):
    run = FlowRun(spec, **settings)
    run.seek(END)
    return run


def length(values):
    return float(np.sqrt((np.asarray(values) ** 2).sum()))


class Twin:
    """The same stack on the same noise in PyTorch: what each layer hands on, z, slopes and gradients."""

    def __init__(self, torch, run, spec):
        function = {
            "identity": lambda z: 1 * z,
            "tanh": torch.tanh,
            "sigmoid": torch.sigmoid,
            "relu": torch.relu,
            "gaussian": lambda z: torch.exp(-(z**2)),
            "elu": torch.nn.functional.elu,
            "leaky_relu": torch.nn.functional.leaky_relu,
            "selu": torch.selu,
            "swish": torch.nn.functional.silu,
            "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
            "softplus": lambda z: torch.nn.functional.softplus(z, threshold=40),
            "sine": torch.sin,
            "step": lambda z: (z > 0).double() + 0 * z,
        }[spec.activation]
        x = torch.tensor(run["x"].copy())
        self.outputs, self.sums, self.weights, self.slopes = [], [], [], []
        for n in range(1, spec.depth + 1):
            W = torch.tensor(run[f"W{n}"].copy(), requires_grad=True)
            z = x @ W + torch.tensor(run[f"b{n}"].copy())
            a = function(z)
            x = a + x if spec.skip else a
            for tensor in (z, x):
                tensor.retain_grad()
            alone = z.detach().requires_grad_()
            self.slopes.append(torch.autograd.grad(function(alone).sum(), alone)[0].numpy())
            self.outputs.append(x)
            self.sums.append(z)
            self.weights.append(W)
        (torch.tensor(run["upstream"].copy()) * x).sum().backward()


@pytest.mark.peer
@pytest.mark.parametrize("skip", [False, True], ids=["plain", "skip"])
@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_every_layer_agrees_with_pytorch(torch, backend, activation, skip):
    spec = FlowSpec(depth=6, width=12, batch=5, activation=activation, skip=skip, seed=3)
    run = finished(spec, backend=backend)
    frame, twin = run.frame(), Twin(torch, run, spec)
    close = {"rel": 1e-10, "abs": 1e-13}
    for n, layer in enumerate(frame.layers, 1):
        W, z, output = twin.weights[n - 1].grad, twin.sums[n - 1].grad, twin.outputs[n - 1]
        np.testing.assert_allclose(frame[f"dW{n}"], W.numpy(), rtol=1e-10, atol=1e-13)
        assert layer.gradient == pytest.approx(length(W), **close)
        assert layer.delta == pytest.approx(length(z), **close)
        assert layer.upstream == pytest.approx(length(output.grad), **close)
        values = output.detach().numpy()
        assert layer.mean == pytest.approx(values.mean(), **close)
        assert layer.rms == pytest.approx(np.sqrt((values**2).mean()), **close)
        assert layer.slope == pytest.approx(np.abs(twin.slopes[n - 1]).mean(), **close)
        if n < spec.depth and activation != "step":
            assert layer.factor == pytest.approx(length(z) / length(twin.sums[n].grad), rel=1e-10)
    if activation != "step":
        first, last = (length(twin.weights[n].grad) for n in (0, -1))
        assert frame.ratio == pytest.approx(first / last, rel=1e-10)


def test_the_factors_multiply_to_the_whole_way():
    for spec in (FlowSpec(depth=20), FlowSpec(depth=20, skip=True), FlowSpec(activation="tanh", scale=3.0)):
        layers = finished(spec).frame().layers
        product = np.prod([layer.factor for layer in layers[:-1]])
        assert product == pytest.approx(layers[0].delta / layers[-1].delta, rel=1e-12)
        assert layers[-1].factor is None


def test_what_is_cut_off_has_no_ratio_and_no_factor():
    for changes in ({"activation": "step"}, {"initializer": "zeros"}):
        frame = finished(FlowSpec(depth=3, **changes)).frame()
        assert frame.layers[0].gradient == 0
        assert frame.layers[0].factor is None
    assert finished(FlowSpec(depth=3, activation="step")).frame().ratio is None


def test_saturated_and_dead_are_counted():
    spec = FlowSpec(depth=3, activation="tanh", scale=5.0)
    frame = finished(spec).frame()
    # tanh z > 0.97 where z > 2.0923; sigmoid z < 0.03 where z < -3.4761.
    assert frame.layers[1].saturated == pytest.approx((np.abs(frame["z2"]) > 2.0922957).mean())
    assert frame.layers[1].dead is None
    frame = finished(spec.with_(activation="sigmoid")).frame()
    assert frame.layers[1].saturated == pytest.approx((np.abs(frame["z2"]) > 3.4760987).mean())
    frame = finished(spec.with_(activation="relu", skip=True)).frame()
    dead = (frame["z2"] <= 0).all(axis=0).mean()
    assert frame.layers[1].dead == pytest.approx(dead)
    assert 0 < dead < 1
    assert frame.layers[1].saturated is None


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_the_largest_numbers_that_can_be_asked_for_are_numbers(backend, activation, skip):
    """Weights of 50 in 20 layers of 64 units: a signal of about (64 · 50)²⁰ = 1e70, with squares of 1e140."""
    for initializer in ("constant", "he_normal"):
        spec = FlowSpec(20, 64, activation, initializer, 100.0, skip, 8)
        run = finished(spec, backend=backend)
        for layer in run.frame().layers:
            known = [layer.mean, layer.rms, layer.slope, layer.upstream, layer.delta, layer.gradient]
            assert np.isfinite(known).all()
        assert np.isfinite(run["dW1"]).all()


def operations(run):
    return [Position(op=k) for k in range(len(run.program.ops))] + [END]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_seeking_is_bit_identical_to_walking(backend, spec):
    walked = FlowRun(spec, backend=backend)
    memories = {walked.position: walked.frame().memory}
    while walked.position != END:
        walked.step("op")
        memories[walked.position] = walked.frame().memory
    assert list(memories) == operations(walked)
    other = FlowRun(spec, backend=backend)
    for position in sorted(memories, key=lambda at: (at.op * 7) % 11):
        other.seek(position)
        assert other.position == position
        np.testing.assert_array_equal(other.frame().memory, memories[position])
    for position in reversed(operations(walked)[:-1]):
        walked.step_back("op")
        assert walked.position == position
        np.testing.assert_array_equal(walked.frame().memory, memories[position])
    walked.step_back("op")
    assert walked.position == Position()


@pytest.mark.parametrize("grain", FlowRun.grains)
def test_every_grain_there_and_back(grain):
    run = FlowRun(SPECS[1])
    boundaries, memories = [run.position], [run.frame().memory]
    while run.position != END:
        run.step(grain)
        boundaries.append(run.position)
        memories.append(run.frame().memory)
    # A step per operation; the batch, each layer up and each layer down; up and down; all.
    assert len(boundaries) - 1 == {"op": len(run.program.ops), "layer": 1 + 4 + 4, "phase": 2, "epoch": 1}[grain]
    for position, memory in zip(reversed(boundaries[:-1]), reversed(memories[:-1]), strict=True):
        run.step_back(grain)
        assert run.position == position
        np.testing.assert_array_equal(run.frame().memory, memory)


def test_at_the_end_a_step_does_nothing():
    run = finished(SPECS[0])
    before = run.frame().memory
    for grain in run.grains:
        run.step(grain)
        assert run.position == END
    np.testing.assert_array_equal(run.frame().memory, before)
    assert run.next is None
    assert run.last.name == "dense1.db"


def test_newest_and_reset():
    run = FlowRun(SPECS[0])
    heard = []
    with run.on_event(lambda event: heard.append(run.newest)):
        run.step("layer", 3)
    assert heard[-1] == run.position
    furthest = run.position
    run.step_back("layer")
    assert run.newest == furthest
    run.step("op")
    assert run.newest == furthest
    run.reset()
    assert run.position == run.newest == Position()
    assert np.isnan(run["z1"]).all()


def test_what_is_not_computed_yet_is_not_shown():
    spec = SPECS[1]
    run = FlowRun(spec)
    for layer in run.frame().layers:
        assert layer.mean is layer.rms is layer.slope is layer.upstream is layer.delta is layer.gradient is None
    assert np.isnan(run.frame()["dW1"]).all()
    run.step("phase")
    frame = run.frame()
    assert all(layer.mean is not None and layer.delta is None for layer in frame.layers)
    # The gradient at the top is given; the others are not known yet.
    assert [layer.upstream is not None for layer in frame.layers] == [False, False, False, True]
    run.step("layer", 2)
    frame = run.frame()
    assert [layer.gradient is not None for layer in frame.layers] == [False, False, True, True]
    assert [layer.factor is not None for layer in frame.layers] == [False, False, True, False]
    # What dense3 hands down has arrived at layer 2, through the weights and past them.
    assert [layer.upstream is not None for layer in frame.layers] == [False, True, True, True]
    assert frame.ratio is None
    run.step_back("op")
    assert run.last.name == "dense3.dx"
    # The skip connection's share is still missing.
    assert run.frame().layers[1].upstream is None
    run.seek(END)
    assert run.frame().ratio is not None


def test_a_frame_stays_as_it_is():
    run = finished(SPECS[0])
    frame = run.frame()
    kept = frame["dW1"].copy()
    run.reset()
    np.testing.assert_array_equal(frame["dW1"], kept)
    with pytest.raises(ValueError, match="read-only"):
        frame["dW1"][0, 0] = 1
    with pytest.raises(KeyError, match="there is no 'W9'; there are x, upstream, W1"):
        frame["W9"]


def test_hooks_hear_what_they_asked_for():
    run = FlowRun(SPECS[0])
    heard = {grain: [] for grain in run.grains}
    handles = [run.on_event(lambda event, g=grain: heard[g].append(event), grain=grain) for grain in run.grains]
    backward = []
    handles.append(run.on_event(lambda event: backward.append(event.op.layer), Phase.BACKWARD, Grain.LAYER))
    run.step("epoch")
    assert [len(heard[grain]) for grain in run.grains] == [len(run.program.ops), 9, 2, 1]
    assert [event.op.name for event in heard[Grain.OP]] == [op.name for op in run.program.ops]
    assert [event.phase for event in heard[Grain.PHASE]] == [Phase.FORWARD, Phase.BACKWARD]
    assert backward == ["dense4", "dense3", "dense2", "dense1"]
    assert all(event.experiment is run for event in heard[Grain.OP])
    for handle in handles:
        handle.remove()
    count = len(backward)
    run.seek(Position(op=3))
    run.step("epoch")
    assert len(backward) == count


def test_only_the_epochs_hook_is_on():
    """The whole pass in one step, with nobody listening in between."""
    run, heard = FlowRun(SPECS[0]), []
    run.on_event(lambda event: heard.append(event.position), grain=Grain.EPOCH)
    run.step("epoch")
    assert heard == [END]


def test_wrong_steps_and_positions_are_refused():
    run = FlowRun(SPECS[0])
    last = len(run.program.ops) - 1
    with pytest.raises(ValueError, match="a step through a stack is one of op, layer, phase, epoch, got 'batch'"):
        run.step("batch")
    for position in (Position(op=last + 1), Position(batch=1), Position(2), Position(1, 0, 1), Position(op=-1)):
        with pytest.raises(ValueError, match=f"an operation from 0 to {last}, or is the end, epoch 1"):
            run.seek(position)


def test_the_table_is_that_of_complete_runs():
    specs = [FlowSpec(depth=2), FlowSpec(depth=7, skip=True)]
    table = flow_table(specs)
    for spec, row in zip(specs, table, strict=True):
        frame = finished(spec).frame()
        assert row == tuple(layer.gradient for layer in frame.layers) == gradient_norms(spec)
        assert row == pytest.approx([length(frame[f"dW{n}"]) for n in range(1, spec.depth + 1)], rel=1e-12)


def test_the_largest_stack_takes_a_few_milliseconds():
    """At most 5 ms of this process's own time; it takes about 3. The best of several: memory may be busy."""
    spec, times = FlowSpec(depth=20, width=64), []
    for _ in range(20):
        begun = time.process_time()
        gradient_norms(spec)
        times.append(time.process_time() - begun)
    assert min(times) < 0.005
