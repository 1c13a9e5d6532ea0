"""The sliding window alone, in a real browser: what it shows, and what it asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.arena import Array
from engine.experiment import Grain
from engine.sliding import SlidingRun, SlidingSpec
from tests.browser.apps.sliding_cases import CASES
from tests.browser.conftest import watched
from tests.browser.student import wait_until
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Sliding windows without the app around them."""
    command = ("panel", "serve", "tests/browser/apps/sliding_app.py", "--port")
    running = Server(tmp_path_factory.mktemp("windows") / "log.txt", command, "sliding_app")
    yield running
    running.stop()


@pytest.fixture
def open_window(browser: Browser, windows: Server) -> Iterator[Opener]:
    """Open a window, and wait until its first frame is painted."""
    with watched(browser, windows) as visit:

        def opened(query: str, width: int = 1000, height: int = 900, **options: Any) -> Page:
            page = visit(f"{windows.url}?{query}", width, height, **{"reduced_motion": "reduce", **options})
            expect(page.locator(".log pre")).to_contain_text('"ack"', timeout=20_000)
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def heard(page: Page, kind: str) -> list[dict[str, Any]]:
    """Return the messages of one type that Python has had, in order."""
    text = page.locator(".log pre").text_content() or ""
    messages = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [message for message in messages if message["type"] == kind]


def wait_for(page: Page, message: dict[str, Any]) -> None:
    """Wait until a message is the last of its type that Python has had."""
    for _ in range(200):
        messages = heard(page, message["type"])
        if messages and messages[-1] == message:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"expected {message}, heard {heard(page, message['type'])}")


def press(page: Page, name: str, times: int = 1) -> None:
    """Press a button so often, and wait each time until its frame is painted."""
    for _ in range(times):
        sequence = heard(page, "ack")[-1]["sequence"] + 1
        page.get_by_role("button", name=name, exact=True).click()
        wait_for(page, {"type": "ack", "sequence": sequence})


def cells(page: Page, role: str, *also: str) -> Locator:
    """Find the cells of a grid, without those of its padding."""
    return page.locator(f".np-sliding .role-{role} .cell{''.join(also)}:not(.ring)")


def labels(page: Page, role: str) -> list[str]:
    """Read what the cells of a grid are called: their numbers in full."""
    found: list[str] = cells(page, role).evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))")
    return found


def numbers(page: Page, role: str) -> Array:
    """Read the numbers of a grid; NaN where nothing is made yet."""
    texts = (label.replace("−", "-") for label in labels(page, role))
    return np.array([np.nan if text == "not made yet" else float(text) for text in texts])


def box(thing: Locator) -> dict[str, float]:
    found: dict[str, float] = thing.evaluate("(one) => one.getBoundingClientRect().toJSON()")
    return found


def frame_at(spec: SlidingSpec, done: int) -> Any:
    run = SlidingRun(spec)
    run.step(Grain.OP, done)
    return run.frame()


