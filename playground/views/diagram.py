"""The network, left to right, with a picture in every neuron: what it answers at each point of the plane."""

import struct
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import param
from numpy.typing import NDArray

from playground import theme
from playground.assets import module, stylesheets
from playground.widgets.component import Component

HEADER = struct.Struct("<6I")
GRADIENTS = struct.Struct("<2I")


def pack_frame(
    sequence: int,
    weights: NDArray[np.floating],
    biases: NDArray[np.floating],
    pictures: NDArray[np.uint8],
    first_picture: int = 0,
) -> bytes:
    """
    Pack what a diagram draws into the bytes of its `frame`.

    Parameters
    ----------
    sequence
        Number of the frame; the diagram acknowledges it when it is painted. No two frames in a row may have
        the same, or an equal frame would not be sent and never be acknowledged.
    weights
        Column pair after column pair, each [in, out] in row-major order; inputs that are off take no part.
    biases
        For all columns but the inputs, in order.
    pictures
        [n, side, side], row 0 on top, as indices of the look-up tables.
    first_picture
        Which unit the first picture belongs to, counted through all columns, inputs that are off included.
        Units without a picture in the frame keep the one they have.

    Returns
    -------
    bytes
    """
    side = pictures.shape[1] if pictures.size else 0
    count = len(pictures) if side else 0
    header = HEADER.pack(sequence, weights.size, biases.size, side, first_picture, count)
    # A weight that explodes becomes infinite on its way to the browser, and is drawn as such.
    with np.errstate(over="ignore"):
        arrays = (weights.astype("<f4"), biases.astype("<f4"), pictures.astype(np.uint8, copy=False))
    return header + b"".join(array.tobytes() for array in arrays)


def pack_gradients(weights: Sequence[NDArray[np.floating]], units: Sequence[NDArray[np.floating]]) -> bytes:
    """
    Pack gradients into the bytes of a diagram's `gradients`: as many numbers as a frame has weights and biases.

    Parameters
    ----------
    weights
        Of the loss with respect to the weights, in the order of a frame's weights; NaN where not known yet.
    units
        Of the loss with respect to each neuron's sum z, in the order of a frame's biases; NaN where not known yet.

    Returns
    -------
    bytes
    """
    with np.errstate(over="ignore"):
        arrays = [np.concatenate([part.ravel() for part in parts]).astype("<f4") for parts in (weights, units)]
    return GRADIENTS.pack(*(array.size for array in arrays)) + b"".join(array.tobytes() for array in arrays)


class NetworkDiagram(Component):
    """
    The network with its weights as edges and a picture in every neuron.

    Messages: `ack` with `sequence`, when a frame has been painted; `hover` with `unit`, and `leave`;
    `select` with `unit` ("" for none); `units` with `column` and `delta`; `layers` with `delta`;
    `toggle_input` with `unit`; `remove_input` with `unit`; `add_input`; `activation` with `column` and
    `activation`; `weight` with `group`, `source`, `target` and `value`, indices into the weights [in, out] of
    the frame, where inputs that are off do not count; `bias` with `column`, `unit` (its row) and `value`.
    Weights and biases that come from here are finite and within ±1,000.
    """

    columns = param.List(
        default=[],
        doc="""
        One dict a column: `name`, `title`, `kind` (input, hidden or output) and `units`, dicts of `id` and
        `label`; an input with `"on": False` is drawn faint and has no edges, one with `"removable": True` can
        be taken away. A hidden column may have `activation`, a key of `activations`, which can then be chosen
        over it; `"skip": True` if the outputs of the column before are added to its own; and `dropout`, the
        share of its outputs that is dropped.""",
    )
    frame = param.Bytes(default=b"", doc="Weights, biases and pictures, as `pack_frame` makes them.")
    lut = param.Bytes(
        default=theme.diverging_rgb(False), doc="Colours of the pictures, 256 × red, green, blue."
    )
    output_lut = param.Bytes(default=b"", doc="Colours of the output's pictures; empty: those of the others.")
    active = param.Dict(
        default={"columns": [], "edges": [], "phase": ""},
        doc="""
        What the operation that has just run worked on: indices of `columns`, of `edges` (group i joins column i and
        i + 1), and the `phase` that colours them ("" for none).""",
    )
    gradients = param.Bytes(
        default=b"",
        doc="""
        Gradients of the weights, drawn as arrows against the flow, and δ of each neuron, as `pack_gradients` makes
        them; empty for none.""",
    )
    gradients_text = param.String(default="", doc="What δ and the arrows are, under the diagram; empty for none.")
    selected = param.String(default="", doc="Id of the unit that stands in the big view.")
    editable = param.Boolean(
        default=True, doc="Whether the shape can be changed: neurons, layers, inputs, activations."
    )
    weights_editable = param.Boolean(
        default=True, doc="Whether a click on an edge or a neuron opens its weights and biases to be changed."
    )
    frozen = param.Boolean(default=False, doc="Whether nothing can be changed at all, as in a run kept to compare.")
    activations = param.List(default=[], doc="Activations to choose from, as (key, title).")
    can_add_input = param.Boolean(default=False, doc='Whether a button "+ f(x)" stands under the inputs.')
    cards = param.Dict(
        default={},
        doc="""
        What is said of what is pointed at: dicts of `title`, `text` (plain) and `formula` (MathML, made by us
        and trusted), all optional, under the keys "input:<id>", "hidden:<index of the column>", "output",
        "edge", "bias" and "skip". Names and values are added to them.""",
    )
    save = param.Integer(default=0, doc="Each change has the browser save the diagram as a PNG.")
    save_name = param.String(default="network.png", doc="Name of the file that `save` makes.")
    target_height = param.Integer(
        default=520, doc="Height in pixels that pictures shrink to stay within, as far as they can."
    )

    _esm = module(
        "component", "canvas", "diagram_layout", "diagram_hit", "diagram_pictures", "diagram_paint",
        "diagram_gradients", "diagram_controls", "diagram_card", "diagram_field", "diagram_popover",
        "diagram_pointer", "diagram_save", "diagram",
    )  # fmt: skip
    _stylesheets: ClassVar[list[str]] = stylesheets("diagram", "diagram_float")
