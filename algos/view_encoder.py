"""Encoders of pictures from `transformers`, for the search for other views of a thing.

`World.build_image_index(encoder="algos.view_encoder:TransformersEncoder:CHECKPOINT")` uses one.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import torch
from PIL import Image as PillowImage
from transformers import AutoImageProcessor, AutoModel

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.view_encoder import Vector, unit_length


class TransformersEncoder:
    """A CLIP, SigLIP, DINO or similar checkpoint through `transformers` (needs torch).

    Args:
        checkpoint: Folder or name of the checkpoint.

    Raises:
        WorldError: When it cannot be loaded.
    """

    def __init__(self, checkpoint: str) -> None:
        try:
            self._processor: Any = AutoImageProcessor.from_pretrained(checkpoint)
            self._model: Any = AutoModel.from_pretrained(checkpoint).eval()
        except Exception as error:
            raise WorldError(
                f"the encoder {checkpoint} cannot be loaded "
                f"({str(error).splitlines()[0][:160]}); give the folder of a checkpoint with a "
                "picture encoder, and install torch and transformers"
            ) from None
        self.name = f"transformers:{checkpoint}"
        self._lock = threading.Lock()

    def embed(self, pixels: Image) -> Vector:
        """See `ViewEncoder.embed`."""
        inputs = self._processor(images=PillowImage.fromarray(pixels), return_tensors="pt")
        with self._lock, torch.inference_mode():
            if hasattr(self._model, "get_image_features"):
                found = self._model.get_image_features(**inputs)
            else:
                found = self._model(**inputs)
            found = getattr(found, "pooler_output", found)
        return unit_length(np.asarray(found[0], np.float32).reshape(-1))
