"""Every state of the page as axe sees it: nothing serious and nothing critical."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.student import Opener, press, wait_until

VIEWS = ("Histograms", "Gradients", "Loss landscape", "Confusion", "3-D surface")
# Dialogs by what opens them.
DIALOGS = {
    "Share": lambda page: press(page, "Share"),
    "Save, load, export": lambda page: press(page, "Save and export"),
    "What each optimizer would do": lambda page: press(page, "All optimizers"),
    "Failure clinic: networks that go wrong": lambda page: press(page, "Clinic"),
    "Your own data": lambda page: page.get_by_role("radio", name="Your own", exact=True).click(),
    "A formula as an input": lambda page: page.get_by_label("Add your own formula as an input").click(),
}


def rest(page: Page) -> None:
    """Wait until nothing fades any more: half faded text has no contrast."""
    page.wait_for_function(
        """() => {
          const inside = (root) => [...root.querySelectorAll('*')].flatMap(
            (one) => one.shadowRoot ? [one.shadowRoot, ...inside(one.shadowRoot)] : [])
          return [document, ...inside(document)].every(
            (root) => root.getAnimations().every((one) => one.playState !== 'running'))
        }"""
    )


def looked_at(page: Page) -> None:
    """Let axe look at the page as it is."""
    rest(page)
    violations = Axe().run(page).response["violations"]
    grave = [
        f"{found['impact']}: {found['help']} ({found['id']}): {node['target']} {node['html'][:200]}"
        for found in violations
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
    assert grave == []


def test_axe_would_see_a_fault(open_page: Opener) -> None:
    page = open_page()
    page.evaluate("() => document.body.append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        looked_at(page)


# Each width and each theme once: they do not depend on each other.
@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_the_page_at_load(open_page: Opener, theme: str, width: int) -> None:
    page = open_page(f"?stage=network&theme={theme}", width=width)
    page.get_by_text("More settings", exact=True).click()
    expect(page.get_by_label("Stop at epoch", exact=True)).to_be_visible(timeout=20_000)
    looked_at(page)


def test_after_playing(open_page: Opener) -> None:
    page = open_page()
    press(page, "Play")
    expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^\d{2,}$"), timeout=20_000)
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    looked_at(page)


@pytest.mark.parametrize("theme", ["default", "dark"])
def test_every_inside_view(open_page: Opener, theme: str) -> None:
    page = open_page(f"?stage=network&theme={theme}")
    for view in VIEWS:
        press(page, view)
        expect(page.get_by_role("heading", name=view, exact=True)).to_be_visible()
    looked_at(page)


@pytest.mark.parametrize("title", DIALOGS)
def test_every_dialog(open_page: Opener, title: str) -> None:
    page = open_page()
    DIALOGS[title](page)
    expect(page.get_by_role("dialog", name=title, exact=True)).to_be_visible()
    looked_at(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_pair_and_the_drawing_bar(open_page: Opener) -> None:
    page = open_page("?stage=network&theme=dark")
    press(page, "Pin and compare")
    expect(page.get_by_role("button", name="Unpin", exact=True)).to_be_visible()
    page.get_by_label("Draw", exact=True).check()
    expect(page.get_by_role("button", name="Erase all", exact=True)).to_be_visible()
    looked_at(page)


def test_a_neuron_that_is_edited_and_a_message(open_page: Opener) -> None:
    page = open_page("?colour=red")
    expect(page.get_by_text("colour=red", exact=False).first).to_be_visible()
    page.get_by_role("button", name="neuron 1 of dense1", exact=True).click()
    expect(page.get_by_label("Bias", exact=True)).to_be_visible()
    looked_at(page)


def test_a_dialog_gives_the_focus_back(open_page: Opener) -> None:
    page = open_page()
    share = page.get_by_role("button", name="Share", exact=True)
    # Not clicked, only waited for: at once after the first numbers the buttons are still being put up.
    share.click(trial=True)
    page.wait_for_timeout(500)
    share.press("Enter")
    expect(page.get_by_role("dialog", name="Share", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    wait_until(page, lambda: share.evaluate("(node) => node.getRootNode().activeElement === node"))
