"""One layer as a student puts it together."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checks import SpecError
from engine.layers import AveragePool, Conv, Dense, Flatten, GlobalPool, LocalResponseNorm, MaxPool
from engine.reader import LAYER_KINDS, LayerSpec, layer
from engine.reader.layer_specs import made


@st.composite
def layers(draw):
    kind = draw(st.sampled_from(list(LAYER_KINDS)))
    values = {}
    for setting in LAYER_KINDS[kind].settings:
        if draw(st.booleans()):
            if setting.choices:
                values[setting.name] = draw(st.sampled_from(setting.choices))
            elif isinstance(setting.default, float):
                values[setting.name] = draw(st.floats(setting.least, setting.most))
            else:
                values[setting.name] = draw(st.integers(int(setting.least), int(setting.most)))
    return layer(kind, **values), values


@given(layers())
def test_all_that_is_allowed_comes_back_from_json(drawn):
    spec, values = drawn
    assert {name: spec.get(name) for name in values} == values
    assert [name for name, _ in spec.settings] == [setting.name for setting in LAYER_KINDS[spec.kind].settings]
    again = LayerSpec.from_list(json.loads(json.dumps(spec.to_list())))
    assert again == spec
    assert hash(again) == hash(spec)


@given(layers())
def test_all_that_is_allowed_can_be_recorded(drawn):
    spec, _ = drawn
    assert made(spec).prefix in ("conv", "pool", "norm", "flatten", "dense")


def test_each_kind_is_the_layer_of_its_name():
    assert made(layer("conv", filters=3, size=2, stride=2, padding="same", activation="tanh"), "he_normal") == Conv(
        3, 2, "tanh", stride=2, padding="same", kernel_initializer="he_normal"
    )
    assert made(layer("max_pool", size=3, stride=1)) == MaxPool(3, 1)
    assert made(layer("average_pool")) == AveragePool(2, 2)
    assert made(layer("global_pool", kind="max")) == GlobalPool("max")
    assert made(layer("response_norm", neighbours="3", alpha=0.5)) == LocalResponseNorm(3, 0.5)
    assert made(layer("flatten")) == Flatten()
    assert made(layer("dense", units=7, dropout=0.25), "zeros", 9) == Dense(
        7, "relu", kernel_initializer="zeros", dropout=0.25, dropout_seed=9
    )


def test_a_setting_may_be_called_kind():
    assert layer("global_pool", kind="max").with_(kind="average") == layer("global_pool")


def test_what_is_usual_is_not_written():
    assert layer("conv").to_list() == ["conv", {}]
    assert layer("conv", filters=6, size=3).to_list() == ["conv", {"size": 3}]
    assert layer("conv", filters=4).with_(filters=6) == layer("conv")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["convolution"], "unknown kind of layer 'convolution': choose one of conv, max_pool, average_pool"),
        ([["conv"]], "unknown kind of layer"),
        (["conv", {"filters": 65}], "Convolution, filters is a whole number from 1 to 64, got 65"),
        (["conv", {"filters": 2.5}], "whole number from 1 to 64, got 2.5"),
        (["conv", {"padding": 2}], "Convolution, padding: unknown choice '2': choose one of valid, same"),
        (["conv", {"activation": "softmax"}], "Convolution, activation: unknown choice 'softmax'"),
        (["conv", {"filter": 4}], "Convolution: unknown setting 'filter': choose one of filters.*did you mean filters"),
        (["flatten", {"size": 4}], "Flatten: it has no settings"),
        (["response_norm", {"neighbours": 4}], "neighbouring maps is one of 3, 5, 7, 9, got '4'"),
        (["dense", {"dropout": 0.9}], "Dense, dropout is a number from 0 to 0.8, got 0.9"),
        (["conv", {}, 3], "a layer is its kind and its settings, got"),
        ("conv", "a layer is its kind and its settings, got 'conv'"),
        (["conv", 4], "a layer's settings are names with values, got '4'"),
    ],
)
def test_what_is_not_allowed_says_what_is(values, message):
    with pytest.raises(SpecError, match=message) as caught:
        LayerSpec.from_list(values)
    assert caught.value.field == "layers"
