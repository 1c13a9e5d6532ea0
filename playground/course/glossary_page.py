"""The page with all terms of the glossary."""

from __future__ import annotations

from typing import Any

import panel as pn
import param

from lessons.glossary import GLOSSARY, term
from playground.course.address import COURSE
from playground.widgets.glossary_list import GlossaryList


class GlossaryPage(pn.viewable.Viewer):
    """All terms.

    Parameters
    ----------
    key : str
        Key of the term that is shown at once; empty for none.
    dark : bool or reference
        Whether the page is dark.
    """

    dark = param.Boolean(default=False, allow_refs=True)
    # As of a stage: what the author of a link has taken away.
    hidden: tuple[str, ...] = ()

    def __init__(self, key: str = "", **params: Any) -> None:
        super().__init__(**params)
        asked = term(key)
        self.list = GlossaryList(
            dark=self.param.dark, back=COURSE, term=asked.key if asked else "",
            message=f"The glossary has no term {key[:40]!r}." if key and asked is None else "",
            terms=[
                {
                    "key": each.key, "name": each.name, "forms": list(each.forms), "text": each.text,
                    "href": f"?stage=glossary&term={each.key}",
                }
                for each in GLOSSARY
            ],
        )  # fmt: skip

    def __panel__(self) -> Any:
        """Return what is drawn."""
        return self.list

    def start(self) -> None:
        """Begin; there is nothing that moves."""

    def stop(self) -> None:
        """End: the visitor has left."""
