"""The glossary: what the terms of the field mean, and where a text uses one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["GLOSSARY", "Term", "mark", "term"]

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Term:
    """A term.

    Attributes
    ----------
    name : str
    forms : tuple of str
        Other forms of it: plurals, abbreviations, other names.
    text : str
        What it means, in one or two sentences.
    """

    name: str
    forms: tuple[str, ...]
    text: str

    @property
    def key(self) -> str:
        """Its name in addresses: ``learning-rate``."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


def _read(path: Path) -> tuple[Term, ...]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    terms = (Term(each["name"], tuple(each.get("forms", ())), each["text"]) for each in table["terms"])
    return tuple(sorted(terms, key=lambda each: each.name.lower()))


GLOSSARY: tuple[Term, ...] = _read(HERE / "glossary.toml")
_BY_FORM = {form.lower(): each for each in GLOSSARY for form in (each.name, *each.forms)}
_BY_KEY = {each.key: each for each in GLOSSARY}
# The longest first: "learning rate schedule" is one term, not a learning rate with a schedule.
_LONGEST_FIRST = sorted(_BY_FORM, key=len, reverse=True)
# A hyphen belongs to the word: "cross-entropy" has no "entropy" in it.
_FORMS = re.compile(
    r"(?<![\w-])(?:" + "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in _LONGEST_FIRST) + r")(?![\w-])",
    re.IGNORECASE,
)


def mark(text: str) -> list[tuple[int, int, Term]]:
    """Return where a text uses a term for the first time.

    Parameters
    ----------
    text : str
        Plain text. Whole words count only, whether they are capitalized or not.

    Returns
    -------
    list of (int, int, Term)
        Where each begins and ends, from the text's start to its end; each term at most once.
    """
    found: list[tuple[int, int, Term]] = []
    seen: set[str] = set()
    for match in _FORMS.finditer(text):
        meant = _BY_FORM[" ".join(match[0].lower().split())]
        if meant.name not in seen:
            seen.add(meant.name)
            found.append((match.start(), match.end(), meant))
    return found


def term(key: str) -> Term | None:
    """Return the term of an address, ``learning-rate``; None if there is none."""
    return _BY_KEY.get(key)
