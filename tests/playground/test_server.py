"""What a server process mends."""

from __future__ import annotations

import logging
import sys

import panel as pn
import panel_material_ui as pmui
import pytest
from bokeh.server.views.ws import WSHandler

from playground.server import Kernels, quiet_log, send_frames_at_once, unbind_busy


def test_nagle_is_switched_off_once() -> None:
    send_frames_at_once()
    patched = WSHandler._async_open
    send_frames_at_once()
    assert WSHandler._async_open is patched
    assert patched.without_delay


def test_a_page_leaves_no_watcher_on_the_global_state() -> None:
    before = list(pn.state.param.watchers.get("busy", {}).get("value", []))
    page = pmui.Page(title="x")
    tied = pn.state.param.watchers["busy"]["value"]
    assert len(tied) > len(before), "panel-material-ui no longer ties its pages: `unbind_busy` can go"
    unbind_busy(page)
    assert len(pn.state.param.watchers["busy"]["value"]) == len(before)


@pytest.mark.parametrize("name", ["WebSocketClosedError", "ValueError"])
def test_only_the_tracebacks_of_leaving_visitors_are_dropped(name: str, caplog: pytest.LogCaptureFixture) -> None:
    quiet_log()
    logger = logging.getLogger("tornado.application")
    error = type(name, (Exception,), {})
    try:
        raise error("gone")
    except error:
        kept = logger.filter(
            logger.makeRecord(logger.name, logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
        )
    assert bool(kept) == (name == "ValueError")


def test_without_a_compiled_engine_the_reference_engine_serves() -> None:
    kernels = Kernels()
    assert not kernels.ready
    assert kernels.backend().name == "NumPy"
