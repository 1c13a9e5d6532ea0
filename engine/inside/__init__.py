"""Inside a network: what its layers hold while it learns, the loss around it, and what goes wrong in it."""

from engine.inside.diagnosis import Cause, Diagnosis, diagnose
from engine.inside.gradients import Inside, LayerMeasures, Measures, Quantity, Tracks, sample_past
from engine.inside.health import health
from engine.inside.histograms import Histogram, HistogramTrack, Scale, histogram
from engine.inside.landscape import Landscape, LandscapeError, Plane, Survey, path_plane, random_plane

__all__ = [
    "Cause",
    "Diagnosis",
    "Histogram",
    "HistogramTrack",
    "Inside",
    "Landscape",
    "LandscapeError",
    "LayerMeasures",
    "Measures",
    "Plane",
    "Quantity",
    "Scale",
    "Survey",
    "Tracks",
    "diagnose",
    "health",
    "histogram",
    "path_plane",
    "random_plane",
    "sample_past",
]
