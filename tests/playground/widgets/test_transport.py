"""The transport bar, as far as it is Python."""

from playground.widgets.transport import GRAINS, Transport


def test_grains_run_from_small_to_large():
    assert [key for key, _ in GRAINS] == ["operation", "layer", "phase", "batch", "epoch"]


def test_defaults_are_among_the_choices():
    bar = Transport()
    assert bar.grain in dict(bar.grains)
    assert bar.speed in dict(bar.speeds)


def test_a_new_status_reaches_the_browser():
    bar = Transport()
    model = bar.get_root()
    status = {"step": 3, "length": 9, "text": "Epoch 1", "at_end": False, "can_back": True}
    bar.status = status
    assert model.data.status == status


def test_the_bar_moves_nothing_by_itself():
    bar = Transport()
    before = (bar.playing, bar.grain, bar.speed, bar.status)
    for message in ({"type": "play"}, {"type": "grain", "grain": "epoch"}, {"type": "seek", "step": 4}):
        bar._handle_msg(message)
    assert (bar.playing, bar.grain, bar.speed, bar.status) == before
