"""A lesson file becomes a lesson, or it is said in which line it goes wrong, and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.reading import LARGEST_FILE, LessonError, line_of, read_lesson

GOOD = """\
number = 31
title = "A lesson"
summary = "It shows."
aha = "Aha."
after = [3]

[[steps]]
key = "one"
title = "One"
text = '''
Look at $\\value{q}$.
Twice.
'''
stage = "graph"
at = { slide = "L1-20", op = 2, skip = true, x = -0.5 }
show = ["graph"]

[steps.prediction]
kind = "number"
ask = "What?"
run = ["step 1 op"]
truth = "value.q"
answer = 3
mistakes = [{ value = 7, why = "A sign." }]

[[steps]]
key = "two"
title = "Two"
text = "Do it."
stage = "graph"
keeps = true

[steps.question]
kind = "choice"
ask = "Why?"

[[steps.question.options]]
text = "So"
right = true
why = "Yes."

[[steps.question.options]]
text = "Not so"
why = "No."

[steps.check]
do = "Do."
when = ["loss < 0.1"]
solution = ["step 1 op"]
done = "Done."
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "31_own.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_file_becomes_a_lesson(write: Write) -> None:
    lesson = read_lesson(write(GOOD))
    assert (lesson.number, lesson.title, lesson.after) == (31, "A lesson", (3,))
    one, two = lesson.steps
    # What stands in an address is text, as in an address.
    assert dict(one.at) == {"slide": "L1-20", "op": "2", "skip": "true", "x": "-0.5"}
    assert one.text == "Look at $\\value{q}$.\nTwice."
    assert one.prediction is not None
    assert (one.prediction.answer, one.prediction.mistakes[0].value) == (3, 7)
    assert two.keeps
    assert two.question is not None
    assert [option.right for option in two.question.options] == [True, False]
    assert two.check is not None
    assert two.check.when == ("loss < 0.1",)


# What is changed in the good file, the text in whose line it is wrong, and what is said of it.
BROKEN = {
    "a key that is not known": ('aha = "Aha."', 'ahah = "Aha."', "ahah =", "unknown key 'ahah': choose .*mean aha"),
    "a key that is missing": ('aha = "Aha."\n', "", "number = 31", "needs the key 'aha'"),
    "a number as a text": ("number = 31", 'number = "31"', "number =", "number is a whole number, got '31'"),
    "a number that is none": ("number = 31", "number = true", "number =", "number is a whole number, got True"),
    "a number too large": ("number = 31", "number = 100", "number =", "a lesson's number is 1 to 99"),
    "a text as a list": ('show = ["graph"]', 'show = "graph"', "show =", "show is a list in brackets, got 'graph'"),
    "a number as a part": ('show = ["graph"]', "show = [1]", "show =", "0 is a text in quotes, got 1"),
    "a text as a table": ('{ slide = "L1-20", op = 2, skip = true, x = -0.5 }', '"L1-20"', "at =", "table in braces"),
    "a step that lacks something": ('title = "Two"\n', "", '[[steps]]\nkey = "two"', "step 2 needs the key 'title'"),
    "two steps of one name": ('key = "two"', 'key = "one"', "[[steps]]", "two steps have the key 'one'"),
    "a truth that is none": ("keeps = true", 'keeps = "yes"', "keeps =", "keeps is true or false, got 'yes'"),
    "a kind that is not known": (
        'kind = "choice"',
        'kind = "chioce"',
        "chioce",
        "unknown kind of question 'chioce'.*choice",
    ),
    "a part that is not known": ("[steps.check]", "[steps.chek]", "[steps.chek]", "unknown key 'chek'.*mean check"),
    "no right answer": ("right = true", "right = false", "[[steps.question.options]]", "exactly one .* here 0"),
    "an option without a why": ('why = "No."\n', "", '[[steps.question.options]]\ntext = "Not', "needs the key 'why'"),
    "a mistake that is right": ("value = 7", "value = 3", "mistakes =", "3 counts as right"),
    "a mistake without a why": ('value = 7, why = "A sign."', "value = 7", "mistakes =", "needs the key 'why'"),
    "a condition that is none": ("loss < 0.1", "loss is small", "when =", "'loss is small' is no condition"),
    "no solution": ('solution = ["step 1 op"]', "solution = []", "solution =", "needs the commands that fulfil it"),
    "too many words": ("Do it.", "word " * 91, 'text = "word', "at most 90 words, this one has 91"),
    "a text without its end": ('title = "Two"', 'title = "Two', 'title = "Two', "Illegal character"),
    "the same twice": ('title = "Two"', 'title = "Two"\ntitle = "2"', 'title = "2"', "Cannot overwrite a value"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_named_with_its_line(write: Write, name: str) -> None:
    old, new, at, said = BROKEN[name]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    line = text[: text.index(at)].count("\n") + 1
    with pytest.raises(LessonError, match=said) as caught:
        read_lesson(write(text))
    assert (caught.value.file, caught.value.line) == ("31_own.toml", line)
    assert str(caught.value).startswith(f"31_own.toml, line {line}: ")


def test_a_text_that_does_not_end_is_named_at_the_end_of_the_file(write: Write) -> None:
    with pytest.raises(LessonError, match="Unterminated string") as caught:
        read_lesson(write(GOOD.replace('"Done."', '"""Done.')))
    assert caught.value.line >= GOOD.count("\n")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="cannot be read") as caught:
        read_lesson(tmp_path / "none.toml")
    assert (caught.value.file, caught.value.line) == ("none.toml", 1)
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(LessonError, match="cannot be read"):
        read_lesson(tmp_path / "latin.toml")


def test_a_file_that_is_too_large_is_not_read(write: Write) -> None:
    path = write(GOOD + "#" * LARGEST_FILE)
    with pytest.raises(LessonError, match="at most 400,000 bytes"):
        read_lesson(path)


def test_what_stands_where(write: Write) -> None:
    path, lines = write(GOOD), GOOD.splitlines()
    assert lines[line_of(path, ("number",)) - 1] == "number = 31"
    assert lines[line_of(path, ("steps", 0)) - 1] == "[[steps]]"
    assert lines[line_of(path, ("steps", 1, "title")) - 1] == 'title = "Two"'
    assert lines[line_of(path, ("steps", 1, "check", "when")) - 1] == 'when = ["loss < 0.1"]'


@given(
    at=st.integers(0, len(GOOD) - 1), put=st.text(alphabet="=[]{}'\"#\n\\ax1.,-é", max_size=3), cut=st.integers(0, 4)
)  # fmt: skip
def test_a_file_with_any_slip_is_read_or_refused_with_a_line(
    tmp_path_factory: pytest.TempPathFactory, at: int, put: str, cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "slip.toml"
    text = GOOD[:at] + put + GOOD[at + cut :]
    path.write_text(text, encoding="utf-8")
    error: LessonError | None = None
    try:
        read_lesson(path)
    except LessonError as refused:
        error = refused
    assert error is None or (1 <= error.line <= text.count("\n") + 2 and error.reason)
