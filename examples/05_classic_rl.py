"""Classic reinforcement learning: PPO with action masks on `SearchVL/AtlasMenu-v0`, in one file.

    python examples/05_classic_rl.py --out runs/classic

No language model: a small network reads numbers and chooses from a menu of candidate calls. One-hop
tasks of Atlas mini; what is reported is the share of right answers on tasks of the test split,
whose subjects are in no training task, before and after. Needs torch. MaskablePPO of
Stable-Baselines3 plays the same environment: `--algorithm sb3` (pip install sb3-contrib).

Chance hardly ever meets the three right choices in a row, so the example adds a reward of its own
while it trains (`Guided`): the difference of a potential, which leaves the best policy what it is.
What is reported is the environment's own judgement, without it.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from searchvl_gym.menu.actions import PLACE_FEATURES
from searchvl_gym.registration import register_environments
from searchvl_gym.tasks import TaskSet, sample_tasks
from searchvl_gym.tools import ToolContext
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import ToolResult, image_digest
from searchvl_gym.world.catalog import default_world

DISCOUNT = 0.98
TOOLS = ("text_search", "image_search", "visit")


class Remembered:
    """A tool that answers the same question about the same picture from memory."""

    def __init__(self, tool: Any) -> None:
        self._tool = tool
        self._known: dict[Any, ToolResult] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._tool, name)

    def run(self, arguments: Any, context: ToolContext) -> ToolResult:
        """See `Tool.run`; results with a picture are made anew."""
        named = getattr(arguments, "image", None) or getattr(arguments, "url", "")
        digest = image_digest(context.images.get(named)) if named.startswith("img_") else ""
        key = (repr(arguments), digest)
        if key not in self._known:
            result = self._tool.run(arguments, context)
            if result.image is not None:
                return result
            self._known[key] = result
        return self._known[key]


class Guided(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Pays for what brings the answer nearer, and takes it back at the end.

    The potential is 0.25 once the task's subject has turned up and 0.5 while its answer stands on
    the menu. Adding γΦ(s') − Φ(s) changes no policy's rank (Ng, Harada and Russell, 1999).
    """

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        super().__init__(env)
        self._potential, self._seen = 0.0, False

    def reset(self, **options: Any) -> Any:
        """Begin an episode, whose potential is 0."""
        self._potential, self._seen = 0.0, False
        return self.env.reset(**options)

    def step(self, action: Any) -> Any:
        """See `gymnasium.Env.step`."""
        features, reward, terminated, truncated, info = self.env.step(action)
        task = self.env.get_wrapper_attr("task")
        self._seen = self._seen or task.hops[0].subject in info["evidence"]
        offered = self.env.get_wrapper_attr("candidates")()
        found = any(each and each.call.arguments.get("text") == task.answer for each in offered)
        ended = terminated or truncated
        potential = 0.0 if ended else 0.5 if found else 0.25 if self._seen else 0.0
        guided = float(reward) + DISCOUNT * potential - self._potential
        self._potential = potential
        return features, guided, terminated, truncated, info


def make_tools() -> list[Remembered]:
    """The tools; environments that share them share what they remember."""
    return [Remembered(tool) for tool in default_tools() if tool.name in TOOLS]


def make_env(tasks: TaskSet, tools: list[Remembered]) -> gymnasium.Env[Any, Any]:
    """One environment."""
    register_environments()
    return gymnasium.make("SearchVL/AtlasMenu-v0", tasks=tasks, tools=tools, max_steps=8)


def make_guided(tasks: TaskSet, tools: list[Remembered]) -> gymnasium.Env[Any, Any]:
    """One environment to train in."""
    return Guided(make_env(tasks, tools))


def make_tasks(split: str, count: int) -> TaskSet:
    """One-hop tasks with sound pictures."""
    return sample_tasks(default_world("mini"), split=split, n=count, hops=(1,), repair_share=0.0)


