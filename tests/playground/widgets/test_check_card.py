"""The numbers of the check, as far as they are Python."""

from playground.widgets.check import CheckCard


def test_a_card_reaches_the_browser():
    widget = CheckCard()
    model = widget.get_root()
    widget.push(card={"steps": ["1e−1"], "place": 0})
    assert model.data.card == {"steps": ["1e−1"], "place": 0}