@pytest.mark.parametrize(
    "case", ["slide", "flip", "padded", "dilated", "digit", "big", "max", "average", "volume", "cube"]
)
def test_every_number_of_a_frame_stands_in_its_grid(open_window: Opener, case: str) -> None:
    spec = CASES[case]
    outputs = int(np.prod(spec.output_shape))
    for done in (outputs // 2, outputs + outputs // 2 + 1):
        page = open_window(f"case={case}&done={done}")
        frame = frame_at(spec, done)
        grids = {"x": frame.x} if spec.pools else {"x": frame.x, "w": frame.w}
        if done <= outputs:
            grids["y"] = frame.y
        else:
            grids |= {"dx": frame.dx, "dy": frame.upstream}
            if not spec.pools:
                grids["dw"] = frame.dw
        for role, values in grids.items():
            shown = values[::-1, ::-1] if role in ("w", "dw") and spec.flip and len(spec.space) == 2 else values
            if role in ("w", "dw") and spec.flip and len(spec.space) == 1:
                shown = values[::-1]
            np.testing.assert_allclose(numbers(page, role), shown.ravel(), rtol=1e-5, atol=1e-6, err_msg=role)


def test_the_window_lies_on_what_it_reads_and_its_products_stand_in_the_kernel(open_window: Opener) -> None:
    page = open_window("case=edge&done=8")
    # The eighth output is y[1, 2]; without padding the window begins at x[1, 2].
    taps = cells(page, "x", ".tap")
    expect(taps).to_have_count(9)
    expect(cells(page, "y", ".now")).to_have_text("36")
    x, w = np.array(CASES["edge"].x).reshape(7, 7)[1:4, 2:5].ravel(), CASES["edge"].w
    written = cells(page, "w").evaluate_all("(all) => all.map((one) => [...one.children].map((c) => c.textContent))")
    read = [[float(re.sub(r"[×= ]", "", text).replace("−", "-")) for text in cell] for cell in written]
    np.testing.assert_array_equal(read, np.column_stack([x, w, x * np.array(w)]))
    outline, first, last = box(page.locator(".links .window")), box(taps.first), box(taps.last)
    assert first["left"] - 6 < outline["left"] < first["left"]
    assert first["top"] - 6 < outline["top"] < first["top"]
    assert last["right"] < outline["right"] < last["right"] + 6
    assert last["bottom"] < outline["bottom"] < last["bottom"] + 6
    expect(page.locator(".np-sliding .foot")).to_contain_text("sum 36")
    press(page, "Step")
    assert box(page.locator(".links .window"))["left"] == pytest.approx(outline["left"] + 46, abs=1)
    expect(page.locator(".np-sliding-sum .result")).to_have_text("36")


def test_with_dilation_the_taps_stand_apart(open_window: Opener) -> None:
    page = open_window("case=dilated&done=7")
    spec = CASES["dilated"]
    taps = cells(page, "x").evaluate_all("(all) => all.flatMap((one, k) => one.matches('.tap') ? [k] : [])")
    # The seventh output is y[1, 1].
    assert taps == [9 * (1 + 2 * m) + 1 + 2 * n for m in range(3) for n in range(3)]
    x = np.array(spec.x).reshape(9, 9)[1:6:2, 1:6:2]
    # Flipped: as it lies on the input the last weight is the first.
    above = cells(page, "w").evaluate_all("(all) => all.map((one) => one.querySelector('.above').textContent)")
    assert [float(text.rstrip("× ").replace("−", "-")) for text in above] == x.ravel().tolist()
    assert numbers(page, "w").tolist() == list(spec.w)[::-1]


def test_backward_each_input_and_each_weight_gets_its_share(open_window: Opener, torch: Any) -> None:
    spec = CASES["edge"]
    page = open_window("case=edge&done=26")
    x, w = np.array(spec.x).reshape(7, 7), np.array(spec.w).reshape(3, 3)
    # The first gradient that is sent back is that of y[0, 0], 1.
    first = np.zeros((7, 7))
    first[:3, :3] = w
    np.testing.assert_allclose(numbers(page, "dx"), first.ravel())
    np.testing.assert_allclose(numbers(page, "dw"), x[:3, :3].ravel())
    expect(cells(page, "dy", ".now")).to_have_count(1)
    expect(cells(page, "dx", ".added")).to_have_count(6)
    press(page, "Pass")
    tensor = torch.tensor(x[None, None], requires_grad=True)
    torch.nn.functional.conv2d(tensor, torch.tensor(w[None, None])).sum().backward()
    np.testing.assert_allclose(numbers(page, "dx"), tensor.grad.numpy().ravel(), atol=1e-6)
    expect(page.locator(".np-sliding-sum table")).to_contain_text("to w: 1·x")


def test_in_max_pooling_the_winner_gets_all(open_window: Opener) -> None:
    page = open_window("case=max&done=2")
    expect(cells(page, "x", ".winner")).to_have_attribute("aria-label", "30")
    expect(cells(page, "window", ".winner")).to_contain_text("▲")
    press(page, "Step", 4)
    assert numbers(page, "dx").reshape(4, 4)[:2].tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]
    expect(cells(page, "dx", ".added")).to_have_count(1)
    expect(page.locator(".np-sliding-sum td.won")).to_have_text("1 ▲")


def test_each_output_of_a_signal_stands_under_the_middle_of_its_window(open_window: Opener) -> None:
    page = open_window("case=slide&done=3")
    middles = [(tap["left"] + tap["right"]) / 2 for tap in map(box, cells(page, "x", ".tap").all())]
    kernel = [(cell["left"] + cell["right"]) / 2 for cell in map(box, cells(page, "w").all())]
    assert kernel == pytest.approx(middles, abs=1.5)
    now = box(cells(page, "y", ".now"))
    assert (now["left"] + now["right"]) / 2 == pytest.approx(middles[1], abs=1.5)


