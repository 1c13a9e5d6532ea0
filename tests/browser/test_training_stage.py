"""A student at the digit training page, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import box, choose, dialog, download, enter, message, press, upload, wait_until
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]

PER_CENT = re.compile(r"^\d+\.\d %$")


@pytest.fixture
def open_training(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the digit training page, and wait until it is live."""
    with watched(browser, server) as visit:

        def opened(query: str = "preset=small8", **options: Any) -> Page:
            page = visit(f"{server.url}?stage=training&{query}", **options)
            expect(page.get_by_label("Test accuracy", exact=True)).to_have_text(PER_CENT, timeout=60_000)
            expect(card(page, "input")).to_be_visible()
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def card(page: Page, title: str) -> Locator:
    """Find a layer's card."""
    return page.get_by_role("button", name=re.compile(f"^{title},"))


def accuracy(page: Page) -> float:
    """Read the test accuracy in per cent."""
    return float(page.get_by_label("Test accuracy", exact=True).inner_text().removesuffix(" %"))


def stand_at(page: Page, text: str) -> None:
    """Wait until the transport bar says so."""
    expect(page.locator(".np-transport .text")).to_have_text(re.compile(text))


def total(page: Page) -> Locator:
    """Find the number of all parameters."""
    return page.locator(".np-net-builder .total")


def filters(page: Page) -> str:
    """Read the picture of the first layer's filters as it is painted."""
    return page.locator(".np-map-wall .strip:not([hidden]) canvas").first.evaluate("canvas => canvas.toDataURL()")


def test_train_for_five_seconds_and_scrub_back(open_training: Opener) -> None:
    page = open_training("slide=L1-36")
    assert accuracy(page) < 40
    untrained = filters(page)
    page.get_by_label("Speed", exact=True).select_option("fastest")
    press(page, "Play")
    page.wait_for_timeout(5000)
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    wait_until(page, lambda: accuracy(page) > 80)
    expect(page.get_by_role("heading", name=re.compile(r"^Got wrong: \d+ of 1,000$"))).to_be_visible()
    # The last picture of the run is the first one after it: only then the summary has numbers.
    expect(page.locator(".np-summary")).to_contain_text("are read rightly")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    trained = filters(page)
    assert trained != untrained
    # Back to the start: the filters are noise again, and the numbers are those of then.
    page.get_by_label("Position in history").fill("0")
    stand_at(page, r"^Epoch 0 · batch 1 of 125$")
    wait_until(page, lambda: accuracy(page) < 40)
    wait_until(page, lambda: filters(page) == untrained)
    page.keyboard.press("End")
    wait_until(page, lambda: accuracy(page) > 80)
    wait_until(page, lambda: filters(page) == trained)


def test_lenet_is_built_from_the_lectures_net(open_training: Opener) -> None:
    page = open_training("slide=L1-36")
    expect(total(page)).to_have_text("1,680 parameters")

    def set_number(layer: str, name: str, value: str) -> None:
        if card(page, layer).get_attribute("aria-expanded") != "true":
            card(page, layer).click()
        field = page.get_by_role("spinbutton", name=name)
        field.fill(value)
        field.press("Enter")

    def add_dense(behind: str, units: str) -> None:
        page.get_by_role("button", name=f"Add a layer behind {behind}", exact=True).click()
        kinds = page.get_by_role("group", name=f"Add a layer behind {behind}")
        kinds.get_by_role("button", name=re.compile("^Dense")).click()
        field = page.get_by_role("spinbutton", name="Neurons")
        expect(field).to_have_value("32")
        field.fill(units)
        field.press("Enter")

    set_number("conv1", "Filters", "6")
    expect(card(page, "conv1").locator(".shape")).to_have_text("24 × 24 × 6")
    page.get_by_role("group", name="Settings of conv1").get_by_label("Padding").select_option("keeps the size")
    expect(card(page, "conv1").locator(".shape")).to_have_text("28 × 28 × 6")
    set_number("conv3", "Filters", "16")
    expect(card(page, "conv3").locator(".parameters")).to_have_text("2,416 params")
    add_dense("pool4", "120")
    expect(card(page, "dense6").locator(".parameters")).to_have_text("48,120 params")
    add_dense("dense6", "84")
    expect(total(page)).to_have_text("61,706 parameters")
    # It is the one that is trained.
    press(page, "Step forward")
    stand_at(page, "batch 2 of 125$")


