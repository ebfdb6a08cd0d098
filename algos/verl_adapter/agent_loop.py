"""verl's agent loop that plays the environment: token in, token out, pictures of results fed back.

It is found by the name `searchvl` in a data set's column `agent_name`, through
`configs/agent_loop.yaml`. Needs verl; see `docs/cluster.md`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import numpy as np
from omegaconf import OmegaConf
from PIL import Image as Pillow
from verl.experimental.agent_loop.agent_loop import (
    AgentLoopBase,
    AgentLoopMetrics,
    AgentLoopOutput,
    register,
)
from verl.utils.profiler import simple_timer

from algos.models import Checkpoint
from algos.policies.token_policy import CUT_OFF, Turn
from algos.rollouts.group import Rollout
from algos.verl_adapter.dataset import task_of_row
from algos.verl_adapter.rollout import Packed, TurnPolicy, pack_sequences
from algos.verl_adapter.settings import check_context, read_settings, workplace
from algos.verl_adapter.shared_tokenizer import SharedTokenizer
from algos.verl_adapter.versions import AGENT_NAME, check_verl
from searchvl_gym.types import Image
from searchvl_gym.wrappers import TextActions

check_verl()


@register(AGENT_NAME)
class SearchAgentLoop(AgentLoopBase):
    """Plays one episode of a row's task.

    Takes what verl gives an agent loop. The settings are the section `searchvl` of verl's
    configuration.

    Raises:
        ValueError: When a setting is wrong, or the model's processor is missing.
    """

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if self.processor is None:
            raise ValueError(
                "the model has no image processor that transformers can load (Qwen3-VL's needs "
                "torchvision); check that preprocessor_config.json lies beside the weights"
            )
        section = OmegaConf.to_container(self.config.get("searchvl", {}), resolve=True)
        self._settings = read_settings(section)  # type: ignore[arg-type]
        check_context(self._settings, self.config)
        self._place = workplace(self._settings)
        self._reader = _reader(self.tokenizer, self.processor)

    async def run(
        self, sampling_params: dict[str, Any], **row: Any
    ) -> AgentLoopOutput | list[AgentLoopOutput]:
        """Play the task of a data set's row.

        Args:
            sampling_params: How to sample a turn.
            **row: The row, and what verl says of the rollout.

        Returns:
            Tokens, mask, log-probabilities, pictures and the environment's own reward. The fatal
            flag is `extra_fields["searchvl_fatal"]`, the figures stand in `reward_extra_info`.
            With a context other than `whole` a list of these, one a token sequence.

        Raises:
            ValueError: When the row has no task or its prompt is too long.
            UnscoredError: When the episode could not be scored; verl then leaves its group out.
        """
        task = task_of_row(row)
        env = TextActions(self._place.environment(task), self._settings.wire_format)
        policy = TurnPolicy(
            self._reader,
            prompt_tokens=self.rollout_config.prompt_length,
            response_tokens=self.rollout_config.response_length,
            turn_tokens=self._settings.turn_tokens,
            wire_format=self._settings.wire_format,
            tools=self._place.suite,
            context=self._settings.context,
        )
        sampler = _Sampler(self, sampling_params, int(row.get("priority", 0)))
        timing: dict[str, float] = {}
        observation, _ = await self._work(
            lambda: env.reset(seed=self._seed(row), options={"task": task})
        )
        prompt = await self._work(lambda: policy.start(task, observation))
        ended, room = False, True
        while not ended:
            text = CUT_OFF
            if room:
                with simple_timer("generate_sequences", timing):
                    text = await policy.turn(sampler)
            with simple_timer("tool_calls", timing):
                observation, _, terminated, truncated, _ = await self._work(
                    lambda text=text: env.step(text)
                )
            ended = terminated or truncated
            if room and not ended:
                room = await self._work(lambda observation=observation: policy.observe(observation))
        *earlier, last = policy.segments(0)
        packed = pack_sequences(
            Rollout(env.get_wrapper_attr("trajectory")(), last, tuple(earlier)),
            policy.all_readable(),
            prompt,
            variant=self._settings.variant,
            fatal_source=self._settings.fatal_source,
        )
        pictures = policy.pictures
        outputs = [_output(each, pictures[number], sampler, timing) for number, each in packed]
        return outputs[0] if self._settings.context == "whole" else outputs

    def _seed(self, row: dict[str, Any]) -> int:
        """The episode's seed: the same faults for the same rollout of the same step."""
        place = (row.get("global_steps", 0), row.get("index", 0), row.get("session_id"))
        rollout = row.get("priority", 0) if place[2] is None else place[2]
        entropy = [self._settings.seed, *(abs(int(each)) for each in (*place[:2], rollout))]
        return int(np.random.SeedSequence(entropy).generate_state(1)[0] >> 1)

    async def _work(self, job: Any) -> Any:
        """Run what blocks in the workplace's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._place.threads, job)


@lru_cache(maxsize=1)
def _reader(tokenizer: Any, processor: Any) -> Checkpoint:
    """What a worker's episodes read with, made once: verl makes an agent loop for each of them."""
    # verl hangs the model's configuration on its processor; the weights are elsewhere.
    model = SimpleNamespace(config=processor.config)
    return Checkpoint(model, SharedTokenizer(tokenizer), processor.image_processor)


