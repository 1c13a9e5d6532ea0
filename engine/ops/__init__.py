"""Every kind of operation, declared once: formula, NumPy line, opcode."""

from engine.ops import activations, batch, dense, losses, penalties, updates

__all__ = ["activations", "batch", "dense", "losses", "penalties", "updates"]
