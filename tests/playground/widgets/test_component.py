"""What holds for every widget with a browser side of its own."""

import re

import pytest

from playground.views.diagram import NetworkDiagram
from playground.views.readout import Readout
from playground.widgets.about import About
from playground.widgets.branch_tree import BranchTree
from playground.widgets.clipboard import CopyBox
from playground.widgets.digit_wall import DigitWall
from playground.widgets.draw_pad import DrawPad
from playground.widgets.gallery import DataGallery
from playground.widgets.listing import Listing
from playground.widgets.map_wall import MapWall
from playground.widgets.message import MessageBar
from playground.widgets.net_builder import NetBuilder
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.score_bars import ScoreBars
from playground.widgets.summary import Summary
from playground.widgets.surface import Surface
from playground.widgets.transport import Transport

WIDGETS = pytest.mark.parametrize(
    "widget",
    [
        Transport, Listing, NetworkDiagram, Readout, DataGallery, Surface, BranchTree, CopyBox, About, Summary,
        MessageBar, DrawPad, MapWall, ScoreBars, NetBuilder, DigitWall, PaintSignal,
    ],
)  # fmt: skip


@WIDGETS
def test_a_message_reaches_all_who_registered(widget):
    heard = []
    component = widget()
    component.on_message(lambda message: heard.append(("first", message)))
    component.on_message(lambda message: heard.append(("second", message)))
    component._handle_msg({"type": "any"})
    assert heard == [("first", {"type": "any"}), ("second", {"type": "any"})]


@WIDGETS
def test_a_message_reaches_only_the_instance_it_was_for(widget):
    heard = []
    widget().on_message(heard.append)
    widget()._handle_msg({"type": "any"})
    assert heard == []


@WIDGETS
def test_nothing_is_asked_of_another_host(widget):
    for text in (widget._esm, *widget._stylesheets):
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}
        assert "@import" not in text


@WIDGETS
def test_a_widget_has_one_render_function(widget):
    assert widget._esm.count("export function render") == 1


@WIDGETS
def test_joined_modules_declare_no_name_twice(widget):
    declaration = r"^(?:export )?(?:async )?(?:const|let|class|function) (\w+)"
    names = re.findall(declaration, widget._esm, re.MULTILINE)
    assert len(names) == len(set(names))


@WIDGETS
def test_a_widget_becomes_a_bokeh_model(widget):
    model = widget(dark=True).get_root()
    assert model.data.dark is True
    assert model.sizing_mode == "stretch_width"
