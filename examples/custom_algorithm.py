"""An algorithm of one's own in one file: REINFORCE, through public names only.

    python examples/custom_algorithm.py CHECKPOINT OUT

Play, compare each return with the mean, raise the log-probabilities of what did better. Registered
under a name, it is made like everything else: `algos.make("reinforce", model=…)`.
"""

import sys
from contextlib import closing
from typing import Any

import numpy as np
import torch

import algos
from algos.models import load_checkpoint, save_checkpoint
from algos.policies.transformers import TransformersPolicy
from algos.rollouts.figures import summarise_rollouts
from algos.rollouts.group import as_batch, collect
from algos.tokens.scoring import Scorer
from searchvl_gym.vector import SearchVectorEnv


class Reinforce:
    """Trains a checkpoint by ∇ E[R] = E[(R − mean R) ∇ log π].

    Args:
        model: Directory of a checkpoint.
        learning_rate: Of AdamW.
        episodes: Played before each update.
        budgets: Of tokens, for `TransformersPolicy` (`turn_tokens`, `episode_tokens`).
    """

    def __init__(
        self, model: str, *, learning_rate: float = 1e-4, episodes: int = 8, **budgets: int
    ) -> None:
        self.checkpoint = load_checkpoint(model)
        self.policy = TransformersPolicy(
            self.checkpoint, text_environment=True, temperature=1.0, **budgets
        )
        self.scorer = Scorer(self.checkpoint.model)
        self.optimizer = torch.optim.AdamW(self.scorer.parameters(), lr=learning_rate)
        self.episodes = episodes

    def train(self, environment: dict[str, Any], steps: int) -> list[dict[str, float]]:
        """Take some steps; `environment` holds arguments of `SearchVectorEnv`."""
        rng, tasks, figures = np.random.default_rng(0), environment["tasks"], []
        places = SearchVectorEnv(self.episodes, autoreset_mode="Disabled", **environment)
        with closing(places):
            for _ in range(steps):
                drawn = [tasks[int(n)] for n in rng.integers(len(tasks), size=self.episodes)]
                seeds = [int(seed) for seed in rng.integers(1 << 31, size=self.episodes)]
                rollouts = collect(self.policy, places, drawn, seeds)
                returns = torch.tensor([rollout.trajectory.reward or 0.0 for rollout in rollouts])
                # Scores are 0 where the policy wrote nothing.
                scores, _ = self.scorer(as_batch(self.checkpoint, rollouts))
                loss = -((returns - returns.mean()) * scores.sum(dim=1)).mean()
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                figures.append({**summarise_rollouts(rollouts), "loss": loss.item()})
        return figures


algos.register("reinforce", Reinforce)


if __name__ == "__main__":
    from algos.recipe import Setting

    setting = Setting()
    algorithm = algos.make("reinforce", model=sys.argv[1], turn_tokens=48, episode_tokens=900)
    for line in algorithm.train(setting.environment(setting.tasks("train", 64)), steps=20):
        print({name: round(line[name], 3) for name in ("reward", "accuracy", "turns", "loss")})
    save_checkpoint(algorithm.checkpoint, sys.argv[2])
