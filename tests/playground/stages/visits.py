"""A stage without a browser: its commands run when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bokeh.document import Document
from panel.io.state import set_curdoc

from engine.backend import Backend, default_backend
from playground.stages.stage import Stage


class Ready:
    """The compiled engine, as it is once it is compiled."""

    ready, failed = True, False

    def backend(self) -> Backend:
        return default_backend()


class Visit:
    """A stage in a tab of its own.

    Parameters
    ----------
    make : callable
        Builds the stage.
    """

    def __init__(self, make: Callable[[], Stage[Any]]) -> None:
        self.document = Document()
        with set_curdoc(self.document):
            self.stage: Any = make()
        self.board, self.session = self.stage.board, self.stage.session

    def settle(self) -> Any:
        """Work all commands off, as the loop's thread would, and draw; return the scene."""
        loop = self.stage.loop
        # What is drawn may ask for more.
        for _ in range(5):
            commands = list(loop._commands)
            loop._commands.clear()
            scene, _, failures = loop._work_in_thread(commands, False)
            with set_curdoc(self.document):
                for failure in failures:
                    self.stage._fail(failure)
                self.stage.draw(scene)
            if not loop._commands:
                return scene
        raise AssertionError("each frame asks for another: this never comes to rest")

    def frame(self) -> Any:
        """Advance by one frame, as while playing."""
        assert self.stage.loop.playing
        scene, _, failures = self.stage.loop._work_in_thread([], True)
        assert not failures
        with set_curdoc(self.document):
            self.stage.draw(scene)
        return scene

    def hear(self, widget: Any, **message: Any) -> Any:
        """Let a widget say something, and draw what it leads to."""
        with set_curdoc(self.document):
            widget._handle_msg(message)
        return self.settle()

    @property
    def said(self) -> list[str]:
        """What the message bar says."""
        return list(self.board.message.lines)

    def dialog(self, name: str) -> Any:
        """Open one of the stage's dialogs, and return the tool behind it."""
        with set_curdoc(self.document):
            self.board.open(name)
        return self.board._built[name]
