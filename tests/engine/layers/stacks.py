"""A stack of layers on its own: recorded forward and back, without data, loss and optimizer."""

from __future__ import annotations

import numpy as np

from engine.arena import Memory
from engine.backend import Data, NumpyBackend
from engine.program import Builder, Phase

NOTHING = Data(np.zeros((1, 1)), np.zeros((1, 1)))


class Stack:
    """Layers on inputs [rows, *shape]; the last one's output gets the gradient `dy` of a loss sum(y · upstream)."""

    def __init__(self, layers, shape, rows=2, dtype=np.float64, backend=None, seed=0):
        self.rng = np.random.default_rng(seed)
        self.layers, self.rows, self.backend = layers, rows, backend or NumpyBackend()
        build = Builder(rows)
        x = build.signal("x", shape, "x")
        inputs = []
        for number, layer in enumerate(layers, 1):
            inputs.append(x)
            with build.recording(Phase.FORWARD, f"layer{number}"):
                x = layer.forward(build, number, x)
        self.output = x.name
        dy = build.signal("upstream", x.shape[1:], "d")
        for number in range(len(layers), 0, -1):
            with build.recording(Phase.BACKWARD, f"layer{number}"):
                dy = layers[number - 1].backward(build, number, inputs[number - 1], dy, need_dx=True)
        self.program = build.build()
        self.forward_stop = self.program.phases()[0][1]
        self.memory = Memory(self.program.layout, dtype)
        for name, value in self.program.hyper.items():
            self[name][...] = value
        for number, (layer, read) in enumerate(zip(layers, inputs, strict=True), 1):
            for name, values in layer.initial(read.shape[1:], self.rng).items():
                self[f"{name}{number}"][:] = values if name == "W" else self.rng.normal(size=values.shape)
        self["x"][:] = self.rng.normal(size=self["x"].shape)
        self["upstream"][:] = self.rng.normal(size=self["upstream"].shape)

    def __getitem__(self, name):
        return self.memory.view(self.program.refs[name])

    @property
    def y(self):
        return self[self.output]

    def run(self, stop=None):
        """Run the listing up to `stop`, or all of it."""
        self.backend.run_operations(
            self.program, self.memory, NOTHING, np.zeros(1, np.int64), 0, self.rows, 0, stop or len(self.program.ops)
        )
        return self

    def parameters(self):
        return [name for name, ref in self.program.refs.items() if ref.arena.value == "parameters"]

    def differences(self, name, h=1e-5, places=40):
        """Central differences of the loss by some numbers of a place, and which those are."""
        values = self[name].reshape(-1)
        chosen = self.rng.choice(values.size, min(values.size, places), replace=False)
        slopes = []
        for k in chosen:
            here, losses = values[k], []
            for side in (h, -h):
                values[k] = here + side
                self.run(self.forward_stop)
                losses.append(float((self.y * self["upstream"]).sum()))
            values[k] = here
            slopes.append((losses[0] - losses[1]) / (2 * h))
        self.run()
        return np.array(slopes), chosen
