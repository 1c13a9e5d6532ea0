"""How each number of an operation's result was made: the products and sums behind one cell, and one example's share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from engine.arena import Array
from engine.expression.explain import shown_number
from engine.inside.formulas import FORMULAS, Formula
from engine.inside.operation import OperationView
from engine.ops.dropout import uniform

__all__ = ["CellSum", "Factor", "Term", "cell_sum", "share"]

# Of longer sums the middle is left out when they are read.
_FIRST, _LAST = 4, 2

Place = tuple[int, ...]
Cells = tuple[slice | int, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a product.

    Attributes
    ----------
    operand : int
        Which of the view's `reads` it comes from.
    place : tuple of int
        Where it stands in it.
    value : float
        The number that is multiplied: the operand's own, or what the line makes of it first, such as 1 − β or the
        slope of an activation.
    """

    operand: int
    place: Place
    value: float


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a sum.

    Attributes
    ----------
    sign : int
        1 or -1.
    factors : tuple of Factor
        Empty where the term is no product of what was read: one example's loss, or the 1 that a count goes up by.
    value : float
        With its sign; where there are factors, `sign` times their product.
    example : int or None
        Which row of the batch it belongs to, where the sum runs over the batch.
    """

    sign: int
    factors: tuple[Factor, ...]
    value: float
    example: int | None


@dataclass(frozen=True, slots=True)
class CellSum:
    """How one cell of a result was made.

    Attributes
    ----------
    place : tuple of int
        From 0, as in the NumPy line.
    result : float
        As it stands in the result.
    terms : tuple of Term
        In the order in which they are added; they add up to the result unless there is a `function`.
    function : str
        What is done to the sum, or the formula where there is more to it than a sum; empty if nothing is.
    sentence : str
        The whole in numbers, for reading; the middle of a long sum is left out.
    reads : tuple of (int, tuple of slice or int)
        The operands read, by their place in the view's `reads`, and which of their cells went in.
    """

    place: Place
    result: float
    terms: tuple[Term, ...]
    function: str
    sentence: str
    reads: tuple[tuple[int, Cells], ...]


def cell_sum(view: OperationView, write: int, place: tuple[int, ...]) -> CellSum:
    """Return how one cell of a result was made.

    Parameters
    ----------
    view : OperationView
    write : int
        Which of the view's `writes`.
    place : tuple of int
        The cell, from 0: (row, column), (index,), or () of a single number.

    Raises
    ------
    ValueError
        If there is no such result or no such cell.
    """
    if not 0 <= write < len(view.writes):
        raise ValueError(f"{view.op.name} writes {len(view.writes)} results, counted from 0; there is no {write}")
    written = view.writes[write]
    shape = written.values.shape
    if len(place) != len(shape) or not all(0 <= k < n for k, n in zip(place, shape, strict=True)):
        raise ValueError(f"{written.name} has the shape {list(shape)}, there is no cell {list(place)} in it")
    with np.errstate(all="ignore"):
        cell = _Cell(view, write, tuple(int(k) for k in place))
        terms = tuple(cell.terms())
        return CellSum(cell.place, cell.result, terms, cell.function(), cell.sentence(terms), cell.lit())


def share(view: OperationView, write: int, example: int) -> Array | None:
    """Return what one example alone adds to a result that is summed over the batch.

    Parameters
    ----------
    view : OperationView
    write : int
        Which of the view's `writes`.
    example : int
        The row of the batch, from 0.

    Returns
    -------
    ndarray or None
        In the result's shape: for dW an outer product, for the loss the example's loss divided by B. All shares add
        up to the result. None where the result has a row for each example, or does not come from the batch.
    """
    if not 0 <= write < len(view.writes):
        raise ValueError(f"{view.op.name} writes {len(view.writes)} results, counted from 0; there is no {write}")
    written = view.writes[write]
    if written.batch or not any(operand.batch for operand in view.reads):
        return None
    rows = len(view.examples)
    if not 0 <= example < rows:
        raise ValueError(f"this batch has the rows 0 to {rows - 1}, there is no {example}")
    made = _line_on_row(view, example)[write]
    return made / rows if FORMULAS[view.op.kind.name].each_row else made


def _line_on_row(view: OperationView, row: int) -> list[Array]:
    """Run the NumPy line on a batch of this one row."""
    kind = view.op.kind
    reads = [operand.values[row : row + 1] if operand.batch else operand.values for operand in view.reads]
    writes = {operand.role: np.zeros_like(operand.values) for operand in view.writes}
    with np.errstate(all="ignore"):
        kind.line(*view.op.settings, *reads, **writes)
    return [writes[role] for role in kind.writes]


class _Cell:
    """One cell of a result, with the formula that made it."""

    def __init__(self, view: OperationView, write: int, place: Place) -> None:
        self.view = view
        self.place = place
        self.written = view.writes[write]
        self.result = float(self.written.values[place])
        self.formula: Formula = FORMULAS[view.op.kind.name]
        self.index = {operand.role: k for k, operand in enumerate(view.reads)}
        self.values = {operand.role: operand.values for operand in view.reads}
        self.values |= {name: make(self.values) for name, (_, make) in self.formula.made.items()}
        make, shape = self.formula.cell, self.written.values.shape
        self.own = make(view.op.settings, self.values, shape, place) if make else None
        # What goes number by number through rows goes number by number through maps: axes of space come between.
        self.space = "123"[: len(shape) - 2] if self.formula.axes == "ro" else ""
        self.bound = {} if make else dict(zip(self._axes(self.formula.axes), place, strict=True))

    def _axes(self, axes: str) -> str:
        """Return the axes of an operand, those of space included."""
        return axes.replace("ro", f"r{self.space}o")

    def terms(self) -> Iterator[Term]:
        """Go through the parts, and through the axes that each is summed over."""
        if self.view.op.kind.data:
            yield self._taken()
        for own in self.own.parts if self.own else ():
            factors = tuple(self._factor(*named) for named in own.factors)
            yield Term(own.sign, factors, float(own.sign * prod(factor.value for factor in factors)), own.example)
        if self.formula.each_row:
            for row in range(len(self.view.examples)):
                yield Term(1, (), float(_line_on_row(self.view, row)[0]), row)
        for part in self.formula.parts:
            sign = -1 if part.startswith("-") else 1
            named = (factor.partition(":") for factor in part.removeprefix("-").split())
            names = [(name, self._axes(axes)) for name, _, axes in named]
            sizes = {axis: n for name, axes in names for axis, n in zip(axes, self.values[name].shape, strict=True)}
            summed = [axis for axis in sizes if axis not in self.bound]
            for at in product(*(range(sizes[axis]) for axis in summed)):
                where = {**self.bound, **dict(zip(summed, at, strict=True))}
                factors = tuple(self._factor(name, tuple(where[axis] for axis in axes)) for name, axes in names)
                value = sign * prod(factor.value for factor in factors)
                yield Term(sign, factors, float(value), where["r"] if "r" in summed else None)

    def _factor(self, name: str, place: Place, value: float | None = None) -> Factor:
        number = self.values[name][place] if value is None else value
        return Factor(self.index[self._shown_at(name)], place, float(number))

    def _shown_at(self, name: str) -> str:
        """Return the role of the operand at which a factor is shown."""
        return self.formula.made[name][0] if name in self.formula.made else name

    def _taken(self) -> Term:
        """Return the number of the data set that was copied."""
        operand, where = self._source()
        return Term(1, (Factor(operand, where, float(self.view.reads[operand].values[where])),), self.result, None)

    def _source(self) -> tuple[int, Place]:
        row, column = self.place
        return self.view.op.kind.writes.index(self.written.role), (int(self.view.examples[row]), column)

    def function(self) -> str:
        """Return what is done to the sum, in the operands' names."""
        if self.own:
            return self.own.function
        if not self.formula.function:
            return ""
        text = self.formula.right_side
        if self.formula.around:
            text = self.formula.around.replace("<sum>", "sum").replace("<own>", f"e^{self.view.reads[0].name}")
        return self._filled(text, lambda role: self.view.reads[self.index[role]].name)

    def sentence(self, terms: Sequence[Term]) -> str:
        """Return the whole in numbers."""
        name = _written(self.written.name, self.place)
        result = shown_number(self.result)
        kind = self.view.op.kind
        if kind.data:
            operand, where = self._source()
            return f"{name} = {_written(self.view.reads[operand].name, where)} = {result}"
        if kind.name == "draw_mask":
            return f"{name} = {result}: {self._drawn()}"
        if self.own:
            return f"{name} = {self.own.around.replace('<sum>', _sum_of(terms) or '0')} = {result}"
        if self.formula.around:
            text = self.formula.around.replace("<sum>", _sum_of(terms))
            if "<own>" in text:
                text = text.replace("<own>", shown_number(float(self.values["power"][self.place])))
            return f"{name} = {self._filled(text, self._number)} = {result}"
        numbers = self._filled(self.formula.right_side, self._number)
        return f"{name} = {numbers.replace(' ⊙ ', '·').replace(' · ', '·')} = {result}"

    def _drawn(self) -> str:
        rate = float(self.values["rate"])
        drawn = uniform(self.values["seed"], self.values["step"], self.written.values.shape)[self.place]
        numbers = f"the number drawn, {shown_number(float(drawn))}, is", f"the rate {shown_number(rate)}"
        if drawn < rate:
            return f"{numbers[0]} below {numbers[1]}, so this output is dropped"
        return f"{numbers[0]} not below {numbers[1]}, so this output is kept and multiplied by 1/(1 − {rate:g})"

    def _number(self, role: str) -> str:
        """Return the number of an operand that goes into this cell."""
        values = self.values[role]
        return shown_number(float(values[self.place] if values.ndim else values))

    def _filled(self, text: str, put: Callable[[str], str]) -> str:
        """Put names or numbers in the place of the roles; a negative number gets brackets where it needs them."""

        def replaced(match: re.Match[str]) -> str:
            role = match[1]
            if role not in self.index:
                return str(self.values["y"].shape["BO".index(role)])
            made = put(role)
            before, after = text[: match.start()], text[match.end() :]
            first = not before or before.endswith(("(", ", ", "if ", "else ", "|"))
            alone = first and not after.startswith(("²", "³", "^"))
            return made if alone or not made.startswith("−") else f"({made})"

        return re.sub(r"<(\w+)>", replaced, text)

    def lit(self) -> tuple[tuple[int, Cells], ...]:
        """Return which cells of each operand went in: a whole axis where a sum runs over it."""
        if self.view.op.kind.data:
            operand, where = self._source()
            return ((operand, where),)
        if self.own:
            return tuple(sorted((self.index[role], cells) for role, cells in self.own.cells().items()))
        found: dict[int, Cells] = {}
        for part in (*self.formula.parts, *self.formula.also):
            for factor in part.removeprefix("-").split():
                name, _, axes = factor.partition(":")
                operand = self.index[self._shown_at(name)]
                cells: Cells = tuple(self.bound.get(axis, slice(None)) for axis in self._axes(axes))
                known = found.get(operand, cells)
                found[operand] = tuple(
                    cell if cell == other else slice(None) for cell, other in zip(cells, known, strict=True)
                )
        return tuple(sorted(found.items(), key=lambda pair: pair[0]))


def _written(name: str, place: Place) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def _sum_of(terms: Sequence[Term]) -> str:
    """Write a sum in numbers, without the middle of a long one."""
    left_out = len(terms) - _FIRST - _LAST
    if left_out <= 1:
        return _added(terms)
    return f"{_added(terms[:_FIRST])} + … {left_out} more … {_added(terms[-_LAST:], leading=True)}"


def _added(terms: Sequence[Term], leading: bool = False) -> str:
    """Write terms with the signs between them; `leading` has one before the first, too."""
    text = ""
    for term in terms:
        if text or leading:
            text += " + " if term.sign > 0 else " − "
        elif term.sign < 0:
            text += "−"
        text += _product(term, first=not text)
    return text.strip()


def _product(term: Term, first: bool) -> str:
    values = [(factor.value, term.factors.count(factor)) for factor in dict.fromkeys(term.factors)]
    written: list[str] = []
    for value, times in values or [(term.sign * term.value, 1)]:
        number = shown_number(value)
        # Only the very first number of a sum may begin with a minus sign.
        if number.startswith("−") and (written or not first or times > 1):
            number = f"({number})"
        written.append(number + "²" * (times - 1))
    return "·".join(written)
