"""What a server process mends."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import panel as pn
import panel_material_ui as pmui
import pytest
from bokeh.document import Document
from bokeh.events import ButtonClick
from bokeh.protocol import Protocol
from bokeh.server.views.ws import WSHandler
from panel.io.state import state

from engine.kernels import warm
from playground.server import (
    Kernels,
    leave_widget_messages_unanswered,
    lock_delayed_events,
    quiet_log,
    send_frames_at_once,
    unbind_busy,
)


def test_nagle_is_switched_off_once() -> None:
    send_frames_at_once()
    patched = WSHandler._async_open
    send_frames_at_once()
    assert WSHandler._async_open is patched
    assert patched.without_delay


@pytest.mark.parametrize(
    ("kinds", "answered"),
    [(["MessageSent"], False), (["ModelChanged"], True), (["MessageSent", "ModelChanged"], True)],
)
def test_only_messages_of_widgets_get_no_receipt(
    kinds: list[str], answered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = Protocol()
    message = protocol.create("ACK")
    message.header["msgtype"], message.content = "PATCH-DOC", {"events": [{"kind": kind} for kind in kinds]}
    monkeypatch.setattr(type(message), "msgtype", "PATCH-DOC")
    receipt = protocol.create("OK", "1")

    async def handled(self: object, message: object) -> object:
        return receipt

    monkeypatch.setattr(WSHandler, "_handle", handled)
    leave_widget_messages_unanswered()
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(lambda: asyncio.run(WSHandler._handle(None, message))).result()
    assert (reply is receipt) == answered


def test_an_event_that_waits_for_a_change_is_handled_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    lock_delayed_events()
    button, document = pn.widgets.Button(label="Go"), Document()
    document._session_context = lambda: SimpleNamespace(session=None)
    # A slider's change is on its way when the click comes.
    monkeypatch.setitem(state._change_callbacks, document, {"change": None})
    button._server_event(document, ButtonClick(None))
    (scheduled,) = document.session_callbacks
    assert not getattr(scheduled.callback, "nolock", False)


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


@pytest.mark.parametrize("why", ["connection was closed", "following error: disk full"])
def test_a_message_to_a_tab_that_is_gone_is_no_news(why: str) -> None:
    quiet_log()
    logger = logging.getLogger("panel.io.document")
    message = f"Failed sending message as {why}" if "closed" in why else f"Failed sending message due to {why}"
    kept = logger.filter(logger.makeRecord(logger.name, logging.WARNING, __file__, 1, message, (), None))
    assert bool(kept) == ("closed" not in why)


def finish(kernels: Kernels) -> None:
    """Wait until it is decided, for at most ten seconds."""
    for _ in range(100):
        if kernels.ready or kernels.failed:
            return
        time.sleep(0.1)
    raise AssertionError("never decided")


@pytest.mark.parametrize("family", warm.FAMILIES)
def test_without_a_cache_the_kernels_compile_in_a_thread(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    monkeypatch.setattr(warm, "is_warm", lambda family: False)
    monkeypatch.setattr(warm, "has_cache", lambda: False)
    monkeypatch.setattr(warm, "compile_family", compiled.append)
    kernels = Kernels(family)
    kernels.prepare()
    finish(kernels)
    assert compiled == [family]
    assert kernels.backend().name == "Numba"


def test_a_compiler_that_fails_is_logged_and_numpy_serves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(family: str) -> None:
        raise RuntimeError("no compiler")

    monkeypatch.setattr(warm, "is_warm", lambda family: False)
    monkeypatch.setattr(warm, "has_cache", lambda: False)
    monkeypatch.setattr(warm, "compile_family", fail)
    kernels = Kernels()
    kernels.prepare()
    finish(kernels)
    assert kernels.failed
    assert kernels.backend().name == "NumPy"
    assert "could not be compiled" in caplog.text


def test_without_a_compiled_engine_the_reference_engine_serves() -> None:
    kernels = Kernels()
    assert not kernels.ready
    assert kernels.backend().name == "NumPy"
