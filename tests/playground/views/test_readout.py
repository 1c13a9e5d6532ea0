"""The large numbers, as far as they are Python."""

from playground.views.readout import Readout


def test_items_with_and_without_a_sentence_reach_the_browser():
    items = [("epoch", "Epoch", ""), ("loss", "Loss", "train", "The mean loss over all training examples.")]
    model = Readout(items=items).get_root()
    assert [list(item) for item in model.data.items] == [list(item) for item in items]


def test_there_is_no_second_run_unless_there_is_one():
    readout = Readout()
    model = readout.get_root()
    assert model.data.second == {}
    readout.push(second={"loss": "0.2"})
    assert model.data.second == {"loss": "0.2"}
