"""The reading experiment: one image through a trained network, operation by operation or layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arena import Arena, Array
from engine.backend import Backend, Data
from engine.experiment import Grain, Handle, Hook, Position
from engine.loop import Loop
from engine.one_pass import END, OnePass
from engine.program import Op, Phase
from engine.reader.maps import LayerMaps
from engine.reader.pretrained import PRETRAINED, unseen_images
from engine.reader.reader import layer_maps
from engine.reader.reading_spec import ReadingSpec
from engine.reader.transforms import transformed

__all__ = ["END", "ReadingFrame", "ReadingRun"]


@dataclass(frozen=True, slots=True, eq=False)
class ReadingFrame:
    """A snapshot of a run.

    Attributes
    ----------
    position : Position
    spec : ReadingSpec
    image : ndarray [H, W]
        As the network reads it, shifted, turned and scaled: grey levels 0 to 255.
    label : int or None
        What a digit of the test part is.
    maps : tuple of LayerMaps
        The image, and what the finished layers hand on.
    partial : LayerMaps or None
        What an unfinished layer has written so far.
    layers : int
        How many there are in all.
    last, next : Op or None
        The operation that made this frame, None at the very beginning, and the one that comes next, None at the end.
    """

    position: Position
    spec: ReadingSpec
    image: npt.NDArray[np.uint8]
    label: int | None
    maps: tuple[LayerMaps, ...]
    partial: LayerMaps | None
    layers: int
    last: Op | None
    next: Op | None

    @property
    def done(self) -> int:
        """How many layers are finished."""
        return len(self.maps) - 1

    @property
    def answers(self) -> Array | None:
        """What the network says [O]; None until it does."""
        return self.maps[-1].values if self.done == self.layers else None

    def __getitem__(self, name: str) -> Array:
        """Return what stands at the place of that name: ``z1`` [*space, C]."""
        known = {key: values for each in (*self.maps, self.partial) if each for key, values in each.parts.items()}
        if name not in known:
            raise KeyError(f"there is no {name!r} yet; there are {', '.join(known)}")
        return known[name]


@dataclass(eq=False)
class _Hooked:
    """A hook, and how to take it off the loop of now: each network has its own."""

    hook: Hook
    phase: Phase | None
    grain: Grain
    handle: Handle


class ReadingRun(OnePass):
    """Reads one image; nothing is trained. There is one pass. It ends at `END`, and there a step does nothing.

    Parameters
    ----------
    spec : ReadingSpec
    drawn : uint8 ndarray [H, W], optional
        What ``drawn`` means: grey levels 0 to 255; without it, an empty page.
    backend : Backend, optional
        The compiled engine unless another is given.

    Raises
    ------
    ValueError
        If the drawing has another size than the network reads.
    """

    grains = (Grain.OP, Grain.LAYER, Grain.EPOCH)
    passing = "a step of a reading"

    def __init__(
        self, spec: ReadingSpec, drawn: npt.NDArray[np.uint8] | None = None, *, backend: Backend | None = None
    ) -> None:
        self._backend = backend
        self._hooks: list[_Hooked] = []
        self._take_net(spec.net)
        self.label: int | None = None
        self._begin(spec, drawn)

    def change(self, spec: ReadingSpec, drawn: npt.NDArray[np.uint8] | None = None) -> None:
        """Read another image, or with another network; a reading that was complete is complete again.

        One that was not goes on at the same operation of the same network; another network begins. A drawing that is
        not handed over stays as it was. Hooks stay, and none is called.
        """
        before, at = self.spec.net, self.position
        if spec.net != before:
            self._take_net(spec.net)
        self._begin(spec, self._drawn if drawn is None else drawn)
        if at == END or spec.net == before:
            self.seek(at)

    def _take_net(self, net: str) -> None:
        self.reader = PRETRAINED[net].reader(backend=self._backend)
        dtype = self.reader.parameters.dtype
        nothing = Data(np.zeros((1, 1), dtype), np.zeros((1, 1), dtype))
        # The loop has a memory of its own: what is asked of the reader does not disturb it.
        self._loop = Loop(self.reader.signals().program, nothing, 1, 0, self.reader.backend)
        self._loop.owner = self
        for hooked in self._hooks:
            hooked.handle = self._loop.on_event(hooked.hook, hooked.phase, hooked.grain)

    def _begin(self, spec: ReadingSpec, drawn: npt.NDArray[np.uint8] | None) -> None:
        self.spec = spec
        self._drawn = drawn
        images, labels = unseen_images(spec.net)
        index, self.label = spec.index, None
        if index is not None:
            image, self.label = images[index], int(labels[index])
        else:
            image = np.zeros(images.shape[1:], np.uint8) if drawn is None else np.asarray(drawn)
        self.image = transformed(image, spec.dx, spec.dy, spec.degrees, spec.factor)
        self.image.setflags(write=False)
        self._loop.set_down(0)
        memory = self._loop.memory
        memory.flat[:] = self.reader.signals().memory.flat
        memory.arena(Arena.SIGNALS)[:] = np.nan
        memory.view(self.program.refs["x"])[:] = self.reader.pixels(self.image[None])
        self._set_out()

    def frame(self) -> ReadingFrame:
        """Return a snapshot of now."""
        ops = self.program.ops[: self.done]
        maps = tuple(layer_maps(self.reader.rows, ops, self._loop))
        partial = None
        # Of a layer that goes on, not all is written.
        if ops and self.next is not None and self.next.layer == ops[-1].layer:
            *kept, partial = maps
            maps = tuple(kept)
        return ReadingFrame(
            self.position, self.spec, self.image, self.label, maps, partial, len(self.reader.rows), self.last, self.next
        )

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain = Grain.OP) -> Handle:
        """Call `hook` after every step of `grain`, or only of those in `phase`; seeking calls none."""
        grain = self._grain(grain)
        hooked = _Hooked(hook, phase, grain, self._loop.on_event(hook, phase, grain))
        self._hooks.append(hooked)

        def remove() -> None:
            hooked.handle.remove()
            self._hooks[:] = [other for other in self._hooks if other is not hooked]

        return Handle(remove)
