"""The network stage as lessons see it."""

from __future__ import annotations

from collections.abc import Sequence

from engine import Grain, Position
from engine.backend import ready_backend
from engine.checks import SpecError, unknown
from engine.datasets import DATASETS
from engine.spec import LIVE_SETTINGS, SETTINGS, check
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import LONGEST_SECONDS, asked, driving, number, whole
from playground.benches.network_facts import NAMES, facts
from playground.link import from_query
from playground.parts import VIEWS
from playground.stages.network.presentation import with_activation
from playground.stages.network.session import TrainingSession

__all__ = ["BENCH"]

# So many pictures a command of many epochs shows.
_PICTURES = 50
_MOST_EPOCHS = 3000


def _begin(query: Query) -> TrainingSession:
    link = asked(from_query, query)
    session = TrainingSession(link.spec, ready_backend(), link.weights)
    session.look_at(link.views)
    return session


def _open(session: TrainingSession, query: Query) -> None:
    session.go_to(asked(from_query, query), ready_backend())


def _play(session: TrainingSession, words: Sequence[str]) -> Moments:
    """Train before the student's eyes: a long way in larger strides, so that it takes seconds in any case."""
    grain = Grain(words[1] if len(words) > 1 else "epoch")
    count = whole(words[0], _MOST_EPOCHS)
    moments, done = min(count, _PICTURES), 0
    for moment in range(1, moments + 1):
        stride = count * moment // moments - done
        session.run.step(grain, stride)
        done += stride
        yield min(0.3, LONGEST_SECONDS / moments)


def _set(session: TrainingSession, words: Sequence[str]) -> None:
    name, text = words[0], words[1]
    if name not in SETTINGS:
        raise SpecError(name, unknown("setting", name, list(SETTINGS)))
    value: object = text
    if isinstance(SETTINGS[name].default, tuple):
        value = tuple(part for part in text.split(",") if part)
    changes = {name: check(name, value)}
    if name == "activation":
        # The activation of the settings is that of all layers.
        changes["activations"] = ()
    session.edit_many(changes, session.run.backend)


def _activation(session: TrainingSession, words: Sequence[str]) -> None:
    layer = whole(words[0]) - 1
    session.edit("activations", lambda spec: with_activation(spec, layer, words[1]), session.run.backend)


def _weight(session: TrainingSession, words: Sequence[str]) -> None:
    layer, source, target = (whole(word) - 1 for word in words[:3])
    session.set_weight(layer, source, target, number(words[3]))


def _bias(session: TrainingSession, words: Sequence[str]) -> None:
    session.set_bias(whole(words[0]), whole(words[1]) - 1, number(words[2]))


def _weights(session: TrainingSession, words: Sequence[str]) -> None:
    """Set all weights and biases, layer by layer: first the weights, then the biases."""
    values = [number(word) for word in words]
    if len(values) != session.run.network.parameters:
        raise SpecError("weights", f"this network has {session.run.network.parameters} parameters, not {len(values)}")
    rest = iter(values)
    for layer in range(1, len(session.run.network.layers) + 1):
        for name in (f"W{layer}", f"b{layer}"):
            places = [*_places(session.run[name].shape)]
            for place in places:
                session.run.set_parameter(name, place, next(rest))


def _permute(session: TrainingSession, words: Sequence[str]) -> Moments:
    """Have two neurons of a hidden layer change places, with all their weights."""
    layer, one, other = (whole(word) for word in words[:3])
    run = session.run
    into, bias, out = (run[f"{name}{place}"].copy() for name, place in (("W", layer), ("b", layer), ("W", layer + 1)))
    for here, there in ((one - 1, other - 1), (other - 1, one - 1)):
        for source in range(len(into)):
            run.set_parameter(f"W{layer}", (source, there), float(into[source, here]))
        run.set_parameter(f"b{layer}", (there,), float(bias[here]))
        for target in range(out.shape[1]):
            run.set_parameter(f"W{layer + 1}", (there, target), float(out[here, target]))
        yield 0.5


def _draw(session: TrainingSession, words: Sequence[str]) -> None:
    """Draw a point; the points of a data set become one's own with it."""
    x, y, target = (number(word) for word in words[:3])
    session.draw(lambda points: points.with_point(x, y, target), session.run.backend)


