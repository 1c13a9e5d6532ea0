"""The computation graph alone, in a real browser: what it shows, and what it asks for."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.expression.presets import PRESETS
from tests.browser.conftest import watched
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Graphs without the app around them."""
    command = ("panel", "serve", "tests/browser/apps/graph.py", "--port")
    running = Server(tmp_path_factory.mktemp("graphs") / "log.txt", command, "graph")
    yield running
    running.stop()


@pytest.fixture
def open_graph(browser: Browser, graphs: Server) -> Iterator[Opener]:
    """Open a graph, and wait until its first frame is painted."""
    with watched(browser, graphs) as visit:

        def opened(query: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
            page = visit(f"{graphs.url}?{query}", width, height, **options)
            expect(page.locator(".log pre")).to_contain_text('"ack"', timeout=20_000)
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def heard(page: Page, kind: str) -> list[dict[str, Any]]:
    """Return the messages of one type that Python has had, in order."""
    text = page.locator(".log pre").text_content() or ""
    messages = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [message for message in messages if message["type"] == kind]


def wait_for(page: Page, message: dict[str, Any]) -> None:
    """Wait until a message is the last of its type that Python has had."""
    for _ in range(100):
        messages = heard(page, message["type"])
        if messages and messages[-1] == message:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"expected {message}, heard {heard(page, message['type'])}")


