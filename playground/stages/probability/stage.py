"""The probability stage: from scores to probabilities, term by term."""

from __future__ import annotations

from typing import Any

from playground.probability_link import ProbabilityLink
from playground.stages.probability.board import Board
from playground.stages.probability.dispatch import Dispatch
from playground.stages.probability.session import ProbabilityScene, ProbabilitySession
from playground.stages.sheets.stage import SheetStage


class ProbabilityStage(SheetStage[ProbabilityScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : ProbabilityLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: ProbabilityLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: ProbabilitySession = ProbabilitySession(link)
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)
