"""The tables of true classes and answers."""

import re

import numpy as np
import pytest

from playground.views.confusion import LONGEST_NAME, ConfusionView, cell_colors, contrast

TRAIN = np.array([[30, 10], [0, 0]])
TEST = np.array([[5, 5], [2, 6]])


def cells(text: str) -> list[tuple[str, str]]:
    return re.findall(r"<td[^>]*>([^<]*)<small>([^<]*)</small>", text)


def test_cells_hold_counts_and_shares_of_their_row():
    view = ConfusionView()
    view.draw(TRAIN, TEST, ["orange", "blue"])
    assert cells(view.pane.object) == [
        ("30", "75 %"), ("10", "25 %"), ("0", "–"), ("0", "–"),
        ("5", "50 %"), ("5", "50 %"), ("2", "25 %"), ("6", "75 %"),
    ]  # fmt: skip


def test_tables_are_read_aloud_with_their_headings():
    view = ConfusionView()
    view.draw(TRAIN, TEST, ["orange", "blue"])
    text = view.pane.object
    assert re.findall(r"<caption>([^<]*)", text) == ["Training set", "Test set"]
    assert re.findall(r'<th scope="row">([^<]*)', text) == ["orange", "blue"] * 2
    assert re.findall(r'<th scope="col">([^<]*)', text) == ["orange", "blue"] * 2


def test_names_of_a_file_are_no_markup_and_not_endless():
    view = ConfusionView()
    view.draw(TRAIN, TEST, ["<script>", "y" * 100])
    assert "<script>" not in view.pane.object
    assert "&lt;script&gt;" in view.pane.object
    assert "y" * LONGEST_NAME not in view.pane.object


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    # A pair whose value WCAG's own tools print.
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("dark", [False, True])
def test_every_cell_can_be_read(dark):
    for share in np.linspace(0, 1, 101):
        background, ink = cell_colors(float(share), dark)
        assert contrast(background, ink) >= 4.5


def test_the_tables_follow_the_page():
    view = ConfusionView()
    view.set_dark(True)
    view.draw(TRAIN, TEST, ["orange", "blue"])
    dark = view.pane.object
    view.set_dark(False)
    assert 'data-theme="dark"' in dark
    assert 'data-theme="light"' in view.pane.object
    assert cells(dark) == cells(view.pane.object)
