"""The network stage: a small network learns, and every moment of it can be seen."""
