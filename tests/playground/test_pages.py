"""Which page an address opens, and the way from one to the others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from lessons.course import course
from lessons.tracks import LECTURES
from playground.link import from_query
from playground.pages import PAGES, STAGES, asked_for, navigation


@pytest.mark.parametrize("key", list(PAGES))
def test_an_address_opens_its_page(key: str) -> None:
    page, rest = asked_for({"stage": key, "seed": "3"})
    assert (page.key, rest) == (key, {"seed": "3"})


@pytest.mark.parametrize("query", [{"data": "xor"}, {"v": "3"}, {"hide": "share"}, {"data": "xor", "theme": "dark"}])
def test_settings_without_a_stage_are_of_the_network(query: dict[str, str]) -> None:
    # So all links lead on that were shared before there was a course.
    page, rest = asked_for(query)
    assert (page.key, rest) == ("network", query)


@pytest.mark.parametrize("query", [{}, {"theme": "dark"}, {"stage": "course"}, {"lecture": "L3"}])
def test_the_bare_address_opens_the_course(query: dict[str, str]) -> None:
    assert asked_for(query)[0].key == "course"


def test_an_unknown_stage_is_left_for_the_page_that_opens_instead_to_complain_of() -> None:
    page, rest = asked_for({"stage": "moon"})
    assert (page.key, rest) == ("network", {"stage": "moon"})
    assert from_query(rest).ignored == ("stage=moon — there is no such page",)


# What the page is called, and what the course map says in its place.
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"lesson": "77"}, "There is no lesson '77': choose one of the map."),
        ({"lesson": "<b>"}, "There is no lesson '<b>': choose one of the map."),
        ({"lesson": "²"}, "There is no lesson '²': choose one of the map."),
        ({"lesson": ""}, "There is no lesson '': choose one of the map."),
        ({"lesson": "30"}, "Lesson 30, Building models in the style of Keras, is not written yet."),
        ({"lesson": "14", "step": "forwards"}, "did you mean forward?"),
        ({"lecture": "L5", "slide": "3"}, "unknown lecture 'L5': choose one of L1, L2, L3, L4"),
        ({"lecture": "L5"}, "unknown lecture 'L5': choose one of L1, L2, L3, L4"),
        ({"lecture": "L2", "slide": "34"}, "there is no slide '34' in L2; its slides are 1 to 33"),
        ({"lecture": "L2", "slide": "0"}, "there is no slide '0' in L2"),
        ({"lecture": "L2", "slide": "²"}, "there is no slide '²' in L2"),
    ],
)
def test_what_is_not_there_opens_the_map_which_says_so(query: dict[str, str], said: str) -> None:
    page, rest = asked_for(query)
    assert (page.key, rest) == ("course", {})
    assert said in page.make(rest).map.message


def test_a_lesson_opens_at_its_first_step_or_the_one_that_is_named() -> None:
    lesson = course().lessons[14]
    for query, key in (({"lesson": "14"}, lesson.steps[0].key), ({"lesson": "14", "step": "forward"}, "forward")):
        page, rest = asked_for(query)
        assert (page.title, page.make.args) == (lesson.title, (lesson, key, ""))
        assert rest == {}


@pytest.mark.parametrize("number", ["20", "020"])
def test_a_slide_opens_its_step_and_the_lecture_is_followed(number: str) -> None:
    page, _ = asked_for({"lecture": "L1", "slide": number})
    lesson, step, followed = page.make.args
    assert (lesson.number, "L1-20" in next(each for each in lesson.steps if each.key == step).slides) == (14, True)
    assert followed == "L1-20"


def test_every_slide_of_every_lecture_opens() -> None:
    for lecture in LECTURES.values():
        for each in lecture.slides:
            page, _ = asked_for({"lecture": lecture.key, "slide": str(each.number)})
            found = course().at_slide(each.key)
            assert page.title == (found[0].title if found else each.title)


def test_a_slide_without_a_step_says_so_and_leads_on() -> None:
    # Of the second half of the course, which is not written yet.
    page, rest = asked_for({"lecture": "L4", "slide": "43"})
    card = page.make(rest).card
    assert card.sentence.startswith("This slide belongs to lesson 29, Tensors, graphs, sessions.")
    assert card.sentence.endswith("That lesson is not written yet.")
    assert [step["href"] for step in card.steps[:2]] == ["?lecture=L4&slide=42", "?lecture=L4&slide=44"]


def test_a_slide_without_a_step_leads_to_the_stages_that_show_it() -> None:
    # LeNet is of lesson 22, and both digit pages show it.
    page, rest = asked_for({"lecture": "L1", "slide": "43"})
    ways = [way["href"] for way in page.make(rest).card.ways]
    assert ways == ["?stage=reader&slide=L1-43", "?stage=training&slide=L1-43"]
    for way in ways:
        page, rest = asked_for(dict(part.split("=") for part in way[1:].split("&")))
        assert page.make(rest).message.lines == []


def test_navigation_marks_the_present_page_and_leads_to_the_course_and_all_stages() -> None:
    items = navigation(PAGES["graph"])
    assert [item["href"] for item in items] == ["?stage=course", *(f"?stage={key}" for key in STAGES)]
    assert [item["title"] for item in items if item["current"]] == ["Back-propagation"]


def test_a_lesson_is_none_of_the_pages_of_the_navigation() -> None:
    assert not any(item["current"] for item in navigation(asked_for({"lesson": "14"})[0]))


def test_pages_of_a_group_stand_together() -> None:
    groups = [item["group"] for item in navigation(PAGES["course"])]
    assert groups == sorted(groups, key=groups.index)


def test_the_pages_are_there_before_anything_is_compiled(tmp_path: Path) -> None:
    # At the very first start there are no kernels yet, and a server that compiled them would not answer for a minute.
    # A stage is imported by its first visitor.
    code = """
from engine.backend import CompiledBackend

def compiles(self):
    raise AssertionError("the compiler was called")

CompiledBackend.__init__ = compiles
from importlib import import_module
from playground.pages import STAGES
for key in STAGES:
    import_module(f"playground.stages.{key}.stage")
print(len(STAGES))
"""
    cold = {**os.environ, "NEURAL_PLAYGROUND_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=cold
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(len(STAGES))


def test_links_in_lessons_open_what_they_say() -> None:
    links = {
        link
        for lesson in course().lessons.values()
        for step in lesson.steps
        for link in re.findall(r"\]\(\?([^)]*)\)", f"{step.text} {step.note}")
    }
    for link in links:
        query = dict(parse_qsl(link, strict_parsing=True))
        page, rest = asked_for(query)
        assert page.key == query.get("stage", ""), link
        if page.key in STAGES:
            reader = import_module("playground.link" if page.key == "network" else f"playground.{page.key}_link")
            assert reader.from_query(rest).ignored == (), link
