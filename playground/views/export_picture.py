"""A button that saves figures as pictures, in the browser alone."""

from __future__ import annotations

import re
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.plotting import figure

from playground.assets import STATIC

_FIGURES_WANTED = "png_button expects a Bokeh figure, a pane of one or a list of these"


def png_button(shown: figure | pn.pane.Bokeh | list[Any], file_name: str, label: str = "Save as PNG") -> pmui.Button:
    """Return a button that downloads what figures show at that moment, one PNG file each.

    Parameters
    ----------
    shown : figure, pn.pane.Bokeh or list of these
    file_name : str
        Without the suffix; letters, digits, dots, dashes and underscores. Several files are numbered.
    label : str

    Raises
    ------
    TypeError
        If there is no figure.
    ValueError
        If the name does not do for a file.
    """
    items = shown if isinstance(shown, list) else [shown]
    plots = [item.object if isinstance(item, pn.pane.Bokeh) else item for item in items]
    for plot in plots:
        if not isinstance(plot, figure):
            raise TypeError(f"{_FIGURES_WANTED}, got {type(plot).__name__}: pass the view's figure")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", file_name):
        raise ValueError(
            f"a file name has letters, digits, dots, dashes and underscores, got {file_name!r}: give one like 'plane'"
        )
    button = pmui.Button(
        label=label, variant="text", icon="download", sizing_mode="stretch_width", sx={"minHeight": "44px"}
    )
    code = (STATIC / "js" / "export_picture.js").read_text(encoding="utf-8")
    given = ", ".join(f"plot{k}" for k in range(len(plots)))
    # Panel passes models on, and no lists of them.
    args = {f"plot{k}": plot for k, plot in enumerate(plots)}
    button.js_on_click(args=args, code=f"const plots = [{given}]\nconst name = '{file_name}'\n{code}")
    return button
