"""What the colours and marks of the plane mean."""

from engine.datasets.dataset import Task
from playground.theme import CLASS_COLORS, NEGATIVE, POSITIVE
from playground.views.legend import LONGEST_NAME, Legend


def test_two_classes_have_a_scale_with_both_ends_named():
    legend = Legend()
    legend.set_data(Task.CLASSIFICATION, 2)
    text = legend.pane.object
    assert "0 · orange: class 0, below ½" in text
    assert "blue: class 1, above ½ · 1" in text
    for mark in ("training point", "test point", "ringed: in the last batch"):
        assert mark in text
    assert text.index(NEGATIVE) < text.index(POSITIVE), "from orange to blue"


def test_an_answer_that_is_no_probability_has_its_border_at_zero():
    legend = Legend()
    legend.set_data(Task.CLASSIFICATION, 2, probability=False)
    assert "−1 · orange: class 0, below 0" in legend.pane.object
    assert "blue: class 1, above 0 · 1" in legend.pane.object


def test_a_single_neuron_has_no_classes():
    legend = Legend()
    legend.set_data(Task.CLASSIFICATION, 4)
    legend.show_unit(("−1 and less", "0", "1 and more"))
    assert "class" not in legend.pane.object.split("np-legend")[1].split("training point")[0].replace('class="', "")
    assert "1 and more" in legend.pane.object
    legend.show_unit(None)
    assert "class 3" in legend.pane.object


def test_several_classes_have_a_swatch_each():
    legend = Legend()
    legend.set_data(Task.CLASSIFICATION, 4, ["north", "east", "south", "west"])
    text = legend.pane.object
    places = [text.index(f"background: {color}") for color in CLASS_COLORS[:4]]
    assert places == sorted(places)
    assert CLASS_COLORS[4] not in text
    assert "pink: west" in text
    assert "below 0" not in text
    assert "paler: less sure" in text
    legend.set_discrete(True)
    assert "paler" not in legend.pane.object, "rounded answers have no shades"


def test_real_values_have_numbers():
    legend = Legend()
    legend.set_data(Task.REGRESSION, 0)
    assert "−1 and less" in legend.pane.object
    assert "class" not in legend.pane.object.replace('class="', "")


def test_names_of_a_file_are_no_markup_and_not_endless():
    for classes in (2, 3):
        legend = Legend()
        legend.set_data(Task.CLASSIFICATION, classes, ['<img src="x">', "y" * 200, "z"][:classes])
        text = legend.pane.object
        assert "<img" not in text
        assert "&lt;img src=&quot;x&quot;&gt;" in text
        assert "y" * (LONGEST_NAME - 1) + "…" in text
        assert "y" * LONGEST_NAME not in text


def test_the_legend_follows_the_page():
    legend = Legend()
    assert 'data-theme="light"' in legend.pane.object
    legend.set_dark(True)
    assert 'data-theme="dark"' in legend.pane.object
