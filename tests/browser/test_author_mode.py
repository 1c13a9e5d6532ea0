"""What an author has hidden in a link is not there, and the rest works."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import student
from tests.browser.student import Opener, press, stand_at
from tests.serving import NUMBER

# A link's key and what is gone with it.
GONE = {
    "clinic": lambda page: page.get_by_role("button", name="Clinic", exact=True),
    "files": lambda page: page.get_by_role("button", name="Save and export", exact=True),
    "share": lambda page: page.get_by_role("button", name="Share", exact=True),
    "compare": lambda page: page.get_by_role("button", name="Pin and compare", exact=True),
    "inside": lambda page: page.get_by_role("button", name="Loss landscape", exact=True),
    "data": lambda page: page.get_by_role("radiogroup", name="Data set", exact=True),
    "data_seed": lambda page: page.get_by_role("button", name="New data", exact=True),
    "seed": lambda page: page.get_by_role("button", name="New start", exact=True),
    "draw": lambda page: page.get_by_label("Draw", exact=True),
    "learning_rate": lambda page: page.get_by_label("Learning rate", exact=True),
    "activation": lambda page: page.get_by_role("combobox", name="Activation", exact=True),
    "more": lambda page: page.get_by_text("More settings", exact=True),
    "shape": lambda page: page.get_by_label("Add a hidden layer", exact=True),
    "diagram": lambda page: page.get_by_role("group", name="The network", exact=True),
    "listing": lambda page: page.get_by_role("list", name="Operations of this step"),
    "plane": lambda page: page.get_by_label("Test points", exact=True),
    "curves": lambda page: page.get_by_label("Loss in powers of ten", exact=True),
}


def test_without_a_word_of_it_all_is_there(open_page: Opener) -> None:
    page = open_page()
    for key, find in GONE.items():
        expect(find(page), key).to_have_count(1)
        expect(find(page)).to_be_visible()


def test_what_is_hidden_is_gone_and_the_rest_works(open_page: Opener) -> None:
    # Of two kinds a page each, so that what is left over is shown to work.
    first = ("clinic", "files", "share", "compare", "inside", "data", "data_seed", "learning_rate", "draw")
    for hidden in (first, tuple(key for key in GONE if key not in first)):
        page = open_page("?hide=" + ",".join(hidden))
        for key, find in GONE.items():
            if key in hidden:
                expect(find(page)).to_be_hidden()
            elif key not in ("shape", "draw") or "diagram" not in hidden:
                expect(find(page)).to_be_visible()
        press(page, "Step forward")
        stand_at(page, "batch 2 ")


def test_numbers_and_transport_can_go_too(open_page: Opener) -> None:
    page = open_page("?hide=transport")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_hidden()
    expect(page.get_by_label("Loss", exact=True)).to_have_text(NUMBER)


def test_weights_cannot_be_set_where_the_author_forbids_it(open_page: Opener) -> None:
    page = open_page("?hidden=2&hide=weights")
    page.mouse.click(*student.on_edge(page, "input x₁", "neuron 1 of dense1"))
    student.unit(page, "neuron 1 of dense1").click()
    # The neuron is chosen, which comes after the edge: by now its field would be there.
    student.wait_until(page, lambda: student.plane_title(page) == "What neuron 1 of dense1 computes")
    expect(page.get_by_label("Weight", exact=True)).to_have_count(0)
    expect(page.get_by_label("Bias", exact=True)).to_have_count(0)


@pytest.fixture
def shared(open_page: Opener) -> Page:
    page = open_page("?data=xor&hidden=2")
    press(page, "Share")
    return page


def test_the_share_dialog_hides(open_page: Opener, shared: Page) -> None:
    hide = shared.get_by_role("combobox", name=re.compile("Hide for whoever opens it"))
    hide.click()
    shared.get_by_role("listbox").get_by_text("Failure clinic", exact=True).click()
    shared.get_by_role("listbox").get_by_text("Learning rate", exact=True).click()
    field = shared.get_by_label("Link to this experiment", exact=True)
    expect(field).to_have_value(re.compile(r"hide=clinic,learning_rate|hide=learning_rate,clinic"))
    page = open_page("?" + field.input_value().split("?", 1)[1])
    expect(page.get_by_role("button", name="Clinic", exact=True)).to_be_hidden()
    expect(page.get_by_label("Learning rate", exact=True)).to_be_hidden()
    expect(page.get_by_role("radio", name="XOR", exact=True)).to_be_checked()
    press(page, "Step forward")
    stand_at(page, "batch 2 ")
