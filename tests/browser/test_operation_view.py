"""A student inside the live network: operation by operation, with the numbers behind every number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.student import Opener, box, press, wait_until
from tests.browser.test_accessibility import looked_at

# Two hidden layers of three, batches of six: every matrix is in sight as a whole.
SMALL = "?hidden=3,3&batch_size=6&samples=60"


@pytest.fixture
def stepping(open_page: Opener) -> Page:
    """Open the small network, step by step."""
    return opened(open_page)


def opened(open_page: Opener, query: str = SMALL, **options: int) -> Page:
    page = open_page(query, **options)
    press(page, "Step by step")
    expect(page.get_by_text("Nothing has run yet", exact=False)).to_be_visible()
    return page


def operation(page: Page) -> Locator:
    return page.get_by_role("region", name="The operation that has just run", exact=True)


def title(page: Page) -> Locator:
    return operation(page).get_by_role("heading")


def run_through(page: Page, name: str) -> None:
    """Have the listing run until the operation of that name has just run."""
    lines = page.locator(".np-listing .line")
    names = page.locator(".np-listing .line .name").evaluate_all("nodes => nodes.map((node) => node.firstChild.data)")
    index = names.index(name)
    if index + 1 < len(names):
        # Not by the pointer: it would scroll the page to the line.
        lines.nth(index + 1).dispatch_event("click")
    else:
        press(page, "Update")
    expect(title(page)).to_have_text(name)


def matrix(page: Page, name: str, role: str = "operand") -> Locator:
    return operation(page).get_by_role("grid", name=re.compile(rf"^{name}, .*{role}$"))


def cell(table: Locator, row: int, column: int) -> Locator:
    """Find a cell by its place, from 0; the first row of a table are the heads of its columns."""
    return table.get_by_role("row").nth(row + 1).get_by_role("gridcell").nth(column)


def value(text: str) -> float:
    return float(text.replace("−", "-"))


def numbers(table: Locator) -> list[list[float]]:
    """Read a matrix that is in sight as a whole."""
    rows = table.get_by_role("row").all()[1:]
    return [[value(text) for text in row.get_by_role("gridcell").all_inner_texts()] for row in rows]


def lamp(page: Page) -> str:
    return operation(page).locator(".lamp[aria-current='step']").inner_text()


def written_sum(page: Page) -> Locator:
    return operation(page).locator(".sum")


def test_a_cell_of_a_weights_gradient_is_the_sum_of_what_is_shown(stepping: Page) -> None:
    page = stepping
    run_through(page, "dense2.dW")
    expect(operation(page)).to_contain_text("dW2[:] = a1.T @ dz2")
    expect(operation(page)).to_contain_text("dW2 [3 × 3] = a1ᵀ [3 × 6] · dz2 [6 × 3]")
    chosen = cell(matrix(page, "dW2", "result"), 2, 1)
    chosen.click()
    expect(written_sum(page)).to_have_text(re.compile(r"^dW2\[2, 1\] = "))
    expect(chosen).to_have_attribute("aria-selected", "true")
    # The column of each operand that it came from is lit, and nothing else.
    left, right = matrix(page, "a1"), matrix(page, "dz2")
    for table, column in ((left, 2), (right, 1)):
        expect(table.locator(".cell.lit")).to_have_count(6)
        for row in range(6):
            expect(cell(table, row, column)).to_have_class(re.compile(r"\blit\b"))
    text = written_sum(page).inner_text().split(" = ")
    said = value(text[-1])
    a, d = numbers(left), numbers(right)
    expected = sum(a[row][2] * d[row][1] for row in range(6))
    # The cells show three digits, the sum four.
    scale = sum(abs(a[row][2] * d[row][1]) for row in range(6))
    assert said == pytest.approx(expected, abs=0.02 * scale + 1e-5)
    # Its own numbers, multiplied and added, give it to the digit.
    products = [value(x) * value(y) for x, y in re.findall(r"\(?(−?[\d.e−]+)\)?·\(?(−?[\d.e−]+)\)?", text[1])]
    assert len(products) == 6
    assert said == pytest.approx(sum(products), rel=2e-3, abs=1e-3 * scale)


def test_a_step_back_shows_the_operation_before_with_its_numbers(stepping: Page) -> None:
    page = stepping
    run_through(page, "dense2.delta")
    before = numbers(matrix(page, "dz2", "result"))
    press(page, "Step forward")
    expect(title(page)).to_have_text("dense2.dW")
    press(page, "Step back")
    expect(title(page)).to_have_text("dense2.delta")
    assert numbers(matrix(page, "dz2", "result")) == before


def test_one_example_shows_its_share(stepping: Page) -> None:
    page = stepping
    run_through(page, "dense2.dW")
    examples = operation(page).get_by_label("Examples", exact=True)
    expect(examples).to_have_value("-1")
    whole = numbers(matrix(page, "dW2", "result"))
    total = [[0.0] * 3 for _ in range(3)]
    for k in range(6):
        examples.select_option(str(k))
        expect(operation(page)).to_contain_text("all shares add up to dW2")
        expect(examples).to_have_value(str(k))
        name = re.search(r"Example (\d+) ", examples.locator("option").nth(k + 1).inner_text())
        assert name
        expect(matrix(page, "a1").get_by_role("rowheader")).to_have_text([name[1]])
        expect(operation(page).locator(".reading")).to_contain_text(f"Share of example {name[1]} ")
        part = numbers(matrix(page, "dW2", "result"))
        total = [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(total, part, strict=True)]
    largest = max(abs(x) for row in whole for x in row)
    for mine, theirs in zip(total, whole, strict=True):
        assert mine == pytest.approx(theirs, abs=0.02 * largest)
    cell(matrix(page, "dW2", "result"), 0, 0).click()
    expect(written_sum(page)).to_contain_text("All 6 shares add up to")


def test_the_lamps_light_in_order_and_lead_to_the_end_of_their_move(stepping: Page) -> None:
    page = stepping
    page.get_by_label("Grain", exact=True).select_option("phase")
    ends = []
    for name in ("Forward", "Forward", "Backward", "Update"):
        before = title(page).all_inner_texts()
        press(page, "Step forward")
        expect(title(page)).to_have_text(re.compile(rf"^(?!{re.escape(before[0]) if before else '-'}$)."))
        expect(operation(page).locator(".lamp[aria-current='step']")).to_have_text(name)
        ends.append(title(page).inner_text())
    assert ends == ["dense3.z", "loss.loss", "dense1.db", "optimizer.w"]
    for name, end in (("Batch", "batch.x"), ("Backward", "dense1.db"), ("Forward", "loss.loss")):
        press(page, name)
        expect(title(page)).to_have_text(end)
        assert lamp(page) == name


def test_keys_walk_through_the_cells_and_leave_the_experiment_where_it_is(stepping: Page) -> None:
    page = stepping
    run_through(page, "dense2.z")
    table = matrix(page, "z2", "result")
    cell(table, 0, 0).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(cell(table, 2, 1)).to_be_focused()
    expect(operation(page).locator(".reading")).to_contain_text("neuron 2 of dense2")
    page.keyboard.press("Enter")
    expect(written_sum(page)).to_have_text(re.compile(r"^z2\[2, 1\] = "))
    expect(cell(table, 2, 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(written_sum(page)).to_have_text(re.compile("^Choose a number of z2"))
    expect(title(page)).to_have_text("dense2.z")


def test_the_listing_marks_what_has_run_and_the_diagram_lights_it(stepping: Page) -> None:
    page = stepping
    run_through(page, "dense2.a")
    expect(page.locator(".np-listing .line.ran")).to_contain_text("dense2.a")
    expect(page.locator(".np-listing [aria-current='step']")).to_contain_text("dense3.z")
    expect(page.locator(".np-diagram .unit.lit")).to_have_count(3)
    # The next one is for who steps to it, and its words have made room for the view.
    expect(page.get_by_role("region", name="The next operation")).to_have_count(0)


def test_gradients_stand_on_the_diagram_from_backward_until_the_next_batch(stepping: Page) -> None:
    page = stepping
    words = page.get_by_text(re.compile("^δ = ∂L/∂z, mean of the batch"))

    def painted() -> int:
        """Count what is painted over the network."""
        return page.locator(".np-diagram canvas").nth(2).evaluate(
            """canvas => {
              const copy = document.createElement('canvas')
              Object.assign(copy, {width: canvas.width, height: canvas.height})
              const context = copy.getContext('2d', {willReadFrequently: true})
              context.drawImage(canvas, 0, 0)
              const {data} = context.getImageData(0, 0, copy.width, copy.height)
              return data.filter((alpha, k) => k % 4 === 3 && alpha > 0).length }"""
        )

    run_through(page, "loss.loss")
    expect(words).to_be_hidden()
    assert painted() == 0
    run_through(page, "loss.dz3")
    expect(words).to_be_visible()
    plates = painted()
    assert plates > 0
    run_through(page, "dense3.dW")
    assert painted() > plates
    run_through(page, "optimizer.w")
    expect(words).to_be_visible()
    press(page, "Batch")
    expect(title(page)).to_have_text("batch.x")
    expect(words).to_be_hidden()
    assert painted() == 0


def test_fast_it_lies_still_and_says_so(stepping: Page) -> None:
    page = stepping
    run_through(page, "dense1.z")
    press(page, "Play")
    expect(page.get_by_text("It runs too fast to follow", exact=False)).to_be_visible()
    expect(title(page)).to_have_text("dense1.z")
    press(page, "Pause")
    expect(title(page)).to_have_text("optimizer.w")
    page.get_by_label("Speed", exact=True).select_option("slow")
    press(page, "Play")
    expect(title(page)).to_have_text("dense1.a", timeout=10_000)
    press(page, "Pause")


@pytest.mark.parametrize("height", [800, 900])
def test_diagram_and_matrices_are_in_sight_together(open_page: Opener, height: int) -> None:
    page = opened(open_page, "?stage=network", height=height)
    run_through(page, "dense2.dW")
    network, result = box(page.get_by_role("group", name="The network")), box(matrix(page, "dW2", "result"))
    assert result["x"] > network["x"] + network["width"]
    for name, role in (("dW2", "result"), ("a1", "operand"), ("dz2", "operand")):
        place = box(matrix(page, name, role))
        assert place["y"] + place["height"] <= height
        assert place["x"] + place["width"] <= 1280


def test_closed_again_all_is_as_before(open_page: Opener) -> None:
    page = open_page(SMALL)
    grain = page.get_by_label("Grain", exact=True)
    network = page.get_by_role("group", name="The network")
    before = box(network)
    press(page, "Step by step")
    expect(grain).to_have_value("op")
    expect(operation(page)).to_be_visible()
    assert box(network) != before
    press(page, "Step by step")
    expect(operation(page)).to_be_hidden()
    expect(grain).to_have_value("batch")
    wait_until(page, lambda: box(network) == before)


def test_of_a_long_vector_only_what_is_in_sight_is_built(open_page: Opener) -> None:
    page = opened(open_page, "?hidden=16,16,16&optimizer=sgd")
    press(page, "Update")
    expect(title(page)).to_have_text("optimizer.w")
    table = matrix(page, "w", "result")
    assert table.get_by_role("row").count() < 40
    expect(table).to_have_attribute("aria-rowcount", str(2 * 16 + 16 + 2 * (16 * 16 + 16) + 17))
    table.get_by_role("gridcell").first.focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    page.keyboard.press("Enter")
    expect(written_sum(page)).to_have_text(re.compile(r"^w\[\d\d\] = "))


# Each width and each theme once: they do not depend on each other.
@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_it_is_accessible(open_page: Opener, theme: str, width: int) -> None:
    page = opened(open_page, f"?stage=network&theme={theme}", width=width)
    looked_at(page)
    run_through(page, "dense2.z")
    cell(matrix(page, "z2", "result"), 1, 1).click()
    expect(written_sum(page)).to_have_text(re.compile(r"^z2\[1, 1\] = "))
    looked_at(page)
    press(page, "Backward")
    expect(title(page)).to_have_text("dense1.db")
    looked_at(page)
    press(page, "Update")
    expect(title(page)).to_have_text("optimizer.w")
    looked_at(page)
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0


def test_after_a_click_on_the_switch_the_arrows_step_the_network(open_page: Opener) -> None:
    page = open_page(SMALL)
    # By the pointer, as a student does: Material's group of buttons would take the arrows for itself.
    page.get_by_role("button", name="Step by step", exact=True).click()
    expect(page.get_by_text("Nothing has run yet", exact=False)).to_be_visible()
    expect(page.get_by_label("Grain", exact=True)).to_have_value("op")
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_have_text("batch.x")


def test_a_button_reached_by_the_tab_key_keeps_its_own_keys(open_page: Opener) -> None:
    page = open_page(SMALL)
    page.get_by_role("button", name="Pin and compare", exact=True).click()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Step by step", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("Nothing has run yet", exact=False)).to_be_visible()
