"""The pages of the app: each is one stage, and the address says which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playground import (
    batches_link,
    convolution_link,
    descent_link,
    flow_link,
    graph_link,
    link,
    race_link,
    reader_link,
    training_link,
)
from playground.stages.batches.stage import BatchesStage
from playground.stages.convolution.stage import ConvolutionStage
from playground.stages.descent.stage import DescentStage
from playground.stages.flow.stage import FlowStage
from playground.stages.graph.stage import GraphStage
from playground.stages.network.stage import NetworkStage
from playground.stages.race.stage import RaceStage
from playground.stages.reader.stage import ReaderStage
from playground.stages.stage import Stage
from playground.stages.training.stage import TrainingStage

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes
    ----------
    key : str
        What ``stage`` in the address says; empty for the page that an address without it opens.
    title : str
    group : str
        The pages that it stands with in the navigation.
    make : callable
        Builds the stage from the rest of the address; `dark` is passed on to it.
    """

    key: str
    title: str
    group: str
    make: Callable[..., Stage[Any]]


PAGES: dict[str, Page] = {
    page.key: page
    for page in (
        Page("", "Network", "Networks", lambda query, **options: NetworkStage(link.from_query(query), **options)),
        Page(
            "graph", "Back-propagation", "Networks",
            lambda query, **options: GraphStage(graph_link.from_query(query), **options),
        ),
        Page(
            "flow", "Gradient flow", "Networks",
            lambda query, **options: FlowStage(flow_link.from_query(query), **options),
        ),
        Page(
            "descent", "Descent", "Optimization",
            lambda query, **options: DescentStage(descent_link.from_query(query), **options),
        ),
        Page(
            "race", "Race", "Optimization",
            lambda query, **options: RaceStage(race_link.from_query(query), **options),
        ),
        Page(
            "batches", "Batches", "Optimization",
            lambda query, **options: BatchesStage(batches_link.from_query(query), **options),
        ),
        Page(
            "convolution", "Convolution", "Images",
            lambda query, **options: ConvolutionStage(convolution_link.from_query(query), **options),
        ),
        Page(
            "reader", "Digit reader", "Images",
            lambda query, **options: ReaderStage(reader_link.from_query(query), **options),
        ),
        Page(
            "training", "Digit training", "Images",
            lambda query, **options: TrainingStage(training_link.from_query(query), **options),
        ),
    )
}  # fmt: skip


def asked_for(query: Query) -> tuple[Page, dict[str, str]]:
    """Return the page that an address asks for, and what is left of the address for the stage.

    An unknown stage stays in what is left: the page that opens instead says that there is none of this name.
    """
    rest = dict(query)
    page = PAGES.get(rest.get("stage", ""))
    if page is None:
        return PAGES[""], rest
    rest.pop("stage", None)
    return page, rest


def navigation(current: Page) -> list[dict[str, Any]]:
    """Return all pages as `SiteNav.items`."""
    return [
        {
            "group": page.group, "title": page.title, "href": f"?stage={page.key}" if page.key else "?",
            "current": page is current,
        }
        for page in PAGES.values()
    ]  # fmt: skip
