"""A formula written out: in Unicode, in LaTeX and as NumPy code, always from its tree."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable

from engine.expression.operations import CONSTANTS, Notation, Precedence
from engine.expression.tokens import SUBSCRIPTS, SUPERSCRIPTS
from engine.expression.tree import Name, Node, Number, Operation, operands_first

__all__ = ["each_tex", "each_unicode", "to_python", "to_tex", "to_unicode"]

_LOWERED = str.maketrans("0123456789", SUBSCRIPTS)
_RAISED = str.maketrans("0123456789", SUPERSCRIPTS)
Written = tuple[str, Precedence]


def to_unicode(root: Node) -> str:
    """Write a tree so that `parse` reads it back: x₁² − 2·x₂."""
    return each_unicode(root)[id(root)]


def each_unicode(root: Node) -> dict[int, str]:
    """Write all nodes of a tree as `to_unicode` does, by their identity."""

    def leaf(node: Number | Name) -> Written:
        if isinstance(node, Number):
            constant = CONSTANTS.get(node.constant)
            return constant.text if constant else _digits(node.value), Precedence.ATOM
        name = re.sub(r"(?<=[A-Za-z])[0-9]+$", lambda match: match.group().translate(_LOWERED), node.name)
        return name, Precedence.ATOM

    def operation(node: Operation, arguments: list[Written]) -> Written:
        placed = _placed(node.kind.text, arguments, _round)
        if node.kind.name == "power" and arguments[1][0].isdecimal():
            return placed[0] + placed[1].translate(_RAISED), node.kind.text.precedence
        return _filled(node.kind.text.template, placed), node.kind.text.precedence

    return _write(root, leaf, operation)


def to_tex(root: Node) -> str:
    """Write a tree in LaTeX, with no brackets but those that are needed."""
    return each_tex(root)[id(root)]


def each_tex(root: Node) -> dict[int, str]:
    """Write all nodes of a tree as `to_tex` does, by their identity."""

    def leaf(node: Number | Name) -> Written:
        if isinstance(node, Name):
            return _tex_name(node.name), Precedence.ATOM
        if node.constant:
            return CONSTANTS[node.constant].tex, Precedence.ATOM
        mantissa, _, exponent = _digits(node.value).partition("e")
        if exponent:
            return rf"{mantissa} \cdot 10^{{{exponent}}}", Precedence.PRODUCT
        return mantissa, Precedence.ATOM

    def operation(node: Operation, arguments: list[Written]) -> Written:
        notation = node.kind.tex
        placed = _placed(notation, arguments, _growing)
        template = notation.template
        if node.kind.name == "multiply" and not re.match(r"[0-9(]|\\left|\\frac", placed[1]):
            # 2 x needs no sign between its factors; 2 · 3, 2 · ½ and x · (y + 1) would be misread.
            template = "<0> <1>"
        return re.sub(r"\^\{(\w)\}", r"^\1", _filled(template, placed, _growing)), notation.precedence

    return _write(root, leaf, operation)


def to_python(root: Node, numpy: str) -> str:
    """Write a tree as NumPy code.

    Raises
    ------
    ValueError
        If ``numpy`` is not an identifier, or is a name of the formula.
    """
    nodes = operands_first(root)
    if not numpy.isidentifier() or keyword.iskeyword(numpy):
        raise ValueError(f"numpy is the name NumPy is imported by, got {numpy!r}: pass 'np'")
    if any(isinstance(node, Name) and node.name == numpy for node in nodes):
        raise ValueError(f"the formula has a variable {numpy}: import NumPy by another name and pass that")
    varying: set[int] = set()
    for node in nodes:
        if isinstance(node, Name) or (
            isinstance(node, Operation) and any(id(argument) in varying for argument in node.arguments)
        ):
            varying.add(id(node))

    def leaf(node: Number | Name) -> Written:
        if isinstance(node, Name):
            return node.name, Precedence.ATOM
        constant = CONSTANTS.get(node.constant)
        return (constant.python.replace("<np>", numpy) if constant else repr(node.value)), Precedence.ATOM

    def operation(node: Operation, arguments: list[Written]) -> Written:
        notation = node.kind.python
        if notation.guarded and id(node) not in varying:
            # Python's own floats refuse 1.0 / 0.0 and 9.0**9.0**9.0.
            arguments = [(f"{numpy}.float64({arguments[0][0]})", Precedence.ATOM), *arguments[1:]]
        template = notation.template.replace("<np>", numpy)
        written = _filled(template, _placed(notation, arguments[:2], _round))
        for more in arguments[2:]:
            written = _filled(template, [written, more[0]])
        return written, notation.precedence

    return _write(root, leaf, operation)[id(root)]


def _write(
    root: Node, leaf: Callable[[Number | Name], Written], operation: Callable[[Operation, list[Written]], Written]
) -> dict[int, str]:
    """Write the arguments before what is made of them."""
    written: dict[int, Written] = {}
    for node in operands_first(root):
        if isinstance(node, Operation):
            written[id(node)] = operation(node, [written[id(argument)] for argument in node.arguments])
        else:
            written[id(node)] = leaf(node)
    return {place: text for place, (text, _) in written.items()}


def _placed(notation: Notation, arguments: list[Written], bracketed: Callable[[str], str]) -> list[str]:
    """Put brackets round the arguments that need them where they stand."""
    placed = []
    for index, (text, precedence) in enumerate(arguments):
        place = notation.places[index] if index < len(notation.places) else Precedence.ANY
        # Nobody writes a + −b, though it could be read.
        second_sign = place > Precedence.ANY and text[0] in "-−" and not notation.template.startswith(f"<{index}>")
        placed.append(bracketed(text) if precedence < place or second_sign else text)
    return placed


def _filled(template: str, placed: list[str], bracketed: Callable[[str], str] | None = None) -> str:
    """Put the arguments, none of which contains a placeholder, into a template."""
    text = template.replace("(<*>)", (bracketed or _round)(", ".join(placed)))
    for index, argument in enumerate(placed):
        text = text.replace(f"<{index}>", argument)
    return text


def _round(text: str) -> str:
    return f"({text})"


def _growing(text: str) -> str:
    """Brackets that are as tall as a fraction between them."""
    return rf"\left({text}\right)" if r"\frac" in text else f"({text})"


def _digits(value: float) -> str:
    """Write a number in the shortest form that reads back as the same: 2, 0.5, 1e20, 1e-5."""
    mantissa, _, exponent = repr(value).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _tex_name(name: str) -> str:
    """x1 gets an index, w2_13 two of them; a name of several letters stands upright."""
    match = re.fullmatch("([A-Za-z]+)((?:[0-9]+(?:_[0-9]+)*)?)", name)
    if match is None:
        return r"\mathrm{" + name.replace("_", r"\_") + "}"
    stem, index = match[1], match[2].replace("_", ",")
    stem = stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return stem if not index else f"{stem}_{index}" if len(index) == 1 else f"{stem}_{{{index}}}"
