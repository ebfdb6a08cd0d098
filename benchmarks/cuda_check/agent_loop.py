"""Turns of verl's agent loop, sampled on the device by a client that stands for its server.

The half that plays needs no verl: its scores are compared with one pass on the CPU, and the clamped
loss with the CPU's. Where verl is installed its own class plays the same episodes once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from algos.models import Checkpoint
from algos.models.families.qwen3_vl import CHATML
from algos.models.processor import make_processor
from algos.objectives import policy_loss
from algos.policies.token_policy import Turn
from algos.rollouts.group import Rollout
from algos.tokens.conversation import Conversation, Segment
from algos.tokens.scoring import Scorer, batch_for
from algos.tokens.trajectory import TokenTrajectory
from algos.verl_adapter.advantage import fatal_aware_advantage
from algos.verl_adapter.dataset import task_row
from algos.verl_adapter.rollout import Packed, TurnPolicy, pack
from algos.verl_adapter.settings import PlaySettings, workplace
from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.rows import Row, Verdict
from benchmarks.cuda_check.setting import (
    FORM,
    calls_about,
    make_checkpoint,
    make_tasks,
    make_world,
)
from searchvl_gym.types import Task
from searchvl_gym.wrappers import TextActions

TURN_TOKENS = 8
"""Of a turn that the device samples; each is a pass over everything before it."""
PROMPT_TOKENS, RESPONSE_TOKENS, SIDE = 8_000, 2_000, 100_000
BOUND = 1e-4
"""On log-probabilities and the gradient's norm of float32 beside the CPU's."""


def check_agent_loop(context: Context) -> Iterator[Row]:
    """See the module."""
    torch.backends.cudnn.allow_tf32 = False
    world = make_world(context.folder)
    checkpoint = make_checkpoint(world, context.size.tiny, seed=5)
    checkpoint.model.to(context.device)
    settings = PlaySettings(
        world=str(world.path),
        wire_format=FORM.name,
        max_steps=6,
        turn_tokens=200,
        view_pixels=SIDE,
    )
    tasks = list(make_tasks(world))[:1]
    played = [play(checkpoint, settings, tasks[0], script) for script in scripts(tasks[0])]
    rollouts, packed = [each for each, _ in played], [each for _, each in played]
    yield beside_the_cpu(checkpoint, rollouts, context.device)
    yield update_beside_the_cpu(checkpoint, rollouts, packed, context.device)
    yield by_verl(checkpoint, settings, tasks[0], packed)


def scripts(task: Task) -> list[list[str]]:
    """The turns that are not the device's own: a right episode, and one that goes wrong."""
    crop, _, answer = (FORM.render_call(call) for call in calls_about("Alder", task.answer))
    return [[crop, answer], [crop]]


class Engine:
    """Samples greedily on the device, a turn at a time, as a server of verl would.

    Args:
        checkpoint: Whose model stands on the device.
        script: What is said in the first turns; the model gives its scores.
    """

    def __init__(self, checkpoint: Checkpoint, script: Sequence[str]) -> None:
        self._checkpoint = checkpoint
        self._talk = Conversation(checkpoint)
        self._script = list(script)

    def turn(self, tokens: Sequence[int], images: Sequence[Any], room: int) -> Turn:
        """The next turn and its log-probabilities."""
        pictures = tuple(self._talk.patches(np.asarray(image)) for image in images)
        scripted = self._talk.turn(self._script.pop(0)) if self._script else ()
        written: list[int] = []
        scores: list[float] = []
        for number in range(min(room, len(scripted) or TURN_TOKENS)):
            predicted = self._predict(Segment((*tokens, *written), pictures))
            written.append(scripted[number] if scripted else int(predicted.argmax()))
            scores.append(float(predicted[written[-1]]))
            if written[-1] == self._talk.turn_end:
                break
        return written, scores

    async def __call__(self, tokens: Sequence[int], images: Sequence[Any], room: int) -> Turn:
        """As the loop without verl asks."""
        return self.turn(tokens, images, room)

    async def generate(
        self, *, prompt_ids: list[int], sampling_params: dict[str, Any], **request: Any
    ) -> Any:
        """As verl's loop asks a server."""
        room = int(sampling_params["max_tokens"])
        tokens, scores = self.turn(prompt_ids, request.get("image_data") or (), room)
        return SimpleNamespace(
            token_ids=tokens, log_probs=scores, extra_fields={}, num_preempted=None
        )

    def _predict(self, past: Segment) -> torch.Tensor:
        """Log-probabilities of the token after `past`, shape (vocabulary,)."""
        held = TokenTrajectory()
        held.read(past, -1)
        model = self._checkpoint.model
        batch = batch_for(self._checkpoint, [held], next(model.parameters()).device)
        with torch.inference_mode():
            hidden = model.model(**batch.inputs, use_cache=False).last_hidden_state[0, -1]
            return torch.log_softmax(model.lm_head(hidden).float(), dim=-1)


def play(
    checkpoint: Checkpoint, settings: PlaySettings, task: Task, script: Sequence[str]
) -> tuple[Rollout, Packed]:
    """One episode as the agent loop plays it, without verl."""
    place = workplace(settings)
    env = TextActions(place.environment(task), settings.wire_format)
    policy = TurnPolicy(
        checkpoint,
        prompt_tokens=PROMPT_TOKENS,
        response_tokens=RESPONSE_TOKENS,
        turn_tokens=settings.turn_tokens,
        wire_format=settings.wire_format,
        tools=place.suite,
    )
    engine = Engine(checkpoint, script)
    observation, _ = env.reset(seed=0, options={"task": task})
    prompt = policy.start(task, observation)
    ended = False
    while not ended:
        text = asyncio.run(policy.turn(engine))
        observation, _, terminated, truncated, _ = env.step(text)
        ended = terminated or truncated or not policy.observe(observation)
    rollout = Rollout(env.get_wrapper_attr("trajectory")(), policy.tokens(0))
    return rollout, pack(rollout, policy.readable(), prompt)


