"""Where the page is served."""

from __future__ import annotations

import panel as pn


def page_address() -> str:
    """Return the visitor's address of the page, without its query; empty where it is not known."""
    location = pn.state.location
    if location is None or not location.href:
        return ""
    return str(location.href).split("?", 1)[0].split("#", 1)[0]
