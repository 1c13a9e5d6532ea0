"""The widgets by themselves, in a real browser: what a hand or a key does to them, and what they send."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watched
from tests.serving import Server

Opener = Callable[..., Page]

# As over plain http on a network.
NO_CLIPBOARD = "() => Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true}) && null"


@pytest.fixture(scope="module")
def widgets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("widgets") / "log.txt", ("tests.browser.apps.widgets_app",))
    yield running
    running.stop()


@pytest.fixture
def open_widgets(browser: Browser, widgets: Server) -> Iterator[Opener]:
    """Open the widgets."""
    with watched(browser, widgets) as visit:

        def opened(query: str = "", height: int = 1300, **options: Any) -> Page:
            page = visit(widgets.url + query, height=height, **options)
            expect(page.get_by_role("radio", name="XOR", exact=True)).to_be_visible(timeout=20_000)
            expect(page.get_by_role("img", name="The answer over the plane.")).to_be_visible()
            return page

        yield opened


def expect_heard(page: Page, **message: Any) -> None:
    """Wait until this is the last message that Python has heard."""
    expect(page.get_by_text(json.dumps(message, sort_keys=True), exact=True)).to_be_visible()


def pixels(page: Page) -> str:
    """Read the surface as the browser shows it."""
    return page.locator(".np-surface canvas").evaluate("(canvas) => canvas.toDataURL()")


def settled(page: Page) -> str:
    """Read the surface when nothing moves any more: it is coarser while it turns."""
    before, after = "", pixels(page)
    while before != after:
        page.wait_for_timeout(250)
        before, after = after, pixels(page)
    return after


def test_a_click_chooses_a_data_set_and_names_it(open_widgets: Opener) -> None:
    page = open_widgets()
    page.get_by_role("radio", name="Spiral", exact=True).click()
    expect_heard(page, type="choose", key="spiral")
    expect(page.get_by_role("radio", checked=True)).to_have_accessible_name("Spiral")
    expect(page.locator(".np-gallery .chosen").first).to_have_text("Spiral")


def test_arrows_choose_along_and_across_the_lines(open_widgets: Opener) -> None:
    page = open_widgets()
    page.get_by_role("radio", name="Circle", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect_heard(page, type="choose", key="xor")
    expect(page.get_by_role("radio", name="XOR", exact=True)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect_heard(page, type="choose", key="circle")
    # Five stand beside each other: beneath the first is the first of the next group, and then its sixth.
    page.keyboard.press("ArrowDown")
    expect_heard(page, type="choose", key="blobs3")
    page.keyboard.press("ArrowDown")
    expect_heard(page, type="choose", key="arms4")
    # One stop of the tab key.
    assert page.locator(".np-gallery [tabindex='0']").count() == 1


def test_each_thumbnail_shows_points_in_the_colours_of_its_classes(open_widgets: Opener) -> None:
    page = open_widgets()
    colors = page.get_by_role("radio", name="Four blobs").locator("canvas").evaluate(
        """(canvas) => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          const seen = new Set()
          for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) seen.add([...data.slice(i, i + 3)].join())
          return [...seen]
        }"""
    )
    # Orange, blue, green and pink; nothing of sky.
    assert {"222,115,0", "0,114,178", "0,158,115", "204,121,167"} <= set(colors)
    assert "86,180,233" not in colors
    assert page.get_by_role("radio", name="Your own points").locator("svg").count() == 1


def test_a_sentence_stands_on_a_card_for_pointer_and_keys(open_widgets: Opener) -> None:
    page = open_widgets()
    card = page.locator(".np-gallery .card")
    page.get_by_role("radio", name="Moons").hover()
    expect(card).to_contain_text("Two half circles")
    expect(card).to_be_visible()
    page.mouse.move(900, 700)
    expect(card).to_be_hidden()
    page.get_by_role("radio", name="Circle", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(card).to_contain_text("Four quadrants")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_dragging_turns_the_surface_and_reset_brings_it_back(open_widgets: Opener) -> None:
    page = open_widgets()
    start = settled(page)
    box = page.locator(".np-surface canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 30, steps=5)
    page.mouse.up()
    turned = settled(page)
    assert turned != start
    # A pointer that only passes does not turn it.
    page.mouse.move(x - 60, y - 20, steps=3)
    assert settled(page) == turned
    page.get_by_role("button", name="Reset view").click()
    assert settled(page) == start
    page.get_by_role("button", name="Zoom out").click()
    assert settled(page) != start
    page.locator(".np-surface canvas").dblclick()
    assert settled(page) == start


def test_arrows_turn_the_surface(open_widgets: Opener) -> None:
    page = open_widgets()
    start = settled(page)
    canvas = page.get_by_role("img", name="The answer over the plane.")
    seen = {start}
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowUp"):
        canvas.press(key)
        seen.add(settled(page))
    # Left and right again leads back to where it began.
    assert len(seen) == 4
    page.get_by_role("button", name="Reset view").click()
    assert settled(page) == start


def test_keys_and_buttons_bring_the_surface_nearer(open_widgets: Opener) -> None:
    page = open_widgets()
    start = settled(page)
    canvas = page.get_by_role("img", name="The answer over the plane.")
    canvas.press("+")
    nearer = settled(page)
    assert nearer != start
    page.get_by_role("button", name="Reset view").click()
    page.get_by_role("button", name="Zoom in").click()
    assert settled(page) == nearer


def floor_share(page: Page) -> float:
    """Look from above; return which share of the floor is seen through the surface, but for its lines and marks."""
    canvas = page.get_by_role("img", name="The answer over the plane.")
    for _ in range(9):
        canvas.press("ArrowUp")
    settled(page)
    seen = canvas.evaluate(
        """(canvas) => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          let n = 0
          for (let i = 0; i < data.length; i += 4) n += data[i] === 0xEE && data[i + 1] === 0xF2 && data[i + 2] === 0xF6
          return n
        }"""
    )
    side = canvas.evaluate("(canvas) => Math.min((canvas.width - 96) / Math.SQRT2, (canvas.height - 60) / 1.3)")
    return seen / side**2


def test_a_hole_shows_what_lies_behind(open_widgets: Opener) -> None:
    # Eight by ten heights are missing, and with them the nine by eleven cells that they are corners of.
    share = 99 / 60**2
    assert 0.5 * share < floor_share(open_widgets()) < 1.2 * share


def test_the_surface_is_cut_off_at_the_ends_of_its_range(open_widgets: Opener) -> None:
    page = open_widgets()
    page.get_by_role("button", name="Cut at zero").click()
    axis = np.linspace(-1, 1, 61)
    gone = np.sin(3 * axis) * np.cos(2.5 * axis)[:, None] > 0
    gone[6:14, 44:54] = True
    share = (gone[:-1, :-1] & gone[1:, :-1] & gone[:-1, 1:] & gone[1:, 1:]).mean()
    assert 0.75 * share < floor_share(page) < 1.05 * share


def test_a_leaf_asks_to_stand_on_its_branch(open_widgets: Opener) -> None:
    page = open_widgets()
    leaf = page.get_by_role("button", name="Branch 2: to epoch 45, L2 0.01 from epoch 12")
    expect(leaf).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Branch 3:")).to_have_attribute("aria-pressed", "true")
    leaf.click()
    expect_heard(page, type="stand", leaf=1)


def test_leaves_are_reached_by_keys(open_widgets: Opener) -> None:
    page = open_widgets()
    page.get_by_role("button", name="Branch 3:").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Branch 2:")).to_be_focused()
    page.keyboard.press("Enter")
    expect_heard(page, type="stand", leaf=1)


@pytest.mark.parametrize(
    ("lane", "share", "leaf", "step"),
    [
        # On the shared beginning the branch that is stood on stays.
        (0, 0.1, 2, 100),
        (0, 0.7, 0, 700),
        (1, 0.5, 1, 500),
        (2, 0.75, 2, 750),
    ],
)
def test_a_click_on_a_line_asks_for_its_moment(
    open_widgets: Opener, lane: int, share: float, leaf: int, step: int
) -> None:
    page = open_widgets()
    box = page.locator(".np-branch_tree .lines").bounding_box()
    # The scrubber's ends lie half a thumb within the line: 10 px. A pixel is about 0.8 updates here.
    page.mouse.click(box["x"] + 10 + share * (box["width"] - 20), box["y"] + 24 * (lane + 0.5))
    heard = page.locator("pre", has_text='"stand"')
    expect(heard).to_be_visible()
    message = json.loads(heard.inner_text())
    assert (message["type"], message["leaf"]) == ("stand", leaf)
    assert abs(message["step"] - step) <= 1


def test_a_history_without_branches_takes_no_room(open_widgets: Opener) -> None:
    page = open_widgets()
    tree = page.locator(".np-branch_tree")
    before = page.locator(".np-gallery").bounding_box()["y"]
    height = tree.bounding_box()["height"]
    # Three lanes and the distance to the bar above.
    assert height == 3 * 24 + 4
    page.get_by_role("button", name="One segment").click()
    expect(tree).to_be_hidden()
    assert page.locator(".np-gallery").bounding_box()["y"] <= before - height
    # The first branch brings it back.
    page.get_by_role("button", name="Thirty branches").click()
    expect(page.get_by_role("button", name="Branch 30:")).to_be_visible()


def test_many_branches_scroll_within_120_pixels(open_widgets: Opener) -> None:
    page = open_widgets()
    page.get_by_role("button", name="Thirty branches").click()
    expect(page.get_by_role("button", name="Branch 30", exact=False)).to_have_attribute("aria-pressed", "true")
    scroll = page.locator(".np-branch_tree .scroll")
    assert scroll.bounding_box()["height"] <= 120
    expect(page.get_by_role("button", name="Branch 30", exact=False)).to_be_in_viewport()
    assert scroll.evaluate("(node) => node.scrollHeight") == 30 * 24


def test_copy_writes_to_the_clipboard_and_says_so(open_widgets: Opener) -> None:
    page = open_widgets(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".np-clipboard").get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "http://localhost/?hidden=4,2&data=xor"


def test_copy_works_where_there_is_no_clipboard_interface(open_widgets: Opener) -> None:
    page = open_widgets(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(NO_CLIPBOARD)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".np-clipboard").get_by_role("status")).to_have_text("Copied")
    # The property of this page hides the one it inherits, which still reads.
    page.evaluate("() => { delete navigator.clipboard }")
    assert page.evaluate("navigator.clipboard.readText()") == "http://localhost/?hidden=4,2&data=xor"


def test_where_copying_is_forbidden_the_text_is_selected(open_widgets: Opener) -> None:
    page = open_widgets()
    page.evaluate(NO_CLIPBOARD)
    page.evaluate("() => { document.execCommand = () => false }")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".np-clipboard").get_by_role("status")).to_contain_text("The text is selected")
    field = page.get_by_label("Link", exact=True)
    expect(field).to_be_focused()
    assert field.evaluate("(node) => node.selectionEnd - node.selectionStart") == 37


def test_a_number_says_what_it_is_without_moving(open_widgets: Opener) -> None:
    page = open_widgets()
    loss = page.get_by_label("Loss", exact=True)
    before = loss.bounding_box()
    expect(loss).to_have_text("0.1234")
    page.get_by_role("button", name="About Loss").hover()
    card = page.locator(".np-readout .card")
    expect(card).to_contain_text("mean of the losses")
    assert card.bounding_box()["y"] >= before["y"] + before["height"]
    page.mouse.move(900, 700)
    expect(card).to_be_hidden()
    page.get_by_role("button", name="About Loss").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="About Test loss")).to_be_focused()
    expect(card).to_contain_text("the network never learns from")
    assert loss.bounding_box() == before
    # What has nothing to say is no button.
    expect(page.get_by_role("button", name="About Epoch")).to_have_count(0)


def test_a_second_run_stands_beneath(open_widgets: Opener) -> None:
    page = open_widgets()
    second = page.locator(".np-readout .second")
    expect(second.first).to_be_hidden()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(second).to_have_text(["pinned –", "pinned 0.2", "pinned 0.3"])
    expect(page.get_by_label("Loss", exact=True)).to_have_text("0.1234")


@pytest.mark.parametrize("theme", ["default", "dark"])
def test_all_fits_a_phone(open_widgets: Opener, theme: str) -> None:
    page = open_widgets(f"?theme={theme}", width=390, height=844, has_touch=True)
    settled(page)
    for name in ("gallery", "surface", "branch_tree", "clipboard", "readout"):
        box = page.locator(f".np-{name}").bounding_box()
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= 390, name
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # A finger has no hover: a tap shows the card, the next elsewhere takes it away.
    page.get_by_role("button", name="About Loss").tap()
    expect(page.locator(".np-readout .card")).to_be_visible()
    page.locator(".np-surface h3").tap()
    expect(page.locator(".np-readout .card")).to_be_hidden()
