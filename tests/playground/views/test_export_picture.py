"""The button that saves figures; that a picture arrives is seen in a browser, in tests/browser/test_views.py."""

import panel as pn
import pytest
from bokeh.models import CustomJS

from playground.views.boundary import BoundaryView
from playground.views.curves import CurvesView
from playground.views.export_picture import png_button


@pytest.mark.parametrize("shown", ["figure", "pane", "list"])
def test_the_figures_are_given_to_the_browser(shown):
    boundary, curves = BoundaryView(), CurvesView()
    given = {"figure": boundary.figure, "pane": boundary.pane, "list": list(curves.figures)}[shown]
    wanted = curves.figures if shown == "list" else (boundary.figure,)
    button = png_button(given, "plane", "Save")
    root = pn.Column(button, boundary.pane, curves.pane).get_root()
    script = next(script for script in root.select({"type": CustomJS}) if "to_blob" in script.code)
    assert [script.args[f"plot{k}"] for k in range(len(wanted))] == list(wanted)


@pytest.mark.parametrize("name", ["", "a/b", "a'b", "../x", "a b", "x" * 100, "${x}"])
def test_a_name_must_do_for_a_file(name):
    with pytest.raises(ValueError, match="a file name has letters"):
        png_button(BoundaryView().figure, name)


@pytest.mark.parametrize("what", [None, "figure", pn.pane.HTML("")])
def test_only_figures_can_be_saved(what):
    with pytest.raises(TypeError, match="expects a Bokeh figure"):
        png_button(what, "plane")
