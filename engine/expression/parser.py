"""From the text of a formula to its tree, by precedence climbing over a whitelist."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches

from engine.expression.expression import Expression
from engine.expression.limits import TYPED, Limits
from engine.expression.operations import CONSTANTS, OPERATIONS, OperationKind, Precedence
from engine.expression.tokens import ExpressionError, Token, TokenKind, at_character, shortened, tokenize
from engine.expression.tree import Name, Node, Number, Operation

__all__ = ["MAX_NESTING", "parse"]

MAX_NESTING = 60

_BINARY = {
    sign: OPERATIONS[name]
    for sign, name in {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}.items()
}
_FUNCTIONS = {kind.name: kind for kind in OPERATIONS.values() if kind.is_function}
_OPERANDS = {TokenKind.NUMBER, TokenKind.NAME, TokenKind.OPEN}


def parse(text: str, names: Sequence[str] | None = None, *, limits: Limits = TYPED) -> Expression:
    """Read a formula.

    It may contain numbers, names, ``+ - * / **`` and ``^``, round brackets, the functions and constants of
    `OPERATIONS` and `CONSTANTS`, and the characters × · − ÷ π, subscripts (x₁ is x1) and superscripts (x²).
    As in Python, ``**`` groups from the right and binds tighter than a minus before it.

    Parameters
    ----------
    text : str
        With at most 60 levels of brackets, signs and powers.
    names : sequence of str, optional
        The names that may occur; without it any name may.
    limits : Limits
        How much is read: 300 characters, 200 nodes and 12 names of what somebody types.

    Returns
    -------
    Expression

    Raises
    ------
    ExpressionError
        If the text is anything else; ``position`` is the index of the offending character.
    TypeError
        If ``text`` is not a string.
    ValueError
        If ``names`` holds what cannot be a name.
    """
    if not isinstance(text, str):
        raise TypeError(f"text is a string, got {type(text).__name__}: pass a formula such as 'x1*x2'")
    allowed = None if names is None else _checked(names, limits.names)
    parser = _Parser(text, allowed, limits)
    root = parser.formula()
    # No line break may reach what is made of the text, such as a comment in an exported program.
    return Expression(re.sub(r"\s", " ", text), root, tuple(parser.names))


def _checked(names: Sequence[str], most: int) -> tuple[str, ...]:
    if isinstance(names, str) or not 1 <= len(names) <= most:
        raise ValueError(f"names is a sequence of 1 to {most} names, got {names!r}: pass ['x1', 'x2']")
    for name in names:
        if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) or name in {**_FUNCTIONS, **CONSTANTS}:
            raise ValueError(
                f"{name!r} cannot be a name: use a letter, then letters, digits and underscores, "
                "and no function or constant of formulas"
            )
        if keyword.iskeyword(name):
            raise ValueError(f"{name!r} is a word of Python: choose another name")
    return tuple(names)


class _Parser:
    """One reading of one text; `names` are those met so far, in the order of their first use."""

    def __init__(self, text: str, allowed: tuple[str, ...] | None, limits: Limits) -> None:
        self.names: list[str] = []
        self._tokens = tokenize(text, limits.characters)
        self._allowed = allowed
        self._limits = limits
        self._next = 0
        self._nodes = 0
        self._nesting = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _at(self, kind: TokenKind) -> bool:
        return self._token.kind is kind

    def _advance(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def formula(self) -> Node:
        """Read all of the text."""
        if self._at(TokenKind.END):
            example = self._allowed[0] if self._allowed else "x"
            raise ExpressionError(f"the formula is empty: write one, such as {example}**2 + 1", 0)
        root = self._expression(Precedence.SUM)
        if not self._at(TokenKind.END):
            raise self._surplus()
        return root

    def _expression(self, least: int) -> Node:
        """Read on as long as the signs bind at least so tightly."""
        left = self._operand()
        while True:
            kind = _BINARY.get(self._token.text) if self._at(TokenKind.SIGN) else None
            if kind is None or kind.precedence < least:
                return left
            sign = self._advance()
            if kind.precedence is Precedence.POWER:
                # From the right, and 2 ** -x needs no brackets.
                with self._deeper(sign):
                    right = self._expression(Precedence.MINUS)
            else:
                right = self._expression(kind.precedence + 1)
            left = self._operation(kind, (left, right), sign)

    def _operand(self) -> Node:
        token = self._advance()
        if token.kind is TokenKind.SIGN and token.text in "+-":
            with self._deeper(token):
                argument = self._expression(Precedence.MINUS)
            return argument if token.text == "+" else self._operation(OPERATIONS["negate"], (argument,), token)
        if token.kind is TokenKind.NUMBER:
            node: Node = self._number(token)
        elif token.kind is TokenKind.NAME:
            node = self._call(token) if self._is_call(token) else self._name(token)
        elif token.kind is TokenKind.OPEN and not self._at(TokenKind.CLOSE):
            with self._deeper(token):
                node = self._expression(Precedence.SUM)
            self._close(token)
        else:
            raise self._missing(token)
        if self._at(TokenKind.SUPERSCRIPT):
            power = self._advance()
            node = self._operation(OPERATIONS["power"], (node, self._number(power)), power)
        return node

    @contextmanager
    def _deeper(self, token: Token) -> Iterator[None]:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise ExpressionError(
                f"brackets, signs and powers are nested more than {MAX_NESTING} deep "
                f"{at_character(token.position)}: write the formula with fewer of them",
                token.position,
            )
        yield
        self._nesting -= 1

    def _count(self, token: Token) -> None:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            raise ExpressionError(
                f"the formula has more than {self._limits.nodes} numbers, names and operations "
                f"{at_character(token.position)}: shorten it",
                token.position,
            )

    def _operation(self, kind: OperationKind, arguments: tuple[Node, ...], token: Token) -> Operation:
        self._count(token)
        return Operation(kind, arguments, token.position)

    def _number(self, token: Token) -> Number:
        self._count(token)
        value = float(token.text)
        if not math.isfinite(value):
            raise ExpressionError(
                f"{shortened(token.shown)} {at_character(token.position)} is too large: "
                "numbers go up to about 1.8e308",
                token.position,
            )
        return Number(value, token.position)

    def _is_call(self, token: Token) -> bool:
        if token.text in _FUNCTIONS:
            return True
        # x1(x2 + 1) with a known x1 lacks a sign; f(x) asks for a function.
        known = token.text in CONSTANTS or token.text in (self._allowed or ())
        return self._at(TokenKind.OPEN) and not known

    def _name(self, token: Token) -> Node:
        self._count(token)
        name, where = token.text, at_character(token.position)
        if name in CONSTANTS:
            return Number(CONSTANTS[name].value, token.position, name)
        if self._allowed is not None and name not in self._allowed:
            message = f"unknown name {shortened(name)} {where}: here you can use {_list(self._allowed, 'and')}"
            raise ExpressionError(message + _nearest(name, (*self._allowed, *_FUNCTIONS)), token.position)
        if name.startswith("_"):
            raise ExpressionError(
                f"{shortened(name)} {where} cannot be a name: begin it with a letter", token.position
            )
        if keyword.iskeyword(name):
            raise ExpressionError(f"{name} {where} is a word of Python: choose another name", token.position)
        if name not in self.names:
            if len(self.names) == self._limits.names:
                raise ExpressionError(
                    f"{shortened(name)} {where} is one name too many: use at most {self._limits.names}",
                    token.position,
                )
            self.names.append(name)
        return Name(name, token.position)

    def _call(self, token: Token) -> Node:
        name, where = token.text, at_character(token.position)
        kind = _FUNCTIONS.get(name)
        if kind is None:
            message = f"unknown function {shortened(name)} {where}: use one of {', '.join(_FUNCTIONS)}"
            raise ExpressionError(message + _nearest(name, tuple(_FUNCTIONS)), token.position)
        wanted = "two or more arguments" if kind.variadic else "one argument"
        example = f"{name}(a, b)" if kind.variadic else f"{name}(…)"
        if not self._at(TokenKind.OPEN):
            raise ExpressionError(
                f"{name} {where} is a function and has no brackets after it: write {example}", token.position
            )
        opening = self._advance()
        arguments = []
        if not self._at(TokenKind.CLOSE):
            with self._deeper(opening):
                arguments.append(self._expression(Precedence.SUM))
                while self._at(TokenKind.COMMA):
                    self._advance()
                    arguments.append(self._expression(Precedence.SUM))
        self._close(opening)
        if len(arguments) < kind.arity or (len(arguments) > kind.arity and not kind.variadic):
            raise ExpressionError(
                f"{name} {where} takes {wanted}, got {len(arguments) or 'none'}: write {example}", token.position
            )
        return self._operation(kind, tuple(arguments), token)

    def _close(self, opening: Token) -> None:
        if self._at(TokenKind.END):
            raise ExpressionError(
                f"a closing bracket is missing: the one opened {at_character(opening.position)} is never closed, "
                "add )",
                opening.position,
            )
        if not self._at(TokenKind.CLOSE):
            raise self._surplus()
        self._advance()

    def _missing(self, token: Token) -> ExpressionError:
        """What to say where a number, a name or a bracket should begin and `token` stands."""
        before = self._tokens[self._next - 2] if self._next > 1 else None
        wanted = "a number, a name or a bracket"
        if token.kind is TokenKind.OPEN:
            message = f"nothing stands between the brackets: write {wanted} there"
        elif token.kind is TokenKind.CLOSE and before is None:
            return self._surplus_close(token)
        elif before is None:
            message = f"nothing stands before {shortened(token.shown)}: begin with {wanted}"
        elif token.kind is TokenKind.END:
            message, token = f"nothing stands after {shortened(before.shown)}: write {wanted} there", before
        else:
            message = (
                f"nothing stands between {shortened(before.shown)} and {shortened(token.shown)}: write {wanted} there"
            )
        return ExpressionError(_placed(message, token), token.position)

    def _surplus(self) -> ExpressionError:
        """What to say where a sign or an end should be and something else stands."""
        token, before = self._token, self._tokens[self._next - 1]
        if token.kind is TokenKind.CLOSE:
            return self._surplus_close(token)
        if token.kind is TokenKind.COMMA:
            message = "a comma belongs between the arguments of max and min: for a decimal number write a point, 0.5"
        elif token.kind in _OPERANDS:
            message = (
                f"a sign is missing between {shortened(before.shown)} and {shortened(token.shown)}: "
                "write * to multiply"
            )
        else:
            message = f"{shortened(token.shown)} cannot follow {shortened(before.shown)}: write the power once, with ^"
        return ExpressionError(_placed(message, token), token.position)

    def _surplus_close(self, token: Token) -> ExpressionError:
        message = "one closing bracket too many: take it away, or open one before it with ("
        return ExpressionError(_placed(message, token), token.position)


def _placed(message: str, token: Token) -> str:
    wrong, mend = message.split(": ", 1)
    return f"{wrong}, {at_character(token.position)}: {mend}"


def _list(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _nearest(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word[: 2 * len(max(known, key=len))].lower(), known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
