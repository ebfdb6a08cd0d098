"""Does the `vllm` policy sample what training computes? Run it where vLLM is installed.

    python -m benchmarks.vllm_check CHECKPOINT OTHER [--episodes 4]

The model of `CHECKPOINT` plays in Atlas mini through vLLM. Then the weights of `OTHER`, a
checkpoint of the same shape, are put into the engine and it plays again. Each time the
log-probabilities that vLLM gave are compared with those of one forward pass of the same weights
in transformers, and printed as JSON. In float32 they differ by about 1e-5; a weight update that
did nothing shows as a large `difference`.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from typing import Any

import torch

from algos.models import Checkpoint, load_checkpoint
from algos.policies.vllm import VllmPolicy
from algos.rollouts.group import Rollout, as_batch, collect
from algos.tokens.scoring import Scorer
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world.catalog import default_world


def compare(checkpoint: Checkpoint, rollouts: list[Rollout], temperature: float) -> dict[str, Any]:
    """Sampled log-probabilities against recomputed ones."""
    batch = as_batch(checkpoint, rollouts)
    with torch.no_grad():
        scores, _ = Scorer(checkpoint.model, temperature=temperature)(batch)
    written = batch.generated.bool()
    difference = (scores - batch.log_probabilities)[written].abs()
    return {
        "episodes": len(rollouts),
        "turns": sum(len(each.trajectory.steps) for each in rollouts),
        "pictures": sum(len(each.tokens.pictures) for each in rollouts),
        "tokens_sampled": int(written.sum()),
        "difference_max": float(difference.max()),
        "difference_mean": float(difference.mean()),
    }


class Cropping(VllmPolicy):
    """Crops in its first turn whatever the model says, so that a picture comes back."""

    def sample(self, episodes: Any) -> Any:
        """See `TokenPolicy.sample`."""
        turns = super().sample(episodes)
        text = "call crop|image= img_1|x= 0|y= 0|width= 200|height= 200"
        call = list(self.conversation.turn(text))
        return [
            (call, [0.0] * len(call)) if episode.steps == 0 else turn
            for episode, turn in zip(episodes, turns, strict=True)
        ]


def main() -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("checkpoint")
    parser.add_argument("other")
    parser.add_argument("--episodes", type=int, default=4)
    parser.add_argument("--temperature", type=float, default=0.8)
    options = parser.parse_args()
    world = default_world()
    tasks = sample_tasks(world, split="train", n=options.episodes, repair_share=0.0)
    kept = [tool for tool in default_tools() if tool.name in ("crop", "text_search", "visit")]
    places = SearchVectorEnv(
        options.episodes,
        autoreset_mode="Disabled",
        world=world,
        tasks=tasks,
        tools=ToolSuite(kept),
        wire_format="compact",
        max_steps=3,
    )
    policy = Cropping(
        options.checkpoint,
        wire_format="compact",
        tools=ToolSuite(kept),
        text_environment=True,
        temperature=options.temperature,
        turn_tokens=24,
        episode_tokens=2_048,
        images=8,
        engine={"dtype": "float32", "enforce_eager": True},
    )
    with closing(places):
        for step, path in enumerate((options.checkpoint, options.other)):
            checkpoint = load_checkpoint(path)
            if step:
                policy.update_weights(checkpoint)
            rollouts = collect(policy, places, list(tasks), list(range(options.episodes)))
            for rollout in rollouts:
                # The turn that was written for it was not sampled.
                tokens = rollout.tokens
                tokens.generated = [
                    mine and at > 0 for mine, at in zip(tokens.generated, tokens.step, strict=True)
                ]
            print(
                json.dumps(
                    {"weights": str(path), **compare(checkpoint, rollouts, options.temperature)}
                )
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
