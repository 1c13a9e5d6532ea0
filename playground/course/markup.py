"""The texts of lessons as HTML: emphasis, code, links within the app, formulas, and terms that explain themselves."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from lessons.glossary import mark
from playground.formulas import mathml

__all__ = ["block", "inline", "plain"]

# Raw HTML is text, and so is every construct that no lesson needs.
_RULES = ["emphasis", "backticks", "link", "escape", "newline", "list"]


_ENDED = re.compile(r"(<math(?:(?!</math>).)*</math>)([.,;:?!)’”…]+)", re.DOTALL)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False}).use(dollarmath_plugin).enable(_RULES)
    # Links lead from page to page of the app; nothing leads to another host.
    reader.validateLink = lambda url: url.startswith("?")  # type: ignore[method-assign]
    return reader


_READER = _reader()


@lru_cache(maxsize=2048)
def block(text: str) -> str:
    """Return a text as HTML, its paragraphs and lists included; terms of the glossary explain themselves.

    Parameters
    ----------
    text : str
        Of a lesson.
    """
    seen: set[str] = set()
    return "".join(_rendered(token, seen) for token in _READER.parse(text))


@lru_cache(maxsize=2048)
def inline(text: str, *, terms: bool = True) -> str:
    """Return a text of one paragraph as HTML that stands within a line.

    Parameters
    ----------
    text : str
        Of a lesson.
    terms : bool
        Whether terms of the glossary explain themselves; not within a button or a label.
    """
    seen: set[str] | None = set() if terms else None
    return "".join(_rendered(token, seen) for token in _READER.parseInline(text))


def _joined(parts: list[str]) -> str:
    """Return the pieces of a line; what ends a sentence after a formula stays on the formula's line."""
    return _ENDED.sub(r'<span style="white-space: nowrap">\1\2</span>', "".join(parts))


def plain(text: str) -> str:
    """Return a text without its marks, for titles and for screen readers' names; formulas stay as they are written."""
    return "".join(
        child.content for token in _READER.parseInline(text) for child in token.children or () if child.content
    )


def _rendered(token: Token, seen: set[str] | None) -> str:
    if token.type == "inline":
        linked = 0
        parts = []
        for child in token.children or ():
            linked += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            parts.append(_piece(child, None if linked else seen))
        return _joined(parts)
    return _READER.renderer.render([token], _READER.options, {})


def _piece(token: Token, seen: set[str] | None) -> str:
    """Return one piece of a line; in `seen` are the terms that were explained already, None where none are to be."""
    if token.type == "math_inline":
        return mathml(token.content)
    if token.type == "text":
        return _explained(token.content, seen)
    if token.type == "softbreak":
        return " "
    return _READER.renderer.render([token], _READER.options, {})


def _explained(text: str, seen: set[str] | None) -> str:
    """Return a text whose terms can be pointed at."""
    if seen is None:
        return escape(text, quote=False)
    parts, end = [], 0
    for start, stop, term in mark(text):
        if term.name in seen:
            continue
        seen.add(term.name)
        said = f'<dfn tabindex="0" data-term="{escape(term.name)}" data-text="{escape(term.text)}">'
        parts += [escape(text[end:start], quote=False), said, escape(text[start:stop], quote=False), "</dfn>"]
        end = stop
    return "".join([*parts, escape(text[end:], quote=False)])
