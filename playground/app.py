"""The page that a visitor opens."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from playground.link import from_query
from playground.server import prepare, unbind_busy
from playground.stages.network.stage import NetworkStage
from playground.theme import THEME_CONFIG

TITLE = "Neural Playground"


def page() -> Any:
    """Build the page for one visitor."""
    prepare()
    link = from_query(_query())
    shell = pmui.Page(
        title=TITLE, theme_config=THEME_CONFIG, busy_indicator=None, sidebar_variant="temporary",
    )  # fmt: skip
    unbind_busy(shell)
    stage = NetworkStage(link, dark=shell.param.dark_theme)
    shell.main = [stage]
    pn.state.onload(stage.start)

    pn.state.on_session_destroyed(lambda _: stage.stop())
    return shell


def _query() -> dict[str, str]:
    """Return the address's parameters, the first of each name."""
    return {name: values[0].decode("utf-8", "replace") for name, values in pn.state.session_args.items()}
