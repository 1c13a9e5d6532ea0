"""Pictures side by side, with what each is."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class PicturePair(Component):
    """Two or more pictures of one thing under a title; without a title it takes no room."""

    content = param.Dict(
        default={},
        doc="""
        `title`; `pictures`, one dict each: `source`, an address that holds the picture itself (``data:``), `title`, and
        `alt`, what is to be seen; `words`, paragraphs.""",
    )

    _esm = module("component", "picture_pair")
    _stylesheets: ClassVar[list[str]] = stylesheets("picture_pair")
