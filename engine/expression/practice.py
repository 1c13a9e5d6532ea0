"""Back-propagation by hand: exercises with friendly numbers, and what a wrong answer tells."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.expression.graph import Edge
from engine.expression.mistakes import Finding, Mistake, mistakes_along, mistakes_at
from engine.expression.parser import parse
from engine.expression.passes import Pass, complete_pass
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec

__all__ = ["LEVELS", "TOLERANCE", "Finding", "Mistake", "Verdict", "diagnose_answer", "exercise"]

LEVELS = (1, 2, 3)
# Three digits are enough of an answer.
TOLERANCE = 1e-3
_NAMES = ("x", "y", "z")
# Different magnitudes, none of them 1: a wrong factor shall be seen.
_MAGNITUDES = {1: (2.0, 3.0, 4.0, 5.0), 2: (2.0, 3.0, 4.0, 5.0), 3: (0.5, 1.5, 2.0, 2.5)}
_FUNCTIONS = ("sigmoid", "tanh", "exp", "relu", "softplus")
_LARGEST = {1: 60.0, 2: 150.0, 3: 50.0}
_SMALLEST = 0.02


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say of an answer.

    Attributes
    ----------
    answer, correct : float
    right : bool
    findings : tuple of Finding
        All mistakes that make exactly the wrong answer; empty if it is right, or if none is known.
    """

    answer: float
    correct: float
    right: bool
    findings: tuple[Finding, ...]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The kinds of mistakes it may have been, each once."""
        return tuple(dict.fromkeys(finding.mistake for finding in self.findings))

    @property
    def ambiguous(self) -> bool:
        """Whether several kinds of mistakes make this number."""
        return len(self.mistakes) > 1

    @property
    def sentence(self) -> str:
        """The verdict in words; of several possible mistakes it names the kinds and claims none."""
        if self.right:
            return "Right."
        if not self.findings:
            return "This is not the gradient, and no usual mistake makes this number: go back edge by edge."
        if self.ambiguous:
            kinds = ", ".join(self.mistakes[:-1]) + f" or {self.mistakes[-1]}"
            return f"Not right. Several mistakes make this number, so it may have been one of these: {kinds}."
        return f"Not right. {self.findings[0].sentence}"


def diagnose_answer(run: ExpressionRun, where: Edge | str, answer: float, tolerance: float = TOLERANCE) -> Verdict:
    """Say whether a gradient is right, or which mistakes make exactly this wrong number.

    It is judged by complete passes at the values that the run's step uses, however far the run has gone.

    Parameters
    ----------
    run : ExpressionRun
    where : Edge or str
        An edge asks for what goes back along it, upstream · local. The symbol of a node ("x", "q") asks for the
        whole gradient there.
    answer : float
    tolerance : float
        Relative.

    Raises
    ------
    ValueError
        If the answer is not a number, or no gradient is asked for there.
    """
    if not math.isfinite(answer):
        raise ValueError(f"an answer is a number, got {answer}")
    done = complete_pass(run.graph, run.used)
    if isinstance(where, Edge):
        found = next((c for c in done.contributions if c.edge == where), None)
        if found is None:
            raise ValueError(f"no gradient goes along {where}: take an edge of the graph that leads back to a name")
        correct, candidates = found.downstream, list(mistakes_along(done, found))
    else:
        place = _place(done, where)
        gradient = done.gradients[place]
        assert gradient is not None  # `_place` saw to it
        correct, candidates = gradient, list(mistakes_at(done, place))

    def same(one: float, other: float) -> bool:
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-9)

    if same(answer, correct):
        return Verdict(answer, correct, True, ())
    matching = {
        (finding.mistake, finding.edge): finding for finding in reversed(candidates) if same(answer, finding.number)
    }
    return Verdict(answer, correct, False, tuple(reversed(matching.values())))


def _place(done: Pass, symbol: str) -> int:
    asked = {node.symbol: node.id for node in done.graph.nodes if node.varies}
    if symbol not in asked:
        raise ValueError(f"there is no gradient at {str(symbol)[:20]!r}: ask for one of {', '.join(asked)}")
    return asked[symbol]


def exercise(level: int, rng: np.random.Generator) -> ExpressionSpec:
    """Make an expression to do by hand.

    Parameters
    ----------
    level : int
        1: three names, each used once, with + − ×. 2: one of them is used twice, and there are squares and
        quotients. 3: functions as well, and numbers with decimals.
    rng : numpy.random.Generator

    Returns
    -------
    ExpressionSpec
        Without parameters. All values and gradients are of moderate size; on levels 1 and 2 they have at most two
        decimals.
    """
    if level not in LEVELS:
        raise ValueError(f"level is one of {', '.join(map(str, LEVELS))}, got {level!r}")
    for _ in range(10_000):
        magnitudes = rng.permutation(_MAGNITUDES[level])[: len(_NAMES)] * rng.choice([-1, 1], len(_NAMES))
        values = dict(zip(_NAMES, magnitudes.tolist(), strict=True))
        expression = parse(parse(_formula(level, rng)).unicode())
        spec = ExpressionSpec(expression.text, tuple(values.items()))
        if _is_friendly(spec, level):
            return spec
    raise AssertionError("about one formula in three is friendly")


def _formula(level: int, rng: np.random.Generator) -> str:
    """Join names, at random and each at least once, until one formula is left."""
    parts = list(_NAMES)
    if level > 1:
        parts.append(str(rng.choice(_NAMES)))
    parts = [parts[place] for place in rng.permutation(len(parts))]
    if level == 2 and rng.random() < 0.5:
        place = rng.integers(len(parts))
        parts[place] = f"{parts[place]}^2"
    function = str(rng.choice(_FUNCTIONS)) if level == 3 else ""
    turn = int(rng.integers(1, len(parts)))
    signs = {1: ["+", "-", "*", "*"], 2: ["+", "-", "*", "*", "/"], 3: ["+", "-", "*", "max"]}[level]
    while len(parts) > 1:
        sign = str(rng.choice(signs))
        left, right = parts.pop(int(rng.integers(len(parts)))), parts.pop(int(rng.integers(len(parts))))
        joined = f"max({left}, {right})" if sign == "max" else f"({left}) {sign} ({right})"
        parts.append(f"{function}({joined})" if function and len(parts) + 1 == turn else f"({joined})")
    return parts[0]


def _is_friendly(spec: ExpressionSpec, level: int) -> bool:
    done = complete_pass(spec.graph(), spec.start)
    slopes = [done.gradients[place] for place in done.graph.leaves.values()]
    numbers = [abs(number) for number in (*done.values, *done.gradients) if number is not None]
    if max(numbers) > _LARGEST[level] or not any(slopes):
        return False
    if level < 3:
        return all(slopes) and all((4 * number).is_integer() for number in numbers)
    # At a tie of max, or at the kink of relu, there is no right answer.
    ties = any(
        (node.label == "max" and len({done.shown_values()[parent] for parent in node.parents}) == 1)
        or (node.label == "relu" and done.shown_values()[node.parents[0]] == 0)
        for node in done.graph.nodes
    )
    return not ties and all(number == 0 or number >= _SMALLEST for number in numbers)
