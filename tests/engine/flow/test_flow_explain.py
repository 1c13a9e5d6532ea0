"""The sentence about the layer that has just been gone through."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.flow import END, FlowRun, FlowSpec, explain
from engine.spec import HIDDEN_ACTIVATIONS


def back_to(spec, number):
    """A run that has just gone back through that layer."""
    run = FlowRun(spec)
    run.step("phase")
    run.step("layer", spec.depth - number + 1)
    return run


def test_a_layer_on_the_way_back():
    spec = FlowSpec(depth=4)
    run = back_to(spec, 2)
    frame = run.frame()
    above, here = (np.sqrt((frame[f"dz{n}"] ** 2).sum()) for n in (3, 2))
    slope = (frame["a2"] * (1 - frame["a2"])).mean()
    assert explain(frame) == (
        f"Layer 2: the gradient of layer 3 ({above:.3g}) times the weights and the slope of the sigmoid "
        f"({slope:.3g} on average) leaves {here:.3g}, a factor of {here / above:.3g}."
    )


def test_a_layer_with_a_skip_connection():
    frame = back_to(FlowSpec(depth=4, activation="relu", skip=True), 3).frame()
    above, top, here = (np.sqrt((frame[name] ** 2).sum()) for name in ("dz4", "upstream", "dz3"))
    slope = (frame["z3"] > 0).mean()
    assert explain(frame) == (
        f"Layer 3: the gradient of layer 4 ({above:.3g}) times the weights, plus what the skip connection hands down "
        f"unchanged ({top:.3g}), times the slope of the ReLU ({slope:.3g} on average) leaves {here:.3g}, a factor of "
        f"{here / above:.3g}."
    )


def test_the_top_and_the_bottom():
    run = back_to(FlowSpec(depth=4), 4)
    assert explain(run.frame()).startswith("Layer 4: the gradient at the top (")
    run.seek(END)
    frame = run.frame()
    first, last = (np.sqrt((frame[f"dW{n}"] ** 2).sum()) for n in (1, 4))
    assert explain(frame).endswith(
        f" The weights of layer 1 have a gradient of {first:.3g}, those of layer 4 one of {last:.3g}: first over last "
        f"is {first / last:.3g}."
    )


@pytest.mark.parametrize(
    ("activation", "words"),
    [("leaky_relu", "leaky ReLU"), ("gelu", "GELU"), ("step", "step"), ("tanh", "tanh"), ("selu", "SELU")],
)
def test_activations_within_a_sentence(activation, words):
    assert f"the slope of the {words} (" in explain(back_to(FlowSpec(depth=3, activation=activation), 2).frame())


def test_the_way_up():
    run = FlowRun(FlowSpec(depth=3, batch=1))
    assert explain(run.frame()) == "3 layers of 32 units wait for noise: 1 example, every input drawn from N(0, 1)."
    run.step("op")
    assert explain(run.frame()) == "The noise has come in at the bottom: 1 example with 32 inputs each."
    run.step("op")
    assert explain(run.frame()) == "Layer 1 is being computed."
    run.step("op")
    a = run["a1"]
    assert explain(run.frame()) == (
        f"Layer 1 hands on values of mean {a.mean():.3g} and root mean square {np.sqrt((a**2).mean()):.3g}."
    )
    saturated = FlowRun(FlowSpec(activation="tanh", scale=100))
    saturated.step("layer", 2)
    share = (np.abs(saturated["a1"]) > 0.97).mean()
    assert explain(saturated.frame()).endswith(f" {share:.0%} of its activations are saturated.")


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_every_operation_of_every_stack_has_a_sentence(activation, skip):
    for changes in ({}, {"initializer": "zeros"}, {"scale": 100.0}):
        run = FlowRun(FlowSpec(depth=2, width=4, batch=2, activation=activation, skip=skip, **changes))
        while run.position != END:
            run.step("op")
            text = explain(run.frame())
            assert text.endswith(".")
            assert not re.search(r"\b(None|nan|inf)\b", text)
