"""The race stage: optimizers from one start, one update of them all at a time."""
