"""A lesson's page without a browser: predict, run, answer, do, and go on."""

from __future__ import annotations

from typing import Any

import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from lessons.conditions import Fact
from lessons.course import Course
from lessons.progress import Progress
from lessons.schema import Check, Item, Lesson, Mistake, Option, Prediction, Question, Step
from playground.course import lesson_page
from playground.course.lesson_page import LessonPage

AT = {"slide": "L1-20"}
FORWARD = Step(
    key="forward", title="Forward", text="Numbers go *forward*.", stage="graph", at=AT, show=("graph", "told"),
    note="It is 3 there, too.",
    point="graph", slides=("L1-20",),
    prediction=Prediction(
        kind="number", ask="What is q?", run=("step 1 op",), truth="value.q", answer=3.0,
        mistakes=(Mistake(-7.0, "A minus too many."),), after="It adds.",
    ),
    question=Question(
        kind="choice", ask="Why?", options=(Option("a", "no a"), Option("b", "yes b", right=True), Option("c", "no c"))
    ),
    check=Check(
        do="Run to the end.", when=("op >= 2",), solution=("step 2 op",), done="There it is.", hint="Step."
    ),
)  # fmt: skip
KEEPS = Step(
    key="keeps", title="Goes on", text="From there.", stage="graph", at=AT, keeps=True,
    check=Check(do="One more.", when=("op >= 3",), solution=("step 3 op",), done="Yes."),
)  # fmt: skip
OTHER = Step(
    key="other", title="Elsewhere", text="A stack.", stage="flow", show=("stack",),
    prediction=Prediction(
        kind="order", ask="Order?", run=("step 1 op",), items=tuple(Item(name, f"fact.{name}") for name in "abc")
    ),
)  # fmt: skip
LESSON = Lesson(14, "Chain rule", "s", "Paths *add*.", (FORWARD, KEEPS, OTHER))
NEXT = Lesson(15, "Networks", "s", "a", (KEEPS,))


class Tab:
    """The page in a tab of its own; frames are made when a test says so."""

    def __init__(self, step: str = "forward", lecture: str = "", stored: str | None = "") -> None:
        self.document = Document()
        with set_curdoc(self.document):
            self.page = LessonPage(LESSON, step, lecture)
        if stored is not None:
            self.store(type="stored", text=stored)
        self.settle()

    @property
    def card(self) -> dict[str, Any]:
        """What the card shows."""
        return dict(self.page.card.card)

    def settle(self) -> None:
        """Work off all commands of the stage, and what it does by itself, up to a hundred frames."""
        for _ in range(100):
            loop: Any = self.page.stage.loop
            if not loop._commands and not loop.playing:
                return
            commands = list(loop._commands)
            loop._commands.clear()
            scene, _, failures = loop._work_in_thread(commands, loop.playing and not commands)
            assert not failures
            with set_curdoc(self.document):
                self.page.stage.draw(scene)
        raise AssertionError("the stage does not come to rest")

    def say(self, settle: bool = True, **message: Any) -> dict[str, Any]:
        """Let the card say something; return what it shows then."""
        with set_curdoc(self.document):
            self.page.card._handle_msg(message)
        if settle:
            self.settle()
        return self.card

    def store(self, **message: Any) -> None:
        """Let the browser's store say something."""
        with set_curdoc(self.document):
            self.page.store._handle_msg(message)

    @property
    def facts(self) -> dict[str, Fact]:
        """What stands on the graph."""
        from playground.benches.graph import BENCH

        return BENCH.facts(self.page.stage.session)

    @property
    def kept(self) -> Progress:
        """What the browser was given to keep."""
        return Progress.from_json(self.page.store.text)


