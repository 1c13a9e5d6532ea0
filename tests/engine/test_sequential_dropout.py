"""Dropout in a Sequential means what it means in Keras: it drops in `fit`, never in `evaluate` or `predict`."""

from __future__ import annotations

import numpy as np
import pytest

from engine import SGD, Dense, Dropout, Sequential


def data(rng):
    x = rng.normal(size=(40, 2))
    return x, (x[:, :1] * x[:, 1:] > 0).astype(float)


def model(rate=0.5, backend=None, seed=0, dropout_seed=None):
    made = Sequential(seed=seed, backend=backend)
    made.add(Dense(16, activation="tanh", inputs=2))
    if rate is not None:
        made.add(Dropout(rate, dropout_seed))
    made.add(Dense(1, activation="sigmoid"))
    made.compile(optimizer=SGD(0.5), loss="binary_crossentropy")
    return made


def test_it_may_stand_in_the_list_or_be_added():
    listed = Sequential([Dense(16, "tanh", inputs=2), Dropout(0.5), Dense(1, "sigmoid")], seed=3)
    assert listed.layers == [Dense(16, "tanh", inputs=2, dropout=0.5, dropout_seed=3), Dense(1, "sigmoid")]
    assert model(0.5, seed=3).layers == listed.layers
    assert model(0.5, seed=3, dropout_seed=8).layers[0].dropout_seed == 8


def test_predictions_are_of_the_whole_network(backend, rng):
    x, y = data(rng)
    made = model(backend=backend)
    made.fit(x, y, epochs=3, batch_size=8)
    hidden = np.tanh(x @ made["W1"] + made["b1"])
    probability = 1 / (1 + np.exp(-(hidden @ made["W2"] + made["b2"])))
    np.testing.assert_allclose(made.predict(x), probability, rtol=1e-12)
    assert (made.predict(x) == made.predict(x)).all()
    cross_entropy = -(y * np.log(probability) + (1 - y) * np.log(1 - probability)).mean()
    assert made.evaluate(x, y).loss == pytest.approx(cross_entropy, rel=1e-12)
    assert made.evaluate(x, y).accuracy == ((probability > 0.5) == y).mean()


def test_fitting_drops(backend, rng):
    x, y = data(rng)
    made = model(backend=backend)
    made.fit(x, y, epochs=2, batch_size=8)
    assert set(np.unique(made["m1"])) == {0.0, 2.0}
    np.testing.assert_array_equal(made["h1"], made["a1"] * made["m1"])
    assert made["draws"] == 10
    without = model(None, backend)
    without.fit(x, y, epochs=2, batch_size=8)
    assert not np.allclose(made["W1"], without["W1"])
    assert (made["draws"].shape, "draws" in without.program.refs) == ((), False)


def test_the_same_seed_gives_the_same_training(backend, rng):
    x, y = data(rng)

    def weights(**seeds):
        made = model(backend=backend, **seeds)
        made.fit(x, y, epochs=2, batch_size=8)
        return made["W1"].copy()

    assert weights(dropout_seed=4).tobytes() == weights(dropout_seed=4).tobytes()
    assert not np.allclose(weights(dropout_seed=4), weights(dropout_seed=5))


def test_the_count_goes_on_from_fit_to_fit(rng):
    x, y = data(rng)
    made = model()
    made.fit(x, y, epochs=1, batch_size=8)
    made.fit(x, y, epochs=1, batch_size=8)
    assert made["draws"] == 10


def test_the_summary_lists_it_without_parameters():
    lines = model().summary().splitlines()
    assert [line.split()[0] for line in lines] == ["layer", "dense1", "dropout1", "dense2", "total"]
    assert lines[2].split()[1:] == ["0.5", "(batch,", "16)", "0"]
    assert lines[-1].split()[1] == "65"


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Dropout(0.5)], "put a Dense first"),
        ([Dense(2, inputs=2), Dropout(0.5), Dropout(0.2)], "dense1 has dropout already, of rate 0.5"),
    ],
)
def test_it_needs_a_layer_of_its_own(layers, message):
    with pytest.raises(ValueError, match=message):
        Sequential(layers)


def test_settings_that_cannot_work_are_refused():
    with pytest.raises(ValueError, match="at least 0 and below 1, got 1"):
        Dropout(1)
    with pytest.raises(ValueError, match="got -3"):
        Dropout(0.5, seed=-3)
    last = Sequential([Dense(1, inputs=2), Dropout(0.5)])
    with pytest.raises(ValueError, match="the output layer, dense1, cannot have dropout"):
        last.compile()
