"""What an activation does to one number, and to many."""

from engine.activation.functions import FLAT, FUNCTIONS, evaluate, flat_pieces, slope
from engine.activation.spec import ACTIVATION_SETTINGS, BESIDE, FOUR, REACH, ActivationSpec
from engine.activation.spikes import SpikeTrain, firing_rate, spike_train
from engine.activation.unit import AXIS, EXAMPLES, UnitPass, beside, difference, largest_slope, through

__all__ = [
    "ACTIVATION_SETTINGS", "AXIS", "BESIDE", "EXAMPLES", "FLAT", "FOUR", "FUNCTIONS", "REACH", "ActivationSpec",
    "SpikeTrain", "UnitPass", "beside", "difference", "evaluate", "firing_rate", "flat_pieces", "largest_slope",
    "slope", "spike_train", "through",
]  # fmt: skip
