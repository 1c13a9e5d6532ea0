"""A student at the batches page, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import choose, dialog, download, enter, figures, message, press, upload
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]

PLANE, PATHS = "The two groups and the lines", "The way of the weights over the cost"


@pytest.fixture
def open_batches(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the batches page, and wait until it is live."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: Any) -> Page:
            page = visit(f"{server.url}?stage=batches&{query}", **options)
            expect(page.locator(".np-lane-table tbody tr").first).to_be_visible(timeout=20_000)
            expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def cells(page: Page, column: str) -> Locator:
    """Find the numbers of a column of the lanes, row by row."""
    return page.locator(f".np-lane-table tbody tr:not([hidden]) td.{column}")


def stand_at(page: Page, text: str) -> None:
    """Wait until the transport bar says so."""
    expect(page.locator(".np-transport .text")).to_have_text(text)


def look(page: Page, title: str) -> None:
    """Look at something more closely."""
    page.get_by_role("radiogroup", name="Look closer").get_by_role("radio", name=title, exact=True).click()


def preset(page: Page, title: str) -> None:
    """Choose one of the examples."""
    page.get_by_role("radiogroup", name="Examples").get_by_role("radio", name=title, exact=True).click()


def facts(page: Page) -> Locator:
    """Find what is told where something is looked at more closely."""
    return page.locator(".np-fact-table")


def test_three_lanes_see_the_same_points_and_update_1_5_and_200_times(open_batches: Opener) -> None:
    page = open_batches()
    expect(cells(page, "cost")).to_have_text(["138.63"] * 3)
    expect(cells(page, "each")).to_have_text(["1", "5", "200"])
    page.get_by_label("Grain", exact=True).select_option("op")
    press(page, "Step forward")
    stand_at(page, "Epoch 1 · 1 of 200 points seen")
    expect(cells(page, "updates")).to_have_text(["0", "0", "1"])
    page.get_by_label("Grain", exact=True).select_option("batch")
    for seen in (40, 80):
        press(page, "Step forward")
        stand_at(page, f"Epoch 1 · {seen} of 200 points seen")
    expect(cells(page, "updates")).to_have_text(["0", "2", "80"])
    expect(page.locator(".np-lane-table .seen")).to_have_text("Each lane has seen 80 of 200 points.")
    page.get_by_label("Grain", exact=True).select_option("epoch")
    press(page, "Step forward")
    stand_at(page, "1 epoch done")
    expect(cells(page, "updates")).to_have_text(["1", "5", "200"])
    expect(cells(page, "cost").first).to_have_text("56.71")
    expect(cells(page, "weights").first).to_have_text("0.388, 0.366, 0.000")


def test_scrub_back_to_what_was_there_and_play_on(open_batches: Opener) -> None:
    page = open_batches("slide=L4-87")
    stand_at(page, "Slide L4-87 · 100 epochs done")
    expect(cells(page, "cost").first).to_have_text("56.56")
    expect(cells(page, "accuracy")).to_have_text(["0.875"] * 3)
    expect(cells(page, "updates")).to_have_text(["100", "500", "20,000"])
    page.get_by_label("Position in history").fill("200")
    stand_at(page, "1 epoch done")
    expect(cells(page, "cost").first).to_have_text("56.71")
    ends = figures(page)[PATHS]
    heads = next(source for source in ends if "color" in source and "x" in source)
    assert heads["x"][0] == pytest.approx(0.388, abs=0.001)
    page.keyboard.press("End")
    stand_at(page, "Slide L4-87 · 100 epochs done")
    page.get_by_label("Speed", exact=True).select_option("fast")
    press(page, "Play")
    expect(page.locator(".np-transport .text")).to_have_text(re.compile(r"^10[3-9] epochs done$"))
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_by_hand_below_70(open_batches: Opener) -> None:
    page = open_batches("slide=L4-62")
    expect(cells(page, "cost").last).to_have_text("239.37")
    expect(facts(page)).to_contain_text("Can you bring the summed cost below 70?")
    # In steps of a hundredth: w₂ from −0.5 to 0.2, w₁ from 1 to 0.6, b from 1 to 0.7.
    w1, w2, b = (page.get_by_role("slider", name=re.compile(f"^{name}")) for name in ("w₁", "w₂", "b"))
    for slider, key, times in ((w2, "ArrowRight", 70), (w1, "ArrowLeft", 40), (b, "ArrowLeft", 30)):
        slider.focus()
        for _ in range(times):
            page.keyboard.press(key)
    expect(w2).to_have_value("0.2")
    expect(facts(page)).to_contain_text("Below 70: well set.")
    expect(cells(page, "cost").last).to_have_text("66.77")
    page.get_by_label("Grain", exact=True).select_option("epoch")
    press(page, "Step forward")
    expect(facts(page)).to_contain_text("Gradient descent has found a better one.")
    expect(facts(page)).to_contain_text("56.71")


def test_the_slide_s_line_its_colours_and_its_numbers(open_batches: Opener) -> None:
    page = open_batches("slide=L4-64")
    expect(cells(page, "cost").last).to_have_text("97.19")
    expect(facts(page)).to_contain_text("1.23 x₁ + x₂ − 0.55 = 0")
    for point, told in (
        ("0, 0", "z = −0.55 (blue, z < 0) and p = 0.3659"), ("1, 1", "z = 1.68 (green, z > 0) and p = 0.8429"),
        ("-1, 1", "z = −0.78 (blue, z < 0) and p = 0.3143"), ("0, 0.55", "(on the line) and p = 0.5000"),
    ):  # fmt: skip
        enter(page, "Point x₁, x₂", point)
        expect(facts(page)).to_contain_text(told)
    enter(page, "Point x₁, x₂", "here")
    expect(page.get_by_text("a point is two numbers, such as 1, 0")).to_be_visible()
    enter(page, "Point x₁, x₂", "4, 4")
    expect(facts(page)).to_contain_text("z = 8.37")
    drawn = figures(page)[PLANE]
    line = next(source for source in drawn if "dash" in source)
    xs, ys = line["xs"][-1], line["ys"][-1]
    for x, y in zip(xs, ys, strict=True):
        assert 1.23 * x + y - 0.55 == pytest.approx(0, abs=1e-6)
    press(page, "Twice the weights")
    expect(facts(page)).to_contain_text("2.46 x₁ + 2 x₂ − 1.1 = 0")
    expect(facts(page)).to_contain_text("z = 16.74")


def on_plane(page: Page, x1: float, x2: float) -> tuple[float, float]:
    """Return where in the window a place of the plane lies."""
    x, y = page.evaluate(
        """([title, x1, x2]) => {
          const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
          const figure = models.find((model) => model.type === 'Figure' && model.title.text === title)
          const view = Bokeh.index.find_one(figure)
          const box = view.canvas_view.events_el.getBoundingClientRect()
          return [box.x + view.frame.x_scale.compute(x1), box.y + view.frame.y_scale.compute(x2)]
        }""",
        [PLANE, x1, x2],
    )
    return x, y


def test_a_click_on_the_plane_asks_about_a_point(open_batches: Opener) -> None:
    page = open_batches("epoch=1&shaded=batch")
    place = on_plane(page, -6, -6)
    page.mouse.move(*place)
    # The box beside the pointer computes in the browser.
    expect(page.locator(".bk-tooltip-row-value").first).to_have_text(re.compile(r"^−4\.\d\d\s*$"))
    page.mouse.click(*place)
    expect(facts(page)).to_contain_text("the batch lane's line has z = −4.")
    expect(facts(page)).to_contain_text("(blue, z < 0)")


def test_drag_the_line(open_batches: Opener) -> None:
    page = open_batches("slide=L4-63")
    expect(cells(page, "cost").last).to_have_text("97.19")
    held = next(source for source in figures(page)[PLANE] if set(source) == {"x", "y"} and len(source["x"]) == 2)
    page.mouse.move(*on_plane(page, held["x"][1], held["y"][1]))
    page.mouse.down()
    page.mouse.move(*on_plane(page, 10, -6), steps=5)
    page.mouse.up()
    expect(cells(page, "cost").last).not_to_have_text("97.19")
    w1, w2, b = (float(text.replace("−", "-")) for text in cells(page, "weights").last.inner_text().split(", "))
    # Through where it was let go, and through the other handle.
    assert 10 * w1 - 6 * w2 + b == pytest.approx(0, abs=0.5)
    assert held["x"][0] * w1 + held["y"][0] * w2 + b == pytest.approx(0, abs=0.05)
    expect(page.get_by_role("slider", name=re.compile("^b"))).to_have_attribute("aria-valuenow", re.compile(rf"^{b:g}"))


def test_sum_or_mean(open_batches: Opener) -> None:
    page = open_batches("epoch=1")
    expect(cells(page, "cost").first).to_have_text("56.71")
    # From here on: the past was summed.
    choose(page, "Cost", "Mean of the batch")
    expect(page.get_by_role("columnheader", name="Cost (mean)")).to_be_visible()
    expect(cells(page, "cost").first).to_have_text("0.2836")
    page.get_by_label("Grain", exact=True).select_option("epoch")
    press(page, "Step forward")
    stand_at(page, "2 epochs done")
    # A step of the mean is 200 times shorter.
    expect(cells(page, "weights").first).to_have_text(re.compile(r"^0\.388, 0\.366"))
    preset(page, "Mean cost")
    stand_at(page, "5 epochs done")
    expect(cells(page, "updates")).to_have_text(["5", "25", "1,000"])


def test_log_of_zero_naive_and_stable(open_batches: Opener) -> None:
    page = open_batches("slide=L4-74")
    values = facts(page).locator("tbody td")
    expect(values).to_have_text(["97.19"] * 3)
    slider = page.get_by_role("slider", name=re.compile("^Factor"))
    slider.focus()
    page.keyboard.press("PageUp")
    expect(values.first).to_have_text("nan")
    expect(values.last).to_have_text(re.compile(r"^\d+\.\d\d$"))
    expect(facts(page)).to_contain_text("0 · log 0")
    slider.focus()
    page.keyboard.press("PageDown")
    expect(values).to_have_text(["97.19"] * 3)
    choose(page, "Precision", "Single (32 bit)")
    expect(values.first).to_have_text("nan")


def test_noise_errors_and_names(open_batches: Opener) -> None:
    page = open_batches("epoch=1")
    for title, told in (
        ("Noise", "It falls like 1/√B"), ("Counting errors", "25 of 200"), ("Names", "“Batch size 32”"),
    ):  # fmt: skip
        look(page, title)
        expect(facts(page)).to_contain_text(told)
    assert "Turning the line: errors and cross-entropy" in figures(page)
    look(page, "Names")
    expect(facts(page)).to_be_hidden()


def test_other_data_and_another_mini_batch(open_batches: Opener) -> None:
    page = open_batches("epoch=2")
    page.get_by_role("slider", name=re.compile("^Copies")).press("ArrowRight")
    expect(cells(page, "each")).to_have_text(["1", "10", "400"])
    stand_at(page, "2 epochs done")
    page.get_by_role("slider", name=re.compile("^Mini-batch")).press("Home")
    expect(cells(page, "each")).to_have_text(["1", "400", "400"])
    press(page, "Draw other points")
    expect(page.get_by_text(re.compile("^Seed 1"))).to_be_visible()


def test_a_change_in_the_past_is_a_branch(open_batches: Opener) -> None:
    page = open_batches("epoch=3")
    page.get_by_label("Position in history").fill("200")
    stand_at(page, "1 epoch done")
    page.get_by_role("slider", name=re.compile("^Learning rate")).press("End")
    page.get_by_label("Grain", exact=True).select_option("epoch")
    press(page, "Step forward")
    stand_at(page, "2 epochs done")
    expect(page.get_by_label("Branch", exact=True)).to_be_visible()
    page.get_by_label("Branch", exact=True).select_option("0")
    stand_at(page, "3 epochs done")


def test_save_load_and_share(open_batches: Opener) -> None:
    page = open_batches("epoch=2&seen=80&mini_batch=20")
    before = cells(page, "weights").all_inner_texts()
    press(page, "Save and load")
    saved = download(page, "Save this experiment")
    assert json.loads(saved)["position"] == [2, 80]
    page.keyboard.press("Escape")
    expect(dialog(page, "Save and load")).to_be_hidden()
    press(page, "Share")
    link = page.get_by_role("textbox", name="Link to this experiment").input_value()
    assert link.endswith("?stage=batches&mini_batch=20&epoch=2&seen=80")
    page.keyboard.press("Escape")
    expect(dialog(page, "Share")).to_be_hidden()
    preset(page, "Three lanes")
    stand_at(page, "At the start")
    press(page, "Save and load")
    upload(dialog(page, "Save and load"), "run.json", saved, "application/json")
    stand_at(page, "Epoch 3 · 80 of 200 points seen")
    expect(cells(page, "weights")).to_have_text(before)
    expect(message(page)).to_contain_text("here again")
    press(page, "Save and load")
    upload(dialog(page, "Save and load"), "bad.json", b"{}", "application/json")
    expect(message(page)).to_contain_text("Nothing was loaded")
    again = open_batches(link.split("stage=batches&")[1])
    expect(cells(again, "weights")).to_have_text(before)


@pytest.mark.parametrize(("theme", "width", "query"), [
    ("default", 1280, "slide=L4-64"), ("dark", 1280, "slide=L4-92"), ("dark", 390, "slide=L4-65"),
    ("default", 390, "slide=L2-20"),
])  # fmt: skip
def test_axe_finds_nothing_grave(open_batches: Opener, theme: str, width: int, query: str) -> None:
    page = open_batches(f"{query}&theme={theme}", width=width)
    expect(facts(page)).to_be_visible()
    looked_at(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_stands_out_of_the_page(open_batches: Opener, width: int) -> None:
    page = open_batches("slide=L4-63", width=width)
    expect(facts(page)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_table_shows_all_of_a_lane_without_being_swiped(open_batches: Opener, width: int) -> None:
    page = open_batches("slide=L4-87", width=width)
    scroll = page.locator(".np-lane-table .scroll")
    assert scroll.evaluate("node => node.scrollWidth <= node.clientWidth")
    more = page.locator(".np-lane-table .more")
    page.get_by_role("radio", name="Shade by Batch", exact=True).click()
    expect(more.locator(".title")).to_have_text("Batch")
    for column in ("weights", "accuracy", "expected"):
        cell = cells(page, column).first
        # Either in its column or in the line below.
        expect(more.locator(f".{column}")).to_contain_text(cell.text_content() or "nothing")
        expect(more.locator(f".{column}")).to_be_visible(visible=not cell.is_visible())
