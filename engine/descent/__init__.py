"""Descent in one and two dimensions: surfaces, one optimizer step by step, races, and basins of attraction."""

from engine.descent.analysis import Stability, closed_form, hessian, search_minima, stability, two_cycle
from engine.descent.basins import DIVERGED, NOWHERE, Basins, basins
from engine.descent.fan import Outlook, fan
from engine.descent.frame import DescentEvent, DescentFrame, Instruction
from engine.descent.own import OWN, own_surface
from engine.descent.race import Race, RaceFrame, Standing
from engine.descent.race_spec import MAX_RACERS, RaceSpec
from engine.descent.run import DescentRun
from engine.descent.spec import DESCENT_SETTINGS, MAX_STEPS, SURFACES, DescentSpec, optimizer_settings
from engine.descent.surface import Surface

__all__ = [
    "DESCENT_SETTINGS",
    "DIVERGED",
    "MAX_RACERS",
    "MAX_STEPS",
    "NOWHERE",
    "OWN",
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
    "Stability",
    "Standing",
    "Surface",
    "basins",
    "closed_form",
    "fan",
    "hessian",
    "optimizer_settings",
    "own_surface",
    "search_minima",
    "stability",
    "two_cycle",
]
