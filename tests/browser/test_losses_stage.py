"""A student at the losses stage, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import enter, press
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]
# Where in the window a place of the figure with this title lies.
_PLACE = """([title, x, y]) => {
  const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
  const figure = models.find((model) => model.type === "Figure" && model.title.text === title)
  const view = Bokeh.index.find_one(figure)
  view.canvas_view.events_el.scrollIntoView({block: "center"})
  const box = view.canvas_view.events_el.getBoundingClientRect()
  return [box.x + view.frame.x_scale.compute(x), box.y + view.frame.y_scale.compute(y)]
}"""


@pytest.fixture
def open_losses(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the losses page."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: object) -> Page:
            page = visit(f"{server.url}?stage=losses{query}", **options)
            expect(page.locator(".np-summary")).to_have_text(re.compile("."), timeout=20_000)
            return page

        yield opened


def drag(page: Page, title: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one place of a figure to another, once the page has been laid out."""
    seen: list[list[float]] = [[], page.evaluate(_PLACE, [title, *start])]
    while seen[-1] != seen[-2]:
        assert len(seen) < 100, "the page does not come to rest"
        page.wait_for_timeout(100)
        seen.append(page.evaluate(_PLACE, [title, *start]))
    page.mouse.move(*seen[-1])
    page.mouse.down()
    page.mouse.move(*page.evaluate(_PLACE, [title, *end]), steps=8)
    page.mouse.up()


def row(page: Page, name: str) -> Locator:
    """Find a row of a table by the beginning of its text."""
    return page.locator(".np-bar-table tr").filter(has_text=re.compile("^" + re.escape(name)))


def test_a_target_is_dragged_and_compared(open_losses: Opener) -> None:
    page = open_losses()
    expect(row(page, "Σe²")).to_have_text(re.compile(r"0\.100$"))
    press(page, "Keep these errors")
    expect(row(page, "Σe²")).to_have_text(re.compile(r"0\.1000\.100$"))
    drag(page, "Targets, and their distance from the output", (3, 0.1), (3, 1.5))
    # To the pixel only: the target went to about 1.5.
    expect(page.get_by_label("Target 3, as a number", exact=True)).to_have_value(re.compile(r"^1\.[3-7]"))
    enter(page, "Target 3, as a number", "1")
    expect(row(page, "Σe²")).to_have_text(re.compile(r"1\.0900\.100$"))


def test_mean_and_median(open_losses: Opener) -> None:
    page = open_losses("&preset=outlier")
    press(page, "To the mean")
    expect(page.locator(".np-summary")).to_have_text(re.compile(r"output 3\.4: Σe = 0\.000, Σ\|e\| = 11\.200"))
    press(page, "To the median")
    expect(page.locator(".np-summary")).to_have_text(re.compile(r"output 2: .*Σ\|e\| = 9\.000"))


def test_the_margin_is_dragged(open_losses: Opener) -> None:
    page = open_losses("&preset=margin")
    expect(row(page, "Hinge")).to_have_text(re.compile(r"1\.0000−1\.0000$"))
    # The hand is a listener of the figure, whose pointer it dresses.
    expect(page.locator("style.np-tool")).to_have_count(1)
    drag(page, "Losses of the margin", (0, 1), (-2, 2))
    field = page.get_by_label("Margin m, as a number", exact=True)
    expect(field).to_have_value(re.compile("^−(1.9|2)"))
    enter(page, "Margin m, as a number", "0.5")
    expect(row(page, "Hinge")).to_have_text(re.compile(r"0\.5000−1\.0000$"))
    expect(row(page, "Logistic")).to_have_text(re.compile(r"0\.6839"))


def test_the_derivation_is_played(open_losses: Opener) -> None:
    page = open_losses("&slide=L3-16")
    rows = page.locator(".np-fact-table tbody tr")
    expect(rows).to_have_count(0)
    press(page, "Step forward")
    expect(rows).to_have_count(1)
    press(page, "Play")
    expect(rows).to_have_count(9, timeout=30_000)
    page.get_by_role("button", name="Target t", exact=True).click()
    expect(rows.nth(6)).to_have_text(re.compile(r"2\.303$"))


def test_a_gross_error(open_losses: Opener) -> None:
    page = open_losses("&preset=gross")
    enter(page, "p of sample 9, as a number", "0.000001")
    expect(row(page, "Sample 9")).to_have_text(re.compile(r"13\.82 · 94 %"))
    page.get_by_role("button", name="Label of sample 9", exact=True).click()
    expect(row(page, "Sample 9")).to_have_text(re.compile(r"0 %"))


def test_entropies_follow_the_bars(open_losses: Opener) -> None:
    page = open_losses("&preset=entropy")
    enter(page, "Bar of Q, outcome 2, as a number", "0.5")
    enter(page, "Bar of Q, outcome 1, as a number", "0.5")
    expect(row(page, "KL")).to_have_text(re.compile("0$"))
    expect(page.get_by_text("Q is P")).to_be_visible()


def test_tasks_are_sorted(open_losses: Opener) -> None:
    page = open_losses("&preset=tasks")
    button = page.get_by_role("button", name=re.compile("^Spam or not.*: hinge$"))
    button.click()
    expect(page.get_by_text("not hinge: two classes, one probability")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Spam or not.*: binary cross-entropy$")).click()
    expect(page.get_by_text("1 of 6 are right.").first).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_shared_link_opens_the_same(open_losses: Opener) -> None:
    page = open_losses("&preset=product&count=150")
    expect(row(page, "Product, 32 bits")).to_have_text("Product, 32 bits0")
    press(page, "Share")
    address = page.get_by_role("textbox", name="Link to what stands here").input_value()
    again = open_losses(address.split("stage=losses", 1)[1])
    expect(row(again, "Product, 32 bits")).to_have_text("Product, 32 bits0")
    expect(row(again, "Sum of")).to_have_text("Sum of −ln p103.97")


@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_every_look_is_accessible(open_losses: Opener, theme: str, width: int) -> None:
    page = open_losses(f"&theme={theme}", width=width)
    looked_at(page)
    for title in ("Margin losses", "From likelihood to cost", "Samples", "Product and sum", "Entropy",
                  "Names of symbols", "Task and loss"):  # fmt: skip
        page.get_by_role("radio", name=title, exact=True).click()
        expect(page.get_by_role("radio", name=title, exact=True)).to_be_checked()
        looked_at(page)
        # Nothing sticks out.
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
