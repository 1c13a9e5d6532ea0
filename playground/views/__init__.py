"""Views draw one part of an experiment and mutate what they have drawn."""
