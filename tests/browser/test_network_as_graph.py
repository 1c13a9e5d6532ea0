"""A neuron of the live network opens as a graph, with the same numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.student import choose, dialog, press, to_epoch

Open = Callable[..., Page]


def test_a_whole_small_network_opens_as_a_graph_with_its_numbers(open_page: Open) -> None:
    page = open_page("?data=xor&hidden=2&inputs=x1,x2&samples=60")
    to_epoch(page, 2)
    press(page, "As a graph")
    window = dialog(page, "As a graph")
    choose(page, "What", "The whole network with its loss")
    rows = window.get_by_role("row")
    expect(rows.nth(12)).to_be_visible()
    table = [row.get_by_role("cell").all_inner_texts() for row in rows.all()[1:]]
    assert all(network == graph for _, network, graph, _ in table)
    gradients = {name: graph for name, _, graph, _ in table if name.startswith("∂/∂")}
    with page.context.expect_page() as opened:
        window.get_by_role("link", name="Open the graph").click()
    graph = opened.value
    expect(graph.get_by_role("group", name="Transport")).to_be_visible(timeout=20_000)
    # A new tab of its own: the network is where it was.
    expect(dialog(page, "As a graph")).to_be_visible()
    graph.get_by_label("Grain", exact=True).select_option("phase")
    for _ in range(2):
        graph.keyboard.press("ArrowRight")
    expect(graph.get_by_text(re.compile("^Step 1 · (update|backward)"))).to_be_visible()
    drawn = graph.locator(".np-graph .numbers .gradient .number").all_text_contents()
    assert len(gradients) > 8
    assert set(gradients.values()) <= set(drawn)
