"""How the values inside a network are spread, layer by layer, over the training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, FixedTicker, LinearAxis, LinearColorMapper, NumeralTickFormatter, Range1d
from bokeh.plotting import figure

from playground.views.figures import hold_axis_sizes, plain_figure, sequential_palette, short

# Title, epochs [T], counts [T, BINS], edges [BINS + 1].
Track = tuple[str, npt.NDArray[np.floating], npt.NDArray[np.floating], npt.NDArray[np.floating]]

COLUMNS = 160
_BAND = 0.86
_BAND_HEIGHT, _FRAME_HEIGHT = 84, 90


def band_picture(
    epochs: npt.NDArray[np.floating], counts: npt.NDArray[np.floating], end: float
) -> npt.NDArray[np.uint8]:
    """Return shares of values as a picture [BINS, COLUMNS], time running right from 0 to `end`, lowest bin first.

    Parameters
    ----------
    epochs : ndarray, shape [T]
        When it was counted, in ascending order.
    counts : ndarray, shape [T, BINS]
    end : float

    Returns
    -------
    ndarray of uint8
        255 times the root of the share, so that tails can be seen. A count holds until the next; before the first,
        after the last, and where nothing was counted it is 0.
    """
    picture = np.zeros((counts.shape[1], COLUMNS), np.uint8)
    if not len(epochs):
        return picture
    total = counts.sum(axis=1, keepdims=True, dtype=np.float64)
    shares = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    levels = np.round(255 * np.sqrt(shares)).astype(np.uint8)
    starts = np.arange(COLUMNS) / COLUMNS * end
    # The newest count by the end of a column; the last column is closed.
    row = np.searchsorted(epochs, [*starts[1:], np.inf], side="left") - 1
    known = (row >= 0) & (starts <= epochs[-1])
    picture[:, known] = levels[row[known]].T
    return picture


class HistogramsView:
    """One Bokeh figure with a band for each layer, the first on top: time to the right, values upwards."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({"image": [], "y": [], "dw": []})
        self._mapper = LinearColorMapper(low=0, high=255, palette=sequential_palette(False))
        self._figure: figure = plain_figure(
            "Values", height=_FRAME_HEIGHT + _BAND_HEIGHT, sizing_mode="stretch_width", x_axis_label="epoch",
            x_range=Range1d(0, 1), y_range=Range1d(0, 1),
        )  # fmt: skip
        self._figure.grid.visible = False
        self._figure.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        self._figure.image(
            "image", source=self._source, x=0, y="y", dw="dw", dh=_BAND, color_mapper=self._mapper
        )
        self._names, self._limits = FixedTicker(ticks=[]), FixedTicker(ticks=[])
        self._figure.yaxis.ticker = self._names
        self._figure.yaxis.major_tick_line_color = None
        self._right = LinearAxis(
            ticker=self._limits, axis_line_color=None, minor_tick_line_color=None, major_tick_line_color=None
        )
        hold_axis_sizes(self._right)
        self._figure.add_layout(self._right, "right")
        self.pane = pn.pane.Bokeh(self._figure, sizing_mode="stretch_width", margin=0)

    @property
    def figure(self) -> figure:
        """The Bokeh figure, to be saved as a picture."""
        return self._figure

    def draw(self, tracks: Sequence[Track], title: str = "Values") -> None:
        """Show how values are spread over their bins.

        Parameters
        ----------
        tracks : sequence of (title, epochs [T], counts [T, BINS], edges [BINS + 1])
            One for each layer, the first layer first.
        title : str
            Which values they are.
        """
        self._figure.title.text = title
        count = len(tracks)
        end = max([0.0, *(float(epochs[-1]) for _, epochs, _, _ in tracks if len(epochs))]) or 1.0
        bottoms = [count - 1 - k + (1 - _BAND) / 2 for k in range(count)]
        self._source.data = {
            "image": [band_picture(epochs, counts, end) for _, epochs, counts, _ in tracks],
            "y": bottoms,
            "dw": [end] * count,
        }
        middles = [bottom + _BAND / 2 for bottom in bottoms]
        self._names.ticks = middles
        self._figure.yaxis.major_label_overrides = dict(zip(middles, (name for name, *_ in tracks), strict=True))
        # A little inside the band, so that the limits of neighbours keep apart.
        low, high = 0.1 * _BAND, 0.9 * _BAND
        limits = {
            bottom + place: short(float(edge))
            for bottom, (_, _, _, edges) in zip(bottoms, tracks, strict=True)
            for place, edge in ((low, edges[0]), (high, edges[-1]))
        }
        self._limits.ticks = list(limits)
        self._right.major_label_overrides = limits
        self._figure.x_range.end = end
        self._figure.y_range.end = max(1, count)
        self._figure.height = _FRAME_HEIGHT + _BAND_HEIGHT * max(1, count)

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._mapper.palette = sequential_palette(dark)
