"""What a student does and sees at the network stage, for the tests of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect

Opener = Callable[..., Page]

STATUS = re.compile(r"^Epoch [\d,]+ · batch")
# The plane is the first figure of the page, whatever its title says of the neuron that it shows.
_PLANE = """
  const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
  const image = models.find((model) => model.type === 'Image')
  const owner = models.find((model) => model.glyph === image)
  const figure = models.find((model) => model.type === 'Figure' && model.renderers.includes(owner))
"""


def number(page: Page, label: str) -> float:
    """Read one of the large numbers."""
    return float(page.get_by_label(label, exact=True).inner_text().replace("−", "-").replace(",", ""))


def numbers(page: Page) -> list[str]:
    """Read all large numbers."""
    labels = ("Epoch", "Loss", "Test loss", "Accuracy", "Test accuracy")
    return [page.get_by_label(label, exact=True).inner_text() for label in labels]


def press(page: Page, name: str) -> None:
    """Press a button of this very name."""
    page.get_by_role("button", name=name, exact=True).click()


def stand_at(page: Page, text: str) -> None:
    """Wait until the transport bar says so."""
    expect(page.get_by_text(STATUS)).to_have_text(re.compile(text))


def to_epoch(page: Page, epoch: int) -> None:
    """Step forward by epochs, from a moment at which none is begun."""
    page.get_by_label("Grain", exact=True).select_option("epoch")
    for _ in range(epoch - int(number(page, "Epoch"))):
        at = int(number(page, "Epoch"))
        press(page, "Step forward")
        stand_at(page, rf"^Epoch {at + 1} · batch 1 ")


def enter(page: Page, label: str, text: str) -> Locator:
    """Type into a field and press Enter."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")
    return field


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list of Material's."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("listbox").get_by_text(option, exact=True).click()
    expect(page.get_by_role("combobox", name=label, exact=True)).to_have_text(option)
    # While the list fades it still takes what is meant for the page beneath.
    expect(page.locator(".MuiPopover-root")).to_have_count(0)


def choose_data(page: Page, title: str) -> None:
    """Choose a data set."""
    page.get_by_role("radio", name=title, exact=True).click()
    expect(page.get_by_role("radio", name=title, exact=True)).to_be_checked()


def wait_until(page: Page, holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds, or fail."""
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"did not hold within {seconds} s")


def picture(page: Page) -> list[int]:
    """Read the big picture as the browser holds it: the palette's indices."""
    return page.evaluate(f"() => {{ {_PLANE} return [...owner.data_source.data.image[0]] }}")


def plane_title(page: Page) -> str:
    """Read what stands over the plane."""
    return page.evaluate(f"() => {{ {_PLANE} return figure.title.text }}")


def points(page: Page, which: str = "train") -> list[tuple[float, float, str]]:
    """Read the points on the plane: their places and colours."""
    found = page.evaluate(
        f"""(which) => {{ {_PLANE}
          const scatters = figure.renderers.filter((one) => one.data_source.data.color !== undefined)
          const data = scatters[which === 'train' ? 0 : 1].data_source.data
          return [...data.x].map((x, k) => [x, data.y[k], data.color[k]]) }}""",
        which,
    )
    return [(x, y, color) for x, y, color in found]


def all_points(page: Page) -> list[tuple[float, float, str]]:
    """Read the points that train and those that test."""
    return points(page) + points(page, "test")


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where in the window a place of the plane lies, brought to the middle, clear of the bar and of messages."""
    left, top, x0, x1, y0, y1 = page.evaluate(
        f"""() => {{ {_PLANE}
          const view = Bokeh.index.find_one(figure)
          view.canvas_view.events_el.scrollIntoView({{block: "center"}})
          const box = view.canvas_view.events_el.getBoundingClientRect()
          const {{ x_scale, y_scale }} = view.frame
          return [box.x, box.y, x_scale.compute(0), x_scale.compute(1), y_scale.compute(0), y_scale.compute(1)] }}"""
    )
    return left + x0 + (x1 - x0) * x, top + y0 + (y1 - y0) * y


def cursor(page: Page) -> str:
    """Return how the pointer looks over the plane: it tells the tool."""
    return page.evaluate(
        f"""() => {{ {_PLANE}
          return getComputedStyle(Bokeh.index.find_one(figure).canvas_view.events_el).cursor }}"""
    )


def figures(page: Page) -> dict[str, Any]:
    """Return what the sources of every figure on the page hold, by the figure's title."""
    return page.evaluate(
        """() => {
          const models = [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
          const plain = (value) => ArrayBuffer.isView(value) ? [...value]
            : Array.isArray(value) ? value.map(plain) : value
          const found = {}
          for (const figure of models.filter((model) => model.type === 'Figure')) {
            const sources = figure.renderers.map((one) => one.data_source?.data).filter((data) => data !== undefined)
            found[figure.title?.text ?? ''] = sources.map(
              (data) => Object.fromEntries(Object.entries(data).map(([name, column]) => [name, plain(column)])))
          }
          return found }"""
    )


def box(thing: Locator) -> FloatRect:
    """Return where something lies."""
    found = thing.bounding_box()
    assert found is not None
    return found


def unit(page: Page, name: str) -> Locator:
    """Find a neuron or an input of the diagram."""
    return page.get_by_role("button", name=name, exact=True)


def at_rest(page: Page, name: str) -> FloatRect:
    """Return where a neuron lies, once the page has been laid out."""
    return resting(unit(page, name))


def resting(thing: Locator) -> FloatRect:
    """Return where something lies, once the page has been laid out; meanwhile it may come anew."""
    seen = thing.bounding_box()
    for _ in range(50):
        thing.page.wait_for_timeout(100)
        now = thing.bounding_box()
        if now is not None and now == seen:
            return now
        seen = now
    raise AssertionError(f"{thing} does not come to rest")


def on_edge(page: Page, source: str, target: str) -> tuple[float, float]:
    """Return a point of an edge, a quarter along its curve, which leaves and arrives level."""
    start, end = at_rest(page, source), at_rest(page, target)
    x0, y0 = start["x"] + start["width"], start["y"] + start["height"] / 2
    x1, y1 = end["x"], end["y"] + end["height"] / 2
    t = 0.25
    shares = (3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    middle = (x0 + x1) / 2
    x = (1 - t) ** 3 * x0 + (shares[0] + shares[1]) * middle + shares[2] * x1
    y = ((1 - t) ** 3 + shares[0]) * y0 + (shares[1] + shares[2]) * y1
    return x, y


def dialog(page: Page, title: str) -> Locator:
    """Find an open dialog."""
    return page.get_by_role("dialog", name=title, exact=True)


def download(page: Page, button: str) -> bytes:
    """Press a button that saves a file; return what is in it."""
    with page.expect_download() as started:
        press(page, button)
    path = started.value.path()
    return path.read_bytes()


def upload(window: Locator, name: str, content: bytes, kind: str = "text/csv") -> None:
    """Choose a file in a dialog."""
    # The field lies under the button that stands for it, and is called like the file that was chosen last.
    window.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def message(page: Page) -> Locator:
    """Find what the page says under the transport bar."""
    return page.locator(".np-floating").get_by_role("status")
