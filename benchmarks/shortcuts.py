"""What shortcuts solve of the packed tasks that need eyes.

`python -m benchmarks.shortcuts --suite atlas-perception --policies no_tool one_text_search` plays
every packed task with policies that make one call at most. Policies that do not look at pictures
play in a world of the same pages whose pictures are not drawn: seconds instead of minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from searchvl_gym.curation.proofs.filters import make_environment, play
from searchvl_gym.leaderboard.naming import parse_named
from searchvl_gym.leaderboard.suites.packed import DATA, PAGES
from searchvl_gym.leaderboard.suites.perception import VIEWS
from searchvl_gym.rollout.policy import Policy
from searchvl_gym.rollout.registry import make
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task
from searchvl_gym.world import World
from searchvl_gym.world.catalog import default_world
from searchvl_gym.world.sources.atlas import build_atlas

TOOLS: Mapping[str, str | None] = MappingProxyType(
    {"no_tool": None, "one_text_search": "text_search", "one_image_search": "image_search"}
)
"""The one tool of each policy."""


def right(world: World, tasks: Sequence[Task], policy: str, seed: int) -> int:
    """How many tasks a policy solves.

    Args:
        world: Where they are played.
        tasks: The tasks.
        policy: A name from `TOOLS`.
        seed: Of the policy's guesses; those of a task depend on its place in the set.
    """
    made = make(policy)
    blind = is_blind(made)
    solved = 0
    # One at a time: a large picture is freed before the next one is drawn.
    for number, packed in enumerate(tasks):
        # The same pages with pictures that are not drawn have another fingerprint.
        task = replace(packed, world=world.fingerprint) if blind else packed
        environment = make_environment(world, TOOLS[policy])
        rng = np.random.default_rng([seed, number])
        (shortcut,) = play(made, [environment], [task], [rng])
        environment.close()
        solved += shortcut.answered
    return solved


def is_blind(policy: Policy) -> bool:
    """Whether pictures make no difference to a policy."""
    return bool(getattr(policy, "blind", False))


@contextmanager
def world_for(policies: Sequence[str], size: str | int) -> Iterator[World]:
    """The world of a size, with pictures only where one of the policies looks at them."""
    if not all(is_blind(make(policy)) for policy in policies):
        yield default_world(size, views=VIEWS)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world"
        yield build_atlas(path, size=size, views=VIEWS, pictures="on_demand", progress=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and print a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="atlas-perception", help="suite (%(default)s)")
    parser.add_argument("--policies", nargs="+", choices=tuple(TOOLS), default=tuple(TOOLS))
    parser.add_argument("--episodes", type=int, help="the first tasks only")
    parser.add_argument("--seed", type=int, default=0, help="of guesses (%(default)s)")
    options = parser.parse_args(arguments)
    named = parse_named(options.suite)
    size = named.arguments.get("size", PAGES)
    try:
        tasks = TaskSet.load(DATA / f"{named.name}-{size}.jsonl")[: options.episodes]
    except ValueError as error:
        print(f"shortcuts: {error}", file=sys.stderr)
        return 2
    with world_for(options.policies, size) as world:
        solved = {name: right(world, tasks, name, options.seed) for name in options.policies}
    print(json.dumps({"suite": options.suite, "episodes": len(tasks), "right": solved}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
