"""The check in words: what is said follows from the numbers."""

import math

import numpy as np
import pytest

from engine.expression.spec import ExpressionSpec
from engine.gradcheck import STEPS, DifferenceCurve, difference_curve
from playground.stages.graph.difference_words import common, describe, digits, kinks, step_text, without_noise

UPWARDS = STEPS[::-1]


def at(step):
    return int(np.abs(np.log10(UPWARDS) - math.log10(step)).argmin())


def words(function, x, exact, step):
    return describe(without_noise(difference_curve(function, x, exact, UPWARDS)), at(step))


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-5, "1e−5"), (0.1, "1e−1"), (10**-2.25, "5.6e−3"), (0.0, "0"), (math.nan, "not a number"), (2.0, "2e0")],
)
def test_a_step_is_written_shortly(value, text):
    assert step_text(value) == text


def test_digits_are_all_that_tell_a_number_from_its_neighbours(rng):
    for value in [*rng.normal(size=50).tolist(), 1e-9, -12.0, 1e20, 0.1 + 0.2]:
        assert float(digits(value).replace("−", "-")) == value
    assert digits(-12.0) == "−12"
    assert digits(math.inf) == "∞"


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("3.7974", "3.7973", 5), ("−12.5", "−12.5", 5), ("1.5e−9", "1.5", 0), ("9.9", "10.1", 0), ("2", "3", 0)],
)
def test_digits_cancel_only_where_they_stand_for_the_same(one, other, count):
    assert common(one, other) == count


def test_left_and_right_of_the_lowest_point():
    # At 0.5 of e^x theory has the lowest point at (3 ε(|f| + |x f'|)/|f'''|)^(1/3) = (4.5 ε)^(1/3).
    lowest = step_text((4.5 * np.finfo(float).eps) ** (1 / 3))
    right = words(math.exp, 0.5, math.exp(0.5), 1e-2)
    assert right.startswith(f"Right of h = {lowest} truncation dominates")
    assert "100 times smaller" in right
    left = words(math.exp, 0.5, math.exp(0.5), 1e-11)
    assert left.startswith(f"Left of h = {lowest} rounding dominates")
    assert "The smallest error, " in left


def test_the_smallest_error_is_the_smallest():
    curve = difference_curve(math.exp, 0.5, math.exp(0.5), UPWARDS)
    errors = [abs((math.exp(0.5 + h) - math.exp(0.5 - h)) / (2 * h) - math.exp(0.5)) for h in UPWARDS]
    best = int(np.argmin(errors))
    assert f"The smallest error, {step_text(errors[best])}, is at h = {step_text(UPWARDS[best])}." in describe(curve, 0)
    assert "No other h of the scale has a smaller error." in describe(curve, best)


def test_a_straight_line_has_only_rounding():
    straight = words(lambda x: x * -4.0, 5.0, -4.0, 1e-6)
    assert straight.startswith("The value hardly bends, so at every h rounding dominates")
    curve = without_noise(difference_curve(lambda x: x, 1.0, 1.0, UPWARDS))
    assert not curve.truncation.any()
    bent = difference_curve(math.exp, 0.5, math.exp(0.5), UPWARDS)
    assert without_noise(bent) is bent


def test_at_a_kink_the_error_does_not_shrink():
    for step in (1e-1, 1e-5, 1e-14):
        kink = words(lambda x: max(x, 0.0) + 2, 0.0, 0.0, step)
        assert kink.startswith("The error does not shrink with h: it stays at about 0.5.")
        assert "kink" in kink


def test_a_kink_nearby_counts_only_for_steps_that_reach_it():
    function, slope = (lambda x: math.exp(x) + max(x, 0.35) * 3), math.exp(0.3)
    assert "far above both lines" in words(function, 0.3, slope, 1e-1)
    assert words(function, 0.3, slope, 1e-3).startswith("Right of")


def test_rounding_of_large_values_in_between_is_rounding():
    assert "rounding dominates" in words(lambda x: (x + 1e5) - 1e5 + x**3, 0.3, 1 + 3 * 0.3**2, 1e-6)


def test_of_several_smallest_errors_the_largest_step_is_named():
    # The larger of x and 0.35: only what reaches over 0.05 has an error.
    far = words(lambda x: max(x, 0.35), 0.3, 0.0, 1e-1)
    assert far.endswith(f"The smallest error, 0, is at h = {step_text(max(h for h in UPWARDS if h < 0.05))}.")


def test_an_error_of_zero():
    assert words(abs, 0.0, 0.0, 1e-3) == "At every h the difference and back-propagation agree to the last digit."
    curve = DifferenceCurve(1.0, UPWARDS, *(np.ones(57) for _ in range(2)), *(np.full(57, 1e-9) for _ in range(2)))
    curve.errors[3] = 0.0
    assert "at no other h of the scale they do" in describe(curve, 3)
    curve.errors[5] = 0.0
    assert "they do at 2 of 57 steps" in describe(curve, 3)


def test_where_a_side_has_no_value():
    def log(x):
        return math.log(x) if x > 0 else math.nan

    edge = words(log, 0.05, 20.0, 1e-1)
    assert edge == "At h = 1e−1 the value on one side is not a finite number. Take h = 3.2e−2 or less."
    with np.errstate(all="ignore"):
        assert "No h gives a difference here." in words(lambda _: math.nan, 0.05, 20.0, 1e-1)
    assert "nothing to compare" in words(math.exp, 0.0, math.inf, 1e-3)


@pytest.mark.parametrize(
    ("text", "values", "by", "said"),
    [
        ("abs(x)", {"x": 0}, "x", "f stands at a kink"), ("abs(x)", {"x": 1}, "x", ""),
        ("max(x, y)*z", {"x": 2, "y": 2, "z": 3}, "y", "q stands at a kink"),
        # What does not depend on z is no matter of z.
        ("max(x, y)*z", {"x": 2, "y": 2, "z": 3}, "z", ""),
    ],
)  # fmt: skip
def test_a_kink_is_named_though_the_difference_may_agree(text, values, by, said) -> None:
    spec = ExpressionSpec(text, values)
    graph = spec.graph()
    found = kinks(graph, spec.start, graph.leaves[by])
    assert [said in sentence for sentence in found] == ([True] if said else [])
