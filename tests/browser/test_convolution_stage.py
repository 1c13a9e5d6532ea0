"""A student at the convolution page, in a real browser."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import choose, dialog, download, message, press, upload, wait_until
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture
def open_convolution(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the convolution page, and wait until it is live."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: Any) -> Page:
            page = visit(f"{server.url}?stage=convolution&{query}", **options)
            expect(page.locator(".np-transport .text")).to_have_text(re.compile(r"\w"), timeout=20_000)
            expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def stand_at(page: Page, text: str) -> None:
    """Wait until the transport bar says so."""
    expect(page.locator(".np-transport .text")).to_have_text(text)


def cells(page: Page, role: str) -> Locator:
    """Find the numbers of an array of the board: x, w, y, dx, dw or dy."""
    return page.locator(f".np-sliding .role-{role} .cell:not(.ring)")


def values(page: Page, role: str, expected: list[str]) -> None:
    """Wait until an array reads so, as it is said to a screen reader."""
    for place, text in enumerate(expected):
        expect(cells(page, role).nth(place)).to_have_attribute("aria-label", text)


def example(page: Page, title: str) -> None:
    """Choose one of the examples."""
    page.get_by_role("radiogroup", name="Examples").get_by_role("radio", name=title, exact=True).click()


def look(page: Page, title: str) -> None:
    """Look at something more closely."""
    page.get_by_role("radiogroup", name="Look closer").get_by_role("radio", name=title, exact=True).click()


def type_into(page: Page, cell: Locator, text: str) -> None:
    """Type a number over another one."""
    cell.focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name=re.compile("^Value of "))
    expect(field).to_be_focused()
    field.fill(text)
    page.keyboard.press("Enter")
    expect(field).to_have_count(0)


def settled(page: Page) -> None:
    """Wait until the browser has told of all that was added: else it tells of it with the next click, at length."""
    page.wait_for_function("() => Bokeh.documents[0]._new_models.size === 0")


@pytest.mark.concept("C161")
def test_step_a_kernel_and_flip_it(open_convolution: Opener) -> None:
    page = open_convolution("slide=L3-35")
    press(page, "(1, 2, 2, 0, 0)")
    expect(page.get_by_text("max(0, z) keeps where the signal rises")).to_be_visible()
    press(page, "Close")
    stand_at(page, "Slide L3-35 · At the start")
    press(page, "Step forward")
    stand_at(page, "Slide L3-35 · Forward: y[0]")
    values(page, "y", ["1", "not made yet", "not made yet", "not made yet", "not made yet"])
    page.get_by_label("Grain", exact=True).select_option("layer")
    press(page, "Step forward")
    values(page, "y", ["1", "2", "2", "0", "0"])
    page.get_by_label("ReLU behind it").uncheck()
    values(page, "y", ["1", "2", "2", "−2", "−3"])
    page.get_by_label("Flip the kernel").uncheck()
    values(page, "y", ["−1", "−2", "−2", "2", "3"])
    stand_at(page, "Output complete")
    press(page, "Step back")
    stand_at(page, "At the start")


def test_play_and_click_where_to_go(open_convolution: Opener) -> None:
    page = open_convolution("input=edge&kernel=vertical")
    page.get_by_label("Speed", exact=True).select_option("fast")
    press(page, "Play")
    # It stops by itself before the way back.
    stand_at(page, "Output complete")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    cells(page, "y").nth(8).click()
    stand_at(page, "Forward: y[1, 2]")
    # Left of the edge 0, right of it 1, three rows.
    expect(cells(page, "y").nth(8)).to_have_attribute("aria-label", "3")
    expect(page.locator(".np-sliding_sum, .np-sliding-sum").first).to_contain_text("3")


def test_the_backward_pass_step_by_step(open_convolution: Opener) -> None:
    page = open_convolution("input=slide&kernel=slide&done=5")
    stand_at(page, "Output complete")
    press(page, "Step forward")
    stand_at(page, "Backward: y[0]")
    expect(page.get_by_text("a number of ∂L/∂y once to go there.")).to_be_visible()
    # dL/dy = 1 times the kernel; and times the three inputs that it saw.
    values(page, "dx", ["1", "0", "−1", "0"])
    values(page, "dw", ["0", "0", "1"])
    press(page, "Step forward")
    values(page, "dx", ["1", "1", "−1", "−1"])
    values(page, "dw", ["0", "1", "3"])
    page.get_by_label("Grain", exact=True).select_option("phase")
    press(page, "Step forward")
    stand_at(page, "All gradients sent back")
    values(page, "dw", ["6", "6", "6"])


def test_the_golden_matrix_and_the_task(open_convolution: Opener) -> None:
    page = open_convolution("slide=L1-39")
    press(page, "Skip: show me")
    page.get_by_label("Grain", exact=True).select_option("phase")
    press(page, "Step forward")
    values(page, "y", ["20", "30", "112", "37"])
    example(page, "Average pooling")
    expect(cells(page, "y").first).to_be_hidden()
    press(page, "20")
    expect(page.get_by_text("(37 + 4 + 25 + 12)/4 = 19.5. The slide rounds it to 20")).to_be_visible()
    press(page, "Step forward")
    values(page, "y", ["13", "8", "79", "19.5"])
    task = page.locator(".np-task-list li").first
    expect(task.get_by_role("img", name="Not done yet")).to_be_visible()
    type_into(page, cells(page, "x").nth(4), "12")
    values(page, "y", ["14", "8", "79", "19.5"])
    expect(task.get_by_role("img", name="Done", exact=True)).to_be_visible()
    press(page, "Undo")
    values(page, "y", ["13", "8", "79", "19.5"])
    expect(task.get_by_role("img", name="Not done yet")).to_be_visible()


def test_max_pooling_sends_all_to_the_winner(open_convolution: Opener) -> None:
    page = open_convolution("preset=max&done=4")
    press(page, "Step forward")
    stand_at(page, "Backward: y[0, 0]")
    values(page, "dx", ["0", "1", "0", "0", "0", "0"])
    choose(page, "Operation", "Average pooling")
    values(page, "dx", ["0.25", "0.25", "0", "0", "0.25", "0.25"])


def test_write_a_kernel_for_vertical_edges(open_convolution: Opener) -> None:
    page = open_convolution("preset=design")
    task = page.locator(".np-task-list li").first
    expect(task.get_by_role("img", name="Not done yet")).to_be_visible()
    for place, value in ((3, "-1"), (4, "0"), (5, "1")):
        type_into(page, cells(page, "w").nth(place), value)
    expect(task.get_by_role("img", name="Done", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Kernel", exact=True)).to_have_text("Own numbers")
    press(page, "Back to the example")
    expect(task.get_by_role("img", name="Not done yet")).to_be_visible()
    expect(page.get_by_role("combobox", name="Kernel", exact=True)).to_have_text("Identity")


def test_28_becomes_14(open_convolution: Opener) -> None:
    page = open_convolution("slide=L2-13")
    press(page, "13 × 13 × 8")
    expect(page.get_by_text("each filter makes a map of its own: 13 × 13 × 8")).to_be_visible()
    expect(page.locator(".np-task-list").first).to_contain_text("28 × 28 becomes 13 × 13.")
    choose(page, "Padding P", "1")
    expect(page.locator(".np-task-list").first).to_contain_text("28 × 28 becomes 14 × 14.")
    expect(page.get_by_role("img", name="Done", exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name="filter 3", exact=True)).to_be_visible()


def test_a_window_that_does_not_fit(open_convolution: Opener) -> None:
    page = open_convolution("preset=max&done=1")
    slider = page.get_by_role("slider", name="Size F")
    slider.focus()
    page.keyboard.press("End")
    expect(message(page)).to_contain_text("does not fit")
    expect(slider).to_have_value("2")


def test_750_against_6_291_456(open_convolution: Opener) -> None:
    page = open_convolution("slide=L3-33")
    press(page, "750")
    bars = page.locator(".np-count-bars")
    expect(bars.locator(".count")).to_have_text(["750", "6,291,456"])
    page.get_by_role("slider", name="Kernel size").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(bars.locator(".count")).to_have_text(["1,470", "6,291,456"])
    tasks = page.locator(".np-task-list").last
    page.get_by_role("slider", name="Channels").last.focus()
    page.keyboard.press("ArrowLeft")
    expect(tasks).to_contain_text("990 parameters, 10 kernels, 7 × 7 pixels.")
    expect(tasks.get_by_role("img", name="Done", exact=True)).to_be_visible()


def test_dimensions_inputs_and_kernels(open_convolution: Opener) -> None:
    page = open_convolution()
    choose(page, "Dimensions", "3-D: a volume")
    expect(page.get_by_role("combobox", name="Input", exact=True)).to_have_text("Ball in a cube")
    expect(cells(page, "x")).to_have_count(125)
    choose(page, "Dimensions", "2-D: a picture")
    choose(page, "Input", "Four colours")
    expect(page.get_by_role("radio", name="channel green", exact=True)).to_be_visible()
    choose(page, "Kernel", "Laplacian")
    choose(page, "Input", "Letter")
    expect(cells(page, "x")).to_have_count(100)
    expect(page.get_by_role("combobox", name="Kernel", exact=True)).to_have_text("Laplacian")


def test_predict_sizes(open_convolution: Opener) -> None:
    page = open_convolution()
    look(page, "Predict sizes")
    answers = page.get_by_role("button", name=re.compile(r"^\d+ × \d+ × \d+$"))
    expect(answers).to_have_count(4)
    answers.first.click()
    expect(page.get_by_text(re.compile(r"^(Right|Not quite): ⌊.* of 1 right\.$"))).to_be_visible()
    press(page, "Another one")
    expect(page.get_by_text(re.compile("of 1 right"))).to_have_count(0)


def picture() -> bytes:
    """Make a picture that is dark on the left and bright on the right."""
    pixels = np.zeros((60, 80, 3), dtype=np.uint8)
    pixels[:, 40:] = 255
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def test_an_own_picture(open_convolution: Opener) -> None:
    page = open_convolution()
    upload(page.locator("body"), "half.png", picture(), "image/png")
    expect(page.get_by_role("combobox", name="Input", exact=True)).to_have_text("Your picture, gray")
    expect(cells(page, "x")).to_have_count(784)
    expect(cells(page, "x").nth(0)).to_have_attribute("aria-label", "0")
    expect(cells(page, "x").nth(27)).to_have_attribute("aria-label", "1")
    after = page.get_by_role("img", name="half.png, after the kernel")
    expect(after).to_be_visible()
    assert after.evaluate("node => [node.naturalWidth, node.naturalHeight]") == [78, 58]
    upload(page.locator("body"), "half.gif", b"GIF89a", "image/gif")
    expect(message(page)).to_contain_text("“half.gif” is neither PNG nor JPEG")
    # What was there stays.
    expect(page.get_by_role("combobox", name="Input", exact=True)).to_have_text("Your picture, gray")


def test_save_load_and_share(open_convolution: Opener) -> None:
    page = open_convolution("input=letter&stride=2&done=7")
    stand_at(page, "Forward: y[1, 2]")
    type_into(page, cells(page, "w").nth(4), "0.5")
    press(page, "Save and load")
    expect(page.get_by_role("button", name="Save this window")).to_be_visible()
    settled(page)
    saved = download(page, "Save this window")
    assert json.loads(saved)["done"] == 7
    page.keyboard.press("Escape")
    expect(dialog(page, "Save and load")).to_be_hidden()
    press(page, "Share")
    link = page.get_by_role("textbox", name="Link to this window").input_value()
    settled(page)
    assert link.endswith("?stage=convolution&input=letter&stride=2&w=-1,0,1,-1,0.5,1,-1,0,1&done=7")
    page.keyboard.press("Escape")
    expect(dialog(page, "Share")).to_be_hidden()
    before = cells(page, "y").nth(5).get_attribute("aria-label")
    example(page, "3-D")
    expect(cells(page, "x")).to_have_count(125)
    press(page, "Save and load")
    upload(dialog(page, "Save and load"), "window.json", saved, "application/json")
    stand_at(page, "Forward: y[1, 2]")
    expect(message(page)).to_contain_text("here again")
    expect(cells(page, "y").nth(5)).to_have_attribute("aria-label", before)
    again = open_convolution(link.split("stage=convolution&")[1])
    stand_at(again, "Forward: y[1, 2]")
    expect(cells(again, "w").nth(4)).to_have_attribute("aria-label", "0.5")


def test_keys_drive_the_window_while_nothing_else_has_them(open_convolution: Opener) -> None:
    page = open_convolution("input=edge&done=3")
    page.keyboard.press("ArrowRight")
    stand_at(page, "Forward: y[0, 3]")
    page.keyboard.press("Shift+ArrowRight")
    stand_at(page, "Forward: y[0, 5]")
    page.keyboard.press("ArrowLeft")
    stand_at(page, "Forward: y[0, 4]")


@pytest.mark.parametrize(("theme", "width", "query"), [
    ("default", 1280, ""), ("dark", 1280, "preset=backward&look=counts"), ("dark", 390, "preset=photo"),
    ("default", 390, "slide=L1-39"), ("dark", 1280, "preset=filters&done=40&look=sizes"),
])  # fmt: skip
def test_axe_finds_nothing_grave(open_convolution: Opener, theme: str, width: int, query: str) -> None:
    page = open_convolution(f"{query}&theme={theme}", width=width)
    looked_at(page)


@pytest.mark.parametrize("query", ["", "preset=volume", "preset=weights&done=9", "preset=photo"])
def test_nothing_stands_out_of_the_page(open_convolution: Opener, query: str) -> None:
    page = open_convolution(query)
    board = page.locator(".np-sliding .board")
    for width in (1280, 1000, 390):
        page.set_viewport_size({"width": width, "height": 900})
        expect(cells(page, "x").first).to_be_visible()
        fits = "() => document.documentElement.scrollWidth <= window.innerWidth"
        wait_until(page, lambda fits=fits: page.evaluate(fits))
        # Neither do the grids stand out of the board, unless it can be scrolled.
        inside = """node => {
          const {left, right} = node.getBoundingClientRect()
          return [...node.querySelectorAll('.cell')].every((cell) => {
            const box = cell.getBoundingClientRect()
            return box.left >= left - 1 && box.right <= right + 1
          })
        }"""
        wait_until(page, lambda inside=inside: board.evaluate(inside))
