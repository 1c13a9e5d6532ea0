"""Schedule, weight decay and clipping in the network stage: chosen live, followed, stepped through, kept."""

from __future__ import annotations

import math
from html import unescape

import numpy as np
import pytest

from engine import Position, TrainingSpec
from engine.backend import default_backend
from engine.capsule import save_run
from engine.rules import RULES
from playground.link import from_query, to_url
from playground.stages.network import presentation
from playground.stages.network.tools.compare import difference_lines
from tests.playground.stages.network.test_stage import transport_says

# Four batches in an epoch.
SMALL = "?hidden=3&samples=40&batch_size=5"
ALL = {
    "schedule": "step", "schedule_settings": {"factor": 0.25, "every": 2, "warm_up": 3}, "schedule_unit": "update",
    "weight_decay": 0.01, "decoupled": True, "clip_norm": 0.5, "clip_value": 0.125,
}  # fmt: skip


def opened(visit, query: str = ""):
    visited = visit(SMALL + query)
    visited.board.rules._fold.collapsed = False
    return visited


def choose(visited, **values: object) -> None:
    for name, value in values.items():
        visited.board.rules.widgets[name].value = value
    visited.settle()


def rate_now(visited) -> float:
    return float(visited.board.readout.values["rate"].replace("−", "-"))


def titles(visited) -> list[str]:
    return [item[1] for item in visited.board.readout.items]


def test_a_schedule_is_chosen_while_it_trains_and_the_rate_falls(visit) -> None:
    visited = opened(visit)
    assert "Rate now" not in titles(visited)
    run = visited.session.run
    transport_says(visited, type="play")
    visited.frame()
    choose(visited, schedule="exponential")
    assert visited.stage.loop.playing
    assert visited.session.run is run, "no new run"
    begun = run.position.epoch
    for _ in range(8):
        visited.frame()
    transport_says(visited, type="pause")
    assert run.position.epoch > begun + 5
    assert titles(visited)[-1] == "Rate now"
    # A tenth after twenty epochs, counted from the run's start.
    assert rate_now(visited) == pytest.approx(0.02 * 10 ** (-run.position.epoch / 20), rel=5e-4)
    assert visited.board.rules._at == run.position.epoch
    assert "The learning rate is " in visited.board.summary.text
    before = rate_now(visited)
    transport_says(visited, type="step", direction=-1, grain="epoch")
    assert rate_now(visited) == pytest.approx(before * 10 ** (1 / 20), rel=1e-3)
    transport_says(visited, type="reset")
    assert visited.session.run.spec.schedule == "exponential"
    assert rate_now(visited) == 0.02
    choose(visited, schedule="constant")
    assert "Rate now" not in titles(visited)


def test_the_mark_of_now_counts_what_the_schedule_counts(visit) -> None:
    visited = opened(visit, "&schedule=time&schedule_settings=decay:0.5&schedule_unit=update")
    transport_says(visited, type="step", direction=1, grain="epoch")
    transport_says(visited, type="step", direction=1, grain="batch")
    rules = visited.board.rules
    assert rules._curve.figure.title.text.startswith("Rate at update 5: ")
    assert list(rules._curve._now.data["step"]) == [5]
    assert rate_now(visited) == pytest.approx(0.02 / (1 + 0.5 * 5), rel=5e-4)
    choose(visited, schedule_unit="epoch")
    assert rules._curve.figure.title.text.startswith("Rate at epoch 1: ")
    assert rate_now(visited) == pytest.approx(0.02 / 1.5, rel=5e-4)


def test_while_it_plays_the_mark_follows_and_what_is_typed_stays(visit) -> None:
    visited = opened(visit, "&schedule=exponential")
    transport_says(visited, type="play")
    visited.stage._times["numbers"] = -math.inf
    visited.frame()
    at = visited.board.rules._at
    assert list(visited.board.rules._curve._now.data["step"]) == [at]
    assert at == visited.session.run.position.epoch > 0
    # Typed, and not yet worked off when the next picture comes.
    visited.board.rules.widgets["clip_norm"].value = "0.5"
    visited.stage._times["numbers"] = -math.inf
    visited.frame()
    assert visited.board.rules.widgets["clip_norm"].value == "0.5"
    assert visited.board.rules._at > at
    visited.settle()
    assert visited.session.run.spec.clip_norm == 0.5


def test_decay_and_clips_are_switched_on_live_and_do_what_they_say(visit) -> None:
    visited = opened(visit, "&optimizer=sgd&learning_rate=0.5")
    transport_says(visited, type="step", direction=1, grain="batch")
    run = visited.session.run
    choose(visited, clip_norm="0.01", weight_decay="0.1", decoupled=True)
    assert visited.session.run is run
    assert run.position == Position(0, 1)
    before = run.parameters.copy()
    transport_says(visited, type="step", direction=1, grain="batch")
    # Half of a tenth of each parameter is taken off; the step along the gradient is a half of 0.01 long.
    step = run.parameters - before * (1 - 0.5 * 0.1)
    assert np.linalg.norm(step) == pytest.approx(0.5 * 0.01, rel=1e-9)
    transport_says(visited, type="step", direction=-1, grain="batch")
    np.testing.assert_array_equal(run.parameters, before)


