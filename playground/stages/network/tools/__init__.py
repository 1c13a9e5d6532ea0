"""What a student can do beside training: draw, compare, look inside, save, share."""
