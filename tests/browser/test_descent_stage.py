"""The descent stage in a real browser: starts, lines, scrubbing, formulas, basins, the fan, links and files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import (
    box,
    choose,
    dialog,
    download,
    enter,
    figures,
    message,
    press,
    resting,
    upload,
    wait_until,
)
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]

STATUS = ".np-transport .text"


@pytest.fixture
def open_stage(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the stage, and wait until it is live."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: Any) -> Page:
            page = visit(f"{server.url}?stage=descent&{query}", **options)
            expect(page.locator(".np-optimizer_state h2")).to_be_visible(timeout=20_000)
            expect(page.locator(STATUS)).to_have_text(re.compile(r"\w"))
            expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def stands(page: Page, text: str) -> None:
    """Wait until the transport bar says so."""
    expect(page.locator(STATUS)).to_have_text(re.compile(text))


def said_of(page: Page, text: str) -> None:
    """Wait until the picture in words says so."""
    expect(page.get_by_label("The picture in words")).to_contain_text(text)


def told(page: Page, title: str) -> Locator:
    """Find what is said under a title."""
    rows = page.locator(".np-descent_facts dl > div")
    return rows.filter(has=page.locator("dt").get_by_text(title, exact=True)).locator("dd")


def value(page: Page, key: str, name: str) -> str:
    """Read a number of a parameter beside the figure."""
    row = page.locator(f".np-optimizer_state .block[data-key={key}] .row")
    return row.filter(has=page.locator(".name").get_by_text(name, exact=True)).locator(".value").inner_text()


def at(page: Page, **places: str) -> None:
    """Wait until it stands there."""
    wait_until(page, lambda: all(value(page, "w", name) == text for name, text in places.items()))


def start(page: Page) -> Locator:
    """Find the handle on the plane."""
    return page.get_by_role("slider", name="Start", exact=True)


def starts_at(page: Page, text: str) -> None:
    expect(page.get_by_label("Start", exact=True).and_(page.get_by_role("textbox"))).to_have_value(text)


def plane(page: Page) -> FloatRect:
    """Return where the plane lies, once the page is at rest, and clear of the bar."""
    area = page.locator(".np-plane-pointer .plane")
    area.evaluate("(one) => one.scrollIntoView({block: 'center'})")
    return resting(area)


def trail(page: Page) -> int:
    """Count the updates that the loss is drawn of."""
    return len(next(sources for title, sources in figures(page).items() if "Loss J" in title)[0]["xs"][0]) - 1


def grain(page: Page, key: str) -> None:
    page.get_by_label("Grain", exact=True).select_option(key)


def forward(page: Page, times: int) -> None:
    """Step forward, waiting for each step: the next press must not overtake it."""
    for _ in range(times):
        before = page.locator(STATUS).inner_text()
        press(page, "Step forward")
        expect(page.locator(STATUS)).not_to_have_text(before)


@pytest.mark.concept("C099")
def test_a_click_on_the_plane_begins_there(open_stage: Opener) -> None:
    page = open_stage("surface=bowl&epoch=4")
    stands(page, "^4 updates done")
    area = plane(page)
    # A quarter from the left and from the top of the square from −6 to 6.
    page.mouse.click(area["x"] + area["width"] / 4, area["y"] + area["height"] / 4)
    stands(page, "^At the start")
    wait_until(page, lambda: abs(float(value(page, "w", "x").replace("−", "-")) + 3) < 0.1)
    assert abs(float(value(page, "w", "y").replace("−", "-")) - 3) < 0.1
    # What was walked is a branch of its own.
    expect(page.get_by_label("Branch", exact=True).locator("option")).to_have_count(2)


def test_the_start_is_dragged_while_it_plays(open_stage: Opener) -> None:
    page = open_stage("surface=bowl&learning_rate=0.001&start=-3,3")
    page.get_by_label("Speed", exact=True).select_option("fast")
    area, handle = plane(page), box(start(page))
    press(page, "Play")
    stands(page, r"^\d\d+ updates done")
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + area["width"] / 4, y, steps=8)
    # Before it is let go the whole way has moved, and the count goes on.
    before = int(page.locator(STATUS).inner_text().split()[0].replace(",", ""))
    wait_until(page, lambda: abs(float(value(page, "w", "x").replace("−", "-"))) < 0.3)
    wait_until(page, lambda: int(page.locator(STATUS).inner_text().split()[0].replace(",", "")) > before + 3)
    page.mouse.up()
    press(page, "Pause")
    assert int(page.locator(STATUS).inner_text().split()[0].replace(",", "")) > before
    said_of(page, "Start x, y = (0")


def test_the_keys_move_the_start(open_stage: Opener) -> None:
    page = open_stage("surface=bowl&start=1,1&epoch=3")
    handle = start(page)
    handle.focus()
    page.keyboard.press("ArrowRight")
    # A fiftieth of twelve; a start by key is a drop as well: what was walked stays walked.
    starts_at(page, "1.24, 1")


def test_a_start_is_typed_and_a_bad_one_is_answered(open_stage: Opener) -> None:
    page = open_stage("surface=bowl&epoch=3")
    page.get_by_role("textbox", name="Start", exact=True).fill("-2, 1.5")
    page.get_by_role("textbox", name="Start", exact=True).press("Enter")
    at(page, x="−2", y="1.5")
    page.get_by_role("textbox", name="Start", exact=True).fill("99, 1")
    page.get_by_role("textbox", name="Start", exact=True).press("Enter")
    expect(page.get_by_text("The start, x, is a number from", exact=False)).to_be_visible()
    at(page, x="−2", y="1.5")


def test_an_update_goes_line_by_line_and_back(open_stage: Opener) -> None:
    page = open_stage("slide=L3-23")
    grain(page, "op")
    lines = page.locator(".np-optimizer_state .line")
    expect(lines).to_have_count(3)
    where = box(page.locator(".np-optimizer_state"))
    forward(page, 1)
    stands(page, r"^Update 1 · line 1 of 3 done")
    wait_until(page, lambda: value(page, "g", "w") == "−18.5452")
    at(page, w="−3.3")
    forward(page, 1)
    wait_until(page, lambda: value(page, "v", "w") == "−18.5452")
    at(page, w="−3.3")
    forward(page, 1)
    stands(page, "^1 update done")
    at(page, w="−3.20727")
    # Nothing jumps as it is stepped.
    assert box(page.locator(".np-optimizer_state")) == where
    for expected in ("line 2 of 3", "line 1 of 3", "At the start"):
        press(page, "Step back")
        stands(page, expected)
    at(page, w="−3.3")
    expect(page.locator(STATUS)).to_contain_text("Slide L3-23")


@pytest.mark.parametrize("slide", ["L2-25", "L3-23"])
def test_the_whole_figure_and_the_main_numbers_are_seen_on_a_laptop(open_stage: Opener, slide: str) -> None:
    page = open_stage(f"slide={slide}", height=800)
    seen = [page.locator(f".np-optimizer_state {part}") for part in (".read", ".block[data-key=g]")]
    legends = page.locator(".np-legend:visible")
    for thing in (*seen, legends.first):
        area = box(thing)
        assert area["y"] + area["height"] <= 800
    # The last legend is that of the loss, beneath the figure.
    before = [box(thing)["y"] for thing in (*seen, legends.first, legends.last)]
    forward(page, 2)
    assert [box(thing)["y"] for thing in (*seen, legends.first, legends.last)] == before, "nothing jumps"


def test_the_marks_in_space_are_named(open_stage: Opener) -> None:
    page = open_stage("slide=L4-78")
    expect(page.locator(".np-legend:visible").first).to_contain_text("The next step")


def test_on_a_phone_the_figure_is_right_under_the_bar(open_stage: Opener) -> None:
    page = open_stage(width=390, height=844)
    area = plane(page)
    assert area["y"] + area["height"] < 700
    assert box(page.get_by_role("combobox", name="Example"))["y"] > area["y"] + area["height"]


def test_it_is_scrubbed_back_and_a_new_rate_makes_a_branch(open_stage: Opener) -> None:
    page = open_stage("slide=L3-22&epoch=6")
    stands(page, "^6 updates done")
    scrubber = page.locator(".np-transport input[type=range]")
    scrubber.fill("0")
    stands(page, "At the start")
    at(page, w="−3.3")
    wait_until(page, lambda: trail(page) == 0)
    page.keyboard.press("End")
    stands(page, "^6 updates done")
    wait_until(page, lambda: trail(page) == 6)
    for _ in range(4):
        before = page.locator(STATUS).inner_text()
        press(page, "Step back")
        expect(page.locator(STATUS)).not_to_have_text(before)
    stands(page, "^2 updates done")
    enter(page, "Learning rate η", "0.02")
    forward(page, 1)
    expect(page.get_by_label("Branch", exact=True).locator("option")).to_have_count(2)
    page.get_by_label("Branch", exact=True).select_option("0")
    stands(page, "^6 updates done")


def test_a_bad_rate_is_answered_under_its_field(open_stage: Opener) -> None:
    page = open_stage("epoch=2")
    enter(page, "Learning rate η", "much")
    expect(page.get_by_text("Learning rate is a number from", exact=False)).to_be_visible()
    stands(page, "^2 updates done")


def formula(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile(r"^J\("))


def test_a_surface_of_ones_own_is_typed_and_descended(open_stage: Opener) -> None:
    page = open_stage("epoch=2")
    press(page, "Own formula")
    formula(page).fill("(x - 1)^2 + 2*(y + 1)^2")
    expect(page.locator(".np-expression_field math")).to_be_visible()
    stands(page, "^2 updates done")
    formula(page).press("Enter")
    stands(page, "^At the start")
    at(page, x="−2", y="1.5")
    grain(page, "epoch")
    press(page, "Step forward")
    stands(page, "^1 update done")
    # The exact slopes there are 2(−2 − 1) and 4(1.5 + 1).
    wait_until(page, lambda: (value(page, "g", "x"), value(page, "g", "y")) == ("−6", "10"))
    page.get_by_label("Speed", exact=True).select_option("fastest")
    press(page, "Play")
    expect(told(page, "Arrived")).to_contain_text("minimum A at (1, −1)", timeout=20_000)


@pytest.mark.parametrize(
    ("text", "said", "marked"),
    [
        ("x^2 + 3*z", "unknown name z", "z"),
        ("x^2 +", "nothing stands after +", "+"),
        ("__import__('os')", "cannot stand in a formula", "'"),
        ("3 + 4", "the same everywhere", None),
    ],
)
def test_a_bad_surface_gets_its_message_and_the_work_is_kept(
    open_stage: Opener, text: str, said: str, marked: str | None
) -> None:
    page = open_stage("epoch=3")
    x = value(page, "w", "x")
    press(page, "Own formula")
    formula(page).fill(text)
    formula(page).press("Enter")
    expect(page.locator(".np-expression_field .message")).to_contain_text(said)
    mark = page.locator(".np-expression_field mark")
    if marked is None:
        expect(mark).to_have_count(0)
    else:
        expect(mark).to_have_text(marked, use_inner_text=False)
    expect(formula(page)).to_have_value(text)
    stands(page, "^3 updates done")
    assert value(page, "w", "x") == x
    press(page, "Two weights")
    stands(page, "^3 updates done")


@pytest.mark.parametrize(
    ("slide", "first"),
    [("L3-18", {"w": "−3.375"}), ("L3-21", {"w": "−3.20727"}), ("L3-22", {"w": "−1.44548"}),
     ("L1-17", {"w1": "1.2", "w2": "1.4", "b": "0.2"})],
)  # fmt: skip
def test_each_slide_of_the_lecture_has_a_link(open_stage: Opener, slide: str, first: dict[str, str]) -> None:
    page = open_stage(f"slide={slide}")
    expect(page.locator(STATUS)).to_have_text(f"Slide {slide} · At the start")
    forward(page, 1)
    at(page, **first)


def test_two_cycle_and_stability_are_said(open_stage: Opener) -> None:
    page = open_stage("slide=L3-22&epoch=400")
    expect(told(page, "To and fro")).to_have_text(
        "It jumps between 0.39876 and 1.05915 forever, and never comes to rest."
    )
    expect(told(page, "Stability")).to_contain_text("ηJ″ = 0.1 · 22.32 = 2.232 > 2")
    enter(page, "Learning rate η", "0.05")
    expect(told(page, "Stability")).to_contain_text("ηJ″ = 0.05 · 22.32 = 1.116 < 2")


@pytest.mark.concept("C100")
def test_basins_grow_while_one_watches(open_stage: Opener) -> None:
    page = open_stage("surface=himmelblau")
    page.evaluate(
        """() => {
          window.pictures = 0
          for (const model of Bokeh.documents[0]._all_models.values()) {
            if (model.type !== 'ColumnDataSource') continue
            model.properties.data.change.connect(() => {
              if (model.data.image?.length && model.data.image[0].shape?.[0] === 244) window.pictures += 1
            })
          }
        }"""
    )
    page.get_by_role("checkbox", name="Basins", exact=True).check()
    legend = page.locator(".np-legend").first
    # Four minima, four basins.
    for letter in "ABCD":
        expect(legend).to_contain_text(f"leads to {letter}", timeout=20_000)
    wait_until(page, lambda: "still on the way" not in legend.inner_text(), 20)
    assert page.evaluate("() => window.pictures") > 5, "more than one picture on the way"
    page.get_by_role("checkbox", name="Basins", exact=True).uncheck()
    expect(legend).not_to_contain_text("leads to")


def test_the_fan_shows_eleven_arrows_and_a_row_for_each(open_stage: Opener) -> None:
    page = open_stage("epoch=6")
    page.get_by_role("checkbox", name="All optimizers", exact=True).check()
    rows = page.locator(".np-fan tbody tr")
    expect(rows).to_have_count(11)
    expect(rows.filter(has_text="descends here")).to_contain_text("Gradient descent")

    def arrows() -> int:
        sources = page.evaluate(
            """() => [...Bokeh.documents[0]._all_models.values()]
              .filter((model) => model.type === 'Arrow' && model.source?.data.color !== undefined)
              .map((model) => [...model.source.data.color].length)"""
        )
        return max(sources)

    wait_until(page, lambda: arrows() == 11)
    expect(told(page, "All optimizers")).to_contain_text("as long as they are")
    # A box that has been ticked leaves the arrows to the transport bar, and keeps the space.
    page.keyboard.press("ArrowRight")
    expect(page.locator(STATUS)).to_contain_text("7 updates done")
    forward(page, 1)
    wait_until(page, lambda: arrows() == 11)


def test_it_is_saved_and_loaded(open_stage: Opener) -> None:
    page = open_stage("slide=L3-22&epoch=5")
    at(page, w=value(page, "w", "w"))
    before = value(page, "w", "w")
    press(page, "Save and load")
    content = download(page, "Save this descent")
    assert json.loads(content)["format"] == "neural-playground-descent"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press(page, "Two weights")
    stands(page, "At the start$")
    press(page, "Save and load")
    upload(dialog(page, "Save and load"), "descent.json", content, "application/json")
    expect(message(page)).to_contain_text("The saved descent is here again")
    stands(page, "^5 updates done")
    at(page, w=before)
    press(page, "Save and load")
    upload(dialog(page, "Save and load"), "nonsense.json", b"{}", "application/json")
    expect(message(page)).to_contain_text("Nothing was loaded")
    stands(page, "^5 updates done")


def test_a_link_is_shared_and_opens_the_same(open_stage: Opener) -> None:
    page = open_stage("surface=beale&optimizer=momentum&epoch=7&op=1")
    press(page, "Share")
    expect(dialog(page, "Share")).to_be_visible()
    link = page.get_by_label("Link to this descent", exact=True).input_value()
    other = open_stage(link.split("?stage=descent&", 1)[1])
    stands(other, r"^Update 8 · line 1 of 3 done")
    at(other, x=value(page, "w", "x"), y=value(page, "w", "y"))


def test_an_example_and_another_optimizer_are_chosen(open_stage: Opener) -> None:
    page = open_stage("epoch=12")
    choose(page, "Optimizer", "Adam")
    stands(page, "^At the start")
    expect(page.locator(".np-optimizer_state h2")).to_have_text("Adam")
    expect(page.get_by_label("Memory β₁", exact=True)).to_be_visible()
    expect(page.locator(".np-legend").first).to_contain_text("Gradient descent, before")
    choose(page, "Example", "Low rate: trapped (L3-21)")
    expect(page.locator(STATUS)).to_have_text("Slide L3-21 · At the start")
    expect(page.get_by_role("slider", name="Start w", exact=True)).to_be_visible()


def test_a_start_on_the_curve_is_moved_by_keys(open_stage: Opener) -> None:
    page = open_stage("slide=L3-21&epoch=3")
    slider = page.get_by_role("slider", name="Start w", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    wait_until(page, lambda: page.get_by_role("textbox", name="Start", exact=True).input_value() != "−3.3")


def test_the_weights_of_a_network_are_chosen_and_the_true_training_shown(open_stage: Opener) -> None:
    page = open_stage("preset=xor&epoch=3")
    expect(page.locator(".np-legend").first).to_contain_text("Training of all weights")
    choose(page, "Upwards", "W1 x2→1")
    stands(page, "^At the start")
    at(page, **{"W1 x1→1": "0.335486"})
    page.get_by_role("checkbox", name="All weights descend", exact=True).check()
    expect(page.locator(".np-optimizer_state .block[data-key=w] .row")).to_have_count(9)


def test_what_a_link_asks_in_vain_is_said(open_stage: Opener) -> None:
    page = open_stage("surface=own&formula=x%2B&slide=L9-99")
    expect(message(page)).to_contain_text("formula=x+ — the formula cannot be read")


# Each width and each theme once: they do not depend on each other.
@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_axe_finds_nothing_grave(open_stage: Opener, theme: str, width: int) -> None:
    page = open_stage(f"theme={theme}&optimizer=nesterov&epoch=6&views=gradient,momentum,step,basins,fan", width=width)
    wait_until(page, lambda: "still on the way" not in page.locator(".np-legend").first.inner_text(), 20)
    looked_at(page)
    # Nothing sticks out of a phone.
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("checkbox", name="3-D", exact=True).check()
    expect(page.locator(".np-surface canvas")).to_be_visible()
    press(page, "Own formula")
    formula(page).fill("x + §")
    expect(page.locator(".np-expression_field .message")).to_be_visible()
    looked_at(page)
    choose(page, "Example", "Convex: steps shrink by themselves (L3-18)")
    page.get_by_text("Weight decay, clipping, schedule", exact=True).click()
    page.get_by_text("Noise, factor on the loss and more", exact=True).click()
    expect(page.get_by_label("Seed of the noise", exact=True)).to_be_visible(timeout=20_000)
    looked_at(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
