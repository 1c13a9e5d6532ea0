"""When training stops by itself: at a loss, after so many epochs, or when the test loss no longer falls."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arena import Array

MAX_EPOCHS = 1_000_000
MAX_PATIENCE = 10_000


@dataclass(frozen=True, slots=True)
class StopRule:
    """Conditions of which any one is enough; None asks for nothing.

    Parameters
    ----------
    loss_below : float, optional
        Stop when the training loss is below it.
    epochs : int, optional
        Stop at this epoch.
    patience : int, optional
        Early stopping: stop when the test loss has found no new minimum for so many epochs (Prechelt 1998,
        "Early stopping, but when?").
    """

    loss_below: float | None = None
    epochs: int | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        if self.loss_below is not None and not 0 < self.loss_below < 1e6:
            raise ValueError(f"the loss to stop at is a number above 0, got {self.loss_below:g}")
        for name, value, most in (("epochs", self.epochs, MAX_EPOCHS), ("patience", self.patience, MAX_PATIENCE)):
            if value is not None and not 1 <= value <= most:
                raise ValueError(f"the {name} to stop after are 1 to {most:,}, got {value}")

    @property
    def asks(self) -> bool:
        """Whether there is any condition."""
        return (self.loss_below, self.epochs, self.patience) != (None, None, None)

    def reasons(self, curve: Array) -> dict[str, str]:
        """Return which conditions hold at the last row of a curve, and what to say of each.

        Parameters
        ----------
        curve : [T, 5]
            Epoch, train loss, train score, test loss, test score, as `TrainingRun.curve` has them.
        """
        if not len(curve):
            return {}
        epoch, loss = int(curve[-1, 0]), float(curve[-1, 1])
        found = {}
        if self.loss_below is not None and loss < self.loss_below:
            found["loss_below"] = f"Stopped at epoch {epoch:,}: the training loss is below {self.loss_below:g}."
        if self.epochs is not None and epoch >= self.epochs:
            found["epochs"] = f"Stopped at epoch {epoch:,}, as you asked."
        if self.patience is not None:
            best_epoch, best = best_test(curve)
            if epoch - best_epoch >= self.patience:
                found["patience"] = (
                    f"Stopped early at epoch {epoch:,}: the test loss has not fallen for {self.patience:,} epochs. "
                    f"It was lowest, {best:.4g}, at epoch {best_epoch:,}."
                )
        return found


def best_test(curve: Array) -> tuple[int, float]:
    """Return the epoch of the lowest test loss in a curve, and that loss; the first epoch where all are NaN."""
    best_epoch, best = int(curve[0, 0]), float("inf")
    for epoch, loss in curve[:, (0, 3)]:
        if loss < best:
            best_epoch, best = int(epoch), float(loss)
    return best_epoch, best
