"""How each kind of operation is read number by number: its formula in plain text, and what is multiplied and added.

A part such as ``x:ri W:io`` is a product of one number each of `x` and `W`. The letters are the axes: r runs over the
rows of the batch, i over inputs, o over outputs, p over a whole vector. Letters that the result does not have are
summed over, as in `numpy.einsum`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.arena import Array
from engine.inside.window_formulas import WINDOW_FORMULAS, Maker
from engine.layers import ACTIVATIONS

Operands = Mapping[str, Array]
Made = tuple[str, Callable[[Operands], Array]]


@dataclass(frozen=True, slots=True)
class Formula:
    """How one kind of operation is written and added up.

    Attributes
    ----------
    text : str
        In plain text, operands' roles in angle brackets. ``<B>`` is the number of rows, ``<O>`` that of outputs.
    axes : str
        The axes of what is written: ``ro``.
    parts : tuple of str
        What is added up; one that begins with a minus sign is taken off.
    made : dict of str to (str, callable)
        Factors that are not an operand's own number: the role of the operand they are shown at, and how they are
        made from all operands, in the shape of that one.
    function : bool
        Whether something is still done to the sum of the parts.
    around : str
        How the sum is written where it is written out, as in ``(<sum>)/<B>``. Empty: the text's own right side with
        its numbers says it all, for every number is made of single numbers.
    each_row : bool
        Whether the terms are those of the single rows of the batch: a loss.
    also : tuple of str
        What is read besides the parts: ``t``, ``y:ro``.
    cell : callable, optional
        Makes the parts of one cell where letters cannot say them: under a window that slides.
    """

    text: str
    axes: str
    parts: tuple[str, ...] = ()
    made: Mapping[str, Made] = field(default_factory=dict)
    function: bool = False
    around: str = ""
    each_row: bool = False
    also: tuple[str, ...] = ()
    cell: Maker | None = None

    @property
    def right_side(self) -> str:
        """The text without what is written."""
        for sign in (" = ", " ← "):
            _, found, right = self.text.partition(sign)
            if found:
                return right
        raise ValueError(f"a formula has an = or a ←, got {self.text!r}")


# One number in, one number out.
_ACTIVATIONS = {
    "sigmoid": "1/(1 + e^(−<z>))",
    "tanh": "tanh(<z>)",
    "relu": "max(0, <z>)",
    "gaussian": "e^(−<z>²/<sigma>²)",
    "step": "(1 if <z> > 0, else 0)",
    "elu": "(<z> if <z> > 0, else e^<z> − 1)",
    "leaky_relu": "max(0.01·<z>, <z>)",
    "selu": "1.0507·(<z> if <z> > 0, else 1.6733·(e^<z> − 1))",
    "swish": "<z>/(1 + e^(−<z>))",
    "gelu": "<z>/2 ⊙ (1 + tanh(√(2/π)·(<z> + 0.044715·<z>³)))",
    "softplus": "log(1 + e^<z>)",
    "sine": "sin(<z>)",
}
# Upstream times local: the second factor is the slope.
_SLOPES = {
    "sigmoid": "<a> ⊙ (1 − <a>)",
    "tanh": "(1 − <a>²)",
    "relu": "(1 if <z> > 0, else 0)",
    "gaussian": "<a> ⊙ (−2·<z>/<sigma>²)",
    "elu": "e^min(0, <z>)",
    "leaky_relu": "(1 if <z> > 0, else 0.01)",
    "selu": "1.0507·(1 if <z> > 0, else 1.6733·e^<z>)",
    "swish": "(σ(<z>) + <a> ⊙ (1 − σ(<z>)))",
    "gelu": "the slope of GELU at <z>",
    "softplus": "σ(<z>)",
    "sine": "cos(<z>)",
}
_ERROR = ("y_hat:ro", "-y:ro")
_MARGIN = ("y:ro y_hat:ro",)


def _forward(name: str, text: str) -> Formula:
    sigma = ("sigma",) if "<sigma>" in text else ()
    return Formula(f"<a> = {text}", "ro", ("z:ro",), function=True, also=sigma)


def _backward(name: str, text: str) -> Formula:
    kind = ACTIVATIONS[name].backward
    assert kind is not None  # only the identity has none

    def slope(operands: Operands) -> Array:
        # Every such line is proportional to da: with 1 in its place it gives the slope.
        made = np.empty_like(operands["da"])
        reads = [np.ones_like(made) if role == "da" else operands[role] for role in kind.reads]
        kind.line(*reads, delta=made)
        return made

    others = tuple(role for role in kind.reads if role != "da")
    also = tuple(role if role == "sigma" else f"{role}:ro" for role in others)
    # The slope of GELU is too long to be read with numbers in it.
    around = "<sum>" if name == "gelu" else ""
    return Formula(
        f"<delta> = <da> ⊙ {text}", "ro", ("da:ro slope:ro",), {"slope": (others[0], slope)}, around=around, also=also
    )


def _loss(text: str) -> Formula:
    return Formula(
        f"<loss> = {text}", "", function=True, around="(<sum>)/<B>", each_row=True, also=("y_hat:ro", "y:ro")
    )


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


FORMULAS: dict[str, Formula] = {
    "take_batch": Formula("<x>, <y> = the batch's rows of <inputs>, <targets>", "r*"),
    "dense_forward": Formula("<z> = <x> · <W> + <b>", "ro", ("x:ri W:io", "b:o"), around="<sum>"),
    "dense_weight_gradient": Formula("<dW> = <x>ᵀ · <delta>", "io", ("x:ri delta:ro",), around="<sum>"),
    "dense_bias_gradient": Formula("<db> = sum over the batch of <delta>", "o", ("delta:ro",), around="<sum>"),
    "dense_input_gradient": Formula("<dx> = <delta> · <W>ᵀ", "ri", ("delta:ro W:io",), around="<sum>"),
    **{f"{name}_forward": _forward(name, text) for name, text in _ACTIVATIONS.items()},
    **{f"{name}_backward": _backward(name, text) for name, text in _SLOPES.items()},
    "step_backward": Formula("<delta> = 0 ⊙ <da>", "ro", ("da:ro",), function=True),
    "softmax_forward": Formula(
        "<a> = e^<z>/(sum over the row of e^<z>)", "rc", ("power:rk",),
        # Shortened by the largest of the row: it changes no quotient, and nothing overflows.
        {"power": ("z", lambda o: np.exp(o["z"] - o["z"].max(axis=1, keepdims=True)))},
        function=True, around="<own>/(<sum>)",
    ),
    "softmax_backward": Formula(
        "<delta> = <a> ⊙ (<da> − sum over the row of <da> ⊙ <a>)", "rc", ("a:rc da:rc", "-a:rc da:rk a:rk"),
        around="<sum>",
    ),
    "draw_mask": Formula(
        "<mask> = 0 if u < <rate>, else 1/(1 − <rate>), with u drawn from <seed>, <step>", "ro",
        function=True, also=("seed", "step", "rate"),
    ),
    "dropout_forward": Formula("<h> = <a> ⊙ <mask>", "ro", ("a:ro mask:ro",)),
    "dropout_backward": Formula("<da> = <dh> ⊙ <mask>", "ro", ("dh:ro mask:ro",)),
    "skip_forward": Formula("<s> = <branch> + <shortcut>", "ro", ("branch:ro", "shortcut:ro")),
    "skip_backward": Formula("<dshortcut> ← <dshortcut> + <ds>", "ro", ("dshortcut:ro", "ds:ro")),
    "half_squared_error": _loss("(sum of ½·(<y_hat> − <y>)²)/<B>"),
    "half_squared_error_gradient": Formula("<d> = (<y_hat> − <y>)/<B>", "ro", _ERROR, function=True),
    "mean_squared_error": _loss("(sum of (<y_hat> − <y>)²)/(<B>·<O>)"),
    "mean_squared_error_gradient": Formula("<d> = 2·(<y_hat> − <y>)/(<B>·<O>)", "ro", _ERROR, function=True),
    "mean_absolute_error": _loss("(sum of |<y_hat> − <y>|)/(<B>·<O>)"),
    "mean_absolute_error_gradient": Formula("<d> = sign(<y_hat> − <y>)/(<B>·<O>)", "ro", _ERROR, function=True),
    "binary_cross_entropy": _loss("(sum of log(1 + e^<y_hat>) − <y>·<y_hat>)/<B>"),
    "binary_cross_entropy_gradient": Formula(
        "<d> = (σ(<y_hat>) − <y>)/<B>", "ro", ("p:ro", "-y:ro"),
        {"p": ("y_hat", lambda o: np.exp(-np.logaddexp(0, -o["y_hat"])))}, function=True, also=("y_hat:ro",),
    ),
    "categorical_cross_entropy": _loss("(sum over the batch of log(sum of e^<y_hat>) − sum of <y>·<y_hat>)/<B>"),
    "categorical_cross_entropy_gradient": Formula(
        "<d> = (softmax(<y_hat>) − <y>)/<B>", "ro", ("p:ro", "-y:ro"),
        {"p": ("y_hat", lambda o: _softmax(o["y_hat"]))}, function=True, around="(<sum>)/<B>", also=("y_hat:rk",),
    ),
    "hinge": _loss("(sum of max(0, 1 − <y>·<y_hat>))/<B>"),
    "hinge_gradient": Formula("<d> = (−<y>/<B> if <y>·<y_hat> < 1, else 0)", "ro", _MARGIN, function=True),
    "exponential": _loss("(sum of e^(−<y>·<y_hat>))/<B>"),
    "exponential_gradient": Formula("<d> = −<y>·e^(−<y>·<y_hat>)/<B>", "ro", _MARGIN, function=True),
    "logistic": _loss("(sum of log₂(1 + e^(−<y>·<y_hat>)))/<B>"),
    "logistic_gradient": Formula("<d> = −<y>·σ(−<y>·<y_hat>)/(<B>·log(2))", "ro", _MARGIN, function=True),
    "l1_penalty": Formula(
        "<penalty> = <rate> · sum of |<W>|", "", ("size:io",), {"size": ("W", lambda o: np.abs(o["W"]))},
        function=True, around="<rate>·(<sum>)", also=("rate",),
    ),
    "l1_penalty_gradient": Formula(
        "<dW> ← <dW> + <rate>·sign(<W>)", "io", ("dW:io", "rate sign:io"), {"sign": ("W", lambda o: np.sign(o["W"]))}
    ),
    "l2_penalty": Formula(
        "<penalty> = ½·<rate> · sum of <W>²", "", ("W:io W:io",), function=True, around="½·<rate>·(<sum>)",
        also=("rate",),
    ),
    "l2_penalty_gradient": Formula("<dW> ← <dW> + <rate>·<W>", "io", ("dW:io", "rate W:io")),
    "gradient_step": Formula("<w> ← <w> − <eta>·<g>", "p", ("w:p", "-eta g:p")),
    "velocity": Formula("<v> ← <mu>·<v> + <g>", "p", ("mu v:p", "g:p")),
    "nesterov_step": Formula("<w> ← <w> − <eta>·(<g> + <mu>·<v>)", "p", ("w:p", "-eta g:p", "-eta mu v:p")),
    "count_step": Formula("<t> ← <t> + 1", "", ("t", "")),
    "moving_average": Formula(
        "<m> ← <beta>·<m> + (1 − <beta>)·<g>", "p", ("beta m:p", "rest g:p"),
        {"rest": ("beta", lambda o: 1 - o["beta"])},
    ),
    "moving_average_of_squares": Formula(
        "<v> ← <beta>·<v> + (1 − <beta>)·<g>²", "p", ("beta v:p", "rest g:p g:p"),
        {"rest": ("beta", lambda o: 1 - o["beta"])},
    ),
    "adam_step": Formula(
        "<w> ← <w> − <eta>·(<m>/(1 − <beta1>^<t>))/(√(<v>/(1 − <beta2>^<t>)) + <eps>)", "p",
        ("w:p", "-eta mean:p share:p"),
        {
            "mean": ("m", lambda o: o["m"] / (1 - o["beta1"] ** o["t"])),
            "share": ("v", lambda o: 1 / (np.sqrt(o["v"] / (1 - o["beta2"] ** o["t"])) + o["eps"])),
        },
        also=("m:p", "v:p", "t", "beta1", "beta2", "eps"),
    ),
    "clip_values": Formula(
        "<g> ← min(max(<g>, −<limit>), <limit>)", "p", ("g:p",), function=True, also=("limit",)
    ),
    "gradient_norm": Formula("<norm> = √(sum of <g>²)", "", ("g:p g:p",), function=True, around="√(<sum>)"),
    "clip_norm": Formula(
        "<g> ← <g>·<limit>/max(<norm>, <limit>)", "p", ("g:p scale",),
        {"scale": ("norm", lambda o: o["limit"] / np.maximum(o["norm"], o["limit"]))}, also=("limit",),
    ),
    "coupled_decay": Formula("<g> ← <g> + <rate>·<w>", "p", ("g:p", "rate w:p")),
    "decoupled_decay": Formula("<w> ← <w> − <eta>·<rate>·<w>", "p", ("w:p", "-eta rate w:p")),
    "sum_of_squares": Formula("<s> ← <s> + <g>²", "p", ("s:p", "g:p g:p")),
    "root_scaled_step": Formula(
        "<w> ← <w> − <eta>·<g>/(√(<v>) + <eps>)", "p", ("w:p", "-eta g:p share:p"),
        {"share": ("v", lambda o: 1 / (np.sqrt(o["v"]) + o["eps"]))}, also=("eps",),
    ),
    "adadelta_change": Formula(
        "<change> = √((<u> + <eps>)/(<v> + <eps>))·<g>", "p", ("ratio:p g:p",),
        {"ratio": ("u", lambda o: np.sqrt((o["u"] + o["eps"]) / (o["v"] + o["eps"])))}, also=("v:p", "eps"),
    ),
    # The larger of two is no sum.
    "running_maximum": Formula("<v_max> ← max(<v_max>, <v>)", "p", function=True, also=("v_max:p", "v:p")),
    "decayed_maximum": Formula(
        "<u> ← max(<beta>·<u>, |<g>| + <eps>)", "p", function=True, also=("g:p", "beta", "eps", "u:p")
    ),
    "adamax_step": Formula(
        "<w> ← <w> − <eta>/(1 − <beta1>^<t>)·<m>/<u>", "p", ("w:p", "-rate m:p share:p"),
        {
            "rate": ("eta", lambda o: o["eta"] / (1 - o["beta1"] ** o["t"])),
            "share": ("u", lambda o: 1 / o["u"]),
        },
        also=("t", "beta1"),
    ),
    "next_momentum": Formula(
        "<mu> = <beta1>·(1 − ½·0.96^(<decay>·(<t> + 1)))", "", ("beta1 share",),
        {"share": ("t", lambda o: 1 - 0.5 * 0.96 ** (o["decay"] * (o["t"] + 1)))}, also=("decay",),
    ),
    "momentum_correction": Formula("<c> ← 1 − <mu>·(1 − <c>)", "", ("", "-mu", "mu c")),
    "nesterov_mean": Formula(
        "<n> = (1 − <mu>)/<c>·<g> + <mu_next>/(1 − <mu_next>·(1 − <c>))·<m>", "p", ("now g:p", "ahead m:p"),
        {
            "now": ("mu", lambda o: (1 - o["mu"]) / o["c"]),
            "ahead": ("mu_next", lambda o: o["mu_next"] / (1 - o["mu_next"] * (1 - o["c"]))),
        },
        also=("c",),
    ),
    "nadam_step": Formula(
        "<w> ← <w> − <eta>·<n>/(√(<v>/(1 − <beta2>^<t>)) + <eps>)", "p", ("w:p", "-eta n:p share:p"),
        {"share": ("v", lambda o: 1 / (np.sqrt(o["v"] / (1 - o["beta2"] ** o["t"])) + o["eps"]))},
        also=("t", "beta2", "eps"),
    ),
    **{name: Formula(text, "", cell=cell) for name, (text, cell) in WINDOW_FORMULAS.items()},
    "whole_epochs": Formula("<epoch> = ⌊<updates>/<batches>⌋", "", function=True, also=("updates", "batches")),
    "step_decay": Formula(
        "<rate> = <eta>·<factor>^⌊<step>/<every>⌋", "", ("eta share",),
        {"share": ("step", lambda o: o["factor"] ** np.floor(o["step"] / o["every"]))}, also=("factor", "every"),
    ),
    "exponential_decay": Formula(
        "<rate> = <eta>·10^(−<step>/<tau>)", "", ("eta share",),
        {"share": ("step", lambda o: 10 ** (-o["step"] / o["tau"]))}, also=("tau",),
    ),
    "inverse_root_decay": Formula(
        "<rate> = <eta>/(<examples>·√(<step> + 1))", "", ("eta share",),
        {"share": ("step", lambda o: 1 / (o["examples"] * np.sqrt(o["step"] + 1)))}, also=("examples",),
    ),
    "time_decay": Formula(
        "<rate> = <eta>/(1 + <decay>·<step>)", "", ("eta share",),
        {"share": ("step", lambda o: 1 / (1 + o["decay"] * o["step"]))}, also=("decay",),
    ),
    "cosine_decay": Formula(
        "<rate> = <end> + (<eta> − <end>)·½·(1 + cos(π·min(<step>, <steps>)/<steps>))", "",
        ("end", "eta share", "-end share"),
        {"share": ("step", lambda o: (1 + np.cos(np.pi * np.minimum(o["step"], o["steps"]) / o["steps"])) / 2)},
        also=("steps",),
    ),
    "steps_after_warm_up": Formula("<after> = max(<step> − <steps>, 0)", "", function=True, also=("step", "steps")),
    "warm_up": Formula(
        "<rate> = <eta>·min((<step> + 1)/<steps>, 1)", "", ("eta share",),
        {"share": ("step", lambda o: np.minimum((o["step"] + 1) / o["steps"], 1))}, also=("steps",),
    ),
}  # fmt: skip
