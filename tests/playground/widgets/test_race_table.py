"""The race's table as Python sees it; what it looks like is tested on the race's page."""

from __future__ import annotations

from playground.widgets.race_table import RaceTable


def test_what_was_refused_is_kept_by_racer_until_it_is_forgiven() -> None:
    table = RaceTable()
    table.refuse("adam", "soon", "no number")
    table.refuse("sgd", "-1", "too small")
    assert table.refused == {
        "adam": {"text": "soon", "message": "no number"}, "sgd": {"text": "-1", "message": "too small"},
    }  # fmt: skip
    before = table.refused
    table.forgive("momentum")
    assert table.refused is before, "nothing is sent where nothing changes"
    table.forgive("adam")
    assert list(table.refused) == ["sgd"]
    table.forgive()
    assert table.refused == {}


def test_messages_reach_whoever_listens() -> None:
    table, heard = RaceTable(), []
    table.on_message(heard.append)
    table._handle_msg({"type": "take", "key": "adam", "on": False})
    assert heard == [{"type": "take", "key": "adam", "on": False}]