class Agent(nn.Module):
    """Scores every place: by what the question says, and by what is known of the place."""

    def __init__(self, width: int, places: int) -> None:
        super().__init__()
        self.places = places
        self.actor = nn.Sequential(nn.Linear(width, 128), nn.Tanh(), nn.Linear(128, places))
        self.each = nn.Sequential(nn.Linear(PLACE_FEATURES, 16), nn.Tanh(), nn.Linear(16, 1))
        self.critic = nn.Sequential(nn.Linear(width, 128), nn.Tanh(), nn.Linear(128, 1))
        nn.init.zeros_(self.actor[-1].weight)
        nn.init.zeros_(self.each[-1].weight)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Categorical, Tensor]:
        """The choice among what is offered, and the value of the state."""
        known = features[:, -PLACE_FEATURES * self.places :].view(len(features), self.places, -1)
        logits = self.actor(features) + self.each(known).squeeze(-1)
        return Categorical(logits=logits.masked_fill(~mask, -1e9)), self.critic(features)[:, 0]


def train(envs: Any, budget: int, seed: int, log: Callable[[dict[str, float]], None]) -> Agent:
    """PPO for a number of steps."""
    torch.manual_seed(seed)
    horizon, epochs, minibatches, smoothing = 64, 8, 4, 0.95
    agent = Agent(envs.single_observation_space.shape[0], int(envs.single_action_space.n))
    optimizer = torch.optim.Adam(agent.parameters(), lr=1e-3, eps=1e-5)
    finished: deque[float] = deque(maxlen=300)
    features, info = envs.reset(seed=seed)
    mask = info["action_mask"]
    began, steps, over = time.monotonic(), 0, np.zeros(envs.num_envs, bool)
    while steps < budget:
        kept: dict[str, list[Any]] = {name: [] for name in ("x", "m", "a", "p", "v", "r", "d", "s")}
        for _ in range(horizon):
            x, m = torch.as_tensor(features), torch.as_tensor(np.stack(mask)).bool()
            with torch.no_grad():
                choice, value = agent(x, m)
                action = choice.sample()
            # The step after an end only resets: it is played, and learnt nothing from.
            features, reward, terminated, truncated, info = envs.step(action.numpy())
            for name, entry in zip(
                kept,
                (
                    x,
                    m,
                    action,
                    choice.log_prob(action),
                    value,
                    reward,
                    terminated | truncated,
                    over,
                ),
                strict=True,
            ):
                kept[name].append(torch.as_tensor(entry))
            over, mask = terminated | truncated, info["action_mask"]
            parts = info.get("reward_parts", {})
            finished.extend(np.asarray(parts.get("accuracy", reward), float)[over])
            steps += envs.num_envs
        with torch.no_grad():
            last = agent(torch.as_tensor(features), torch.as_tensor(np.stack(mask)).bool())[1]
        data = {name: torch.stack(rows) for name, rows in kept.items()}
        gains = estimate_gains(data, last, DISCOUNT, smoothing)
        optimise(agent, optimizer, data, gains, epochs, minibatches)
        log(
            {
                "seconds": round(time.monotonic() - began, 1),
                "cpu_seconds": round(time.process_time(), 1),
                "steps": steps,
                "right": round(float(np.mean(finished)), 4) if finished else 0.0,
            }
        )
    return agent


def estimate_gains(data: dict[str, Tensor], last: Tensor, gamma: float, smoothing: float) -> Tensor:
    """Generalised advantages, shape (steps, environments)."""
    gains, running = torch.zeros_like(data["v"]), torch.zeros_like(last)
    for step in reversed(range(len(gains))):
        goes_on = 1.0 - data["d"][step].float()
        following = data["v"][step + 1] if step + 1 < len(gains) else last
        surprise = data["r"][step].float() + gamma * following * goes_on - data["v"][step]
        running = surprise + gamma * smoothing * goes_on * running
        # A resetting step belongs to no episode.
        running = running * (1.0 - data["s"][step].float())
        gains[step] = running
    return gains


