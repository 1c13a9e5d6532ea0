"""The page that a visitor opens."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from playground.pages import asked_for, navigation
from playground.server import prepare, unbind_busy
from playground.theme import THEME_CONFIG
from playground.widgets.site_nav import SiteNav

TITLE = "Neural Playground"


def page() -> Any:
    """Build the page for one visitor."""
    prepare()
    asked, query = asked_for(_query())
    shell = pmui.Page(
        title=TITLE, theme_config=THEME_CONFIG, busy_indicator=None, sidebar_variant="temporary",
    )  # fmt: skip
    unbind_busy(shell)
    stage = asked.make(query, dark=shell.param.dark_theme)
    if "navigation" not in stage.hidden:
        shell.header = [SiteNav(items=navigation(asked), dark=shell.param.dark_theme)]
    shell.main = [stage]
    pn.state.onload(stage.start)

    pn.state.on_session_destroyed(lambda _: stage.stop())
    return shell


def _query() -> dict[str, str]:
    """Return the address's parameters, the first of each name."""
    return {name: values[0].decode("utf-8", "replace") for name, values in pn.state.session_args.items()}
