"""The widgets of the graph stage, as far as they are Python."""

from playground.widgets.choices import Choices
from playground.widgets.explanation import Explanation
from playground.widgets.expression_field import ExpressionField


def test_a_text_and_its_answer_reach_the_browser() -> None:
    field = ExpressionField(text="x + y")
    model = field.get_root()
    answer = {"text": "x +", "message": "nothing stands after +", "position": 2}
    field.answer = answer
    assert (model.data.text, model.data.answer) == ("x + y", answer)


def test_what_is_typed_reaches_whoever_listens() -> None:
    heard = []
    field = ExpressionField()
    field.on_message(heard.append)
    field._handle_msg({"type": "take", "text": "<b>x</b>"})
    assert heard == [{"type": "take", "text": "<b>x</b>"}]


def test_an_explanation_is_pushed_whole() -> None:
    card = Explanation()
    model = card.get_root()
    content = {"title": "Gradient at x", "rows": [[{"sign": "="}]]}
    card.push(content=content, quiet=True)
    assert (model.data.content, model.data.quiet) == (content, True)
    assert card.content == content


def test_choices_and_what_is_chosen_reach_the_browser() -> None:
    items = [{"key": "a", "title": "A", "sentence": "The first."}]
    choices = Choices(items=items)
    model = choices.get_root()
    choices.value = "a"
    assert (model.data.items, model.data.value) == (items, "a")
