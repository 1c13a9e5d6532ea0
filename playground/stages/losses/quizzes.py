"""Two sorting tasks of the losses page: which symbol is the target, and which loss fits a task."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LOSSES", "NAMES", "ROLES", "TASKS", "Symbol", "Task"]

ROLES = ("target", "output")
LOSSES = ("squared error", "absolute error", "hinge", "binary cross-entropy", "categorical cross-entropy")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of a lecture.

    Attributes
    ----------
    text, where : str
    role : int
        In `ROLES`.
    why : str
    """

    text: str
    where: str
    role: int
    why: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be predicted.

    Attributes
    ----------
    text : str
    loss : int
        In `LOSSES`.
    why : str
        What of the task decides.
    """

    text: str
    loss: int
    why: str


NAMES = (
    Symbol("y", "L1-16", 0, "In ½Σ(y − f(x))² the output is f(x), so y is the target."),
    Symbol("o", "L2-05", 1, "In e = d − o the letter o stands for output, d for desired."),
    Symbol("t", "L3-16", 0, "t is the target; the output is φ(wx), also written a."),
    Symbol("ŷ", "L3", 1, "Most books agree with L3: the hat marks an estimate, the output."),
    Symbol("y", "L4-34", 1, "L4 writes the network’s output as y without a hat."),
    Symbol("ŷ", "L4-34", 0, "L4 puts the hat on the wanted value: the opposite of L3."),
)
TASKS = (
    Task("Tomorrow’s temperature; a large miss is much worse than two small ones", 0, "a number, large misses count"),
    Task("A delivery time, from records some of which are grossly wrong", 1, "a number, outliers must not rule"),
    Task("Spam or not, as a probability", 3, "two classes, one probability"),
    Task("Which of ten digits, as probabilities", 4, "several classes, one-hot"),
    Task("Only the side of a border, labels −1 and +1, with a safety distance", 2, "a margin"),
    Task("Which of three plants, as probabilities", 4, "several classes, one-hot"),
)
