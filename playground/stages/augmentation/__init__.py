"""The augmentation stage: changes of a picture that keep its label, or do not, and what they are worth."""
