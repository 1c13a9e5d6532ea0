"""What every stage is: an experiment with its views, driven from one transport bar, drawn frame by frame."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

import panel as pn
import param

from engine import SpecError
from playground.frames import FrameLoop
from playground.stages import layout
from playground.stages.reduced import reduced
from playground.widgets.message import MessageBar
from playground.widgets.transport import Transport

Scene = TypeVar("Scene")
SceneOf = TypeVar("SceneOf", covariant=True)
_log = logging.getLogger(__name__)
# The part that a lesson points at.
_POINTED = {
    "outline": "3px solid var(--panel-primary-color)", "outline-offset": "4px", "border-radius": "6px",
}  # fmt: skip
# Figures as high as they are wide: with all of a lesson's room beside them they would not fit into the window.
_SQUARES = ("plane", "figure")
_WITHIN = {"width": "100%", "max-width": "max(360px, calc(100dvh - 290px))", "justify-self": "center"}


def _nothing(*_: Any) -> Any:
    """Do nothing; return None."""


def style_part(view: Any, shown: bool, pointed: bool) -> None:
    """Show a part of a page or not, and point at it or not."""
    # Bokeh takes a style away only where it is said to be None.
    pointing = _POINTED if pointed else dict.fromkeys(_POINTED)
    styles = view.styles | pointing | {"display": None if shown else "none"}
    if styles != view.styles:
        view.styles = styles


class Session(Protocol[SceneOf]):
    """A student's experiment without any widget; its methods run in the stage's worker thread, one at a time."""

    def advance(self) -> float:
        """Go on by one frame's worth; return the seconds to wait until the next."""

    def scene(self, playing: bool) -> SceneOf:
        """Return what the views draw now."""


