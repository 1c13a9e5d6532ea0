"""How each target writes what is put around an optimizer: a schedule, clipping, weight decay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.export.parts import number
from engine.optimizers import AdamW, Clipped, Decayed, Optimizer, Scheduled
from engine.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseRoot,
    Schedule,
    StepDecay,
    TimeDecay,
    WarmUp,
    schedule_from_dict,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """An optimizer taken apart.

    Attributes
    ----------
    plain : Optimizer
        With nothing around it.
    schedule : Schedule or None
        None where the rate stays the same.
    unit : str
        What the schedule counts.
    clip_norm, clip_value : float or None
        The limits.
    decay : float
        Of the weights; 0 is none.
    decoupled : bool
    """

    plain: Optimizer
    schedule: Schedule | None
    unit: str
    clip_norm: float | None
    clip_value: float | None
    decay: float
    decoupled: bool

    @property
    def constants(self) -> list[str]:
        """The lines that name the numbers."""
        values = {"CLIP_VALUE": self.clip_value, "CLIP_NORM": self.clip_norm, "DECAY": self.decay or None}
        return [f"{name} = {number(value)}" for name, value in values.items() if value is not None]

    @property
    def changes_gradients(self) -> bool:
        """Whether anything is done to gradients or weights before the optimizer's update."""
        return bool(self.constants)

    @property
    def rate_function(self) -> str:
        """The function that returns the scheduled rate; empty without a schedule."""
        if self.schedule is None:
            return ""
        about = f"Return the learning rate of an {self.unit} of `train`, counted from 0."
        return f'def learning_rate(step):\n    """{about}"""\n{_rate(self.schedule)}'


def take_rules(optimizer: Optimizer) -> Rules:
    """Take apart what a spec puts around an optimizer: a schedule around clipping around decay."""
    schedule, unit, clip_norm, clip_value, decay, decoupled = None, "update", None, None, 0.0, False
    if isinstance(optimizer, Scheduled):
        schedule, unit = optimizer.schedule, optimizer.unit
        # The optimizer's rate is the one to begin with, whatever the schedule says.
        schedule = None if isinstance(schedule, Constant) else schedule
        optimizer = optimizer.optimizer
    if isinstance(optimizer, Clipped):
        clip_norm, clip_value, optimizer = optimizer.norm, optimizer.value, optimizer.optimizer
    if isinstance(optimizer, Decayed):
        decay, decoupled, optimizer = optimizer.rate, optimizer.decoupled, optimizer.optimizer
    return Rules(optimizer, _starting(schedule, optimizer), unit, clip_norm, clip_value, decay, decoupled)


def _starting(schedule: Schedule | None, optimizer: Optimizer) -> Schedule | None:
    if schedule is None:
        return None
    values = schedule.to_dict()
    (values["after"] if isinstance(schedule, WarmUp) else values)["start"] = optimizer.learning_rate
    return schedule_from_dict(values)


_RATES: dict[type[Schedule], Callable[[Any], str]] = {
    Constant: lambda made: number(made.start),
    StepDecay: lambda made: f"{number(made.start)} * {number(made.factor)} ** (step // {made.every})",
    Exponential: lambda made: f"{number(made.start)} * 10 ** (-step / {number(made.tau)})",
    InverseRoot: lambda made: f"{number(made.start)} / ({made.examples} * (step + 1) ** 0.5)",
    TimeDecay: lambda made: f"{number(made.start)} / (1 + {number(made.decay)} * step)",
    Cosine: lambda made: (
        f"{number(made.end)} + ({number(made.start)} - {number(made.end)})"
        f" * (1 + float(np.cos(np.pi * min(step, {made.steps}) / {made.steps}))) / 2"
    ),
}


def _rate(schedule: Schedule) -> str:
    if not isinstance(schedule, WarmUp):
        return f"    return {_RATES[type(schedule)](schedule)}"
    lines = [
        f"    if step < {schedule.steps}:",
        f"        return {number(schedule.rate(schedule.steps - 1))} * (step + 1) / {schedule.steps}",
    ]
    if not isinstance(schedule.after, Constant):
        lines.append(f"    step -= {schedule.steps}")
    return "\n".join([*lines, _rate(schedule.after)])


