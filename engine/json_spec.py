"""How a spec goes through JSON: as its settings, with a version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar, Self, cast

from engine.checks import SpecError, json_object, unknown

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
        known = [setting.name for setting in fields(cast(Any, self))]
        for name in changes:
            if name not in known:
                raise SpecError(name, unknown("setting", name, known))
        return cast(Self, replace(cast(Any, self), **{**self._left_open(changes), **changes}))

    def _left_open(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that these changes make void, unless they are given, too."""
        return {}

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        raise NotImplementedError

    def to_json(self) -> str:
        """Return the spec as JSON, with a version."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the spec that `to_dict` wrote; settings that are left out take their defaults."""
        return cls().with_(**cls._without_version(values))

    @classmethod
    def _without_version(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings without their version, or raise a SpecError if it is another than this program's."""
        values = dict(values)
        version = str(values.pop("version", cls.version))
        if version != str(cls.version):
            raise SpecError(
                "", f"this {cls.called} has version {version[:20]}, this program reads version {cls.version}"
            )
        return values

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the spec that `to_json` wrote; settings that are left out take their defaults."""
        return cls.from_dict(json_object(text))
