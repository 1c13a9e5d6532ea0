"""What holds for the widgets of the optimizer lab's own views."""

import re

import pytest

from playground.widgets.optimizer_state import OptimizerState
from playground.widgets.start_slider import StartSlider

WIDGETS = pytest.mark.parametrize("widget", [OptimizerState, StartSlider])


@WIDGETS
def test_a_widget_has_one_render_function_and_no_name_twice(widget):
    assert widget._esm.count("export function render") == 1
    names = re.findall(
        r"^(?:export )?(?:async )?(?:const|let|class|function) (\w+)", widget._esm, re.MULTILINE
    )
    assert len(names) == len(set(names))


@WIDGETS
def test_nothing_is_asked_of_another_host(widget):
    for text in (widget._esm, *widget._stylesheets):
        assert set(re.findall(r"https?://[^\s\"'`)]+", text)) <= {"http://www.w3.org/2000/svg"}
        assert "@import" not in text


@WIDGETS
def test_a_message_reaches_who_registered(widget):
    heard = []
    component = widget(dark=True)
    component.on_message(heard.append)
    component._handle_msg({"type": "any"})
    assert heard == [{"type": "any"}]
    assert component.get_root().data.dark is True
