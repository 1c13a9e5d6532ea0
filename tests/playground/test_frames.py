"""The flow of frames: one in flight, commands at once, failures answered."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

from bokeh.document import Document

from playground.frames import FrameLoop


def run(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run in a thread: the browser tests keep an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(asyncio.wait_for(scenario(), 20))).result()


class Stage:
    """Counts what the loop asks of it."""

    def __init__(self) -> None:
        self.advanced = 0
        self.drawn: list[int] = []
        self.failures: list[Exception] = []
        self.loop = FrameLoop(Document(), self.advance, lambda: self.advanced, self.drawn.append, self.failures.append)

    def advance(self) -> float:
        self.advanced += 1
        return 0.0


async def drain(stage: Stage, frames: int) -> None:
    """Let the loop run until it has drawn so many frames, painting each at once."""
    while len(stage.drawn) < frames:
        stage.loop.acknowledge()
        await asyncio.sleep(0.001)


def test_nothing_is_drawn_until_asked() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.loop.start()
        await asyncio.sleep(0.1)
        assert stage.drawn == []
        stage.loop.stop()

    run(scenario)


def test_a_command_runs_and_is_drawn_without_playing() -> None:
    async def scenario() -> None:
        stage = Stage()
        done = []
        stage.loop.start()
        stage.loop.submit(lambda: done.append(1))
        await drain(stage, 1)
        assert done == [1]
        assert stage.advanced == 0
        stage.loop.stop()

    run(scenario)


def test_one_frame_is_in_flight() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.loop.start()
        stage.loop.play(True)
        while not stage.drawn:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.3)
        assert len(stage.drawn) == 1, "no second frame before the first is painted"
        stage.loop.acknowledge()
        await asyncio.sleep(0.3)
        assert len(stage.drawn) == 2
        stage.loop.stop()

    run(scenario)


def test_playing_keeps_to_thirty_frames_a_second() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.loop.start()
        stage.loop.play(True)
        start = asyncio.get_running_loop().time()
        await drain(stage, 10)
        assert asyncio.get_running_loop().time() - start >= 8 / 30
        stage.loop.stop()

    run(scenario)


def test_pausing_stops_the_advance() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.loop.start()
        stage.loop.play(True)
        await drain(stage, 3)
        stage.loop.play(False)
        stage.loop.acknowledge()
        await asyncio.sleep(0.2)
        advanced = stage.advanced
        stage.loop.acknowledge()
        await asyncio.sleep(0.2)
        assert stage.advanced == advanced
        stage.loop.stop()

    run(scenario)


def test_a_failing_command_is_answered_and_takes_no_other_with_it() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.loop.start()

        def fail() -> None:
            raise ValueError("units is 1 to 16, got 17")

        done: list[int] = []
        stage.loop.submit(fail)
        stage.loop.submit(lambda: done.append(1))
        while not stage.failures or not done:
            await asyncio.sleep(0.001)
        assert str(stage.failures[0]) == "units is 1 to 16, got 17"
        stage.loop.submit(lambda: None)
        await drain(stage, 1)
        stage.loop.stop()

    run(scenario)


def test_a_frame_that_cannot_be_drawn_is_answered_and_the_next_one_comes() -> None:
    async def scenario() -> None:
        stage = Stage()
        drawn: list[int] = []

        def draw(scene: int) -> None:
            if not stage.failures:
                raise RuntimeError("a view failed")
            drawn.append(scene)

        stage.loop = FrameLoop(Document(), stage.advance, lambda: stage.advanced, draw, stage.failures.append)
        stage.loop.start()
        stage.loop.play(True)
        while len(drawn) < 3:
            stage.loop.acknowledge()
            await asyncio.sleep(0.001)
        assert [str(failure) for failure in stage.failures] == ["a view failed"]
        assert stage.advanced >= 3
        stage.loop.stop()

    run(scenario)


def test_a_picture_that_fails_is_answered_and_the_loop_goes_on() -> None:
    async def scenario() -> None:
        stage = Stage()
        pictures = iter([ZeroDivisionError("no picture"), 7])

        def picture() -> int:
            made = next(pictures)
            if isinstance(made, Exception):
                raise made
            return made

        stage.loop = FrameLoop(Document(), stage.advance, picture, stage.drawn.append, stage.failures.append)
        stage.loop.start()
        stage.loop.submit(lambda: None)
        while not stage.failures:
            await asyncio.sleep(0.001)
        assert stage.drawn == []
        stage.loop.submit(lambda: None)
        await drain(stage, 1)
        assert stage.drawn == [7]
        stage.loop.stop()

    run(scenario)


def test_who_reads_from_elsewhere_waits_for_the_end_of_the_frame_and_holds_off_the_next() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.loop.start()
        order: list[str] = []
        begun = threading.Event()

        def slow() -> None:
            begun.set()
            time.sleep(0.2)
            order.append("command")

        def read() -> None:
            with stage.loop.lock:
                order.append("reader begins")
                time.sleep(0.2)
                order.append("reader ends")

        stage.loop.submit(slow)
        await asyncio.to_thread(begun.wait)
        reader = asyncio.create_task(asyncio.to_thread(read))
        await drain(stage, 1)
        while "reader begins" not in order:
            await asyncio.sleep(0.001)
        stage.loop.acknowledge()
        stage.loop.submit(lambda: order.append("next command"))
        await reader
        await drain(stage, 2)
        assert order == ["command", "reader begins", "reader ends", "next command"]
        stage.loop.stop()

    run(scenario)


def test_the_lock_is_free_after_a_failure() -> None:
    async def scenario() -> None:
        stage = Stage()

        def fail() -> int:
            raise ValueError("no picture")

        stage.loop = FrameLoop(Document(), stage.advance, fail, stage.drawn.append, stage.failures.append)
        stage.loop.start()
        stage.loop.submit(lambda: None)
        while not stage.failures:
            await asyncio.sleep(0.001)
        assert not stage.loop.lock.locked()
        stage.loop.stop()

    run(scenario)
