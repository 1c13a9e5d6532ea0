"""One student's losses, and what can be done with them, without any widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine import SpecError
from engine.arena import Array
from engine.loss_curves import Likelihood, Residuals, likelihood, residuals
from playground.losses_link import LossesLink
from playground.stages.losses import pictures, presentation, tables
from playground.stages.losses.presets import MOST_OUTCOMES, MOST_SAMPLES, MOST_TARGETS, PRESETS, Begin
from playground.stages.losses.quizzes import NAMES, ROLES, TASKS
from playground.stages.sheets.session import SheetSession
from playground.views.residuals import ResidualPicture

__all__ = ["LossesScene", "LossesSession"]

_COUNTED = {
    "targets": ("targets", MOST_TARGETS, 1, 0.0),
    "samples": ("p", MOST_SAMPLES, 1, 0.5),
    "outcomes": ("truth", MOST_OUTCOMES, 2, 0.5),
}


@dataclass(frozen=True, slots=True, eq=False)
class LossesScene:
    """What the views draw.

    Attributes
    ----------
    state : Begin
    status : dict
        As `Transport.status` wants it.
    steps : bool
        Whether there is something to step through.
    preset, summary : str
    table, meters, words : dict
        For `BarTable` twice and `FactTable`; empty where there is none.
    residuals : ResidualPicture or None
    margin : (float, tuple of str) or None
        Where it is, and which losses are shown.
    product : (ndarray, ndarray, ndarray, int) or None
        Products in both precisions, sums, and the count.
    edits : int
    """

    state: Begin
    status: dict[str, Any]
    steps: bool
    preset: str
    summary: str
    table: dict[str, Any]
    meters: dict[str, Any]
    words: dict[str, Any]
    residuals: ResidualPicture | None
    margin: tuple[float, tuple[str, ...]] | None
    product: tuple[Array, Array, Array, int] | None
    edits: int


class LossesSession(SheetSession[Begin, LossesScene]):
    """The state of the page.

    Parameters
    ----------
    link : LossesLink
    """

    state: Begin

    def __init__(self, link: LossesLink) -> None:
        super().__init__(link, PRESETS)

    @property
    def stops(self) -> tuple[int, ...]:
        """A step a sample, or a line of the derivation."""
        if self.state.look == "likelihood":
            return (0,) * self.state.samples
        if self.state.look == "formula":
            return (0,) * len(presentation.OVERLAYS)
        return ()

    @property
    def residuals(self) -> Residuals:
        """The errors of the output."""
        return residuals(self.state.targets, self.state.output)

    @property
    def likelihood(self) -> Likelihood:
        """Of all samples."""
        state = self.state
        return likelihood(state.p[: state.samples], state.labels[: state.samples])

    def slide(self, row: str, cell: int, value: float) -> None:
        """A number of the table is set."""
        look = self.state.look
        if look == "regression":
            self.edit_part("targets", int(row), value)
        elif look == "margin":
            self.edit("margin", value)
        elif look == "formula":
            self.edit("a", value)
        elif look == "likelihood":
            self.edit_part("p", int(row), value)
        elif look == "entropy":
            self.edit_part("truth" if cell == 0 else "model", int(row), value)

    def press(self, row: str, cell: int) -> None:
        """A switch of the table is pressed."""
        look = self.state.look
        if look == "formula":
            self.edit("t", 1 - self.state.t)
        elif look == "likelihood":
            self.edit_part("labels", int(row), 1 - self.state.labels[int(row)])
        elif look == "notation":
            self.name(int(row), cell)
        elif look == "tasks":
            self.pick(int(row), cell)

    def name(self, symbol: int, role: int) -> None:
        """Say which role a symbol has."""
        if not 0 <= role < len(ROLES):
            raise SpecError("names", f"a symbol is one of {', '.join(ROLES)}")
        self.edit_part("names", symbol, role)

    def pick(self, task: int, loss: int) -> None:
        """Choose a loss for a task."""
        if loss < 0:
            raise SpecError("picks", "choose one of the losses")
        self.edit_part("picks", task, loss)

    def clear(self) -> None:
        """Take all answers back."""
        self.state = replace(self.state, names=(-1,) * len(NAMES), picks=(-1,) * len(TASKS))

    def count(self, what: str, number: int) -> None:
        """Have so many targets, samples or outcomes."""
        name, most, least, usual = _COUNTED[what]
        if not least <= number <= most:
            raise SpecError(name, f"there are {least} to {most} {what}, got {number}")
        state = self.state
        changes: dict[str, Any] = {name: (*getattr(state, name), *[usual] * most)[:number]}
        if what == "samples":
            changes["labels"] = (*state.labels, *[1] * most)[:number]
            # What stands at its end stays there.
            changes["at"] = -1 if self.at == len(self.stops) else min(self.at, number)
        elif what == "outcomes":
            changes["model"] = (*state.model, *[usual] * most)[:number]
        self.state = replace(state, **changes)

    def keep(self) -> None:
        """Keep these errors to compare with."""
        self.edit("kept", self.residuals.errors)

    def forget(self) -> None:
        """Compare with nothing."""
        self.edit("kept", ())

    def to_mean(self) -> None:
        """Move the output to where Σe² is least."""
        self.edit("output", self.residuals.mean)

    def to_median(self) -> None:
        """Move the output to where Σ|e| is least."""
        self.edit("output", sum(self.residuals.median) / 2)

    def scene(self, playing: bool) -> LossesScene:
        """Return what the views draw now."""
        state = self.state
        return LossesScene(
            state=state,
            status=presentation.status(state, self.at, len(self.stops)),
            steps=bool(self.stops),
            preset=self.preset,
            summary=presentation.summary(self),
            table=tables.table(self),
            meters=tables.meters(self),
            words=presentation.words(self),
            residuals=pictures.residual_picture(state, self.residuals) if state.look == "regression" else None,
            margin=(state.margin, tables.margin_keys(state)) if state.look == "margin" else None,
            product=(*pictures.products(state.factor), state.count) if state.look == "product" else None,
            edits=self.edits,
        )
