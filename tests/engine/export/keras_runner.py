"""Runs every script of a folder, trains it, and saves what it answers; started by the `keras` fixture."""

import runpy
import sys
import warnings
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    warnings.simplefilter("error")
    # Keras' own: it makes NumPy arrays of its variables and PyTorch's tensors in the way before NumPy 2.
    warnings.filterwarnings("ignore", r"__array__ implementation", DeprecationWarning, r"keras\.")
    folder, epochs = Path(sys.argv[1]), int(sys.argv[2])
    points = np.load(folder / "points.npy")
    scripts = sorted(folder.glob("*.py"))
    for script in scripts:
        names = runpy.run_path(str(script))
        dense = [layer for layer in names["model"].layers if layer.name.startswith("dense")]
        weights = np.concatenate([w.ravel() for layer in dense for w in layer.get_weights()])
        targets = np.load(script.with_suffix(".npy"))
        before = names["predict"](points)
        losses = names["train"](points, targets, epochs, batch_size=len(points))
        after = names["predict"](points)
        np.savez(script.with_suffix(".npz"), weights=weights, before=before, losses=losses, after=after)
    runpy.run_path(str(scripts[0]), run_name="__main__")
