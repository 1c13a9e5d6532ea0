"""The network diagram alone, in a real browser: what it shows, and what it asks for."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from tests.browser.conftest import watched
from tests.serving import Server

Opener = Callable[..., Page]
OWN = "sin(x₁ * 3) + cos(x₂ * 3) − 0.5"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Diagrams without the app around them."""
    command = ("panel", "serve", "tests/browser/apps/diagram.py", "--port")
    running = Server(tmp_path_factory.mktemp("bench") / "log.txt", command, "diagram")
    yield running
    running.stop()


@pytest.fixture
def open_bench(browser: Browser, bench: Server) -> Iterator[Opener]:
    """Open a diagram."""
    with watched(browser, bench) as visit:

        def opened(query: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
            page = visit(f"{bench.url}?{query}", width, height, **options)
            # Weights that are known are drawn; the first click must not come before the websocket is open.
            expect(page.locator(".np-diagram .unit").first).to_be_visible(timeout=20_000)
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def heard(page: Page) -> list[dict[str, Any]]:
    """Return the messages that Python has had, in order."""
    text = page.locator(".log pre").text_content() or ""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def wait_for(page: Page, message: dict[str, Any]) -> None:
    """Wait until a message is the last that Python has had."""
    for _ in range(100):
        messages = heard(page)
        if messages and messages[-1] == message:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"expected {message}, heard {heard(page)}")


def box(place: Locator) -> FloatRect:
    found = place.bounding_box()
    assert found is not None
    return found