def test_what_is_impossible_is_explained_and_the_other_runs_on(open_training: Opener) -> None:
    page = open_training()
    card(page, "conv1").click()
    size = page.get_by_role("spinbutton", name="Kernel size")
    size.fill("9")
    size.press("Enter")
    problem = page.locator(".np-net-builder .problem")
    expect(problem).to_contain_text("conv1 does not fit")
    expect(problem).to_contain_text("The last network that fitted runs on.")
    press(page, "Step forward")
    stand_at(page, "batch 2 of")
    press(page, "Back to the network that runs")
    expect(problem).to_be_hidden()
    expect(card(page, "conv1").locator(".detail")).to_have_text("8 of 3×3, ReLU")


def test_what_was_asked_for_is_opened_not_what_came_along(open_training: Opener) -> None:
    page = open_training()
    page.get_by_role("button", name="Add a layer behind input", exact=True).click()
    kinds = page.get_by_role("group", name="Add a layer behind input")
    kinds.get_by_role("button", name=re.compile("^Dense")).click()
    expect(card(page, "flatten1")).to_be_visible()
    expect(page.get_by_role("group", name="Settings of dense2")).to_be_visible()
    expect(card(page, "dense2")).to_be_focused()


def test_both_heads_learn(open_training: Opener) -> None:
    reached = {}
    page = open_training()
    for head in ("Soft-max", "Linear SVM"):
        if head != "Soft-max":
            choose(page, "Head", head)
            stand_at(page, "^Epoch 0 · batch 1 of")
        page.get_by_label("Grain", exact=True).select_option("epoch")
        for epoch in range(1, 9):
            press(page, "Step forward")
            stand_at(page, f"^Epoch {epoch} · batch 1 of")
        expect(page.locator(".np-score-bars li").first).to_contain_text("%" if head == "Soft-max" else ".")
        wait_until(page, lambda: accuracy(page) > 85)
        reached[head] = accuracy(page)
    # The head is replaceable (L3-34): both within three points.
    assert abs(reached["Soft-max"] - reached["Linear SVM"]) <= 3


def test_each_operation_of_the_first_digit_of_the_batch(open_training: Opener) -> None:
    page = open_training()
    choose(page, "Watch", "First digit of the batch")
    page.get_by_label("Grain", exact=True).select_option("op")
    states = page.locator(".np-map-wall .layer")
    expect(states.nth(1)).to_have_attribute("data-state", "waiting")
    for following in ("conv1.z", "conv1.a", "pool2.p"):
        press(page, "Step forward")
        stand_at(page, f"forward, next {following}$")
    expect(states.nth(1)).to_have_attribute("data-state", "now")
    expect(states.nth(2)).to_have_attribute("data-state", "waiting")
    press(page, "Step back")
    stand_at(page, "forward, next conv1.a$")
    expect(states.nth(1)).to_have_attribute("data-state", "waiting")
    page.get_by_role("button", name=re.compile("dense4.dW")).click()
    stand_at(page, "backward, next dense4.dW$")


