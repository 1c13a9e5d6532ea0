"""Changes of a picture that should keep its label, whether they do, and what training with them is worth."""

from engine.augmentation.changes import CHANGES, Augmentation, Change, varied
from engine.augmentation.effect import SEEDS, Comparison, Trial, comparison, training_digits
from engine.augmentation.safety import Safety, safety
from engine.augmentation.space import images_of_side, log10_images, share_labeled

__all__ = [
    "CHANGES",
    "SEEDS",
    "Augmentation",
    "Change",
    "Comparison",
    "Safety",
    "Trial",
    "comparison",
    "images_of_side",
    "log10_images",
    "safety",
    "share_labeled",
    "training_digits",
    "varied",
]
