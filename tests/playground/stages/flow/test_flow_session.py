"""A stack without a page: it stands at the end at once, and can be taken apart again."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine import Grain, Position, SpecError
from engine.backend import default_backend
from engine.flow import END, FlowSpec
from engine.program import Phase
from playground.flow_link import FlowLink
from playground.stages.flow.presets import PRESETS, preset_of, preset_ratios
from playground.stages.flow.session import SPEEDS, FlowSession


def test_a_change_begins_anew_and_runs_to_the_end(session) -> None:
    made = session(depth=4, width=8)
    made.step(-1, Grain.PHASE)
    assert made.run.position != END
    made.edit("activation", "tanh")
    assert made.spec == FlowSpec(depth=4, width=8, activation="tanh")
    assert made.run.position == END
    made.edit("seed", lambda spec: spec.seed + 5)
    assert made.spec.seed == 5


def test_a_change_to_the_same_value_leaves_the_moment(session) -> None:
    made = session(depth=4, width=8)
    made.seek_step(3)
    made.edit("depth", 4)
    assert made.at == 3
    assert made.edits == 1


def test_a_value_that_is_not_allowed_changes_nothing(session) -> None:
    made = session(depth=4, width=8)
    run = made.run
    with pytest.raises(SpecError, match="Layers is a whole number from 2 to 20"):
        made.edit("depth", 21)
    assert made.run is run


@pytest.mark.parametrize("skip", [False, True])
def test_a_step_is_a_layer_up_or_down(session, skip: bool) -> None:
    made = session(depth=3, width=4, skip=skip)
    made.seek_step(0)
    seen = []
    while made.run.position != END:
        made.step(1, Grain.LAYER)
        frame = made.run.frame()
        known = sum(layer.rms is not None for layer in frame.layers)
        seen.append((made.at, known, sum(layer.gradient is not None for layer in frame.layers)))
    assert seen == [(1, 0, 0), (2, 1, 0), (3, 2, 0), (4, 3, 0), (5, 3, 1), (6, 3, 2), (7, 3, 3)]
    assert made.scene(False).steps == 7
    for step in range(6, -1, -1):
        made.step(-1, Grain.LAYER)
        assert made.at == step


def test_one_goes_to_a_layer_s_way_up_or_down(session) -> None:
    made = session(depth=5, width=4)
    made.seek_layer(2, Phase.FORWARD)
    assert made.run.last.layer == "dense2"
    assert made.run.last.phase is Phase.FORWARD
    made.seek_layer(4, Phase.BACKWARD)
    frame = made.run.frame()
    assert [layer.gradient is not None for layer in frame.layers] == [False, False, False, True, True]
    made.seek_layer(1, Phase.BACKWARD)
    assert made.run.position == END
    made.seek_layer(99, Phase.BACKWARD)
    assert frame.layers[-1].gradient == made.run.frame().layers[-1].gradient


def test_playing_at_the_end_begins_at_the_start_and_ends_there(session) -> None:
    made = session(depth=2, width=4)
    made.start_playing()
    assert made.run.position == Position()
    pauses = []
    while not made.stopped:
        pauses.append(made.advance())
    assert pauses == [SPEEDS["slow"]] * 5
    assert made.run.position == END
    made.seek_step(2)
    made.start_playing()
    assert made.at == 2
    assert not made.stopped


def test_a_pinned_stack_stays_and_changes_places(session) -> None:
    made = session(depth=4, width=8)
    first = made.complete.layers
    made.pin()
    made.edit("skip", True)
    second = made.complete.layers
    assert made.pinned.layers == first != second
    made.step(-1, Grain.LAYER)
    made.swap()
    assert made.complete.layers == first
    assert made.pinned.layers == second
    assert made.run.position == END
    made.unpin()
    assert made.pinned is None
    made.swap()
    assert made.complete.layers == first


def test_the_page_opens_with_a_question_and_no_gradient() -> None:
    opened = FlowSession(FlowLink(FlowSpec()), default_backend())
    assert opened.question is not None
    assert all(layer.rms is not None and layer.delta is None for layer in opened.run.frame().layers)
    opened.answer(3)
    assert opened.question.answer == 3
    assert opened.run.position == END
    opened.skip_question()
    assert opened.question is None


def test_a_question_is_no_lock() -> None:
    opened = FlowSession(FlowLink(FlowSpec()), default_backend())
    opened.step(1, Grain.LAYER)
    assert opened.run.frame().layers[-1].gradient is not None
    opened.edit("depth", 3)
    assert opened.question is None
    opened.answer(1)
    assert opened.question is None
    skipped = FlowSession(FlowLink(FlowSpec()), default_backend())
    skipped.skip_question()
    assert skipped.run.position == END


@pytest.mark.parametrize(
    "link",
    [
        FlowLink(FlowSpec(seed=1)),
        FlowLink(FlowSpec(), FlowSpec()),
        FlowLink(FlowSpec(), shown="sums"),
        FlowLink(FlowSpec(), ignored=("x",)),
    ],
)
def test_other_links_ask_nothing(link: FlowLink) -> None:
    opened = FlowSession(link, default_backend())
    assert opened.question is None
    assert opened.run.position == END


def test_the_presets_numbers_are_what_the_stage_shows_and_as_in_the_curriculum(session, reference) -> None:
    ratios = preset_ratios(default_backend())
    made = session()
    for key in ("sigmoid", "tanh", "skips", "deep", "deep_skips"):
        made.choose(key)
        assert preset_of(made.spec, made.shown) == key
        norms = reference(made.complete).weights
        assert ratios[key] == pytest.approx(norms[0] / norms[-1], rel=1e-6)
    # Ten layers of 32 units; by the draw they vary within a factor of two: 3.2e-6, 0.97, 1.18 and 0.45.
    for key, golden in {"sigmoid": 3.2e-6, "tanh": 0.97, "relu": 1.18, "skips": 0.45}.items():
        assert golden / 2 < ratios[key] < golden * 2
    assert ratios["deep"] < 1e-11
    assert 0.1 < ratios["deep_skips"] < 10
    assert ratios["explode"] > 1e3
    assert all(np.isfinite(ratio) for ratio in ratios.values())
    assert set(ratios) == set(PRESETS)


def test_the_largest_stack_follows_a_slider(session) -> None:
    made = session(depth=20, width=64, batch=32, activation="tanh")
    made.edit("seed", 1)
    start = time.perf_counter()
    made.edit("seed", 2)
    made.scene(False)
    # A tenth of a second is what a hand on a slider forgives; this leaves most of it to the browser.
    assert time.perf_counter() - start < 0.06
