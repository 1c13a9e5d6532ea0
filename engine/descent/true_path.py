"""The path of a real training beside a descent on two of its weights."""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.backend import Backend, default_backend
from engine.checks import SpecError
from engine.descent.lanes import Lanes
from engine.descent.real_loss import NETWORK
from engine.descent.spec import DescentSpec

__all__ = ["true_path"]


def true_path(spec: DescentSpec, *, backend: Backend | None = None) -> Array:
    """Return where training takes the two weights of a descent if all weights are free.

    The optimizer, its settings and the start are the descent's; at each update the whole training set is one batch.

    Parameters
    ----------
    spec : DescentSpec
        On the loss of a real network.
    backend : Backend, optional
        The compiled engine unless another is given.

    Returns
    -------
    ndarray [updates + 1, 3]
        After 0, 1, … updates the two weights and the loss. The loss is that of all weights where they are: the path
        need not lie on the surface over the two.

    Raises
    ------
    SpecError
        If the descent is on another surface.
    """
    if spec.surface != NETWORK:
        raise SpecError("surface", f"{spec.landscape.title} is no loss of a network: there is no training beside it")
    free = spec.with_(free=True)
    surface = free.landscape
    lanes = Lanes(surface, [("", free.make_optimizer())], backend or default_backend(), free.seed)
    lanes.noise, lanes.loss_scale = free.noise, free.loss_scale
    lanes.points[:] = free.point
    path = np.empty((free.steps + 1, 1, surface.dimensions))
    path[0] = lanes.points[:, 0]
    lanes.update(0, free.steps, path)
    return np.column_stack([path[:, 0, list(free.weights or ())], surface.value(*path[:, 0].T)])
