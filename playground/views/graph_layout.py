"""Where the nodes and wires of a computation graph lie, from left to right."""

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from fast_sugiyama import from_edges

from engine.expression.graph import Edge, Graph, GraphNode, NodeKind

# Lengths in pixels where a text is 13 px high; the browser scales all of them alike.
BOX = 36
SMALL_BOX = 26
TOGGLE = 26
LETTER = 9
ROW = 68
# What leaves a node runs level for as long as its numbers need, and curves only then.
RUN = 66
# The bend between two columns is wider where wires climb higher.
SHORTEST_BEND, LONGEST_BEND, SLOPE = 60, 88, 1.1
# From the middle of a local derivative to the arrow's tip: before wires meet, and after most have crossed.
BEFORE_TIP = 28
PORT = 16
SIDE, EXIT, ABOVE = 14, 28, 48
LONGEST_LABEL = 12
SIGNS = {"sigmoid": "σ", "square": "( )²", "sqrt": "√", "abs": "| |"}

Point = tuple[float, float]


def layout(graph: Graph, parameters: Collection[str] = ()) -> dict[str, Any]:
    """
    Lay a graph out: leaves at the left, the result at the right.

    By layers, with few crossings (Sugiyama, Tagawa and Toda 1981, "Methods for visual understanding of hierarchical
    system structures"); a leaf stands close to what uses it, and a long wire bends around what lies between. The
    same graph is always laid out the same. It takes about a millisecond: keep it for as long as the graph holds.

    Parameters
    ----------
    graph
    parameters
        Names that are marked as parameters.

    Returns
    -------
    dict
        `width` and `height` in pixels; `nodes`, in the order of the graph, with `id`, the centre `x` and `y`, `width`
        and `height` of the box, `kind`, `label`, `symbol`, `text`, `parameter`, `loss` and `varies`; `edges`, in the
        order of the graph, with `index`, `from`, `to`, `argument`, the `points` [[x, y], …] that the wire passes, level
        at each of them, and the place `label` [x, y] for its local derivative. All of it can be sent as JSON.
    """
    grid = _grid(graph)
    sizes = [_size(node) for node in graph.nodes]
    columns = _columns(graph, grid, sizes)
    top = min(grid.rows.values())
    y = {place: ABOVE + ROW * (row - top) for place, row in grid.rows.items()}
    nodes = [
        {
            "id": node.id,
            "x": columns[grid.columns[node.id]].middle,
            "y": y[node.id],
            "width": sizes[node.id][0],
            "height": sizes[node.id][1],
            "kind": str(node.kind),
            "label": _label(node),
            "symbol": node.symbol,
            "text": node.text,
            "parameter": node.symbol in parameters,
            "loss": node.loss,
            "varies": node.varies,
        }
        for node in graph.nodes
    ]
    wires = _wires(graph, grid, columns, y, nodes)
    edges = [
        {"index": index, "from": edge.parent, "to": edge.node, "argument": edge.argument, **wires[edge]}
        for index, edge in enumerate(graph.edges)
    ]
    # The result has numbers to its right as well.
    width = columns[-1].end + EXIT
    return {"width": width, "height": max(y.values()) + ABOVE, "nodes": nodes, "edges": edges}


@dataclass(frozen=True, slots=True)
class _Grid:
    """Columns and rows of nodes and of the bends of long wires, and the way of each pair of nodes through bends."""

    columns: dict[int, int]
    rows: dict[int, float]
    routes: dict[tuple[int, int], list[int]]


@dataclass(frozen=True, slots=True)
class _Column:
    """From `left` to `right` there are boxes, up to `end` wires run level."""

    left: float
    right: float
    end: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def _grid(graph: Graph) -> _Grid:
    pairs = list(dict.fromkeys((edge.parent, edge.node) for edge in graph.edges))
    if not pairs:
        return _Grid({0: 0}, {0: 0.0}, {})
    # A graph hangs together: it has one result.
    ((places, _, depth, hops),) = from_edges(
        pairs, vertex_spacing=1, dummy_vertices=True, dummy_size=0.5, ranking_type="minimize", check_layout=False
    )
    rows = {place: float(row) for place, (row, _) in places}
    columns = {place: round(depth - layer) for place, (_, layer) in places}
    if _is_upside_down(graph, rows):
        rows = {place: -row for place, row in rows.items()}
    return _Grid(columns, rows, _routes(pairs, hops or []))


def _is_upside_down(graph: Graph, rows: dict[int, float]) -> bool:
    """Say whether first operands lie below second ones more often than above."""
    pairs = [pair for node in graph.nodes for pair in combinations(node.parents, 2)]
    return sum((rows[a] > rows[b]) - (rows[a] < rows[b]) for a, b in pairs) > 0


