"""`vllm`: a Qwen vision-language model plays through vLLM, and every token is kept.

The same interface as `transformers`: token ids go in, the sampled ids and their log-probabilities
come out, pictures of tool results are fed back, budgets hold, and `update_weights` puts a trained
checkpoint's weights into the running engine. vLLM's prefix cache makes a turn cost what is new.

vLLM wants an older transformers than training here does, so it needs an environment of its own:
`docs/training.md` says how, and what of this has been run (a CPU build, on the tiny model).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image as Pillow

from algos.models import Checkpoint, load_reader, save_checkpoint
from algos.models.families.grids import GridFamily
from algos.policies.token_policy import Episode, TokenPolicy, Turn, check_sampling
from algos.policies.vllm_release import check_updates, taken
from algos.tokens.conversation import Patches, without_placeholders
from searchvl_gym.tools.crop import Coordinates
from searchvl_gym.types import Image

INSTALL = (
    "the vllm policy needs vLLM, in an environment of its own: "
    "pip install 'searchvl-gym[vllm]' (on a machine without a GPU see docs/training.md)"
)


class VllmPolicy(TokenPolicy):
    """Plays with a Qwen3-VL or Qwen2.5-VL in vLLM.

    Log-probabilities are taken after temperature and `top_p`; training wants `top_p` at 1.

    Args:
        checkpoint: Directory of a checkpoint.
        images: Most pictures of an episode.
        engine: More arguments of `vllm.LLM` (`tensor_parallel_size`, `gpu_memory_utilization`,
            `dtype`, `enforce_eager`, …).
        **settings: See `TokenPolicy`.

    Raises:
        RuntimeError: When vLLM is not installed, or is a release that does not take what it is
            given.
        CheckpointError: When the checkpoint cannot be loaded.
        ValueError: When an argument is out of range.
    """

    name = "vllm"

    def __init__(
        self,
        checkpoint: str | Path,
        *,
        wire_format: Any = None,
        tools: Any = None,
        crop_coordinates: Coordinates = "pixels",
        text_environment: bool = False,
        lenient: bool = True,
        context: str = "whole",
        temperature: float = 0.7,
        top_p: float = 1.0,
        frequency_penalty: float = 0.0,
        turn_tokens: int = 1024,
        episode_tokens: int = 32_768,
        images: int = 64,
        engine: Mapping[str, Any] | None = None,
    ) -> None:
        check_sampling(temperature, top_p, turn_tokens, episode_tokens)
        vllm = _import_vllm()
        reader = load_reader(checkpoint)
        if not isinstance(reader.family, GridFamily):
            raise ValueError(
                f"vLLM would cut the pictures of {reader.family.title} otherwise than training "
                "does; take the policy transformers"
            )
        super().__init__(
            reader,
            wire_format=wire_format,
            tools=tools,
            crop_coordinates=crop_coordinates,
            text_environment=text_environment,
            lenient=lenient,
            context=context,
            temperature=temperature,
            top_p=top_p,
            frequency_penalty=frequency_penalty,
            turn_tokens=turn_tokens,
            episode_tokens=episode_tokens,
        )
        self._vllm = vllm
        # Before the engine, which takes minutes to start and gigabytes to hold.
        self._parameters(1, 0)
        self._engine: Any = taken(
            vllm,
            vllm.LLM,
            model=str(checkpoint),
            max_model_len=episode_tokens,
            limit_mm_per_prompt={"image": images, "video": 0},
            # What the trainer recomputes: the distribution that was drawn from.
            logprobs_mode="processed_logprobs",
            # Nothing of the sampling comes from a file beside the weights.
            generation_config="vllm",
            worker_extension_cls="algos.policies.vllm_worker.WeightUpdate",
            **(engine or {}),
        )

    def begin(self, rng: np.random.Generator) -> _SeenEpisode:
        """An episode with its pictures as the engine gets them."""
        return _SeenEpisode(rng)

    def update_weights(self, checkpoint: Checkpoint) -> None:
        """Put a checkpoint's weights into the engine; all episodes are dropped.

        They go through a temporary directory (`TMPDIR` says where; a RAM disk is quick), so the
        engine may live in other processes.

        Raises:
            CheckpointError: When they cannot be written.
            RuntimeError: When the engine could not be made to forget the old ones.
        """
        check_updates(self._vllm, self._engine)
        super().update_weights(checkpoint)
        with tempfile.TemporaryDirectory(prefix="searchvl-weights-") as folder:
            path = Path(folder) / "model"
            save_checkpoint(checkpoint, path)
            self._engine.collective_rpc("take_weights", args=(str(path),))
        # Whatever it holds was computed with the old weights. The worker has dropped its pictures;
        # the scheduler must know, or it counts on them.
        self._engine.reset_prefix_cache()
        self._engine.reset_mm_cache()
        self._engine.llm_engine.reset_encoder_cache()

    def sample(self, episodes: Sequence[_SeenEpisode]) -> list[Turn]:
        """Sample one turn an episode, all at once.

        Raises:
            RuntimeError: When the engine read other tokens than it was given.
        """
        parameters = [
            self._parameters(self.room(episode), int(episode.rng.integers(1 << 31)))
            for episode in episodes
        ]
        prompts = [self._prompt(episode) for episode in episodes]
        outputs = self._engine.generate(prompts, parameters, use_tqdm=False)
        for episode, output in zip(episodes, outputs, strict=True):
            if list(output.prompt_token_ids) != self._read(episode):
                raise RuntimeError(
                    "vLLM read other tokens than it was given: its image processor disagrees "
                    "with the checkpoint's about the size of a picture"
                )
        return [_turn(output.outputs[0]) for output in outputs]

    def _parameters(self, room: int, seed: int) -> Any:
        """How a turn of at most `room` tokens is sampled."""
        return taken(
            self._vllm,
            self._vllm.SamplingParams,
            temperature=self.temperature,
            top_p=self.top_p,
            frequency_penalty=self.frequency_penalty,
            max_tokens=room,
            seed=seed,
            logprobs=0,
            # A turn ends with this token only, as it does in training. A picture's
            # placeholder cuts it: vLLM would read on after it otherwise than training does.
            ignore_eos=True,
            stop_token_ids=[self.conversation.turn_end, self.conversation.image_token],
            detokenize=False,
        )

    def _read(self, episode: Episode) -> list[int]:
        """The tokens of an episode as a model reads them."""
        found = episode.trajectory
        return without_placeholders(
            found.tokens, self.conversation.image_token, self.conversation.padding, found.generated
        )

    def _prompt(self, episode: _SeenEpisode) -> dict[str, Any]:
        """An episode as vLLM wants it: one placeholder a picture, which it multiplies itself."""
        placeholder = self.conversation.image_token
        tokens = self._read(episode)
        before = [None, *tokens]
        single = [
            token
            for token, last in zip(tokens, before, strict=False)
            if token != placeholder or last != placeholder
        ]
        known = len(episode.shown)
        news = zip(episode.seen()[known:], episode.trajectory.pictures[known:], strict=True)
        episode.shown += [shrink(image, patches, self.checkpoint) for image, patches in news]
        return {"prompt_token_ids": single, "multi_modal_data": {"image": episode.shown}}


class _SeenEpisode(Episode):
    """An episode and its pictures as they are sent to the engine."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(rng)
        self.shown: list[Pillow.Image] = []

    def restart(self) -> None:
        super().restart()
        self.shown = []


def shrink(image: Image, patches: Patches, checkpoint: Checkpoint) -> Pillow.Image:
    """A picture at the very size at which it is cut into patches.

    Image processors differ in how they resize. One that is given this size has nothing to
    resize, so the engine sees the pixels that training sees.
    """
    processor = checkpoint.image_processor
    _, height, width = patches.grid
    size = (width * processor.patch_size, height * processor.patch_size)
    return Pillow.fromarray(image).resize(size, Pillow.Resampling(processor.resample))


def _turn(completion: Any) -> Turn:
    tokens = list(completion.token_ids)
    steps = zip(tokens, completion.logprobs, strict=True)
    return tokens, [float(step[token].logprob) for token, step in steps]


def _import_vllm() -> ModuleType:
    try:
        import vllm
    except ImportError as error:
        missing = error.name == "vllm"
        raise RuntimeError(INSTALL if missing else f"vLLM cannot be loaded: {error}") from error
    return vllm