@pytest.mark.parametrize("how", ["double click", "Enter", "digit"])
def test_a_number_is_typed(open_window: Opener, how: str) -> None:
    page = open_window("case=edge&done=8")
    cell = cells(page, "x").nth(2 * 7 + 3)
    if how == "double click":
        cell.dblclick()
    else:
        cell.focus()
        page.keyboard.press("Enter" if how == "Enter" else "-")
    field = page.get_by_role("textbox", name="Value of x[2, 3]", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value("-" if how == "digit" else "0")
    page.keyboard.type("4,5" if how == "digit" else "-4,5")
    page.keyboard.press("Enter")
    wait_for(page, {"type": "x", "place": [2, 3, 0], "value": -4.5})
    expect(field).to_be_hidden()
    expect(cell).to_be_focused()
    expect(cell).to_have_text("−4.5")
    # y[0, 1] reads it with the weight 1: 0 + 0 − 4.5.
    expect(cells(page, "y").nth(1)).to_have_text("−4.5")


def test_weights_biases_and_what_arrives_are_typed(open_window: Opener) -> None:
    page = open_window("case=rgb&done=110")
    cells(page, "w").nth(4).dblclick()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    wait_for(page, {"type": "w", "place": [1, 1, 0, 0], "value": 7})
    cells(page, "dy").nth(5).focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    wait_for(page, {"type": "upstream", "place": [1, 1, 0], "value": 3})
    assert heard(page, "position") == []
    page = open_window("case=rgb&done=10")
    cells(page, "b").dblclick()
    page.keyboard.type("-2")
    page.keyboard.press("Enter")
    wait_for(page, {"type": "b", "place": [0], "value": -2})


def test_what_is_no_number_is_answered_and_not_sent(open_window: Opener) -> None:
    page = open_window("case=edge&done=8")
    cells(page, "w").first.dblclick()
    field = page.get_by_role("textbox", name="Value of w[0, 0]", exact=True)
    for text in ("abc", "1e9", "NaN", "1.2.3", "-10000", ""):
        field.fill(text)
        field.press("Enter")
        expect(page.get_by_role("alert")).to_have_text(
            f"A number from −9,999 to 9,999, such as −0.5, is expected; got “{text}”."
        )
    looked_at(page)
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(cells(page, "w").first).to_be_focused()
    assert heard(page, "w") == []


def test_it_can_be_looked_at_without_typing(open_window: Opener) -> None:
    page = open_window("case=edge&done=8&fixed=1")
    cells(page, "x").first.dblclick()
    page.keyboard.type("5")
    expect(page.locator(".np-sliding input")).to_be_hidden()
    expect(page.get_by_text("Click a number of y to go there.", exact=True)).to_have_count(1)


def test_a_number_of_the_output_leads_there(open_window: Opener) -> None:
    page = open_window("case=edge&done=1")
    cells(page, "y").nth(13).click()
    wait_for(page, {"type": "position", "place": [2, 3, 0], "phase": "forward"})
    expect(cells(page, "y", ".now")).to_have_count(1)
    expect(page.get_by_role("heading", name="y[2, 3]", exact=True)).to_be_visible()
    # As of a button here: a pointer leaves the keys to the transport bar.
    assert not cells(page, "y").nth(13).evaluate("(one) => one.matches(':focus')")
    press(page, "Pass", 2)
    cells(page, "dy").nth(6).focus()
    page.keyboard.press("Enter")
    wait_for(page, {"type": "position", "place": [1, 1, 0], "phase": "backward"})


def test_keys_walk_through_a_grid_and_on_to_the_next(open_window: Opener) -> None:
    page = open_window("case=padded&done=4")
    first = cells(page, "x").first
    first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(cells(page, "x").nth(2 * 6 + 1)).to_be_focused()
    expect(page.get_by_text(re.compile(r"^x\[2, 1\] = .*; read by \d outputs?$"))).to_be_visible()
    page.keyboard.press("Home")
    expect(page.get_by_text(re.compile(r"^Padding: 0"))).to_be_visible()
    page.keyboard.press("Tab")
    assert cells(page, "w").evaluate_all("(all) => all.some((one) => one.matches(':focus'))")
    # One stop of the tab key in each grid.
    assert page.locator(".np-sliding .role-x .cell[tabindex='0']").count() == 1


def test_pointing_shows_what_reads_and_what_is_read(open_window: Opener) -> None:
    page = open_window("case=edge&done=8")
    cells(page, "x").nth(0).hover()
    expect(cells(page, "y", ".partner")).to_have_count(1)
    cells(page, "x").nth(3 * 7 + 3).hover()
    expect(cells(page, "y", ".partner")).to_have_count(9)
    expect(page.get_by_text("x[3, 3] = 0; read by 9 outputs", exact=True)).to_be_visible()
    cells(page, "y").nth(24).hover()
    preview, last = box(page.locator(".links .preview")), box(cells(page, "x").last)
    assert last["right"] < preview["right"] < last["right"] + 6
    assert preview["right"] - preview["left"] == pytest.approx(3 * 46, abs=5)


def test_channels_and_filters_come_to_the_front(open_window: Opener) -> None:
    page = open_window("case=rgb&done=10")
    spec = CASES["rgb"]
    x, w = (np.array(values) for values in (spec.x, spec.w))
    page.get_by_role("radio", name="channel 2", exact=True).click()
    wait_for(page, {"type": "channel", "index": 2})
    expect(page.get_by_role("radio", name="channel 2", exact=True)).to_be_checked()
    np.testing.assert_allclose(numbers(page, "x"), x.reshape(6, 6, 3)[..., 2].ravel())
    page.get_by_role("radio", name="filter 0", exact=True).focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, {"type": "filter", "index": 1})
    expect(page.get_by_role("radio", name="filter 1", exact=True)).to_be_focused()
    expect(page.get_by_role("radio", name="filter 1", exact=True)).to_be_checked()
    np.testing.assert_allclose(numbers(page, "w"), w.reshape(3, 3, 3, 4)[..., 2, 1].ravel())
    # The sum runs over all channels, whichever is shown.
    parts = page.locator(".np-sliding .foot .part").all_text_contents()
    sums = [float(part.split(": ")[1].replace("−", "-")) for part in parts]
    window = x.reshape(6, 6, 3)[0:3, 2:5]
    expected = [(window[..., c] * w.reshape(3, 3, 3, 4)[..., c, 1]).sum() for c in range(3)]
    np.testing.assert_allclose(sums, expected, rtol=5e-3)


