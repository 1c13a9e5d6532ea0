"""What the stages share whose whole state is one record."""

from __future__ import annotations

from typing import Any, TypeVar

from playground.stages.stage import Stage

Scene = TypeVar("Scene")


class SheetStage(Stage[Scene]):
    """A stage of sliders, a table and words; its board draws whatever else there is."""

    # Each frame differs, so that each is painted and answered.
    _sequence = 0

    __abstract = True

    def _begin_playing(self) -> None:
        session: Any = self.session
        self.submit(session.start_playing)

    def _draw(self, scene: Any) -> None:
        board, session = self.board, self.session
        if session.stopped:
            session.stopped = False
            self.play(False)
        self._say_notice(session)
        playing = self.playing
        board.transport.visible = scene.steps
        board.transport.push(status=scene.status)
        board.settings.show(scene.state, scene.edits)
        if board.presets.value != scene.preset:
            board.presets.value = scene.preset
        board.draw(scene)
        board.table.push(quiet=playing, content=scene.table)
        board.words.push(quiet=playing, content=scene.words)
        board.summary.push(quiet=playing, text=scene.summary)
        self._sequence += 1
        board.paint.push(sequence=self._sequence)
