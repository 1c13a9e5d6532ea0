"""The losses stage: what is punished, and how much."""

from __future__ import annotations

from typing import Any

from playground.losses_link import LossesLink
from playground.stages.losses.board import Board
from playground.stages.losses.dispatch import Dispatch
from playground.stages.losses.session import LossesScene, LossesSession
from playground.stages.sheets.stage import SheetStage


class LossesStage(SheetStage[LossesScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : LossesLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: LossesLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: LossesSession = LossesSession(link)
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)
