"""The views of a descent under a real hand: the start on the curve, the state, the losses, the rules of an update."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import choose
from tests.serving import Server

FIND = """(title) => {
  const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
  const model = models.find((model) => model.type === 'Figure' && model.title.text.startsWith(title))
  const view = model && Bokeh.index.find_one(model)
"""
TOP = f"{FIND} return view.canvas_view.events_el.getBoundingClientRect().y"
CURVE = "Two valleys"
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def views_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("descent_views") / "log.txt", ("tests.browser.apps.optimizer_app",))
    yield running
    running.stop()


@pytest.fixture
def open_views(browser: Browser, views_server: Server) -> Iterator[Opener]:
    """Open the views of a descent."""
    with watched(browser, views_server) as visit:

        def opened(
            query: str = "", title: str = CURVE, width: int = 1280, height: int = 1500, touch: bool = False
        ) -> Page:
            page = visit(f"{views_server.url}?{query}", width, height, has_touch=touch)
            expect(page.get_by_role("slider", name="Start w")).to_be_visible(timeout=20_000)
            expect(page.get_by_role("heading", level=2)).to_be_visible()
            page.wait_for_function(FIND + "return view?.frame?.bbox.width > 100 }", arg=title)
            return page

        yield opened


def place(page: Page, x: float, y: float, title: str = CURVE) -> tuple[float, float]:
    """Return where in the window a point of a figure lies."""
    script = """
      const box = view.canvas_view.events_el.getBoundingClientRect()
      const { x_scale, y_scale } = view.frame
      return [box.x, box.y, x_scale.compute(0), x_scale.compute(1), y_scale.compute(0), y_scale.compute(1)] }"""
    left, top, x0, x1, y0, y1 = page.evaluate(FIND + script, title)
    return left + x0 + (x1 - x0) * x, top + y0 + (y1 - y0) * y


def said(page: Page) -> Locator:
    return page.locator("output:not([aria-hidden])")


def heard(page: Page, kind: str) -> float:
    expect(said(page)).to_contain_text(f'"{kind}"')
    message = json.loads(said(page).inner_text())
    assert message["kind"] == kind
    return message["x"]


def value(page: Page, block: str) -> Locator:
    """What the state says of a block's first parameter."""
    return page.locator(f".np-optimizer_state .block[data-key={block}] .value").first


def test_a_click_on_the_curve_is_a_new_start(open_views: Opener) -> None:
    page = open_views("updates=0")
    expect(value(page, "w")).to_have_text("−3.3")
    page.mouse.click(*place(page, 1.5, 10.0))
    assert heard(page, "start") == pytest.approx(1.5, abs=0.02)
    # The descent began there: twelve updates later it is near the minimum at 0.81.
    slider = page.get_by_role("slider", name="Start w")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"w = 1\.[45]"))
    expect(page.locator(".np-legend").first).to_contain_text("path")
    expect(page.locator(".np-optimizer_state .read .value").first).to_have_text("12")


@pytest.mark.parametrize("rest", [0, 450])  # Bokeh calls 300 ms a press, after which it reports no drag
def test_the_handle_is_dragged_along_the_curve(open_views: Opener, rest: int) -> None:
    page = open_views("updates=0")
    page.mouse.move(*place(page, -3.3, 13.0))
    page.mouse.down()
    page.wait_for_timeout(rest)
    page.mouse.move(*place(page, -2.0, 13.0), steps=6)
    assert -3.3 < heard(page, "drag") < -1.9
    page.mouse.move(*place(page, -1.0, 5.0), steps=6)
    page.mouse.up()
    assert heard(page, "start") == pytest.approx(-1.0, abs=0.02)


def test_a_hand_that_moves_elsewhere_changes_nothing(open_views: Opener) -> None:
    page = open_views("updates=0")
    page.mouse.move(*place(page, 0.0, 13.0))
    page.mouse.down()
    page.mouse.move(*place(page, 1.0, 13.0), steps=6)
    page.mouse.up()
    page.mouse.click(*place(page, 2.0, 13.0))
    # The drag was heard first, if at all.
    assert heard(page, "start") == pytest.approx(2.0, abs=0.02)


def swipe(page: Page, points: list[tuple[float, float]]) -> None:
    """Draw with a finger through points of the window."""
    session = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(points):
        kind = "touchStart" if number == 0 else "touchMove"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)  # a hand is no faster
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_moves_the_start_along_the_axis_and_scrolls_across_it(open_views: Opener) -> None:
    page = open_views("updates=0", width=390, height=700, touch=True)
    page.touchscreen.tap(*place(page, 1.0, 12.0))
    assert heard(page, "start") == pytest.approx(1.0, abs=0.05)
    expect(page.get_by_role("slider", name="Start w")).to_have_attribute("aria-valuetext", re.compile(r"w = (1|0\.9)"))
    page.wait_for_timeout(500)  # so long Bokeh takes the next touch for half of a double tap
    x, y = place(page, 1.0, 5.0)
    end, _ = place(page, -2.0, 5.0)
    swipe(page, [(x + (end - x) * k / 12, y) for k in range(13)])
    expect(said(page)).to_contain_text(re.compile(r"start.*-(2\.0|1\.9)"))
    assert heard(page, "start") == pytest.approx(-2.0, abs=0.05)
    before = said(page).inner_text()
    page.wait_for_timeout(500)
    x, y = place(page, -2.0, 5.0)
    top = page.evaluate(f"{TOP} }}", CURVE)
    swipe(page, [(x, y - 10 * k) for k in range(13)])
    page.wait_for_function(f"{TOP} < {top - 30} }}", arg=CURVE)
    page.wait_for_timeout(300)
    assert said(page).inner_text() == before, "who scrolls has not set a start"


