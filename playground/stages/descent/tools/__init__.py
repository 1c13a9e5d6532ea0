"""What is opened beside a descent."""
