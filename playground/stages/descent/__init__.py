"""The descent stage: one optimizer on a curve, a surface, or the loss of a real network."""
