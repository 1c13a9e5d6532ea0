"""A stage is one experiment with its views and controls."""
