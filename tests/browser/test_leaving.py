"""Who leaves takes everything along: no session, no run, no loop stays in the server."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Iterator

import panel as pn
import pytest
from playwright.sync_api import Browser, expect

from engine import TrainingRun
from playground.app import page as build_page
from playground.server import prepare
from playground.stages.network.stage import NetworkStage
from tests.serving import NUMBER, free_port

VISITS = 4
# What a visitor may have built by the end: cards, a second run, dialogs.
OPENED = ("Histograms", "3-D surface", "Pin and compare")
DIALOGS = ("Share", "Clinic", "Save and export")


def alive(kind: type) -> int:
    """Count the objects of a class that are still reachable."""
    gc.collect()
    # By `type`, for asking some objects for their `__class__` makes them warn.
    return sum(issubclass(type(thing), kind) for thing in gc.get_objects())


@pytest.fixture
def no_records() -> Iterator[None]:
    """Panel logs every event, and the test runner keeps the records, each with its page."""
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("no_records")
def test_visitors_leave_nothing_behind(browser: Browser) -> None:
    prepare()
    runs, port = alive(TrainingRun), free_port()
    server = pn.serve(
        {"/": build_page}, port=port, show=False, threaded=True, unused_session_lifetime_milliseconds=300,
        check_unused_sessions_milliseconds=100,
    )  # fmt: skip
    try:
        time.sleep(1)
        for _ in range(VISITS):
            page = browser.new_page()
            page.goto(f"http://localhost:{port}/?stage=network")
            expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER, timeout=20_000)
            for name in OPENED:
                page.get_by_role("button", name=name, exact=True).click()
            for name in DIALOGS:
                page.get_by_role("button", name=name, exact=True).click()
                expect(page.get_by_role("dialog")).to_be_visible()
                page.keyboard.press("Escape")
                expect(page.get_by_role("dialog")).to_have_count(0)
            page.get_by_role("button", name="Play", exact=True).click()
            expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
            assert alive(NetworkStage) >= 1
            page.close()
        end = time.monotonic() + 20
        while alive(NetworkStage) and time.monotonic() < end:
            time.sleep(0.2)
        assert alive(NetworkStage) == 0
        assert alive(TrainingRun) == runs
    finally:
        server.stop()
