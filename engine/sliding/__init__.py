"""A window that slides: convolution and pooling in one, two or three dimensions, one position at a time."""

from engine.sliding.fit import fitted
from engine.sliding.frame import Moment, SlidingFrame, Totals
from engine.sliding.inputs import INPUTS, InputPreset, array_spec, input_array, input_names, input_spec, shrunk
from engine.sliding.kernels import KERNELS, KernelPreset, kernel_array, kernel_names, kernel_spec
from engine.sliding.presets import LECTURE, LECTURE_COUNTS, Lecture, lecture_spec, slide_notes
from engine.sliding.rounding import pool_sum, position_sum, settled_sum
from engine.sliding.run import END, SlidingRun
from engine.sliding.sizes import AxisSize, axis_sizes
from engine.sliding.spec import SLIDING_SETTINGS, SlidingSpec, SpecError
from engine.sliding.words import LayerCount, Parameters, compared, parameter_words, size_words

__all__ = [
    "END",
    "INPUTS",
    "KERNELS",
    "LECTURE",
    "LECTURE_COUNTS",
    "SLIDING_SETTINGS",
    "AxisSize",
    "InputPreset",
    "KernelPreset",
    "LayerCount",
    "Lecture",
    "Moment",
    "Parameters",
    "SlidingFrame",
    "SlidingRun",
    "SlidingSpec",
    "SpecError",
    "Totals",
    "array_spec",
    "axis_sizes",
    "compared",
    "fitted",
    "input_array",
    "input_names",
    "input_spec",
    "kernel_array",
    "kernel_names",
    "kernel_spec",
    "lecture_spec",
    "parameter_words",
    "pool_sum",
    "position_sum",
    "settled_sum",
    "shrunk",
    "size_words",
    "slide_notes",
]
