"""The features stage: from a signal to a number, from numbers to a decision, and maps that make lines bend."""
