"""Lessons are data: text, specs, questions and checks. They draw nothing."""
