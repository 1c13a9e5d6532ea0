"""How every page is laid out: a bar that stays in sight, and areas that the stylesheet puts in their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import panel as pn

from playground.assets import stylesheets

__all__ = ["bar", "choice_items", "in_place", "page", "placed"]


def bar(*widgets: Any) -> pn.Column:
    """Return the bar: it stays in sight, and messages float over the page's foot, so that nothing moves."""
    return pn.Column(
        *widgets, css_classes=["np-bar"], stylesheets=stylesheets("page"), sizing_mode="stretch_width", margin=0
    )


def placed(areas: Mapping[str, Any], name: str, sheets: Iterable[str], *others: str) -> pn.Column:
    """Return views in a grid of named areas.

    Parameters
    ----------
    areas : mapping of str to viewable
        By the name of the area; an area that the stylesheet does not name would make a column of its own.
    name : str
        The grid's class.
    sheets : iterable of str
        Its stylesheets.
    *others : str
        More classes.
    """
    for area, view in areas.items():
        view.styles = {**view.styles, "grid-area": area}
    return pn.Column(
        *areas.values(), css_classes=[*others, name], stylesheets=stylesheets(*sheets), sizing_mode="stretch_width",
        margin=0,
    )  # fmt: skip


def page(areas: Mapping[str, Any], name: str, sheet: str) -> pn.Column:
    """Return a page; dialogs are appended to it and take no room."""
    return placed(areas, name, ("page", sheet), "np-page")


def in_place(view: Any) -> pn.Column:
    """Return a stage's page in the container whose width its stylesheets ask for: the window, or a lesson's part."""
    return pn.Column(
        view, css_classes=["np-stage-place"], stylesheets=stylesheets("stage_place"), sizing_mode="stretch_width",
        margin=0,
    )  # fmt: skip


def choice_items(choices: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what `Choices` shows: presets with `title` and `sentence`, or titles alone."""
    return [
        {"key": key, "title": each, "sentence": ""} if isinstance(each, str)
        else {"key": key, "title": each.title, "sentence": each.sentence}
        for key, each in choices.items()
    ]  # fmt: skip
