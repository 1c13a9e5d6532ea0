"""What all scripts share: exact weights, harmless comments, clean style, and what is refused."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.features import FEATURES, feature_matrix, formula_feature
from engine.export import TARGETS, export_code
from engine.layers import Dense
from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import SGD, Clipped, Decayed
from tests.engine.export.cases import ALL_CASES, CASES, POINTS, Case, case

ROOT = Path(__file__).resolve().parents[3]
COMMENTS = [
    '"""\nimport os\n"""',
    "\r\nimport os\rimport sys\x0cimport re\x85import a\u2028import b\x1cimport c",
    "coding: utf-7",
    "a\x00b\ud800c",
    "\u202eimport os\u2066",
    "# \\\nimport os",
    "x" * 100_000,
    "",
    " \n ",
]


def test_file_names():
    assert {key: target.file_name for key, target in TARGETS.items()} == {
        "numpy": "network_numpy.py",
        "keras": "network_keras.py",
        "torch": "network_torch.py",
    }


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("comment", COMMENTS, ids=range(len(COMMENTS)))
def test_a_comment_changes_nothing(comment, target):
    chosen = CASES["2 hidden layers"]
    code = chosen.code(target, comment)
    assert len(code) < len(chosen.code(target)) + 5000
    # Parsed from bytes, as from a file: a comment must not choose the encoding either.
    assert ast.dump(ast.parse(code.encode())) == ast.dump(ast.parse(chosen.code(target)))
    assert all(c.isprintable() or c == "\n" for c in code)


def test_the_comment_is_there():
    code = CASES["2 hidden layers"].code("numpy", '{"data": "spiral",\n "seed": 3}')
    assert '# {"data": "spiral", "seed": 3}\n' in code


def test_weights_come_back_to_the_last_bit(run_script):
    chosen = case(((16, "tanh"), (5, "tanh")))
    awkward = [1 / 3, -1e-300, 5e-324, 1.7976931348623157e308, -0.0, 0.1 + 0.2, np.nan, np.inf, -np.inf, 1e22]
    chosen.parameters[: len(awkward)] = awkward
    script = run_script(chosen.code("numpy"))
    written = np.concatenate([w.ravel() for w in script["parameters"]])
    assert written.tobytes() == chosen.parameters.tobytes()


def test_weights_of_a_float32_run_are_written_exactly(run_script):
    chosen = case()
    small = chosen.parameters.astype(np.float32)
    code = export_code("numpy", chosen.network, small, [FEATURES["x1"], FEATURES["x2"]])
    written = np.concatenate([w.ravel() for w in run_script(code)["parameters"]])
    np.testing.assert_array_equal(written, small.astype(np.float64))


def test_features_are_the_engine_s(run_script):
    chosen = CASES["all features"]
    script = run_script(chosen.code("numpy"))
    np.testing.assert_array_equal(script["features"](POINTS), chosen.inputs)
    np.testing.assert_array_equal(script["features"](POINTS.tolist()), chosen.inputs)


FORMULAS = [
    "sin(3*x1) * exp(-x2^2)",
    "max(x1, x2, 0.1234567890123456)",
    "x1 / x2 − 2e-7",
    "sqrt(x1)",  # nan for half of the points, without a warning
    "sigmoid(x1·x2)",
    "2 + pi",  # the same for every point
    "abs(x₁)^1.5",
    "x1+" * 96 + "x2",  # as long as a formula may be
]


@pytest.mark.parametrize("target", TARGETS)
def test_own_formulas(target, run_script):
    own = [formula_feature(f"own{k}", text) for k, text in enumerate(FORMULAS)]
    features = [FEATURES["x1"], *own, FEATURES["sin_x2"]]
    chosen = case(keys=("x1",) * len(features))
    code = export_code(target, chosen.network, chosen.parameters, features)
    # Only the function that computes the inputs: the rest needs the target's library.
    function = code[code.index("def features") : code.index("\n\n\n# What training found")]
    script = run_script(f"import numpy as np\n\n\n{function}\n")
    with np.errstate(all="raise"):
        np.testing.assert_allclose(script["features"](POINTS), feature_matrix(POINTS, features), rtol=1e-14)


def test_a_feature_that_is_no_formula_is_refused():
    chosen = case(keys=("x1",))
    evil = replace(FEATURES["x1"], key="own1", label='__import__("os")')
    with pytest.raises(ValueError, match="cannot be written as code"):
        export_code("numpy", chosen.network, chosen.parameters, [evil])


def test_scripts_are_clean(tmp_path):
    for name, chosen in ALL_CASES.items():
        for target in TARGETS:
            (tmp_path / f"{name.replace(' ', '_').replace(',', '')}_{target}.py").write_text(
                chosen.code(target, COMMENTS[1]), encoding="utf-8"
            )
    for rules in (["--config", str(ROOT / "pyproject.toml")], ["--isolated"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--no-cache", *rules, str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_rows_are_short_enough_to_read():
    code = CASES["wide"].code("numpy")
    assert max(map(len, code.splitlines())) <= 120


def test_what_does_not_fit_is_refused():
    chosen, features = case(), [FEATURES["x1"], FEATURES["x2"]]
    with pytest.raises(ValueError, match=r"unknown target 'java': choose one of numpy, keras, torch"):
        export_code("java", chosen.network, chosen.parameters, features)
    with pytest.raises(ValueError, match=r"the network has 17 parameters, got an array of shape \[16\]"):
        export_code("numpy", chosen.network, chosen.parameters[:-1], features)
    with pytest.raises(ValueError, match=r"the network has 2 inputs, got 1 features"):
        export_code("numpy", chosen.network, chosen.parameters, features[:1])


def test_a_network_too_large_to_read_is_refused():
    network = Network(2, (Dense(400), Dense(400), Dense(1)), LOSSES["mean_squared_error"], SGD(0.1))
    with pytest.raises(ValueError, match="at most 100,000: export a smaller network"):
        export_code("numpy", network, np.zeros(network.parameters), [FEATURES["x1"], FEATURES["x2"]])


@pytest.mark.parametrize("target", TARGETS)
def test_rules_in_another_order_are_refused_not_left_out(target):
    chosen = case().network
    for around in (Decayed(Clipped(SGD(0.1), norm=1.0)), Clipped(Clipped(SGD(0.1), norm=1.0), value=1.0)):
        with pytest.raises(TypeError, match=r"for the optimizer Clipped: SGD, .* can be exported"):
            Case(replace(chosen, optimizer=around)).code(target)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_not_around_the_optimizer_leaves_no_trace(target):
    code = case().code(target)
    assert not any(word in code for word in ("DECAY", "CLIP", "def learning_rate", "updates", "callback"))


@pytest.mark.parametrize("target", TARGETS)
def test_an_optimizer_without_lines_is_refused(target):
    class Other:
        learning_rate = 0.1

    with pytest.raises(TypeError, match=r"for the optimizer Other: SGD, .*, AMSGrad can be exported"):
        Case(replace(case().network, optimizer=Other())).code(target)
