"""The leaderboard: policies against suites, with intervals, as a table, JSON and HTML reports.

Run `python benchmarks/leaderboard.py --help`. Without arguments it plays what `make demo` shows:
the four baselines on 60 test tasks of Atlas mini. A suite or policy takes arguments after a
colon: `--suite atlas:size=small,split=validation`, `--policy chat:model=…,base_url=…`; so does the
judge: `--judge llm:model=…`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.intervals import bootstrap_interval
from benchmarks.results import Result, print_table, write_json
from benchmarks.suites import Named, find_suite, parse_named

DEFAULT_POLICIES = ("oracle", "one_image_search", "no_tool", "random")
DEMO_EPISODES = 60
RULES = Named("rule", {}, "rule")
"""The judge unless told otherwise."""

_MAX_NAME = 100


def measure(
    named_suite: Named,
    named_policy: Named,
    *,
    episodes: int,
    seed: int,
    workers: int,
    out: Path,
    judge: Named = RULES,
) -> Result:
    """Let one policy play one suite.

    Args:
        named_suite: Suite and its arguments.
        named_policy: Policy and its arguments.
        episodes: Most episodes; every task is played once.
        seed: Of the episodes and of the bootstrap.
        workers: Concurrent workers; the result does not depend on them.
        out: Directory for trajectories and report; scored episodes in it are kept.
        judge: Who scores, and its arguments. Unscored episodes are told of on standard error.

    Raises:
        ValueError: When a name or an argument is unknown.
        EndpointError: When the endpoint of the policy or the judge is not set.
        RolloutError: When the run cannot start or had to stop.
        WorldError: When the world cannot be built or opened.
    """
    from searchvl_gym.rewards import make_reward
    from searchvl_gym.rollout import describe_unscored, run

    suite = find_suite(named_suite.name)
    world, tasks = suite.load(named_suite.arguments, episodes=episodes)
    env_kwargs: dict[str, Any] = {"world": world, "tasks": tasks}
    if judge != RULES:  # which the environment uses by itself
        env_kwargs["reward"] = make_reward(judge.name, **judge.arguments)
    summary = run(
        suite.environment,
        named_policy.name,
        policy_kwargs=named_policy.arguments,
        episodes=len(tasks),
        seed=seed,
        workers=workers,
        out=out,
        env_kwargs=env_kwargs,
    )
    if summary.unscored:
        run_name = f"{named_policy.text} on {named_suite.text}"
        print(f"leaderboard: {run_name}: {describe_unscored(summary)}", file=sys.stderr)
    low = high = None
    if summary.success_rate is not None:
        # A mean of zeros and ones says how many ones there were: no trajectory is read again.
        scored = summary.episodes - summary.unscored
        right = round(summary.success_rate * scored)
        low, high = bootstrap_interval([1.0] * right + [0.0] * (scored - right), seed=seed)
    return Result(
        suite=named_suite.text,
        policy=named_policy.text,
        judge=judge.text,
        episodes=summary.episodes,
        unscored=summary.unscored,
        accuracy=summary.success_rate,
        low=low,
        high=high,
        mean_turns=summary.mean_steps,
        fatal_rate=summary.fatal_rate,
        error_rate=summary.error_rate,
        seconds=summary.seconds,
        world=world.fingerprint,
        tasks=tasks.fingerprint,
        fingerprint=summary.fingerprint,
        report=str(out / "report.html"),
    )


def folder_name(suite: Named, policy: Named, episodes: int, seed: int, judge: Named = RULES) -> str:
    """Name of a run's directory: plain letters, short, different for different arguments."""
    judged = [] if judge == RULES else [judge.text]
    text = f"{'--'.join([suite.text, policy.text, *judged])}--{episodes}-seed{seed}"
    plain = re.sub(r"[^A-Za-z0-9._=-]+", "_", text)
    if plain == text and len(plain) <= _MAX_NAME:
        return plain
    exact = json.dumps([suite.text, policy.text, episodes, seed, *judged]).encode()
    return f"{plain[:_MAX_NAME]}-{hashlib.sha256(exact).hexdigest()[:12]}"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        description="Let policies play suites and compare them.",
        epilog="Arguments of a suite or policy follow a colon: atlas:size=mini,split=test",
    )
    made.add_argument("--suite", action="append", help="suite, again for more (atlas)")
    made.add_argument(
        "--policy", action="append", help=f"policy, again for more ({', '.join(DEFAULT_POLICIES)})"
    )
    made.add_argument(
        "--judge", default=RULES.text, help="who scores: rule, or llm with arguments (%(default)s)"
    )
    made.add_argument(
        "--episodes", type=int, default=DEMO_EPISODES, help="episodes a policy plays (%(default)s)"
    )
    made.add_argument("--seed", type=int, default=0, help="seed of the episodes (%(default)s)")
    made.add_argument("--workers", type=int, default=2, help="concurrent workers (%(default)s)")
    made.add_argument(
        "--out", type=Path, default=Path("runs/leaderboard"), help="output directory (%(default)s)"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the leaderboard.

    Returns:
        The exit status: 2 for wrong arguments; 1 for a failed run, or a policy of which no episode
        could be scored.
    """
    from searchvl_gym.endpoint import EndpointError
    from searchvl_gym.rewards import make_reward
    from searchvl_gym.rollout import RolloutError
    from searchvl_gym.rollout.record import describe
    from searchvl_gym.rollout.registry import available
    from searchvl_gym.world.format import WorldError

    options = parser().parse_args(arguments)
    target = options.out / "leaderboard.json"
    try:
        if options.episodes < 1 or options.workers < 1 or options.seed < 0:
            raise ValueError("--episodes and --workers must be at least 1, --seed at least 0")
        suites = [parse_named(text) for text in options.suite or ["atlas"]]
        policies = [parse_named(text) for text in options.policy or DEFAULT_POLICIES]
        found = [find_suite(suite.name) for suite in suites]
        judge = parse_named(options.judge)
        reward = make_reward(judge.name, **judge.arguments)
        for policy in policies:
            if policy.name not in available():
                known = ", ".join(available())
                raise ValueError(f"there is no policy {policy.name!r}; available: {known}")
        results = []
        for suite in suites:
            for policy in policies:
                print(f"==> {policy.text} on {suite.text}", flush=True)
                folder = folder_name(suite, policy, options.episodes, options.seed, judge)
                results.append(
                    measure(
                        suite,
                        policy,
                        episodes=options.episodes,
                        seed=options.seed,
                        workers=options.workers,
                        out=options.out / folder,
                        judge=judge,
                    )
                )
        settings = {
            "episodes": options.episodes,
            "seed": options.seed,
            "level": 0.95,
            "reward": describe(reward),
        }
        write_json(target, results, settings)
    except ValueError as error:
        print(f"leaderboard: {error}", file=sys.stderr)
        return 2
    except (EndpointError, RolloutError, WorldError, OSError) as error:
        print(f"leaderboard: {error}", file=sys.stderr)
        return 1
    print_table(results, found)
    print(f"JSON: {target}")
    for result in results:
        print(f"HTML report of {result.policy} on {result.suite}: {result.report}")
    return 1 if any(result.accuracy is None for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
