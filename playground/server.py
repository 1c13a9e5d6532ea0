"""What a server process needs once, and what a visitor leaves behind.

Each mend answers something that was measured in Panel 1.9 and Bokeh 3.9.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, Protocol

import panel as pn
from bokeh.protocol.message import Message
from bokeh.server.views.ws import WSHandler
from panel.reactive import Syncable
from panel.util import edit_readonly

from engine.backend import Backend, NumpyBackend, compiled_backend

_log = logging.getLogger(__name__)


def send_frames_at_once() -> None:
    """Switch Nagle's algorithm off on websockets: it holds small frames back and costs a third of the frame rate."""
    if getattr(WSHandler._async_open, "without_delay", False):
        return
    opened = WSHandler._async_open

    async def _async_open(self: WSHandler, token: str) -> None:
        self.set_nodelay(True)
        await opened(self, token)

    _async_open.without_delay = True  # type: ignore[attr-defined]
    WSHandler._async_open = _async_open  # type: ignore[method-assign]


def leave_widget_messages_unanswered() -> None:
    """Send no receipt for messages of widgets, such as the acknowledgement of a frame.

    The browser throws the receipts away, and at thirty a second they cost a sixth of a server's time.
    """
    if getattr(WSHandler._handle, "without_receipts", False):
        return
    handled = WSHandler._handle

    async def _handle(self: WSHandler, message: Message[Any]) -> Any:
        reply = await handled(self, message)
        if isinstance(reply, Message) and reply.msgtype == "OK" and message.msgtype == "PATCH-DOC":
            kinds = {event["kind"] for event in message.content["events"]}
            return None if kinds == {"MessageSent"} else reply
        return reply

    _handle.without_receipts = True  # type: ignore[attr-defined]
    WSHandler._handle = _handle  # type: ignore[method-assign]


def lock_delayed_events() -> None:
    """Handle a click or a message that had to wait for another change under the document's lock, like any other.

    Panel hands such events to Bokeh as callbacks that need no lock; whatever they then change raises an error, and the
    click is lost. Under load, or with a click right after a slider's move, this happens to people.
    """
    for coroutine in (Syncable._event_coroutine, Syncable._change_coroutine):
        coroutine.lock = True  # type: ignore[attr-defined]


# Whoever may speak of a tab that was closed while a message was under way to it.
_LOGGERS = ("bokeh.server.tornado", "bokeh.server.views.ws", "tornado.application", "asyncio", "panel.io.document")


class _LeavingVisitors(logging.Filter):
    """Drops the tracebacks of frames that were under way when a tab was closed: nobody waits for them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything else."""
        name = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        message = record.getMessage()
        return name not in ("WebSocketClosedError", "StreamClosedError") and not any(
            said in message for said in ("WebSocketClosedError", "Failed sending message as connection was closed")
        )


def quiet_log() -> None:
    """Keep the server's log clean of what is not a fault."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(f, _LeavingVisitors) for f in logger.filters):
            logger.addFilter(_LeavingVisitors())


def unbind_busy(page: Any) -> None:
    """Take `page` off the global busy state, to which panel-material-ui ties every page.

    The tie keeps each visitor in memory forever, and walks through all models of the page at every message from the
    browser: two thirds of a server's time while a network trains.
    """
    with edit_readonly(page):
        # A plain value in the place of the reference; the reference's watcher stays, and is taken off by hand.
        page.busy = False
    for watcher in list(pn.state.param.watchers["busy"]["value"]):
        owner = getattr(watcher.fn, "__self__", None)
        if getattr(owner, "self", None) is page:
            pn.state.param.unwatch(watcher)


class Compiler(Protocol):
    """Compiles beside the server."""

    def succeeded(self) -> bool | None:
        """Return whether it has, or None while it is at it."""


class Subprocess:
    """Compiles a family of kernels into the cache, from which this process then reads."""

    def __init__(self, family: str) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "engine.kernels.warm", family])

    def succeeded(self) -> bool | None:
        """Return whether it has, or None while it is at it."""
        code = self._process.poll()
        return None if code is None else code == 0


class Thread:
    """Compiles in this process, for want of a cache: pages answer up to a tenth of a second late meanwhile."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._future = ThreadPoolExecutor(1, thread_name_prefix="compiler").submit(work)

    def succeeded(self) -> bool | None:
        """Return whether it has, or None while it is at it."""
        return self._future.exception() is None if self._future.done() else None


class Kernels:
    """The compiled engine of this process: compiled by a subprocess, so that no page waits for the compiler.

    Parameters
    ----------
    family : str
        Which kernels: a name in `engine.kernels.warm.FAMILIES`.
    """

    def __init__(self, family: str = "dense") -> None:
        self._family = family
        self._compiler: Compiler | None = None
        self._ready = False
        self.failed = False

    def prepare(self) -> None:
        """Start compiling, unless an earlier start has left finished kernels in the cache."""
        from engine.kernels import warm

        if warm.is_warm(self._family):
            compiled_backend()
            self._ready = True
        elif self._compiler is None:
            here = partial(warm.compile_family, self._family)
            self._compiler = Subprocess(self._family) if warm.has_cache() else Thread(here)

    @property
    def ready(self) -> bool:
        """Whether the compiled engine can be used without waiting."""
        if not self._ready and self._compiler is not None and not self.failed:
            done = self._compiler.succeeded()
            if done:
                compiled_backend()
                self._ready = True
            elif done is False:
                self.failed = True
                _log.error("the kernels could not be compiled; the app runs on NumPy, which is slower")
        return self._ready

    def backend(self) -> Backend:
        """Return the compiled engine if it is ready, else NumPy."""
        return compiled_backend() if self.ready else NumpyBackend()


@lru_cache
def _kernels(family: str) -> Kernels:
    made = Kernels(family)
    made.prepare()
    return made


def kernels(family: str = "dense") -> Kernels:
    """Return the one `Kernels` of this family in this process; the first call starts compiling.

    Pages whose networks work on maps ask for the family "maps", all others for "dense".
    """
    return _kernels(family)


def mend() -> None:
    """Mend what every process that serves our widgets needs mended; a second time is harmless."""
    send_frames_at_once()
    leave_widget_messages_unanswered()
    lock_delayed_events()
    quiet_log()


def prepare() -> None:
    """Do all that a server process needs once."""
    mend()
    kernels()
