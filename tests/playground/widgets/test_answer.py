"""The card of questions, as far as it is Python."""

from playground.widgets.answer import AnswerCard

CARD = {"key": 3, "progress": "Question 3 of 9", "sentence": "How fast does f change with q?"}


def test_a_card_reaches_the_browser_without_a_search_for_models():
    widget = AnswerCard()
    model = widget.get_root()
    assert model.data.card == {}
    widget.push(card=CARD)
    assert model.data.card == CARD
    assert widget.card == CARD


def test_messages_come_up():
    heard = []
    widget = AnswerCard()
    widget.on_message(heard.append)
    widget._handle_msg({"type": "answer", "text": "−4", "key": 3})
    assert heard == [{"type": "answer", "text": "−4", "key": 3}]
