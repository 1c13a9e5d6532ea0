"""One neuron: its terms, its sum, its answer; truth tables, the perceptron's rule, logistic regression."""

from engine.neuron.code import CodeLine, code_lines
from engine.neuron.logistic import fit_logistic
from engine.neuron.run import MAX_UPDATES, NeuronFrame, NeuronRun
from engine.neuron.spec import (
    LARGEST_INPUT,
    LARGEST_WEIGHT,
    LEARNING,
    NEURON_ACTIVATIONS,
    NEURON_SETTINGS,
    NeuronSpec,
)
from engine.neuron.tasks import GROUPS, TABLES, TASKS, Task, best_score

__all__ = [
    "GROUPS", "LARGEST_INPUT", "LARGEST_WEIGHT", "LEARNING", "MAX_UPDATES", "NEURON_ACTIVATIONS", "NEURON_SETTINGS",
    "TABLES", "TASKS", "CodeLine", "NeuronFrame", "NeuronRun", "NeuronSpec", "Task", "best_score", "code_lines",
    "fit_logistic",
]  # fmt: skip
