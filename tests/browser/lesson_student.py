"""What a student does with a lesson's card, for the tests of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from lessons.schema import Lesson, Prediction, Question, Step
from playground.course.markup import plain
from tests.browser.student import wait_until

LessonOpener = Callable[..., Page]


def card(page: Page) -> Locator:
    """Find the card."""
    return page.locator(".np-lesson-card")


def part(page: Page, name: str) -> Locator:
    """Find a part of the card: predict, question or check."""
    return card(page).locator(f".part.{name}")


def stand_on(page: Page, step: Step) -> None:
    """Wait until the card shows a step."""
    expect(card(page).locator("h2")).to_have_text(step.title)


def press_in(where: Locator, name: str) -> None:
    """Press a button of this very name."""
    where.get_by_role("button", name=name, exact=True).click()


def way(page: Page, word: str) -> Locator:
    """Find Back, Next or Skip."""
    return card(page).get_by_role("link", name=re.compile(f"^{word}: "))


def done_steps(page: Page) -> int:
    """Count the steps that are marked as done."""
    return card(page).locator(".dots .done").count()


def predict(page: Page, asked: Prediction, right: bool = True) -> None:
    """Commit to a prediction, run it, and wait for what is said."""
    where = part(page, "predict")
    _enter(page, where, asked, right)
    press_in(where, "Commit")
    press_in(where, "Run")
    expect(where.get_by_role("button", name="Run again")).to_be_visible(timeout=40_000)


def answer(page: Page, asked: Question, right: bool = True) -> None:
    """Answer the question."""
    where = part(page, "question")
    _enter(page, where, asked, right)
    where.get_by_role("button", name=re.compile("^Check")).click()


def _enter(page: Page, where: Locator, asked: Prediction | Question, right: bool) -> None:
    if asked.kind == "choice":
        places = [place for place, option in enumerate(asked.options) if option.right is right]
        where.get_by_role("radio").nth(places[0]).check()
    elif asked.kind == "number":
        value = asked.answer if right else asked.mistakes[0].value
        where.get_by_label("Your answer").fill(f"{value:g}")
    elif asked.kind == "order":
        put_in_order(where, [plain(item.text) for item in asked.items])
    else:
        draw(page, where)


def put_in_order(where: Locator, names: list[str]) -> None:
    """Bring things into their order by the buttons, from the keyboard."""
    for place, name in enumerate(names):
        button = where.get_by_role("button", name=f"Move up: {name}", exact=True)
        for _ in range(order(where).index(str(place_of(where, name))) - place):
            before = order(where)
            button.press("Enter")
            wait_until(where.page, lambda before=before: order(where) != before)


def order(where: Locator) -> list[str]:
    """Return the places of the things, in the order in which they stand."""
    found: list[str] = where.locator(".order li").evaluate_all("(all) => all.map((one) => one.dataset.place)")
    return found


def place_of(where: Locator, name: str) -> int:
    """Return the place that a thing has in the lesson."""
    button = where.get_by_role("button", name=f"Move up: {name}", exact=True)
    return int(button.evaluate("(node) => node.closest('li').dataset.place"))


def draw(page: Page, where: Locator) -> None:
    """Draw a falling line across the axes."""
    axes = where.get_by_role("slider")
    axes.scroll_into_view_if_needed()
    box = axes.bounding_box()
    assert box is not None
    at = [(box["x"] + box["width"] * (0.2 + 0.07 * k), box["y"] + box["height"] * (0.2 + 0.05 * k)) for k in range(11)]
    page.mouse.move(*at[0])
    page.mouse.down()
    for x, y in at[1:]:
        page.mouse.move(x, y)
    page.mouse.up()


def do(page: Page, step: Step) -> None:
    """Have the check shown."""
    assert step.check is not None
    where = part(page, "check")
    if step.check.hint:
        press_in(where, "Hint")
    else:
        page.clock.run_for(31_000)
    press_in(where, "Show me")
    expect(part(page, "check.done")).to_be_visible(timeout=40_000)


def take(page: Page, lesson: Lesson, step: Step, right: bool = True) -> None:
    """Do everything that a step asks for; where it is not done rightly, wrongly first."""
    stand_on(page, step)
    if step.prediction is not None:
        predict(page, step.prediction, right)
    if step.question is not None:
        if not right:
            answer(page, step.question, right=False)
            expect(part(page, "question").locator(".said.wrong")).to_be_visible()
        answer(page, step.question)
        expect(part(page, "question").locator(".said.right")).to_be_visible()
    if step.check is not None and not part(page, "check.done").count():
        do(page, step)
    expect(way(page, "Next")).to_be_visible()