def test_a_branch_from_the_past(open_training: Opener) -> None:
    page = open_training()
    press(page, "Step forward")
    press(page, "Step forward")
    stand_at(page, "batch 3 of")
    press(page, "Step back")
    stand_at(page, "batch 2 of")
    enter(page, "Learning rate", "0.5")
    press(page, "Step forward")
    expect(page.get_by_role("group", name="Branches of history")).to_be_visible()
    expect(page.get_by_label("Branch", exact=True).locator("option")).to_have_count(2)
    field = enter(page, "Learning rate", "fast")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_watch_a_digit_that_is_got_wrong_move_it_and_draw_one(open_training: Opener) -> None:
    page = open_training()
    wrong = page.locator(".np-digit-wall button").first
    label = wrong.get_attribute("aria-label") or ""
    told = re.match(r"Test digit (\d+): said (\d), it is a (\d)", label)
    assert told is not None
    wrong.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".np-digit-wall button").nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Test digit {told[1]}: a {told[3]}", exact=True)).to_be_visible()
    verdict = page.locator(".np-score-bars .verdict")
    expect(verdict).to_contain_text(f"wrong, this is a {told[3]}")
    page.get_by_text("Move it", exact=True).click()
    slider = page.get_by_role("slider", name=re.compile("^Shift right"))
    slider.focus()
    before = verdict.inner_text()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("3")
    wait_until(page, lambda: verdict.inner_text() != before)
    press(page, "As it was")
    expect(slider).to_have_value("0")
    choose(page, "Watch", "Your drawing")
    pad = page.locator(".np-draw-pad canvas").first
    expect(pad).to_be_visible()
    pad.scroll_into_view_if_needed()
    place = box(pad)
    x, y, side = place["x"], place["y"], place["width"]
    page.mouse.move(x + 0.5 * side, y + 0.15 * side)
    page.mouse.down()
    page.mouse.move(x + 0.5 * side, y + 0.85 * side, steps=12)
    page.mouse.up()
    expect(page.get_by_text("Your drawing", exact=True).first).to_be_visible()
    expect(verdict).to_have_text(re.compile(r"^It says \d with \d+ %\.$"))


def test_share_save_and_load(open_training: Opener) -> None:
    page = open_training("slide=L3-34&watch=3")
    press(page, "Step forward")
    stand_at(page, "batch 2 of")
    press(page, "Share")
    link = dialog(page, "Share").get_by_role("textbox")
    expect(link).to_have_value(re.compile("stage=training&preset=svm&watch=3$"))
    page.keyboard.press("Escape")
    expect(dialog(page, "Share")).to_be_hidden()
    press(page, "Save and load")
    content = download(page, "Save this training")
    assert json.loads(content)["format"] == "neural-playground-reader"
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Small digits").click()
    stand_at(page, "batch 1 of")
    press(page, "Save and load")
    upload(dialog(page, "Save and load"), "run.json", content, "application/json")
    stand_at(page, "batch 2 of 125$")
    expect(message(page)).to_contain_text("The saved training is here again")


def test_small_digits_bring_their_own_network(open_training: Opener) -> None:
    page = open_training("slide=L1-36")
    choose(page, "Digits", "Small digits, 8 × 8")
    expect(card(page, "input").locator(".shape")).to_have_text("8 × 8 × 1")
    expect(message(page)).to_contain_text("does not fit these digits")
    expect(card(page, "conv1").locator(".shape")).to_have_text("6 × 6 × 8")


@pytest.mark.parametrize("query", ["preset=small8", "preset=lecture&theme=dark"])
def test_nothing_keeps_a_screen_reader_out(open_training: Opener, query: str) -> None:
    page = open_training(query)
    card(page, "conv1").click()
    expect(page.get_by_role("group", name="Settings of conv1")).to_be_visible()
    looked_at(page)


def test_on_a_phone(open_training: Opener) -> None:
    page = open_training(width=390, height=800, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    parts = ("transport", "readout", "choices", "net-builder", "map-wall")
    tops = [box(page.locator(f".np-{part}").first)["y"] for part in parts]
    assert tops == sorted(tops)
    card(page, "conv1").tap()
    page.get_by_role("button", name="More: Filters").tap()
    expect(card(page, "conv1").locator(".shape")).to_have_text("6 × 6 × 9")
