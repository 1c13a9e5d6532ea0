"""A real server and a real browser. Without a browser these tests fail: they are never skipped."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 90
NUMBER = re.compile(r"^−?\d")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


class Server:
    """The app in a process of its own."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}/"
        self.log = log
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "playground", "--no-browser", "--port", str(self.port)],
                cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT, env={**os.environ, **environment},
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the server ended: {self.text()}"
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"no server after {START_SECONDS} s: {self.text()}")

    def text(self) -> str:
        """What it has logged, without its greeting."""
        lines = self.log.read_text().splitlines()
        return "\n".join(line for line in lines if not line.startswith("Launching server"))

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Compile first, so that the pages are served by the fast engine.
    subprocess.run([sys.executable, "-m", "engine.kernels.warm"], cwd=ROOT, check=True)
    running = Server(tmp_path_factory.mktemp("server") / "log.txt")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


class Watch:
    """Listens to a page for what must not happen."""

    def __init__(self, page: Page, host: str) -> None:
        self.console: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda m: self.console.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((host, "data:", "blob:")) else self.elsewhere.append(r.url),
        )


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[object]:
    """Open a page of the app; afterwards its console, the server's log and its requests must be clean."""
    pages: list[Page] = []
    watches: list[Watch] = []
    logged = len(server.text())

    def opened(query: str = "", width: int = 1280, height: int = 900, base: str = "") -> Page:
        page = browser.new_page(viewport={"width": width, "height": height})
        pages.append(page)
        watches.append(Watch(page, base or server.url))
        page.goto((base or server.url) + query)
        # The first frame fills the numbers in: from then on the page is live.
        expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER, timeout=20_000)
        return page

    yield opened
    for page in pages:
        page.close()
    for watch in watches:
        assert watch.console == []
        assert watch.elsewhere == [], "a page may ask no other host"
    assert server.text()[logged:] == ""
