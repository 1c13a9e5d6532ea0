"""A draft of a network as the cards of `NetBuilder`."""

from __future__ import annotations

from typing import Any

from engine.layers import ACTIVATIONS
from engine.layers.shapes import Shape
from engine.reader import HEADS, LAYER_KINDS, LayerSetting, LayerSpec, OutlineRow
from playground.stages.training.draft import Draft

INPUT, HEAD = "input", "head"
_PADDINGS = {"valid": "none", "same": "keeps the size"}
_POOLS = {"average": "average", "max": "maximum"}


def kinds() -> list[dict[str, str]]:
    """Return what can be added as `NetBuilder.kinds`."""
    return [{"kind": key, "title": kind.title, "sentence": kind.about} for key, kind in LAYER_KINDS.items()]


def net_content(draft: Draft, shape: Shape, head: str, runs: bool) -> dict[str, Any]:
    """Return a draft as `NetBuilder.content`.

    Parameters
    ----------
    draft : Draft
    shape : tuple of int
        Of a digit.
    head : str
        A key of `HEADS`.
    runs : bool
        Whether it is what is trained; else an older network runs on.
    """
    rows = draft.outline(shape)
    cards = [_card(INPUT, "input", "a digit", shape, addable=True)]
    for row in rows:
        if row.kind == HEAD:
            cards.append(_head(row, head))
        elif row.place is None:
            # What is added by itself goes where it is needed: nothing can be put behind it that it is not behind.
            cards.append(_shown(f"auto-{row.name}", row, "added by itself", note=row.note))
        else:
            cards.append(_layer_card(draft, row))
    refusal = next((row.refusal for row in rows if row.refusal), "")
    problem = f"{refusal}. The last network that fitted runs on." if refusal and not runs else ""
    total = sum(row.parameters or 0 for row in rows)
    return {"cards": cards, "total": "" if refusal else f"{total:,} parameters", "problem": _sentence(problem)}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _layer_card(draft: Draft, row: OutlineRow) -> dict[str, Any]:
    assert row.place is not None
    key, spec = draft.layers[row.place]
    last = len(draft.layers) - 1
    moves = [step for step in (-1, 1) if 0 <= row.place + step <= last]
    return _shown(
        key, row, detail(spec), removable=True, movable=moves, addable=True, note=LAYER_KINDS[spec.kind].about,
        settings=[_setting(setting, spec.get(setting.name)) for setting in LAYER_KINDS[spec.kind].settings],
    )  # fmt: skip


def _head(row: OutlineRow, head: str) -> dict[str, Any]:
    about = {"name": HEAD, "title": "Head", "value": head, "options": [(key, one.title) for key, one in HEADS.items()]}
    return _shown(HEAD, row, HEADS[head].title, settings=[about], note=HEADS[head].about)


def _shown(key: str, row: OutlineRow, detail: str, **more: Any) -> dict[str, Any]:
    parameters = f"{row.parameters:,} params" if row.parameters else ""
    shape = row.outputs if row.refusal is None else None
    return _card(key, row.name, detail, shape, parameters=parameters, refusal=row.refusal or "", **more)


def _card(key: str, title: str, detail: str, shape: Shape | None, **more: Any) -> dict[str, Any]:
    return {
        "id": key, "title": title, "detail": detail, "shape": None if shape is None else list(shape), "parameters": "",
        "settings": [], "removable": False, "movable": [], "addable": False, "refusal": "", "note": "", **more,
    }  # fmt: skip


def detail(spec: LayerSpec) -> str:
    """Return a layer's kind and settings in a few words."""
    values = dict(spec.settings)
    size = f"{values['size']}×{values['size']}" if "size" in values else ""
    match spec.kind:
        case "conv":
            return f"{values['filters']} of {size}, {ACTIVATIONS[values['activation']].title}"
        case "max_pool":
            return f"max {size}"
        case "average_pool":
            return f"average {size}"
        case "global_pool":
            return f"{_POOLS[values['kind']]} of each map"
        case "response_norm":
            return f"over {values['neighbours']} maps"
        case "dense":
            dropped = f", dropout {values['dropout']:g}" if values["dropout"] else ""
            return f"{ACTIVATIONS[values['activation']].title}{dropped}"
    return "one row"


def _setting(setting: LayerSetting, value: Any) -> dict[str, Any]:
    about = {"name": setting.name, "title": setting.title, "value": value}
    if setting.choices is None:
        return {**about, "least": setting.least, "most": setting.most, "whole": isinstance(setting.default, int)}
    return {**about, "options": [(choice, _option(setting.name, choice)) for choice in setting.choices]}


def _option(name: str, choice: Any) -> str:
    if name == "activation":
        return ACTIVATIONS[choice].title
    return {"padding": _PADDINGS, "kind": _POOLS}.get(name, {}).get(choice) or str(choice)
