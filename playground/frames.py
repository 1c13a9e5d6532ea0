"""The flow of frames: commands are worked off in a thread, and the next frame waits until the last one is painted.

There is no back-pressure in a websocket: a server that sends as fast as it can paints seconds late. So one frame is in
flight at most, the browser says when it has painted it, and there are at most thirty a second. Whatever takes time
runs in a thread (the kernels release the interpreter's lock); the event loop only hands over the result, so that one
student's training never delays another student's click.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from bokeh.document import Document
from panel.io.document import hold
from panel.io.state import set_curdoc

# A server for many students sends fewer: NEURAL_PLAYGROUND_FPS=15.
FRAMES_PER_SECOND = min(60.0, max(1.0, float(os.environ.get("NEURAL_PLAYGROUND_FPS", "30"))))
# A tab in the background paints nothing and acknowledges nothing; it gets a frame a second.
ACKNOWLEDGEMENT_TIMEOUT = 1.0

_log = logging.getLogger(__name__)
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="stage")

Scene = TypeVar("Scene")
Command = Callable[[], None]


class FrameLoop(Generic[Scene]):
    """Works commands off and draws, for one stage in one browser tab.

    Parameters
    ----------
    document : Document
        The tab's Bokeh document.
    advance : callable
        Runs in the thread while playing; returns how many seconds the next frame should wait at least.
    picture : callable
        Runs in the thread after commands or an advance; returns what is to be drawn.
    draw : callable
        Runs in the event loop; sends the scene to the browser, in one message.
    failed : callable
        Runs in the event loop with an exception that a command or an advance raised.
    """

    def __init__(
        self,
        document: Document,
        advance: Callable[[], float],
        picture: Callable[[], Scene],
        draw: Callable[[Scene], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._document = document
        self._advance, self._picture, self._draw, self._failed = advance, picture, draw, failed
        self._commands: deque[Command] = deque()
        self._wake = asyncio.Event()
        self._painted = asyncio.Event()
        self._painted.set()
        self._task: asyncio.Task[None] | None = None
        self._next_frame = 0.0
        self.playing = False
        # Held while the thread works: whoever reads the experiment from elsewhere waits for the end of the frame.
        self.lock = threading.Lock()

    def start(self) -> None:
        """Begin; needs a running event loop."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """End: the tab is gone."""
        self.playing = False
        if self._task is not None:
            self._task.cancel()

    def submit(self, command: Command) -> None:
        """Have `command` run in the thread, as soon as it is free, and draw what it led to."""
        self._commands.append(command)
        self._wake.set()

    def play(self, playing: bool) -> None:
        """Advance by itself from now on, or no longer."""
        self.playing = playing
        self._wake.set()

    def acknowledge(self) -> None:
        """The browser has painted the last frame."""
        self._painted.set()

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._until_due(clock)
            commands = list(self._commands)
            self._commands.clear()
            scene = await self._work(commands, clock)
            if scene is not None:
                self._painted.clear()
                with set_curdoc(self._document), hold(self._document):
                    self._draw_or_say(scene)
                try:
                    await asyncio.wait_for(self._painted.wait(), ACKNOWLEDGEMENT_TIMEOUT)
                except TimeoutError:
                    continue

    def _draw_or_say(self, scene: Scene) -> None:
        """A view that fails must not end the loop: the student could do nothing any more."""
        try:
            self._draw(scene)
        except Exception as error:
            _log.exception("a frame could not be drawn")
            self._failed(error)

    async def _until_due(self, clock: Callable[[], float]) -> None:
        """Wait for a command, or, while playing, for the time of the next frame."""
        while not self._commands:
            wait = self._next_frame - clock() if self.playing else None
            if wait is not None and wait <= 0:
                return
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                return

    async def _work(self, commands: list[Command], clock: Callable[[], float]) -> Scene | None:
        start = clock()
        advancing = self.playing and not commands
        try:
            scene, pause, failures = await asyncio.get_running_loop().run_in_executor(
                _POOL, self._work_in_thread, commands, advancing
            )
        except Exception as error:
            scene, pause, failures = None, 0.0, [error]
        if failures:
            with set_curdoc(self._document), hold(self._document):
                for failure in failures:
                    self._failed(failure)
        if advancing:
            # From when it was due, not from when it began: late frames do not add up.
            due = max(self._next_frame, start - 1 / FRAMES_PER_SECOND)
            self._next_frame = due + max(pause, 1 / FRAMES_PER_SECOND)
        return scene

    def _work_in_thread(self, commands: list[Command], advancing: bool) -> tuple[Scene, float, list[Exception]]:
        """Work everything off; one command that fails does not take the others with it."""
        failures: list[Exception] = []
        pause = 0.0
        with self.lock:
            for command in commands:
                try:
                    command()
                except Exception as error:
                    failures.append(error)
            if advancing:
                pause = self._advance()
            return self._picture(), pause, failures
