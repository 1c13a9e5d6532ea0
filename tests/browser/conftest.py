"""Pages of the app in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import NUMBER, Server


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
