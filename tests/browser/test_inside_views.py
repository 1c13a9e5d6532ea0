"""The views of the inside: they draw, they follow, and they go back."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import student
from tests.browser.student import Opener, press, stand_at, wait_until

VIEWS = ("Histograms", "Gradients", "Loss landscape", "Confusion", "3-D surface")
STAGE = {"What the network answers", "Loss", "Accuracy"}


def surface(page: Page) -> str:
    return page.locator(".np-surface canvas").evaluate("(canvas) => canvas.toDataURL()")


def colors(page: Page) -> int:
    """Count the colours of the surface."""
    return page.locator(".np-surface canvas").evaluate(
        """(canvas) => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          const seen = new Set()
          for (let i = 0; i < data.length; i += 4) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2])
          return seen.size }"""
    )


def inside(page: Page) -> dict[str, Any]:
    return {title: data for title, data in student.figures(page).items() if title not in STAGE}


def open_all(page: Page) -> None:
    for view in VIEWS:
        press(page, view)
        expect(page.get_by_role("heading", name=view, exact=True)).to_be_visible()


def settled(page: Page) -> str:
    """Return the surface when nothing changes it any more: the views below are still finding their sizes."""
    before, same = "", 0
    for _ in range(200):
        now = surface(page)
        same = same + 1 if now == before else 0
        if same == 10:
            return now
        before = now
        page.wait_for_timeout(100)
    raise AssertionError("the surface does not come to rest")


def test_all_views_follow_the_training_and_go_back(open_page: Opener) -> None:
    page = open_page("?data=circle&hidden=4,3")
    open_all(page)
    wait_until(page, lambda: colors(page) > 50)
    answer = settled(page)
    start = inside(page)
    press(page, "Play")
    expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^\d{2,}$"), timeout=20_000)
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    wait_until(page, lambda: surface(page) != answer)
    wait_until(page, lambda: inside(page) != start)
    page.get_by_label("Position in history", exact=True).fill("0")
    stand_at(page, "^Epoch 0 · batch 1 ")
    wait_until(page, lambda: surface(page) == answer)


def test_the_landscape_is_surveyed(open_page: Opener) -> None:
    page = open_page("?data=circle&hidden=4")
    student.to_epoch(page, 4)
    press(page, "Loss landscape")

    def heights() -> int:
        return max(
            (len(set(source["image"][0])) for data in inside(page).values() for source in data if source.get("image")),
            default=0,
        )

    wait_until(page, lambda: heights() > 20, 15)
    student.choose(page, "Along", "The path's main directions")
    wait_until(page, lambda: heights() > 20, 15)


def test_the_confusion_counts_every_point(open_page: Opener) -> None:
    page = open_page("?data=blobs3&hidden=4&samples=90")
    press(page, "Confusion")

    def sums() -> list[int]:
        return [
            sum(int(text.split()[0]) for text in table.locator("td").all_inner_texts())
            for table in page.locator(".np-confusion table").all()
        ]

    wait_until(page, lambda: sums() == [45, 45])


def test_numbers_to_predict_have_no_confusion(open_page: Opener) -> None:
    page = open_page("?data=plane&hidden=2")
    press(page, "Confusion")
    expect(page.get_by_text("There are no classes here: the targets are numbers.", exact=True)).to_be_visible()


def test_a_view_closes(open_page: Opener) -> None:
    page = open_page()
    press(page, "Histograms")
    expect(page.get_by_role("heading", name="Histograms", exact=True)).to_be_visible()
    press(page, "Histograms")
    expect(page.get_by_role("heading", name="Histograms", exact=True)).to_be_hidden()
