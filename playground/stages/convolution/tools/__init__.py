"""What stands beside the window that slides: counts, the whole picture, links and files."""
