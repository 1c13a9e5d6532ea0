"""Who comes before the kernels are compiled is served at once, by the reference engine."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.serving import NUMBER, Server


def test_a_first_visitor_trains_while_the_kernels_compile(browser: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path / "log.txt", NEURAL_PLAYGROUND_CACHE=str(tmp_path / "cache"))
    try:
        page = browser.new_page()
        page.goto(f"{server.url}?stage=network")
        expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER, timeout=20_000)
        expect(page.get_by_text("The fast engine is still compiling", exact=False)).to_be_visible()
        page.get_by_role("button", name="Play", exact=True).click()
        expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^[1-9]"), timeout=20_000)
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.get_by_text("The fast engine is ready", exact=False)).to_be_visible(timeout=120_000)
        page.close()
        assert server.text() == ""
    finally:
        server.stop()