def test_a_bad_value_is_answered_at_its_field_and_reset_forgives(visit) -> None:
    visited = opened(visit)
    choose(visited, clip_norm="far")
    field = visited.board.rules.widgets["clip_norm"]
    assert field.error_state
    assert field.helper_text == "Clipping by norm is a number from 0 to 1,000,000, got 'far'"
    assert visited.session.run.spec.clip_norm == 0
    transport_says(visited, type="step", direction=1, grain="batch")
    assert field.value == "far", "what was typed stays, to be mended"
    transport_says(visited, type="reset")
    assert not field.error_state
    assert field.value == "0"
    # What only the engine refuses comes back to the field too.
    visited.stage.submit(lambda: visited.session.edit("weight_decay", -1, visited.stage.backend))
    visited.settle()
    assert visited.board.rules.widgets["weight_decay"].error_state
    assert visited.said == [visited.board.rules.widgets["weight_decay"].helper_text]


def test_another_listing_begins_with_no_line_that_has_run(visit) -> None:
    visited = opened(visit)
    transport_says(visited, type="step", direction=1, grain="batch")
    scene = visited.settle()
    last = visited.session.run.program.ops[scene.ran]
    assert last.name in scene.values or last.writes[0].name in scene.values
    choose(visited, schedule="cosine")
    scene = visited.settle()
    assert scene.ran == -1
    assert scene.values == {}
    assert "optimizer.rate" in [line["name"] for line in visited.board.listing.lines]
    choose(visited, schedule="constant")
    assert "optimizer.rate" not in [line["name"] for line in visited.board.listing.lines]


def test_an_edge_s_card_has_no_formula_that_decay_or_clipping_make_untrue(visit) -> None:
    visited = opened(visit, "&optimizer=sgd")
    plain = visited.board.diagram.cards["edge"]
    assert "η" in unescape(plain["formula"])
    choose(visited, clip_norm="1")
    assert "η" not in unescape(visited.board.diagram.cards["edge"]["formula"])
    assert visited.board.diagram.cards["edge"]["text"].endswith("stands in the listing.")
    choose(visited, clip_norm="0")
    assert visited.board.diagram.cards["edge"] == plain


def explained(visited, name: str) -> tuple[dict, dict, dict]:
    """Run to the end of a line, and return the view of it, its first result explained, and the memory before."""
    session = visited.session
    at = next(k for k, op in enumerate(session.run.program.ops) if op.name == name)
    session.run_to(at)
    before = {key: session.run[key].copy() for key in ("w", "g", "updates")}
    session.step(1, "op")
    data = session.scenes.stepping
    data.open = True
    data.choose(session.run, 0, 0, 0)
    scene = visited.settle().stepping
    assert scene.operation["name"] == name
    assert scene.operation["lamp"] == "update"
    return scene.operation, scene.cell, before


def read(text: str) -> float:
    return float(text.replace("−", "-"))


def test_each_line_can_be_stood_on_and_shows_formula_numbers_and_numpy(visit) -> None:
    query = "&schedule=exponential&schedule_settings=tau:5&schedule_unit=update&learning_rate=0.5"
    visited = opened(visit, query + "&weight_decay=0.25&clip_value=0.01&clip_norm=0.02&optimizer=sgd")
    visited.session.run.step("batch", 3)
    view, cell, before = explained(visited, "optimizer.rate")
    assert before["updates"] == 3
    assert read(cell["value"]) == pytest.approx(0.5 * 10 ** (-3 / 5), rel=5e-4)
    assert cell["sentence"] == "rate = 0.5·10^(−3/5) = 0.1256"
    assert view["code"] == "rate[...] = learning_rate * 10 ** (-updates / schedule_tau)"
    assert view["formula"].startswith("<math")
    view, cell, before = explained(visited, "optimizer.clipped")
    assert read(cell["value"]) == pytest.approx(np.clip(before["g"][0], -0.01, 0.01), rel=5e-4)
    view, cell, before = explained(visited, "optimizer.norm")
    norm = np.linalg.norm(before["g"])
    assert read(cell["value"]) == pytest.approx(norm, rel=5e-4)
    view, cell, before = explained(visited, "optimizer.scaled")
    assert norm > 0.02
    assert read(cell["value"]) == pytest.approx(before["g"][0] * 0.02 / norm, rel=5e-3)
    assert view["code"] == "g *= clip_norm / np.maximum(norm, clip_norm)"
    view, cell, before = explained(visited, "optimizer.decay")
    assert read(cell["value"]) == pytest.approx(before["g"][0] + 0.25 * before["w"][0], rel=5e-4)
    assert view["code"] == "g += decay * w"
    view, cell, before = explained(visited, "optimizer.updates")
    assert read(cell["value"]) == 4


