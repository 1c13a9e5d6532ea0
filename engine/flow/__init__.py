"""Gradient flow: what becomes of the gradient on its way down a stack of layers."""

from engine.flow.explain import explain
from engine.flow.frame import FlowFrame, LayerFlow
from engine.flow.run import END, FlowRun, flow_table, gradient_norms
from engine.flow.spec import FLOW_INITIALIZERS, FLOW_SETTINGS, FlowSpec

__all__ = [
    "END",
    "FLOW_INITIALIZERS",
    "FLOW_SETTINGS",
    "FlowFrame",
    "FlowRun",
    "FlowSpec",
    "LayerFlow",
    "explain",
    "flow_table",
    "gradient_norms",
]