def unit(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def on_edge(page: Page, source: str, target: str) -> tuple[float, float]:
    """Return a point of an edge, a quarter along its curve: in the middle it may cross another of its group.

    The curve leaves and arrives level, its handles half way across.
    """
    start, end = box(unit(page, source)), box(unit(page, target))
    x0, y0 = start["x"] + start["width"], start["y"] + start["height"] / 2
    x1, y1 = end["x"], end["y"] + end["height"] / 2
    t = 0.25
    shares = (3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    middle = (x0 + x1) / 2
    x = (1 - t) ** 3 * x0 + shares[0] * middle + shares[1] * middle + shares[2] * x1
    y = ((1 - t) ** 3 + shares[0]) * y0 + (shares[1] + shares[2]) * y1
    return x, y


def overlap(a: FloatRect, b: FloatRect) -> bool:
    return (
        a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]
    )  # fmt: skip


def test_a_clicked_edge_is_edited(open_bench: Opener) -> None:
    # Of nine inputs x₁, x₂, x₁² and the two formulas are on: |x₁| is the fifth row of the weights.
    page = open_bench("case=own")
    page.mouse.click(*on_edge(page, "input |x₁|", "neuron 2 of dense1"))
    window = page.get_by_role("dialog", name="|x₁| → neuron 2 of dense1", exact=True)
    field = window.get_by_label("Weight", exact=True)
    expect(field).to_be_focused()
    page.keyboard.type("−1,25")
    wait_for(page, {"type": "weight", "group": 0, "source": 4, "target": 1, "value": -1.25})
    page.keyboard.press("Enter")
    expect(window).to_be_hidden()
    # The network has it: the other way to the same number shows it.
    unit(page, "neuron 2 of dense1").click()
    expect(page.get_by_label("Weight from |x₁|", exact=True)).to_have_value("-1.250")
    expect(page.get_by_label(re.compile("^Weight from "))).to_have_count(5)


def test_a_slider_sends_one_message_a_frame_and_its_range_grows(open_bench: Opener) -> None:
    page = open_bench("case=small")
    page.mouse.click(*on_edge(page, "input x₁", "neuron 1 of dense1"))
    slider = page.get_by_label("Weight slider", exact=True)
    value = float(page.get_by_label("Weight", exact=True).input_value())
    assert float(slider.get_attribute("max") or 0) == pytest.approx(max(1, 2 * abs(value)), abs=0.1)
    slider.evaluate(
        """(slider) => {
          for (let k = 0; k <= 50; k++) {
            slider.value = 0.01 * k
            slider.dispatchEvent(new Event("input", {bubbles: true}))
          }
        }"""
    )
    wait_for(page, {"type": "weight", "group": 0, "source": 0, "target": 0, "value": 0.5})
    assert len(heard(page)) == 1
    expect(page.get_by_label("Weight", exact=True)).to_have_value("0.500")
    field = page.get_by_label("Weight", exact=True)
    field.fill("12")
    wait_for(page, {"type": "weight", "group": 0, "source": 0, "target": 0, "value": 12})
    expect(slider).to_have_attribute("max", "24")


def test_a_bad_number_is_answered_and_not_sent(open_bench: Opener) -> None:
    page = open_bench("case=small")
    page.mouse.click(*on_edge(page, "input x₂", "neuron 6 of dense1"))
    window, field = page.get_by_role("dialog"), page.get_by_label("Weight", exact=True)
    for text in ("abc", "1e9", "5000", "1.2.3", "NaN"):
        field.fill(text)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(window.get_by_role("alert")).to_contain_text(f"from −1,000 to 1,000, such as 0.5, got “{text}”")
        field.press("Enter")
        expect(window).to_be_visible()
    # The beginning of a number is not yet wrong.
    field.fill("-0.5")
    expect(window.get_by_role("alert")).to_be_hidden()
    wait_for(page, {"type": "weight", "group": 0, "source": 1, "target": 5, "value": -0.5})
    field.fill("-")
    expect(field).to_have_attribute("aria-invalid", "false")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Escape")
    expect(window).to_be_hidden()
    assert len(heard(page)) == 1


def test_a_click_elsewhere_closes(open_bench: Opener) -> None:
    page = open_bench("case=small")
    page.mouse.click(*on_edge(page, "input x₁", "neuron 2 of dense1"))
    expect(page.get_by_role("dialog")).to_be_visible()
    page.mouse.click(5, 700)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert heard(page) == []


def test_a_neuron_is_selected_and_its_bias_edited(open_bench: Opener) -> None:
    page = open_bench("case=small")
    unit(page, "neuron 3 of dense2").click()
    wait_for(page, {"type": "select", "unit": "dense2.2"})
    bias = page.get_by_role("dialog", name="Neuron 3 of dense2", exact=True).get_by_label("Bias", exact=True)
    before = float(bias.input_value())
    bias.press("ArrowUp")
    wait_for(page, {"type": "bias", "column": 2, "unit": 2, "value": pytest.approx(before + 0.1, abs=1e-9)})
    bias.fill(".5")
    wait_for(page, {"type": "bias", "column": 2, "unit": 2, "value": 0.5})
    unit(page, "neuron 3 of dense2").click()
    wait_for(page, {"type": "select", "unit": ""})
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("how", ["cross", "Escape"])
def test_who_dismisses_the_window_is_done_with_the_neuron(open_bench: Opener, how: str) -> None:
    page = open_bench("case=small")
    neuron = unit(page, "neuron 3 of dense2")
    neuron.click()
    expect(neuron).to_have_class(re.compile("selected"))
    if how == "cross":
        page.get_by_role("button", name="Close", exact=True).click()
    else:
        page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(neuron).not_to_have_class(re.compile("selected"))
    wait_for(page, {"type": "select", "unit": ""})


@pytest.mark.parametrize("how", ["elsewhere", "Enter"])
def test_who_is_done_with_the_window_only_keeps_the_neuron(open_bench: Opener, how: str) -> None:
    page = open_bench("case=small")
    neuron = unit(page, "neuron 3 of dense2")
    neuron.click()
    expect(neuron).to_have_class(re.compile("selected"))
    if how == "elsewhere":
        page.mouse.click(5, 700)
    else:
        page.get_by_label("Bias", exact=True).press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_timeout(200)
    expect(neuron).to_have_class(re.compile("selected"))
    assert heard(page) == [{"type": "select", "unit": "dense2.2"}]


def test_an_edge_s_window_is_dismissed_without_a_word(open_bench: Opener) -> None:
    page = open_bench("case=small")
    page.mouse.click(*on_edge(page, "input x₁", "neuron 2 of dense1"))
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_timeout(200)
    assert heard(page) == []


def test_every_weight_is_reached_by_the_keyboard(open_bench: Opener) -> None:
    page = open_bench("case=small")
    unit(page, "neuron 1 of dense2").focus()
    page.keyboard.press("ArrowDown")
    expect(unit(page, "neuron 2 of dense2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Bias", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Bias slider", exact=True)).to_be_focused()
    for row in range(1, 6):
        page.keyboard.press("Tab")
        expect(page.get_by_label(f"Weight from neuron {row} of dense1", exact=True)).to_be_focused()
    page.keyboard.type("0.75")
    wait_for(page, {"type": "weight", "group": 1, "source": 4, "target": 1, "value": 0.75})
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(unit(page, "neuron 2 of dense2")).to_be_focused()


def test_numbers_follow_the_network_except_while_they_are_edited(open_bench: Opener) -> None:
    page = open_bench("case=small&run")
    unit(page, "neuron 1 of dense2").click()
    field = page.get_by_label("Weight from neuron 1 of dense1", exact=True)
    first = field.input_value()
    expect(field).not_to_have_value(first)
    field.click()
    page.keyboard.press("End")
    field.press_sequentially("e")
    text = field.input_value()
    assert text.endswith("e")
    page.wait_for_timeout(300)
    assert field.input_value() == text
    other = page.get_by_label("Weight from neuron 2 of dense1", exact=True)
    now = other.input_value()
    expect(other).not_to_have_value(now)


def test_a_finger_opens_an_edge_without_a_keyboard(open_bench: Opener) -> None:
    page = open_bench("case=small", width=390, height=800, has_touch=True)
    x, y = on_edge(page, "input x₁", "neuron 1 of dense1")
    page.touchscreen.tap(x, y - 8)
    window = page.get_by_role("dialog")
    expect(window).to_be_visible()
    expect(page.get_by_label("Weight", exact=True)).not_to_be_focused()
    frame = box(window)
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 390


def test_an_activation_is_chosen(open_bench: Opener) -> None:
    page = open_bench("case=skip")
    page.get_by_label("Activation of dense2", exact=True).select_option(label="sigmoid")
    wait_for(page, {"type": "activation", "column": 2, "activation": "sigmoid"})
    expect(page.get_by_text("drops 25 %", exact=True)).to_have_count(3)


def test_titles_stay_text_without_activations(open_bench: Opener) -> None:
    page = open_bench("case=plain")
    expect(page.get_by_text("8 × tanh", exact=True)).to_have_count(2)
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(page.get_by_text("drops", exact=False)).to_have_count(0)


def test_inputs_are_added_and_removed(open_bench: Opener) -> None:
    page = open_bench("case=own&can_add_input", width=700)
    remove = page.get_by_role("button", name=f"Remove input {OWN}", exact=True)
    expect(remove).to_have_css("opacity", "0")
    unit(page, f"input {OWN}").hover()
    expect(remove).to_have_css("opacity", "1")
    remove.click()
    wait_for(page, {"type": "remove_input", "unit": "x7"})
    unit(page, "input |x₁|").focus()
    page.keyboard.press("Delete")
    wait_for(page, {"type": "remove_input", "unit": "x8"})
    page.get_by_role("button", name="Add your own formula as an input", exact=True).click()
    wait_for(page, {"type": "add_input"})
    expect(page.get_by_role("button", name=re.compile("^Remove input"))).to_have_count(2)
    label = page.locator(".label", has_text=OWN)
    assert label.evaluate("(node) => node.scrollWidth > node.clientWidth"), "a long formula is cut off"
    assert not overlap(box(label), box(unit(page, f"input {OWN}")))


def test_cards_explain_what_is_pointed_at(open_bench: Opener) -> None:
    page = open_bench("case=small&cards", width=390, height=700)
    card = page.get_by_role("tooltip")
    for name, title in (("neuron 3 of dense1", "Hidden neuron"), ("output ŷ", "Output"), ("input x₁", "Input")):
        target = unit(page, name)
        target.hover()
        expect(card).to_contain_text(title)
        expect(card).to_contain_text(name[0].upper() + name[1:])
        assert not overlap(box(card), box(target))
        frame = box(card)
        assert frame["x"] >= 0
        assert frame["x"] + frame["width"] <= 390
    expect(card.locator("math")).to_be_hidden()
    page.mouse.move(*on_edge(page, "input x₁", "neuron 7 of dense1"))
    expect(card).to_contain_text(re.compile(r"x₁ → neuron 7 of dense1 · weight −?\d\.\d{3}"))
    expect(card).to_contain_text("in which direction. <b>")
    expect(card.locator("math")).to_be_visible()
    page.mouse.move(5, 690)
    expect(card).to_be_hidden()


def test_cards_appear_for_the_keyboard_and_escape_hides_them(open_bench: Opener) -> None:
    page = open_bench("case=skip&cards")
    card = page.get_by_role("tooltip")
    unit(page, "neuron 1 of dense1").focus()
    expect(card).to_contain_text("Hidden neuron")
    expect(unit(page, "neuron 1 of dense1")).to_have_attribute("aria-describedby", "card")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.get_by_role("img", name=re.compile("outputs of dense1 are added to those of dense2")).focus()
    expect(card).to_contain_text("The layer's inputs are added to its outputs.")


def test_the_dot_of_a_bias_and_the_arc_of_a_skip_have_cards(open_bench: Opener) -> None:
    page = open_bench("case=skip&cards")
    card = page.get_by_role("tooltip")
    neuron = box(unit(page, "neuron 2 of dense1"))
    page.mouse.move(neuron["x"] - 5, neuron["y"] + neuron["height"] - 5)
    expect(card).to_contain_text("What the neuron adds")
    mark = box(page.get_by_role("img", name=re.compile("added to those of dense3")))
    page.mouse.move(mark["x"] + 8, mark["y"] + 8)
    expect(card).to_contain_text("dense2 are added to those of dense3")


def test_a_frozen_diagram_shows_and_lets_nothing_be_changed(open_bench: Opener) -> None:
    page = open_bench("case=own&frozen&can_add_input&cards")
    expect(page.get_by_role("button", name=re.compile("^(Add|Remove) "))).to_have_count(0)
    expect(page.get_by_role("combobox")).to_have_count(0)
    page.mouse.click(*on_edge(page, "input x₁", "neuron 1 of dense1"))
    unit(page, "input x₂").click()
    unit(page, "neuron 1 of dense1").click()
    wait_for(page, {"type": "select", "unit": "dense1.0"})
    assert len(heard(page)) == 1
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("tooltip")).to_contain_text(re.compile(r"bias −?\d\.\d{3}"))


@pytest.mark.parametrize("width", [1280, 700, 360])
@pytest.mark.parametrize("case", ["deep", "deep-plain", "skip"])
def test_buttons_stand_apart_however_deep_the_network(open_bench: Opener, case: str, width: int) -> None:
    page = open_bench(f"case={case}", width=width)
    boxes = [box(each) for each in page.locator(".size button, .title select").all()]
    assert len(boxes) == {"deep": 24, "deep-plain": 16, "skip": 9}[case]
    for k, one in enumerate(boxes):
        assert min(one["width"], one["height"]) >= 24
        assert not any(overlap(one, other) for other in boxes[k + 1 :])
    assert len({round(each["y"]) for each in map(box, page.locator(".size button").all())}) == 1, "one row"
    units = [box(each) for each in page.locator(".unit").all()]
    assert min(each["width"] for each in units) >= 18
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= width
    unit(page, "output ŷ").click()
    wait_for(page, {"type": "select", "unit": {"skip": "dense4.0"}.get(case, "dense9.0")})


def test_a_diagram_that_scrolls_fades_where_there_is_more(open_bench: Opener) -> None:
    page = open_bench("case=deep", width=560)
    viewport = page.locator(".viewport")
    more = "(node) => ['left', 'right'].filter((side) => node.classList.contains(`more-${side}`))"
    for place, sides in (("0", ["right"]), ("40", ["left", "right"]), ("node.scrollWidth", ["left"])):
        viewport.evaluate(f"(node) => {{ node.scrollLeft = {place} }}")
        page.wait_for_timeout(100)
        assert viewport.evaluate(more) == sides
    page = open_bench("case=small")
    assert page.locator(".viewport").evaluate(more) == []


@pytest.mark.parametrize("mode", ["", "&dark"])
def test_the_picture_is_saved_with_its_texts(open_bench: Opener, mode: str) -> None:
    page = open_bench(f"case=plain{mode}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    assert download.value.suggested_filename == "mine.png"
    picture = Image.open(io.BytesIO(download.value.path().read_bytes())).convert("RGB")
    stage = box(page.get_by_role("group", name="The network", exact=True))
    assert picture.size == (round(stage["width"]) + 32, round(stage["height"]) + 32)
    page_color = (0x11, 0x16, 0x1B) if mode else (0xF5, 0xF7, 0xF9)
    assert picture.getpixel((1, 1)) == page_color
    # A text, a picture of a neuron, and the edges leave their marks where the page has them.
    neuron, title = unit(page, "neuron 1 of dense1"), page.get_by_text("8 × tanh", exact=True).first
    for place in (title, neuron):
        part = box(place)
        left, top = part["x"] - stage["x"] + 16, part["y"] - stage["y"] + 16
        cut = picture.crop((left, top, left + part["width"], top + part["height"]))
        assert len(cut.getcolors(10_000) or []) > 20
    blue = sum(count for count, (r, _, b) in picture.getcolors(1_000_000) if b > r + 60)
    assert blue > 1000


def test_nothing_moves_for_who_wants_no_motion(open_bench: Opener) -> None:
    page = open_bench("case=small&cards", reduced_motion="reduce")
    unit(page, "neuron 1 of dense1").click()
    expect(page.get_by_role("dialog")).to_have_css("animation-name", "none")
