"""As much of vLLM's interface as the `vllm` policy uses, on a model of transformers.

It keeps vLLM's ways: one placeholder stands for a picture and is multiplied by its own image
processor; a turn ends after a stop token, which is part of it; weights come from a directory.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from algos.models import load_checkpoint
from algos.tokens.conversation import Conversation
from algos.tokens.trajectory import TokenTrajectory, make_batch

KNOWN = {
    "max_model_len",
    "limit_mm_per_prompt",
    "logprobs_mode",
    "generation_config",
    "worker_extension_cls",
}
"""Of the many settings of an engine, those that are asked for here."""


@dataclass
class SamplingParams:
    temperature: float
    top_p: float
    frequency_penalty: float
    max_tokens: int
    seed: int
    logprobs: int
    ignore_eos: bool
    stop_token_ids: list[int] = field(default_factory=list)
    detokenize: bool = True


class LLM:
    def __init__(self, model: str, **settings: Any) -> None:
        assert settings["logprobs_mode"] == "processed_logprobs"
        for name in settings.keys() - KNOWN:
            raise TypeError(f"EngineArgs.__init__() got an unexpected keyword argument '{name}'")
        self.settings = settings
        self.resets: list[str] = []
        self.llm_engine = SimpleNamespace(reset_encoder_cache=lambda: self.resets.append("encoder"))
        self._load(model)

    def _load(self, path: str) -> None:
        self.checkpoint = load_checkpoint(path)
        self.conversation = Conversation(self.checkpoint)

    def collective_rpc(self, method: str, args: tuple[Any, ...]) -> None:
        assert method == "take_weights"
        self._load(*args)

    def reset_prefix_cache(self) -> None:
        self.resets.append("prefix")

    def reset_mm_cache(self) -> None:
        self.resets.append("pictures")

    def generate(self, prompts: Any, parameters: Any, use_tqdm: bool) -> list[Any]:
        return [self._generate(*each) for each in zip(prompts, parameters, strict=True)]

    def _generate(self, prompt: dict[str, Any], parameters: SamplingParams) -> Any:
        pictures = [
            self.conversation.patches(np.asarray(image))
            for image in prompt["multi_modal_data"]["image"]
        ]
        waiting, tokens = list(pictures), []
        for token in prompt["prompt_token_ids"]:
            count = 1
            if token == self.conversation.image_token:
                count = int(np.prod(waiting.pop(0).grid)) // 4
            tokens += [token] * count
        assert not waiting
        rng = np.random.default_rng(parameters.seed)
        sampled: list[int] = []
        scores: list[dict[int, Any]] = []
        while len(sampled) < parameters.max_tokens:
            logits = self._next([*tokens, *sampled], pictures).clone()
            for token in sampled:
                logits[token] -= parameters.frequency_penalty
            logp = (logits / parameters.temperature).log_softmax(-1)
            token = int(rng.choice(len(logp), p=logp.double().softmax(-1).numpy()))
            sampled.append(token)
            scores.append({token: SimpleNamespace(logprob=float(logp[token]))})
            if token in parameters.stop_token_ids:
                break
        made = SimpleNamespace(token_ids=sampled, logprobs=scores)
        return SimpleNamespace(prompt_token_ids=tokens, outputs=[made])

    def _next(self, tokens: list[int], pictures: list[Any]) -> torch.Tensor:
        whole = TokenTrajectory(
            tokens, [False] * len(tokens), [0] * len(tokens), [0.0] * len(tokens), pictures
        )
        batch = make_batch(
            [whole],
            padding=self.conversation.padding,
            image_token=self.conversation.image_token,
            merge=2,
        )
        with torch.inference_mode():
            return self.checkpoint.model(**batch.inputs, use_cache=False).logits[0, -1]