def test_the_link_opens_with_all_of_it(visit) -> None:
    spec = TrainingSpec(hidden=(3,), samples=40, **ALL)
    query = to_url(spec)
    assert "schedule_settings=factor:0.25,every:2,warm_up:3" in query
    link = from_query(query)
    assert link.ignored == ()
    visited = visit("?" + query)
    assert visited.session.run.spec == spec
    rules = visited.board.rules
    rules._fold.collapsed = False
    assert {name: widget.value for name, widget in rules.numbers.items()} == {
        "factor": "0.25", "every": "2", "warm_up": "3",
    }  # fmt: skip
    shown = {name: widget.value for name, widget in rules.widgets.items()}
    assert shown == {
        "schedule": "step", "schedule_unit": "update", "weight_decay": "0.01", "decoupled": True, "clip_norm": "0.5",
        "clip_value": "0.125",
    }  # fmt: skip
    # The first of three equal stairs up to the learning rate.
    assert rate_now(visited) == pytest.approx(0.02 / 3, rel=5e-4)


def test_a_nonsense_schedule_in_a_link_is_told(visit) -> None:
    visited = visit(SMALL + "&schedule=exponential&schedule_settings=factor:2")
    assert visited.session.run.spec.schedule == "exponential"
    assert visited.session.run.spec.schedule_settings == ()
    assert any("schedule_settings=factor:2" in line for line in visited.said)


def test_a_saved_run_goes_on_with_all_of_it(visit) -> None:
    visited = opened(visit)
    visited.stage.submit(lambda: visited.session.edit_many(ALL, default_backend()))
    visited.settle()
    transport_says(visited, type="step", direction=1, grain="epoch")
    run = visited.session.run
    text, spec, rate = save_run(run), run.spec, run.rate
    transport_says(visited, type="step", direction=1, grain="epoch")
    later = run.parameters.copy()
    other = opened(visit)
    other.stage.submit(lambda: other.session.load(text, default_backend()))
    other.settle()
    assert other.session.run.spec == spec
    assert {name: getattr(spec, name) for name in RULES} != {name: getattr(TrainingSpec(), name) for name in RULES}
    assert other.board.rules.widgets["clip_value"].value == "0.125"
    # 4 updates are done: past the warm-up of 3 its own second step.
    assert other.session.run.rate == rate == 0.02
    transport_says(other, type="step", direction=1, grain="epoch")
    np.testing.assert_array_equal(other.session.run.parameters, later)


def test_a_case_of_the_clinic_begins_without_them(visit) -> None:
    visited = opened(visit, "&schedule=cosine&clip_norm=1")
    case = TrainingSpec(hidden=(2,), samples=40)
    visited.stage.submit(lambda: visited.session.build(case, default_backend()))
    visited.settle()
    assert visited.board.rules.widgets["schedule"].value == "constant"
    assert visited.board.rules.widgets["clip_norm"].value == "0"
    assert "Rate now" not in titles(visited)


def test_a_pinned_run_s_rate_stands_beneath(visit) -> None:
    visited = opened(visit, "&learning_rate=0.5")
    visited.board.compare.button.clicks += 1
    visited.settle()
    choose(visited, schedule="exponential")
    transport_says(visited, type="step", direction=1, grain="epoch")
    assert visited.board.readout.second["rate"] == "0.5"
    assert rate_now(visited) == pytest.approx(0.5 * 10 ** (-1 / 20), rel=5e-4)
    visited.stage.submit(visited.session.swap)
    visited.settle()
    assert titles(visited)[-1] == "Rate now", "one of the two has a schedule"
    assert rate_now(visited) == 0.5


def test_the_comparison_and_the_tree_name_them(session) -> None:
    spec = TrainingSpec()
    assert difference_lines(spec, spec.with_(**ALL)) == [
        "Schedule: Constant (pinned), Step (now)",
        "Schedule settings: as usual (pinned), factor 0.25, steps between 2, steps of warm-up 3 (now)",
        "Schedule unit: epochs (pinned), updates (now)",
        "Weight decay: off (pinned), 0.01 (now)",
        "Decoupled weight decay: off (pinned), on (now)",
        "Clipping by norm: off (pinned), 0.5 (now)",
        "Clipping by value: off (pinned), 0.125 (now)",
    ]
    one = session(hidden=(3,), samples=40)
    one.run.step("epoch", 2)
    one.seek(Position(1))
    one.edit_many({"schedule": "exponential", "clip_norm": 0.5}, default_backend())
    one.run.step("epoch")
    assert presentation.tree_segments(one.run)[1]["label"] == (
        "to epoch 2; schedule Constant → Exponential, clipping by norm off → 0.5, from epoch 1"
    )


def test_the_field_of_the_rate_says_that_the_schedule_begins_with_it(visit) -> None:
    visited = opened(visit)
    field = visited.board.settings.widgets["learning_rate"]
    assert field.helper_text == ""
    choose(visited, schedule="step")
    assert field.helper_text == "η₀, with which the schedule begins"
    field.value = "0.04"
    visited.settle()
    assert rate_now(visited) == 0.04
    assert field.helper_text == "η₀, with which the schedule begins"
    choose(visited, schedule="constant")
    assert field.helper_text == ""
