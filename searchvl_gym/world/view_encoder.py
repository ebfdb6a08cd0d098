"""Encoders: from a picture to a vector that is near that of another view of the same thing.

The package holds a small one that was trained on drawn photographs (`benchmarks/view_encoder`);
it knows the subjects that Atlas draws and nothing else. For pictures from outside bring your own:
an ONNX file, or anything that `load_encoder` can import (`algos.view_encoder` reads the CLIP,
SigLIP and DINO checkpoints of `transformers`).
"""

from __future__ import annotations

import hashlib
import importlib
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError

Vector = npt.NDArray[np.float32]

BUILT_IN = "built-in"
_MIDDLE = 0.75
"""What of a picture the built-in encoder looks at a second time: it trained on such parts."""

_BUILT_IN_FILE = Path(__file__).parent / "view_encoder.onnx"


class ViewEncoder(Protocol):
    """What an encoder must offer.

    Attributes:
        name: What tells it from all others; an index remembers by which one it was made.
    """

    name: str

    def embed(self, pixels: Image) -> Vector:
        """A vector of length 1 for an RGB picture of any size. Called from several threads."""


def encoder_digest() -> str:
    """SHA-256 of the encoder that is in the package."""
    return hashlib.sha256(_BUILT_IN_FILE.read_bytes()).hexdigest()


class OnnxEncoder:
    """An encoder in an ONNX file.

    The file takes one float tensor `(n, 3, height, width)` of RGB values and gives `(n, d)`; its
    height and width must be fixed.

    Args:
        path: The file.
        mean: Subtracted from the values, which run from 0 to 255.
        deviation: What they are divided by then. CLIP's are (122.8, 116.7, 104.1) and
            (68.5, 66.6, 70.3).
        centre: Share of the sides of the middle part that is looked at as well; the vector is
            the mean of both. 0 for the whole picture alone.

    Raises:
        WorldError: When the file is missing or no such encoder.
    """

    def __init__(
        self,
        path: Path,
        *,
        mean: tuple[float, float, float] = (0.0, 0.0, 0.0),
        deviation: tuple[float, float, float] = (1.0, 1.0, 1.0),
        centre: float = 0.0,
    ) -> None:
        import onnxruntime

        try:
            content = path.read_bytes()
        except OSError as error:
            raise WorldError(f"the encoder {path} cannot be read: {error.strerror}") from None
        self.name = f"onnx:{hashlib.sha256(content).hexdigest()[:16]}"
        if centre:
            self.name += f" and its middle {centre:g}"
        self._centre = centre
        options = onnxruntime.SessionOptions()
        # Several threads each embed one picture: more threads for one would get in their way.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(content, options)
        except Exception as error:
            raise WorldError(
                f"{path} is no ONNX model that can be read ({str(error).splitlines()[0][:120]}); "
                "give an encoder with one input (n, 3, height, width) and one output (n, d)"
            ) from None
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        shape = inputs[0].shape if len(inputs) == 1 else []
        if len(shape) != 4 or shape[1] != 3 or not all(isinstance(n, int) for n in shape[2:]):
            raise WorldError(
                f"{path} takes {[(item.name, item.shape) for item in inputs]}, not one picture "
                "(n, 3, height, width) of fixed size; export the encoder of pictures alone"
            )
        self._input, self._output = inputs[0].name, outputs[0].name
        self._height, self._width = int(shape[2]), int(shape[3])
        self._mean = np.array(mean, np.float32)
        self._deviation = np.array(deviation, np.float32)

    def embed(self, pixels: Image) -> Vector:
        """See `ViewEncoder.embed`."""
        parts = [pixels]
        if self._centre:
            rows, columns = (round(side * self._centre) for side in pixels.shape[:2])
            top, left = (pixels.shape[0] - rows) // 2, (pixels.shape[1] - columns) // 2
            parts.append(pixels[top : top + max(rows, 1), left : left + max(columns, 1)])
        batch = np.stack([self._prepared(part) for part in parts])
        found = self._session.run([self._output], {self._input: batch})[0]
        vectors = np.asarray(found, np.float32).reshape(len(parts), -1)
        return unit_length(sum((unit_length(v) for v in vectors), np.zeros_like(vectors[0])))

    def _prepared(self, pixels: Image) -> Vector:
        picture = PillowImage.fromarray(np.ascontiguousarray(pixels))
        # Whole blocks first: much quicker than one step for a telephone's picture.
        factor = min(picture.width // (2 * self._width), picture.height // (2 * self._height))
        if factor > 1:
            picture = picture.reduce(factor)
        reduced = picture.resize((self._width, self._height), PillowImage.Resampling.BILINEAR)
        values = (np.asarray(reduced, np.float32) - self._mean) / self._deviation
        return np.ascontiguousarray(values.transpose(2, 0, 1))


@cache
def load_encoder(which: str = BUILT_IN) -> ViewEncoder:
    """An encoder by its name.

    Args:
        which: `built-in`, the path of an ONNX file, or `MODULE:FACTORY:ARGUMENT` for what
            `FACTORY(ARGUMENT)` of an importable module gives, for example
            `algos.view_encoder:TransformersEncoder:PATH-OF-A-CHECKPOINT`.

    Raises:
        WorldError: When there is none, or it is no encoder.
    """
    if which == BUILT_IN:
        return OnnxEncoder(_BUILT_IN_FILE, centre=_MIDDLE)
    module, _, rest = which.partition(":")
    factory, separator, argument = rest.partition(":")
    if separator and module.replace(".", "").isidentifier() and not Path(which).exists():
        try:
            made = getattr(importlib.import_module(module), factory)(argument)
        except (ImportError, AttributeError) as error:
            raise WorldError(
                f"the encoder {which!r} cannot be made: {error}; name an importable "
                "MODULE:FACTORY:ARGUMENT, or the path of an ONNX file"
            ) from None
        if not (isinstance(getattr(made, "name", None), str) and hasattr(made, "embed")):
            raise WorldError(f"the encoder {which!r} has no name or no embed(pixels)")
        encoder: ViewEncoder = made
        return encoder
    return OnnxEncoder(Path(which))


def unit_length(vector: Vector) -> Vector:
    """A vector of the same direction with length 1; zeros stay zeros."""
    length = float(np.sqrt(np.sum(vector * vector)))
    if not length > 0:
        return np.zeros_like(vector)
    return np.asarray(vector / np.float32(length), np.float32)
