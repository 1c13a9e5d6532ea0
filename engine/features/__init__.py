"""Decision functions of one and two measured features, and the maps φ that make a straight one bend.

The signals are synthetic: no measurement of any person is among them.
"""

from engine.features.deciding import (
    Drawn,
    Line,
    accuracy,
    best_band,
    best_threshold,
    decide,
    sides_of_band,
)
from engine.features.kernel import KernelMachine
from engine.features.learned import LearnedMap, learned_map, learned_spec
from engine.features.lift import Plane, heights
from engine.features.sets import SETS, FeatureSet, feature_set
from engine.features.signals import (
    ACTIVITIES,
    RATE,
    WINDOW_SECONDS,
    PhoneWindows,
    Recording,
    energy,
    phone_windows,
    recording,
    window_signal,
)
from engine.features.terms import TERMS, LinearInTerms, Term, feature_map, fitted

__all__ = [
    "ACTIVITIES",
    "RATE",
    "SETS",
    "TERMS",
    "WINDOW_SECONDS",
    "Drawn",
    "FeatureSet",
    "KernelMachine",
    "LearnedMap",
    "Line",
    "LinearInTerms",
    "PhoneWindows",
    "Plane",
    "Recording",
    "Term",
    "accuracy",
    "best_band",
    "best_threshold",
    "decide",
    "energy",
    "feature_map",
    "feature_set",
    "fitted",
    "heights",
    "learned_map",
    "learned_spec",
    "phone_windows",
    "recording",
    "sides_of_band",
    "window_signal",
]
