"""What the browser is told of a run over a graph."""

import json

import pytest

from engine.experiment import Grain
from engine.expression.presets import PRESETS
from engine.expression.run import ExpressionRun
from engine.expression.spec import LARGEST_VALUE, ExpressionSpec
from playground import theme
from playground.assets import STATIC
from playground.views.graph import GraphView, frame_of
from playground.views.graph_layout import TOGGLE, layout


def at(key, op):
    run = ExpressionRun(PRESETS[key].spec)
    run.step(Grain.OP, op)
    return run.frame()


def test_the_beginning_knows_the_leaves_alone():
    told = frame_of(at("xyz", 0), 1)
    assert told == {
        "sequence": 1,
        "values": ["−2", "5", "−4", None, None],
        "numbers": {"x": -2.0, "y": 5.0, "z": -4.0},
        "gradients": [None] * 5,
        "locals": [None] * 4,
        "active": {"nodes": [], "edges": [], "phase": ""},
        "flow": None,
        "asked": None,
        "hidden": {"gradients": [], "locals": []},
    }


def test_forward_lights_a_node_and_the_wires_into_it():
    told = frame_of(at("xyz", 1), 2)
    assert told["values"] == ["−2", "5", "−4", "3", None]
    assert told["locals"] == ["1", "1", None, None]
    assert told["active"] == {"nodes": [3], "edges": [0, 1], "phase": "forward"}
    assert told["flow"] is None


def test_backward_begins_at_the_result():
    told = frame_of(at("xyz", 3), 3)
    assert told["gradients"] == [None, None, None, None, "1"]
    assert told["active"] == {"nodes": [4], "edges": [], "phase": "backward"}
    assert told["flow"] is None


def test_the_numbers_of_the_lecture_go_back():
    # CS231n, lecture 4: f = q z with q = x + y; ∂f/∂z = 3, ∂f/∂q = −4, ∂f/∂x = ∂f/∂y = −4.
    flows = [frame_of(at("xyz", op), op)["flow"] for op in (4, 5, 6, 7)]
    products = [[flow[name] for name in ("edge", "upstream", "local", "downstream")] for flow in flows]
    assert products == [[3, "1", "3", "3"], [2, "1", "−4", "−4"], [1, "−4", "1", "−4"], [0, "−4", "1", "−4"]]
    assert all(flow["before"] is flow["after"] is None for flow in flows)
    assert frame_of(at("xyz", 7), 7)["gradients"] == ["−4", "−4", "3", "−4", "1"]


def test_where_paths_meet_the_sum_is_told():
    # x·(x + y) + x at x = 3, y = 2: 1 along the last use, then 5 along the product, then 3 along the sum.
    frames = [frame_of(at("fan_out", op), op) for op in range(4, 13)]
    flows = [frame["flow"] for frame in frames if frame["flow"] and frame["flow"]["before"] is not None]
    assert [(flow["before"], flow["downstream"], flow["after"]) for flow in flows[:3]] == [
        ("0", "1", "1"), ("1", "5", "6"), ("6", "3", "9"),
    ]  # fmt: skip


def test_loss_and_update_have_their_phases():
    run = ExpressionRun(PRESETS["line"].spec)
    seen = []
    for _ in run.instructions:
        run.step(Grain.OP)
        seen.append(frame_of(run.frame(), 1)["active"])
    loss = [active for active in seen if active["phase"] == "loss"]
    assert {node for active in loss for node in active["nodes"]} == {
        node.id for node in run.graph.nodes if node.loss and node.parents
    }
    updates = [active for active in seen if active["phase"] == "update"]
    assert updates == [
        {"nodes": [run.graph.leaves[name]], "edges": [], "phase": "update"} for name in ("w1", "w2", "b")
    ]
    # w ← 1 − 0.1·(−2)·1.
    assert frame_of(run.frame(), 1)["numbers"]["w1"] == pytest.approx(1.2)


def test_what_is_asked_is_not_given_away():
    frame = at("xyz", 7)
    told = frame_of(frame, 1, hidden={"gradients": {0, 3}, "locals": [2]}, asked={"kind": "local", "id": 2})
    assert told["gradients"] == [None, "−4", "3", None, "1"]
    assert told["locals"] == ["1", "1", None, "3"]
    assert told["hidden"] == {"gradients": [0, 3], "locals": [2]}
    assert told["asked"] == {"kind": "local", "id": 2}
    # The last product went along x → q: it has the gradients of both.
    assert told["flow"] is None
    assert frame_of(frame, 1, hidden={"locals": [0]})["flow"] is None
    assert frame_of(frame, 1, hidden={"locals": [1]})["flow"]["edge"] == 0
    json.dumps(told)


@pytest.mark.parametrize(
    ("value", "wire", "flow"),
    [
        (-0.0001234, "−0.00012", "−0.0001234"), (0.2098, "0.2098", "0.2098"), (-0.01477, "−0.0148", "−0.01477"),
        (-1.234e-5, "−1.2e−5", "−1.234e−5"), (1e6, "1000000", "1000000"), (12345.67, "1.235e4", "1.235e4"),
    ],
)  # fmt: skip
def test_a_local_derivative_has_the_digits_that_fit(value, wire, flow):
    run = ExpressionRun(ExpressionSpec("x*y", (("x", 2), ("y", value))))
    run.step(Grain.OP, 4)
    told = frame_of(run.frame(), 1)
    assert told["locals"][0] == wire
    assert told["flow"]["local"] == flow


def test_graph_and_frame_reach_the_browser():
    view = GraphView()
    model = view.get_root()
    run = ExpressionRun(PRESETS["network"].spec)
    plan = layout(run.graph)
    view.graph = plan
    frame = frame_of(run.frame(), 5)
    view.push(frame=frame)
    assert model.data.graph == plan
    assert model.data.frame == frame
    assert model.data.editable is True
    assert model.data.selected == -1


def test_every_file_of_the_graph_is_part_of_it():
    paths = sorted((STATIC / "js").glob("graph*.js"))
    assert len(paths) == 6
    for path in paths:
        assert path.read_text(encoding="utf-8") in GraphView._esm


def test_the_browser_has_the_same_limits():
    assert f"const LARGEST_VALUE = {LARGEST_VALUE:g}".replace("e+0", "e") in GraphView._esm
    assert f"const TOGGLE = {TOGGLE} " in GraphView._esm


def luminance(color):
    return theme.linear_rgb(color) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_is_wrong_with_a_number_can_be_read(mode):
    text = GraphView._stylesheets[-1]
    place = text.index("--error", text.index('[data-theme="dark"]') if mode == "dark" else 0)
    color = text[place:].split(":")[1].split(";")[0].strip()
    low, high = sorted([luminance(color), luminance(theme.SURFACE[mode]["surface"])])
    assert (high + 0.05) / (low + 0.05) >= 4.5
