"""The leaderboard: policies against suites, with intervals, as a table, JSON and HTML reports.

Run `python benchmarks/leaderboard.py --help`. Without arguments it plays what `make demo` shows:
the four baselines on 60 test tasks of Atlas mini. A suite or policy takes arguments after a
colon: `--suite atlas:size=small,split=validation`, `--policy chat:model=…,base_url=…`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.intervals import bootstrap_interval
from benchmarks.suites import Named, Suite, find_suite, parse_named, published_results

DEFAULT_POLICIES = ("oracle", "one_image_search", "no_tool", "random")
DEMO_EPISODES = 60

_MAX_NAME = 100


@dataclass(frozen=True)
class Result:
    """One line of the leaderboard.

    Attributes:
        suite: As given on the command line, without secrets.
        policy: As given on the command line, without secrets.
        episodes: Number of episodes played.
        unscored: Those among them that no reward could be told for; they count nowhere else.
        accuracy: Share of right answers among the scored episodes.
        low: Lower end of its 95 % interval.
        high: Upper end of its 95 % interval.
        mean_turns: Mean number of turns, the answer included.
        fatal_rate: Share of fatal episodes.
        error_rate: Share of turns that were step errors.
        seconds: Wall-clock time.
        world: Fingerprint of the world.
        tasks: Fingerprint of the task set.
        fingerprint: Hash over all trajectories.
        report: Path of the HTML report.
    """

    suite: str
    policy: str
    episodes: int
    unscored: int
    accuracy: float
    low: float
    high: float
    mean_turns: float
    fatal_rate: float
    error_rate: float
    seconds: float
    world: str
    tasks: str
    fingerprint: str
    report: str


def measure(
    named_suite: Named, named_policy: Named, *, episodes: int, seed: int, workers: int, out: Path
) -> Result:
    """Let one policy play one suite.

    Args:
        named_suite: Suite and its arguments.
        named_policy: Policy and its arguments.
        episodes: Most episodes; every task is played once.
        seed: Of the episodes and of the bootstrap.
        workers: Concurrent workers; the result does not depend on them.
        out: Directory for trajectories and report; finished episodes in it are kept.

    Raises:
        ValueError: When a name or an argument is unknown.
        EndpointError: When the policy's endpoint is not set.
        RolloutError: When the run cannot start or had to stop, or no episode could be scored.
        WorldError: When the world cannot be built or opened.
    """
    from searchvl_gym.rollout import RolloutError, run

    suite = find_suite(named_suite.name)
    world, tasks = suite.load(named_suite.arguments, episodes=episodes)
    summary = run(
        suite.environment,
        named_policy.name,
        policy_kwargs=named_policy.arguments,
        episodes=len(tasks),
        seed=seed,
        workers=workers,
        out=out,
        env_kwargs={"world": world, "tasks": tasks},
    )
    # A mean of zeros and ones says how many ones there were, so no trajectory is read again.
    scored = summary.episodes - summary.unscored
    right = round(summary.success_rate * scored)
    if not scored:
        raise RolloutError(f"no episode of {named_policy.text} on {named_suite.text} was scored")
    low, high = bootstrap_interval([1.0] * right + [0.0] * (scored - right), seed=seed)
    return Result(
        suite=named_suite.text,
        policy=named_policy.text,
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


def print_table(results: Sequence[Result], suites: Sequence[Suite]) -> None:
    """Print the leaderboard, and what was published for the same suites."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    table = Table(title="SearchVL Gym leaderboard")
    table.add_column("suite", overflow="fold")
    table.add_column("policy", overflow="fold")
    for heading in ("played", "accuracy (95 %)", "turns", "fatal", "errors", "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results:
        table.add_row(
            result.suite,
            result.policy,
            str(result.episodes),
            f"{100 * result.accuracy:.1f} ({100 * result.low:.1f}–{100 * result.high:.1f})",
            f"{result.mean_turns:.1f}",
            f"{100 * result.fatal_rate:.1f} %",
            f"{100 * result.error_rate:.1f} %",
            f"{result.seconds:.0f}",
        )
    console.print(table)
    for suite in suites:
        published = published_results(suite.column)
        if published:
            listed = Table("model", "workflow", "accuracy", title=f"Published on {suite.column}")
            for row in published:
                listed.add_row(row.model, row.workflow, f"{row.accuracy:.1f} %")
            console.print(listed)


def write_json(path: Path, results: Sequence[Result], settings: dict[str, Any]) -> None:
    """Write results and settings; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"settings": settings, "results": [asdict(result) for result in results]}
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)


def folder_name(suite: Named, policy: Named, episodes: int, seed: int) -> str:
    """Name of a run's directory: plain letters, short, different for different arguments."""
    text = f"{suite.text}--{policy.text}--{episodes}-seed{seed}"
    plain = re.sub(r"[^A-Za-z0-9._=-]+", "_", text)
    if plain == text and len(plain) <= _MAX_NAME:
        return plain
    exact = json.dumps([suite.text, policy.text, episodes, seed]).encode()
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
        "--episodes", type=int, default=DEMO_EPISODES, help="episodes a policy plays (%(default)s)"
    )
    made.add_argument("--seed", type=int, default=0, help="seed of the episodes (%(default)s)")
    made.add_argument("--workers", type=int, default=2, help="concurrent workers (%(default)s)")
    made.add_argument(
        "--out", type=Path, default=Path("runs/leaderboard"), help="output directory (%(default)s)"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the leaderboard; returns the exit status: 2 for wrong arguments, 1 for a failed run."""
    from searchvl_gym.endpoint import EndpointError
    from searchvl_gym.rollout import RolloutError
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
        for policy in policies:
            if policy.name not in available():
                known = ", ".join(available())
                raise ValueError(f"there is no policy {policy.name!r}; available: {known}")
        results = []
        for suite in suites:
            for policy in policies:
                print(f"==> {policy.text} on {suite.text}", flush=True)
                folder = folder_name(suite, policy, options.episodes, options.seed)
                results.append(
                    measure(
                        suite,
                        policy,
                        episodes=options.episodes,
                        seed=options.seed,
                        workers=options.workers,
                        out=options.out / folder,
                    )
                )
        settings = {"episodes": options.episodes, "seed": options.seed, "level": 0.95}
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
