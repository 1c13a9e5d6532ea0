"""What each part of the convolution page is, in a sentence: the words of the hover cards."""

from __future__ import annotations

PARTS = {
    "operation": (
        "Operation",
        "Convolution multiplies what the window sees with a kernel and adds it up; pooling takes the largest number, "
        "or the mean.",
    ),
    "axes": ("Dimensions", "How many directions the window slides in: a signal, a picture, a volume."),
    "input": ("Input", "What the window slides over. Every number can be changed on the board."),
    "kernel": ("Kernel", "The weights of the filter in front. Every number can be changed on the board."),
    "size": ("Size F", "How many numbers the window sees along each axis."),
    "stride": ("Stride S", "How far it moves from one position to the next."),
    "padding": (
        "Padding P",
        "Zeros around the input. Valid: none. Same: as many as keep the size at stride 1. Max pooling leaves them out.",
    ),
    "dilation": ("Dilation D", "How far apart the numbers are that it sees: 2 leaves out every second one."),
    "channels": ("Channels", "Numbers at each place of the input, as red, green and blue. A filter reads all of them."),
    "filters": ("Filters", "Each has a kernel and a bias of its own, and makes a map of its own."),
    "flip": (
        "Flip the kernel",
        "The convolution of mathematics. Without it, what is computed is the cross-correlation that deep learning "
        "calls convolution.",
    ),
    "relu": ("ReLU behind it", "max(0, z): an activation map of what fits the kernel."),
    "count_padding": ("Padding counts", "Whether a mean divides by the zeros of the padding, too."),
    "undo": ("Undo", "Takes the last change of a number or a setting back."),
    "back": ("Back to the example", "All numbers and settings as this example began."),
    "upload": ("Own picture", "A PNG or JPEG file, at most 4 MB. Its middle square becomes 28 × 28 numbers."),
    "share": ("Share", "A link that opens this page with its numbers and settings, where it stands."),
    "files": ("Save and load", "A file with all numbers and settings, and where the window stands."),
    "facts": (
        "What it sees and what is learned",
        "The receptive field of an output, the weights of the kernels, and those of a dense layer that makes as many "
        "numbers.",
    ),
    "count_side": ("Picture", "Height and width of the picture that both layers read."),
    "count_channels": ("Channels", "Numbers at each of its pixels."),
    "count_kernels": ("Kernels", "How many kernels the convolution has; each makes a map."),
    "count_size": ("Kernel size", "Height and width of each kernel: its receptive field."),
    "count_units": ("Neurons", "Each has a weight for every number of the picture."),
}


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}
