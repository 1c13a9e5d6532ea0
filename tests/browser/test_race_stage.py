"""The race stage in a real browser: who arrives when, scrubbing, rates, starts, surfaces, links and files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine import Position
from engine.descent import Race
from playground.stages.race.presets import PRESETS
from playground.views.figures import power_label
from tests.browser import student
from tests.browser.conftest import watched
from tests.browser.student import choose, download, enter, figures, message, press, resting, wait_until
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]

STATUS = ".np-transport .text"
FILES = "Save and load"
# The keys of the table's lines by what they are called.
KEYS = {
    "Gradient descent": "sgd", "Momentum": "momentum", "Nesterov": "nesterov", "Adagrad": "adagrad",
    "RMSprop": "rmsprop", "Adadelta": "adadelta", "Adam": "adam",
}  # fmt: skip


@pytest.fixture
def open_stage(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the stage, and wait until it is live."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: Any) -> Page:
            page = visit(f"{server.url}?stage=race&{query}", **options)
            expect(page.locator(".np-race_table tbody tr").first).to_be_visible(timeout=20_000)
            expect(page.locator(STATUS)).to_have_text(re.compile(r"\w"))
            expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
            page.wait_for_function("() => Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")
            return page

        yield opened


def line(page: Page, title: str) -> Locator:
    """The line of a racer in the table."""
    return page.locator(".np-race_table tbody tr").filter(has=page.get_by_text(title, exact=True))


def cell(page: Page, title: str, part: str) -> Locator:
    return line(page, title).locator(f"[data-part={part}]")


def arrivals(page: Page) -> dict[str, str]:
    """Read who has arrived when."""
    return {title: cell(page, title, "arrived").inner_text() for title in KEYS}


def tick(page: Page, title: str) -> Locator:
    return page.get_by_role("checkbox", name=f"{title} takes part", exact=True)


def rate(page: Page, title: str) -> Locator:
    return page.get_by_role("textbox", name=f"Rate of {title}", exact=True)


def trails(page: Page) -> int:
    """Count the marks of those that are on the plane."""
    sources = next(sources for title, sources in figures(page).items() if title == "")
    return len(next(source for source in sources if "marker" in source)["x"])


def lines_of_loss(page: Page) -> list[str]:
    """Read the labels of the loss curves."""
    sources = next(sources for title, sources in figures(page).items() if title.startswith("Loss J"))
    return next(source for source in sources if "label" in source)["label"]


def scrub(page: Page, to: int) -> None:
    """Drag the position in history with the keys of a slider."""
    page.get_by_role("slider", name="Position in history", exact=True).evaluate(
        """(range, to) => { range.value = to; for (const type of ["input", "change"])
          range.dispatchEvent(new Event(type, {bubbles: true})) }""",
        to,
    )


def stand(page: Page, update: int, seconds: float = 20) -> None:
    """Wait until the race stands after so many updates."""
    said = "At the start" if update == 0 else re.compile(rf"Update {update:,} of")
    expect(page.locator(STATUS)).to_contain_text(said, timeout=1000 * seconds)


def expected(preset: str, update: int) -> dict[str, str]:
    """Who has arrived when, by the engine alone."""
    race = Race(PRESETS[preset].field.spec)
    race.seek(Position(update))
    found = race.arrivals()
    return {title: "–" if found[key] is None else f"{found[key]:,}" for title, key in KEYS.items()}


@pytest.mark.parametrize(("slide", "title"), [("L2-26", "Saddle"), ("L3-24", "Long valley")])
def test_slides_of_the_lecture_have_links(open_stage: Opener, slide: str, title: str) -> None:
    page = open_stage(f"slide={slide}")
    races = page.get_by_role("radiogroup", name="Races", exact=True)
    expect(races.get_by_role("radio", name=title, exact=True)).to_be_checked()
    expect(page.locator(".np-choices .sentence").first).to_contain_text(slide)
    expect(page.get_by_role("region", name="A prediction", exact=True)).to_be_visible()
    stand(page, 0)


@pytest.mark.concept("C119")
def test_a_bet_is_placed_and_the_race_is_run(open_stage: Opener) -> None:
    page = open_stage("slide=L2-26")
    page.get_by_label("Speed", exact=True).select_option("fast")
    card = page.get_by_role("region", name="A prediction", exact=True)
    card.get_by_role("button", name="Adam", exact=True).click()
    expect(card.get_by_role("button", name="✗ Adam", exact=True)).to_be_visible()
    expect(card.get_by_role("button", name="✓ Gradient descent", exact=True)).to_be_visible()
    expect(card.get_by_role("status")).to_contain_text("Adagrad after 6, Adadelta after 21, RMSprop after 29")
    # Forty frames; the machine may have others to serve.
    stand(page, 200, seconds=20)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert arrivals(page) == expected("saddle", 200)
    # The curriculum's, with Nesterov's look-ahead.
    assert list(arrivals(page).values()) == ["–", "65", "61", "6", "29", "21", "44"]
    expect(cell(page, "Adagrad", "place")).to_have_text("1")
    expect(cell(page, "Gradient descent", "state")).to_have_text("on the saddle")
    expect(page.get_by_label("The picture in words")).to_contain_text("Adagrad after 6, Adadelta after 21")
    press(page, "Close")
    expect(card).to_be_hidden()


def test_the_race_is_scrubbed_back_and_forth(open_stage: Opener) -> None:
    page = open_stage("preset=beale&epoch=800")
    stand(page, 800)
    at_end = arrivals(page)
    assert at_end == expected("beale", 800)
    scrub(page, 42)
    stand(page, 42)
    wait_until(page, lambda: arrivals(page) == expected("beale", 42))
    assert arrivals(page)["Momentum"] == "40"
    assert arrivals(page)["Nesterov"] == "–"
    press(page, "Step forward")
    stand(page, 43)
    expect(cell(page, "Nesterov", "arrived")).to_have_text("43")
    page.keyboard.press("ArrowLeft")
    stand(page, 42)
    expect(cell(page, "Nesterov", "arrived")).to_have_text("–")
    page.keyboard.press("End")
    stand(page, 800)
    wait_until(page, lambda: arrivals(page) == at_end)


def test_labels_of_losses_are_powers_of_ten_only_where_the_axis_is(open_stage: Opener) -> None:
    labels = """() => {
      const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
      const plot = models.find((model) => model.type === "Figure" && model.title.text.startsWith("Loss J"))
      const axis = Bokeh.index.find_one(plot.left[0]), ticks = axis.tick_coords.major[1]
      return [ticks, axis.compute_labels(ticks).items.map(({text}) => text)]
    }"""
    page = open_stage("preset=beale")
    page.get_by_role("button", name="Skip: show me").click()
    wait_until(page, lambda: page.evaluate(labels)[1][0].startswith("10⁻"))
    ticks, texts = page.evaluate(labels)
    assert texts == [power_label(tick) for tick in ticks]
    # On the saddle losses fall below zero, and 0 is no longer 10⁰.
    page.get_by_role("radiogroup", name="Races", exact=True).get_by_role("radio", name="Saddle", exact=True).click()
    wait_until(page, lambda: 0.2 in page.evaluate(labels)[0])
    ticks, texts = page.evaluate(labels)
    assert [float(text.replace("−", "-")) for text in texts] == pytest.approx(ticks)


def test_racers_are_ticked_off_and_on(open_stage: Opener) -> None:
    page = open_stage("preset=beale&epoch=60")
    assert trails(page) == 7
    tick(page, "Momentum").click()
    expect(cell(page, "Nesterov", "place")).to_have_text("1")
    expect(cell(page, "Momentum", "arrived")).to_have_text("")
    assert trails(page) == 6
    assert "Momentum" not in lines_of_loss(page)
    tick(page, "NAdam").click()
    wait_until(page, lambda: trails(page) == 7)
    tick(page, "Momentum").click()
    expect(cell(page, "Momentum", "place")).to_have_text("1")
    wait_until(page, lambda: "Momentum" in lines_of_loss(page))
    # The last one stays.
    page = open_stage("surface=bowl&racers=sgd")
    tick(page, "Gradient descent").click()
    expect(message(page)).to_contain_text("Somebody has to take part")
    expect(tick(page, "Gradient descent")).to_be_checked()


def test_a_rate_is_changed_while_the_race_runs_and_in_its_past(open_stage: Opener) -> None:
    page = open_stage("preset=valley")
    press(page, "Play")
    expect(page.locator(STATUS)).to_have_text(re.compile(r"Update [2-9]\d of"))
    enter(page, "Rate of Gradient descent", "0.4")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(rate(page, "Gradient descent")).to_have_value("0.4")
    expect(page.get_by_label("Branch", exact=True)).to_be_hidden()
    scrub(page, 5)
    stand(page, 5)
    # Before the change it is as it was.
    expect(rate(page, "Gradient descent")).to_have_value("0.1")
    enter(page, "Rate of Adam", "1.5")
    press(page, "Step forward")
    stand(page, 6)
    expect(page.get_by_label("Branch", exact=True).locator("option")).to_have_count(2)
    expect(page.locator(".np-branch_tree")).to_be_visible()
    page.get_by_label("Branch", exact=True).select_option("0")
    expect(rate(page, "Adam")).to_have_value("0.3")


def test_a_bad_rate_gets_its_message(open_stage: Opener) -> None:
    page = open_stage("preset=beale&epoch=30")
    enter(page, "Rate of Adam", "soon")
    expect(line(page, "Adam").get_by_role("status")).to_have_text(
        "A rate is a number from 0.000001 to 100, got 'soon'"
    )
    expect(rate(page, "Adam")).to_have_attribute("aria-invalid", "true")
    press(page, "Step forward")
    stand(page, 31)
    expect(rate(page, "Adam")).to_have_value("soon")
    rate(page, "Adam").press("Escape")
    expect(rate(page, "Adam")).to_have_value("0.1")
    expect(line(page, "Adam").get_by_role("status")).to_be_hidden()


def test_another_of_a_kind_races_at_its_own_rate(open_stage: Opener) -> None:
    page = open_stage("surface=bowl&racers=sgd&epoch=20")
    page.get_by_label("Another racer", exact=True).select_option("sgd")
    press(page, "Add another")
    expect(rate(page, "Gradient descent 2")).to_have_value("0.05")
    enter(page, "Rate of Gradient descent 2", "0.2")
    press(page, "Remove Gradient descent 2")
    expect(rate(page, "Gradient descent 2")).to_have_count(0)


def test_a_hundredfold_loss_shows_who_is_scale_free(open_stage: Opener) -> None:
    page = open_stage("preset=valley&epoch=60")
    choose(page, "Loss", "× 100")
    for title in ("Adagrad", "RMSprop", "Adadelta", "Adam"):
        expect(cell(page, title, "path")).to_have_text("keeps its path")
        expect(cell(page, title, "step")).to_have_text("× 1")
    for title in ("Gradient descent", "Momentum", "Nesterov"):
        expect(cell(page, title, "step")).to_have_text("× 100")
        expect(cell(page, title, "state")).to_have_text("diverging")
    choose(page, "Loss", "× 1")
    expect(cell(page, "Adam", "path")).to_be_hidden()
    expect(cell(page, "Momentum", "state")).to_have_text("on the way")


def test_the_start_is_clicked_and_moved_with_the_keys(open_stage: Opener) -> None:
    page = open_stage("preset=valley&epoch=50")
    handle = page.get_by_role("slider", name=re.compile("tart")).last
    box = resting(page.locator(".np-plane-pointer .plane"))
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    # A quarter of -12 to 6 from the left, the middle of -2 to 2.
    said = page.get_by_label("The picture in words")
    expect(said).to_contain_text(re.compile(r"from \(−7\.\d+, −?0[.\d]*\), after 50 updates"))
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(-7.5, abs=0.1)
    before = float(handle.get_attribute("aria-valuenow"))
    handle.focus()
    page.keyboard.press("ArrowRight")
    # A fiftieth of 18.
    wait_until(page, lambda: abs(float(handle.get_attribute("aria-valuenow")) - before - 0.36) < 1e-6)
    expect(page.get_by_label("Branch", exact=True).locator("option")).to_have_count(3)
    # Dragged, all trails follow; only where it is dropped is a branch.
    grip = resting(handle)
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=8)
    expect(said).to_contain_text(re.compile(r"from \(−[56]\.\d+, "))
    page.mouse.up()
    expect(page.get_by_label("Branch", exact=True).locator("option")).to_have_count(4)
    page.get_by_label("Branch", exact=True).select_option("0")
    expect(said).to_contain_text("from (−10, 1), after 50 updates")


def test_a_surface_of_ones_own_and_a_bad_one(open_stage: Opener) -> None:
    page = open_stage("preset=valley&epoch=50")
    page.get_by_role("button", name="Own formula", exact=True).click()
    field = page.get_by_role("textbox", name=re.compile(r"^J\(x, y\)"))
    field.fill("x^2 + 3*y^2 + q")
    field.press("Enter")
    expect(page.locator(".np-expression_field .message")).to_contain_text("unknown name q")
    # What was raced on stays.
    expect(page.get_by_label("The picture in words")).to_contain_text("on Ravine")
    field.fill("x^2 + 3*y^2")
    field.press("Enter")
    expect(page.get_by_label("The picture in words")).to_contain_text("on A formula of your own from (−2, 1.5)")
    expect(page.get_by_role("radiogroup", name="Races", exact=True).get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_label("Speed", exact=True).select_option("fastest")
    press(page, "Play")
    expect(cell(page, "Gradient descent", "state")).to_have_text("there", timeout=20_000)
    race = Race(
        PRESETS["valley"].field.spec.with_(surface="own", formula="x^2 + 3*y^2", dimensions=2, learning_rate=0.05)
    )
    race.seek(race.end)
    # Half of one over the largest curvature, 6, rounded down to 1, 2 or 5.
    assert rate(page, "Gradient descent").input_value() == "0.05"
    expect(cell(page, "Gradient descent", "arrived")).to_have_text(str(race.arrivals()["sgd"]))


def test_the_race_is_seen_in_space(open_stage: Opener) -> None:
    page = open_stage("preset=beale&epoch=60")
    page.get_by_role("button", name="In space", exact=True).click()
    expect(page.locator(".np-surface canvas").first).to_be_visible()
    expect(page.locator(".np-plane-pointer .plane")).to_be_hidden()
    page.get_by_role("button", name="From above", exact=True).click()
    expect(page.locator(".np-plane-pointer .plane")).to_be_visible()


def test_a_link_is_shared_and_opens_the_same(open_stage: Opener) -> None:
    page = open_stage("preset=beale&epoch=60")
    enter(page, "Rate of Adam", "0.2")
    press(page, "Step forward")
    stand(page, 61)
    press(page, "Share")
    expect(page.get_by_role("dialog", name="Share", exact=True)).to_contain_text("from its start")
    link = page.get_by_label("Link to this race", exact=True).input_value()
    other = open_stage(link.split("?stage=race&", 1)[1])
    stand(other, 61)
    expect(rate(other, "Adam")).to_have_value("0.2")
    assert arrivals(other)["Momentum"] == "40"


def test_a_race_is_saved_and_loaded_with_its_branches(open_stage: Opener) -> None:
    page = open_stage("preset=beale&epoch=60")
    scrub(page, 20)
    stand(page, 20)
    enter(page, "Rate of Momentum", "0.002")
    press(page, "Step forward")
    stand(page, 21)
    tick(page, "Adagrad").click()
    expect(cell(page, "Adagrad", "arrived")).to_have_text("")
    table = page.locator(".np-race_table tbody").inner_text()
    press(page, FILES)
    saved = download(page, "Save this race")
    assert json.loads(saved)["kind"] == "race"
    page.keyboard.press("Escape")
    expect(student.dialog(page, FILES)).to_be_hidden()
    other = open_stage("surface=bowl&racers=sgd")
    press(other, FILES)
    student.upload(student.dialog(other, FILES), "race.json", saved, "application/json")
    expect(message(other)).to_contain_text("The saved race is here again")
    stand(other, 21)
    wait_until(other, lambda: other.locator(".np-race_table tbody").inner_text() == table)
    expect(rate(other, "Momentum")).to_have_value("0.002")
    expect(tick(other, "Adagrad")).not_to_be_checked()
    other.get_by_label("Branch", exact=True).select_option("0")
    expect(cell(other, "Momentum", "arrived")).to_have_text("40")
    press(other, FILES)
    student.upload(student.dialog(other, FILES), "race.json", b"{}", "application/json")
    expect(message(other)).to_contain_text("Nothing was loaded: this is no saved descent")


def test_what_a_link_asks_in_vain_is_said(open_stage: Opener) -> None:
    page = open_stage("surface=khan&slide=L9-99")
    expect(page.locator(".np-floating").get_by_role("status")).to_contain_text("a race here needs a surface over two")


# Each width and each theme once: they do not depend on each other.
@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_axe_finds_nothing_grave(open_stage: Opener, theme: str, width: int) -> None:
    page = open_stage(f"theme={theme}&slide=L2-24", width=width)
    looked_at(page)
    page.get_by_role("button", name="Adam", exact=True).click()
    page.get_by_label("Speed", exact=True).select_option("fastest")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=15_000)
    enter(page, "Rate of Adam", "soon")
    expect(line(page, "Adam").get_by_role("status")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="In space", exact=True).click()
    looked_at(page)
    # Nothing sticks out of a phone.
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
