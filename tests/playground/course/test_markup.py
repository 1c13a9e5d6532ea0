"""The texts of lessons become HTML that nothing foreign can get into."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from lessons.course import course
from playground.course.markup import block, inline, plain


def elements(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return all elements of some HTML, as a browser would see them."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))  # type: ignore
    parser.feed(text)
    parser.close()
    return found


def test_marks_become_elements() -> None:
    made = inline("*a* **b** `c<d` [there](?stage=graph&op=3)")
    assert made == '<em>a</em> <strong>b</strong> <code>c&lt;d</code> <a href="?stage=graph&amp;op=3">there</a>'


def test_formulas_are_typeset_with_the_colors_of_their_symbols() -> None:
    made = inline(r"the sum $\value{q}=x+y$ of both")
    assert made.startswith("the sum <math")
    assert "var(--np-value)" in made
    assert "$" not in made


def test_what_ends_a_sentence_stays_with_the_formula_before_it() -> None:
    made = inline("choose $x_2$. Or $y$, then ($z$) go")
    ends = re.findall(r'<span style="white-space: nowrap"><math.*?</math>([^<]*)</span>', made)
    assert ends == [".", ",", ")"]


def test_emphasis_does_not_reach_into_a_formula() -> None:
    assert "<em>" not in inline("$a*b*c$ and $d_1$ and $e_1$")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "[a](javascript:alert(1))", "[a](https://x.org)",
        "![a](https://x.org/a.png)", "<https://x.org>", '[a](?x "onclick=1")', "&lt;b&gt;", "# heading",
        "```\ncode\n```",
    ],
)  # fmt: skip
def test_nothing_else_is_let_through(text: str) -> None:
    for made in (inline(text), block(text)):
        for tag, attributes in elements(made):
            assert tag in ("p", "em", "strong", "code", "a", "ul", "ol", "li", "dfn")
            assert attributes.keys() <= {"href", "title", "tabindex", "data-term", "data-text"}
            assert attributes.get("href", "?").startswith("?")


def test_a_text_of_paragraphs_and_a_list() -> None:
    made = re.sub(r"\s+", " ", block("one\ntwo\n\nthree\n\n* a\n* b"))
    assert made == "<p> one two</p> <p> three</p> <ul> <li> a</li> <li> b</li> </ul> "


def test_a_term_explains_itself_the_first_time() -> None:
    made = block("The learning rate is small.\n\nA learning rate of 1 is large.")
    terms = re.findall(r'<dfn tabindex="0" data-term="([^"]*)" data-text="([^"]*)">([^<]*)</dfn>', made)
    assert [(name, shown) for name, _, shown in terms] == [("learning rate", "learning rate")]
    assert len(terms[0][1]) > 20
    assert "<dfn" not in inline("The learning rate", terms=False)
    # What can be clicked is not asked what it means.
    assert "<dfn" not in inline("[the learning rate](?stage=descent)")


def test_a_text_without_marks() -> None:
    assert plain("the *sum* of `a` and $x_1$") == "the sum of a and x_1"


def test_all_lessons_can_be_set() -> None:
    for lesson in course().lessons.values():
        for step in lesson.steps:
            asked = [each for each in (step.prediction, step.question) if each]
            texts = [step.text, step.note, lesson.aha, *(each.ask for each in asked)]
            texts += [option.text + option.why for each in asked for option in each.options]
            for text in texts:
                # No mark is left over: a star or a dollar that was meant to be one.
                shown = re.sub(r"<math.*?</math>|<code>.*?</code>|<[^>]*>", "", block(text))
                assert not re.search(r"\$|\*\*|\]\(|\\[a-z]", shown), (lesson.number, step.key, shown)
