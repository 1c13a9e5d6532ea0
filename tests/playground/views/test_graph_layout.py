"""The layout of computation graphs: nothing lies over anything, and the same graph lies the same."""

import itertools
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from engine.expression.exercises import exercise
from engine.expression.graph import Graph
from engine.expression.parser import parse
from engine.expression.presets import PRESETS
from playground.views.graph_layout import layout
from tests.serving import ROOT

LONG = "x1" + "".join(f" + x{k % 12 + 1}*sigmoid(x{k % 7 + 1} - {k})" for k in range(2, 14))


def graph_of(text):
    expression = parse(text)
    return Graph.of(expression, dict.fromkeys(expression.names, 1.0))


GRAPHS = {
    **{key: preset.spec.graph() for key, preset in PRESETS.items()},
    **{f"exercise {level}": exercise(level, np.random.default_rng(level)).graph() for level in (1, 2, 3)},
    "twice": graph_of("x*x"),
    "thrice": graph_of("max(x, x, x) + x"),
    "far twice": graph_of("max(x, sigmoid(sigmoid(x)), x)"),
    "many": graph_of("max(a, b, c, d, g, h, k)"),
    "crowd": graph_of(f"max({', '.join('abx' * 20)}) + max(a, b)"),
    "words": graph_of("softplus(a_rather_long_name) + pi"),
    "one": graph_of("x"),
    "long": graph_of(LONG),
}
ALL = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)


def boxes(nodes):
    return [
        (n["x"] - n["width"] / 2, n["y"] - n["height"] / 2, n["x"] + n["width"] / 2, n["y"] + n["height"] / 2)
        for n in nodes
    ]


def curve(points, count=40):
    """Points of a wire: cubic curves that are level at each of its points, handles in the middle."""
    t = np.linspace(0, 1, count)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        middle = (x0 + x1) / 2
        x = (1 - t) ** 3 * x0 + 3 * (1 - t) ** 2 * t * middle + 3 * (1 - t) * t**2 * middle + t**3 * x1
        y = (1 - t) ** 2 * (1 + 2 * t) * y0 + t**2 * (3 - 2 * t) * y1
        yield from zip(x, y, strict=True)


@ALL
def test_no_box_lies_over_another_and_all_within(graph):
    plan = layout(graph)
    for (a, b, c, d), (e, f, g, h) in itertools.combinations(boxes(plan["nodes"]), 2):
        assert c < e or g < a or d < f or h < b
    for left, top, right, bottom in boxes(plan["nodes"]):
        assert 0 < left < right < plan["width"]
        assert 0 < top < bottom < plan["height"]


@ALL
def test_no_wire_runs_behind_a_node(graph):
    plan = layout(graph)
    frames = boxes(plan["nodes"])
    for edge in plan["edges"]:
        for x, y in curve(edge["points"]):
            for place, (left, top, right, bottom) in enumerate(frames):
                if place not in (edge["from"], edge["to"]):
                    assert not (left - 2 < x < right + 2 and top - 2 < y < bottom + 2), (edge, place)


@ALL
def test_numbers_are_clear_of_wires_of_other_nodes(graph):
    plan = layout(graph)
    for node in plan["nodes"]:
        # As much room as "−0.009419" takes, above and below the wire.
        left = node["x"] + node["width"] / 2 + 6
        for edge in plan["edges"]:
            if edge["from"] != node["id"]:
                for x, y in curve(edge["points"]):
                    assert not (left < x < left + 58 and abs(y - node["y"]) < 21), (node["id"], edge)


