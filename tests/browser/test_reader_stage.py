"""A student at the digit reader, in a real browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from engine.reader import PRETRAINED, centred, unseen_images
from playground.reader_link import from_query
from tests.browser.conftest import watched
from tests.browser.student import box, choose, dialog, message, press, upload, wait_until
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture
def open_reader(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the digit reader, and wait until it is live."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: Any) -> Page:
            page = visit(f"{server.url}?stage=reader&{query}", **options)
            expect(wall(page, "Input")).to_be_visible(timeout=20_000)
            expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def wall(page: Page, name: str) -> Locator:
    """Find the first layer of the wall whose name begins so."""
    return page.locator(f'.np-map-wall canvas[aria-label^="{name}"]').first


def pad(page: Page) -> Locator:
    return page.get_by_role("slider", name="The digit that is read; draw here", exact=True)


def verdict(page: Page) -> Locator:
    return page.locator(".np-score-bars .verdict")


def facts(page: Page) -> Locator:
    return page.locator(".np-fact-table:not([hidden])")


def look(page: Page, title: str) -> None:
    page.get_by_role("radiogroup", name="Look closer").get_by_role("radio", name=title, exact=True).click()


def stand_at(page: Page, text: str) -> None:
    expect(page.locator(".np-transport .text")).to_have_text(text)


def draw(page: Page, *points: tuple[float, float]) -> None:
    """Draw a line through points, in shares of the pad."""
    here = box(pad(page))
    places = [(here["x"] + x * here["width"], here["y"] + y * here["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def test_a_digit_that_is_drawn_is_read(open_reader: Opener) -> None:
    page = open_reader()
    expect(verdict(page)).to_have_text("It reads a 2 (98.8 %): right.")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(verdict(page)).to_have_text("Draw a digit, or take one.")
    draw(page, (0.3, 0.25), (0.7, 0.25), (0.45, 0.8))
    expect(verdict(page)).to_have_text(re.compile(r"^It reads a 7 \("))
    best = page.get_by_role("list", name="What it reads").get_by_role("listitem").nth(7)
    expect(best).to_contain_text("▸")
    page.get_by_role("button", name="Clear", exact=True).click()
    # In a corner: it is brought to the middle.
    draw(page, (0.15, 0.1), (0.12, 0.45))
    expect(verdict(page)).to_have_text(re.compile(r"^It reads a 1 \("))


def test_a_digit_is_drawn_with_keys(open_reader: Opener) -> None:
    page = open_reader()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(verdict(page)).to_have_text("Draw a digit, or take one.")
    pad(page).focus()
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    for _ in range(18):
        page.keyboard.press("Shift+ArrowDown")
    expect(verdict(page)).to_have_text(re.compile(r"^It reads a 1 \("))
    # Its keys are its own: the reading has not been stepped.
    stand_at(page, "All 6 layers done")


def test_the_layers_are_stepped_through_and_played(open_reader: Opener) -> None:
    page = open_reader()
    page.keyboard.press("Home")
    stand_at(page, "The image is in · next conv1")
    expect(verdict(page)).to_have_text("No answer yet.")
    expect(page.locator(".np-map-wall .layer[data-state=waiting]")).to_have_count(6)
    press(page, "Step forward")
    stand_at(page, "1 of 6 layers done · next pool2")
    expect(page.locator(".np-map-wall .layer[data-state=now] strong")).to_contain_text("Convolution")
    page.get_by_label("Speed", exact=True).select_option("fast")
    press(page, "Play")
    stand_at(page, "All 6 layers done")
    expect(verdict(page)).to_have_text("It reads a 2 (98.8 %): right.")
    press(page, "Step back")
    stand_at(page, "5 of 6 layers done · next dense6")


def test_a_click_on_a_map_shows_where_its_number_comes_from(open_reader: Opener) -> None:
    page = open_reader("look=layers")
    expect(facts(page)).to_contain_text("606")
    canvas = wall(page, "Convolution")
    place = box(canvas)
    canvas.click(position={"x": place["width"] * 0.25, "y": place["height"] * 0.25})
    net = PRETRAINED["lecture"].reader()
    maps = net.maps(unseen_images("lecture")[0][0])
    reading = page.locator(".np-map-wall .reading").first
    page.mouse.move(5, 5)
    expect(reading).to_contain_text("map 1, row 1")
    found = re.search(r"map 1, row (\d+), column (\d+): (\S+)", reading.inner_text())
    assert found
    row, column, value = int(found[1]) - 1, int(found[2]) - 1, float(found[3].replace("−", "-"))
    assert value == pytest.approx(float(maps[1].values[row, column, 0]), rel=1e-3, abs=1e-6)
    expect(facts(page)).to_contain_text("5 × 5 products with map 1".replace(" × ", "\u00a0×\u00a0"))
    expect(facts(page)).to_contain_text("receptive field in the image has 5 × 5 pixels")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    expect(reading).to_contain_text(f"map 1, row {row + 2}, column {column + 1}: ")


def test_a_prediction_comes_before_606(open_reader: Opener) -> None:
    page = open_reader("slide=L1-36")
    expect(page.get_by_text("How many parameters?")).to_be_visible()
    expect(facts(page)).to_have_count(0)
    page.get_by_role("button", name="600", exact=True).click()
    expect(page.get_by_text("Not this time. 6·(4·25 + 1) = 606")).to_be_visible()
    expect(facts(page)).to_contain_text("6·(5·5·4 + 1)")


def test_a_patch_covers_what_matters(open_reader: Opener) -> None:
    page = open_reader()
    look(page, "Cover a patch")
    expect(facts(page)).to_contain_text("Cover a patch: is it still a 2?")
    lowest = facts(page).locator("tr.is-strong td")
    before = lowest.inner_text()
    slider = page.get_by_role("slider", name=re.compile("^Side of the patch"))
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("2")
    # A small patch hides less.
    wait_until(page, lambda: float(lowest.inner_text().rstrip(" %").lstrip("<> ")) > float(before.rstrip(" %")))
    choose(page, "Digit", "7")
    expect(facts(page)).to_contain_text("is it still a 7?")


def test_the_score_falls_on_the_way_and_maps_follow_the_shift(open_reader: Opener) -> None:
    page = open_reader("look=move")
    expect(facts(page)).to_contain_text("Do the maps move along?")
    slider = page.get_by_role("slider", name=re.compile("^Shift to the right"))
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("10")
    expect(facts(page).locator("tbody tr").first).to_contain_text("10 across")
    expect(facts(page).locator("tbody tr").first).to_contain_text("none")
    expect(verdict(page)).not_to_contain_text("right")
    press(page, "Put back")
    expect(slider).to_have_value("0")
    expect(verdict(page)).to_have_text("It reads a 2 (98.8 %): right.")


def test_an_image_grows_while_one_watches(open_reader: Opener) -> None:
    page = open_reader("look=maximise&filter=1,1")
    press(page, "Grow an image")
    steps = facts(page).locator("tbody tr").first.locator("td")
    expect(steps).to_have_text(re.compile(r"^\d+$"))
    wait_until(page, lambda: int(steps.inner_text()) > 20)
    expect(steps).to_have_text("240")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(wall(page, "The image that grew")).to_be_visible()


def test_lenet_as_convolutions_gives_a_map_of_2_by_2(open_reader: Opener) -> None:
    page = open_reader("slide=L1-42")
    page.get_by_role("button", name="2 × 2", exact=True).click()
    expect(page.get_by_text("Right. 2 × 2: two poolings")).to_be_visible()
    expect(facts(page).locator("tr.is-strong")).to_contain_text("2\u00a0×\u00a02\u00a0×\u00a010")
    expect(facts(page)).to_contain_text(re.compile("the scores of both (differ by at most .*: rounding|are equal)"))


def test_the_receptive_field_of_a_stack(open_reader: Opener) -> None:
    page = open_reader("slide=L3-36")
    page.get_by_role("button", name="8", exact=True).click()
    expect(facts(page)).to_contain_text("Receptive field: 8 inputs along an axis")
    # Pooling 3 in place of 2: 3, then 5, then two taps 3 apart.
    choose(page, "Layer 2", "Pooling 3")
    expect(facts(page)).to_contain_text("Receptive field: 11 inputs along an axis")


def test_test_digits_are_chosen_from_pictures(open_reader: Opener) -> None:
    page = open_reader("look=digits")
    choose(page, "Digits", "Read wrong")
    expect(verdict(page)).to_contain_text("it is a")
    choose(page, "Digits", "Only 5")
    images = page.get_by_role("button", name=re.compile(r"^Test digit \d+, a 5$"))
    images.nth(3).click()
    number = int(re.findall(r"\d+", images.nth(3).get_attribute("aria-label") or "")[0])
    expect(page.get_by_text(f"Test digit {number}: a 5")).to_be_visible()


def test_an_own_picture_is_read_and_a_file_that_is_none_is_refused(open_reader: Opener) -> None:
    page = open_reader()
    picture = np.full((90, 70), 235, np.uint8)
    picture[15:75, 32:39] = 25
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG")
    upload(page.locator(".np-reader"), "one.jpg", stream.getvalue(), "image/jpeg")
    expect(verdict(page)).to_have_text(re.compile(r"^It reads a 1 \("))
    upload(page.locator(".np-reader"), "one.png", b"not a picture at all", "image/png")
    expect(message(page)).to_contain_text("“one.png” is neither PNG nor JPEG")
    upload(page.locator(".np-reader"), "notes.txt", b"words", "text/plain")
    expect(message(page)).to_contain_text("“notes.txt” is neither PNG nor JPEG")
    # What was said of the file is not said of what comes after it.
    look(page, "Layers")
    expect(message(page)).to_have_count(0)


def test_a_drawing_travels_in_the_link(open_reader: Opener) -> None:
    page = open_reader()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(verdict(page)).to_have_text("Draw a digit, or take one.")
    draw(page, (0.3, 0.25), (0.7, 0.25), (0.45, 0.8))
    expect(verdict(page)).to_have_text(re.compile(r"^It reads a 7 \("))
    said = verdict(page).inner_text()
    press(page, "Share")
    link = dialog(page, "Share").get_by_role("textbox", name="Link to this reading").input_value()
    query = link.split("?", 1)[1]
    drawn = from_query(query).drawn
    assert drawn is not None
    scores = PRETRAINED["lecture"].reader().predict(centred(drawn)[None])[0]
    assert int(scores.argmax()) == 7
    other = open_reader(query.replace("stage=reader", ""))
    expect(verdict(other)).to_have_text(re.compile(f"^{re.escape(said[:12])}"))


@pytest.mark.parametrize(("theme", "width", "query"), [
    ("default", 1280, "look=occlusion"), ("dark", 390, "net=lenet"), ("dark", 1280, "slide=L1-36"),
    ("default", 390, "look=move"),
])  # fmt: skip
def test_axe_finds_nothing_grave(open_reader: Opener, theme: str, width: int, query: str) -> None:
    page = open_reader(f"{query}&theme={theme}", width=width)
    looked_at(page)


@pytest.mark.parametrize("query", ["net=lenet", "look=dense&net=lenet"])
def test_nothing_stands_out_of_the_page(open_reader: Opener, query: str) -> None:
    page = open_reader(query)
    for width in (1280, 900, 390):
        page.set_viewport_size({"width": width, "height": 900})
        wait_until(page, lambda: page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("slide", ["L1-36", "L1-42", "L3-34", "L3-36"])
def test_a_prediction_is_seen_without_scrolling(open_reader: Opener, slide: str) -> None:
    page = open_reader(f"slide={slide}", height=720)
    place = box(page.get_by_role("button", name="Skip: show me", exact=True))
    assert place["y"] + place["height"] <= 720


def test_the_page_is_as_wide_as_the_window(open_reader: Opener) -> None:
    page = open_reader()
    place = box(page.locator(".np-transport"))
    assert place["x"] == pytest.approx(1280 - place["x"] - place["width"], abs=1)


@pytest.mark.parametrize("width", [1280, 1920])
def test_what_a_patch_covers_is_seen_side_by_side(open_reader: Opener, width: int) -> None:
    page = open_reader("look=occlusion", width=width)
    expect(facts(page)).to_contain_text("Cover a patch")
    places = [box(wall(page, name)) for name in ("The image", "Change for 2", "Lowest")]
    assert len({place["y"] for place in places}) == 1
    # Controls of what is not looked at stay hidden.
    expect(page.get_by_role("slider", name=re.compile("^Side of the patch"))).to_be_visible()
    expect(page.get_by_role("slider", name=re.compile("^Side of the page"))).to_be_hidden()


def test_help_for_the_keys_moves_nothing(open_reader: Opener) -> None:
    page = open_reader()
    before = box(verdict(page))
    pad(page).focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("Keys: arrows move")).to_be_in_viewport()
    assert box(verdict(page)) == before


def test_the_maps_and_the_answer_are_seen_without_scrolling(open_reader: Opener) -> None:
    page = open_reader(height=720)
    for thing in (wall(page, "Input"), wall(page, "Dense"), pad(page), verdict(page)):
        place = box(thing)
        assert place["y"] + place["height"] <= 720
