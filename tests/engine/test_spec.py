"""Settings: their limits, their messages, and JSON there and back."""

from __future__ import annotations

import json
import re
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import DATASETS, FEATURES, Task
from engine.datasets.own import Points
from engine.losses import LOSSES, Targets
from engine.optimizers import OPTIMIZERS
from engine.rules import RULES, schedule_numbers
from engine.spec import HIDDEN_ACTIVATIONS, LIVE_SETTINGS, OWN, OWN_INPUTS, SETTINGS, SpecError, TrainingSpec, check

FORMULAS = ("x1*x2", "sin(2*x1) + x2**2", "max(x1, 0)")
CORNERS = np.array([[x, y] for x in (-1.0, 1.0) for y in np.linspace(-2, 2, 6)])
OWN_POINTS = {
    2: Points(CORNERS, (CORNERS[:, 0] > 0).astype(float), Task.CLASSIFICATION, 2),
    3: Points(CORNERS, np.arange(12.0) % 3, Task.CLASSIFICATION, 3, class_names=("a", "b", "=c")),
    0: Points(CORNERS, CORNERS[:, 1] / 2, Task.REGRESSION, 0),
}


def allowed(name):
    """A strategy for all values that a setting may take."""
    setting = SETTINGS[name]
    limits = setting.metadata
    if "choices" in limits:
        return st.sampled_from(limits["choices"])
    if "members" in limits:
        return st.lists(st.sampled_from(limits["members"]), min_size=limits["least"], unique=True).map(tuple)
    if "each" in limits:
        return st.lists(st.sampled_from(limits["each"]), max_size=limits["most"]).map(tuple)
    if "formulas" in limits:
        return st.lists(st.sampled_from(FORMULAS), max_size=limits["formulas"]).map(tuple)
    if "points" in limits:
        return st.none() | st.sampled_from(list(OWN_POINTS.values()))
    if "pairs" in limits:
        # How far each number lies between its limits: `complete` knows of which schedule.
        return st.lists(st.floats(0, 1), max_size=3)
    if isinstance(setting.default, bool):
        return st.booleans()
    if isinstance(setting.default, tuple):
        sizes = st.integers(limits["low"], limits["high"])
        return st.lists(sizes, max_size=limits["most"]).map(tuple)
    numbers = st.integers if isinstance(setting.default, int) else st.floats
    return numbers(limits["low"], limits["high"])


def kind_of(values):
    """Task and number of classes of the data."""
    known = values["points"] if values["data"] == OWN else DATASETS[values["data"]]
    return known.task, known.classes


def fits(values):
    """Whether the loss suits the data."""
    (task, classes), loss = kind_of(values), values["loss"]
    if loss == "auto":
        return True
    targets = LOSSES[loss].targets
    if task is Task.REGRESSION:
        return targets is Targets.REAL
    return classes == 2 or targets is Targets.ONE_HOT


def complete(values):
    """Give own data their points and schedules their numbers, and leave inputs out that have no formula."""
    values = dict(values)
    numbers = schedule_numbers(values["schedule"]).items()
    values["schedule_settings"] = {
        name: (round if number.whole else float)(number.low + share * (number.high - number.low))
        for (name, number), share in zip(numbers, values["schedule_settings"], strict=False)
    }
    if values["data"] == OWN and values["points"] is None:
        values["points"] = OWN_POINTS[2]
    missing = OWN_INPUTS[len(values["formulas"]) :]
    values["inputs"] = tuple(key for key in values["inputs"] if key not in missing) or ("x1",)
    return values


spec_values = st.fixed_dictionaries({name: allowed(name) for name in SETTINGS}).map(complete).filter(fits)


@given(spec_values)
def test_json_there_and_back(values):
    spec = TrainingSpec(**values)
    again = TrainingSpec.from_json(spec.to_json())
    assert again == spec
    assert hash(again) == hash(spec)
    assert [type(getattr(again, f.name)) for f in fields(spec)] == [
        type(getattr(spec, f.name)) for f in fields(spec)
    ]


