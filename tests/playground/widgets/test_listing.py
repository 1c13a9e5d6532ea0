"""The listing, as far as it is Python."""

from playground.widgets.listing import Listing

LINE = {
    "index": 0, "phase": "forward", "layer": "dense1", "name": "dense1.z",
    "formula": "<math><mi>z</mi></math>", "code": "z = x @ W + b", "shape": "10 × 8",
}


def test_lines_counter_and_detail_reach_the_browser():
    listing = Listing(lines=[LINE])
    model = listing.get_root()
    listing.param.update(counter=1, ran=0, playing=True, detail={"title": "dense1.z"})
    assert model.data.lines == [LINE]
    assert (model.data.counter, model.data.ran, model.data.playing) == (1, 0, True)
    assert model.data.detail == {"title": "dense1.z"}
