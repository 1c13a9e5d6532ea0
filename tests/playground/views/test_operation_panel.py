"""The view of an operation, as far as it is Python: its bytes are read in the browser by offsets alone."""

import numpy as np

from playground.assets import STATIC
from playground.views.operation import OperationPanel, pack_numbers


def test_numbers_lie_row_by_row_one_matrix_after_the_other():
    first, second = np.arange(6.0).reshape(2, 3), np.array([[-1.5], [1e300]])
    packed = np.frombuffer(pack_numbers([first, second.T]), "<f4")
    np.testing.assert_array_equal(packed, [0, 1, 2, 3, 4, 5, -1.5, np.inf])
    # A view that is not contiguous is packed as it reads.
    np.testing.assert_array_equal(np.frombuffer(pack_numbers([first.T]), "<f4"), [0, 3, 1, 4, 2, 5])
    assert pack_numbers([]) == b""


def test_what_is_shown_reaches_the_browser():
    panel = OperationPanel()
    model = panel.get_root()
    operation = {"name": "dense1.z", "lamp": "forward", "matrices": []}
    panel.push(operation=operation, numbers=b"1234", cell={"sentence": "z = 1"})
    panel.running = True
    assert model.data.operation == operation
    assert model.data.numbers == b"1234"
    assert model.data.cell == {"sentence": "z = 1"}
    assert model.data.running is True


def test_every_file_of_the_view_is_part_of_it():
    files = list((STATIC / "js").glob("operation*.js"))
    assert len(files) == 4
    for path in files:
        assert path.read_text(encoding="utf-8") in OperationPanel._esm