def test_a_finger_taps_twice_to_type(open_window: Opener) -> None:
    page = open_window("case=edge&done=8", width=390, has_touch=True)
    cell = cells(page, "w").nth(4)
    cell.tap()
    expect(page.locator(".np-sliding input")).to_be_hidden()
    cell.tap()
    expect(page.get_by_role("textbox", name="Value of w[1, 1]", exact=True)).to_be_focused()


@pytest.mark.parametrize("case", ["long", "stereo", "edge", "digit", "big", "rgb", "cube", "padmax"])
def test_nothing_is_wider_than_the_page(open_window: Opener, case: str) -> None:
    outputs = int(np.prod(CASES[case].output_shape))
    for done in (outputs // 2, outputs + outputs // 2):
        page = open_window(f"case={case}&done={done}")
        for width in (1280, 640, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function("(width) => document.documentElement.clientWidth === width", arg=width)
            wait_until(page, partial(fits, page, width))


def fits(page: Page, width: int) -> bool:
    """Return whether everything on the board lies within a page of this width."""
    return all(left >= 8 and right <= width - 8 for left, right in sides(page))


def sides(page: Page) -> list[tuple[float, float]]:
    """Return the left and the right of everything on the board that has a width."""
    found = page.locator(".np-sliding :is(.plane, .foot, .tabs, .head)").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    return [(one["left"], one["right"]) for one in found if one["width"]]


@pytest.mark.parametrize(("dark", "width"), [("", 1280), ("&dark=1", 390)])
@pytest.mark.parametrize("case", ["edge&done=8", "edge&done=33", "rgb&done=12", "max&done=6", "digit&done=400"])
def test_axe_finds_nothing(open_window: Opener, case: str, dark: str, width: int) -> None:
    looked_at(open_window(f"case={case}{dark}", width=width))


def test_a_frame_of_a_picture_costs_less_than_four_milliseconds(open_window: Opener) -> None:
    page = open_window("case=digit&done=400")
    page.evaluate(
        """() => {
          window.spent = []
          const request = window.requestAnimationFrame
          window.requestAnimationFrame = (draw) => request((time) => {
            const begun = performance.now()
            draw(time)
            window.spent.push(performance.now() - begun)
          })
        }"""
    )
    costs = []
    for _ in range(15):
        page.evaluate("() => { window.spent = [] }")
        press(page, "Step")
        # Everything drawn for one step, that of the sum included.
        costs.append(page.evaluate("() => window.spent.reduce((a, b) => a + b, 0)"))
    assert 0 < min(costs) < 4


def test_a_frame_is_acknowledged_once(open_window: Opener) -> None:
    page = open_window("case=edge&done=8")
    press(page, "Step", 3)
    page.set_viewport_size({"width": 700, "height": 700})
    cells(page, "x").first.hover()
    page.wait_for_timeout(300)
    assert [message["sequence"] for message in heard(page, "ack")] == [1, 2, 3, 4]
