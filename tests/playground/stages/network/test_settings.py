"""The controls: which there are, what they pass on, and what they say of a value that is not allowed."""

from __future__ import annotations

from typing import Any

import panel_material_ui as pmui
import pytest
from panel.util import edit_readonly

from engine import TrainingSpec
from engine.datasets import DATASETS
from engine.spec import SETTINGS
from playground.stages.network.settings import DATA, MAIN, MORE, OPTIONS, Settings


def made(spec: TrainingSpec | None = None, hidden: tuple[str, ...] = ()) -> tuple[Settings, list[tuple[str, Any]]]:
    heard: list[tuple[str, Any]] = []
    settings = Settings(spec or TrainingSpec(), lambda name, value: heard.append((name, value)), hidden)
    settings.panel([], [], [])
    return settings, heard


def test_what_is_folded_away_is_built_when_it_is_unfolded() -> None:
    settings, _ = made()
    assert set(settings.widgets) == {*DATA, *MAIN}
    settings._more.collapsed = False
    assert set(settings.widgets) == {*DATA, *MAIN, *MORE}
    objects = list(settings._more.objects)
    settings._more.collapsed = True
    settings._more.collapsed = False
    assert settings._more.objects == objects, "built once"


@pytest.mark.parametrize("name", OPTIONS)
def test_a_list_offers_all_that_is_allowed_each_under_a_title_of_its_own(name: str) -> None:
    assert set(OPTIONS[name].values()) == set(SETTINGS[name].metadata["choices"])
    assert len(OPTIONS[name]) == len(SETTINGS[name].metadata["choices"])


@pytest.mark.parametrize("name", [*DATA, *MAIN, *MORE])
def test_a_hidden_control_is_not_built(name: str) -> None:
    settings, _ = made(hidden=(name,))
    settings._more.collapsed = False
    assert set(settings.widgets) == {*DATA, *MAIN, *MORE} - {name}
    # Showing a spec and refusing a value of it must not fail for want of the control.
    settings.show(TrainingSpec(samples=100))
    settings.refuse(name, "no")


def test_without_more_settings_there_is_nothing_to_unfold() -> None:
    settings = Settings(TrainingSpec(), lambda *_: None, ("more",))
    panel = settings.panel([], [], [])
    assert settings._more not in panel.objects
    settings = Settings(TrainingSpec(), lambda *_: None)
    assert settings._more in settings.panel([], [], []).objects


def test_what_stands_below_is_unfolded_with_the_rest() -> None:
    settings = Settings(TrainingSpec(), lambda *_: None)
    below = pmui.Button(label="below")
    settings.panel([], [], [below])
    settings._more.collapsed = False
    assert settings._more.objects[-1] is below


def test_the_rate_of_no_penalty_is_not_shown() -> None:
    settings, _ = made()
    rate = settings.widgets["regularization_rate"]
    assert not rate.visible
    settings.show(TrainingSpec(regularization="l1"))
    assert rate.visible
    settings.show(TrainingSpec())
    assert not rate.visible


def test_what_fixed_data_have_no_use_for_is_not_shown() -> None:
    settings, _ = made()
    settings._more.collapsed = False
    fixed = next(key for key, kind in DATASETS.items() if kind.fixed)
    settings.show(TrainingSpec(data=fixed))
    hidden = {name for name, widget in settings.widgets.items() if not widget.visible}
    assert hidden == {"noise", "samples", "data_seed", "regularization_rate"}


def test_every_control_shows_the_spec_and_passes_nothing_on() -> None:
    settings, heard = made()
    settings._more.collapsed = False
    spec = TrainingSpec(
        noise=0.1, activation="relu", learning_rate=0.3, batch_size=7, regularization="l2", regularization_rate=0.5,
        hidden=(3, 2), dropout=0.25, skip=True, initializer="he_normal", optimizer="sgd", loss="hinge", samples=90,
        train_share=0.7, seed=4, data_seed=5,
    )  # fmt: skip
    settings.show(spec)
    assert heard == []
    shown = {name: widget.value for name, widget in settings.widgets.items()}
    assert shown == {
        "noise": 0.1, "activation": "relu", "learning_rate": "0.3", "batch_size": "7", "regularization": "l2",
        "regularization_rate": "0.5", "hidden": "3, 2", "dropout": 0.25, "skip": True, "initializer": "he_normal",
        "optimizer": "sgd", "loss": "hinge", "samples": "90", "train_share": 0.7, "seed": "4", "data_seed": "5",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("learning_rate", "0.5", 0.5),
        ("batch_size", " 32 ", 32),
        ("hidden", "4, 2", (4, 2)),
        ("hidden", "0", ()),
        ("skip", True, True),
        ("activation", "sigmoid", "sigmoid"),
        ("seed", "1e3", 1000),
    ],
)
def test_an_allowed_value_is_passed_on(name: str, typed: Any, value: Any) -> None:
    settings, heard = made()
    settings._more.collapsed = False
    settings.widgets[name].value = typed
    assert heard == [(name, value)]


@pytest.mark.parametrize("name", ["noise", "dropout", "train_share"])
def test_a_slider_is_heard_when_it_is_let_go(name: str) -> None:
    settings, heard = made()
    settings._more.collapsed = False
    slider = settings.widgets[name]
    slider.value = 0.3
    assert heard == []
    with edit_readonly(slider):
        slider.value_throttled = 0.3
    assert heard == [(name, 0.3)]
    limits = SETTINGS[name].metadata
    assert (slider.start, slider.end) == (limits["low"], limits["high"])


def test_a_refused_value_stays_to_be_mended_and_says_what_is_allowed() -> None:
    settings, heard = made()
    rate = settings.widgets["learning_rate"]
    rate.value = "fast"
    assert heard == []
    assert rate.error_state
    assert "Learning rate is a number from 0.000001 to 10, got 'fast'" in rate.helper_text
    settings.show(TrainingSpec())
    assert rate.value == "fast"
    rate.value = "0.5"
    assert not rate.error_state
    assert rate.helper_text == ""
    assert heard == [("learning_rate", 0.5)]


def test_what_was_refused_is_forgiven_and_the_hint_comes_back() -> None:
    settings, _ = made()
    settings._more.collapsed = False
    hidden = settings.widgets["hidden"]
    hint = hidden.helper_text
    settings.refuse("hidden", "too many")
    assert (hidden.error_state, hidden.helper_text) == (True, "too many")
    settings.forgive()
    assert (hidden.error_state, hidden.helper_text) == (False, hint)
    hidden.value = "99"
    settings.forgive()
    settings.show(TrainingSpec())
    assert hidden.value == "8, 8"


def test_a_refusal_without_a_text_field_is_left_to_the_message_bar() -> None:
    settings, _ = made()
    settings.refuse("activation", "no")
    settings.refuse("points", "no")
    settings.refuse("", "no")


@pytest.mark.parametrize("name", OPTIONS)
def test_every_choice_that_is_allowed_is_offered_and_no_other(name: str) -> None:
    assert sorted(OPTIONS[name].values()) == sorted(SETTINGS[name].metadata["choices"])
