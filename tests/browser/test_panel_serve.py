"""`panel serve playground` serves the same app."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.serving import NUMBER, Server


def test_panel_serve(browser: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path / "log.txt", ("panel", "serve", "playground", "--port"), "playground")
    try:
        page = browser.new_page()
        page.goto(f"{server.url}?stage=network")
        expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER, timeout=20_000)
        page.get_by_role("button", name="Play", exact=True).click()
        expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^[1-9]"), timeout=20_000)
        page.close()
        assert "Traceback" not in server.text()
        assert "ERROR" not in server.text()
    finally:
        server.stop()
