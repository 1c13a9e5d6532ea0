"""The page that a visitor opens."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.io.resources import get_dist_path

from playground.pages import asked_for, navigation
from playground.server import prepare, unbind_busy
from playground.theme import THEME_CONFIG
from playground.widgets.site_nav import SiteNav

TITLE = "Neural Playground"


def page() -> Any:
    """Build the page for one visitor."""
    prepare()
    _serve_stylesheets_ourselves()
    asked, query = asked_for(_query())
    shell = pmui.Page(
        title=TITLE, theme_config=THEME_CONFIG, busy_indicator=None, sidebar_variant="temporary",
    )  # fmt: skip
    unbind_busy(shell)
    shown = asked.make(query, dark=shell.param.dark_theme)
    if "navigation" not in shown.hidden:
        shell.header = [SiteNav(items=navigation(asked), dark=shell.param.dark_theme)]
    shell.main = [shown]
    pn.state.onload(shown.start)

    pn.state.on_session_destroyed(lambda _: shown.stop())
    return shell


def _serve_stylesheets_ourselves() -> None:
    """Say where Panel's stylesheets lie, before there is one.

    Panel says so itself only when it writes the page. A session that is made anew by a websocket alone, after a
    restart of the server or a very slow load, would ask another host for them.
    """
    assert pn.state.curdoc is not None
    pn.state.curdoc.template_variables["dist_url"] = get_dist_path(cdn=False)


def _query() -> dict[str, str]:
    """Return the address's parameters, the first of each name."""
    return {name: values[0].decode("utf-8", "replace") for name, values in pn.state.session_args.items()}
