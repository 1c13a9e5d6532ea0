"""One neuron as a drawing and as a sum: what each input contributes, and how the sum is squashed."""

from typing import ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component


class NeuronTerms(Component):
    """
    A neuron with its inputs, weights, sum and answer; beneath it the terms as bars that begin where the last one ends.

    Messages: `ack` when a frame has been painted.
    """

    frame = param.Dict(
        default={},
        doc="""
        `told`, a sentence; `rows`, one dict an input: `input`, `value`, `weight`, `by`, `term`, `change`, texts;
        `sign` of the weight and `termSign` (positive, negative, zero); `size` of its edge in pixels; `from` and `to`,
        shares of the axis; `state` (done, now, ahead). `bias`, one more of these or None; `zero` and `sumTo`, shares;
        `sum`, `answer`, `phi`, texts; `sumSign`; `sumState` and `answerState`; `summing`, whether the sum has begun;
        `updated`, whether the weights have just been taught. `sequence` counts the frames.""",
    )

    _esm = module("component", "neuron_drawing", "neuron_terms")
    _stylesheets: ClassVar[list[str]] = stylesheets("neuron_terms")
