"""What a student feels: frames, bytes, clicks, the first picture, and what it costs the server. No timed assertions.

Run with `pytest tests/benchmarks/test_browser_speed.py --benchmark-enable`; the figures stand under `extra_info` and
are printed. In the ordinary suite each runs once, briefly, so that it does not rot.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_benchmark.fixture import BenchmarkFixture

from tests.serving import NUMBER, Server

NETWORK = "?stage=network"
READY = """() => {
  const has = (root) => [...root.querySelectorAll('*')].some(
    (e) => (e.tagName === 'OUTPUT' && e.ariaLabel === 'Loss' && /\\d/.test(e.textContent)) ||
           (e.shadowRoot && has(e.shadowRoot)))
  return has(document)
}"""
# From a click on a neuron until its mark has been painted, after a trip to the server.
CLICKS = """async (count) => {
  const find = (root) => [...root.querySelectorAll('*')].flatMap(
    (e) => [...(/^neuron \\d+ of dense1/.test(e.ariaLabel ?? '') ? [e] : []),
            ...(e.shadowRoot ? find(e.shadowRoot) : [])])
  const neurons = find(document)
  const times = []
  for (let k = 0; k < count; k++) {
    const neuron = neurons[k % neurons.length]
    const start = performance.now()
    const marked = new Promise((seen) => {
      const observer = new MutationObserver(() => { observer.disconnect(); seen() })
      observer.observe(neuron, {attributeFilter: ['aria-pressed']})
    })
    neuron.click()
    await marked
    // The mark is set in an animation frame; a message posted there arrives after that frame was painted.
    await new Promise((painted) => {
      const {port1, port2} = new MessageChannel()
      port1.onmessage = painted
      port2.postMessage(0)
    })
    times.push(performance.now() - start)
    await new Promise((done) => setTimeout(done, 50 + 40 * Math.random()))
  }
  return times
}"""


def report(benchmark: BenchmarkFixture, **figures: float) -> None:
    """Put figures into the benchmark's record, and print them."""
    rounded = {name: round(value, 2) for name, value in figures.items()}
    benchmark.extra_info.update(rounded)
    print("\n" + ", ".join(f"{name} {value}" for name, value in rounded.items()))


def open_stage(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url + NETWORK)
    expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER, timeout=20_000)
    page.wait_for_timeout(500)
    return page


def play(page: Page) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


@pytest.fixture
def seconds(benchmark: BenchmarkFixture) -> float:
    return 1.0 if benchmark.disabled else 15.0


@pytest.fixture
def slow_server(tmp_path: Path) -> Iterator[Server]:
    """A server that sends 15 frames a second, as one for many students does."""
    running = Server(tmp_path / "log.txt", NEURAL_PLAYGROUND_FPS="15")
    yield running
    running.stop()


INSIDE = ("Histograms", "Gradients", "Loss landscape", "Confusion", "3-D surface")


def watch_frames(
    browser: Browser, server: Server, seconds: float, views: tuple[str, ...] = (), pinned: bool = False
) -> dict[str, float]:
    """Measure a page that plays: frames and bytes a second, and the server's share of a core."""
    process = psutil.Process(server.process.pid)
    received: list[int] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    page.goto(server.url + NETWORK)
    expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER, timeout=20_000)
    for view in views:
        page.get_by_role("button", name=view, exact=True).click()
    if pinned:
        page.get_by_role("button", name="Pin and compare", exact=True).click()
        expect(page.get_by_role("button", name="Unpin", exact=True)).to_be_visible()
    play(page)
    page.wait_for_timeout(2000)
    received.clear()
    before, start, epoch = process.cpu_times(), time.perf_counter(), number_of(page, "Epoch")
    page.wait_for_timeout(seconds * 1000)
    passed = time.perf_counter() - start
    after = process.cpu_times()
    # At normal speed each frame is one epoch, and the epoch shown is at most a tenth of a second old.
    frames = number_of(page, "Epoch") - epoch
    cpu = after.user + after.system - before.user - before.system
    page.close()
    return {
        "frames_per_second": frames / passed,
        "kB_per_frame": sum(received) / max(frames, 1) / 1000,
        "server_cpu_percent": 100 * cpu / passed,
    }


def number_of(page: Page, label: str) -> float:
    return float(page.get_by_label(label, exact=True).inner_text().replace(",", ""))


def measured(benchmark: BenchmarkFixture, work: Callable[[], dict[str, float]]) -> None:
    figures = benchmark.pedantic(work, rounds=1, iterations=1)
    report(benchmark, **figures)


def test_frames(benchmark: BenchmarkFixture, browser: Browser, server: Server, seconds: float) -> None:
    measured(benchmark, lambda: watch_frames(browser, server, seconds))


def test_frames_with_all_inside_views_open(
    benchmark: BenchmarkFixture, browser: Browser, server: Server, seconds: float
) -> None:
    measured(benchmark, lambda: watch_frames(browser, server, seconds, INSIDE))


def test_frames_of_a_pair_with_all_inside_views_open(
    benchmark: BenchmarkFixture, browser: Browser, server: Server, seconds: float
) -> None:
    measured(benchmark, lambda: watch_frames(browser, server, seconds, INSIDE, pinned=True))


def test_one_student_at_15_frames(
    benchmark: BenchmarkFixture, browser: Browser, slow_server: Server, seconds: float
) -> None:
    measured(benchmark, lambda: watch_frames(browser, slow_server, seconds))


def test_click_to_paint_while_training(benchmark: BenchmarkFixture, browser: Browser, server: Server) -> None:
    page = open_stage(browser, server.url)
    play(page)
    count = 3 if benchmark.disabled else 60

    def work() -> dict[str, float]:
        times = sorted(page.evaluate(CLICKS, count))
        return {"median_ms": statistics.median(times), "p95_ms": times[int(0.95 * (len(times) - 1))]}

    measured(benchmark, work)
    page.close()


def test_first_picture(benchmark: BenchmarkFixture, browser: Browser, server: Server) -> None:
    open_stage(browser, server.url).close()

    def work() -> dict[str, float]:
        times = []
        for _ in range(1 if benchmark.disabled else 8):
            page = browser.new_context().new_page()
            start = time.perf_counter()
            page.goto(server.url + NETWORK, wait_until="commit")
            page.wait_for_function(READY, polling=10)
            times.append(time.perf_counter() - start)
            page.context.close()
        return {"median_s": statistics.median(times), "slowest_s": max(times)}

    measured(benchmark, work)


def test_memory_of_visits(benchmark: BenchmarkFixture, browser: Browser, tmp_path: Path) -> None:
    """Resident memory of a server: one more student, and after so many have come, played and left."""
    running = Server(tmp_path / "log.txt")
    process = psutil.Process(running.process.pid)
    visits, together, rest = (1, 2, 0.5) if benchmark.disabled else (60, 8, 6.0)

    def megabytes() -> float:
        return process.memory_info().rss / 1e6

    def visit() -> None:
        page = open_stage(browser, running.url)
        play(page)
        page.wait_for_timeout(300)
        page.close()

    def work() -> dict[str, float]:
        for _ in range(1 if benchmark.disabled else 25):
            visit()
        time.sleep(rest)
        start = megabytes()
        pages = [open_stage(browser, running.url) for _ in range(together)]
        play(pages[0])
        each = (megabytes() - start) / together
        for page in pages:
            page.close()
        time.sleep(rest)
        begin = megabytes()
        for _ in range(visits):
            visit()
        time.sleep(rest)
        return {"MB_each": each, "MB_left_by_all": megabytes() - begin, "visits": visits}

    try:
        measured(benchmark, work)
    finally:
        running.stop()