def _places(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    places: list[tuple[int, ...]] = [()]
    for size in shape:
        places = [(*place, k) for place in places for k in range(size)]
    return places


def _seek(session: TrainingSession, words: Sequence[str]) -> None:
    epoch, batch, op = (int(words[k]) if k < len(words) else 0 for k in range(3))
    session.seek(Position(epoch, batch, op))


def _end(session: TrainingSession, _: Sequence[str]) -> None:
    session.seek_newest()


def _reset(session: TrainingSession, _: Sequence[str]) -> None:
    session.reset(session.run.backend)


def _seed(session: TrainingSession, words: Sequence[str]) -> None:
    session.edit(
        {"data": "data_seed", "start": "seed"}[words[0]],
        lambda spec: (getattr(spec, "data_seed" if words[0] == "data" else "seed") + 1) % 2**31,
        session.run.backend,
    )


def _pin(session: TrainingSession, words: Sequence[str]) -> None:
    if words and words[0] == "off":
        session.unpin()
    else:
        session.pin()


def _swap(session: TrainingSession, _: Sequence[str]) -> None:
    session.swap()


def _look(session: TrainingSession, words: Sequence[str]) -> None:
    for word in words:
        if word not in VIEWS:
            raise SpecError("views", unknown("view", word, list(VIEWS)))
    session.look_at(words)


BENCH = Bench(
    stage="network",
    begin=_begin,
    open=_open,
    facts=facts,
    names=NAMES,
    commands={
        **driving({"op": "operation", "layer": "layer", "phase": "phase", "batch": "batch", "epoch": "epoch"}),
        "play": Command(
            "play COUNT GRAIN", "Trains so many epochs, or batches and so on, before the student's eyes.", _play
        ),
        "seek": Command("seek EPOCH BATCH OP", "Goes to a moment that has been.", _seek),
        "end": Command("end", "Goes to the newest moment.", _end),
        "reset": Command("reset", "Returns to the start; the settings stay.", _reset),
        "set": Command(
            "set SETTING VALUE",
            f"Changes a setting as the page does; at once {', '.join(LIVE_SETTINGS)}, the others begin anew. Data are "
            f"{', '.join(DATASETS)}; hidden layers are like 8,8.",
            _set,
        ),
        "activation": Command(
            "activation LAYER NAME", "Changes the activation of one hidden layer, from 1.", _activation
        ),
        "weight": Command(
            "weight LAYER FROM TO VALUE", "Sets a weight by hand; all count from 1, inputs in the order of W.", _weight
        ),
        "bias": Command("bias LAYER NEURON VALUE", "Sets a bias by hand; the first hidden layer is 1.", _bias),
        "weights": Command(
            "weights NUMBER NUMBER …",
            "Sets all weights and biases: W1 row by row (a row an input), b1, W2, …",
            _weights,
        ),
        "permute": Command(
            "permute LAYER ONE OTHER", "Has two neurons of a hidden layer change places, with their weights.", _permute
        ),
        "draw": Command("draw X1 X2 CLASS", "Draws a point of class 0 or 1; the points are one's own then.", _draw),
        "new": Command("new data", "Draws other data; `new start` begins with other weights.", _seed),
        "pin": Command("pin", "Pins the run to compare with; `pin off` gives it up.", _pin),
        "swap": Command("swap", "Has the pinned run and the other change places.", _swap),
        "look": Command("look VIEW …", f"Has just these open: {', '.join(VIEWS)}; none closes all.", _look),
    },
    parts={
        "readout": "the numbers: epoch, loss, accuracy",
        "tools": "step by step, pin and compare, as a graph, clinic, views of the inside, share",
        "settings": "the data sets and all settings",
        "diagram": "the network with its neurons' pictures; weights are set there",
        "operation": "the operation that has just run, with its matrices; shown while `stepping` is open",
        "listing": "the operations of a batch",
        "plane": "the points and the network's answer, the comparison, the curves of loss and accuracy",
        "inside": "histograms, gradients, landscape, confusion, surface: those that are open",
    },
)
