"""The digit reader: a trained network reads one image, layer by layer."""