class Stage(pn.viewable.Viewer, Generic[Scene]):
    """A stage with all its views and controls.

    A subclass sets `session`, calls `connect` and then `show_board`, and draws scenes in `_draw`.

    Parameters
    ----------
    dark : bool or reference
        Whether the page is dark.
    locked : bool
        Whether nothing moves by itself or step by step: a lesson waits for a prediction.
    """

    dark = param.Boolean(default=False, allow_refs=True)
    locked = param.Boolean(default=False)

    __abstract = True

    session: Session[Scene]
    board: Any
    transport: Transport
    message: MessageBar
    view: Any
    # What the author of a link has taken away.
    hidden: tuple[str, ...] = ()

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.loop: FrameLoop[Scene] | None = None
        self._drawn_dark: bool | None = None
        self._sheets: list[str] = []
        self._times: dict[str, float] = {}
        self._script: Iterator[float] | None = None
        self._script_ended: Callable[[], None] = _nothing
        self._ask: Callable[[Any], Any] = _nothing
        self._tell: Callable[[Any], None] = _nothing
        self._answer: Any = None
        self.param.watch(lambda _: self.submit(lambda: None), "dark")
        self.param.watch(lambda event: self.transport.param.update(locked=event.new), "locked")

    def __panel__(self) -> Any:
        """Return what is drawn."""
        return self._placed

    def connect(self) -> None:
        """Make the loop of this tab; it takes commands at once and works them off when it is started."""
        document = pn.state.curdoc
        if document is not None:
            self.loop = FrameLoop(document, self._advance, self._picture, self.draw, self._fail)

    def _advance(self) -> float:
        """Go on by one frame's worth: of the script that is being followed, or of the experiment."""
        # Once: the student may stop it meanwhile.
        script = self._script
        if script is None:
            return self.session.advance()
        try:
            return next(script)
        except StopIteration:
            pass
        except SpecError as error:
            self.session.notice = str(error)
        self._script = None
        return 0.0

    def _picture(self) -> Scene:
        """Return what is to be drawn, and see what somebody beside the stage asks."""
        scene = self.session.scene(self.playing)
        self._answer = self._ask(self.session)
        return scene

    def observe(self, ask: Callable[[Any], Any], tell: Callable[[Any], None]) -> None:
        """Ask the session something with each picture.

        Parameters
        ----------
        ask : callable
            Runs in the worker thread, with the session; what it returns is data.
        tell : callable
            Runs where the stage draws, with the answer.
        """
        self._ask, self._tell = ask, tell

    def follow(self, script: Iterator[float], ended: Callable[[], None]) -> None:
        """Do what a script does, moment by moment, each of which is seen; the worker thread runs it.

        Parameters
        ----------
        script : iterator of float
            Each value is how many seconds to wait.
        ended : callable
            Called where the stage draws, when the script has come to its end.
        """
        if self.loop is None:
            return
        self.play(False)
        self._script, self._script_ended = script, ended
        self.loop.play(True)
        self.transport.playing = True

    def show_board(self, board: Any, ignored: Sequence[str]) -> None:
        """Take a board's views for the page, and say what of the link was ignored.

        Parameters
        ----------
        board : object
            With `transport`, `message` and `view`, `tree` if there are branches, `open_dialog` and `set_dark`.
        ignored : sequence of str
            A sentence for each part of the link.
        """
        self.board = board
        self.transport, self.message, self.view = board.transport, board.message, board.view
        self._placed = layout.in_place(self.view)
        # The first picture travels with the page.
        self.draw(self.session.scene(False))
        if ignored:
            self.say("The link asks for something that is not there. What was ignored:", *ignored)

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog over the page."""
        self.board.open_dialog(dialog)

    @property
    def playing(self) -> bool:
        """Whether it advances by itself."""
        return self.loop is not None and self.loop.playing

    def start(self) -> None:
        """Begin to draw; called when the page has loaded."""
        if self.loop is not None:
            self.loop.start()
            self.submit(lambda: None)

    def stop(self) -> None:
        """End: the visitor has left."""
        if self.loop is not None:
            self.loop.stop()

    def say(self, *lines: str, kind: str = "warning") -> None:
        """Show a message in the page, a paragraph a line."""
        self.message.param.update(lines=list(lines), kind=kind)

    def quiet(self) -> None:
        """Take the message away."""
        if self.message.lines:
            self.message.lines = []

    def submit(self, command: Callable[[], None]) -> None:
        """Have `command` run in the worker thread, and draw what it led to."""
        if self.loop is not None:
            self.loop.submit(command)

    def acknowledge(self) -> None:
        """The browser has painted the last frame."""
        if self.loop is not None:
            self.loop.acknowledge()

    def still(self) -> AbstractContextManager[Any]:
        """Hold the worker thread off while something reads the experiment from elsewhere."""
        assert self.loop is not None
        return self.loop.lock

    def play(self, playing: bool) -> None:
        """Advance by itself from now on, or no longer."""
        if self.loop is None or self.loop.playing == playing:
            return
        # Whoever stops a script has seen enough of it.
        self._script = None
        if playing:
            self._begin_playing()
        self.loop.play(playing)
        self.transport.playing = playing
        self._playing_changed()
        self.submit(lambda: None)

    def _begin_playing(self) -> None:
        """Do what comes before the first step of playing."""

    def _playing_changed(self) -> None:
        """Follow the beginning or the end of playing."""

    def draw(self, scene: Scene) -> None:
        """Send a scene to the browser; all that changes goes in one message."""
        if self._drawn_dark is not self.dark:
            self._drawn_dark = self.dark
            self._set_dark(self.dark)
        if self._script_ended is not _nothing and self._script is None:
            self.play(False)
            ended, self._script_ended = self._script_ended, _nothing
            ended()
        self._draw(scene)
        self._tell(self._answer)

    def show_parts(self, names: Sequence[str], pointed: str = "") -> None:
        """Show some parts of the page only.

        Parameters
        ----------
        names : sequence of str
            Areas of the board; all of them where it is empty. The transport bar is always there. Where others leave
            room beside them, the first has it.
        pointed : str
            The area that is pointed at; empty for none.
        """
        sheets = self._sheets = self._sheets or list(self.view.stylesheets)
        kept = [*names, "transport"]
        self.view.stylesheets = [reduced(sheet, kept) for sheet in sheets] if names else sheets
        for view in self.view:
            area = view.styles.get("grid-area")
            if area is None:
                continue
            style_part(view, not names or area in names or area == "transport", area == pointed)
            if area in _SQUARES:
                view.styles = view.styles | _WITHIN

    def _set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        self.board.set_dark(dark)

    def _draw(self, scene: Scene) -> None:
        """Put a scene on the views."""
        raise NotImplementedError

    def _due(self, what: str, seconds: float) -> bool:
        """Whether something is to be drawn again: always while nothing plays, else only every so many seconds."""
        now = time.monotonic()
        if self.playing and now < self._times.get(what, 0.0) + seconds:
            return False
        self._times[what] = now
        return True

    def _say_notice(self, session: Any) -> None:
        """Say what a session has to say, once."""
        if session.notice:
            self.say(*session.notice.splitlines(), kind="info")
            session.notice = ""

    def _show_branches(
        self, ends: Iterable[str], branch: int, segments: list[dict[str, Any]], position: int, length: int
    ) -> None:
        """Show the history's branches in the bar and as a tree.

        Parameters
        ----------
        ends : iterable of str
            Where each branch ends: ``step 40``.
        branch : int
            The one that is stood on.
        segments, position, length
            As `BranchTree` wants them.
        """
        branches = [(str(k), f"Branch {k + 1} (to {end})") for k, end in enumerate(ends)]
        self.transport.param.update(branches=branches, branch=str(branch))
        self.board.tree.param.update(segments=segments, position=position, length=length)

    def _fail(self, error: Exception) -> None:
        """Say what a command raised; what is not the student's doing goes to the log as well."""
        if not isinstance(error, SpecError):
            _log.error("a command of the stage failed", exc_info=error)
        self.say(str(error))
