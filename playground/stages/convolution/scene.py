"""What the views of the convolution page draw in one frame, and the making of it from a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.sliding import END, SlidingSpec
from playground.stages.convolution import presentation
from playground.stages.convolution.counts import Layers
from playground.stages.convolution.tasks import tasks
from playground.stages.convolution.tools.whole import pictures
from playground.views.sliding_board import board_content
from playground.views.sliding_sum import sum_content

if TYPE_CHECKING:
    from playground.stages.convolution.session import ConvolutionSession

_COLOURS = ("red", "green", "blue")
_NO_PICTURES: dict[str, Any] = {"title": "", "pictures": [], "words": []}


@dataclass(frozen=True, slots=True, eq=False)
class ConvolutionScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    board, sum : dict
        As `SlidingBoard.content` and `SlidingSum.content` want them.
    status : dict
        As `Transport.status` wants it.
    question : dict
        As `StackQuestion.question` wants it.
    asking : bool
        Whether a question is open, and the numbers are not to be seen.
    facts : dict
        As `FactTable.content` wants it.
    tasks : list of dict
        As `TaskList.tasks` wants it.
    pictures : dict
        As `PicturePair.content` wants it; None where it is as it was.
    spec : SlidingSpec
        The spec that holds now.
    input, kernel : str
        Keys of what stands here; empty for own numbers.
    own : bool
        Whether there is a picture of the visitor's own.
    edits, count_edits : int
        How much had been asked for when it was made.
    can_undo, can_return : bool
    look : str
    layers : Layers
    preset, summary : str
    """

    board: dict[str, Any]
    sum: dict[str, Any]
    status: dict[str, Any]
    question: dict[str, Any]
    asking: bool
    facts: dict[str, Any]
    tasks: list[dict[str, Any]]
    pictures: dict[str, Any]
    spec: SlidingSpec
    input: str
    kernel: str
    own: bool
    edits: int
    count_edits: int
    can_undo: bool
    can_return: bool
    look: str
    layers: Layers
    preset: str
    summary: str


class SceneMaker:
    """Makes scenes of a session; what most frames do not change is kept."""

    def __init__(self) -> None:
        self._pictures: tuple[Any, dict[str, Any]] = (None, _NO_PICTURES)
        self._slow: tuple[Any, tuple[Any, ...]] = (None, ())

    def make(self, session: ConvolutionSession, playing: bool) -> ConvolutionScene:
        """Return what the views draw now."""
        run, frame = session.run, session.run.frame()
        newest = run.steps if run.newest == END else run.newest.op
        names = _COLOURS if frame.spec.channels == len(_COLOURS) else ()
        input_key, kernel, preset, slide, done, facts = self._kept(session)
        return ConvolutionScene(
            board=board_content(
                frame, session.channel, session.filter, names=names, grey=session.pictures.shaded
            ),
            sum=sum_content(frame, session.channel, session.filter, names=names),
            status=presentation.status(frame, newest, slide),
            question=presentation.question(session),
            asking=session.asking,
            facts=facts,
            tasks=done,
            pictures=self._whole(session),
            spec=frame.spec,
            input=input_key,
            kernel=kernel,
            own=session.pictures.own is not None,
            edits=session.edits,
            count_edits=session.count_edits,
            can_undo=session.can_undo,
            can_return=session.can_return,
            look=session.look,
            layers=session.layers,
            preset=preset,
            summary=presentation.summary(session, frame, playing),
        )  # fmt: skip

    def _kept(self, session: ConvolutionSession) -> tuple[Any, ...]:
        """Return what depends on the settings alone, and not on where the window stands."""
        key = (session.spec, session.filter, session.tasks, session.asking, session.pictures.count)
        if self._slow[0] != key:
            done = [] if session.asking else tasks(session.tasks, session.spec)
            found = (
                session.input, session.kernel, session.preset, session.slide, done, presentation.facts(session),
            )  # fmt: skip
            self._slow = (key, found)
        return self._slow[1]

    def _whole(self, session: ConvolutionSession) -> dict[str, Any]:
        """Return the whole picture before and after; the same object as long as nothing of it changes."""
        if session.look != "picture":
            return _NO_PICTURES
        spec = session.spec
        kernel = (
            spec.operation, spec.w, spec.b, spec.size, spec.stride, spec.dilation, spec.padding, spec.flip, spec.relu,
            spec.count_padding, spec.channels, len(spec.space), session.filter,
        )  # fmt: skip
        key = (kernel, session.pictures.count)
        if self._pictures[0] != key:
            self._pictures = (key, _pictures(session))
        return self._pictures[1]


def _pictures(session: ConvolutionSession) -> dict[str, Any]:
    spec = session.spec
    content = {"title": "The whole picture", "pictures": []}
    if session.pictures.whole is None:
        return content | {"words": ["Choose a photograph as the input, or take a picture of your own."]}
    if len(spec.space) != 2 or spec.channels == 2:
        return content | {"words": ["A picture has two axes, and one channel or three."]}
    try:
        return pictures(*session.pictures.whole, spec, session.filter)
    except ValueError as error:
        return content | {"words": [str(error)]}
