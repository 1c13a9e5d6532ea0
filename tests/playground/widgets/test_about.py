"""The hover cards and the picture in words, as far as they are Python."""

import re

from playground.widgets.about import About, about
from playground.widgets.summary import Summary


def test_the_browser_looks_for_the_class_that_python_sets():
    (name,) = about("learning_rate")
    assert name.endswith("learning_rate")
    prefix = name.removesuffix("learning_rate")
    assert re.search(rf"[\"'`\[.^=]{re.escape(prefix)}", About._esm), f"{prefix} is not in the module"


def test_cards_reach_the_browser():
    cards = {"noise": {"title": "Noise", "text": "How far the points are shaken off."}}
    assert About(cards=cards).get_root().data.cards == cards


def test_what_is_pushed_reaches_a_page_that_is_open():
    summary = Summary()
    model = summary.get_root()
    summary.push(text="Epoch 3.", quiet=True)
    assert (model.data.text, model.data.quiet) == ("Epoch 3.", True)
    assert (summary.text, summary.quiet) == ("Epoch 3.", True)
