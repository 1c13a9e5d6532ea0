"""The stack's widgets, as far as they are Python."""

import re

import pytest

from playground.assets import STATIC
from playground.views.stack import StackView
from playground.views.stack_presets import StackPresets
from playground.views.stack_question import StackQuestion
from playground.views.stack_words import StackWords


@pytest.mark.parametrize(
    ("widget", "values"),
    [
        (StackView, {"frame": {"layers": []}, "tiles": b"\x00\xff", "lut": bytes(768)}),
        (StackPresets, {"items": [{"key": "tanh", "title": "Tanh", "number": "0.80"}], "value": "tanh"}),
        (StackQuestion, {"question": {"title": "Before you look", "choices": ["About 1"]}}),
        (StackWords, {"words": {"title": "Layer 1, backward", "lines": []}}),
    ],
)
def test_what_is_pushed_reaches_the_browser_and_the_messages_come_up(widget, values) -> None:
    made = widget()
    model = made.get_root()
    made.push(**values)
    assert {name: getattr(model.data, name) for name in values} == values
    heard = []
    made.on_message(heard.append)
    made._handle_msg({"type": "any"})
    assert heard == [{"type": "any"}]


@pytest.mark.parametrize("name", ["stack", "stack_words", "stack_presets", "stack_question"])
def test_a_stylesheet_has_no_colours_of_its_own(name: str) -> None:
    text = (STATIC / "css" / f"{name}.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", text) == []
    assert f".np-{name}" in text
