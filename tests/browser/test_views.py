"""The Bokeh views under a real mouse and a real finger."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.serving import Server

FIND = """(title) => {
  const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
  const model = models.find((model) => model.type === 'Figure' && model.title.text === title)
  const view = Bokeh.index.find_one(model)
"""
PLANE = "What the network answers"
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def views_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("views") / "log.txt", ("tests.browser.apps.views_app",))
    yield running
    running.stop()


@pytest.fixture
def open_views(browser: Browser, views_server: Server) -> Iterator[Opener]:
    """Open the page of the views."""
    with watched(browser, views_server) as visit:

        def opened(query: str = "", width: int = 1280, height: int = 1000, touch: bool = False) -> Page:
            page = visit(views_server.url + query, width, height, has_touch=touch)
            page.get_by_role("button", name="look", exact=True).wait_for(timeout=20_000)
            page.wait_for_function(FIND + "return view?.frame?.bbox.width > 100 }", arg=PLANE)
            # There and back once: what the page says of itself while it loads has then been answered.
            use(page, "erase", "crosshair")
            use(page, "look", "default")
            return page

        yield opened


def place(page: Page, x: float, y: float, title: str = PLANE) -> tuple[float, float]:
    """Return where in the window a point of a figure lies."""
    script = """
      const box = view.canvas_view.events_el.getBoundingClientRect()
      const { x_scale, y_scale } = view.frame
      return [box.x, box.y, x_scale.compute(0), x_scale.compute(1), y_scale.compute(0), y_scale.compute(1)] }"""
    left, top, x0, x1, y0, y1 = page.evaluate(FIND + script, title)
    return left + x0 + (x1 - x0) * x, top + y0 + (y1 - y0) * y


def use(page: Page, tool: str, cursor: str) -> None:
    page.get_by_role("button", name=tool, exact=True).click()
    page.wait_for_function(
        FIND + f"return getComputedStyle(view.canvas_view.events_el).cursor === '{cursor}' }}", arg=PLANE
    )


def said(page: Page) -> Locator:
    return page.locator("output")


def heard(page: Page, kind: str) -> dict:
    expect(said(page)).to_contain_text(f'"{kind}"')
    return json.loads(said(page).inner_text())


def test_a_click_adds_a_point_where_it_is(open_views: Opener) -> None:
    page = open_views()
    use(page, "add", "copy")
    page.mouse.click(*place(page, 2.5, -1.5))
    message = heard(page, "add")
    assert message["x"] == pytest.approx(2.5, abs=0.1)
    assert message["y"] == pytest.approx(-1.5, abs=0.1)


def test_quick_clicks_add_a_point_each(open_views: Opener) -> None:
    """The second of two quick clicks is a double click to Bokeh, and no click."""
    page = open_views()
    use(page, "add", "copy")
    for x in (-3.0, 1.0):
        page.mouse.click(*place(page, x, 1.0))
    expect(said(page)).to_contain_text(re.compile(r'"x": (0\.9|1\.0)'))
    use(page, "erase", "crosshair")
    page.mouse.click(*place(page, -3.0, 1.0))
    assert heard(page, "erase") == {"type": "erase", "index": 3}


def test_a_row_of_quick_taps_adds_a_point_each(open_views: Opener) -> None:
    """Near and soon after each other, as who draws a cloud taps: Bokeh calls every other one a double tap."""
    page = open_views()
    use(page, "add", "copy")
    x, y = place(page, -3.0, 1.0)
    for number in range(6):
        page.mouse.click(x + 8 * number, y)
        page.wait_for_timeout(250)
    use(page, "erase", "crosshair")
    page.mouse.click(x + 40, y)
    assert heard(page, "erase") == {"type": "erase", "index": 8}, "three points at first, and six"
    # The server has more to say of that point: let it, before the page closes.
    use(page, "look", "default")


def test_a_point_is_moved_and_can_be_moved_again(open_views: Opener) -> None:
    page = open_views()
    use(page, "move", "grab")
    for start, end in (((0.0, 3.0), (-2.0, 1.0)), ((-2.0, 1.0), (3.0, -3.0))):
        before = said(page).inner_text()
        page.mouse.move(*place(page, *start))
        page.mouse.down()
        page.mouse.move(*place(page, 0.5, 0.5), steps=4)
        page.mouse.move(*place(page, *end), steps=4)
        page.mouse.up()
        expect(said(page)).not_to_have_text(before)
        message = heard(page, "move")
        assert message["index"] == 1
        assert (message["x"], message["y"]) == pytest.approx(end, abs=0.1)


def test_a_hand_that_rests_before_it_moves_moves_too(open_views: Opener) -> None:
    page = open_views()
    use(page, "move", "grab")
    page.mouse.move(*place(page, 4.0, 0.0))
    page.mouse.down()
    page.wait_for_timeout(450)  # Bokeh calls 300 ms a press, after which it reports no drag
    page.mouse.move(*place(page, 1.0, -2.0), steps=4)
    page.mouse.up()
    message = heard(page, "move")
    assert message["index"] == 2
    assert (message["x"], message["y"]) == pytest.approx((1.0, -2.0), abs=0.1)


def test_a_click_erases_the_nearest_point_and_none_from_afar(open_views: Opener) -> None:
    page = open_views()
    use(page, "erase", "crosshair")
    page.mouse.click(*place(page, -1.0, -1.0))
    page.mouse.click(*place(page, -3.9, -3.9))
    assert heard(page, "erase") == {"type": "erase", "index": 0}


def test_looking_draws_nothing(open_views: Opener) -> None:
    page = open_views()
    page.mouse.click(*place(page, 2.0, 2.0))
    use(page, "add", "copy")
    page.mouse.click(*place(page, -2.0, -2.0))
    assert heard(page, "add")["x"] == pytest.approx(-2.0, abs=0.1)
    # The first click was no message before that one.
    use(page, "erase", "crosshair")
    page.mouse.click(*place(page, -2.0, -2.0))
    assert heard(page, "erase") == {"type": "erase", "index": 3}


def finger(page: Page, *path: tuple[float, float]) -> None:
    """Draw a finger over the page."""
    session = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(path):
        kind = "touchStart" if number == 0 else "touchMove"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def line(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    return [tuple(a + (b - a) * k / 8 for a, b in zip(start, end, strict=True)) for k in range(9)]


def test_a_finger_adds_moves_and_scrolls_when_it_only_looks(open_views: Opener) -> None:
    page = open_views(width=390, height=700, touch=True)
    use(page, "add", "copy")
    page.touchscreen.tap(*place(page, 2.0, 2.0))
    message = heard(page, "add")
    assert (message["x"], message["y"]) == pytest.approx((2.0, 2.0), abs=0.15)

    use(page, "move", "grab")
    top = place(page, 0.0, 3.0)
    finger(page, *line(place(page, 2.0, 2.0), place(page, -1.0, -3.0)))
    message = heard(page, "move")
    assert message["index"] == 3
    assert (message["x"], message["y"]) == pytest.approx((-1.0, -3.0), abs=0.15)
    assert place(page, 0.0, 3.0) == top, "a finger that draws must not scroll"

    use(page, "look", "default")
    x, y = place(page, 0.0, -4.0)
    finger(page, *line((x, y), (x, y - 200)))
    page.wait_for_timeout(300)
    assert place(page, 0.0, 3.0)[1] < top[1] - 50, "a finger that looks scrolls the page"


def test_a_point_tells_what_it_is_and_names_are_no_markup(open_views: Opener) -> None:
    page = open_views()
    page.mouse.move(*place(page, -4.0, -4.0))
    expect(page.get_by_text("<b>first</b>", exact=True)).to_be_visible()
    expect(page.get_by_text("-4.000", exact=True).first).to_be_visible()


@pytest.mark.parametrize("title", ["Loss", "Accuracy"])
def test_both_curves_tell_all_values_of_the_epoch(open_views: Opener, title: str) -> None:
    page = open_views()
    page.mouse.move(*place(page, 9.9, 0.2, title))
    for value in ("10", "0.5", "0.6875", "0.625", "0.375"):
        expect(page.locator(".bk-tooltip-row-value").get_by_text(value, exact=True).first).to_be_visible()


def test_a_figure_is_saved_as_a_picture(open_views: Opener) -> None:
    page = open_views()
    button = page.get_by_role("button", name="Save the plane")
    assert button.bounding_box()["height"] >= 44
    with page.expect_download() as download:
        button.click()
    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == "plane.png"
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(content[k : k + 4]) for k in (16, 20))
    assert min(width, height) > 300
    # The server hears of the click too: let it answer before the page closes.
    use(page, "add", "copy")


@pytest.mark.parametrize("theme", ["default", "dark"])
def test_letters_keep_their_size_in_both_modes(open_views: Opener, theme: str) -> None:
    """The theme of panel-material-ui would shrink them."""
    page = open_views(f"?theme={theme}")
    sizes = page.evaluate(
        """() => {
          const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
          const titles = models.filter((m) => m.type === 'Title').map((m) => m.text_font_size)
          const ticks = models.filter((m) => m.type.endsWith('Axis')).map((m) => m.major_label_text_font_size)
          return [titles, ticks] }"""
    )
    assert sizes == [["15px"] * 3, ["13px"] * 6]
