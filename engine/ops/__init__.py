"""Every kind of operation, declared once: formula, NumPy line, opcode."""
