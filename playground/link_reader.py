"""Reading an address part by part: what cannot be taken is left out, and a sentence says why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from engine.checks import SpecError, unknown

# Parameters that belong to the page, not to the experiment.
PAGE_PARAMETERS = frozenset({"theme", "v", "stage"})
# A link may be nonsense from end to end: nobody reads more than so many sentences about it.
_MOST_IGNORED = 8
_LONGEST = 60


def pairs_of(query: str | Mapping[str, str]) -> dict[str, str]:
    """Return the parts of an address by name, from its text with or without the question mark, or from a mapping."""
    return dict(parse_qsl(query.lstrip("?"), keep_blank_values=True)) if isinstance(query, str) else dict(query)


def refusal(name: str, text: str, why: object) -> str:
    """Return the sentence about a part that was ignored."""
    return f"{name[:40]}={text[:40]} — {why}"


def shortened(ignored: Sequence[str]) -> tuple[str, ...]:
    """Return the first of the sentences about what was ignored, and how many more there are."""
    more = len(ignored) - _MOST_IGNORED
    return (*ignored[:_MOST_IGNORED], f"and {more} more") if more > 0 else tuple(ignored)


class LinkReader:
    """One reading of one address.

    Parameters
    ----------
    query : str or mapping
        ``?preset=xyz&op=3``, or the same as a mapping.
    longest : mapping of str to int
        How many characters a part may have, by name.
    other : int
        And a part that is not named there.
    """

    def __init__(
        self, query: str | Mapping[str, str], longest: Mapping[str, int] = MappingProxyType({}), other: int = _LONGEST
    ) -> None:
        self._pairs = {name: text for name, text in pairs_of(query).items() if name not in PAGE_PARAMETERS}
        self._longest, self._other = longest, other
        self._ignored: list[str] = []

    @property
    def ignored(self) -> tuple[str, ...]:
        """What was ignored and why, a sentence each."""
        return shortened(self._ignored)

    def take(self, name: str, read: Callable[[str], Any]) -> Any:
        """Return one part as `read` understands it; None where there is none, or none that can be taken."""
        text = self._pairs.pop(name, None)
        if text is None:
            return None
        try:
            return read(self.within(name, text))
        except ValueError as error:
            self.ignore(name, text, error)
            return None

    def within(self, name: str, text: str) -> str:
        """Return the text of a part, or raise a SpecError where it is too long."""
        longest = self._longest.get(name, self._other)
        if len(text) > longest:
            raise SpecError(name, f"this value has at most {longest} characters in a link")
        return text

    def ignore(self, name: str, text: str, why: object) -> None:
        """Note that a part is ignored."""
        self._ignored.append(refusal(name, text, why))

    def ignore_rest(self) -> None:
        """Note that all that nobody has taken is ignored."""
        for name, text in self._pairs.items():
            self.ignore(name, text, "there is no such setting")


def known(name: str, text: str, among: Collection[str]) -> str:
    """Return a text that is one of those that are known, or raise a SpecError that names a near one."""
    if text not in among:
        raise SpecError(name, unknown(name, text, list(among)))
    return text


def whole(name: str, text: str, most: int) -> int:
    """Return the whole number from 0 to `most` that a text is, or raise a SpecError."""
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise SpecError(name, f"a whole number from 0 to {most:,}")
    return int(text)