def beside_the_cpu(checkpoint: Checkpoint, rollouts: Sequence[Rollout], device: str) -> Row:
    """Scores that came turn by turn, beside one pass over whole episodes on the CPU."""
    batch = batch_for(checkpoint, [each.tokens for each in rollouts])
    checkpoint.model.to("cpu")
    with torch.inference_mode():
        recomputed, _ = Scorer(checkpoint.model)(batch)
    checkpoint.model.to(device)
    apart = float((recomputed - batch.log_probabilities)[batch.generated.bool()].abs().max())
    pictures = sum(len(each.tokens.pictures) for each in rollouts) - len(rollouts)
    return Row(
        "agent-loop",
        "turns of the loop for verl: log-probabilities as in one pass on the CPU",
        Verdict.EQUAL if apart <= BOUND and pictures == len(rollouts) else Verdict.DIFFERS,
        {
            "difference": apart,
            "bound": BOUND,
            "tokens": float(batch.generated.sum()),
            "pictures from tools": float(pictures),
        },
    )


def update_beside_the_cpu(
    checkpoint: Checkpoint, rollouts: Sequence[Rollout], packed: Sequence[Packed], device: str
) -> Row:
    """Loss and gradient of the clamped advantage, on the device and on the CPU."""
    found = {}
    for where in dict.fromkeys(("cpu", device)):
        checkpoint.model.to(where)
        checkpoint.model.zero_grad()
        batch = batch_for(checkpoint, [each.tokens for each in rollouts], where)
        mask, rewards = torch.zeros_like(batch.generated), torch.zeros_like(batch.generated)
        for row, each in enumerate(packed):
            # The batch is about the token after each place, hence one less.
            start, end = len(each.prompt) - 1, len(each.prompt) + len(each.response) - 1
            mask[row, start:end] = torch.tensor(each.mask, dtype=mask.dtype)
            rewards[row, end - 1] = each.reward
        advantages, _ = fatal_aware_advantage(
            rewards, mask, ["the task"] * len(packed), [each.fatal for each in packed]
        )
        scores, _ = Scorer(checkpoint.model)(batch)
        loss, _ = policy_loss(scores, batch.log_probabilities, advantages, mask)
        loss.backward()
        weights = [each.grad for each in checkpoint.model.parameters() if each.grad is not None]
        norm = torch.linalg.vector_norm(torch.stack([each.norm() for each in weights]))
        found[where] = (float(loss.detach()), float(norm))
    apart = max(
        abs(here - there) / max(1e-3, abs(there))
        for here, there in zip(found[device], found["cpu"], strict=True)
    )
    clamped = [each.fatal for each in packed] == [False, True]
    return Row(
        "agent-loop",
        "the clamped loss of a right and a fatal episode, and its gradient: the CPU's",
        Verdict.EQUAL if apart <= BOUND and clamped and found[device][1] > 0 else Verdict.DIFFERS,
        {"difference": apart, "bound": BOUND, "gradient": found[device][1]},
        "" if clamped else "the episodes did not end as they were to",
    )


def by_verl(
    checkpoint: Checkpoint, settings: PlaySettings, task: Task, packed: Sequence[Packed]
) -> Row:
    """The same episodes, played by the class that verl's workers run."""
    try:
        from algos.verl_adapter.agent_loop import SearchAgentLoop
    except ImportError as error:
        line = str(error).split("\n", 1)[0]
        return Row("agent-loop", "verl's own class", Verdict.LACKING, note=line)
    from omegaconf import OmegaConf
    from verl.experimental.agent_loop.agent_loop import DictConfigWrap
    from verl.utils.dataset.rl_dataset import RLHFDataset

    rollout = {"name": "vllm", "prompt_length": PROMPT_TOKENS, "response_length": RESPONSE_TOKENS}
    config = OmegaConf.create(
        {
            "actor_rollout_ref": {"rollout": rollout},
            "searchvl": asdict(settings),
            "data": {},
        }
    )
    processor: Any = make_processor(checkpoint, CHATML)
    processor.config = checkpoint.model.config

    async def run(script: Sequence[str]) -> Any:
        loop = SearchAgentLoop(
            trainer_config=DictConfigWrap(config),
            server_manager=Engine(checkpoint, script),
            tokenizer=checkpoint.tokenizer,
            processor=processor,
            dataset_cls=RLHFDataset,
            data_config=DictConfigWrap(config.data),
        )
        return await loop.run({"temperature": 0.0}, **task_row(task, 0))

    outputs = [asyncio.run(run(script)) for script in scripts(task)]
    same = sum(
        (each.response_ids, each.response_mask, each.extra_fields["searchvl_fatal"])
        == (own.response, own.mask, own.fatal)
        for each, own in zip(outputs, packed, strict=True)
    )
    return Row(
        "agent-loop",
        "verl's own class plays the same tokens, masks and flags",
        Verdict.EQUAL if same == len(packed) else Verdict.DIFFERS,
        {"equal episodes": f"{same} of {len(packed)}"},
    )
