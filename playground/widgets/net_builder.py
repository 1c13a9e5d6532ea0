"""A network as a row of layers that are added, removed, moved and configured where they stand."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class NetBuilder(Component):
    """
    The layers of a network in a row, each with a picture of the shape that it hands on.

    A card that is pressed shows its settings beneath the row; a plus between two cards shows what can stand there.
    What cannot work is said at the first layer that is impossible. It changes nothing by itself: it says what was asked
    for, and shows the content that it is given. Arrow keys move among cards and pluses, Delete removes a layer.

    Messages, each with the `id` of a card: `set` with `name` and `value`; `add` with `kind`, behind that card;
    `remove`; `move` with `direction` (1 or -1). And `restore`: back to the network that runs.
    """

    kinds = param.List(default=[], doc="What can be added: dicts with `kind`, `title` and `sentence`.")
    content = param.Dict(
        default={},
        doc="""
        `cards`, from the input to the head, each a dict: `id`; `title`; `detail`, its settings in short; `shape`, a
        list of numbers, or None where there is none; `parameters`, as text; `settings`, each with `name`, `title`,
        `value`, and either `options`, pairs of value and label, or `least`, `most` and `whole`; `removable`;
        `movable`, the directions; `addable`, whether a layer may stand behind it; `refusal`, what is wrong with it, or
        empty; `note`, what there is to say of it, or empty. Besides, `total`, a text; `problem`, what stands under the
        row while the network is impossible, or empty. Set a new dict.""",
    )

    _esm = module("component", "net_builder_shape", "net_builder_editor", "net_builder")
    _stylesheets: ClassVar[list[str]] = stylesheets("net_builder")
