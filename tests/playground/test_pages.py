"""Which page an address opens, and the way from one to the others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground.link import from_query
from playground.pages import PAGES, asked_for, navigation


@pytest.mark.parametrize("key", list(PAGES))
def test_an_address_opens_its_page(key: str) -> None:
    page, rest = asked_for({"stage": key, "seed": "3"})
    assert (page.key, rest) == (key, {"seed": "3"})


def test_an_address_without_a_stage_opens_the_network() -> None:
    page, rest = asked_for({"data": "xor"})
    assert (page.title, rest) == ("Network", {"data": "xor"})


def test_an_unknown_stage_is_left_for_the_page_that_opens_instead_to_complain_of() -> None:
    page, rest = asked_for({"stage": "moon"})
    assert (page.key, rest) == ("", {"stage": "moon"})
    assert from_query(rest).ignored == ("stage=moon — there is no such page",)


def test_navigation_marks_the_present_page_and_leads_to_all() -> None:
    items = navigation(PAGES["graph"])
    stages = ("graph", "flow", "descent", "race", "batches", "convolution", "reader", "training")
    assert [item["href"] for item in items] == ["?", *(f"?stage={key}" for key in stages)]
    assert [item["title"] for item in items if item["current"]] == ["Back-propagation"]


def test_pages_of_a_group_stand_together() -> None:
    groups = [page.group for page in PAGES.values()]
    assert groups == sorted(groups, key=groups.index)


def test_the_pages_are_there_before_anything_is_compiled(tmp_path: Path) -> None:
    # At the very first start there are no kernels yet, and a server that compiled them would not answer for a minute.
    code = """
from engine.backend import CompiledBackend

def compiles(self):
    raise AssertionError("the compiler was called")

CompiledBackend.__init__ = compiles
import playground.pages
print(len(playground.pages.PAGES))
"""
    cold = {**os.environ, "NEURAL_PLAYGROUND_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=cold
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(len(PAGES))
