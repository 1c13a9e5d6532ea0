"""The dialog that opens a part of the network as a graph: what it offers has the network's own numbers."""

from __future__ import annotations

import pytest

from engine.expression.passes import complete_pass
from playground.graph_link import from_query
from tests.playground.stages.views import labelled


def offered(tool):
    link = from_query(tool.link)
    assert link.ignored == ()
    return link.spec


def test_the_link_opens_the_chosen_neuron_with_its_numbers(visit) -> None:
    visited = visit("?data=xor&hidden=3&activation=tanh&samples=40")
    visited.session.run.step("epoch", 3)
    visited.session.scenes.chosen = "dense1.2"
    spec = offered(visited.dialog("as_graph"))
    run = visited.session.run
    start = spec.start
    assert [start["w1"], start["w2"], start["b"]] == [*run["W1"][:, 2].tolist(), run["b1"][2]]
    assert [start["x1"], start["x2"]] == run.train.inputs[0].tolist()
    assert spec.parameters == ("w1", "w2", "b")


def test_all_numbers_are_those_of_the_network(visit) -> None:
    visited = visit("?data=xor&hidden=2&samples=40")
    tool = visited.dialog("as_graph")
    labelled(tool._dialog, "What").value = "network"
    labelled(tool._dialog, "Training example").value = 7
    assert len(tool._offer.rows) > 9
    for name, network, graph, difference in tool._offer.rows:
        assert network == graph, name
        assert abs(float(difference.replace("−", "-"))) < 1e-14
    # The link carries them all: the graph computed from it has the loss of this example.
    spec = offered(tool)
    done = complete_pass(spec.graph(), spec.start)
    run = visited.session.run
    x, y = run.train.inputs[6], run.train.targets[6]
    assert [spec.start["x1"], spec.start["x2"], spec.start["y"]] == [*x.tolist(), float(y)]
    assert done.values[spec.graph().root] is not None


def test_what_is_too_large_is_said_and_offered_not_at_all(visit) -> None:
    visited = visit("?hidden=16,16")
    tool = visited.dialog("as_graph")
    labelled(tool._dialog, "What").value = "network"
    assert "open one layer or one neuron instead" in tool._offer.trouble
    assert tool.link == ""
    labelled(tool._dialog, "What").value = "neuron"
    assert tool._offer.trouble == ""
    assert tool.link


@pytest.mark.parametrize("part", ["neuron", "layer", "network"])
def test_what_there_is_to_choose_from_is_what_the_network_has(visit, part: str) -> None:
    visited = visit("?hidden=3,2&samples=40")
    tool = visited.dialog("as_graph")
    labelled(tool._dialog, "What").value = part
    assert labelled(tool._dialog, "Layer").options == ["1", "2", "3"]
    assert labelled(tool._dialog, "Layer").visible == (part != "network")
    labelled(tool._dialog, "Layer").value = "2"
    assert labelled(tool._dialog, "Neuron").options == ["1", "2"]
    assert labelled(tool._dialog, "Neuron").visible == (part == "neuron")
    assert labelled(tool._dialog, "Training example").end == len(visited.session.run.train)
