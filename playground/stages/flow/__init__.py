"""The gradient flow stage: what becomes of the gradient on its way down a stack of layers."""
