"""How values are spread: bands of bins over time."""

import numpy as np

from playground.theme import NEUTRAL
from playground.views.histograms import COLUMNS, HistogramsView, band_picture

EPOCHS = np.array([0.0, 50.0, 100.0])
COUNTS = np.array([[4, 0, 0], [1, 2, 1], [0, 0, 16]])
EDGES = np.array([-1.5, 0.0, 1.0, 2.25])


def test_a_column_shows_the_roots_of_the_shares_of_the_last_count():
    picture = band_picture(EPOCHS, COUNTS, 100.0)
    assert picture.shape == (3, COLUMNS)
    early, late = COLUMNS // 4, 3 * COLUMNS // 4
    np.testing.assert_array_equal(picture[:, early], [255, 0, 0])
    np.testing.assert_array_equal(picture[:, late], np.round(255 * np.sqrt([0.25, 0.5, 0.25])))


def test_there_is_nothing_before_the_first_count_and_after_the_last():
    picture = band_picture(np.array([50.0]), COUNTS[1:2], 100.0)
    assert not picture[:, : COLUMNS // 2].any()
    assert picture[:, COLUMNS // 2].any()
    assert not picture[:, COLUMNS // 2 + 2 :].any()


def test_counts_of_nothing_and_no_counts_are_empty():
    assert not band_picture(EPOCHS, np.zeros((3, 5)), 100.0).any()
    assert not band_picture(np.zeros(0), np.zeros((0, 5)), 1.0).any()


def test_uneven_moments_keep_their_place():
    picture = band_picture(np.array([0.0, 10.0, 80.0]), COUNTS, 80.0)
    middle = COLUMNS // 2
    np.testing.assert_array_equal(picture[:, middle], np.round(255 * np.sqrt([0.25, 0.5, 0.25])))


def test_the_first_layer_is_on_top_with_its_name_and_limits():
    view = HistogramsView()
    view.draw(
        [("dense1", EPOCHS, COUNTS, EDGES), ("dense2", EPOCHS, COUNTS, 10 * EDGES)], "Activations over the training"
    )
    assert view.figure.title.text == "Activations over the training"
    names = view.figure.yaxis[0].major_label_overrides
    heights = {name: height for height, name in names.items()}
    assert heights["dense1"] > heights["dense2"]
    limits = sorted(view._right.major_label_overrides.items())
    assert [text for _, text in limits] == ["−15", "22.5", "−1.5", "2.25"]
    # The limits of a layer lie within its band.
    band = view._source.data["y"]
    assert band[0] < limits[2][0] < limits[3][0] < band[0] + 1
    assert view.figure.x_range.end == 100.0


def test_layers_can_come_and_go():
    view = HistogramsView()
    track = ("dense1", EPOCHS, COUNTS, EDGES)
    for count in (3, 1, 0, 2):
        view.draw([track] * count)
        assert len(view._source.data["image"]) == count
        assert view.figure.y_range.end == max(1, count)


def test_no_share_is_the_page():
    for dark, name in ((False, "light"), (True, "dark")):
        view = HistogramsView()
        view.set_dark(dark)
        assert view._mapper.palette[0] == NEUTRAL[name]


def test_the_very_first_count_can_be_seen():
    view = HistogramsView()
    view.draw([("dense1", EPOCHS[:1], COUNTS[:1], EDGES)])
    assert view.figure.x_range.end == 1.0
    assert view._source.data["image"][0][:, 0].tolist() == [255, 0, 0]
