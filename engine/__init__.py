"""The engine: record a network as a listing of operations, run it, step it, rewind it.

>>> from engine import TrainingRun, TrainingSpec
>>> run = TrainingRun(TrainingSpec(data="xor", hidden=(4,)))
>>> run.step("batch")
>>> run.step_back("op")
"""

from engine.experiment import Event, Experiment, Grain, Handle, Position
from engine.layers import Dense, Dropout
from engine.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    Clipped,
    Decayed,
    NAdam,
    RMSprop,
    Scheduled,
)
from engine.program import Op, Phase, Program
from engine.sequential import Sequential
from engine.spec import SpecError, TrainingSpec
from engine.training import TrainingRun
from engine.training_frame import TrainingFrame

__all__ = [
    "SGD",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Clipped",
    "Decayed",
    "Dense",
    "Dropout",
    "Event",
    "Experiment",
    "Grain",
    "Handle",
    "NAdam",
    "Op",
    "Phase",
    "Position",
    "Program",
    "RMSprop",
    "Scheduled",
    "Sequential",
    "SpecError",
    "TrainingFrame",
    "TrainingRun",
    "TrainingSpec",
]
