"""Layers record operations into a listing."""

from engine.layers.activation import ACTIVATIONS, Activation, get_activation
from engine.layers.conv import Conv, ConvTranspose
from engine.layers.dense import Dense
from engine.layers.dropout import Dropout
from engine.layers.flatten import Flatten
from engine.layers.layer import Layer, MapLayer
from engine.layers.pooling import AveragePool, GlobalPool, MaxPool
from engine.layers.response_norm import LocalResponseNorm

__all__ = [
    "ACTIVATIONS", "Activation", "AveragePool", "Conv", "ConvTranspose", "Dense", "Dropout", "Flatten", "GlobalPool",
    "Layer", "LocalResponseNorm", "MapLayer", "MaxPool", "get_activation",
]  # fmt: skip
