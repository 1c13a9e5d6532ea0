"""Every kind of operation, declared once: formula, NumPy line, opcode."""

from engine.ops import activations, batch, dense, dropout, losses, penalties, skip, updates

__all__ = ["activations", "batch", "dense", "dropout", "losses", "penalties", "skip", "updates"]
