"""Back-propagation by hand and the check by differences, in a real browser, on a real run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.serving import Server

Opener = Callable[..., Page]

# Of f = (x + y)·z at −2, 5, −4.
WORKED = ("1", "3", "3", "−4", "-4", "1", "-4", "1", "-8/2")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("practice") / "log.txt", ("tests.browser.apps.practice_app",))
    yield running
    running.stop()


@pytest.fixture
def opened(browser: Browser, bench: Server) -> Iterator[Opener]:
    """Open the bench, with the practice or the check begun."""
    with watched(browser, bench) as visit:

        def opener(tool: str, query: str = "", **options: Any) -> Page:
            page = visit(bench.url + query, **options)
            press(page, f"Open {tool}")
            expect(page.get_by_role("region", name=tool)).to_be_visible(timeout=20_000)
            return page

        yield opener


def field(page: Page) -> Locator:
    return page.locator(".np-answer input.field")


def verdict(page: Page) -> Locator:
    return page.locator(".np-answer [role=status]")


def progress(page: Page) -> Locator:
    return page.locator(".np-answer .progress")


def graph(page: Page) -> dict[str, Any]:
    return json.loads(page.locator(".said pre").inner_text())


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def focused(locator: Locator) -> None:
    expect(locator).to_be_focused()


def looked_at(page: Page) -> None:
    found = [
        f"{one['impact']}: {one['id']} {node['target']} {node['html'][:200]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert found == []


def test_an_expression_is_done_by_the_keyboard_alone(opened: Opener) -> None:
    page = opened("You do it")
    field(page).focus()
    for place, answer in enumerate(WORKED, 1):
        expect(progress(page)).to_have_text(f"Question {place} of 9")
        expect(field(page)).to_have_value("")
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Right at the first try: 9 of 9")).to_be_visible()
    expect(verdict(page)).to_have_text("Right: at x upstream −4 × local 1 = −4.")
    focused(page.get_by_role("button", name="Next expression", exact=True))
    assert graph(page)["gradients"] == {"x": -4.0, "y": -4.0, "z": 3.0, "q": -4.0, "f": 1.0}
    page.keyboard.press("Enter")
    expect(progress(page)).to_have_text("Question 1 of 9")
    expect(page.get_by_role("combobox", name="Practise on")).to_have_value("1")
    focused(field(page))


def test_a_wrong_answer_stays_in_the_field(opened: Opener) -> None:
    page = opened("You do it")
    field(page).fill("1")
    press(page, "Check")
    expect(progress(page)).to_have_text("Question 2 of 9")
    focused(field(page))
    expect(field(page)).to_have_accessible_name("Local derivative of × with respect to z, ∂f/∂z")
    field(page).fill("−4")
    press(page, "Check")
    expect(verdict(page)).to_contain_text("Not right")
    expect(field(page)).to_have_value("−4")
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    focused(field(page))
    field(page).fill("tree")
    expect(field(page)).not_to_have_attribute("aria-invalid", "true")
    field(page).press("Enter")
    expect(verdict(page)).to_contain_text("is not a number: type a number, such as −4 or 0.25")
    expect(field(page)).to_have_value("tree")
    field(page).fill("3")
    field(page).press("Enter")
    expect(progress(page)).to_have_text("Question 3 of 9")
    # The verdict on the last question stays beside the next one.
    expect(verdict(page)).to_have_text("Right: ∂f/∂z = q = 3.")


def test_keys_in_the_field_do_not_drive_the_transport_bar(opened: Opener) -> None:
    page = opened("You do it")
    field(page).fill("12")
    for key in ("ArrowLeft", "ArrowRight", "Home", "End", "Space"):
        page.keyboard.press(key)
    expect(field(page)).to_have_value("12 ")
    field(page).fill("1")
    field(page).press("Enter")
    # What the bar had heard would have come before this.
    expect(progress(page)).to_have_text("Question 2 of 9")
    expect(page.locator(".heard")).to_have_text("")
    # Elsewhere on the page they do.
    page.get_by_role("heading", name="You do it", exact=True).click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".heard")).to_contain_text("step")


def test_show_me_goes_through_to_the_end(opened: Opener) -> None:
    page = opened("You do it")
    for place in range(1, 10):
        expect(progress(page)).to_have_text(f"Question {place} of 9")
        press(page, "Show me")
    expect(page.get_by_role("heading", name="Right at the first try: 0 of 9")).to_be_visible()
    expect(verdict(page)).to_have_text("Along + to x: upstream −4 times local 1 is −4.")
    focused(page.get_by_role("button", name="Next expression", exact=True))


def test_sources_and_switches(opened: Opener) -> None:
    page = opened("You do it")
    locals_too = page.get_by_label("Ask for local derivatives too", exact=True)
    expect(locals_too).to_be_checked()
    locals_too.uncheck()
    expect(progress(page)).to_have_text("Question 1 of 5")
    page.get_by_role("combobox", name="Practise on").select_option("3")
    expect(page.locator(".np-answer .streak")).to_have_text("Streak 0 · best 0")
    expect(locals_too).not_to_be_checked()
    assert graph(page)["text"] != "(x + y)*z"
    press(page, "Stop practicing")
    expect(page.get_by_role("region", name="You do it")).to_have_count(0)
    expect(page.locator(".said pre")).to_contain_text('"hidden": null')


def test_on_a_telephone_keys_bring_the_signs_that_its_pad_has_not(opened: Opener) -> None:
    page = opened("You do it", width=390, has_touch=True, is_mobile=True)
    expect(field(page)).to_have_attribute("inputmode", "decimal")
    field(page).fill("4")
    field(page).evaluate("(node) => node.setSelectionRange(0, 0)")
    page.get_by_role("button", name="Minus sign", exact=True).tap()
    expect(field(page)).to_have_value("−4")
    focused(field(page))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_mouse_has_no_need_of_them(opened: Opener) -> None:
    page = opened("You do it")
    expect(page.get_by_role("button", name="Minus sign", exact=True)).to_have_count(0)


def test_the_step_moves_with_the_slider(opened: Opener) -> None:
    page = opened("Check by differences", "?text=exp(x)*y&values=x:0.5,y:2")
    step = page.get_by_role("slider", name="Step h")
    words = page.locator(".np-check .words")
    expect(step).to_have_attribute("aria-valuetext", "1e−5")
    step.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(step).to_have_attribute("aria-valuetext", "1e−3")
    expect(words).to_contain_text("truncation dominates")
    expect(page.locator(".np-check .h")).to_have_text("h = 1e−3")
    page.keyboard.press("Home")
    expect(step).to_have_attribute("aria-valuetext", "1e−15")
    expect(words).to_contain_text("rounding dominates")
    expect(page.locator(".heard")).to_have_text("")


def test_any_value_can_be_checked(opened: Opener) -> None:
    page = opened("Check by differences")
    page.get_by_role("combobox", name="Gradient with respect to").select_option(label="q = x + y")
    row = page.get_by_role("row", name="back-propagation")
    expect(row).to_contain_text("−4")
    page.get_by_role("combobox", name="Gradient with respect to").select_option(label="z")
    expect(row).to_contain_text("3")


# Each width and each theme once: they do not depend on each other.
@pytest.mark.parametrize(("dark", "width"), [("", 1280), ("&dark=1", 390)])
def test_axe_finds_nothing(opened: Opener, dark: str, width: int) -> None:
    page = opened("You do it", "?text=exp(x)*y%2Bx&values=x:0.5,y:2" + dark, width=width)
    field(page).fill("2")
    field(page).press("Enter")
    expect(verdict(page)).to_contain_text("gradient")
    looked_at(page)
    for place in range(1, 11):
        expect(progress(page)).to_have_text(f"Question {place} of 10")
        press(page, "Show me")
    expect(page.get_by_role("heading", name="Right at the first try: 0 of 10")).to_be_visible()
    press(page, "Open Check by differences")
    expect(page.get_by_role("region", name="Check by differences")).to_be_visible()
    looked_at(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
