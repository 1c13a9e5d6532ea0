"""What a lesson may ask of each stage, and what it may have done there."""