def _routes(pairs: list[tuple[int, int]], hops: list[tuple[int, int]]) -> dict[tuple[int, int], list[int]]:
    """Return the bends between the ends of each pair; a bend belongs to one wire, and leads to one place."""
    after = dict(hops)
    real = {place for pair in pairs for place in pair}
    routes = {}
    for start, bend in hops:
        if start not in real:
            continue
        way = []
        while bend not in real:
            way.append(bend)
            bend = after[bend]
        routes[start, bend] = way
    return routes


def _label(node: GraphNode) -> str:
    label = SIGNS.get(node.operation.name, node.label) if node.operation else node.label
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _size(node: GraphNode) -> tuple[float, float]:
    text = LETTER * len(_label(node))
    if node.kind is NodeKind.NUMBER:
        return max(SMALL_BOX, text + 10), SMALL_BOX
    if node.kind is NodeKind.NAME:
        return TOGGLE + max(30, text + 12), BOX
    # However many operands there are, a box stays within its row.
    return max(BOX, text + 16), min(ROW - 12, max(BOX, 14 * len(node.parents) + 8))


def _columns(graph: Graph, grid: _Grid, sizes: list[tuple[float, float]]) -> list[_Column]:
    widths = [float(BOX)] * (max(grid.columns.values()) + 1)
    for node in graph.nodes:
        column = grid.columns[node.id]
        widths[column] = max(widths[column], sizes[node.id][0])
    climbs = [0.0] * len(widths)
    for (start, end), way in grid.routes.items():
        for a, b in pairwise((start, *way, end)):
            column = grid.columns[a]
            climbs[column] = max(climbs[column], ROW * abs(grid.rows[b] - grid.rows[a]))
    for edge in graph.edges:
        if edge.argument and graph.nodes[edge.node].parents.count(edge.parent) > 1:
            # Wires side by side need room to part and to meet again.
            climbs[grid.columns[edge.node] - 1] = LONGEST_BEND / SLOPE
    columns = []
    left = float(SIDE)
    for width, climb in zip(widths, climbs, strict=True):
        columns.append(_Column(left, left + width, left + width + RUN))
        left = columns[-1].end + min(LONGEST_BEND, max(SHORTEST_BEND, SLOPE * climb))
    return columns


def _wires(
    graph: Graph, grid: _Grid, columns: list[_Column], y: dict[int, float], nodes: list[dict[str, Any]]
) -> dict[Edge, dict[str, Any]]:
    arriving: dict[int, list[tuple[Edge, list[Point]]]] = defaultdict(list)
    for edge in graph.edges:
        source, level = nodes[edge.parent], y[edge.parent]
        points = [(source["x"] + source["width"] / 2, level), (columns[grid.columns[edge.parent]].end, level)]
        for bend in grid.routes[edge.parent, edge.node]:
            column = columns[grid.columns[bend]]
            points += [(column.left, y[bend]), (column.end, y[bend])]
        arriving[edge.node].append((edge, points))
    wires = {}
    for place, ways in arriving.items():
        # Wires arrive in the order in which they lie, or they would cross.
        ways.sort(key=lambda way: (way[1][-1][1], way[0].argument))
        for rank, (edge, points) in enumerate(ways):
            twins = [k for k, (other, _) in enumerate(ways) if other.parent == edge.parent]
            port = _port(nodes[place], rank - (len(ways) - 1) / 2, len(ways))
            if len(twins) > 1:
                apart = min(40, 60 / (len(twins) - 1)) * (twins.index(rank) - (len(twins) - 1) / 2)
                points.append(((points[-1][0] + port[0]) / 2, (points[-1][1] + nodes[place]["y"]) / 2 + apart))
            label = points[-1] if len(twins) > 1 else _before_tip(points[-1], port)
            wires[edge] = {"points": [list(point) for point in (*points, port)], "label": list(label)}
    return wires


def _port(node: dict[str, Any], rank: float, count: int) -> Point:
    """Return where on the round left side of a box a wire arrives."""
    offset = rank * min(PORT, (node["height"] - 14) / max(1, count - 1))
    radius = BOX / 2
    into_corner = max(0.0, abs(offset) - (node["height"] / 2 - radius))
    inset = radius - math.sqrt(radius**2 - into_corner**2)
    return node["x"] - node["width"] / 2 + inset, node["y"] + offset


def _before_tip(start: Point, tip: Point) -> Point:
    """Return a point of the last bend, a cubic curve that is level at both ends, its handles in the middle."""
    share = max(0.5, 1 - BEFORE_TIP / (tip[0] - start[0]))
    low, high = 0.0, 1.0
    for _ in range(20):
        t = (low + high) / 2
        low, high = (t, high) if 1.5 * (1 - t) * t + t**3 < share else (low, t)
    climb = 3 * t**2 - 2 * t**3
    return start[0] + share * (tip[0] - start[0]), start[1] + climb * (tip[1] - start[1])
