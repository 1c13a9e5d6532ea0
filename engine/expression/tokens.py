"""The characters of a formula, cut into numbers, names and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ExpressionError", "Token", "TokenKind", "at_character", "shortened", "tokenize"]

LONGEST_SHOWN = 20

SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# One character for one, so that a position in the translated text is a position in the user's.
_SAME = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/"})
_DIGITS = str.maketrans(SUBSCRIPTS + SUPERSCRIPTS, "0123456789" * 2)
_HINTS = {
    ".": "a point belongs inside a number, such as 0.5",
    "|": "write abs(x) for a magnitude",
    "√": "write sqrt(x) for a root",
    "=": "write only what stands on its right",
    "[": "use round brackets",
    "]": "use round brackets",
    "{": "use round brackets",
    "}": "use round brackets",
    "⁻": "write ^(-1) for a negative power",
    **dict.fromkeys(SUBSCRIPTS, "a subscript belongs to a name, such as x₁"),
}


class ExpressionError(ValueError):
    """A formula that cannot be read.

    Parameters
    ----------
    message : str
        What is wrong, what was expected and how to mend it; it counts characters from 1.
    position : int
        Index of the offending character, from 0.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class TokenKind(StrEnum):
    """What a piece of a formula is."""

    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"
    SUPERSCRIPT = "superscript"
    OPEN = "open"
    CLOSE = "close"
    COMMA = "comma"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a formula: in plain ASCII, as the user wrote it, and where it begins."""

    kind: TokenKind
    text: str
    shown: str
    position: int


_PATTERN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>[A-Za-z_][A-Za-z0-9_]*[{SUBSCRIPTS}]*|π)"
    r"|(?P<sign>\*\*|[-+*/^])"
    rf"|(?P<superscript>[{SUPERSCRIPTS}]+)"
    r"|(?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<space>\s+)"
)


def tokenize(text: str, most: int) -> list[Token]:
    """Cut a formula into tokens; the last one is an empty one of kind ``END``.

    Parameters
    ----------
    text : str
    most : int
        How many characters it may have.

    Returns
    -------
    list of Token

    Raises
    ------
    ExpressionError
        If the text is too long or contains a character that no formula has.
    """
    if len(text) > most:
        raise ExpressionError(f"the formula has {len(text)} characters, at most {most} are read: shorten it", most)
    plain = text.translate(_SAME)
    tokens = []
    position = 0
    while position < len(plain):
        match = _PATTERN.match(plain, position)
        if match is None:
            raise _stranger(text, position)
        # A group always matched: the pattern is nothing but groups.
        kind, found = str(match.lastgroup), match.group()
        if kind != "space":
            ascii_text = {"π": "pi", "^": "**"}.get(found, found.translate(_DIGITS))
            tokens.append(Token(TokenKind(kind), ascii_text, text[position : match.end()], position))
        position = match.end()
    tokens.append(Token(TokenKind.END, "", "", len(text)))
    return tokens


def _stranger(text: str, position: int) -> ExpressionError:
    character = text[position]
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    hint = _HINTS.get(character, "use numbers, names of letters a to z, + - * / ^ and round brackets")
    return ExpressionError(f"{shown} {at_character(position)} cannot stand in a formula: {hint}", position)


def at_character(position: int) -> str:
    """Say where a position is, counted from 1 as people count."""
    return f"at character {position + 1}"


def shortened(word: str) -> str:
    """Cut a word that is too long for a message."""
    return word if len(word) <= LONGEST_SHOWN else word[: LONGEST_SHOWN - 1] + "…"
