"""What a lesson is made of: steps, and in a step a prediction, a question and a check.

The attributes are the keys of a lesson file; `lessons/README.md` shows them in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.checks import SpecError, unknown
from lessons.conditions import condition

__all__ = ["Check", "Item", "Lesson", "Mistake", "Option", "Prediction", "Question", "Sketch", "Step"]

MAX_WORDS = 90
KINDS = ("choice", "number", "order")
PREDICTIONS = (*KINDS, "sketch")
MAX_RUN = 12


def _need(ok: bool, name: str, message: str) -> None:
    if not ok:
        raise SpecError(name, message)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from.

    Attributes
    ----------
    text : str
    why : str
        What to say to who chose it: the mistake that leads to it, or why it is right.
    right : bool
    when : tuple of str
        Of a prediction: conditions on the facts after `run` that hold if, and only if, this is what happens.
    """

    text: str
    why: str
    right: bool = False
    when: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for each in self.when:
            condition(each, "when")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong number that a known mistake leads to.

    Attributes
    ----------
    value : float
    why : str
        The mistake.
    tolerance : float
        How near a number must be to be this one.
    """

    value: float
    why: str
    tolerance: float = 0.005


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things to be put in order.

    Attributes
    ----------
    text : str
    fact : str
        Of a prediction: the fact after `run` by which the things are ordered, from small to large.
    """

    text: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """The empty axes on which a student draws what he expects.

    Attributes
    ----------
    x, y : str
        Titles of the axes.
    frame : tuple of float
        Where the axes begin and end: left, right, bottom, top.
    points : str
        A fact with points that are shown from the beginning, such as the examples; empty for none.
    """

    x: str
    y: str
    frame: tuple[float, ...]
    points: str = ""

    def __post_init__(self) -> None:
        ok = len(self.frame) == 4 and self.frame[0] < self.frame[1] and self.frame[2] < self.frame[3]
        _need(ok, "frame", "frame has four numbers: left, right, bottom, top, as in [0, 50, 0, 1]")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a student commits to before Run unlocks.

    Attributes
    ----------
    kind : {"choice", "number", "order", "sketch"}
    ask : str
    run : tuple of str
        Commands that the button Run gives to the stage: what the student sees happen.
    after : str
        Said beside what happened and what was predicted.
    options : tuple of Option
        Of a choice: each with `when`.
    truth : str
        Of a number or a sketch: the fact after `run` that is the answer.
    answer : float or None
        Of a number: what `truth` will be; a test compares the two.
    tolerance : float
        How near a predicted number must be to count as right.
    mistakes : tuple of Mistake
    items : tuple of Item
        Of an order: the things in their right order; each with its `fact`.
    sketch : Sketch or None
        Of a sketch.
    """

    kind: str
    ask: str
    run: tuple[str, ...]
    after: str = ""
    options: tuple[Option, ...] = ()
    truth: str = ""
    answer: float | None = None
    tolerance: float = 0.005
    mistakes: tuple[Mistake, ...] = ()
    items: tuple[Item, ...] = ()
    sketch: Sketch | None = None

    def __post_init__(self) -> None:
        _need(self.kind in PREDICTIONS, "kind", unknown("kind of prediction", self.kind, PREDICTIONS))
        _need(0 < len(self.run) <= MAX_RUN, "run", f"a prediction has 1 to {MAX_RUN} commands to run")
        _check_answers(self)
        if self.kind == "choice":
            _need(all(each.when for each in self.options), "options", "each option of a prediction needs `when`")
        if self.kind == "number":
            _need(bool(self.truth), "truth", "a predicted number needs `truth`: the fact that is the answer")
        if self.kind == "order":
            _need(all(each.fact for each in self.items), "items", "each item of a prediction needs `fact`")
        if self.kind == "sketch":
            _need(bool(self.truth), "truth", "a sketch needs `truth`: the fact that is the curve")
            _need(self.sketch is not None, "sketch", "a sketch needs its axes: [steps.prediction.sketch]")


@dataclass(frozen=True, slots=True)
class Question:
    """What a student answers; nothing is locked by it.

    Attributes
    ----------
    kind : {"choice", "number", "order"}
    ask : str
    options : tuple of Option
        Of a choice.
    answer : float or None
        Of a number.
    tolerance : float
    mistakes : tuple of Mistake
        Of a number.
    why : str
        Of a number or an order: why the right answer is right.
    otherwise : str
        Of a number or an order: what to say of any other answer; it leads towards the right one.
    items : tuple of Item
        Of an order: the things in their right order.
    """

    kind: str
    ask: str
    options: tuple[Option, ...] = ()
    answer: float | None = None
    tolerance: float = 0.005
    mistakes: tuple[Mistake, ...] = ()
    why: str = ""
    otherwise: str = ""
    items: tuple[Item, ...] = ()

    def __post_init__(self) -> None:
        _need(self.kind in KINDS, "kind", unknown("kind of question", self.kind, KINDS))
        _check_answers(self)
        if self.kind != "choice":
            _need(bool(self.why), "why", "say why the right answer is right")
            _need(bool(self.otherwise), "otherwise", "say what helps after any other answer")


def _check_answers(asked: Prediction | Question) -> None:
    """Raise a SpecError unless there is what this kind of answer needs."""
    if asked.kind == "choice":
        _need(len(asked.options) >= 2, "options", "a choice has at least two options")
        rights = sum(each.right for each in asked.options)
        _need(rights == 1, "options", f"exactly one option is right = true, here {rights} are")
    if asked.kind == "number":
        _need(asked.answer is not None, "answer", "a number needs its answer")
        _need(asked.tolerance > 0, "tolerance", "the tolerance is more than 0")
        assert asked.answer is not None
        for each in asked.mistakes:
            apart = abs(each.value - asked.answer) > asked.tolerance
            _need(apart, "mistakes", f"{each.value:g} counts as right: it is within the tolerance of the answer")
    if asked.kind == "order":
        _need(len(asked.items) >= 3, "items", "there are at least three things to put in order")


@dataclass(frozen=True, slots=True)
class Check:
    """What a student is to bring about on the stage, and how it is known that he has.

    Attributes
    ----------
    do : str
    when : tuple of str
        Conditions on the facts of the stage, all of which must hold: ``test_accuracy >= 0.98``.
    solution : tuple of str
        Commands that bring it about; "Show me" gives them to the stage, and the tests do.
    done : str
        Said when it is done.
    hint : str
    """

    do: str
    when: tuple[str, ...]
    solution: tuple[str, ...]
    done: str
    hint: str = ""

    def __post_init__(self) -> None:
        _need(bool(self.when), "when", "a check needs a condition")
        _need(bool(self.solution), "solution", "a check needs the commands that fulfil it")
        for each in self.when:
            condition(each, "when")


@dataclass(frozen=True, slots=True)
class Step:
    """One card of a lesson, with what stands on the stage beside it.

    Attributes
    ----------
    key : str
        Its name in addresses: ``forward``.
    title : str
    text : str
        At most `MAX_WORDS` words, with ``*emphasis*``, ``**strong**``, `` `code` ``, ``$formula$`` and
        ``[a link](?stage=graph)``.
    formulas : tuple of str
        TeX, each on a line of its own.
    stage : str
        The stage's name in addresses: ``graph``; ``network`` for the network.
    at : mapping of str to str
        What stands there: what an address of the stage would say.
    keeps : bool
        Whether the stage goes on from the step before where the student came from there, in place of `at`.
    show : tuple of str
        The parts of the stage that are shown; all where it is empty.
    point : str
        The part that the step points at; empty for none.
    slides : tuple of str
        The slides that this step is: ``L1-20``.
    note : str
        What must be said of the slide: where it errs, kindly, by name.
    prediction : Prediction or None
    question : Question or None
    check : Check or None
    """

    key: str
    title: str
    text: str
    stage: str
    formulas: tuple[str, ...] = ()
    at: Mapping[str, str] = field(default_factory=dict)
    keeps: bool = False
    show: tuple[str, ...] = ()
    point: str = ""
    slides: tuple[str, ...] = ()
    note: str = ""
    prediction: Prediction | None = None
    question: Question | None = None
    check: Check | None = None

    def __post_init__(self) -> None:
        words = len(self.text.split())
        _need(words <= MAX_WORDS, "text", f"the text has at most {MAX_WORDS} words, this one has {words}")
        doing = (self.prediction, self.question, self.check)
        _need(any(doing), "key", "there must be something to do: a prediction, a question or a check")
        _need(self.key.replace("-", "").isalnum() and self.key.islower(), "key", "a key is like two-paths")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    number : int
        Its place in the course, 1 to 99.
    title : str
    summary : str
        One sentence: what a student will see.
    aha : str
        The one thing to take away.
    concepts : tuple of str
        Those of the curriculum that it teaches: ``C129``.
    after : tuple of int
        The lessons that should come before it.
    steps : tuple of Step
    """

    number: int
    title: str
    summary: str
    aha: str
    steps: tuple[Step, ...]
    concepts: tuple[str, ...] = ()
    after: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _need(1 <= self.number <= 99, "number", "a lesson's number is 1 to 99")
        _need(bool(self.steps), "steps", "a lesson has at least one step")
        keys = [step.key for step in self.steps]
        for key in keys:
            _need(keys.count(key) == 1, "steps", f"two steps have the key {key!r}")

    def place(self, key: str) -> int:
        """Return the place of a step, from 0; a KeyError if there is none."""
        for place, step in enumerate(self.steps):
            if step.key == key:
                return place
        raise KeyError(key)
