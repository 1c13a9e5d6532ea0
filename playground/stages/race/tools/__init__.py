"""What the race stage opens over the page."""
