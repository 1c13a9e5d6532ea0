"""A message in the page: what went wrong, what is allowed, what has changed."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class MessageBar(Component):
    """Shows lines of plain text until they are closed; takes no room without any. Panel's own alerts read markup."""

    lines = param.List(default=[], item_type=str, doc="What to say, a paragraph each; empty for nothing.")
    closable = param.Boolean(default=True, doc="Whether there is a button that closes it.")
    kind = param.Selector(default="info", objects=["info", "warning"], doc="How it is meant.")

    _esm = module("component", "message")
    _stylesheets: ClassVar[list[str]] = stylesheets("message")
