"""The plane of a descent and the same in space, under a real mouse, a real finger and real keys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from playground.optimizer_marks import color
from playground.theme import NEUTRAL
from tests.browser.conftest import watched
from tests.browser.test_views import place
from tests.serving import Server

TITLE = "Contours"
START = (1.0, 1.5)
WIDTH = 9.0
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def plane_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("plane") / "log.txt", ("tests.browser.apps.plane_app",))
    yield running
    running.stop()


@pytest.fixture
def open_plane(browser: Browser, plane_server: Server) -> Iterator[Opener]:
    """Open the page of the plane; on Beale's function unless a case is named."""
    with watched(browser, plane_server) as visit:

        def opened(query: str = "?case=race", width: int = 1280, height: int = 1000, touch: bool = False) -> Page:
            room = "&width=350" if width < 600 else ""
            page = visit(plane_server.url + query + room, width, height, has_touch=touch)
            expect(handle(page)).to_have_attribute("aria-valuetext", re.compile("."), timeout=20_000)
            expect(page.get_by_role("button", name="Back")).to_be_visible()
            rest(page)
            return page

        yield opened


def handle(page: Page) -> Locator:
    return page.get_by_role("slider", name="Start", exact=True)


def rest(page: Page) -> None:
    """Wait until the handle stays where it is."""
    page.wait_for_function(
        """() => {
          const inside = (root) => [...root.querySelectorAll('*')].flatMap(
            (one) => one.shadowRoot ? [one, ...inside(one.shadowRoot)] : [one])
          const found = inside(document).find((one) => one.matches('.np-plane-pointer .handle'))
          const box = found?.getBoundingClientRect()
          const now = box ? `${box.x} ${box.y} ${box.width}` : ''
          const still = now === window.lastPlace && box?.x > 0
          window.lastPlace = now
          return still
        }""",
        polling=200,
    )


def messages(page: Page, least: int = 1) -> list[list]:
    """Return what the page was told, once there are so many messages and the last of them is a start."""
    expect(page.locator("output")).to_have_text(re.compile(r'(\["\w+", [^\]]*\][,\]] ?){' + str(least) + ",}$"))
    expect(page.locator("output")).to_have_text(re.compile(r'\["start", [^\]]*\]\]$'))
    return json.loads(page.locator("output").inner_text())


def centre(page: Page) -> tuple[float, float]:
    box = handle(page).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pixels(page: Page, wanted: str) -> int:
    """Count the points of the drawing in space that have a colour."""
    return page.locator(".np-surface canvas").evaluate(
        """(canvas, rgb) => {
          const copy = document.createElement('canvas')
          Object.assign(copy, {width: canvas.width, height: canvas.height})
          const context = copy.getContext('2d', {willReadFrequently: true})
          context.drawImage(canvas, 0, 0)
          const {data} = context.getImageData(0, 0, copy.width, copy.height)
          let found = 0
          for (let p = 0; p < data.length; p += 4) found += rgb.every((c, k) => Math.abs(data[p + k] - c) <= 10)
          return found
        }""",
        list(bytes.fromhex(wanted[1:])),
    )


def test_the_start_is_clicked_and_dragged_by_the_mouse(open_plane: Opener) -> None:
    page = open_plane()
    assert centre(page) == pytest.approx(place(page, *START, TITLE), abs=1.5)
    expect(handle(page)).to_have_attribute("aria-valuetext", "x = 1, y = 1.5")

    # A click on the handle, even beside its middle, moves nothing.
    x, y = centre(page)
    page.mouse.click(x + 6, y + 6)
    expect(handle(page)).to_be_focused()
    assert centre(page) == pytest.approx((x, y), abs=0.5)

    page.mouse.click(*place(page, -2.0, -3.0, TITLE))
    ((kind, x, y),) = messages(page)
    assert kind == "start"
    assert (x, y) == pytest.approx((-2.0, -3.0), abs=0.05)
    expect(handle(page)).to_have_attribute("aria-valuetext", re.compile(r"^x = −(2|1\.9)"))
    assert centre(page) == pytest.approx(place(page, -2.0, -3.0, TITLE), abs=2)

    page.mouse.move(*place(page, -2.0, -3.0, TITLE))
    page.mouse.down()
    page.mouse.move(*place(page, 3.0, 3.0, TITLE), steps=8)
    expect(page.locator("output")).to_contain_text('"drag"')
    page.mouse.move(*place(page, 2.0, -1.0, TITLE), steps=8)
    # The handle is with the hand, whether Python has answered or not.
    rest(page)
    assert centre(page) == pytest.approx(place(page, 2.0, -1.0, TITLE), abs=2)
    page.mouse.up()
    said = messages(page, 3)
    assert {kind for kind, *_ in said[1:-1]} == {"drag"}
    assert said[-1][1:] == pytest.approx((2.0, -1.0), abs=0.1)
    expect(handle(page)).to_have_attribute("aria-valuetext", re.compile(r"^x = (2|1\.9)"))


