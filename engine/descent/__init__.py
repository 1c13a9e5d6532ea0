"""Descent on curves, surfaces and the loss of small networks: step by step, in races, and basins of attraction."""

from engine.descent.analysis import Stability, closed_form, hessian, search_minima, stability, two_cycle
from engine.descent.basins import DIVERGED, NOWHERE, Basins, basins
from engine.descent.capsule import load_descent, save_descent
from engine.descent.fan import Outlook, fan
from engine.descent.frame import DescentEvent, DescentFrame, Instruction
from engine.descent.own import OWN, own_surface
from engine.descent.race import Race, RaceFrame, Standing
from engine.descent.race_spec import MAX_RACERS, RaceSpec
from engine.descent.real_loss import MAX_TRAINED, NETWORK, REAL_LOSSES, RealLoss, weight_names
from engine.descent.run import DescentRun
from engine.descent.spec import DESCENT_SETTINGS, MAX_STEPS, SURFACES, DescentSpec, optimizer_settings
from engine.descent.surface import Surface
from engine.descent.true_path import true_path

__all__ = [
    "DESCENT_SETTINGS",
    "DIVERGED",
    "MAX_RACERS",
    "MAX_STEPS",
    "MAX_TRAINED",
    "NETWORK",
    "NOWHERE",
    "OWN",
    "REAL_LOSSES",
    "SURFACES",
    "Basins",
    "DescentEvent",
    "DescentFrame",
    "DescentRun",
    "DescentSpec",
    "Instruction",
    "Outlook",
    "Race",
    "RaceFrame",
    "RaceSpec",
    "RealLoss",
    "Stability",
    "Standing",
    "Surface",
    "basins",
    "closed_form",
    "fan",
    "hessian",
    "load_descent",
    "optimizer_settings",
    "own_surface",
    "save_descent",
    "search_minima",
    "stability",
    "true_path",
    "two_cycle",
    "weight_names",
]
