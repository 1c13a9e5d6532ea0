"""The builder of networks in a real browser: pointer, keyboard, finger."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("builder") / "log.txt", ("tests.browser.apps.net_builder_app",))
    yield running
    running.stop()


@pytest.fixture
def opened(browser: Browser, bench: Server) -> Iterator[Opener]:
    """Open the builder, and wait until it is live."""
    with watched(browser, bench) as visit:

        def opener(query: str = "", **options: Any) -> Page:
            page = visit(bench.url + query, **options)
            expect(card(page, "Input")).to_be_visible()
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opener


def card(page: Page, title: str) -> Locator:
    """Find a layer's card."""
    return page.get_by_role("button", name=re.compile(f"^{title},"))


def plus(page: Page, title: str) -> Locator:
    """Find the plus behind a layer."""
    return page.get_by_role("button", name=f"Add a layer behind {title}", exact=True)


def titles(page: Page) -> list[str]:
    """Read the layers from the input on."""
    return page.locator(".np-net-builder .card .title").all_inner_texts()


def expect_heard(page: Page, message: dict[str, Any]) -> None:
    """Wait until this is the last message."""
    expect(page.locator(".heard")).to_have_text(json.dumps(message, sort_keys=True))


def total(page: Page) -> Locator:
    """Find the number of all parameters."""
    return page.locator(".np-net-builder .total")


def test_a_setting_is_sent_and_shapes_and_parameters_follow(opened: Opener) -> None:
    page = opened()
    assert titles(page) == ["Input", "conv1", "pool2", "conv3", "pool4", "dense5", "Soft-max"]
    # 6·26 + 6·(6·25 + 1) + 84·(4·4·6 + 1)
    expect(total(page)).to_have_text("9,210 parameters")
    card(page, "conv3").click()
    expect(card(page, "conv3")).to_have_attribute("aria-expanded", "true")
    settings = page.get_by_role("group", name="Settings of conv3")
    settings.get_by_label("Padding").select_option("same size")
    expect(card(page, "conv3").locator(".shape")).to_have_text("12 × 12 × 6")
    expect_heard(page, {"id": "layer3", "name": "padding", "type": "set", "value": "same"})
    filters = settings.get_by_role("spinbutton", name="Filters")
    filters.fill("16")
    filters.press("Enter")
    expect(card(page, "conv3")).to_have_accessible_name(re.compile(r"^conv3, hands on 12 × 12 × 16, 2,416$"))
    settings.get_by_role("button", name="More: Filters").click()
    expect(filters).to_have_value("17")
    expect(card(page, "conv3").locator(".parameters")).to_have_text("2,567")


def test_a_number_that_cannot_be_is_answered_at_its_field_and_not_sent(opened: Opener) -> None:
    page = opened()
    card(page, "conv1").click()
    settings = page.get_by_role("group", name="Settings of conv1")
    size = settings.get_by_role("spinbutton", name="Size")
    size.fill("12")
    size.press("Enter")
    refused = settings.locator(".refused", has_text="Size: a whole number from 1 to 11")
    expect(refused).to_be_visible()
    expect(refused).to_have_role("status")
    assert page.locator(".heard").inner_text().strip() == ""
    size.fill("3")
    size.press("Enter")
    expect(card(page, "conv1").locator(".shape")).to_have_text("26 × 26 × 6")
    expect(refused).to_have_count(0)


def test_what_is_impossible_is_said_at_its_card_and_can_be_taken_back(opened: Opener) -> None:
    page = opened()
    card(page, "conv3").click()
    size = page.get_by_role("spinbutton", name="Size")
    size.fill("11")
    size.press("Enter")
    # 12 − 11 + 1 = 2, then 1: still possible. Another convolution of 5 × 5 is not.
    expect(card(page, "pool4").locator(".shape")).to_have_text("1 × 1 × 6")
    plus(page, "pool4").click()
    page.get_by_role("group", name="Add a layer behind pool4").get_by_role("button", name="Convolution").click()
    expect(card(page, "conv5").locator(".shape")).to_have_text("does not fit")
    expect(card(page, "conv5")).to_have_accessible_name(re.compile("^conv5, does not fit: the window of conv5"))
    expect(card(page, "dense6").locator(".shape")).to_have_text("–")
    expect(page.locator(".np-net-builder .problem")).to_contain_text("conv5")
    page.get_by_role("button", name="Back to the network that runs").click()
    expect_heard(page, {"type": "restore"})


def test_a_message_at_a_field_leaves_the_controls_in_line(opened: Opener) -> None:
    page = opened(width=1280, height=720)
    card(page, "conv3").click()
    settings = page.get_by_role("group", name="Settings of conv3")
    controls = [settings.get_by_role("spinbutton", name=name) for name in ("Filters", "Size")]
    size = controls[1]
    size.fill("99")
    size.press("Enter")
    expect(settings.locator(".refused").filter(has_text="from 1 to 11")).to_be_visible()
    middles = []
    for control in (*controls, settings.get_by_label("Padding"), settings.get_by_role("button", name="Remove conv3")):
        found = control.bounding_box()
        assert found is not None
        middles.append(found["y"] + found["height"] / 2)
    assert max(middles) - min(middles) <= 4


def test_a_layer_is_added_moved_and_removed_by_the_keyboard_alone(opened: Opener) -> None:
    page = opened()
    card(page, "Input").focus()
    page.keyboard.press("ArrowRight")
    expect(plus(page, "Input")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    # From the row into what stands beneath it: the kinds in their order.
    expect(page.get_by_role("button", name="Convolution")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, "pool1")).to_be_focused()
    assert titles(page)[:4] == ["Input", "pool1", "conv2", "pool3"]
    expect(page.get_by_role("group", name="Settings of pool1")).to_be_visible()
    page.get_by_role("button", name="Move pool1 back, towards the output").press("Enter")
    expect(page.locator(".np-net-builder .card .title").nth(1)).to_have_text("conv1")
    assert titles(page)[:4] == ["Input", "conv1", "pool2", "pool3"]
    card(page, "pool2").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".np-net-builder .card")).to_have_count(7)
    # Only one of the row's parts is in the tab order.
    assert page.locator(".np-net-builder .layers [tabindex='0']").count() == 1


def test_on_a_phone_by_touch(opened: Opener) -> None:
    page = opened(width=390, height=800, has_touch=True, is_mobile=True)
    card(page, "dense5").tap()
    page.get_by_role("button", name="Remove dense5").tap()
    expect(page.locator(".np-net-builder .card")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator(".np-net-builder .layers .card").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44


@pytest.mark.parametrize("query", ["", "?dark"])
def test_nothing_keeps_a_screen_reader_out(opened: Opener, query: str) -> None:
    page = opened(query)
    card(page, "conv3").click()
    expect(page.get_by_role("group", name="Settings of conv3")).to_be_visible()
    found = [
        f"{one['impact']}: {one['id']} {node['target']} {node['html'][:200]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert found == []
