"""The neuron stage: one neuron, term by term, and what it can learn by itself."""
