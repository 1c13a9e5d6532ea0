"""What can be opened beside the lanes."""