def test_a_drag_beyond_the_plane_stops_at_its_edge(open_plane: Opener) -> None:
    page = open_plane()
    page.mouse.move(*place(page, *START, TITLE))
    page.mouse.down()
    page.mouse.move(place(page, *START, TITLE)[0], place(page, 0.0, 4.5, TITLE)[1] - 60, steps=4)
    page.mouse.up()
    assert messages(page)[-1][2] == 4.5


def test_arrow_keys_move_the_start_and_shift_moves_it_a_little(open_plane: Opener) -> None:
    page = open_plane()
    handle(page).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    expected = (START[0] + WIDTH * 0.02 * 1.9, START[1] + WIDTH * 0.02)
    assert messages(page)[-1][1:] == pytest.approx(expected)
    said = json.loads(page.locator("output").inner_text())
    assert [kind for kind, *_ in said].count("start") == 1, "one start for a row of keys"
    expect(handle(page)).to_have_attribute("aria-valuetext", "x = 1.34, y = 1.68")
    # Who leaves the handle has decided.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(handle(page)).to_have_attribute("aria-valuetext", "x = 1.34, y = 1.5")


def touch(page: Page, *path: tuple[float, float]) -> None:
    """Draw a finger along a path."""
    session = page.context.new_cdp_session(page)
    steps = [(path[0][0] + (path[1][0] - path[0][0]) * k / 10, path[0][1] + (path[1][1] - path[0][1]) * k / 10)
             for k in range(11)]  # fmt: skip
    for k, (x, y) in enumerate(steps):
        points = [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if k else "touchStart", "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_taps_drags_the_handle_and_scrolls_beside_it(open_plane: Opener) -> None:
    page = open_plane(width=390, height=800, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = handle(page).bounding_box()
    assert min(box["width"], box["height"]) >= 44
    page.touchscreen.tap(*place(page, -2.0, -2.0, TITLE))
    (said,) = messages(page)
    assert said[1:] == pytest.approx((-2.0, -2.0), abs=0.1)
    expect(handle(page)).to_have_attribute("aria-valuetext", re.compile("^x = −"))

    touch(page, place(page, -2.0, -2.0, TITLE), place(page, 1.0, 1.0, TITLE))
    assert messages(page, 3)[-1][1:] == pytest.approx((1.0, 1.0), abs=0.1)
    before, top = page.locator("output").inner_text(), centre(page)[1]
    assert top == pytest.approx(place(page, 1.0, 1.0, TITLE)[1], abs=3), "a finger that drags must not scroll"

    x, y = place(page, -3.0, -4.0, TITLE)
    touch(page, (x, y), (x, y - 150))
    rest(page)
    assert centre(page)[1] < top - 50, "a finger beside the handle scrolls the page"
    assert page.locator("output").inner_text() == before


def settled(page: Page, tint: str, wanted: Callable[[int], bool] = lambda now: now > 0) -> int:
    """Return how much of a colour there is, once it is as wanted and stays."""
    last = -1
    for _ in range(50):
        now = pixels(page, tint)
        if now == last and wanted(now):
            return now
        last = now
        page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    raise AssertionError(f"{tint}: {last} pixels")


def test_trails_in_space_are_scrubbed_turned_and_darkened(open_plane: Opener) -> None:
    page = open_plane("?case=descent&at=60")
    tint = color("momentum", False)
    canvas = page.locator(".np-surface canvas")
    expect(canvas).to_have_attribute("aria-label", re.compile("over x and y"))
    long = settled(page, tint)
    page.get_by_role("button", name="Back").click()
    short = settled(page, tint, lambda now: now < 0.9 * long)
    assert short > 0
    before = canvas.evaluate("(canvas) => canvas.toDataURL()")
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    assert settled(page, tint) > 0
    assert canvas.evaluate("(canvas) => canvas.toDataURL()") != before
    page.get_by_role("button", name="Dark").click()
    settled(page, color("momentum", True))
    assert pixels(page, tint) == 0
    fill = page.evaluate(
        """() => [...Bokeh.documents].flatMap((one) => [...one._all_models.values()])
          .find((one) => one.type === 'LinearColorMapper').palette[0]"""
    )
    assert fill == NEUTRAL["dark"]


@pytest.mark.parametrize("query", ["?case=race", "?case=basins&theme=dark"])
def test_axe_finds_no_fault(open_plane: Opener, query: str) -> None:
    page = open_plane(f"{query}&at=8")
    violations = Axe().run(page).response["violations"]
    grave = [
        f"{found['help']}: {node['html'][:200]}"
        for found in violations if found["impact"] in ("serious", "critical")
        for node in found["nodes"] if "plane" in node["html"] or "legend" in node["html"] or "surface" in node["html"]
    ]  # fmt: skip
    assert grave == []
