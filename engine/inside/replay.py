"""The last operation once more, in a memory of its own: what it read may have been overwritten since."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from engine.arena import Array, Ref
from engine.backend import whole_state
from engine.experiment import Position
from engine.history import Segment
from engine.loop import Loop
from engine.program import Program
from engine.training import TrainingRun

Places = tuple[tuple[Ref, ...], tuple[Ref, ...]]


def last_operation(run: TrainingRun) -> tuple[Program, int] | None:
    """Return the listing of the operation that ran last, and its place in it; None at the very beginning.

    At the end of a batch it is the batch's last operation, in the listing that held for that batch.
    """
    if run.position == Position():
        return None
    if run.position.op > 0:
        return run.program, run.position.op - 1
    program = run.listing_at(run.loop.at(run.loop.updates - 1)).program
    return program, len(program.ops) - 1


def replay(run: TrainingRun, places: Places, before: Position) -> tuple[list[Array], list[Array]]:
    """Run the operation at `before` again beside the run, which is not touched.

    Parameters
    ----------
    run : TrainingRun
    places : (tuple of Ref, tuple of Ref)
        What is wanted as it was before the operation, and as it was after.
    before : Position
        Where it stands: the run's position, one operation back.

    Returns
    -------
    (list of ndarray, list of ndarray)
        Copies of both.
    """
    return _replay_of(run).run(run, places, before)


class _Replay:
    """A loop on the same data with a memory of its own, and the state at the beginning of the batch last replayed.

    Who steps through a batch asks again and again for the same batch or the next one; starting from a checkpoint
    each time would replay up to a hundred batches.
    """

    def __init__(self, run: TrainingRun) -> None:
        own = run.loop
        self._loop = Loop(run.program, own.data, own.batch_size, own.seed, own.backend)
        self._kept: tuple[int, Array, Program, list[Segment]] | None = None

    def run(self, run: TrainingRun, places: Places, before: Position) -> tuple[list[Array], list[Array]]:
        loop, start = self._loop, run.loop.updates_at(before)
        updates, state, program = self._nearest(run, start)
        loop.set_down(updates)
        loop.use(program)
        whole_state(loop.memory)[:] = state
        self._apply(run)
        self._walk(run, loop.at(start))
        self._kept = start, whole_state(loop.memory).copy(), loop.program, _line_up_to(run, loop.position)
        self._walk(run, before)
        rows = min(loop.batch_size, len(loop.data.inputs) - before.batch * loop.batch_size)
        used = [loop.memory.view(ref, rows).copy() for ref in places[0]]
        loop.run_to(run.position, quiet=True)
        return used, [loop.memory.view(ref, rows).copy() for ref in places[1]]

    def _nearest(self, run: TrainingRun, updates: int) -> tuple[int, Array, Program]:
        """Return the last known state on this line at or before so many updates, and the listing that laid it out."""
        steps, kept, segment = run.history.checkpoint(updates)
        checkpoint = steps, kept, run.listing_of(segment.settings).program
        if self._kept is None:
            return checkpoint
        at, state, program, line = self._kept
        # Segments are compared as objects: after a change in the past this state is one of another branch.
        same = [id(segment) for segment in line] == [id(segment) for segment in _line_up_to(run, run.loop.at(at))]
        return (at, state, program) if same and steps <= at <= updates else checkpoint

    def _walk(self, run: TrainingRun, target: Position) -> None:
        """Run forward through the changes of settings and of weights that the line of history tells of."""
        while self._loop.position < target:
            change = run.history.next_change(self._loop.position)
            stop = target if change is None else min(target, change)
            self._loop.run_to(stop, quiet=True)
            if stop == change:
                self._apply(run)

    def _apply(self, run: TrainingRun) -> None:
        """Bring the loop under the settings that hold where it stands, and set what was set by hand there."""
        loop = self._loop
        listing = run.listing_at(loop.position)
        loop.use(listing.program)
        for name, value in listing.values.items():
            loop.memory.view(loop.program.refs[name])[...] = value
        loop.count_updates()
        for segment in run.history.starting(loop.position):
            for place, value in segment.edits.items():
                whole_state(loop.memory)[place] = value


def _line_up_to(run: TrainingRun, position: Position) -> list[Segment]:
    return [segment for segment in run.history.line if segment.start <= position]


_replays: WeakKeyDictionary[TrainingRun, _Replay] = WeakKeyDictionary()


def _replay_of(run: TrainingRun) -> _Replay:
    if run not in _replays:
        _replays[run] = _Replay(run)
    return _replays[run]
