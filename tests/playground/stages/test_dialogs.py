"""The dialogs that stages share: what they show, what they load, and where the focus goes."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import panel as pn
import panel_material_ui as pmui
import pytest

from engine.capsule import CapsuleError
from playground.stages.dialogs import Dialogs
from playground.stages.save_dialog import Saved, SaveDialog
from playground.stages.share_dialog import ShareDialog


class Host:
    """A stage whose commands run at once."""

    def __init__(self) -> None:
        self.session = SimpleNamespace(notice="")
        self.dark = True
        self.said: list[str] = []
        self.done: list[str] = []
        self.opened: list[Any] = []

    def submit(self, command: Any) -> None:
        self.done.append("command")
        command()

    def play(self, playing: bool) -> None:
        self.done.append(f"play {playing}")

    def say(self, *lines: str, kind: str = "warning") -> None:
        self.said += lines

    def quiet(self) -> None:
        self.said.clear()

    def still(self) -> Any:
        self.done.append("still")
        return nullcontext()

    def open_dialog(self, dialog: Any) -> None:
        self.opened.append(dialog)


@pytest.fixture
def host() -> Host:
    return Host()


class Button:
    def __init__(self) -> None:
        self.focused = 0

    def focus(self) -> None:
        self.focused += 1


def test_a_dialog_joins_the_page_once_and_gives_the_focus_back() -> None:
    view, dialogs, dialog, button = pn.Column(), Dialogs(), pmui.Dialog(), Button()
    for times in (1, 2):
        dialogs.opener = button
        dialogs.show(view, dialog)
        assert view.objects == [dialog]
        assert dialog.open
        assert button.focused == times - 1
        dialog.open = False
        assert button.focused == times
    # Opened by nobody's button, there is no focus to give back.
    dialogs.show(view, dialog)
    dialog.open = False
    assert button.focused == 2


def test_a_link_is_read_while_nothing_else_runs(host: Host) -> None:
    share = ShareDialog(host, "Link to this race", lambda: (f"stage=race&after={host.done}", "As it began."))
    share.open()
    assert share.link.endswith("?stage=race&after=['still']")
    dialog = host.opened[0]
    assert (dialog.objects[0].label, dialog.objects[0].dark) == ("Link to this race", True)
    assert dialog.objects[1].value == "As it began."


def saved(loaded: list[str]) -> Saved:
    def load(text: str) -> None:
        if text != "good":
            raise CapsuleError("the file is not JSON")
        loaded.append(text)

    return Saved("race", "All of it.", 3 * 2**20, lambda: "grün", load)


def test_a_file_is_saved_and_loaded(host: Host) -> None:
    loaded: list[str] = []
    dialog = SaveDialog(host, saved(loaded))
    dialog.open()
    assert host.opened[0].objects[0].object == "All of it."
    assert dialog._content().read() == "grün".encode()
    host.say("an older message")
    dialog._load(b"good", "race.json")
    assert loaded == ["good"]
    assert host.done == ["still", "play False", "command"]
    assert host.said == []
    assert host.session.notice == "The saved race is here again, at the moment at which it was saved."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "Nothing was loaded: this is no saved race: the file is not text."),
        (b"bad", "Nothing was loaded: the file is not JSON."),
    ],
)
def test_a_file_that_is_none_is_answered(host: Host, content: bytes, message: str) -> None:
    loaded: list[str] = []
    SaveDialog(host, saved(loaded))._load(content, "race.json")
    assert loaded == []
    assert host.session.notice.startswith(message)


def test_a_large_file_is_refused(host: Host) -> None:
    SaveDialog(host, saved([]))._refuse()
    assert host.said == ["Nothing was loaded: a saved race has at most 3 MB."]