@given(spec_values)
def test_every_allowed_spec_is_a_network(values):
    spec = TrainingSpec(**values)
    network = spec.network()
    assert [layer.activation for layer in network.layers[:-1]] == list(spec.resolved_activations)
    assert [layer.units for layer in network.layers[:-1]] == list(spec.hidden)
    assert network.inputs == len(spec.inputs)
    assert network.outputs == (spec.kind.classes if spec.resolved_loss.targets is Targets.ONE_HOT else 1)
    program = network.record(3)
    assert set(program.hyper) <= set(program.refs)
    assert program.hyper["learning_rate"] == spec.learning_rate


@given(spec_values)
def test_every_refusal_of_a_pairing_names_the_loss(values):
    for loss in LOSSES:
        if fits({**values, "loss": loss}):
            continue
        with pytest.raises(SpecError, match=r"tells classes|works here with one output") as caught:
            TrainingSpec(**{**values, "loss": loss})
        assert caught.value.field == "loss"


def test_left_out_settings_take_their_defaults():
    assert TrainingSpec.from_json("{}") == TrainingSpec()
    assert TrainingSpec.from_json('{"hidden": [3, 2]}') == TrainingSpec(hidden=(3, 2))


def test_a_spec_is_frozen_and_the_same_inputs_are_the_same_spec():
    with pytest.raises(FrozenInstanceError):
        TrainingSpec().data = "xor"
    assert TrainingSpec(inputs=("x2", "x1", "x2")) == TrainingSpec(inputs=("x1", "x2"))


def test_activations_of_single_layers_have_one_form():
    spec = TrainingSpec(hidden=(4, 4, 4), activation="relu", activations=("relu", "tanh", "relu", "gelu"))
    assert spec.activations == ("", "tanh")
    assert spec.resolved_activations == ("relu", "tanh", "relu")
    assert spec.with_(activation="elu").resolved_activations == ("elu", "tanh", "elu")
    assert TrainingSpec(activations=("tanh", "tanh")) == TrainingSpec()
    assert spec.with_(hidden=()).activations == ()


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"data": "own"}, "points", "own points: there are none"),
        ({"data": "own", "points": Points.empty()}, "points", "draw at least 10 points: there are 0"),
        ({"points": {"a": 1}}, "points", "Own points: "),
        ({"points": "garbage"}, "points", "Own points: "),
        ({"formulas": ("x1*",)}, "formulas", "Own inputs: "),
        ({"formulas": ("__import__('os')",)}, "formulas", "Own inputs: "),
        ({"formulas": ("x3",)}, "formulas", "unknown name x3"),
        ({"formulas": FORMULAS * 2}, "formulas", "at most 3 formulas"),
        ({"inputs": ("own1",)}, "inputs", "the input own1 needs a formula, and there are 0"),
        ({"inputs": ("own2",), "formulas": ("x1",)}, "inputs", "and there are 1"),
        ({"activations": ("softmax",)}, "activations", "unknown choice 'softmax'"),
        ({"activations": "tanh"}, "activations", "a list of at most 8"),
        ({"skip": "perhaps"}, "skip", "Skip connections is on or off"),
        ({"skip": 2}, "skip", "is on or off"),
    ],
)
def test_what_does_not_go_together(values, field, message):
    with pytest.raises(SpecError, match=re.escape(message)) as caught:
        TrainingSpec(**values)
    assert caught.value.field == field


def test_own_inputs_come_after_the_others_and_are_computed():
    spec = TrainingSpec(formulas=FORMULAS[:2], inputs=("own2", "x1"))
    assert [feature.key for feature in spec.features] == ["x1", "own2"]
    assert len(spec.offered_features) == len(FEATURES) + 2
    points = np.array([[0.5, -2.0], [1.0, 3.0]])
    expected = np.sin(2 * points[:, 0]) + points[:, 1] ** 2
    assert np.allclose(spec.features[1].compute(points), expected, rtol=1e-15)


def test_own_points_are_the_data():
    spec = TrainingSpec(data="own", points=OWN_POINTS[3])
    assert spec.kind.classes == 3
    assert spec.network().outputs == 3
    assert len(spec.dataset(np.random.default_rng(0))) == 12


