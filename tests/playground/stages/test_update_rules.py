"""The controls of schedule, decay and clipping: what they show, what they take, and what they refuse."""

import numpy as np
import pytest

from engine import TrainingSpec
from engine.descent import DescentSpec
from engine.schedules import SCHEDULES
from playground.stages.rules import RULE_PARTS, UpdateRules


def opened(spec, unit=False, at=0):
    heard = []
    rules = UpdateRules(heard.append, unit)
    rules.show(spec, at)
    rules._fold.collapsed = False
    return rules, heard


def test_nothing_is_built_before_it_is_opened():
    rules = UpdateRules(lambda changes: None, False)
    rules.set_dark(True)
    rules.show(DescentSpec())
    assert rules._fold.objects == []
    assert len(rules.curve_place) == 0
    assert rules.widgets == {}
    rules._fold.collapsed = False
    assert rules.widgets["schedule"].value == "constant"
    assert rules.widgets["weight_decay"].value == "0"
    # Opened before there is anything to show, it shows what comes.
    early = UpdateRules(lambda changes: None, False)
    early._fold.collapsed = False
    early.show(DescentSpec(clip_norm=2.5))
    assert early.widgets["clip_norm"].value == "2.5"


def test_showing_a_spec_changes_nothing():
    rules, heard = opened(DescentSpec())
    for name in SCHEDULES:
        rules.show(DescentSpec(schedule=name, weight_decay=0.5, decoupled=True, clip_value=3.0))
        assert rules.widgets["schedule"].value == name
    assert rules.widgets["decoupled"].value is True
    assert rules.widgets["clip_value"].value == "3"
    assert heard == []


def test_another_schedule_comes_with_its_usual_numbers():
    rules, heard = opened(DescentSpec(schedule="exponential", schedule_settings={"tau": 5.0}))
    assert {name: widget.value for name, widget in rules.numbers.items()} == {"tau": "5", "warm_up": "0"}
    rules.widgets["schedule"].value = "step"
    assert heard == [{"schedule": "step", "schedule_settings": {}}]
    spec = DescentSpec(schedule="exponential", schedule_settings={"tau": 5.0}).with_(**heard[0])
    rules.show(spec)
    assert {name: widget.value for name, widget in rules.numbers.items()} == {
        "factor": "0.5", "every": "10", "warm_up": "0"
    }  # fmt: skip


def test_a_number_of_the_schedule_is_taken_beside_the_others():
    rules, heard = opened(DescentSpec(schedule="step", schedule_settings={"factor": 0.25}))
    rules.numbers["every"].value = "7"
    assert heard == [{"schedule_settings": {"factor": 0.25, "every": 7}}]
    rules.show(DescentSpec(schedule="step", schedule_settings={"factor": 0.25, "every": 7}))
    rules.numbers["factor"].value = "2"
    assert len(heard) == 1
    assert rules.numbers["factor"].error_state
    assert "0.01 to 1" in rules.numbers["factor"].helper_text
    # What was typed stays until it is mended.
    rules.show(DescentSpec(schedule="step", schedule_settings={"factor": 0.25, "every": 7}))
    assert rules.numbers["factor"].value == "2"
    rules.numbers["factor"].value = "0.5"
    assert not rules.numbers["factor"].error_state
    assert heard[1:] == [{"schedule_settings": {"every": 7}}]


@pytest.mark.parametrize("name", ["weight_decay", "clip_norm", "clip_value"])
def test_decay_and_limits_are_taken_or_refused(name):
    rules, heard = opened(DescentSpec())
    field = rules.widgets[name]
    field.value = "0.25"
    assert heard == [{name: 0.25}]
    for wrong in ("−1", "much", "1e9", "nan"):
        field.value = wrong
        assert field.error_state, wrong
        assert "is a number from 0 to" in field.helper_text
    assert len(heard) == 1
    rules.forgive()
    assert not field.error_state
    rules.show(DescentSpec(**{name: 0.25}))
    assert field.value == "0.25"


def test_decoupled_is_asked_only_where_there_is_a_decay():
    rules, heard = opened(DescentSpec())
    assert not rules.widgets["decoupled"].visible
    rules.show(DescentSpec(weight_decay=0.1))
    assert rules.widgets["decoupled"].visible
    rules.widgets["decoupled"].value = True
    assert heard == [{"decoupled": True}]


def test_the_page_s_own_refusal_stands_under_the_control():
    rules, _ = opened(DescentSpec())
    rules.refuse("clip_norm", "Too short.")
    assert rules.widgets["clip_norm"].helper_text == "Too short."
    rules.refuse("schedule", "Not <now>.")
    assert "Not &lt;now&gt;." in rules._message.object
    rules.widgets["decoupled"].value = True
    assert "now" not in rules._message.object
    # Folded away there is no place for it, and nothing breaks.
    UpdateRules(lambda changes: None, False).refuse("schedule", "Not now.")


def test_the_curve_is_that_of_the_schedule():
    schedule = {"schedule": "exponential", "schedule_settings": {"tau": 20}}
    spec = DescentSpec(surface="khan", learning_rate=0.1, steps=60, **schedule)
    rules, _ = opened(spec, at=20)
    assert rules.curve_place.visible
    shown = rules._curve._source.data
    np.testing.assert_allclose(10.0 ** shown["rate"][:60], 0.1 * 10 ** (-np.arange(60) / 20))
    assert rules._curve.figure.title.text == "Rate at update 20: 0.01"
    rules.show(spec, at=40)
    assert rules._curve.figure.title.text == "Rate at update 40: 0.001"
    rules.show(DescentSpec())
    assert not rules.curve_place.visible
    rules.show(spec)
    assert rules.curve_place.visible
    rules._fold.collapsed = True
    assert not rules.curve_place.visible


def test_a_constant_rate_needs_no_figure():
    rules, _ = opened(DescentSpec())
    assert len(rules.curve_place) == 0
    rules.show(DescentSpec(schedule="time"))
    assert len(rules.curve_place) == 1


def test_a_training_counts_epochs_or_updates():
    spec = TrainingSpec(schedule="cosine", learning_rate=0.5, schedule_settings={"steps": 100})
    rules, heard = opened(spec, unit=True, at=50)
    # Half a wave is half way.
    assert rules._curve.figure.title.text == "Rate at epoch 50: 0.25"
    assert len(rules._curve._source.data["rate"]) == 101
    assert rules.widgets["schedule_unit"].visible
    rules.widgets["schedule_unit"].value = "update"
    assert heard == [{"schedule_unit": "update"}]
    rules.show(spec, at=300)
    assert rules._curve.figure.x_range.end == 500
    # Far beyond the picture nothing is marked.
    rules.show(spec, at=100_000)
    assert rules._curve.figure.x_range.end == 20_000
    assert rules._curve.figure.title.text == "Rate at epoch 100,000"
    rules.show(TrainingSpec(), 0)
    assert not rules.widgets["schedule_unit"].visible


def test_every_control_has_a_card():
    rules, _ = opened(TrainingSpec(schedule="step"), unit=True)
    for name, widget in rules.widgets.items():
        assert widget.css_classes == [f"np-about-{name}"]
        assert name in RULE_PARTS
    assert all(widget.css_classes == ["np-about-schedule_number"] for widget in rules.numbers.values())
    assert "schedule_number" in RULE_PARTS