def numpy_rule_lines(rules: Rules) -> list[str]:
    """Return what one batch does before the optimizer's update; the gradients are a list like the parameters."""
    lines = []
    if rules.schedule is not None:
        lines += ["rate = learning_rate(len(history))"] if rules.unit == "epoch" else [
            "rate = learning_rate(updates)", "updates += 1",
        ]  # fmt: skip
    if rules.clip_value is not None:
        lines.append("gradients = [np.clip(g, -CLIP_VALUE, CLIP_VALUE) for g in gradients]")
    if rules.clip_norm is not None:
        lines += [
            "norm = np.sqrt(sum((g**2).sum() for g in gradients))",
            "gradients = [g * (CLIP_NORM / max(norm, CLIP_NORM)) for g in gradients]",
        ]
    if rules.decay and rules.decoupled:
        rate = "LEARNING_RATE" if rules.schedule is None else "rate"
        lines += ["for w in parameters:", f"    w -= {rate} * DECAY * w  # decoupled weight decay"]
    elif rules.decay:
        lines.append("gradients = [g + DECAY * w for w, g in zip(parameters, gradients, strict=True)]")
    return lines


def torch_rule_lines(rules: Rules) -> list[str]:
    """Return what one batch does between `backward` and the optimizer's step."""
    lines = []
    if rules.schedule is not None:
        step = "len(history)" if rules.unit == "epoch" else "updates"
        lines += ["for group in optimizer.param_groups:", f'    group["lr"] = learning_rate({step})']
        lines += ["updates += 1"] if rules.unit == "update" else []
    if rules.clip_value is not None:
        lines.append("nn.utils.clip_grad_value_(model.parameters(), CLIP_VALUE)")
    if rules.clip_norm is not None:
        lines.append("nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)  # it adds 1e-6 to the norm")
    if rules.decay and (rules.decoupled or by_hand(rules)):
        line = (
            'w -= optimizer.param_groups[0]["lr"] * DECAY * w  # decoupled weight decay'
            if rules.decoupled
            else "w.grad += DECAY * w  # coupled weight decay"
        )
        lines += ["with torch.no_grad():", "    for w in model.parameters():", f"        {line}"]
    return lines


def by_hand(rules: Rules) -> bool:
    """Whether PyTorch's optimizer has no coupled decay: what AdamW calls weight decay is its own, decoupled one."""
    return isinstance(rules.plain, AdamW)


def keras_class(rules: Rules, base: str) -> str:
    """Return an optimizer that clips and decays before Keras' own; empty where neither is wanted."""
    if not rules.changes_gradients:
        return ""
    lines = []
    if rules.clip_value is not None:
        lines.append("grads = [keras.ops.clip(g, -CLIP_VALUE, CLIP_VALUE) for g in grads]")
    if rules.clip_norm is not None:
        lines += [
            "norm = keras.ops.sqrt(sum(keras.ops.sum(g**2) for g in grads))",
            "grads = [g * (CLIP_NORM / keras.ops.maximum(norm, CLIP_NORM)) for g in grads]",
        ]
    if rules.decay and rules.decoupled:
        lines += ["for w in trainable_variables:", "    w.assign(w - self.learning_rate * DECAY * w)  # weight decay"]
    elif rules.decay:
        lines.append("grads = [g + DECAY * w for w, g in zip(trainable_variables, grads, strict=True)]  # weight decay")
    body = "\n".join(f"        {line}" for line in lines)
    return f'''\
class Optimizer({base}):
    """Keras' optimizer, with what the app does to gradients and weights before each update."""

    def apply(self, grads, trainable_variables):
        """Do one update."""
{body}
        super().apply(grads, trainable_variables)'''


def keras_rate_lines(rules: Rules) -> list[str]:
    """Return the lines that make `callbacks`; none without a schedule."""
    if rules.schedule is None:
        return []
    if rules.unit == "epoch":
        return ["callbacks = [keras.callbacks.LearningRateScheduler(learning_rate)]"]
    return [
        "",
        "def set_rate(batch, logs=None):",
        "    optimizer.learning_rate = learning_rate(int(optimizer.iterations))",
        "",
        "callbacks = [keras.callbacks.LambdaCallback(on_train_batch_begin=set_rate)]",
    ]
