"""The address: what is written is what is read, and what cannot be read is said."""

from __future__ import annotations

import base64
import html
import time
from dataclasses import fields
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine import SpecError, TrainingSpec
from engine.datasets import DATASETS, FEATURES
from engine.datasets.dataset import Task
from engine.datasets.own import LINK_POINTS, Points
from engine.losses import LOSSES
from engine.rules import ScheduleNumber, schedule_numbers
from engine.spec import HIDDEN_ACTIVATIONS, MAX_HIDDEN_LAYERS, OWN, OWN_INPUTS, SETTINGS
from playground.link import MAX_LINK_PARAMETERS, Link, from_query, misses, to_query, to_url
from playground.parts import HIDEABLE

LONGEST_MESSAGE = 500
FORMULAS = ("x1*x2", "sin(3*x1) + 1", "max(x1, -x2, 0.5)", "(x1 - 1)**2 / (abs(x2) + 0.1)", "exp(-x1**2)", "1e-3 * x2")


def plain_value(name: str) -> st.SearchStrategy[object]:
    """Draw an allowed value of a setting that has to agree with no other."""
    limits, default = SETTINGS[name].metadata, SETTINGS[name].default
    if "choices" in limits:
        return st.sampled_from(limits["choices"])
    if isinstance(default, bool):
        return st.booleans()
    if isinstance(default, tuple):
        return st.lists(st.integers(limits["low"], limits["high"]), max_size=limits["most"]).map(tuple)
    if isinstance(default, int):
        return st.integers(limits["low"], limits["high"])
    return typed(limits["low"], limits["high"])


