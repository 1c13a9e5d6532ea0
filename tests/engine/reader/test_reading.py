"""Reading one image step by step: forward, back, to anywhere, and on with another image."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import Grain, Position
from engine.program import Phase
from engine.reader import PRETRAINED, ReadingRun, ReadingSpec, transformed, unseen_images
from engine.reader.reading import END
from engine.spec import SpecError


def run_of(**settings):
    return ReadingRun(ReadingSpec(**settings))


@pytest.mark.parametrize("net", list(PRETRAINED))
def test_at_the_end_stands_what_the_reader_says(net, backend):
    run = ReadingRun(ReadingSpec(net=net, image="test:5"), backend=backend)
    run.step(Grain.EPOCH)
    frame, reader = run.frame(), PRETRAINED[net].reader(backend=backend)
    images, labels = unseen_images(net)
    assert run.position == END
    assert frame.label == labels[5]
    assert frame.done == frame.layers == len(reader.rows)
    for told, expected in zip(frame.maps, reader.maps(images[5]), strict=True):
        assert (told.name, told.number) == (expected.name, expected.number)
        assert told.values.tobytes() == expected.values.tobytes()
    assert frame.answers.tobytes() == reader.predict(images[5:6])[0].tobytes()


def test_layer_by_layer_and_operation_by_operation():
    run = run_of()
    names, done = [], []
    while run.position != END:
        run.step("op")
        frame = run.frame()
        names.append(frame.last.name)
        done.append((frame.done, frame.partial.name if frame.partial else None))
        assert (frame.answers is not None) == (run.position == END)
    assert names == [
        "conv1.z", "conv1.a", "pool2.p", "conv3.z", "conv3.a", "pool4.p", "flatten5.f", "dense6.z", "dense6.a",
    ]  # fmt: skip
    assert done == [
        (0, "conv1"), (1, None), (2, None), (2, "conv3"), (3, None), (4, None), (5, None), (5, "dense6"), (6, None),
    ]  # fmt: skip
    run.step("op")
    assert run.position == END
    run.seek(Position())
    layers = []
    while run.position != END:
        run.step("layer")
        layers.append(run.frame().done)
    assert layers == [1, 2, 3, 4, 5, 6]


def test_what_is_not_computed_yet_is_not_there():
    run = run_of()
    run.step("op")
    frame = run.frame()
    assert set(frame.partial.parts) == {"z1"}
    assert frame.partial.values is frame["z1"]
    assert np.isnan(run["a1"]).all()
    with pytest.raises(KeyError, match="no 'a1' yet; there are x, z1"):
        frame["a1"]
    kept = frame["z1"].copy()
    run.step("epoch")
    np.testing.assert_array_equal(frame["z1"], kept)


def test_back_and_anywhere_is_as_walked():
    walked, run = run_of(net="lenet"), run_of(net="lenet")
    snapshots = {walked.position: walked._loop.memory.flat.tobytes()}
    while walked.position != END:
        walked.step("op")
        snapshots[walked.position] = walked._loop.memory.flat.tobytes()
    order = list(snapshots)
    for position in (order[4], order[9], order[2], END, order[7], order[0], END):
        run.seek(position)
        assert run.position == position
        assert run._loop.memory.flat.tobytes() == snapshots[position]
    run.step_back("op")
    assert run.position == order[-2]
    assert run._loop.memory.flat.tobytes() == snapshots[order[-2]]
    assert run.newest == END
    run.step_back("layer")
    assert run.last.layer == "dense7"
    run.step_back("epoch")
    assert run.position == Position()
    run.step_back("op")
    assert run.position == Position()
    run.reset()
    assert run.newest == Position()


def test_hooks_hear_of_steps_and_stay():
    run = run_of()
    heard = []
    handle = run.on_event(lambda event: heard.append(event.op.name), Phase.FORWARD, Grain.LAYER)
    run.step("epoch")
    assert heard == ["conv1.a", "pool2.p", "conv3.a", "pool4.p", "flatten5.f", "dense6.a"]
    run.seek(Position())
    run.change(run.spec.with_(net="lenet"))
    assert len(heard) == 6
    run.step("layer")
    assert heard[6:] == ["conv1.a"]
    handle.remove()
    run.step("layer")
    assert len(heard) == 7


def test_another_image_is_read_as_far():
    run = run_of(image="test:1")
    run.step("layer")
    run.step("layer")
    at = run.position
    run.change(run.spec.with_(image="test:2"))
    assert run.position == at
    other = run_of(image="test:2")
    other.seek(at)
    assert run._loop.memory.flat.tobytes() == other._loop.memory.flat.tobytes()
    run.change(run.spec.with_(net="lenet"))
    assert run.position == Position()
    run.step("epoch")
    run.change(run.spec.with_(net="svm", dx=3.0))
    assert run.position == END
    images, _ = unseen_images("svm")
    expected = PRETRAINED["svm"].reader().predict(transformed(images[2:3, ..., None][0], 3)[None, ..., 0])[0]
    np.testing.assert_array_equal(run.frame().answers, expected)


def test_what_is_drawn_is_read():
    drawn = np.zeros((28, 28), np.uint8)
    drawn[4:24, 13:15] = 255
    run = ReadingRun(ReadingSpec(image="drawn"), drawn)
    run.step("epoch")
    frame = run.frame()
    assert frame.label is None
    assert frame.answers.argmax() == 1
    np.testing.assert_array_equal(frame.image, drawn)
    # A drawing that is not handed over again stays.
    run.change(run.spec.with_(degrees=90.0))
    np.testing.assert_array_equal(run.image, np.rot90(drawn))
    assert not ReadingRun(ReadingSpec(image="drawn")).image.any()
    with pytest.raises(ValueError, match="reads images of 28 × 28 × 1"):
        ReadingRun(ReadingSpec(image="drawn"), np.zeros((8, 8), np.uint8))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"net": "lenett"}, "did you mean lenet"),
        ({"image": "test:1000"}, r"drawn, or test:0 to test:999, got 'test:1000'"),
        ({"image": "test:-1"}, "Image is drawn"), ({"image": "test:٣"}, "Image is drawn"),
        ({"image": None}, "Image is drawn"), ({"dx": 15}, "Shift to the right is a number from -14 to 14"),
        ({"factor": 0}, r"Scale is a number from 0\.3 to 2"), ({"nett": 1}, "unknown setting"),
    ],
)  # fmt: skip
def test_a_spec_that_is_refused(settings, message):
    with pytest.raises(SpecError, match=message):
        ReadingSpec().with_(**settings)


def test_a_spec_there_and_back():
    spec = ReadingSpec(net="lenet", image="test:017", dy=-2.5, degrees=30)
    assert spec.image == "test:17"
    assert ReadingSpec.from_json(spec.to_json()) == spec
    assert (spec.index, ReadingSpec(image="drawn").index) == (17, None)
    with pytest.raises(SpecError, match="version 2"):
        ReadingSpec.from_dict({"version": 2})


def test_positions_and_grains_that_are_none():
    run = run_of()
    with pytest.raises(ValueError, match="operation from 0 to 8"):
        run.seek(Position(0, 0, 9))
    with pytest.raises(ValueError, match="one of op, layer, epoch, got 'batch'"):
        run.step("batch")
