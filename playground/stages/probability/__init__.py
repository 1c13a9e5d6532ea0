"""The probability stage: soft-max, the sigmoid, a line with its probabilities, and when not to answer."""
