"""A window that slides, against the sums of its positions, against PyTorch, and against the slides' numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from engine.experiment import Grain, Position
from engine.inside.positions import PoolSum
from engine.program import Phase
from engine.sliding import END, SlidingRun, SlidingSpec, SpecError, fitted, input_spec, kernel_spec
from tests.engine.sliding.specs import sliding_specs

GRID = kernel_spec(input_spec(SlidingSpec(), "random"), "vertical")


def finished(spec):
    run = SlidingRun(spec)
    run.seek(END)
    return run.frame()


@settings(max_examples=40)
@given(sliding_specs(most=(8, 4, 3)))
def test_every_step_adds_what_its_position_makes_and_sends_back(spec):
    run = SlidingRun(spec)
    places = list(np.ndindex(*spec.output_shape))
    y, sent = np.full(spec.output_shape, np.nan), np.full(spec.output_shape, np.nan)
    upstream = np.array(spec.upstream or [1.0] * y.size).reshape(y.shape)
    dx, dw, db = np.zeros(spec.shape), np.zeros(spec.kernel_shape), np.zeros(spec.filters)
    assert run.frame().current is None
    for count, (phase, place) in enumerate([(p, at) for p in ("forward", "backward") for at in places], 1):
        run.step(Grain.OP)
        frame = run.frame()
        current = frame.current
        assert (frame.done, frame.steps, current.phase, current.place) == (count, 2 * y.size, phase, place)
        assert frame.phase == ("done" if count == frame.steps else phase)
        z = current.made.result
        assert current.z == pytest.approx(z, rel=1e-12, abs=1e-12)
        relu = spec.relu and not spec.pools
        if phase == "forward":
            y[place] = max(z, 0) if relu else z
            assert current.shares == ()
        else:
            delta = 0.0 if relu and z <= 0 else upstream[place]
            assert (current.upstream, current.delta) == (upstream[place], delta)
            sent[place] = delta
            for share in current.shares:
                if share.place is not None:
                    dx[share.place] += share.to_input
                if share.weight_place is not None:
                    dw[share.weight_place] += share.to_weight
            if not spec.pools:
                db[place[-1]] += delta
        np.testing.assert_array_equal(frame.delta, sent)
        np.testing.assert_allclose(frame.y, y, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(frame.dx, dx, rtol=1e-12, atol=1e-12)
        if spec.pools:
            assert frame.w is frame.b is frame.dw is frame.db is None
            assert isinstance(current.made, PoolSum)
        else:
            np.testing.assert_allclose(frame.dw, dw, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(frame.db, db, rtol=1e-12, atol=1e-12)
    assert run.position == END
    np.testing.assert_array_equal(frame.y, frame.totals.y)
    np.testing.assert_array_equal(frame.dx, frame.totals.dx)


@given(sliding_specs())
def test_the_gradient_is_the_slope_of_the_loss(spec):
    """Central differences; inputs that are all different and a window away from kinks."""
    rng = np.random.default_rng(len(spec.x))
    numbers = rng.permutation(len(spec.x)) + 0.5 if spec.pools else rng.normal(size=len(spec.x))
    spec = spec.with_(x=tuple(numbers.tolist()))
    frame = finished(spec)
    upstream = frame.upstream

    def loss(changed):
        return float((finished(changed).y * upstream).sum())

    h = 1e-5
    names = [("x", frame.dx)] if spec.pools else [("x", frame.dx), ("w", frame.dw), ("b", frame.db)]
    for name, gradient in names:
        place = tuple(int(rng.integers(n)) for n in gradient.shape)
        here = frame[name][place]
        above, below = (loss(spec.with_number(name, place, here + side)) for side in (h, -h))
        slope = (above - below) / (2 * h)
        assert gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-6)


@pytest.mark.peer
@given(spec=sliding_specs())
def test_pytorch_makes_the_same(torch, spec):
    functions = torch.nn.functional
    axes = len(spec.space)
    numbers = spec.arrays()
    x = torch.tensor(np.moveaxis(numbers["x"], -1, 0)[None], requires_grad=True)
    window = spec.window
    # PyTorch pads both sides alike, and pools without more padding than half the window: so it is padded before.
    pads = [n for pair in reversed(window.padding) for n in pair]
    fill = -np.inf if spec.operation == "max" else 0.0
    padded = functions.pad(x, pads, value=fill)
    given_ = {"stride": window.stride}
    if spec.operation == "convolution":
        kernel = numbers["W"][(slice(None, None, -1),) * axes] if spec.flip else numbers["W"]
        W = torch.tensor(np.moveaxis(kernel, (-1, -2), (0, 1)).copy(), requires_grad=True)
        b = torch.tensor(numbers["b"], requires_grad=True)
        y = getattr(functions, f"conv{axes}d")(padded, W, b, dilation=window.dilation, **given_)
        y = functions.relu(y) if spec.relu else y
    elif spec.operation == "max":
        y = getattr(functions, f"max_pool{axes}d")(padded, window.size, **given_)
    else:
        pool = getattr(functions, f"avg_pool{axes}d")
        y = pool(padded, window.size, **given_)
        if not spec.count_padding:
            y = y / pool(functions.pad(torch.ones_like(x), pads), window.size, **given_)
    y.backward(torch.tensor(np.moveaxis(numbers["upstream"], -1, 0)[None].copy()))
    frame = finished(spec)
    np.testing.assert_allclose(frame.y, np.moveaxis(y.detach().numpy()[0], 0, -1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(frame.dx, np.moveaxis(x.grad.numpy()[0], 0, -1), rtol=1e-12, atol=1e-12)
    if not spec.pools:
        dw = np.moveaxis(W.grad.numpy(), (0, 1), (-1, -2))
        dw = dw[(slice(None, None, -1),) * axes] if spec.flip else dw
        np.testing.assert_allclose(frame.dw, dw, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(frame.db, b.grad.numpy(), rtol=1e-12, atol=1e-12)


@given(sliding_specs(most=(6, 4, 3)))
def test_every_moment_is_bit_identical_however_it_is_reached(spec):
    walked, jumped = SlidingRun(spec), SlidingRun(spec)
    moments = [walked.position]
    while walked.position != END:
        walked.step("op")
        moments.append(walked.position)
    for at in reversed(moments):
        jumped.seek(at)
        assert jumped.position == walked.position == at
        one, other = jumped.frame(), walked.frame()
        for name in ("z", "y", "delta", "dx"):
            assert one[name].tobytes() == other[name].tobytes()
        assert one.current == other.current
        walked.step_back("op")


@pytest.mark.concept("C161")
def test_the_slides_signal():
    spec = SlidingSpec()
    assert finished(spec).y.ravel().tolist() == [-1, -2, -2, 2, 3]
    flipped = finished(spec.with_(flip=True))
    assert flipped.y.ravel().tolist() == [1, 2, 2, -2, -3]
    relu = finished(spec.with_(flip=True, relu=True))
    assert relu.z.ravel().tolist() == [1, 2, 2, -2, -3]
    assert relu.y.ravel().tolist() == [1, 2, 2, 0, 0]
    run = SlidingRun(spec.with_(flip=True))
    run.seek(run.at((3, 0)))
    assert run.frame().current.made.sentence == "0·1 + 3·0 + 2·(−1) = −2"


def test_grains_are_numbers_rows_and_passes():
    run = SlidingRun(fitted(GRID, filters=2))
    assert run.frame().y.shape == (4, 4, 2)
    run.step("op")
    assert run.position == Position(op=1)
    run.step("layer")
    assert run.position == Position(op=8)
    run.step("layer", 2)
    assert run.position == Position(op=24)
    run.step("phase")
    assert run.position == Position(op=32)
    assert run.frame().phase == "forward"
    run.step("op")
    assert run.frame().phase == "backward"
    run.step_back("layer")
    assert run.position == Position(op=32)
    run.step_back("layer")
    assert run.position == Position(op=24)
    run.step("epoch")
    assert run.position == run.newest == END
    run.step("op")
    assert run.position == END
    run.step_back("phase")
    assert run.position == Position(op=32)
    run.step_back("epoch")
    run.step_back("op")
    assert (run.position, run.newest) == (Position(), END)
    run.reset()
    assert run.newest == Position()


def test_a_click_on_a_number_of_the_output_leads_there():
    run = SlidingRun(fitted(GRID, filters=2))
    for phase in ("forward", Phase.BACKWARD):
        run.seek(run.at((2, 1, 1), phase))
        current = run.frame().current
        assert (current.place, current.phase) == ((2, 1, 1), phase)
    with pytest.raises(ValueError, match=r"there is no number \[4, 0, 0\] in it"):
        run.at((4, 0, 0))


def test_a_change_keeps_the_place_and_what_is_complete():
    run = SlidingRun(GRID)
    run.seek(run.at((2, 3, 0)))
    run.change(GRID.with_(padding=1))
    assert run.frame().current.place == (2, 3, 0)
    run.change(stride=3)
    assert run.position == Position()
    run.seek(run.at((1, 0, 0), "backward"))
    run.change(stride=1)
    assert (run.frame().current.place, run.frame().phase) == ((1, 0, 0), "backward")
    run.step_back("phase")
    run.change(fitted(run.spec, size=5))
    frame = run.frame()
    assert (frame.done, frame.phase) == (frame.y.size, "forward")
    assert not np.isnan(frame.y).any()
    run.seek(END)
    run.change(input_spec(run.spec, "slide"))
    assert run.position == END
    assert run.frame().x.shape == (7, 1)
    with pytest.raises(SpecError, match="does not fit"):
        run.change(dilation=4, padding=0)
    assert run.spec.dilation == 1


def test_the_newest_moment_is_never_before_the_present_one():
    run = SlidingRun(GRID)
    run.seek(run.at((3, 2, 0), "backward"))
    run.seek(run.at((3, 3, 0)))
    # The output stays complete, but the newest place of the way back is no longer there.
    run.change(stride=2)
    assert run.position == run.newest == Position(op=4)


def test_an_edit_counts_at_once():
    run = SlidingRun(SlidingSpec())
    run.step("op", 3)
    run.change(run.spec.with_number("x", (4, 0), 5))
    assert run.frame().y.ravel()[:3].tolist() == [-1, -2, -4]
    assert run.done == 3


def test_hooks_hear_of_walking_only():
    run, heard = SlidingRun(GRID), []
    with run.on_event(lambda event: heard.append((event.grain, event.phase, event.position, event.experiment))):
        run.step("layer")
        run.seek(Position())
    assert heard == [(Grain.OP, Phase.FORWARD, Position(op=k), run) for k in range(1, 5)]
    heard.clear()
    small = []
    with (
        run.on_event(lambda event: heard.append(event.position), Phase.BACKWARD, Grain.PHASE),
        run.on_event(lambda event: small.append(event.position)),
    ):
        run.step("epoch")
    assert heard == [END]
    assert small == [*(Position(op=k) for k in range(1, 32)), END]
    run.step_back("epoch")
    run.step("epoch")
    assert heard == [END]


def test_frames_cannot_be_written_and_stay_as_they_were():
    run = SlidingRun(GRID)
    run.step("op")
    frame = run.frame()
    with pytest.raises(ValueError, match="read-only"):
        frame.x[0] = 1
    kept = frame.y.copy()
    run.seek(END)
    np.testing.assert_array_equal(frame.y, kept)
    assert run["y"].shape == frame["y"].shape
    with pytest.raises(KeyError, match="there is no 'W'; there are x, w, b"):
        frame["W"]


def test_what_is_no_step_is_refused():
    run = SlidingRun(GRID)
    with pytest.raises(ValueError, match="one of op, layer, phase, epoch, got 'batch'"):
        run.step("batch")
    for bad in (Position(op=32), Position(2), Position(0, 1), Position(1, 0, 1), Position(op=-1)):
        with pytest.raises(ValueError, match="an operation from 0 to 31, or is the end"):
            run.seek(bad)


def test_the_listing_is_that_of_the_layer():
    assert [op.name for op in SlidingRun(GRID.with_(relu=True)).program.ops] == [
        "conv1.z", "conv1.a", "conv1.delta", "conv1.dW", "conv1.db", "conv1.dx",
    ]  # fmt: skip
    assert [op.kind.name for op in SlidingRun(fitted(GRID, operation="max", size=2)).program.ops] == [
        "max_pool_forward", "max_pool_backward",
    ]  # fmt: skip
