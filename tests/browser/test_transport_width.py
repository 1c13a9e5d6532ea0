"""The transport bar in windows of all widths, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import watched
from tests.serving import Server

WIDTHS = (360, 390, 700, 770, 800, 861, 880, 900, 950, 1000, 1280)


@pytest.mark.parametrize("stage", ["network", "descent", "training"])
def test_nothing_stands_out_of_its_frame(browser: Browser, server: Server, stage: str) -> None:
    with watched(browser, server) as visit:
        page = visit(f"{server.url}?stage={stage}")
        bar = page.locator(".np-transport")
        expect(bar.locator(".text")).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            beyond = bar.evaluate(
                """(bar) => {
                  const frame = bar.getBoundingClientRect()
                  const boxes = [...bar.querySelectorAll("button, select, input, label")]
                    .map((part) => part.getBoundingClientRect()).filter(({width}) => width > 0)
                  return Math.max(...boxes.flatMap(({left, right}) => [right - frame.right, frame.left - left]))
                }"""
            )
            assert beyond < 0, f"{beyond} px at {width}"
