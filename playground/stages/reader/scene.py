"""What the views of the digit reader draw in one frame, and the making of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.reader import LayerMaps, Reader, ReadingFrame, ReadingSpec, unseen_images
from engine.reader.reading import END
from playground.stages.reader import presentation
from playground.stages.reader.looks import Look, LookMaker
from playground.stages.reader.questions import question_card
from playground.views.maps import Box, maps_content, score_content

if TYPE_CHECKING:
    from playground.stages.reader.session import ReaderSession


@dataclass(frozen=True, slots=True, eq=False)
class ReaderScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    wall, scores : dict
        As `MapWall.content` and `ScoreBars.content` want them.
    status : dict
        As `Transport.status` wants it.
    summary, preset, caption : str
        The picture in words, the preset that stands here, and which digit it is.
    spec : ReadingSpec
    source : uint8 ndarray [28, 28]
        The image before it is moved.
    turn : int
        Grows with each image that does not come from the pad.
    look : Look
    question : dict
        As `StackQuestion.question` wants it.
    filters : dict of int to (str, int)
        By the number of a layer with filters, its title and how many it has.
    edits : int
    group : str
    centre, growing : bool
    digit : int or None
    patch, page : int
    stack : tuple of str
    filter : tuple of int
    """

    wall: dict[str, Any]
    scores: dict[str, Any]
    status: dict[str, Any]
    summary: str
    preset: str
    caption: str
    spec: ReadingSpec
    source: npt.NDArray[np.uint8]
    turn: int
    look: Look
    question: dict[str, Any]
    filters: dict[int, tuple[str, int]]
    edits: int
    group: str
    centre: bool
    growing: bool
    digit: int | None
    patch: int
    page: int
    stack: tuple[str, ...]
    filter: tuple[int, int]


class SceneMaker:
    """Makes scenes, and keeps what does not change between them."""

    def __init__(self) -> None:
        self._looks = LookMaker()
        self._members: dict[tuple[str, str], npt.NDArray[np.int64]] = {}
        self._maps: tuple[Any, tuple[LayerMaps, ...]] = (None, ())

    def members(self, reader: Reader, net: str, group: str) -> npt.NDArray[np.int64]:
        """Return the digits of a group, by their places in the test part."""
        key = (net, group)
        if key not in self._members:
            images, labels = unseen_images(net)
            if group == "all":
                found = np.ones(len(labels), bool)
            elif group == "wrong":
                found = reader.predict(images).argmax(axis=1) != labels
            else:
                found = labels == int(group)
            self._members[key] = np.flatnonzero(found)
        return self._members[key]

    def make(self, session: ReaderSession, playing: bool) -> ReaderScene:
        """Return what the views draw now."""
        run = session.run
        frame, reader = run.frame(), run.reader
        maps = self._all_maps(run.spec.net, reader, run.image)
        complete = run.position == END
        answers = None if frame.answers is None else np.asarray(frame.answers)
        return ReaderScene(
            wall=self._wall(session, frame, maps, complete),
            scores=score_content(
                np.zeros(0) if answers is None else answers, frame.label, probabilities=reader.probabilities,
                verdict=presentation.verdict(frame, reader.probabilities),
            ),
            status=presentation.status(run, frame, session.slide, session.maximiser if session.growing else None),
            summary=presentation.summary(run, frame, session.slide, playing),
            preset=session.preset,
            caption=presentation.caption(frame),
            spec=run.spec,
            source=session.source,
            turn=session.turn,
            look=self._looks.make(session, maps),
            question=question_card(session.question, session.answer),
            filters={
                k: (f"{row.name}, {'map' if len(row.outputs) > 1 else 'unit'}", row.outputs[-1])
                for k, row in enumerate(reader.rows, 1) if row.parameters
            },
            edits=session.edits,
            group=session.group,
            centre=session.centre,
            growing=session.growing,
            digit=session.digit,
            patch=session.patch,
            page=session.page,
            stack=session.stack,
            filter=session.filter,
        )  # fmt: skip

    def _all_maps(self, net: str, reader: Reader, image: npt.NDArray[np.uint8]) -> tuple[LayerMaps, ...]:
        key = (net, image.tobytes())
        if self._maps[0] != key:
            self._maps = key, reader.maps(image)
        return self._maps[1]

    @staticmethod
    def _wall(
        session: ReaderSession, frame: ReadingFrame, maps: tuple[LayerMaps, ...], complete: bool
    ) -> dict[str, Any]:
        seen = [*frame.maps, *([frame.partial] if frame.partial is not None else [])]
        shown = [*seen, *maps[len(seen) :]]
        picked, reader = session.picked, session.run.reader
        # What is not computed yet has no number.
        picked = picked if picked is not None and picked[0] < len(seen) else None
        boxes = [] if picked is None or not picked[0] else fields_of(reader, *picked)
        return maps_content(shown, picked, boxes, done=None if complete else len(seen))


def fields_of(reader: Reader, number: int, place: tuple[int, ...]) -> list[Box]:
    """Return what a number has seen: in the image, and in the maps of the layers before it that it reads."""
    row, field = reader.rows[number - 1], reader.field(number, place)
    boxes = [Box(0, field.input.first, field.input.last)]
    if number == 1 or len(row.inputs) == 1:
        return boxes
    channel = None
    if row.layer.prefix in ("pool", "globalpool"):
        channel = place[-1]
    elif row.layer.prefix == "flatten":
        channel = int(np.unravel_index(place[0], row.inputs)[-1])
    return [*boxes, Box(number - 1, field.before.first, field.before.last, channel)]