@pytest.fixture(autouse=True)
def course(monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course of two small lessons."""
    made = Course({14: LESSON, 15: NEXT}, (), {"L1-20": (LESSON, FORWARD), "L1-21": (LESSON, KEEPS)})
    monkeypatch.setattr(lesson_page, "course", lambda: made)
    return made


@pytest.fixture
def tab() -> Tab:
    return Tab()


def test_the_stage_is_locked_until_a_prediction_is_committed(tab: Tab) -> None:
    stage = tab.page.stage
    assert stage.locked
    assert stage.transport.locked
    assert tab.card["prediction"]["state"] == "open"
    assert tab.card["question"] is None
    assert tab.card["check"] is None
    # The bar is deaf, whatever the browser sends.
    with set_curdoc(tab.document):
        stage.transport._handle_msg({"type": "step", "direction": 1, "grain": "op"})
    tab.settle()
    assert tab.facts["op"] == 0
    tab.say(type="run")
    assert tab.facts["op"] == 0
    assert tab.say(type="commit", answer="x")["prediction"]["trouble"].startswith("Write a number")
    assert stage.locked
    tab.say(type="commit", answer="-7")
    assert not stage.locked
    with set_curdoc(tab.document):
        stage.transport._handle_msg({"type": "step", "direction": 1, "grain": "op"})
    tab.settle()
    assert tab.facts["op"] == 1


def test_what_happened_stands_beside_what_was_predicted(tab: Tab) -> None:
    shown = tab.say(type="commit", answer="-7")["prediction"]
    assert (shown["state"], shown["mine"]) == ("committed", "−7")
    # What is to be said of the slide may be the answer.
    assert tab.card["step"]["note"] == ""
    # A commitment is one: there is no second.
    assert tab.say(type="commit", answer="3")["prediction"]["mine"] == "−7"
    # Whatever was tried meanwhile, the run begins where the question was asked.
    with set_curdoc(tab.document):
        tab.page.stage.submit(lambda: tab.page.stage.session.set_value("x", 100.0))
    tab.settle()
    shown = tab.say(type="run")["prediction"]
    assert (shown["state"], shown["mine"], shown["happened"]) == ("ran", "−7", "3")
    assert (shown["right"], shown["why"], shown["after"]) == (False, "A minus too many.", "It adds.")
    assert tab.facts["value.q"] == 3.0
    assert tab.card["question"] is not None
    assert tab.card["step"]["note"] == "It is 3 there, too."


def test_a_right_prediction(tab: Tab) -> None:
    tab.say(type="commit", answer="3.0")
    assert tab.say(type="run")["prediction"]["right"] is True


def test_a_run_that_is_stopped_says_nothing(tab: Tab) -> None:
    tab.say(type="commit", answer="3")
    shown = tab.say(settle=False, type="run")["prediction"]
    assert shown["state"] == "running"
    with set_curdoc(tab.document):
        tab.page.stage.play(False)
    tab.settle()
    assert (tab.card["prediction"]["state"], tab.card["prediction"]["stopped"]) == ("committed", True)
    assert tab.say(type="run")["prediction"]["state"] == "ran"


def predicted(tab: Tab) -> None:
    tab.say(type="commit", answer="3")
    tab.say(type="run")


def test_each_wrong_answer_is_explained_and_another_can_be_given(tab: Tab) -> None:
    predicted(tab)
    assert tab.say(type="answer", answer="")["question"]["trouble"].startswith("Choose one")
    shown = tab.say(type="answer", answer="0")["question"]
    assert (shown["right"], shown["why"], shown["given"]) == (False, "no a", "0")
    assert tab.say(type="answer", answer="2")["question"]["why"] == "no c"
    assert tab.kept.of(14, "forward").tries == 2
    assert tab.card["check"] is None
    shown = tab.say(type="answer", answer="1")["question"]
    assert (shown["right"], shown["why"]) == (True, "yes b")
    assert tab.card["check"] is not None


def test_the_right_answer_is_told_after_some_tries(tab: Tab) -> None:
    predicted(tab)
    for place, answer in enumerate("020"):
        assert tab.card["question"]["tellable"] is False, place
        tab.say(type="answer", answer=answer)
    assert tab.card["question"]["tellable"] is True
    shown = tab.say(type="tell")["question"]
    assert (shown["right"], shown["given"], shown["why"]) == (True, "1", "yes b")


def test_the_check_sees_what_is_done_and_stays_done(tab: Tab) -> None:
    predicted(tab)
    tab.say(type="answer", answer="1")
    assert (tab.card["check"]["done"], tab.card["done"]) == (False, False)

    def step(direction: int) -> None:
        with set_curdoc(tab.document):
            tab.page.stage.transport._handle_msg({"type": "step", "direction": direction, "grain": "op"})
        tab.settle()

    step(1)
    assert (tab.card["check"]["done"], tab.card["done"]) == (True, True)
    step(-1)
    assert tab.card["check"]["done"] is True


def test_show_me_does_it_from_the_beginning(tab: Tab) -> None:
    predicted(tab)
    tab.say(type="answer", answer="1")
    tab.say(type="again")
    assert tab.facts["op"] == 0
    tab.say(type="show")
    assert tab.card["check"]["done"] is True
    assert tab.card["check"]["showing"] is False


def test_steps_of_a_lesson_follow_in_place(tab: Tab) -> None:
    stage = tab.page.stage
    predicted(tab)
    tab.say(type="show")
    assert tab.facts["op"] == 2
    assert tab.card["next"] == {"label": "Goes on", "href": "?lesson=14&step=keeps", "step": "keeps", "slide": ""}
    tab.say(type="go", step="keeps", slide="")
    # The same stage goes on from where it stood.
    assert tab.page.stage is stage
    assert tab.facts["op"] == 2
    assert not stage.locked
    tab.say(type="go", step="forward", slide="")
    # Coming back, the stage is as the step opens it, and what was said is still said.
    assert tab.facts["op"] == 0
    assert tab.card["prediction"]["state"] == "ran"
    assert not stage.locked
    # From elsewhere a step that keeps has nothing to keep.
    tab.say(type="go", step="other", slide="")
    assert tab.page.stage is not stage
    assert tab.page.stage.locked
    tab.say(type="go", step="keeps", slide="")
    assert tab.facts["op"] == 0


def test_only_what_the_step_shows_is_there(tab: Tab) -> None:
    def areas() -> set[str]:
        return {
            view.styles["grid-area"] for view in tab.page.stage.view
            if "grid-area" in view.styles and view.styles.get("display") != "none"
        }  # fmt: skip

    assert areas() == {"transport", "graph", "told"}
    assert [view.styles["grid-area"] for view in tab.page.stage.view if view.styles.get("outline")] == ["graph"]
    sheets = list(tab.page.stage.view.stylesheets)
    tab.say(type="go", step="keeps", slide="")
    assert areas() > {"transport", "graph", "told", "formula", "tools"}
    assert list(tab.page.stage.view.stylesheets) != sheets


def test_a_fact_of_the_step_before_fulfils_nothing(tab: Tab) -> None:
    predicted(tab)
    tab.say(type="show")
    # A picture of before is still on its way when the student is gone already.
    loop: Any = tab.page.stage.loop
    with set_curdoc(tab.document):
        tab.page.stage.submit(lambda: tab.page.stage.session.seek_step(7))
    late, _, _ = loop._work_in_thread(list(loop._commands), False)
    loop._commands.clear()
    tab.say(settle=False, type="go", step="keeps", slide="")
    with set_curdoc(tab.document):
        tab.page.stage.draw(late)
    assert not tab.card["check"]["done"]


def test_progress_is_kept_and_comes_back(tab: Tab) -> None:
    predicted(tab)
    tab.say(type="answer", answer="0")
    again = Tab(stored=tab.page.store.text)
    assert again.card["prediction"]["state"] == "committed"
    assert again.card["prediction"]["mine"] == "3"
    assert not again.page.stage.locked
    # What was seen once need not be run once more for the rest to come.
    assert again.card["question"] is not None
    assert again.kept.of(14, "forward").tries == 1


def test_what_is_done_before_the_browser_has_told_is_not_lost() -> None:
    before = Progress().with_step(14, "keeps", checked=True).with_step(9, "a", seen=True)
    tab = Tab(stored=None)
    tab.say(type="commit", answer="3")
    assert tab.page.store.text == ""
    tab.store(type="stored", text=before.to_json())
    assert tab.kept.of(14, "keeps").checked
    assert tab.kept.of(9, "a").seen
    assert tab.kept.of(14, "forward").predicted == "3"
    assert [step["done"] for step in tab.card["steps"]] == [False, True, False]


def test_another_tab_is_followed(tab: Tab) -> None:
    other = tab.kept.with_step(14, "keeps", checked=True)
    tab.store(type="stored", text=other.to_json())
    assert [step["done"] for step in tab.card["steps"]] == [False, True, False]


def test_broken_progress_is_said(tab: Tab) -> None:
    tab.store(type="stored", text="{")
    assert "lost" in tab.page.card.message
    tab.store(type="failed")
    assert "keeps nothing" in tab.page.card.message


def test_a_prediction_that_the_lesson_has_lost_is_asked_for_again() -> None:
    tab = Tab(stored=Progress().with_step(14, "other", predicted="4,5,6").to_json(), step="other")
    assert tab.card["prediction"]["state"] == "open"
    assert tab.page.stage.locked


def test_an_unknown_step_opens_the_first() -> None:
    tab = Tab(step="nowhere")
    assert tab.page.step is FORWARD
    assert "nowhere" in tab.page.card.message


def test_the_course_goes_on_with_the_next_lesson() -> None:
    tab = Tab(step="other")
    assert tab.card["next"]["label"] == "Lesson 15: Networks"
    assert tab.card["next"]["href"] == "?lesson=15&step=keeps"
    assert tab.card["next"]["step"] == ""
    assert Tab().card["back"]["href"] == "?stage=course"


def test_a_lecture_is_followed_slide_by_slide() -> None:
    tab = Tab(lecture="L1-20")
    assert tab.card["followed"].startswith("L1 · slide 20 of ")
    assert (tab.card["next"]["step"], tab.card["next"]["slide"]) == ("keeps", "L1-21")
    shown = tab.say(type="go", step="keeps", slide="L1-21")
    assert shown["href"] == "?lecture=L1&slide=21"
    # The next slide is not of this lesson: a page is loaded.
    assert (shown["next"]["step"], shown["next"]["href"]) == ("", "?lecture=L1&slide=22")


def test_the_lab_opens_what_the_step_opens(tab: Tab) -> None:
    assert tab.card["lab"] == "?stage=graph&slide=L1-20"


def test_slides_of_other_lectures_are_named(tab: Tab) -> None:
    lectures = {each["label"][:2] for each in tab.card["also"]}
    assert lectures
    assert "L1" not in lectures