def test_a_spec_of_version_1_has_one_seed_for_all():
    old = TrainingSpec.from_json('{"version": 1, "seed": 5, "noise": 0.1}')
    assert old == TrainingSpec(seed=5, data_seed=5, noise=0.1)
    assert TrainingSpec.from_json('{"version": 2, "seed": 5}') == TrainingSpec(seed=5)


NUMBERS = [name for name, s in SETTINGS.items() if isinstance(s.default, (int, float)) and type(s.default) is not bool]


@pytest.mark.parametrize("name", NUMBERS)
class TestNumbers:
    def refused(self, name, value, got):
        with pytest.raises(SpecError) as caught:
            TrainingSpec(**{name: value})
        limits, message = SETTINGS[name].metadata, str(caught.value)
        assert caught.value.field == name
        assert message.startswith(limits["title"] + " is ")
        shown = re.search(r"from ([\d.,]+) to ([\d.,]+), got", message)
        assert [float(limit.replace(",", "")) for limit in shown.groups()] == [limits["low"], limits["high"]]
        assert message.endswith(got)

    def test_its_limits_are_allowed(self, name):
        limits = SETTINGS[name].metadata
        for value in (limits["low"], limits["high"]):
            assert getattr(TrainingSpec(**{name: value}), name) == value

    def test_beyond_them_is_refused(self, name):
        limits = SETTINGS[name].metadata
        for value in (limits["low"] - 1, limits["high"] * 1.5, -limits["high"] - 1):
            self.refused(name, value, f", got {str(value)[:40]}")

    @pytest.mark.parametrize("value", ["abc", "", "1,5", "0x10", None, [3], {}, True, False])
    def test_what_is_no_number_is_refused(self, name, value):
        self.refused(name, value, f", got {str(value)!r}")

    @pytest.mark.parametrize("value", ["9e999", "nan", "-inf", float("nan"), float("inf")])
    def test_what_is_not_finite_is_refused(self, name, value):
        self.refused(name, value, f", got {value}")

    def test_a_number_beyond_every_float_is_refused(self, name):
        self.refused(name, 10**400, ", got far more")
        self.refused(name, -(10**5000), ", got far less")

    def test_its_text_is_understood(self, name):
        value = SETTINGS[name].default
        got = getattr(TrainingSpec(**{name: f" {value} "}), name)
        assert got == value
        assert type(got) is type(value)

    def test_half_of_a_whole_number_is_refused(self, name):
        if isinstance(SETTINGS[name].default, int):
            low = SETTINGS[name].metadata["low"]
            self.refused(name, low + 0.5, f", got {low + 0.5}")
            assert getattr(TrainingSpec(**{name: low + 1.0}), name) == low + 1


