"""The settings of a digit reader."""

from __future__ import annotations

import json

import pytest

from engine.checks import SpecError
from engine.layers import Dense
from engine.reader import HEADS, PRESETS, READER_LIVE, ReaderSpec, layer
from engine.reader.spec import READER_SETTINGS
from engine.spec import LIVE_SETTINGS


@pytest.mark.parametrize("name", PRESETS)
def test_presets_come_back_from_json(name):
    spec = PRESETS[name].spec
    assert ReaderSpec.from_json(spec.to_json()) == spec
    assert hash(ReaderSpec.from_json(spec.to_json())) == hash(spec)
    assert spec.network().parameters == spec.parameters


def test_all_settings_come_back_from_json():
    spec = ReaderSpec(
        data="digits8", layers=(layer("conv", filters=3, size=2), layer("dense", dropout=0.5)), head="hinge",
        initializer="he_normal", optimizer="sgd", learning_rate=0.1, schedule="step",
        schedule_settings=(("factor", 0.25),), schedule_unit="update", weight_decay=0.01, decoupled=True, clip_norm=1.0,
        clip_value=0.5, batch_size=7, test_share=0.3, seed=12,
    )  # fmt: skip
    usual = ReaderSpec()
    assert all(getattr(spec, name) != getattr(usual, name) for name in READER_SETTINGS)
    assert ReaderSpec.from_json(spec.to_json()) == spec
    assert ReaderSpec.from_dict({}) == usual


def test_what_is_live_is_live_for_every_network():
    assert set(READER_LIVE) == set(LIVE_SETTINGS) - {"regularization", "regularization_rate"}


def test_the_output_layer_is_that_of_the_head():
    for name, activation, loss in (("softmax", "softmax", "categorical_crossentropy"), ("hinge", "identity", "hinge")):
        network = ReaderSpec(head=name, initializer="he_normal").network()
        assert network.layers[-1] == Dense(10, activation, kernel_initializer="he_normal")
        assert network.loss.name == loss == HEADS[name].loss


def test_the_initializer_and_the_seed_reach_every_layer():
    spec = ReaderSpec(layers=(layer("conv"), layer("dense", dropout=0.5)), initializer="uniform", seed=5)
    layers = spec.network().layers
    assert [each.kernel_initializer for each in layers if hasattr(each, "kernel_initializer")] == ["uniform"] * 3
    assert layers[2].dropout_seed == 5


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"data": "cifar"}, "data", "Digits: unknown choice 'cifar': choose one of mnist, shuffled, digits8"),
        ({"head": "svm"}, "head", "Head: unknown choice 'svm'"),
        ({"layers": [["conv", {"size": 5}]] * 13}, "layers", "a net has a list of at most 12 layers"),
        ({"layers": "conv"}, "layers", "a net has a list of at most 12 layers, got 'conv'"),
        ({"layers": [["flatten"], ["conv"]]}, "layers", "conv2 expects maps"),
        ({"data": "digits8", "layers": [["conv", {"size": 9}]]}, "layers", "the window of conv1 does not fit"),
        (
            {"layers": [["conv", {"filters": 64, "size": 3}], ["max_pool"]], "batch_size": 256}, "batch_size",
            "a batch of 256 digits takes 66,463,744 numbers in this net, at most 24,000,000 are kept: "
            "use a batch of at most 92, or a smaller net",
        ),
        ({"batch_size": 0}, "batch_size", "Batch size is a whole number from 1 to 256, got 0"),
        ({"test_share": 0.05}, "test_share", "Test share is a number from 0.1 to 0.5"),
        ({"schedule_settings": {"factor": 0.5}}, "schedule_settings", "it has none but the learning rate"),
        ({"regularization": "l2"}, "regularization", "unknown setting 'regularization'"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_says_what_is(changes, field, message):
    with pytest.raises(SpecError, match=message) as caught:
        ReaderSpec().with_(**changes)
    assert caught.value.field == field


def test_the_batch_that_is_advised_is_possible():
    layers = [["conv", {"filters": 64, "size": 3}], ["max_pool"]]
    with pytest.raises(SpecError) as caught:
        ReaderSpec().with_(layers=layers, batch_size=256)
    most = int(str(caught.value).split("at most ")[-1].split(",")[0])
    ReaderSpec().with_(layers=layers, batch_size=most)


@pytest.mark.parametrize("text", ["[]", "nonsense", json.dumps({"version": 2}), json.dumps({"version": 1, "wat": 1})])
def test_what_is_no_spec_is_refused(text):
    with pytest.raises(SpecError):
        ReaderSpec.from_json(text)


@pytest.mark.concept("C172")
def test_heads_swap_and_nothing_else_changes():
    soft, svm = ReaderSpec(), ReaderSpec(head="hinge")
    assert soft.network().layers[:-1] == svm.network().layers[:-1]
    assert soft.parameters == svm.parameters
