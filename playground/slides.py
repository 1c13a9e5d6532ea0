"""Which pages of the app show a slide of the lectures.

`python -m playground.slides` prints it for all slides as JSON: the lessons' own list asks so, as lessons know no stage.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import import_module

from lessons.tracks import LECTURES
from playground.pages import STAGES

__all__ = ["stages_of"]


@lru_cache(maxsize=512)
def stages_of(slide: str) -> tuple[str, ...]:
    """Return the keys of the stages whose address may say ``slide=`` this one.

    Parameters
    ----------
    slide : str
        ``L3-22``.
    """
    # The network has no slides of its own: any of its presets is a setting.
    links = {key: import_module(f"playground.{key}_link") for key in STAGES if key != "network"}
    return tuple(key for key, link in links.items() if not link.from_query({"slide": slide}).ignored)


if __name__ == "__main__":
    print(json.dumps({each.key: stages_of(each.key) for lecture in LECTURES.values() for each in lecture.slides}))
