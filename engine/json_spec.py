"""How a spec goes through JSON: as its settings, with a version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from engine.checks import SpecError, json_object

__all__ = ["JsonSpec"]


class JsonSpec:
    """A frozen spec of settings, each of which has a default.

    Attributes
    ----------
    version : int
        Of the settings, as they are written.
    called : str
        What a message calls the experiment: ``stack``.
    """

    __slots__ = ()

    version: ClassVar[int] = 1
    called: ClassVar[str]

    def with_(self, **changes: Any) -> Self:
        """Return a copy with these settings changed."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        raise NotImplementedError

    def to_json(self) -> str:
        """Return the spec as JSON, with a version."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the spec that `to_dict` wrote; settings that are left out take their defaults."""
        values = dict(values)
        version = str(values.pop("version", cls.version))
        if version != str(cls.version):
            raise SpecError(
                "", f"this {cls.called} has version {version[:20]}, this program reads version {cls.version}"
            )
        return cls().with_(**values)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the spec that `to_json` wrote; settings that are left out take their defaults."""
        return cls.from_dict(json_object(text))