@ALL
def test_wires_lead_from_the_right_of_a_node_to_the_left_of_another(graph):
    plan = layout(graph)
    assert len(plan["edges"]) == len(graph.edges)
    for place, (edge, drawn) in enumerate(zip(graph.edges, plan["edges"], strict=True)):
        assert (drawn["index"], drawn["from"], drawn["to"], drawn["argument"]) == (
            place, edge.parent, edge.node, edge.argument,
        )  # fmt: skip
        source, target = plan["nodes"][edge.parent], plan["nodes"][edge.node]
        xs = [x for x, _ in drawn["points"]]
        assert xs == sorted(xs)
        assert drawn["points"][0] == [source["x"] + source["width"] / 2, source["y"]]
        x, y = drawn["points"][-1]
        assert target["x"] - target["width"] / 2 <= x < target["x"]
        assert abs(y - target["y"]) < target["height"] / 2


@ALL
def test_the_result_is_at_the_right_and_nodes_are_told_in_full(graph):
    plan = layout(graph)
    nodes = plan["nodes"]
    assert max(nodes, key=lambda node: node["x"])["id"] == graph.root
    for node, drawn in zip(graph.nodes, nodes, strict=True):
        told = {name: drawn[name] for name in ("id", "kind", "symbol", "text", "loss", "varies")}
        assert told == {
            "id": node.id, "kind": node.kind, "symbol": node.symbol, "text": node.text, "loss": node.loss,
            "varies": node.varies,
        }  # fmt: skip
    assert json.loads(json.dumps(plan)) == plan


@ALL
def test_places_of_local_derivatives_lie_on_their_wires_and_apart(graph):
    edges = layout(graph)["edges"]
    for edge in edges:
        near = min(np.hypot(x - edge["label"][0], y - edge["label"][1]) for x, y in curve(edge["points"], 400))
        assert near < 3
    for a, b in itertools.combinations(edges, 2):
        # Of sixty operands not all can be told.
        if a["to"] == b["to"] and len(graph.nodes[a["to"]].parents) < 9:
            assert np.hypot(a["label"][0] - b["label"][0], a["label"][1] - b["label"][1]) >= 13


def test_both_uses_of_one_value_are_drawn_apart():
    first, second = layout(GRAPHS["twice"])["edges"]
    middles = [min(curve(edge["points"], 400), key=lambda p: abs(p[0] - edge["label"][0])) for edge in (first, second)]
    assert abs(middles[0][1] - middles[1][1]) >= 30
    assert first["points"][-1][1] < second["points"][-1][1]


def test_operands_come_in_their_order_from_above():
    nodes = layout(GRAPHS["xyz"])["nodes"]
    x, y, z, plus, times = nodes
    assert x["y"] < plus["y"] < y["y"]
    assert plus["y"] < times["y"] < z["y"]


def test_a_leaf_stands_beside_what_uses_it():
    graph = GRAPHS["network"]
    nodes = layout(graph)["nodes"]
    columns = sorted({node["x"] for node in nodes})
    assert len(columns) == 12
    for node in graph.nodes:
        if not node.parents:
            first = min(nodes[child]["x"] for child in node.children)
            assert columns.index(first) - columns.index(nodes[node.id]["x"]) == 1


def test_parameters_are_marked():
    spec = PRESETS["line"].spec
    nodes = layout(spec.graph(), spec.parameters)["nodes"]
    assert {node["symbol"] for node in nodes if node["parameter"]} == {"w1", "w2", "b"}


def test_signs_are_those_of_the_field_and_long_names_are_shortened():
    labels = {node["symbol"]: node["label"] for node in layout(GRAPHS["words"])["nodes"]}
    assert labels["a_rather_long_name"].endswith("…")
    assert len(labels["a_rather_long_name"]) == 12
    assert [node["label"] for node in layout(GRAPHS["neuron"])["nodes"]].count("σ") == 1


def test_the_same_graph_lies_the_same_in_every_process():
    script = (
        "import json; from tests.playground.views.test_graph_layout import GRAPHS, layout;"
        "print(json.dumps([layout(graph) for graph in GRAPHS.values()]))"
    )
    here = [layout(graph) for graph in GRAPHS.values()]
    assert here == [layout(graph) for graph in GRAPHS.values()]
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert json.loads(told.stdout) == here
