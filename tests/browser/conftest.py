"""Pages of the app in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serving import NUMBER, Server

TOLD = re.compile(
    r" INFO |INFO:|^\d{4}-\d\d-\d\d .*(Bokeh app|WebSocket|ServerConnection|Session |(200|101|304) GET)"
)

# As long as a busy machine may take; what is there at once is not waited for.
expect.set_options(timeout=20_000)

# Material's tooltip of a button that is taken away at this very moment; nobody sees it, and nothing is lost.
HARMLESS = "Failed to execute 'showPopover' on 'HTMLElement': Invalid on disconnected popover elements"


class Watch:
    """Listens to a page for what must not happen."""

    def __init__(self, page: Page, host: str) -> None:
        self.console: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda m: self._note(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((host, "data:", "blob:")) else self.elsewhere.append(r.url),
        )

    def _note(self, text: str) -> None:
        if HARMLESS not in text:
            self.console.append(text)


@contextmanager
def watched(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Give a function that visits an address; afterwards consoles, requests and the server's log must be clean."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []
    logged = len(server.text())

    def visit(url: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        watches.append(Watch(page, "/".join(url.split("/")[:3])))
        page.goto(url)
        return page

    yield visit
    for context in contexts:
        context.close()
    for watch in watches:
        assert watch.console == []
        assert watch.elsewhere == [], "a page may ask no other host"
    # `panel serve` tells of each visitor; nothing else may be said.
    said = [line for line in server.text()[logged:].splitlines() if line and not TOLD.search(line)]
    assert said == []


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open the network page; an address with settings and without a stage is one of it, too."""
    with watched(browser, server) as visit:

        def opened(query: str = "?stage=network", base: str = "", **options: Any) -> Page:
            page = visit((base or server.url) + query, **options)
            # The first frame fills the numbers in: from then on the page is live.
            expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER, timeout=20_000)
            return page

        yield opened
