"""The parts of the digit reader page."""
