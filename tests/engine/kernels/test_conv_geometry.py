"""The row of numbers that describes a window to the kernels."""

from __future__ import annotations

import numpy as np
import pytest

from engine.kernels import conv_geometry as cg


def test_missing_axes_are_in_front_and_of_length_one():
    row = cg.geometry_row((28, 14), 3, (5, 2), 6, (14, 7), stride=(2, 1), dilation=(1, 3), padding=(2, 0), flip=True)
    assert row.dtype == np.int64
    assert row.tolist() == [1, 28, 14, 3, 1, 5, 2, 6, 1, 14, 7, 1, 2, 1, 1, 1, 3, 0, 2, 0, 1, 0]
    line = cg.geometry_row((9,), 2, (3,), 4, (7,), count_padding=True)
    assert line[cg.SPACE : cg.SPACE + 3].tolist() == [1, 1, 9]
    assert line[cg.COUNT_PADDING] == 1


def test_a_wrong_number_of_axes_is_refused():
    with pytest.raises(ValueError, match="one, two or three axes, got 4"):
        cg.geometry_row((1, 2, 3, 4), 1, (1,) * 4, 1, (1,) * 4)
    with pytest.raises(ValueError, match=r"2 axes of space need 2 numbers each, got \(3,\)"):
        cg.geometry_row((5, 5), 1, (3,), 1, (3, 3))


def test_reading_it_does_not_import_numba(python):
    assert python("import sys, engine.kernels.conv_geometry; print('numba' in sys.modules)").strip() == "False"
