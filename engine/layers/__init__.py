"""Layers record operations into a listing."""

from engine.layers.activation import ACTIVATIONS, Activation, get_activation
from engine.layers.dense import Dense
from engine.layers.layer import Layer

__all__ = ["ACTIVATIONS", "Activation", "Dense", "Layer", "get_activation"]