def test_keys_move_the_start(open_views: Opener) -> None:
    page = open_views("updates=0")
    slider = page.get_by_role("slider", name="Start w")
    expect(slider).to_have_attribute("aria-valuetext", "w = −3.3")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    # A hundredth of the way, from −4.2 to 2.8, each; all three are one start.
    assert heard(page, "start") == pytest.approx(-3.3 + 0.21, abs=1e-3)
    expect(slider).to_be_focused()
    slider.press("Home")
    expect(said(page)).to_contain_text("-4.2")


def test_the_slider_lies_under_its_axis(open_views: Opener) -> None:
    for width in (1280, 390):
        page = open_views("updates=0", width=width)
        x, _ = place(page, -3.3, 0.0)
        track = page.get_by_role("slider", name="Start w").bounding_box()
        # The middle of the thumb, which is 20 pixels wide.
        share = (-3.3 + 4.2) / 7
        assert track["x"] + 10 + share * (track["width"] - 20) == pytest.approx(x, abs=4)


def test_the_listing_runs_to_a_line(open_views: Opener) -> None:
    page = open_views("optimizer=adam&updates=3")
    lines = page.locator(".np-optimizer_state .line")
    expect(lines).to_have_count(5)
    expect(lines.nth(0)).to_have_attribute("aria-current", "step")
    expect(lines.nth(4)).to_contain_text("just ran")
    before = value(page, "m").inner_text()
    lines.nth(3).click()
    expect(said(page)).to_have_text('{"index": 3, "type": "run_to"}')
    expect(lines.nth(3)).to_have_attribute("aria-current", "step")
    expect(lines.nth(2)).to_contain_text("just ran")
    expect(lines.nth(0)).not_to_have_attribute("aria-current", "step")
    # The mean has moved on, the point has not.
    expect(value(page, "m")).not_to_have_text(before)
    expect(page.locator(".np-optimizer_state .block[data-key=v] .bar")).to_have_attribute(
        "style", re.compile(r"--length: 0\.\d+")
    )


def test_a_line_of_the_losses_tells_whose_it_is(open_views: Opener) -> None:
    page = open_views("surface=convex&updates=2", title="Convex curve")
    legend = page.locator(".np-legend").last
    for title in ("Gradient descent", "Momentum", "Adam", "RMSprop"):
        expect(legend).to_contain_text(title)
    # Gradient descent's is J = 5.0625·0.75²ⁿ, in powers of ten.
    x, y = place(page, 20.0, -4.29, "Loss J")
    page.mouse.move(x, y - 4)
    page.mouse.move(x, y, steps=3)
    tooltip = page.locator(".bk-Tooltip")
    expect(tooltip).to_contain_text("Gradient descent")
    expect(tooltip).to_contain_text(f"{5.0625 * 0.75**40:.8f}")


def test_a_schedule_is_chosen_and_a_bad_number_is_answered(open_views: Opener) -> None:
    page = open_views("updates=2")
    page.get_by_text("Weight decay, clipping, schedule").click()
    choose(page, "Schedule", "Exponential")
    expect(said(page)).to_have_text('{"schedule": "exponential", "schedule_settings": {}}')
    page.wait_for_function(FIND + "return view?.frame?.bbox.width > 100 }", arg="Rate at update")
    tau = page.get_by_label("Steps to a tenth")
    tau.fill("5")
    tau.press("Enter")
    expect(said(page)).to_have_text('{"schedule_settings": {"tau": 5.0}}')
    clip = page.get_by_label("Clipping by norm")
    clip.fill("-2")
    clip.press("Enter")
    expect(page.get_by_text("Clipping by norm is a number from 0 to 1,000,000")).to_be_visible()
    expect(clip).to_have_attribute("aria-invalid", "true")
    clip.fill("2.5")
    clip.press("Enter")
    expect(said(page)).to_have_text('{"clip_norm": 2.5}')
    expect(clip).to_have_attribute("aria-invalid", "false")


@pytest.mark.parametrize(("query", "width"), [("", 1280), ("&dark", 390)])
def test_who_cannot_see_or_has_a_small_screen_can_use_it(open_views: Opener, query: str, width: int) -> None:
    page = open_views(f"optimizer=nadam&updates=5{query}", width=width)
    page.get_by_text("Weight decay, clipping, schedule").click()
    expect(page.get_by_label("Clipping by norm")).to_be_visible()
    found = [
        f"{one['impact']}: {one['id']} {node['target']} {node['html'][:200]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
