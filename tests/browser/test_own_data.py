"""A student's own points: drawn on the plane, typed, and brought as a file."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser import student
from tests.browser.student import Opener, all_points, download, message, number, place, press, stand_at, wait_until

ORANGE, BLUE = "#DE7300", "#0072B2"
TITLE = "Your own data"


def draw(page: Page) -> None:
    page.get_by_label("Draw", exact=True).check()
    expect(page.get_by_role("button", name="Erase all", exact=True)).to_be_visible()
    wait_until(page, lambda: student.cursor(page) == "copy")


def take(page: Page, tool: str, cursor: str) -> None:
    press(page, tool)
    wait_until(page, lambda: student.cursor(page) == cursor)


def near(page: Page, x: float, y: float, reach: float = 0.15) -> list[str]:
    """Return the colours of the points at a place."""
    return [color for px, py, color in all_points(page) if abs(px - x) < reach and abs(py - y) < reach]


def test_a_click_adds_a_point_of_the_chosen_class_and_training_goes_on(open_page: Opener) -> None:
    page = open_page("?data=circle&hidden=4&learning_rate=0.03")
    student.to_epoch(page, 8)
    trained = number(page, "Loss")
    draw(page)
    count = len(all_points(page))
    page.mouse.click(*place(page, -5.5, 5.0))
    wait_until(page, lambda: len(all_points(page)) == count + 1)
    assert near(page, -5.5, 5.0) == [ORANGE]
    student.choose(page, "Class of new points", "blue")
    page.mouse.click(*place(page, 5.0, -5.5))
    wait_until(page, lambda: len(all_points(page)) == count + 2)
    assert near(page, 5.0, -5.5) == [BLUE]
    # The weights are those of before: two points more hardly change the loss, and untrained it was far higher.
    assert number(page, "Loss") == pytest.approx(trained, abs=0.05)
    expect(page.get_by_role("radio", name="Your own", exact=True)).to_be_checked()
    press(page, "Step forward")
    stand_at(page, "^Epoch 1 · batch 1 ")


def test_a_point_is_moved_and_erased(open_page: Opener) -> None:
    page = open_page("?data=circle&samples=10")
    draw(page)
    page.mouse.click(*place(page, -5.0, 5.0))
    wait_until(page, lambda: near(page, -5.0, 5.0) == [ORANGE])
    take(page, "Move", "grab")
    page.mouse.move(*place(page, -5.0, 5.0))
    page.mouse.down()
    page.mouse.move(*place(page, 0.0, 5.2), steps=4)
    page.mouse.move(*place(page, 5.0, 5.0), steps=4)
    page.mouse.up()
    wait_until(page, lambda: near(page, 5.0, 5.0) == [ORANGE])
    assert near(page, -5.0, 5.0) == []
    assert len(all_points(page)) == 11
    take(page, "Erase", "crosshair")
    page.mouse.click(*place(page, 5.0, 5.0))
    wait_until(page, lambda: len(all_points(page)) == 10)
    assert near(page, 5.0, 5.0) == []


def test_after_erase_all_it_says_how_many_are_needed(open_page: Opener) -> None:
    page = open_page("?data=circle")
    press(page, "Step forward")
    stand_at(page, "batch 2")
    draw(page)
    press(page, "Erase all")
    expect(message(page)).to_contain_text("draw at least 10 points: there are 0")
    wait_until(page, lambda: all_points(page) == [])
    page.mouse.click(*place(page, 1.0, 1.0))
    expect(message(page)).to_contain_text("draw at least 10 points: there is 1")
    # The network still trains on the points that it has, also in the middle of a batch.
    page.get_by_label("Grain", exact=True).select_option("op")
    press(page, "Step forward")
    stand_at(page, "next dense1.z$")
    assert near(page, 1.0, 1.0) == [ORANGE]
    for k in range(2, 11):
        page.mouse.click(*place(page, -5 + k, -4.0))
        wait_until(page, lambda k=k: len(all_points(page)) == k)
    expect(message(page)).to_contain_text("all points are of one class")
    student.choose(page, "Class of new points", "blue")
    page.mouse.click(*place(page, 3.0, 3.0))
    wait_until(page, lambda: len(all_points(page)) == 11)
    expect(page.get_by_role("radio", name="Your own", exact=True)).to_be_checked()
    press(page, "Step forward")
    stand_at(page, "next dense1.z$")


def test_points_are_drawn_by_keyboard_alone(open_page: Opener) -> None:
    page = open_page("?data=circle&samples=10")
    page.get_by_label("Draw", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("combobox", name="Class of new points")).to_have_text("orange")
    typed = page.get_by_label("Or type a place", exact=True)
    typed.focus()
    page.keyboard.type("5.5, -5.25")
    page.keyboard.press("Enter")
    wait_until(page, lambda: near(page, 5.5, -5.25, 1e-3) == [ORANGE])
    assert len(all_points(page)) == 11
    expect(typed).to_have_value("")
    page.keyboard.type("up there")
    page.keyboard.press("Enter")
    expect(page.get_by_text("two numbers, such as 1.5, -2", exact=True)).to_be_visible()
    assert len(all_points(page)) == 11


def test_an_empty_plane_with_more_classes(open_page: Opener) -> None:
    page = open_page()
    page.get_by_role("radio", name="Your own", exact=True).click()
    student.choose(page, "Classes to draw", "4")
    press(page, "Draw on an empty plane")
    expect(student.dialog(page, TITLE)).to_be_hidden()
    wait_until(page, lambda: all_points(page) == [])
    wait_until(page, lambda: student.cursor(page) == "copy")
    student.choose(page, "Class of new points", "pink")
    page.mouse.click(*place(page, 2.0, 2.0))
    wait_until(page, lambda: near(page, 2.0, 2.0) == ["#CC79A7"])


# ---------------------------------------------------------------------------------------------------- files


def table(rows: int = 40, header: str = "x1,x2,label", separator: str = ",") -> bytes:
    """Two groups of points of which each lies to one side of 0."""
    generator = np.random.default_rng(3)
    lines = [header] if header else []
    for k in range(rows):
        x, y = generator.uniform(1, 4, 2) * (1 if k % 2 else -1)
        lines.append(f"{x:.3f}{separator}{y:.3f}{separator}{k % 2}")
    return "\n".join(lines).encode()


def offer(page: Page, content: bytes, name: str = "points.csv") -> None:
    """Choose a file in the dialog, which is opened if it is not."""
    if not student.dialog(page, TITLE).is_visible():
        page.get_by_role("radio", name="Your own", exact=True).click()
    student.upload(student.dialog(page, TITLE), name, content)


def use(page: Page) -> None:
    press(page, "Use these points")
    expect(student.dialog(page, TITLE)).to_be_hidden()
    expect(page.get_by_role("radio", name="Your own", exact=True)).to_be_checked()


def test_a_file_of_points_is_learned_from(open_page: Opener) -> None:
    page = open_page("?hidden=2")
    # With a header and without, with semicolons and with tabs, each with a row less to be told apart.
    for rows, form in ((40, {}), (39, {"header": ""}), (38, {"separator": ";", "header": "x1;x2;label"}),
                       (37, {"separator": "\t", "header": "a\tb\tc"})):  # fmt: skip
        offer(page, table(rows, **form))
        expect(student.dialog(page, TITLE)).to_contain_text(f"{rows} rows. Choose what to look at.")
        use(page)
        wait_until(page, lambda rows=rows: len(all_points(page)) == rows)
        found = all_points(page)
        assert {color for x, _, color in found if x > 0} == {BLUE}
        assert {color for x, _, color in found if x < 0} == {ORANGE}
    student.to_epoch(page, 2)
    # What is downloaded again are these very points.
    press(page, "Save and export")
    rows = list(csv.reader(io.StringIO(download(page, "Points as CSV").decode("utf-8-sig"))))
    back = {(round(float(x), 3), round(float(y), 3), label) for x, y, label, *_ in rows[1:]}
    assert back == {(round(x, 3), round(y, 3), str(int(color == BLUE))) for x, y, color in found}


def test_columns_are_chosen_among_four(open_page: Opener) -> None:
    lines = ["age,height,weight,score,kind"]
    lines += [f"{20 + k},{150 + 1.5 * k},{50 + (k * 7) % 30},{k / 10},{'ab'[k % 2]}" for k in range(30)]
    page = open_page()
    offer(page, "\n".join(lines).encode(), "people.csv")
    student.choose(page, "Input x₁", "height")
    student.choose(page, "Input x₂", "weight")
    expect(page.get_by_role("combobox", name="Class or target", exact=True)).to_have_text("kind")
    # The same column twice is no choice.
    student.choose(page, "Input x₂", "height")
    press(page, "Use these points")
    expect(student.dialog(page, TITLE)).to_contain_text("choose three different columns")
    student.choose(page, "Input x₂", "weight")
    use(page)
    expect(message(page)).to_contain_text("height runs from 150 to 193.5 and is drawn from −5 to 5")
    labels = page.evaluate(
        """() => [...Bokeh.documents].flatMap((document) => [...document._all_models.values()])
          .filter((model) => model.type === 'LinearAxis').map((axis) => axis.axis_label?.text ?? axis.axis_label)"""
    )
    assert {"height", "weight"} <= set(labels)
    expect(page.get_by_text("a, below ½", exact=False)).to_be_visible()


def test_a_target_of_numbers_is_a_regression(open_page: Opener) -> None:
    page = open_page("?hidden=2")
    lines = ["x1,x2,target", *(f"{k / 10},{-k / 10},{k / 40 - 0.37}" for k in range(-30, 31))]
    offer(page, "\n".join(lines).encode())
    student.choose(page, "The target is", "Numbers to predict")
    use(page)
    expect(page.get_by_label("R²", exact=True)).to_be_visible()
    student.to_epoch(page, 2)
    # Drawing into it asks for a target, no class.
    draw(page)
    expect(page.get_by_text("Target of new points", exact=False)).to_be_visible()
    expect(page.get_by_label("Class of new points", exact=True)).to_be_hidden()


GOOD = b"x1,x2,label\n" + b"".join(b"%d,%d,%d\n" % (k % 5, k % 3, k % 2) for k in range(20))
BAD = {
    "empty": (b"", "the file is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4, "this is not a text file"),
    "many rows": (b"1,2,0\n3,4,1\n" * 10_000, "more than 5,000 rows"),
    "separator": (GOOD.replace(b",", b"|"), "the file has one column: separate the columns by commas"),
    "ragged": (GOOD + b"1,2\n", "row 22 has 2 cells"),
    "words": (b"a,b,c\nd,e,f\n" * 10, "0 of them with numbers"),
}


def test_a_bad_file_is_answered_and_nothing_is_lost(open_page: Opener) -> None:
    page = open_page()
    press(page, "Step forward")
    stand_at(page, "batch 2")
    before, drawn = student.numbers(page), all_points(page)
    for content, answer in BAD.values():
        offer(page, content)
        expect(student.dialog(page, TITLE)).to_contain_text(answer)
        expect(page.get_by_role("button", name="Use these points", exact=True)).to_be_hidden()
    # A good one after it is taken, or the dialog is left: the experiment is where it was.
    offer(page, GOOD)
    expect(page.get_by_role("button", name="Use these points", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(student.dialog(page, TITLE)).to_be_hidden()
    assert student.numbers(page) == before
    assert all_points(page) == drawn
    expect(page.get_by_role("radio", name="Spiral", exact=True)).to_be_checked()
    press(page, "Step forward")
    stand_at(page, "batch 3")


def test_a_million_rows_are_refused(open_page: Opener) -> None:
    page = open_page()
    before = all_points(page)
    # The browser does not even send so much; panel-material-ui tells the console too.
    page.evaluate(
        """() => {
          const said = console.error
          console.error = (...words) => words[0] === "Upload error:" || said(...words)
        }"""
    )
    offer(page, b"1.25,2.5,0\n-3.5,4.25,1\n" * 500_000)
    expect(student.dialog(page, TITLE)).to_contain_text("it has more than 2 MB")
    page.keyboard.press("Escape")
    expect(student.dialog(page, TITLE)).to_be_hidden()
    press(page, "Step forward")
    stand_at(page, "batch 2")
    assert all_points(page) == before


def test_a_cell_that_is_no_number_is_named_by_row_and_column(open_page: Opener) -> None:
    page = open_page()
    offer(page, GOOD.replace(b"\n3,0,1\n", b"\n3,NaN,1\n", 1))
    press(page, "Use these points")
    expect(student.dialog(page, TITLE)).to_contain_text("row 5, column x2: 'NaN' is not a number")
    expect(student.dialog(page, TITLE)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("radio", name="Spiral", exact=True)).to_be_checked()
    press(page, "Step forward")
    stand_at(page, "batch 2")


def test_formulas_and_markup_in_a_file_stay_text(open_page: Opener) -> None:
    page = open_page()
    rows = ["x1,x2,label"]
    hostile = ["=cmd|' /C calc'!A0", "<img src=x onerror=\"alert(1)\">"]
    rows += [f'{k % 5},{k % 3},"{hostile[k % 2].replace(chr(34), chr(34) * 2)}"' for k in range(20)]
    offer(page, "\n".join(rows).encode())
    use(page)
    # The legend names the classes as they are written.
    expect(page.get_by_text("<img src=x", exact=False).first).to_be_visible()
    expect(page.get_by_text("=cmd|' /C calc'!A0", exact=False).first).to_be_visible()
    assert page.title() == "Neural Playground"
    assert page.locator("img[src='x']").count() == 0
    # In the download a spreadsheet would not run it.
    press(page, "Save and export")
    saved = list(csv.reader(io.StringIO(download(page, "Points as CSV").decode("utf-8-sig"))))
    assert {row[2] for row in saved[1:]} == {"'" + hostile[0], hostile[1]}


def test_a_data_set_is_downloaded_with_its_parts(open_page: Opener) -> None:
    page = open_page("?data=moons&samples=60")
    shown = {(round(x, 4), round(y, 4)) for x, y, _ in student.points(page)}
    press(page, "Save and export")
    rows = list(csv.DictReader(io.StringIO(download(page, "Points as CSV").decode("utf-8-sig"))))
    assert len(rows) == 60
    assert {(round(float(r["x1"]), 4), round(float(r["x2"]), 4)) for r in rows if r["split"] == "train"} == shown
