"""The arrays in `engine/datasets/files`, whose README says where they come from and under which licences."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["shipped"]


@cache
def shipped(name: str) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of the file of that name, without its suffix; they are read once and cannot be written."""
    with files("engine.datasets").joinpath("files", f"{name}.npz").open("rb") as stream:
        found = np.load(stream, allow_pickle=False)
        arrays = {key: found[key] for key in found.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays
