"""The readers that are shipped trained."""

from __future__ import annotations

import numpy as np
import pytest

from engine.datasets.digits import load_digits
from engine.reader import PRESETS, PRETRAINED, ReaderSpec, unseen_images
from engine.reader.digit_data import parts
from engine.reader.train_weights import EPOCHS, recipe, train


@pytest.mark.parametrize("key", list(PRETRAINED))
def test_it_reads_digits_that_it_was_not_trained_on(key, backend):
    net = PRETRAINED[key]
    images, labels = unseen_images(key)
    assert len(images) == 1000
    said = net.reader(backend=backend).predict(images).argmax(axis=1)
    assert np.mean(said == labels) >= 0.95
    assert np.mean(said == labels) == pytest.approx(net.accuracy, abs=0.002)


@pytest.mark.parametrize("key", list(PRETRAINED))
def test_its_file_says_how_it_was_made(key):
    net = PRETRAINED[key]
    assert net.spec == recipe(key)
    assert net.epochs == EPOCHS
    assert net.spec.layers == PRESETS[key].spec.layers
    assert net.parameters.dtype == np.float32
    assert net.network().parameters == len(net.parameters)
    with pytest.raises(ValueError, match="read-only"):
        net.parameters[0] = 0


def test_the_unseen_digits_are_the_test_part():
    spec, digits = PRETRAINED["lenet"].spec, load_digits("mnist")
    places = parts(spec.data, spec.test_share)
    assert not set(places.train) & set(places.test)
    images, labels = unseen_images("lenet")
    np.testing.assert_array_equal(images[17], digits.images[places.test[17]])
    np.testing.assert_array_equal(np.bincount(labels), [100] * 10)
    # No digit of the test part stands in the training part a second time.
    trained = {image.tobytes() for image in digits.images[places.train]}
    assert sum(image.tobytes() in trained for image in images) == 0


def test_the_nets_of_the_slides():
    lecture, lenet = PRETRAINED["lecture"].reader(), PRETRAINED["lenet"].reader()
    assert lecture.rows[2].parameters == 606
    assert len(lenet.parameters) == 61_706
    assert not PRETRAINED["svm"].reader().probabilities


def test_training_writes_what_is_read(tmp_path):
    accuracy = train("lecture", tmp_path, epochs=1)
    assert accuracy > 0.8
    found = np.load(tmp_path / "lecture.npz", allow_pickle=False)
    assert ReaderSpec.from_json(str(found["spec"])) == recipe("lecture")
    assert (int(found["epochs"]), float(found["accuracy"])) == (1, accuracy)
    assert found["parameters"].shape == PRETRAINED["lecture"].parameters.shape