class _Sampler:
    """Asks verl's server for turns, all of one rollout under one id, so that its cache helps."""

    def __init__(self, loop: SearchAgentLoop, parameters: dict[str, Any], priority: int) -> None:
        self._client = loop.server_manager
        self._parameters = parameters
        self._priority = priority
        # SGLang has another word for it.
        sglang = loop.rollout_config.name == "sglang"
        self._limit = "max_new_tokens" if sglang else "max_tokens"
        fixed = bool(getattr(loop.rollout_config, "full_determinism", False))
        self._request = f"det-{priority}" if fixed else uuid4().hex
        self.has_scores = True
        self.versions: list[int] = []
        self.preempted = -1

    async def __call__(self, tokens: Sequence[int], pictures: Sequence[Image], room: int) -> Turn:
        output = await self._client.generate(
            request_id=self._request,
            prompt_ids=list(tokens),
            # The server takes entries out of it.
            sampling_params={**self._parameters, self._limit: room},
            image_data=_as_pillow(pictures) or None,
            priority=self._priority,
        )
        said = [output.extra_fields.get(f"{end}_global_steps") for end in ("min", "max")]
        self.versions += [int(version) for version in said if version is not None]
        if output.num_preempted is not None:
            self.preempted = max(0, self.preempted) + output.num_preempted
        scores = output.log_probs
        if scores is None:
            self.has_scores, scores = False, [0.0] * len(output.token_ids)
        return list(output.token_ids), list(scores)


def _output(
    packed: Packed, pictures: Sequence[Image], sampler: _Sampler, timing: dict[str, float]
) -> AgentLoopOutput:
    extra: dict[str, Any] = {
        "searchvl_fatal": packed.fatal,
        "reward_extra_info": packed.figures,
    }
    if sampler.versions:
        # verl drops rollouts whose oldest weights are too old.
        extra["min_global_steps"] = min(sampler.versions)
        extra["max_global_steps"] = max(sampler.versions)
    return AgentLoopOutput(
        prompt_ids=packed.prompt,
        response_ids=packed.response,
        response_mask=packed.mask,
        response_logprobs=packed.log_probabilities if sampler.has_scores else None,
        multi_modal_data={"images": _as_pillow(pictures)},
        reward_score=packed.reward,
        num_turns=packed.turns,
        metrics=AgentLoopMetrics(**timing, num_preempted=sampler.preempted),
        extra_fields=extra,
    )


def _as_pillow(pictures: Sequence[Image]) -> list[Pillow.Image]:
    return [Pillow.fromarray(picture) for picture in pictures]
