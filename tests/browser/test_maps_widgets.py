"""The drawing pad, the wall of maps and the bars of scores by themselves, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.apps.maps_app import reader, seven
from tests.browser.conftest import watched
from tests.browser.student import box, wait_until
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def maps_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("maps") / "log.txt", ("tests.browser.apps.maps_app",))
    yield running
    running.stop()


@pytest.fixture
def open_maps(browser: Browser, maps_server: Server) -> Iterator[Opener]:
    """Open the widgets."""
    with watched(browser, maps_server) as visit:

        def opened(query: str = "", **options: Any) -> Page:
            page = visit(maps_server.url + query, **options)
            expect(layer(page, "Input")).to_be_visible()
            return page

        yield opened


def layer(page: Page, name: str) -> Locator:
    """Find the first layer whose name begins so."""
    return page.locator(f'.np-map-wall canvas[aria-label^="{name}"]').first


def pad(page: Page) -> Locator:
    return page.get_by_role("slider", name="Drawing", exact=True)


def heard(page: Page) -> dict[str, Any]:
    """Read what Python heard last."""
    return json.loads(page.locator("output").inner_text() or "{}")  # empty while it is exchanged


def colours(canvas: Locator) -> int:
    """Count the colours of a canvas."""
    return canvas.evaluate(
        """(canvas) => new Set(new Uint32Array(
          canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )


def test_a_stroke_is_drawn_and_told_and_the_maps_follow(open_maps: Opener) -> None:
    page = open_maps()
    page.get_by_role("button", name="Clear").click()
    wait_until(page, lambda: heard(page).get("ink") == 0)
    expect(page.get_by_text("Draw a digit", exact=True)).to_be_visible()
    before = layer(page, "Convolution").evaluate("(canvas) => canvas.toDataURL()")
    here = box(pad(page))
    x, side = here["x"] + here["width"] / 2, here["height"]
    page.mouse.move(x, here["y"] + side * 0.2)
    page.mouse.down()
    page.mouse.move(x, here["y"] + side * 0.8, steps=8)
    page.mouse.up()
    # From a fifth to four fifths of 28 rows, and the brush's radius beyond.
    wait_until(page, lambda: {5, 14, 22} <= set(heard(page).get("rows", [])))
    assert min(heard(page)["rows"]) >= 3
    assert max(heard(page)["rows"]) <= 24
    wait_until(page, lambda: layer(page, "Convolution").evaluate("(canvas) => canvas.toDataURL()") != before)


def test_a_finger_draws(open_maps: Opener) -> None:
    page = open_maps(has_touch=True)
    page.get_by_role("button", name="Clear").click()
    wait_until(page, lambda: heard(page).get("ink") == 0)
    here = box(pad(page))
    page.touchscreen.tap(here["x"] + here["width"] / 2, here["y"] + here["height"] / 2)
    wait_until(page, lambda: 13 in heard(page).get("rows", []))


def test_the_keys_move_paint_erase_and_clear(open_maps: Opener) -> None:
    page = open_maps()
    page.get_by_role("button", name="Clear").click()
    wait_until(page, lambda: heard(page).get("ink") == 0)
    pad(page).focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    expect(pad(page)).to_have_attribute("aria-valuetext", "row 11, column 15, ink 0 %")
    page.keyboard.press("Space")
    expect(pad(page)).to_have_attribute("aria-valuetext", "row 11, column 15, ink 100 %")
    wait_until(page, lambda: 10 in heard(page).get("rows", []))
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    wait_until(page, lambda: 12 in heard(page).get("rows", []))
    page.keyboard.press("e")
    expect(pad(page)).to_have_attribute("aria-valuetext", "row 13, column 15, ink 0 %")
    page.keyboard.press("Delete")
    wait_until(page, lambda: heard(page).get("ink") == 0)


def test_a_thicker_brush_leaves_more_ink_and_the_eraser_takes_it(open_maps: Opener) -> None:
    page = open_maps()
    found = []
    for brush in ("Thin", "Thick"):
        page.get_by_role("button", name="Clear").click()
        wait_until(page, lambda: heard(page).get("ink") == 0)
        page.get_by_role("radio", name=f"{brush} brush").click()
        expect(page.get_by_role("radio", name=f"{brush} brush")).to_be_checked()
        pad(page).click()
        wait_until(page, lambda: heard(page).get("ink", 0) > 0)
        found.append(heard(page)["ink"])
    assert found[1] > 2 * found[0]
    page.get_by_role("button", name="Erase", exact=True).click()
    pad(page).click()
    wait_until(page, lambda: heard(page).get("ink") == 0)


def test_a_picture_of_python_comes_again_over_what_was_drawn(open_maps: Opener) -> None:
    page = open_maps()
    at_first = pad(page).evaluate("(canvas) => canvas.toDataURL()")
    page.get_by_role("button", name="Clear").click()
    wait_until(page, lambda: heard(page).get("ink") == 0)
    page.get_by_role("button", name="Seven").click()
    wait_until(page, lambda: pad(page).evaluate("(canvas) => canvas.toDataURL()") == at_first)
    assert heard(page)["ink"] == int(seven().sum())


def test_a_click_picks_the_number_under_it(open_maps: Opener) -> None:
    page = open_maps()
    net = reader()
    maps = net.maps(seven())
    canvas = layer(page, "Max pooling")
    # Two columns of maps, 14 × 14 each: the right one above is the second.
    width = box(canvas)["width"]
    canvas.click(position={"x": width * 0.75, "y": width * 0.25})
    wait_until(page, lambda: heard(page).get("type") == "pick")
    picked = heard(page)
    assert picked["layer"] == 2
    row, column, channel = picked["place"]
    assert channel == 1
    assert abs(row - 7) <= 1
    assert abs(column - 7) <= 1
    page.mouse.move(5, 5)
    value = float(maps[2].values[row, column, channel])
    text = f"map 2, row {row + 1}, column {column + 1}: "
    reading = page.locator(".np-map-wall .reading")
    expect(reading).to_contain_text(text)
    assert float(reading.inner_text().rsplit(":", 1)[1]) == pytest.approx(value, rel=1e-3)


def test_the_keys_pick_within_a_map_and_from_map_to_map(open_maps: Opener) -> None:
    page = open_maps()
    canvas = layer(page, "Convolution")
    canvas.focus()
    page.keyboard.press("Enter")
    wait_until(page, lambda: heard(page).get("place") == [14, 14, 0])
    expect(canvas).to_have_attribute("aria-valuetext", re.compile("map 1, row 15, column 15: "))
    page.keyboard.press("ArrowLeft")
    wait_until(page, lambda: heard(page).get("place") == [14, 13, 0])
    page.keyboard.press("ArrowUp")
    wait_until(page, lambda: heard(page).get("place") == [13, 13, 0])
    page.keyboard.press("PageDown")
    wait_until(page, lambda: heard(page).get("place") == [13, 13, 1])


def test_what_is_picked_shows_what_it_has_seen(open_maps: Opener) -> None:
    page = open_maps()
    image = layer(page, "Input")
    before = image.evaluate("(canvas) => canvas.toDataURL()")
    # Ink alone: shades of grey; the field is of another colour.
    layer(page, "Convolution").click(position={"x": 40, "y": 40})
    wait_until(page, lambda: image.evaluate("(canvas) => canvas.toDataURL()") != before)


def test_layers_that_wait_are_empty_and_cannot_be_picked(open_maps: Opener) -> None:
    page = open_maps("?done=2")
    waiting = page.locator(".np-map-wall .layer").nth(2)
    expect(waiting).to_contain_text("not yet")
    assert colours(layer(page, "Convolution")) > 20
    assert colours(waiting.locator("canvas").first) < 6
    waiting.locator("canvas").first.click(position={"x": 20, "y": 20})
    layer(page, "Convolution").click(position={"x": 20, "y": 20})
    wait_until(page, lambda: heard(page).get("type") == "pick")
    assert heard(page)["layer"] == 1


@pytest.mark.parametrize(("query", "width"), [("", 1280), ("?theme=dark", 390)])
def test_every_layer_is_seen_without_leaving_the_page_sideways(open_maps: Opener, query: str, width: int) -> None:
    page = open_maps(query, width=width)
    for canvas in page.locator(".np-map-wall .layer > canvas").all():
        place = box(canvas)
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_scores_mark_the_best_and_the_true_one_without_colour(open_maps: Opener) -> None:
    page = open_maps()
    scores = reader().predict(seven()[None])[0]
    best = int(scores.argmax())
    lines = page.get_by_role("list", name="Scores").get_by_role("listitem")
    expect(lines).to_have_count(10)
    expect(lines.nth(best)).to_contain_text("▸")
    expect(lines.nth(best)).to_contain_text(f"{100 * scores[best]:.1f} %")
    expect(lines.nth(7)).to_contain_text("✓ true")
    expect(page.get_by_text(f"It reads a {best}.")).to_be_visible()


def test_a_frame_of_the_wall_is_painted_in_a_few_milliseconds(open_maps: Opener) -> None:
    page = open_maps()
    spent = page.evaluate(
        """async () => {
          const model = [...Bokeh.documents].flatMap((one) => [...one._all_models.values()])
            .find((one) => one.data?.content?.layers)
          const frames = 40
          const start = performance.now()
          for (let k = 0; k < frames; k++) {
            model.data.content = {...model.data.content, picked: {layer: 0, place: [k % 28, 3, 0], text: String(k)}}
            await new Promise(requestAnimationFrame)
          }
          return (performance.now() - start) / frames
        }"""
    )
    # Thirty frames a second leave 33 ms for everything.
    assert spent < 33