CHOICES = [name for name, setting in SETTINGS.items() if "choices" in setting.metadata]


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_choice_names_the_nearest_and_all(name):
    choices = SETTINGS[name].metadata["choices"]
    for choice in choices:
        wrong = choice + choice[-1]
        with pytest.raises(SpecError) as caught:
            TrainingSpec(**{name: wrong})
        assert caught.value.field == name
        assert f"{SETTINGS[name].metadata['title']}: unknown choice '{wrong}'" in str(caught.value)
        assert f"choose one of {', '.join(choices)}" in str(caught.value)
        assert str(caught.value).endswith(f"did you mean {choice}?")
    for value in (None, 3, True, ["a"], "qqqqqq"):
        with pytest.raises(SpecError, match="choose one of"):
            TrainingSpec(**{name: value})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ((10_000,), "Hidden layers: up to 8 layers of 1 to 16 neurons, such as 8, 8; got 10000"),
        ((0,), "got 0"),
        ((17,), "got 17"),
        ((3.5,), r"got 3\.5"),
        ((True,), "got 'True'"),
        (("abc",), "got 'abc'"),
        ("8, x", "got 'x'"),
        ((float("nan"),), "got nan"),
        ((10**400,), "got far more"),
        ((1,) * 9, "got 9 layers"),
        (5, "got 5"),
        (None, "got None"),
        ({3}, r"got \{3\}"),
    ],
)
def test_hidden_layers_that_are_not_allowed(value, message):
    with pytest.raises(SpecError, match=message) as caught:
        TrainingSpec(hidden=value)
    assert caught.value.field == "hidden"
    assert "up to 8 layers of 1 to 16 neurons" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sizes"), [("8, 4", (8, 4)), ("8 4", (8, 4)), ("", ()), ("3,", (3,)), ([2.0], (2,))]
)
def test_hidden_layers_may_be_text(text, sizes):
    assert TrainingSpec(hidden=text).hidden == sizes


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ((), "Inputs: at least one is needed"),
        (("sin_x3",), "unknown input 'sin_x3': choose one of .*; did you mean sin_x"),
        ("x1", "a list of x1, x2, .*, got 'x1'"),
        (None, "got 'None'"),
        ((1,), "unknown input '1'"),
        (([],), r"unknown input '\[\]'"),
    ],
)
def test_inputs_that_are_not_allowed(value, message):
    with pytest.raises(SpecError, match=message) as caught:
        TrainingSpec(inputs=value)
    assert caught.value.field == "inputs"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"samples": ' + "9" * 5000 + "}", "is not JSON"),
        ('{"samples": ' + "9" * 400 + "}", "Points is a whole number from 10 to 5,000, got far more"),
        ('{"learning_rate": 9e999}', "Learning rate is a number from 0.000001 to 10, got inf"),
        ('{"noise": NaN}', "Noise is a number from 0 to 0.5, got nan"),
        ("[1]", "a spec is a JSON object of settings, got list"),
        ("3", "got int"),
        ('{"version": 3}', "version 3, this program reads versions 1 to 2"),
        ('{"version": null}', "version None"),
        ('{"optimiser": "sgd"}', "unknown setting 'optimiser': .*; did you mean optimizer?"),
        ('{"hidden": {"a": 1}}', "Hidden layers: up to 8"),
    ],
)
def test_json_that_is_no_spec(text, message):
    with pytest.raises(SpecError, match=message):
        TrainingSpec.from_json(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(list(SETTINGS)), json_values)
def test_any_json_is_a_spec_or_a_spec_error(name, value):
    try:
        spec, refused = TrainingSpec.from_json(json.dumps({name: value})), None
    except SpecError as error:
        spec, refused = None, error
    if spec is not None:
        assert TrainingSpec.from_json(spec.to_json()) == spec
    else:
        assert refused.field == name
        assert len(str(refused)) < 600


def test_what_was_got_is_shown_in_short():
    for name in SETTINGS:
        with pytest.raises(SpecError) as caught:
            TrainingSpec(**{name: "z" * 100_000})
        assert len(str(caught.value)) < 600


def test_which_settings_are_live():
    assert ("learning_rate", "regularization", "regularization_rate", *RULES) == LIVE_SETTINGS


def test_the_menus_offer_what_there_is():
    assert set(SETTINGS["data"].metadata["choices"]) == {*DATASETS, OWN}
    assert set(SETTINGS["inputs"].metadata["members"]) == {*FEATURES, *OWN_INPUTS}
    assert set(SETTINGS["optimizer"].metadata["choices"]) == set(OPTIMIZERS)
    assert "softmax" not in HIDDEN_ACTIVATIONS
    assert check("samples", "20") == 20


@pytest.mark.parametrize(
    ("data", "loss", "resolved", "output"),
    [
        ("spiral", "auto", "binary_crossentropy", "sigmoid"),
        ("blobs3", "auto", "categorical_crossentropy", "softmax"),
        ("plane", "auto", "half_squared_error", "identity"),
        ("plane", "mean_absolute_error", "mean_absolute_error", "identity"),
        ("spiral", "half_squared_error", "half_squared_error", "tanh"),
        ("spiral", "hinge", "hinge", "identity"),
        ("spiral", "categorical_crossentropy", "categorical_crossentropy", "softmax"),
    ],
)
def test_the_output_suits_the_loss(data, loss, resolved, output):
    spec = TrainingSpec(data=data, loss=loss)
    assert spec.resolved_loss.name == resolved
    assert spec.network().layers[-1].activation == output
