"""A computation graph: values above its wires, gradients below them, and leaves to be changed."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

import param

from engine.expression.explain import shown_number
from engine.expression.graph_frame import GraphFrame
from engine.program import Phase
from playground.assets import module, stylesheets
from playground.widgets.component import Component

# What there is room for on a wire, in characters.
SHORT = 7
NOTHING_ACTIVE = {"nodes": [], "edges": [], "phase": ""}


def frame_of(
    frame: GraphFrame,
    sequence: int,
    *,
    hidden: Mapping[str, Collection[int]] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """
    Turn a snapshot of a run into the `frame` of a `GraphView`.

    Numbers are written as explanations write them; local derivatives with fewer digits where four are too long for a
    wire. `flow` has them all.

    Parameters
    ----------
    frame
    sequence
        Number of the frame; no two in a row may have the same.
    hidden
        What the student has not answered yet: `gradients`, ids of nodes, and `locals`, indices of edges. Their numbers
        are not sent to the browser.
    asked
        What the student is asked now: `kind` ("local" or "gradient") and `id` (of the edge or the node).

    Returns
    -------
    dict
    """
    unseen = {name: sorted((hidden or {}).get(name, ())) for name in ("gradients", "locals")}
    return {
        "sequence": sequence,
        "values": _texts(frame.values),
        "numbers": {name: frame.values[place] for name, place in frame.graph.leaves.items()},
        "gradients": _texts(frame.gradients, unseen["gradients"]),
        "locals": _texts(frame.locals, unseen["locals"], _short),
        "active": _active(frame),
        "flow": _flow(frame, unseen),
        "asked": dict(asked) if asked else None,
        "hidden": unseen,
    }


def _texts(
    numbers: Collection[float | None], unseen: Collection[int] = (), write: Callable[[float], str] = shown_number
) -> list[str | None]:
    return [None if number is None or place in unseen else write(number) for place, number in enumerate(numbers)]


def _short(number: float) -> str:
    """Write a number with as many of its four digits as fit on a wire, and two at least."""
    texts = [shown_number(number), *(shown_number(float(f"{number:.{digits}g}")) for digits in (3, 2))]
    return next((text for text in texts if len(text) <= SHORT), texts[-1])


def _active(frame: GraphFrame) -> dict[str, Any]:
    """Return what the instruction that ran last worked on."""
    last = frame.last
    if last is None:
        return NOTHING_ACTIVE
    if last.edge is not None:
        return {"nodes": [last.edge.parent], "edges": [frame.graph.edges.index(last.edge)], "phase": str(last.phase)}
    computes = last.phase in (Phase.FORWARD, Phase.LOSS)
    edges = [index for index, edge in enumerate(frame.graph.edges) if computes and edge.node == last.node]
    return {"nodes": [last.node], "edges": edges, "phase": str(last.phase)}


def _flow(frame: GraphFrame, unseen: Mapping[str, Collection[int]]) -> dict[str, Any] | None:
    """Return the product that has just gone along an edge, unless it would give an answer away."""
    if frame.last is None or frame.last.edge is None:
        return None
    done = frame.contributions[-1]
    index = frame.graph.edges.index(done.edge)
    if index in unseen["locals"] or {done.node, done.parent} & set(unseen["gradients"]):
        return None
    meets = len(frame.graph.into(done.parent)) > 1
    return {
        "edge": index,
        "upstream": shown_number(done.upstream),
        "local": shown_number(done.local),
        "downstream": shown_number(done.downstream),
        "before": shown_number(done.before) if meets else None,
        "after": shown_number(done.after) if meets else None,
    }


class GraphView(Component):
    """
    A computation graph from left to right, on which values go forward and gradients come back.

    Messages: `ack` with `sequence`, when a frame has been painted; `value` with `name` and `value`, within ±1,000,000,
    when a leaf is dragged, moved by a key or typed into; `parameter` with `name` and `on`; `select` with `node`, -1 for
    none.
    """

    graph = param.Dict(
        default={"width": 0, "height": 0, "nodes": [], "edges": []},
        doc="What `layout` gives. Send a frame with each new one.",
    )
    frame = param.Dict(
        default={},
        doc="""
        What `frame_of` gives: `sequence`; `values` and `gradients`, a text or None for each node, and `locals`, for
        each edge; `numbers` by name; `active` with `nodes`, `edges` and `phase`; `flow`, the product that has just gone
        along an `edge`, or None; `asked` and `hidden`, what an exercise asks for and still keeps.""",
    )
    editable = param.Boolean(default=True, doc="Whether leaves can be changed, and marked as parameters.")
    selected = param.Integer(default=-1, doc="Node that a panel beside speaks of; -1 for none.")

    _esm = module("component", "graph_wires", "graph_nodes", "graph_flow", "graph_leaf", "graph_field", "graph")
    _stylesheets: ClassVar[list[str]] = stylesheets("graph")