def optimise(
    agent: Agent, optimizer: Any, data: dict[str, Tensor], gains: Tensor, epochs: int, parts: int
) -> None:
    """A few clipped updates on what was just played."""
    played = ~data["s"].flatten().bool()
    flat = {name: data[name].flatten(0, 1)[played] for name in ("x", "m", "a", "p", "v")}
    gain = gains.flatten()[played]
    target = gain + flat["v"]
    for _ in range(epochs):
        for rows in torch.randperm(len(gain)).chunk(parts):
            choice, value = agent(flat["x"][rows], flat["m"][rows])
            ratio = (choice.log_prob(flat["a"][rows]) - flat["p"][rows]).exp()
            one = gain[rows]
            one = (one - one.mean()) / (one.std() + 1e-8)
            clipped = torch.minimum(ratio * one, ratio.clamp(0.8, 1.2) * one).mean()
            loss = (value - target[rows]).pow(2).mean() * 0.5 - clipped
            loss = loss - 0.01 * choice.entropy().mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
            optimizer.step()


def share_of_right(
    tasks: TaskSet, tools: list[Remembered], choose: Callable[[Any, Any], int], seed: int = 0
) -> float:
    """Play every task once; the share that is answered rightly."""
    env = make_env(tasks, tools)
    right = 0.0
    for index in range(len(tasks)):
        features, info = env.reset(seed=seed + index, options={"task": index})
        ended = False
        while not ended:
            action = choose(features, info["action_mask"])
            features, _, terminated, truncated, info = env.step(action)
            ended = terminated or truncated
        right += info["reward_parts"].get("accuracy", 0.0)
    return right / len(tasks)


def choose_likeliest(agent: Agent, features: Any, mask: Any) -> int:
    """The likeliest place."""
    with torch.no_grad():
        choice, _ = agent(torch.as_tensor(features)[None], torch.as_tensor(mask)[None].bool())
    return int(choice.probs.argmax())


def train_sb3(env: Any, budget: int, seed: int) -> Callable[[Any, Any], int]:
    """The same by Stable-Baselines3."""
    from sb3_contrib import MaskablePPO

    model = MaskablePPO("MlpPolicy", env, seed=seed, ent_coef=0.01, verbose=1)
    model.learn(budget)
    return lambda features, mask: int(
        model.predict(features, action_masks=mask.astype(bool), deterministic=True)[0]
    )


def main() -> None:
    """Train, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("runs/classic"))
    parser.add_argument("--steps", type=int, default=120_000, help="of training (%(default)s)")
    parser.add_argument("--envs", type=int, default=8, help="played in turn (%(default)s)")
    parser.add_argument("--tasks", type=int, default=1_200, help="to train on (%(default)s)")
    parser.add_argument("--test-tasks", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--algorithm", choices=("ppo", "sb3"), default="ppo")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    learning = make_tasks("train", options.tasks)
    unseen = make_tasks("test", options.test_tasks)
    tools = make_tools()
    began = time.monotonic()
    rows: list[dict[str, float]] = []

    def log(row: dict[str, float]) -> None:
        rows.append(row)
        if len(rows) % 5 == 1:
            print(row, flush=True)

    if options.algorithm == "sb3":
        choose = train_sb3(make_guided(learning, tools), options.steps, options.seed)
    else:
        makers = [partial(make_guided, learning, tools)] * options.envs
        envs = gymnasium.vector.SyncVectorEnv(makers)
        agent = train(envs, options.steps, options.seed, log)
        choose = partial(choose_likeliest, agent)
        with (options.out / "curve.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    took = (time.monotonic() - began) / 60
    share = share_of_right(unseen, tools, choose)
    print(f"after {took:.1f} minutes: {share:.3f} of {len(unseen)} test tasks", flush=True)
    rng = np.random.default_rng(options.seed)
    chance = share_of_right(unseen, tools, lambda _, mask: int(rng.choice(np.flatnonzero(mask))))
    print(f"a random player: {chance:.3f} of {len(unseen)} test tasks")


if __name__ == "__main__":
    main()
