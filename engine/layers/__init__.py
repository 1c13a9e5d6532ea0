"""Layers record operations into a listing."""

from engine.layers.activation import ACTIVATIONS, Activation, get_activation
from engine.layers.dense import Dense
from engine.layers.dropout import Dropout
from engine.layers.layer import Layer

__all__ = ["ACTIVATIONS", "Activation", "Dense", "Dropout", "Layer", "get_activation"]
