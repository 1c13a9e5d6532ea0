"""A student goes back through a graph by hand, question by question; no widgets.

All methods run in the stage's worker thread, one at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.experiment import Position
from engine.expression.exercises import LEVELS, exercise
from engine.expression.explain import explain, shown_number
from engine.expression.graph import Edge, NodeKind
from engine.expression.passes import Pass, complete_pass
from engine.expression.practice import Question, answer_question, parse_answer, questions
from engine.expression.run import MAX_STEPS, ExpressionRun
from engine.expression.spec import ExpressionSpec
from engine.program import Phase
from playground.formulas import mathml
from playground.stages.graph.practice_words import FEW_PATHS, confirmation, local_derivative, sentence, title

__all__ = ["SOURCES", "Practice", "PracticeScene"]

# By key; a level's is its number.
SOURCES = {
    "this": "This expression",
    "1": "Exercises, level 1: + − ×",
    "2": "Exercises, level 2: paths meet",
    "3": "Exercises, level 3: functions",
}
# Of an expression with more operations the local derivatives are asked only when the student wants it.
FEW_OPERATIONS = 4


@dataclass(frozen=True, slots=True, eq=False)
class PracticeScene:
    """What the page shows of the practice.

    Attributes
    ----------
    card : dict
        As `AnswerCard.card` wants it.
    hidden_gradients, hidden_locals : tuple of int
        Nodes and edges whose number is still to be found.
    asked : dict or None
        What is asked now, as `GraphView.frame` wants it.
    """

    card: dict[str, Any]
    hidden_gradients: tuple[int, ...]
    hidden_locals: tuple[int, ...]
    asked: dict[str, Any] | None


class Practice:
    """Questions on one expression after the other.

    A right answer takes the run itself on to where the number is computed, so it is the run's number that appears.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the exercises.

    Attributes
    ----------
    level : int or None
        Of the exercise; None while the questions are on an expression of the student's own.
    streak, best : int
        Exercises in a row in which every answer was right at the first try, now and at most.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._run: ExpressionRun | None = None
        self._drawn: tuple[int, ExpressionSpec] | None = None
        self._current: Question | None = None
        self.level: int | None = None
        self.streak = self.best = 0
        # What the student has chosen; None for what suits the expression.
        self._chosen_locals: bool | None = None
        self._key = self._serial = 0

    def begin_exercise(self, level: int) -> ExpressionSpec:
        """Draw an exercise; `begin` with a run of it. One that is left before its end ends the streak.

        Parameters
        ----------
        level : int
            One of `engine.expression.exercises.LEVELS`.
        """
        spec = exercise(level, self._rng)
        self._leave()
        self._drawn = level, spec
        return spec

    def next_exercise(self) -> ExpressionSpec:
        """Draw another exercise of the same level, the first level after an expression of the student's own."""
        return self.begin_exercise(self.level or LEVELS[0])

    def begin(self, run: ExpressionRun) -> None:
        """Ask about the expression of a run: the exercise that was drawn last, or any other.

        Parameters
        ----------
        run : ExpressionRun
            It goes to the end of its forward pass.
        """
        drawn, self._drawn = self._drawn, None
        level = drawn[0] if drawn is not None and drawn[1] == run.first_spec else None
        if level is None:
            self._leave()
        if level != self.level:
            self._chosen_locals = None
        self._run, self.level, self._current = run, level, None
        operations = sum(node.kind is NodeKind.OPERATION for node in run.graph.nodes)
        suits = level == LEVELS[0] or (level is None and operations <= FEW_OPERATIONS)
        self._locals = suits if self._chosen_locals is None else self._chosen_locals
        self._answered: dict[tuple[int, Edge | None], bool] = {}
        self._clean, self._stumbled, self._counted = True, False, False
        self._verdict: dict[str, Any] | None = None
        self._done: tuple[dict[str, float], Pass] | None = None
        self._find_places(run)
        self._ask(run)
        self._stand(run)

    def end(self) -> None:
        """Ask no more."""
        self._leave()
        self._run = None

    def _leave(self) -> None:
        if self._run is not None and self.level is not None and self._current is not None:
            self.streak = 0

    def _find_places(self, run: ExpressionRun) -> None:
        """Note after how many instructions of the step each gradient is complete."""
        at, updates = run.position, bool(run.first_spec.parameters)
        # A finished step that only repeats is the one whose numbers are on the graph.
        self._epoch = min(at.epoch if at.op or updates else max(0, at.epoch - 1), MAX_STEPS - 1)
        self._complete: dict[int, int] = {}
        for count, instruction in enumerate(run.instructions, 1):
            if instruction.phase is Phase.BACKWARD:
                place = instruction.node if instruction.edge is None else instruction.edge.parent
                self._complete[place] = count
        self._reached = sum(instruction.phase in (Phase.FORWARD, Phase.LOSS) for instruction in run.instructions)

    def _ask(self, run: ExpressionRun) -> None:
        """Make the questions, and find the first that is open."""
        self._questions = questions(run.graph, self._locals)
        self._next()

    def _next(self) -> None:
        before = self._current
        self._current = next((each for each in self._questions if _which(each) not in self._answered), None)
        if self._current is None or before is None or _which(before) != _which(self._current):
            self._key += 1
            self._stumbled = False

    def _stand(self, run: ExpressionRun, count: int | None = None) -> None:
        """Go to where so many instructions of the step are done, or to the question."""
        count = self._reached if count is None else count
        done = count == len(run.instructions)
        position = Position(self._epoch + 1) if done else Position(self._epoch, 0, count)
        if run.position != position:
            run.seek(position)

    def stand(self) -> None:
        """Return to the end of the forward pass: what is asked needs its numbers."""
        if self._run is not None:
            self._stand(self._run)

    @property
    def question(self) -> Question | None:
        """What is asked now; None for nothing."""
        return self._current if self._run is not None else None

    @property
    def progress(self) -> tuple[int, int, int]:
        """How many questions there are, how many are answered, and how many of them at the first try."""
        if self._run is None:
            return 0, 0, 0
        answered = [self._answered[each] for each in map(_which, self._questions) if each in self._answered]
        return len(self._questions), len(answered), sum(answered)

    def ask_locals(self, on: bool) -> None:
        """Ask for local derivatives too, or only for gradients; what was answered stays so."""
        if self._run is None:
            return
        self._chosen_locals = self._locals = on
        self._ask(self._run)

    def answer(self, text: str, key: int | None = None) -> None:
        """Take an answer to the question of now.

        Parameters
        ----------
        text : str
            As `parse_answer` reads it; what it cannot read is no answer, and costs nothing.
        key : int, optional
            The question that was answered, as the card named it; if it is no longer asked, nothing happens.
        """
        question = self._current if self._run is not None and key in (None, self._key) else None
        if question is None:
            return
        assert self._run is not None
        try:
            number = parse_answer(text)
        except ValueError as error:
            self._say("unreadable", sentence(str(error)))
            return
        # The student may have stepped away; what is asked is asked of the step in which it began.
        self._stand(self._run)
        verdict = answer_question(self._run, question, number)
        if verdict.right:
            self._go_on(self._run, question)
            self._say("right", confirmation(self._run, question))
        else:
            self._stumble()
            self._say("wrong", verdict.sentence)

    def reveal(self, key: int | None = None) -> None:
        """Show the answer to the question of now, and how it is found; ``key`` as for `answer`."""
        question = self._current if self._run is not None and key in (None, self._key) else None
        if question is None:
            return
        assert self._run is not None
        self._stumble()
        text = self._explanation(self._run, question)
        self._go_on(self._run, question)
        self._say("shown", text)

    def _stumble(self) -> None:
        self._stumbled, self._clean = True, False
        if self.level is not None:
            self.streak = 0

    def _go_on(self, run: ExpressionRun, question: Question) -> None:
        self._answered[_which(question)] = not self._stumbled
        if question.edge is None:
            self._reached = max(self._reached, self._complete[question.node])
        self._stand(run)
        self._next()
        if self._current is None and self.level is not None and self._clean and not self._counted:
            self._counted = True
            self.streak += 1
            self.best = max(self.best, self.streak)

    def _say(self, kind: str, text: str) -> None:
        self._serial += 1
        self._verdict = {"serial": self._serial, "kind": kind, "text": text}

    def _explanation(self, run: ExpressionRun, question: Question) -> str:
        """Return how the answer is found; of a gradient, the run tells it edge by edge."""
        if question.edge is not None:
            node = run.graph.nodes[question.node]
            return f"The local derivative of {node.label} alone is {local_derivative(run, question.edge)}."
        counts = [
            count
            for count, instruction in enumerate(run.instructions, 1)
            if instruction.phase is Phase.BACKWARD
            and question.node == (instruction.node if instruction.edge is None else instruction.edge.parent)
        ]
        told = []
        for count in counts if len(counts) <= FEW_PATHS else counts[-1:]:
            self._stand(run, count)
            explanation = explain(run, "last")
            assert explanation is not None  # an instruction has run
            told.append(explanation.sentence)
        return " ".join(told)

    def make(self, run: ExpressionRun) -> PracticeScene | None:
        """Return what the page shows, None if there are no questions on this run."""
        if self._run is None or run is not self._run:
            return None
        graph, question = run.graph, self._current
        found = {node for node, edge in self._answered if edge is None}
        local = {edge for _, edge in self._answered if edge is not None}
        gradients = [node.id for node in graph.nodes if node.varies and node.id not in found]
        edges = [
            place
            for place, edge in enumerate(graph.edges)
            if graph.nodes[edge.parent].varies and edge not in local and edge.parent not in found
        ]
        asked = None
        if question is not None:
            index = question.node if question.edge is None else graph.edges.index(question.edge)
            asked = {"kind": question.kind, "id": index}
        return PracticeScene(self._card(run), tuple(gradients), tuple(edges), asked)

    def _card(self, run: ExpressionRun) -> dict[str, Any]:
        question, total = self._current, len(self._questions)
        done = sum(_which(each) in self._answered for each in self._questions)
        card = {
            "key": self._key,
            "sources": [[key, title] for key, title in SOURCES.items()],
            "source": "this" if self.level is None else str(self.level),
            "locals": self._locals,
            "streak": "" if self.level is None and not self.best else f"Streak {self.streak} · best {self.best}",
            "progress": f"Question {done + 1} of {total}",
            "done": done,
            "total": total,
            "title": "", "formula": "", "label": "", "sentence": "",
            "verdict": self._verdict,
            "summary": None if question is not None else self._summary(run),
        }  # fmt: skip
        if question is not None:
            heading = title(run, question)
            card |= {
                "title": heading, "formula": mathml(question.tex), "label": f"{heading}, {question.text}",
                "sentence": question.prompt,
            }  # fmt: skip
        return card

    def _summary(self, run: ExpressionRun) -> dict[str, Any]:
        first = sum(self._answered[_which(each)] for each in self._questions)
        if self.level is None:
            told = "The gradient of each name:"
        elif self._clean:
            told = f"That makes {self.streak} in a row. The gradient of each name:"
        else:
            told = "The streak begins again with the next expression. The gradient of each name:"
        # The student may step about; these are the numbers at the end of the step that is shown.
        if self._done is None or self._done[0] != run.used:
            self._done = run.used, complete_pass(run.graph, run.used)
        tex = {question.node: question.tex for question in self._questions if question.edge is None}
        rows = [
            [mathml(tex[place]), shown_number(gradient)]
            for place in run.graph.leaves.values()
            if (gradient := self._done[1].gradients[place]) is not None
        ]
        return {
            "headline": f"Right at the first try: {first} of {len(self._questions)}", "sentence": told,
            "rows": rows,
        }  # fmt: skip


def _which(question: Question) -> tuple[int, Edge | None]:
    """What makes two questions the same one, whatever is asked besides them."""
    return question.node, question.edge