def leaf(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def texts(page: Page, kind: str) -> list[str]:
    return page.locator(f".np-graph .numbers .{kind} .number").all_text_contents()


def center(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def rectangles(page: Page, selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.locator(selector).evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    return found


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    return a["left"] < b["right"] and b["left"] < a["right"] and a["top"] < b["bottom"] and b["top"] < a["bottom"]


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_is_drawn_with_its_boxes_and_numbers_apart(open_graph: Opener, key: str) -> None:
    spec = PRESETS[key].spec
    graph = spec.graph()
    backward = len(graph.nodes) - len(graph.leaves) + len(graph.edges)
    page = open_graph(f"case={key}&op={backward - 4}")
    boxes = rectangles(page, ".np-graph .box")
    assert len(boxes) == len(graph.nodes)
    assert not any(overlap(a, b) for a, b in itertools.combinations(boxes, 2))
    numbers = [box for box in rectangles(page, ".np-graph :is(.value, .gradient) .number") if box["width"]]
    assert len(numbers) > len(graph.leaves)
    for number in numbers:
        assert not any(overlap(number, box) for box in boxes)
    assert not any(overlap(a, b) for a, b in itertools.combinations(numbers, 2))
    sizes = page.locator(".np-graph .numbers .number").evaluate_all(
        "(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize) * one.ownerSVGElement.getScreenCTM().a)"
    )
    assert min(sizes) >= 11.99


@pytest.mark.concept("C131")
def test_numbers_stand_where_the_frame_says(open_graph: Opener) -> None:
    page = open_graph("case=xyz")
    assert texts(page, "value") == ["−2", "5", "−4", "", ""]
    step = page.get_by_role("button", name="Step", exact=True)
    for _ in range(7):
        step.click()
    expect(page.get_by_role("button", name="q = x + y, value 3, gradient −4", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="f = (x + y)·z, value −12, gradient 1", exact=True)).to_be_visible()
    expect(page.locator(".np-graph .gradient .number").first).to_have_text("−4")
    assert texts(page, "value") == ["−2", "5", "−4", "3", "−12"]
    assert texts(page, "gradient") == ["−4", "−4", "3", "−4", "1"]
    assert texts(page, "local") == ["1", "1", "−4", "3"]
    # Values above, gradients below, at the same place of the wire.
    for value, gradient in zip(
        rectangles(page, ".np-graph .value .number"), rectangles(page, ".np-graph .gradient .number"), strict=True
    ):
        assert value["bottom"] < gradient["top"]
        assert abs(value["left"] - gradient["left"]) < 2


def test_each_frame_is_acknowledged_once(open_graph: Opener) -> None:
    page = open_graph("case=xyz")
    step = page.get_by_role("button", name="Step", exact=True)
    for sequence in range(2, 7):
        step.click()
        wait_for(page, {"type": "ack", "sequence": sequence})
    page.set_viewport_size({"width": 900, "height": 700})
    leaf(page, "x").hover()
    page.wait_for_timeout(300)
    assert [message["sequence"] for message in heard(page, "ack")] == [1, 2, 3, 4, 5, 6]


def test_boxes_keep_their_places_from_frame_to_frame(open_graph: Opener) -> None:
    page = open_graph("case=two_path")
    before = rectangles(page, ".np-graph .box")
    step = page.get_by_role("button", name="Step", exact=True)
    for _ in range(9):
        step.click()
    wait_for(page, {"type": "ack", "sequence": 10})
    assert rectangles(page, ".np-graph .box") == before


def test_dragging_a_leaf_sends_values(open_graph: Opener) -> None:
    page = open_graph("case=xyz&op=2")
    x, y = center(leaf(page, "y"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=10)
    wait_for(page, {"type": "value", "name": "y", "value": 6})
    expect(leaf(page, "y")).to_have_attribute("aria-valuenow", "6")
    # Outside of the leaf it goes on; with Shift it goes finer.
    page.keyboard.down("Shift")
    page.mouse.move(x + 100, y + 200, steps=5)
    page.keyboard.up("Shift")
    page.mouse.up()
    wait_for(page, {"type": "value", "name": "y", "value": 6.1})
    # f = (x + y)·z follows.
    expect(page.get_by_role("button", name=re.compile(r"^f = .*, value −16\.4"))).to_be_visible()
    # A drag is no click.
    assert heard(page, "select") == []


def test_a_drag_sends_one_message_a_frame(open_graph: Opener) -> None:
    page = open_graph("case=xyz")
    sent = leaf(page, "x").evaluate(
        """(node) => new Promise((done) => requestAnimationFrame(() => {
          const {left, top} = node.getBoundingClientRect()
          node.setPointerCapture = () => {}
          const fire = (type, x) => node.dispatchEvent(new PointerEvent(
            type, {pointerId: 1, clientX: left + x, clientY: top, bubbles: true, composed: true}))
          fire("pointerdown", 0)
          for (let x = 1; x <= 60; x++) fire("pointermove", x)
          fire("pointerup", 60)
          requestAnimationFrame(() => done(true))
        }))"""
    )
    assert sent
    wait_for(page, {"type": "value", "name": "x", "value": -0.8})
    assert len(heard(page, "value")) == 1


def test_a_finger_drags_a_leaf(open_graph: Opener) -> None:
    page = open_graph("case=xyz", width=390, height=800, has_touch=True)
    x, y = center(leaf(page, "x"))
    client = page.context.new_cdp_session(page)
    for kind, moved in (("touchStart", 0), ("touchMove", 10), ("touchMove", 30), ("touchMove", 50)):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + moved, "y": y}]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    wait_for(page, {"type": "value", "name": "x", "value": -1})


def test_keys_change_a_leaf(open_graph: Opener) -> None:
    page = open_graph("case=xyz&op=2")
    slider = leaf(page, "x")
    slider.focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, {"type": "value", "name": "x", "value": -1.9})
    page.keyboard.press("Shift+ArrowDown")
    wait_for(page, {"type": "value", "name": "x", "value": -2.9})
    expect(slider).to_have_attribute("aria-valuenow", "-2.9")
    expect(slider).to_have_attribute("aria-valuetext", "−2.9")
    expect(slider).to_be_focused()
    for _ in range(10):
        page.keyboard.press("ArrowUp")
    wait_for(page, {"type": "value", "name": "x", "value": -1.9})


@pytest.mark.parametrize("how", ["Enter", "double click"])
def test_a_value_is_typed(open_graph: Opener, how: str) -> None:
    page = open_graph("case=xyz&op=2")
    if how == "Enter":
        leaf(page, "z").press("Enter")
    else:
        leaf(page, "z").dblclick()
    field = page.get_by_role("textbox", name="Value of z", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value("-4")
    page.keyboard.type("−2,5")
    page.keyboard.press("Enter")
    wait_for(page, {"type": "value", "name": "z", "value": -2.5})
    expect(field).to_be_hidden()
    expect(leaf(page, "z")).to_be_focused()
    expect(leaf(page, "z")).to_have_attribute("aria-valuenow", "-2.5")


def test_escape_leaves_the_value(open_graph: Opener) -> None:
    page = open_graph("case=xyz")
    leaf(page, "z").press("Enter")
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox")).to_be_hidden()
    expect(leaf(page, "z")).to_be_focused()
    page.wait_for_timeout(200)
    assert heard(page, "value") == []


def test_a_bad_number_is_answered_and_not_sent(open_graph: Opener) -> None:
    page = open_graph("case=xyz")
    leaf(page, "y").press("Enter")
    field = page.get_by_role("textbox", name="Value of y", exact=True)
    for text in ("abc", "1e7", "NaN", "1.2.3", "-1000001", ""):
        field.fill(text)
        field.press("Enter")
        expect(page.get_by_role("alert")).to_have_text(
            f"y is a number from −1,000,000 to 1,000,000, such as 0.5, got “{text}”."
        )
        expect(field).to_have_attribute("aria-invalid", "true")
    looked_at(page)
    field.fill("1e6")
    expect(page.get_by_role("alert")).to_be_hidden()
    field.press("Enter")
    wait_for(page, {"type": "value", "name": "y", "value": 1_000_000})
    assert len(heard(page, "value")) == 1


def test_a_name_is_made_a_parameter_and_an_input_again(open_graph: Opener) -> None:
    page = open_graph("case=xyz")
    toggle = page.get_by_role("button", name="Train y", exact=True)
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    wait_for(page, {"type": "parameter", "name": "y", "on": True})
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(toggle.locator("title")).to_have_text("y is a parameter: training moves it")
    # The graph is drawn again; who switched by key still stands there.
    toggle.press("Enter")
    wait_for(page, {"type": "parameter", "name": "y", "on": False})
    expect(toggle).to_have_attribute("aria-pressed", "false")
    expect(toggle).to_be_focused()


def test_a_node_is_selected_and_given_up(open_graph: Opener) -> None:
    page = open_graph("case=xyz&op=1")
    node = page.get_by_role("button", name="q = x + y, value 3", exact=True)
    node.click()
    wait_for(page, {"type": "select", "node": 3})
    expect(node).to_have_attribute("aria-pressed", "true")
    node.press("Enter")
    wait_for(page, {"type": "select", "node": -1})
    leaf(page, "z").click()
    wait_for(page, {"type": "select", "node": 2})


def test_the_product_is_written_on_its_wire(open_graph: Opener) -> None:
    page = open_graph("case=xyz&op=4")
    chips = page.locator(".np-graph .flow .words")
    expect(chips).to_have_text(["1 × 3 = 3"])
    page.get_by_role("button", name="Step", exact=True).click()
    expect(chips).to_have_text(["1 × (−4) = −4"])
    wire = page.locator(".np-graph .wire.lit")
    expect(wire).to_have_count(1)
    expect(wire.locator(".back")).to_be_visible()
    expect(wire.locator(".head")).to_be_hidden()
    red = page.locator(".np-graph .gradient .number").first.evaluate("(node) => getComputedStyle(node).fill")
    expect(chips.locator(".upstream")).to_have_css("fill", red)
    chip, line = rectangles(page, ".np-graph .chip .back")[0], rectangles(page, ".np-graph .wire.lit .line")[0]
    assert chip["left"] < line["right"]
    assert line["left"] < chip["right"]
    assert max(chip["top"] - line["bottom"], line["top"] - chip["bottom"]) < 60


def test_where_paths_meet_the_sum_is_written(open_graph: Opener) -> None:
    page = open_graph("case=fan_out&op=8")
    chips = page.locator(".np-graph .flow .words")
    expect(chips).to_have_text(["1 × 5 = 5", "1 + 5 = 6"])
    first, second = rectangles(page, ".np-graph .chip .back")
    assert not overlap(first, second)


@pytest.mark.parametrize("op", [22, 30, 36, 44])
def test_the_product_is_seen_whole_on_a_narrow_page(open_graph: Opener, op: int) -> None:
    page = open_graph(f"case=network&op={op}", width=390, reduced_motion="reduce")
    expect(page.locator(".np-graph .chip").first).to_be_visible()
    (view,) = rectangles(page, ".np-graph .viewport")
    for chip in rectangles(page, ".np-graph .chip .back"):
        assert view["left"] < chip["left"] < chip["right"] < view["right"]


def test_forward_lights_what_is_computed(open_graph: Opener) -> None:
    page = open_graph("case=xyz&op=1")
    expect(page.locator(".np-graph .node.lit .sign")).to_have_text(["+"])
    expect(page.locator(".np-graph .wire.lit")).to_have_count(2)
    expect(page.locator(".np-graph .wire.reversed")).to_have_count(0)
    expect(page.locator(".np-graph .node:not(.live) .sign")).to_have_text(["×"])


def test_what_is_asked_is_ringed_and_the_rest_kept(open_graph: Opener) -> None:
    page = open_graph("case=xyz&op=7&practice")
    assert texts(page, "gradient") == ["?"] * 5
    assert texts(page, "local") == ["?"] * 4
    expect(page.locator(".np-graph .gradient.asked")).to_have_count(1)
    expect(page.locator(".np-graph .hidden")).to_have_count(8)
    expect(page.get_by_role("button", name="f = (x + y)·z, value −12, gradient not answered yet")).to_be_visible()
    expect(page.locator(".np-graph .flow .words")).to_have_count(0)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator(".np-graph .local.asked .number")).to_have_text("?")


def test_what_is_fixed_cannot_be_changed(open_graph: Opener) -> None:
    page = open_graph("case=xyz&fixed")
    expect(page.get_by_role("slider")).to_have_count(0)
    node = page.get_by_role("button", name="x, value −2", exact=True)
    x, y = center(node)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    node.press("ArrowRight")
    page.get_by_role("button", name="Train x", exact=True).click()
    node.focus()
    page.keyboard.press("Enter")
    wait_for(page, {"type": "select", "node": 0})
    assert heard(page, "value") == heard(page, "parameter") == []


def test_a_large_graph_scrolls_by_itself_and_keeps_the_work_in_sight(open_graph: Opener) -> None:
    page = open_graph("case=network&op=14", width=390, height=800)
    viewport = page.locator(".np-graph .viewport")
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    left = viewport.evaluate("(node) => node.scrollLeft")
    step = page.get_by_role("button", name="Step", exact=True)
    for _ in range(4):
        step.click()
    lit = page.locator(".np-graph .node.lit")
    expect(lit).to_be_in_viewport(ratio=1)
    wait_for(page, {"type": "ack", "sequence": 5})
    for _ in range(100):
        now = viewport.evaluate("(node) => node.scrollLeft")
        if now > left + 200:
            break
        page.wait_for_timeout(50)
    assert now > left + 200
    assert page.evaluate("() => [scrollX, document.documentElement.scrollWidth <= innerWidth]") == [0, True]


def test_a_tall_graph_is_seen_in_part_and_follows_the_work(open_graph: Opener) -> None:
    page = open_graph("case=tall&op=58", reduced_motion="reduce")
    (view,) = rectangles(page, ".np-graph .viewport")
    assert view["height"] <= 600
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
    wait_for(page, {"type": "ack", "sequence": 4})
    (lit,) = rectangles(page, ".np-graph .node.lit .box")
    assert view["top"] < lit["top"] < lit["bottom"] < view["bottom"]
    assert view["left"] < lit["left"] < lit["right"] < view["right"]
    assert page.evaluate("() => [scrollX, scrollY]") == [0, 0]


def test_a_small_graph_fills_the_width(open_graph: Opener) -> None:
    page = open_graph("case=xyz")
    width = page.locator(".np-graph svg[role=group]").bounding_box()
    assert width is not None
    assert width["width"] > 1000


def test_it_is_read_in_forward_order(open_graph: Opener) -> None:
    page = open_graph("case=two_path&op=9")
    names = page.locator(".np-graph svg [aria-label]").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('aria-label'))"
    )
    assert names[:5] == ["x₁", "Train x₁", "x₂", "Train x₂", "constant 2"]
    assert [name[0] for name in names[5:]] == ["q", "r", "s", "f"]


# Each width and each theme once: they do not depend on each other.
@pytest.mark.parametrize(("dark", "width"), [("", 1280), ("&dark", 390)])
@pytest.mark.parametrize("query", ["case=two_path&op=9", "case=line&op=20", "case=xyz&practice&op=5", "case=xyz&fixed"])
def test_axe_finds_nothing(open_graph: Opener, query: str, width: int, dark: str) -> None:
    page = open_graph(query + dark, width=width)
    expect(page.locator(".np-graph")).to_have_attribute("data-theme", "dark" if dark else "light")
    looked_at(page)


def test_colours_follow_the_theme(open_graph: Opener) -> None:
    light, dark = (open_graph(f"case=xyz{query}").locator(".np-graph .value .number").first for query in ("", "&dark"))
    expect(light).to_have_css("fill", "rgb(30, 122, 52)")
    expect(dark).to_have_css("fill", "rgb(124, 217, 146)")
