"""The dialog that makes links: what it writes is what the page reads."""

from __future__ import annotations

import numpy as np

from engine import TrainingSpec
from playground.link import from_query
from playground.stages.network.tools import share
from tests.playground.stages.views import labelled

WEIGHTS = "With the weights of now, instead of the untrained start"
HIDE = "Hide for whoever opens it (author mode)"


def read(dialog: share.Share):
    assert dialog.link.startswith("?")
    return from_query(dialog.link)


def test_a_link_opens_this_experiment(visit, own_query: str) -> None:
    for query in ("?data=xor&hidden=3,2&skip=true&formulas=x1*x2&inputs=x1,own1&dropout=0.2", own_query):
        visited = visit(query)
        link = read(visited.dialog("share"))
        assert link.spec == visited.session.run.spec
        assert link.ignored == ()
        assert link.weights is None
        assert link.hidden == ()


def test_settings_changed_while_training_are_in_the_link(visit) -> None:
    visited = visit()
    visited.session.run.step("epoch")
    visited.session.run.change(learning_rate=0.4, regularization="l1")
    assert read(visited.dialog("share")).spec == TrainingSpec(learning_rate=0.4, regularization="l1")


def test_the_weights_of_now_are_opened_again(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    visited.session.run.step("epoch", 5)
    tool = visited.dialog("share")
    labelled(tool._dialog, WEIGHTS).value = True
    weights = visited.session.run.parameters.copy()
    link = read(tool)
    assert link.weights.tolist() == weights.astype(np.float32).tolist()
    again = visit(tool.link)
    assert again.said == []
    assert again.session.run.parameters.tolist() == weights.astype(np.float32).tolist()
    # The link is written anew each time it is opened.
    visited.session.run.step("epoch", 5)
    visited.dialog("share")
    assert read(tool).weights.tolist() == visited.session.run.parameters.astype(np.float32).tolist()


def test_what_a_link_cannot_carry_is_said(visit) -> None:
    visited = visit("?hidden=16,16,16")
    tool = visited.dialog("share")
    assert tool._misses.value == ""
    labelled(tool._dialog, WEIGHTS).value = True
    assert "at most 400 weights, this network has 609" in tool._misses.value
    assert read(tool).weights is None
    labelled(tool._dialog, WEIGHTS).value = False
    assert tool._misses.value == ""


def test_what_the_author_hides_is_hidden_where_the_link_is_opened(visit) -> None:
    tool = visit().dialog("share")
    labelled(tool._dialog, HIDE).value = ["share", "transport"]
    again = visit(tool.link)
    assert not again.board.transport.visible
    assert set(read(again.dialog("share")).hidden) == {"transport", "share"}, "and stays hidden in a link made there"


def test_the_address_is_the_page_s_without_its_query(visit, monkeypatch) -> None:
    class Location:
        href = "https://school.example/play?hidden=2&theme=dark#top"

    monkeypatch.setattr(type(share.pn.state), "location", property(lambda _: Location()))
    assert visit("?seed=3").dialog("share").link == "https://school.example/play?v=2&seed=3"
