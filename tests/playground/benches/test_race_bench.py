"""What lessons know of a race, compared with races that are run here, and the commands that they give."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from engine import SpecError
from engine.backend import default_backend
from lessons.conditions import Fact
from playground.benches.bench import finished
from playground.benches.race import BENCH
from playground.race_link import from_query
from playground.stages.race import stage as race_stage
from playground.stages.race.session import RaceSession
from playground.stages.race.stage import RaceStage
from tests.playground.stages.visits import Ready, Visit


def done(at: dict[str, str], *commands: str) -> tuple[RaceSession, dict[str, Fact]]:
    session = BENCH.begin(at)
    finished(BENCH.script(session, commands))
    return session, BENCH.facts(session)


def test_every_fact_is_documented() -> None:
    _, facts = done({"slide": "L2-24"}, "play 3")
    assert {re.sub(r"\.\w+$", ".sgd", name) for name in facts} == BENCH.names.keys()


def test_gradient_descent_and_momentum_in_the_valley() -> None:
    _, facts = done({"slide": "L3-24"}, "play 100")
    slopes = np.array([0.04, 4.0])
    plain = np.array([-10.0, 1.0]) * (1 - 0.1 * slopes) ** 100
    point, velocity, arrived = np.array([-10.0, 1.0]), np.zeros(2), math.nan
    for update in range(1, 101):
        velocity = 0.9 * velocity + slopes * point
        point = point - 0.1 * velocity
        if math.isnan(arrived) and np.hypot(*point) <= 0.05:
            arrived = update
    assert [facts["w1.sgd"], facts["w2.sgd"]] == pytest.approx(plain.tolist(), rel=1e-9, abs=1e-12)
    assert [facts["w1.momentum"], facts["w2.momentum"]] == pytest.approx(point.tolist(), rel=1e-6, abs=1e-9)
    assert facts["arrived.momentum"] == arrived == 64
    assert math.isnan(facts["arrived.sgd"])
    assert facts["loss.sgd"] == pytest.approx(0.02 * plain[0] ** 2)
    assert facts["distance.sgd"] == pytest.approx(np.hypot(*plain))
    assert facts["losses.sgd"][0] == (0.0, pytest.approx(0.02 * 100 + 2))
    assert (facts["winner"], facts["best_arrival"], facts["racers"]) == ("momentum", 64, 7)


def test_the_winner_is_one_that_takes_part() -> None:
    _, facts = done({"slide": "L3-24"}, "drop momentum", "play 100")
    assert (facts["winner"], facts["best_arrival"], facts["racers"]) == ("nesterov", 69, 6)
    assert facts["racing.momentum"] is False
    _, facts = done({"slide": "L3-24"}, "play 60")
    assert (facts["winner"], facts["arrived"], facts["stuck"]) == ("", 0, 7)
    assert math.isnan(facts["best_arrival"])


def test_who_notices_a_factor_on_the_loss() -> None:
    _, facts = done({"slide": "L2-24"}, "step 1")
    for key in ("sgd", "momentum"):
        assert facts[f"step_ratio.{key}"] == pytest.approx(100)
    for key in ("adagrad", "rmsprop", "adadelta", "adam"):
        assert facts[f"step_ratio.{key}"] == pytest.approx(1, abs=0.01)
    assert facts["first_step.sgd"] == pytest.approx(100 * 0.1 * math.hypot(0.4, 4))
    _, facts = done({"slide": "L3-24"}, "step 1")
    assert math.isnan(facts["step_ratio.sgd"])


def test_commands_do_what_the_table_does() -> None:
    session, facts = done(
        {"preset": "beale"}, "rate adam 0.5", "add sgd", "rate sgd_2 0.02", "start 1 1.4", "set steps 90", "play 80"
    )
    assert (facts["rate.adam"], facts["rate.sgd_2"], facts["start2"], facts["steps"]) == (0.5, 0.02, 1.4, 90)
    assert facts["epoch"] == 80
    finished(BENCH.script(session, ["back 30", "remove sgd_2", "again 10"]))
    facts = BENCH.facts(session)
    assert facts["epoch"] == 10
    assert "rate.sgd_2" not in facts
    finished(BENCH.script(session, ["surface ravine"]))
    facts = BENCH.facts(session)
    assert (facts["surface"], facts["rate.adam"]) == ("ravine", 0.3)


@pytest.mark.parametrize(
    "command",
    ["rate nobody 1", "rate adam x", "rate adam -1", "set nonsense 1", "choose nothing", "surface moon", "remove adam",
     "add magic", "start 99 99", "play 0", "play"],
)  # fmt: skip
def test_what_cannot_be_done_is_said(command: str) -> None:
    session = BENCH.begin({"preset": "beale"})
    with pytest.raises(SpecError):
        finished(BENCH.script(session, [command]))
    assert BENCH.facts(session)["rate.adam"] == 0.1


def test_an_address_that_asks_for_what_is_not_there() -> None:
    with pytest.raises(SpecError, match="L9-99"):
        BENCH.begin({"slide": "L9-99"})


def test_another_step_undoes_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race_stage, "kernels", Ready)
    visited = Visit(lambda: RaceStage(from_query("slide=L2-26")))
    session, board = visited.session, visited.board
    finished(BENCH.script(session, ["play 9", "drop sgd", "rate adam 1", "start 0.5 0.2", "set noise 1", "play 3"]))
    visited.settle()
    visited.hear(board.table, type="rate", key="sgd", text="many")
    visited.hear(board.transport, type="grain", grain="50")
    board.shown.value = "space"
    board.settings.steps.value = "many"
    assert board.settings.steps.error_state
    BENCH.open(session, {"slide": "L3-24"})
    visited.settle()
    fresh = RaceSession(from_query("slide=L3-24"), default_backend())
    assert session.field == fresh.field
    assert board.shown.value == "plane"
    assert (board.transport.grain, board.settings.steps.value) == ("1", "300")
    assert not board.settings.steps.error_state
    assert board.transport.status["text"] == "At the start"
    assert not board.transport.status["can_reset"]
    assert set(BENCH.parts) == {view.styles["grid-area"] for view in visited.stage.view}


def test_nothing_steps_while_a_lesson_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race_stage, "kernels", Ready)
    visited = Visit(lambda: RaceStage(from_query("slide=L3-24")))
    visited.stage.locked = True
    visited.hear(visited.board.transport, type="step", direction=1, grain="10")
    assert BENCH.facts(visited.session)["epoch"] == 0
    visited.stage.locked = False
    visited.hear(visited.board.transport, type="step", direction=1, grain="10")
    assert BENCH.facts(visited.session)["epoch"] == 10