def typed(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw a number with no more digits than a person types."""
    numbers = st.floats(low, high, allow_nan=False).map(lambda x: float(f"{x:.12g}"))
    return numbers.filter(lambda x: low <= x <= high)


def schedule_number(number: ScheduleNumber) -> st.SearchStrategy[float]:
    """Draw a setting of a schedule."""
    return st.integers(int(number.low), int(number.high)) if number.whole else typed(number.low, number.high)


TOGETHER = ("data", "points", "inputs", "formulas", "activations", "loss", "schedule_settings")
PLAIN = [name for name in SETTINGS if name not in TOGETHER]


@st.composite
def own_points(draw: st.DrawFn) -> Points:
    """Draw points that a link holds as they are: coordinates in steps of 1/300, targets in float32."""
    classes = draw(st.sampled_from([0, 2, 3, 6]))
    count = draw(st.integers(10, LINK_POINTS))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    inputs = rng.integers(-30_000, 30_001, (count, 2)) / 300
    if classes:
        targets = rng.integers(0, classes, count).astype(float)
        targets[:2] = 0, classes - 1
        return Points(inputs, targets, Task.CLASSIFICATION, classes)
    return Points(inputs, rng.uniform(-100, 100, count).astype(np.float32), Task.REGRESSION, 0)


def suits(loss: str, values: dict[str, object]) -> bool:
    try:
        TrainingSpec(**{**values, "loss": loss})
    except SpecError:
        return False
    return True


@st.composite
def any_spec(draw: st.DrawFn) -> TrainingSpec:
    """Draw a spec that uses everything there is."""
    values = {name: draw(plain_value(name)) for name in PLAIN}
    if draw(st.booleans()):
        values |= {"data": OWN, "points": draw(own_points())}
    else:
        values["data"] = draw(st.sampled_from(list(DATASETS)))
    values["formulas"] = tuple(draw(st.lists(st.sampled_from(FORMULAS), max_size=3)))
    offered = [*FEATURES, *OWN_INPUTS[: len(values["formulas"])]]
    values["inputs"] = tuple(draw(st.lists(st.sampled_from(offered), min_size=1, unique=True)))
    values["activations"] = tuple(
        draw(st.lists(st.sampled_from(["", *HIDDEN_ACTIVATIONS]), max_size=MAX_HIDDEN_LAYERS))
    )
    values["schedule_settings"] = {
        name: draw(schedule_number(number))
        for name, number in schedule_numbers(str(values["schedule"])).items() if draw(st.booleans())
    }  # fmt: skip
    fitting = [loss for loss in ("auto", *LOSSES) if suits(loss, values)]
    return TrainingSpec(**values, loss=draw(st.sampled_from(fitting)))


def assert_same(link: Link, spec: TrainingSpec) -> None:
    assert link.spec == spec
    assert link.ignored == ()


@given(any_spec())
def test_every_spec_survives_the_address(spec: TrainingSpec) -> None:
    assert_same(from_query("?" + to_url(spec)), spec)
    assert_same(from_query(to_query(spec)), spec)
    assert misses(spec) == []


def test_only_what_differs_is_written() -> None:
    assert to_query(TrainingSpec()) == {"v": "2"}
    assert to_query(TrainingSpec(noise=0.1, hidden=(4, 2))) == {"v": "2", "noise": "0.1", "hidden": "4,2"}
    assert to_query(TrainingSpec(skip=True, activations=("", "relu"), formulas=("x1*x2", "x1+x2"))) == {
        "v": "2", "skip": "true", "activations": ",relu", "formulas": "x1*x2;x1+x2",
    }  # fmt: skip


def test_the_rules_around_the_optimizer_are_written_as_people_would() -> None:
    spec = TrainingSpec(
        schedule="cosine", schedule_settings={"warm_up": 5, "steps": 30}, schedule_unit="update", weight_decay=0.01,
        decoupled=True, clip_norm=2.0,
    )  # fmt: skip
    assert to_url(spec) == (
        "v=2&schedule=cosine&schedule_settings=steps:30,warm_up:5&schedule_unit=update&weight_decay=0.01&decoupled=true"
        "&clip_norm=2"
    )
    assert_same(from_query("?" + to_url(spec)), spec)
    assert from_query("?schedule_settings=every: 4&schedule=step").spec.schedule_settings == (("every", 4),)


def test_no_hidden_layer_is_written_and_read() -> None:
    assert from_query("?hidden=").spec.hidden == ()
    assert from_query("?" + to_url(TrainingSpec(hidden=()))).spec.hidden == ()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?colour=red", "unknown setting 'colour'"),
        ("?learning_rate=abc", "Learning rate is a number from 0.000001 to 10, got 'abc'"),
        ("?learning_rate=nan", "Learning rate is a number"),
        ("?hidden=10000", "up to 8 layers of 1 to 16 neurons"),
        ("?hidden=1,2,3,4,5,6,7,8,9", "got 9 layers"),
        ("?data=spirl", "did you mean spiral?"),
        ("?inputs=x3", "unknown input 'x3'"),
        ("?inputs=own1", "the input own1 needs a formula"),
        ("?formulas=x1**", "Own inputs"),
        ("?formulas=x1;x1;x1;x1", "a list of at most 3 formulas"),
        ("?formulas=" + "x1" * 600, "at most 1000 characters"),
        ("?activations=tanh,relv", "did you mean relu?"),
        ("?skip=perhaps", "on or off"),
        ("?dropout=1", "Dropout is a number from 0 to 0.8"),
        ("?seed=" + "9" * 300, "at most 200 characters"),
        ("?v=7", "this spec has version 7, this program reads versions 1 to 2"),
        ("?v=", "reads versions 1 to 2"),
        ("?v=<script>alert(1)</script>", "reads versions 1 to 2"),
        ("?loss=hinge&data=plane", "choose"),
        ("?data=own", "own points: there are none"),
        ("?points=rubbish", "the points of a link begin with the letter 'a'"),
        ("?points=a!!!", "link"),
        ("?hidden=2&weights=AAAAA", "the weights are garbled"),
        ("?hidden=2&weights=%C3%A4", "the weights are garbled"),
        ("?hidden=2&weights=", "there are 0 weights, but this network has 9"),
        ("?hidden=2&weights=" + "AAAA" * 4, "there are 3 weights, but this network has 9"),
        ("?hide=everything", "there is no such control"),
        ("?schedule=linear", "Schedule: unknown choice 'linear'"),
        ("?schedule_settings=every:3", "Constant: it has none but the learning rate"),
        ("?schedule_settings=every", "names with numbers, such as factor:0.5"),
        ("?schedule_settings=a:b:c", "names with numbers, such as factor:0.5"),
        ("?clip_norm=-1", "Clipping by norm is a number from 0 to 1,000,000, got -1"),
    ],
)
def test_what_is_ignored_is_said(query: str, says: str) -> None:
    link = from_query(query)
    assert len(link.ignored) == 1
    assert says in link.ignored[0]
    assert link.weights is None
    assert link.hidden == ()
    untouched = [f.name for f in fields(TrainingSpec) if f.name not in ("loss", "data", "hidden")]
    assert all(getattr(link.spec, name) == SETTINGS[name].default for name in untouched)


def test_one_bad_part_does_not_spoil_the_rest() -> None:
    link = from_query("?noise=0.2&batch_size=x&seed=4")
    assert (link.spec.noise, link.spec.seed) == (0.2, 4)
    assert len(link.ignored) == 1


def test_a_link_of_another_version_keeps_what_can_be_read() -> None:
    link = from_query("?v=3&noise=0.2&seed=4")
    assert link.spec == TrainingSpec(noise=0.2, seed=4)
    assert link.ignored == ("v=3 — this spec has version 3, this program reads versions 1 to 2",)


def test_in_version_1_the_seed_decided_the_data_too() -> None:
    assert_same(from_query("?v=1&seed=7"), TrainingSpec(seed=7, data_seed=7))
    assert_same(from_query("?v=1&noise=0.1"), TrainingSpec(noise=0.1))
    assert_same(from_query("?v=2&seed=7"), TrainingSpec(seed=7))
    # Without a version it was typed by hand, now.
    assert_same(from_query("?seed=7"), TrainingSpec(seed=7))


# --- weights -------------------------------------------------------------------------------------------------


SMALL = TrainingSpec(hidden=(2,))


@given(
    arrays(np.float32, SMALL.network().parameters, elements=st.floats(width=32, allow_nan=False, allow_infinity=False))
)
def test_weights_travel_in_single_precision(weights: np.ndarray) -> None:
    link = from_query("?" + to_url(SMALL, weights.astype(np.float64)))
    assert link.spec == SMALL
    assert link.ignored == ()
    assert link.weights is not None
    assert link.weights.dtype == np.float64
    assert np.array_equal(link.weights, weights.astype(np.float64))


def test_weights_are_rounded_as_numpy_rounds(rng: np.random.Generator) -> None:
    weights = rng.normal(size=SMALL.network().parameters)
    weights[0] = 1 / 3
    link = from_query(to_query(SMALL, weights))
    assert link.weights is not None
    assert link.weights.tolist() == [float(np.float32(weight)) for weight in weights]
    assert link.weights[0] != 1 / 3


def test_the_largest_network_that_fits_and_the_smallest_that_does_not() -> None:
    # Two inputs, one output: 2a + a + ab + b + b + 1 parameters.
    fits, too_large = TrainingSpec(hidden=(16, 16)), TrainingSpec(hidden=(16, 16, 16))
    assert fits.network().parameters == 337 <= MAX_LINK_PARAMETERS < too_large.network().parameters == 609
    small, large = np.ones(337), np.ones(609)
    assert from_query("?" + to_url(fits, small)).weights.tolist() == [1.0] * 337
    assert misses(fits, small) == []
    assert to_query(too_large, large) == to_query(too_large)
    assert_same(from_query("?" + to_url(too_large, large)), too_large)
    assert misses(too_large, large) == [
        "A link holds at most 400 weights, this network has 609: it will start untrained. Save a file to keep them."
    ]
    assert len(to_url(fits, small)) < 8000


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_weights_that_are_no_numbers_are_not_begun_with(bad: float) -> None:
    weights = np.zeros(9)
    weights[3] = bad
    link = from_query("?" + to_url(SMALL, weights))
    assert link.spec == SMALL
    assert link.weights is None
    assert link.ignored[0].endswith("some weights are infinite or no numbers")


def test_weights_of_another_network_are_not_begun_with() -> None:
    link = from_query({**to_query(SMALL, np.ones(9)), "hidden": "3"})
    assert link.spec.hidden == (3,)
    assert link.weights is None
    assert "there are 9 weights, but this network has 13" in link.ignored[0]


# --- own points ----------------------------------------------------------------------------------------------


def points_of(count: int) -> Points:
    rng = np.random.default_rng(count)
    return Points(rng.integers(-1500, 1500, (count, 2)) / 300, np.arange(count) % 2.0, Task.CLASSIFICATION, 2)


def test_too_many_points_are_left_out_and_that_is_said() -> None:
    fits = TrainingSpec(data=OWN, points=points_of(LINK_POINTS), noise=0.2)
    assert misses(fits) == []
    assert_same(from_query("?" + to_url(fits)), fits)
    many = TrainingSpec(data=OWN, points=points_of(1201), noise=0.2)
    assert_same(from_query("?" + to_url(many)), TrainingSpec(noise=0.2))
    assert misses(many) == ["A link holds at most 200 own points, there are 1,201: save a file instead."]


def test_points_that_are_not_shown_are_not_written() -> None:
    assert to_query(TrainingSpec(points=points_of(50))) == {"v": "2"}
    assert misses(TrainingSpec(points=points_of(1000))) == []


def test_own_data_without_points_fall_back_and_the_rest_stays() -> None:
    link = from_query("?data=own&noise=0.2&hidden=3")
    assert link.spec == TrainingSpec(noise=0.2, hidden=(3,))
    assert link.ignored == ("data=own — own points: there are none: draw some, or read them from a file",)
    link = from_query(
        "?data=own&noise=0.2&points=" + to_query(TrainingSpec(data=OWN, points=points_of(50)))["points"][:30]
    )
    assert link.spec == TrainingSpec(noise=0.2)
    assert [message.split("=")[0] for message in link.ignored] == ["points", "data"]


def test_too_few_points_are_not_trained_on() -> None:
    link = from_query({"v": "2", "data": OWN, "points": points_of(3).to_text()})
    assert link.spec == TrainingSpec()
    assert any("draw at least 10 points" in message for message in link.ignored)


# --- hidden controls -----------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(list(HIDEABLE)), unique=True))
def test_hidden_controls_survive_the_address(hidden: list[str]) -> None:
    link = from_query("?" + to_url(TrainingSpec(seed=3), hidden=hidden))
    assert link.spec == TrainingSpec(seed=3)
    assert sorted(link.hidden) == sorted(hidden)
    assert link.ignored == ()


def test_of_strange_controls_a_few_are_named() -> None:
    link = from_query("?hide=share,<b>,x,y,z,,curves")
    assert link.hidden == ("curves", "share")
    assert link.ignored == tuple(f"hide={name} — there is no such control" for name in ("<b>", "x", "y"))


# --- any text ------------------------------------------------------------------------------------------------


def assert_answered(query: str | dict[str, str]) -> None:
    start = time.perf_counter()
    link = from_query(query)
    assert time.perf_counter() - start < 2.0
    assert isinstance(link.spec, TrainingSpec)
    assert set(link.hidden) <= set(HIDEABLE)
    assert link.weights is None or len(link.weights) == link.spec.network().parameters
    assert len(link.ignored) <= 9
    assert all(isinstance(part, str) and len(part) <= LONGEST_MESSAGE for part in link.ignored)


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert_answered(text)


NAMES = st.sampled_from([*SETTINGS, "v", "version", "weights", "hide", "theme", "__class__", "with_", ""]) | st.text()
WORDS = st.sampled_from(
    [
        "own",
        "own1",
        "a",
        "x1,own3",
        "1" * 400,
        "nan",
        "-inf",
        "1e999",
        "∞",
        "٣",
        "x1;x2",
        ";;;",
        ",,,,",
        "true",
        "16,16",
    ]
)
VALUES = st.text(max_size=40) | st.floats().map(str) | st.integers().map(str) | WORDS


@settings(max_examples=300)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=12))
def test_any_parameters_are_answered(pairs: list[tuple[str, str]]) -> None:
    assert_answered(dict(pairs))
    assert_answered("?" + urlencode(pairs, errors="replace"))


@given(st.binary(max_size=4000), st.binary(max_size=4000))
def test_any_bytes_as_weights_and_points_are_answered(weights: bytes, points: bytes) -> None:
    letters = [base64.urlsafe_b64encode(part).decode("ascii") for part in (weights, points)]
    assert_answered({"data": OWN, "hidden": "2", "weights": letters[0], "points": "a" + letters[1]})


@pytest.mark.parametrize(
    "query",
    [
        "?" + "&".join(f"k{index}=1" for index in range(500)),
        "?weights=" + "A" * 1_000_000,
        "?points=" + "a" * 1_000_000,
        "?hide=" + ",".join("x" * 1000 for _ in range(500)),
        "?formulas=" + "(" * 999,
        "?" + "n" * 100_000 + "=1",
        "?data=" + "a" * 199,
    ],
    ids=lambda query: query[:12],
)
def test_a_monstrous_link_is_answered_quickly_and_briefly(query: str) -> None:
    assert_answered(query)
    assert from_query(query).ignored


def test_beyond_a_few_refusals_the_rest_are_counted() -> None:
    ignored = from_query("?" + "&".join(f"k{index}=1" for index in range(20))).ignored
    assert len(ignored) == 9
    assert ignored[-1] == "and 12 more"


SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("name", [*SETTINGS, "weights", "hide", SCRIPT])
def test_markup_stays_the_text_that_it_is(name: str) -> None:
    """It is neither dropped, which would hide what was wrong, nor escaped: the message bar shows plain text."""
    link = from_query("?" + urlencode({name: SCRIPT}))
    assert link.spec == TrainingSpec()
    assert link.weights is None
    assert SCRIPT in link.ignored[0]
    assert html.escape(SCRIPT) not in link.ignored[0]


def test_settings_in_any_order_fit_together() -> None:
    """A loss that suits the linked data, but not the default data, must not depend on which comes first."""
    wanted = TrainingSpec(data="blobs3", loss="categorical_crossentropy")
    assert from_query("?loss=categorical_crossentropy&data=blobs3").spec == wanted
    assert from_query("?data=plane&loss=mean_absolute_error").spec == TrainingSpec(
        data="plane", loss="mean_absolute_error"
    )
    assert_same(from_query("?loss=hinge&data=xor"), TrainingSpec(data="xor", loss="hinge"))
    assert_same(from_query("?inputs=x1,own1&formulas=x1*x2"), TrainingSpec(inputs=("x1", "own1"), formulas=("x1*x2",)))
