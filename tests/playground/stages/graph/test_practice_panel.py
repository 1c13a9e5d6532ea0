"""The card of the practice: what its messages do to the student's graph."""

import json

import pytest

from playground.graph_link import GraphLink
from playground.stages.graph.practice import SOURCES
from playground.stages.graph.session import GraphSession
from playground.stages.graph.tools.practice_panel import PracticePanel


class Host:
    """A session, and a stage that does at once what it is given."""

    def __init__(self):
        self.session = GraphSession(GraphLink(), seed=3)
        self.played = []

    @property
    def practice(self):
        return self.session.practice

    @property
    def run(self):
        return self.session.run

    def submit(self, command):
        command()
        self.panel.draw(None if self.practice is None else self.practice.make(self.run))

    def play(self, playing):
        self.played.append(playing)


@pytest.fixture
def host():
    made = Host()
    made.panel = PracticePanel(made)
    return made


def hear(host, **message):
    host.panel._card._handle_msg(message)
    return host.panel._card.card


def test_it_begins_and_ends(host):
    assert not host.panel.panel.visible
    host.panel.begin()
    assert host.panel.panel.visible
    assert host.played == [False]
    card = host.panel._card.card
    assert json.loads(json.dumps(card)) == card, "plain data goes to the browser"
    assert [key for key, _ in card["sources"]] == list(SOURCES)
    hear(host, type="stop")
    assert not host.panel.panel.visible
    assert host.practice is None


def test_messages_answer_show_and_switch(host):
    host.panel.begin()
    key = host.panel._card.card["key"]
    card = hear(host, type="answer", text="1", key=key)
    assert (card["verdict"]["kind"], card["done"]) == ("right", 1)
    card = hear(host, type="answer", text="1", key=key)
    assert card["done"] == 1, "the answer was to the question before"
    card = hear(host, type="reveal", key=card["key"])
    assert (card["verdict"]["kind"], card["done"]) == ("shown", 2)
    assert hear(host, type="locals", on=False)["total"] == 5


def test_exercises_open_graphs_of_their_own(host):
    host.panel.begin()
    card = hear(host, type="source", source="2")
    assert (card["source"], host.practice.level) == ("2", 2)
    first = host.run.first_spec
    hear(host, type="next")
    assert host.practice.level == 2
    assert host.run.first_spec != first
    exercise = host.run
    assert hear(host, type="source", source="this")["source"] == "this"
    assert host.run is exercise, "this expression is the one that is on the graph"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "answer", "text": 1, "key": 1}, {"type": "answer", "text": "1"}, {"type": "reveal"},
        {"type": "source", "source": "4"}, {"type": "locals", "on": "no"}, {"type": "elsewhere"}, {},
    ],
)  # fmt: skip
def test_messages_that_mean_nothing_do_nothing(host, message):
    host.panel.begin()
    before = host.panel._card.card
    assert hear(host, **message) == before


def test_the_card_follows_the_page(host):
    host.panel.set_dark(True)
    assert host.panel._card.dark
