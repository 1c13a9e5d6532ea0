"""The numbers behind the views of the inside: for those that are open, and not more often than one can look."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import TrainingRun
from engine.datasets.dataset import Task
from engine.inside.gradients import Inside, Measures, Quantity, Tracks, sample_past
from engine.inside.health import health
from engine.inside.landscape import Landscape, LandscapeError, Survey, path_plane, random_plane
from engine.metrics import Evaluator, Score
from playground.views.pictures import GRID, PlanePictures

VIEWS = ("histograms", "gradients", "landscape", "confusion", "surface")
# While playing each open view is renewed after so many seconds. Histograms and norms, which cost little, are measured
# at every frame all the same: their curves are to be dense.
SECONDS = {"histograms": 0.5, "gradients": 0.5, "landscape": 0.25, "confusion": 0.5, "surface": 0.1}
PAST = 40
# Of the 100 × 100 picture the 3-D surface takes every so manieth point.
SURFACE_STRIDE = 3
_MOST_NORMS = 240

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LandscapeFrame:
    """A landscape with the run's path on it.

    Attributes
    ----------
    landscape : Landscape or None
        None with `message` where there is none.
    position : (float, float, float, float)
        Coordinates of now, the loss of now, and the surface's loss there.
    fresh : bool
        Whether the surface is another than in the last frame.
    """

    landscape: Landscape | None
    position: tuple[float, float, float, float]
    fresh: bool
    message: str = ""


class InsideData:
    """What the open views of the inside draw."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.quantity = Quantity.ACTIVATIONS
        self.directions = "random"
        self._due: dict[str, float] = {}
        self._inside: Inside | None = None
        self._forget()

    def _forget(self) -> None:
        self._tracks: Tracks | None = None
        self._norms: list[tuple[float, list[float]]] = []
        self._leaf: object = None
        self._measured = -1.0
        self._landscape: Landscape | None = None
        self._landscape_message = ""
        self._fresh = False
        # Each with the number of updates after which the run stood there.
        self._live: list[tuple[int, tuple[float, float, float, float]]] = []
        self._live_leaf: object = None

    def show(self, run: TrainingRun) -> None:
        """Look into this run from now on."""
        self.run = run
        self._inside = None
        self._evaluators: tuple[Evaluator, Evaluator] | None = None
        self._forget()
        self._due.clear()

    def toggle(self, view: str, open_: bool) -> None:
        """Open or close a view; while closed nothing is computed for it."""
        if open_:
            self.open.add(view)
        else:
            self.open.discard(view)
        self._due.pop(view, None)

    def survey(self) -> None:
        """Compute the landscape around the weights of now."""
        run = self.run
        parameters, past = run.parameters.copy(), [point for _, point in sample_past(run, PAST)]
        self._live = []
        self._fresh = True
        try:
            if self.directions == "path":
                plane = path_plane(parameters, past)
            else:
                plane = random_plane(run.program, parameters, run.first_spec.seed)
        except LandscapeError as error:
            self._landscape, self._landscape_message = None, str(error)
            return
        path = [*past, parameters] if self.directions == "path" else [parameters]
        x, y = run.prepare(run.train)
        self._landscape = Survey(run.network, x, y, plane, run.backend, path).landscape()
        self._landscape_message = ""

    def make(self, playing: bool, scores: tuple[Score, Score], pictures: PlanePictures) -> dict[str, Any]:
        """Return by view what it is to draw; views that are not due are left out."""
        due = {view for view in self.open if self._is_due(view, playing)}
        made: dict[str, Any] = {}
        if self.open & {"histograms", "gradients"}:
            measures = self._measure()
            if "histograms" in due:
                made["histograms"] = self._rows()
            if "gradients" in due:
                made["gradients"] = (self._gradient_rows(), health(measures, self.run.spec, scores))
        if "landscape" in due:
            made["landscape"] = self._landscape_frame(scores[0].loss)
        if "confusion" in due:
            made["confusion"] = self._confusion()
        if "surface" in due:
            made["surface"] = surface_heights(pictures)
        return made

    def _is_due(self, view: str, playing: bool) -> bool:
        now = time.monotonic()
        if playing and now < self._due.get(view, 0.0):
            return False
        self._due[view] = now + SECONDS[view]
        return True

    def _epoch(self) -> float:
        return self.run.loop.updates / self.run.loop.batches

    def _measure(self) -> Measures:
        """Measure now; after a step back or on another branch, the past anew."""
        run = self.run
        if self._inside is None:
            self._inside = Inside(run.network, *run.prepare(run.train), run.backend)
        epoch = self._epoch()
        if self._tracks is None or self._leaf is not run.history.current or epoch < self._measured:
            self._tracks = Tracks([f"dense{number}" for number in range(1, len(run.network.layers) + 1)])
            self._norms = []
            for then, parameters in sample_past(run, PAST):
                if then < epoch:
                    self._note(then, self._inside.measure(parameters))
        self._leaf, self._measured = run.history.current, epoch
        measures = self._inside.measure(run.parameters)
        self._note(epoch, measures)
        return measures

    def _note(self, epoch: float, measures: Measures) -> None:
        assert self._tracks is not None
        self._tracks.add(epoch, measures)
        while self._norms and self._norms[-1][0] >= epoch:
            self._norms.pop()
        self._norms.append((epoch, [layer.gradient_norm for layer in measures.layers]))
        if len(self._norms) > _MOST_NORMS:
            self._norms = [*self._norms[:-1:2], self._norms[-1]]

    def _rows(self) -> list[tuple[str, Array, Array, Array]]:
        assert self._tracks is not None
        rows = []
        for number in range(1, len(self.run.network.layers) + 1):
            layer = f"dense{number}"
            track = self._tracks[layer, self.quantity].rows()
            rows.append((layer, track.epochs, track.counts, track.edges))
        return rows

    def _gradient_rows(self) -> tuple[Array, Array, list[str]]:
        epochs = np.array([epoch for epoch, _ in self._norms])
        names = [f"dense{number}" for number in range(1, len(self.run.network.layers) + 1)]
        return epochs, np.array([norms for _, norms in self._norms]).reshape(len(epochs), -1), names

    def _landscape_frame(self, loss: float) -> LandscapeFrame:
        if self._landscape is None and not self._landscape_message:
            self.survey()
        landscape, fresh = self._landscape, self._fresh
        self._fresh = False
        if landscape is None:
            return LandscapeFrame(None, (math.nan,) * 4, fresh, self._landscape_message)
        parameters = self.run.parameters
        u, v = landscape.project(parameters)
        surface = math.nan
        if math.isfinite(u):
            evaluator = self._train_and_test()[0]
            evaluator.run(landscape.plane.point(u, v))
            surface = float(evaluator["loss"])
        position = (u, v, loss, surface)
        self._live_to(position)
        return LandscapeFrame(self._with_live_path(landscape), position, fresh)

    def _live_to(self, position: tuple[float, float, float, float]) -> None:
        """Let the live path end here: after a step back its future goes, on another branch all of it."""
        run = self.run
        if self._live_leaf is not run.history.current:
            self._live_leaf, self._live = run.history.current, []
        updates = run.loop.updates
        while self._live and self._live[-1][0] >= updates:
            self._live.pop()
        self._live.append((updates, position))
        if len(self._live) > _MOST_NORMS:
            self._live = [*self._live[:-1:2], self._live[-1]]

    def _with_live_path(self, landscape: Landscape) -> Landscape:
        live = np.array([position for _, position in self._live]).reshape(-1, 4)
        return replace(
            landscape,
            path=np.concatenate([landscape.path, live[:, :2]]),
            path_loss_real=np.concatenate([landscape.path_loss_real, live[:, 2]]),
            path_loss_surface=np.concatenate([landscape.path_loss_surface, live[:, 3]]),
        )

    def _train_and_test(self) -> tuple[Evaluator, Evaluator]:
        if self._evaluators is None:
            run = self.run
            train, test = (
                Evaluator(run.network, *run.prepare(dataset), run.backend) for dataset in (run.train, run.test)
            )
            self._evaluators = train, test
        return self._evaluators

    def _confusion(self) -> tuple[Any, Any] | None:
        if self.run.first_spec.kind.task is Task.REGRESSION:
            return None
        train, test = (each.confusion(self.run.parameters) for each in self._train_and_test())
        return train.counts, test.counts


def surface_heights(pictures: PlanePictures) -> tuple[Array, npt.NDArray[np.uint8]]:
    """Return the answer's heights [n, n] over the plane, lowest row first, and its colours.

    The height is the output or the probability; for several classes the largest probability.
    """
    heights = pictures.heights().reshape(GRID, GRID)[::SURFACE_STRIDE, ::SURFACE_STRIDE]
    return heights, pictures.answer()[::SURFACE_STRIDE, ::SURFACE_STRIDE]
