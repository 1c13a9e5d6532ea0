"""How each target writes each optimizer: lines of NumPy, or a call of the library's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.export.parts import LINE, number
from engine.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, AMSGrad, NAdam, Optimizer, RMSprop

Written = TypeVar("Written")
# What is called, and its arguments as they are written.
Call = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class NumpyUpdate:
    """An update in NumPy.

    Attributes
    ----------
    settings : str
        The constants, before `train`.
    state : list of str
        What makes the state, once.
    update : list of str
        What one batch does.
    """

    settings: str
    state: list[str]
    update: list[str]


def numpy_update(optimizer: Optimizer) -> NumpyUpdate:
    """Return the lines of an update in NumPy.

    Raises
    ------
    TypeError
        If there are none for this optimizer.
    """
    return _found(_NUMPY, optimizer, "NumPy lines")


def torch_lines(optimizer: Optimizer, weight_decay: float = 0.0) -> list[str]:
    """Return the lines that make PyTorch's optimizer, with a coupled weight decay, which AdamW's is not.

    Raises
    ------
    TypeError
        If PyTorch has none that does the same.
    """
    name, arguments = _found(_TORCH, optimizer, "PyTorch line")
    return _made((name, [*arguments, *([f"weight_decay={number(weight_decay)}"] if weight_decay else [])]))


def keras_lines(optimizer: Optimizer, own: str = "") -> tuple[str, list[str]]:
    """Return Keras' class, and the lines that make the optimizer, after a comment on where it differs.

    Parameters
    ----------
    optimizer : Optimizer
    own : str
        The script's own class made of Keras', if there is one.

    Raises
    ------
    TypeError
        If Keras has none like it.
    """
    about, (name, arguments) = _found(_KERAS, optimizer, "Keras line")
    return name, [*([about] if about else []), *_made((own or name, arguments))]


def _made(call: Call) -> list[str]:
    """Return the assignment of a call, each argument on a line of its own where it would be too long."""
    name, arguments = call
    line = f"optimizer = {name}({', '.join(arguments)})"
    if len(line) < LINE - 4:
        return [line]
    return [f"optimizer = {name}(", *(f"    {argument}," for argument in arguments), ")"]


def _found(table: dict[type, Callable[[Any], Written]], optimizer: Optimizer, what: str) -> Written:
    if type(optimizer) not in table:
        known = ", ".join(kind.__name__ for kind in table)
        raise TypeError(f"no {what} for the optimizer {type(optimizer).__name__}: {known} can be exported")
    return table[type(optimizer)](optimizer)


def _numpy(
    optimizer: Any, constants: dict[str, str], states: dict[str, str], lines: list[str], about: str = "",
    before: list[str] | None = None,
) -> NumpyUpdate:  # fmt: skip
    """Put an update together: `states` by the name in the loop, `lines` for one parameter, `before` once a batch."""
    values = {"LEARNING_RATE": "learning_rate", **constants}
    settings = "\n".join(f"{name} = {number(getattr(optimizer, field))}" for name, field in values.items())
    made = [f"{whole} = [np.zeros_like(w) for w in parameters]" for whole in states.values()]
    counted = ["t = 0"] if before else []
    names, lists = ", ".join(["w", "g", *states]), ", ".join(["parameters", "gradients", *states.values()])
    loop = f"for {names} in zip({lists}, strict=True):"
    return NumpyUpdate(
        settings, [*([f"# {about}"] if about else []), *made, *counted],
        [*(before or []), loop, *(f"    {line}" for line in lines)],
    )  # fmt: skip


_MEANS = {"m": "means", "v": "squares"}
_BETAS = {"BETA1": "beta1", "BETA2": "beta2", "EPSILON": "eps"}
_MOMENTS = ["m[:] = BETA1 * m + (1 - BETA1) * g", "v[:] = BETA2 * v + (1 - BETA2) * g**2"]
_CORRECTED = "# Both means start at 0; the divisors correct for that."
_ADAM_STEP = "w -= LEARNING_RATE * (m / (1 - BETA1**t)) / (np.sqrt(v / (1 - BETA2**t)) + EPSILON)"
_ADAM_STATE = "moving means of the gradients and of their squares, and the number of steps."


def _numpy_sgd(optimizer: SGD) -> NumpyUpdate:
    if not optimizer.momentum:
        return _numpy(optimizer, {}, {}, ["w -= LEARNING_RATE * g"])
    step = "(g + MOMENTUM * v)" if optimizer.nesterov else "v"
    return _numpy(
        optimizer, {"MOMENTUM": "momentum"}, {"v": "velocity"},
        ["v[:] = MOMENTUM * v + g", f"w -= LEARNING_RATE * {step}"], "The velocity remembers earlier gradients.",
    )  # fmt: skip


def _numpy_adamw(optimizer: AdamW) -> NumpyUpdate:
    return _numpy(
        optimizer, {**_BETAS, "WEIGHT_DECAY": "weight_decay"}, _MEANS,
        ["w -= LEARNING_RATE * WEIGHT_DECAY * w", *_MOMENTS, _CORRECTED, _ADAM_STEP],
        f"AdamW: {_ADAM_STATE}", ["t += 1"],
    )  # fmt: skip


def _numpy_nadam(optimizer: NAdam) -> NumpyUpdate:
    made = _numpy(
        optimizer, {**_BETAS, "MOMENTUM_DECAY": "momentum_decay"}, _MEANS,
        [
            *_MOMENTS,
            "ahead = (1 - mu) / (1 - product) * g + mu_next / (1 - product * mu_next) * m",
            "w -= LEARNING_RATE * ahead / (np.sqrt(v / (1 - BETA2**t)) + EPSILON)",
        ],
        f"NAdam: {_ADAM_STATE}",
        [
            "t += 1",
            "mu = BETA1 * (1 - 0.5 * 0.96 ** (MOMENTUM_DECAY * t))",
            "mu_next = BETA1 * (1 - 0.5 * 0.96 ** (MOMENTUM_DECAY * (t + 1)))",
            "product *= mu",
        ],
    )  # fmt: skip
    return NumpyUpdate(made.settings, [*made.state, "product = 1.0"], made.update)


_NUMPY: dict[type, Callable[[Any], NumpyUpdate]] = {
    SGD: _numpy_sgd,
    Adagrad: lambda optimizer: _numpy(
        optimizer, {"EPSILON": "eps"}, {"s": "sums"},
        ["s += g**2", "w -= LEARNING_RATE * g / (np.sqrt(s) + EPSILON)"],
        "Adagrad: the sums of all squared gradients.",
    ),
    Adadelta: lambda optimizer: _numpy(
        optimizer, {"RHO": "rho", "EPSILON": "eps"}, {"v": "squares", "u": "changes"},
        [
            "v[:] = RHO * v + (1 - RHO) * g**2",
            "change = np.sqrt((u + EPSILON) / (v + EPSILON)) * g",
            "u[:] = RHO * u + (1 - RHO) * change**2",
            "w -= LEARNING_RATE * change",
        ],
        "Adadelta: moving means of squared gradients and of squared changes.",
    ),
    RMSprop: lambda optimizer: _numpy(
        optimizer, {"RHO": "rho", "EPSILON": "eps"}, {"v": "squares"},
        ["v[:] = RHO * v + (1 - RHO) * g**2", "w -= LEARNING_RATE * g / (np.sqrt(v) + EPSILON)"],
        "RMSprop: a moving mean of the squared gradients.",
    ),
    Adam: lambda optimizer: _numpy(
        optimizer, _BETAS, _MEANS, [*_MOMENTS, _CORRECTED, _ADAM_STEP], f"Adam: {_ADAM_STATE}", ["t += 1"]
    ),
    AdamW: _numpy_adamw,
    Adamax: lambda optimizer: _numpy(
        optimizer, _BETAS, {"m": "means", "u": "largest"},
        [
            _MOMENTS[0],
            "u[:] = np.maximum(BETA2 * u, np.abs(g) + EPSILON)",
            "w -= LEARNING_RATE / (1 - BETA1**t) * m / u",
        ],
        "Adamax: moving means of the gradients, their fading maxima, and the number of steps.", ["t += 1"],
    ),
    NAdam: _numpy_nadam,
    AMSGrad: lambda optimizer: _numpy(
        optimizer, _BETAS, {**_MEANS, "v_max": "largest"},
        [*_MOMENTS, "v_max[:] = np.maximum(v_max, v)", _CORRECTED, _ADAM_STEP.replace("(v ", "(v_max ")],
        f"AMSGrad: {_ADAM_STATE}", ["t += 1"],
    ),
}  # fmt: skip


def _fields(optimizer: Any, fields: dict[str, str]) -> list[str]:
    """Return arguments, each with the value of a field."""
    return [f"{argument}={number(getattr(optimizer, field))}" for argument, field in fields.items()]


def _torch(name: str, optimizer: Any, fields: dict[str, str], *extra: str) -> Call:
    rate = _fields(optimizer, {"lr": "learning_rate"})
    return f"torch.optim.{name}", ["model.parameters()", *rate, *_fields(optimizer, fields), *extra]


def _torch_adam(name: str, optimizer: Any, fields: dict[str, str] | None = None, *extra: str) -> Call:
    betas = f"betas=({number(optimizer.beta1)}, {number(optimizer.beta2)})"
    return _torch(name, optimizer, {}, betas, *_fields(optimizer, {"eps": "eps", **(fields or {})}), *extra)


def _sgd(optimizer: SGD) -> list[str]:
    momentum = _fields(optimizer, {"momentum": "momentum"}) if optimizer.momentum else []
    return [*momentum, *(["nesterov=True"] if optimizer.nesterov else [])]


_TORCH: dict[type, Callable[[Any], Call]] = {
    SGD: lambda made: _torch("SGD", made, {}, *_sgd(made)),
    Adagrad: lambda made: _torch("Adagrad", made, {"eps": "eps"}),
    Adadelta: lambda made: _torch("Adadelta", made, {"rho": "rho", "eps": "eps"}),
    RMSprop: lambda made: _torch("RMSprop", made, {"alpha": "rho", "eps": "eps"}),
    Adam: lambda made: _torch_adam("Adam", made),
    AdamW: lambda made: _torch_adam("AdamW", made, {"weight_decay": "weight_decay"}),
    Adamax: lambda made: _torch_adam("Adamax", made),
    NAdam: lambda made: _torch_adam("NAdam", made, {"momentum_decay": "momentum_decay"}),
    AMSGrad: lambda made: _torch_adam("Adam", made, {}, "amsgrad=True"),
}


_KERAS_BETAS = {"beta_1": "beta1", "beta_2": "beta2", "epsilon": "eps"}
_ABOUT_ADAM = "# Keras adds epsilon before it corrects the mean of squares: its first steps differ a little."
_ABOUT_ROOT = "# Keras adds epsilon under the root: the square of the app's comes closest to it."
_ABOUT_NADAM = "# Keras lets the momentum of Nadam grow much faster than the app does: the steps differ."


def _keras(about: str, name: str, optimizer: Any, fields: dict[str, str], *extra: str) -> tuple[str, Call]:
    named = _fields(optimizer, {"learning_rate": "learning_rate", **fields})
    return about, (f"keras.optimizers.{name}", [*named, *extra])


def _under_root(optimizer: Any) -> str:
    return f"epsilon={number(optimizer.eps)}**2"


_KERAS: dict[type, Callable[[Any], tuple[str, Call]]] = {
    SGD: lambda made: _keras("", "SGD", made, {}, *_sgd(made)),
    Adagrad: lambda made: _keras(
        _ABOUT_ROOT, "Adagrad", made, {}, "initial_accumulator_value=0.0", _under_root(made)
    ),
    Adadelta: lambda made: _keras("", "Adadelta", made, {"rho": "rho", "epsilon": "eps"}),
    RMSprop: lambda made: _keras(_ABOUT_ROOT, "RMSprop", made, {"rho": "rho"}, _under_root(made)),
    Adam: lambda made: _keras(_ABOUT_ADAM, "Adam", made, _KERAS_BETAS),
    AdamW: lambda made: _keras(_ABOUT_ADAM, "AdamW", made, {**_KERAS_BETAS, "weight_decay": "weight_decay"}),
    Adamax: lambda made: _keras("", "Adamax", made, _KERAS_BETAS),
    NAdam: lambda made: _keras(_ABOUT_NADAM, "Nadam", made, _KERAS_BETAS),
    AMSGrad: lambda made: _keras(_ABOUT_ADAM, "Adam", made, _KERAS_BETAS, "amsgrad=True"),
}
