"""The convolution stage: one window slides over one input, position by position, forward and back."""
