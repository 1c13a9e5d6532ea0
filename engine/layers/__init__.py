"""Layers record operations into a listing."""
