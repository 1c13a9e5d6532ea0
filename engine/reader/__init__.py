"""Digit readers: networks that are put together layer by layer, trained on digits, and looked into.

>>> from engine.reader import PRESETS, ReaderRun
>>> run = ReaderRun(PRESETS["lecture"].spec)
>>> run.step("epoch")
>>> run.judge().accuracy > 0.8
True
"""

from engine.reader.analyses import Equivariance, Maximiser, equivariance, occlusion, saliency
from engine.reader.capsule import CapsuleError, load_reader, save_reader
from engine.reader.convolutional import ConvReader, as_convolution
from engine.reader.drawing import centred, photo_to_digit, small_digit
from engine.reader.layer_specs import LAYER_KINDS, LayerKind, LayerSetting, LayerSpec, layer
from engine.reader.made import Copied, DenseSum, GlobalSum, Made, NormSum
from engine.reader.maps import Field, LayerMaps
from engine.reader.mistakes import Judgement
from engine.reader.presets import PRESETS, ReaderPreset
from engine.reader.pretrained import PRETRAINED, Pretrained, unseen_images
from engine.reader.reader import Reader
from engine.reader.reading import ReadingFrame, ReadingRun
from engine.reader.reading_spec import READING_SETTINGS, ReadingSpec
from engine.reader.run import ReaderRun
from engine.reader.shapes import OutlineRow, outline
from engine.reader.spec import HEADS, READER_LIVE, READER_SETTINGS, ReaderSpec
from engine.reader.transforms import rotated, scaled, shifted, transformed

__all__ = [
    "HEADS", "LAYER_KINDS", "PRESETS", "PRETRAINED", "READER_LIVE", "READER_SETTINGS", "READING_SETTINGS",
    "CapsuleError", "ConvReader", "Copied", "DenseSum", "Equivariance", "Field", "GlobalSum", "Judgement", "LayerKind",
    "LayerMaps", "LayerSetting", "LayerSpec", "Made", "Maximiser", "NormSum", "OutlineRow", "Pretrained", "Reader",
    "ReaderPreset", "ReaderRun", "ReaderSpec", "ReadingFrame", "ReadingRun", "ReadingSpec", "as_convolution", "centred",
    "equivariance", "layer", "load_reader", "occlusion", "outline", "photo_to_digit", "rotated", "saliency",
    "save_reader", "scaled", "shifted", "small_digit", "transformed", "unseen_images",
]  # fmt: skip
