"""`searchvl rollout`: let a policy play episodes, and keep everything."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from searchvl_gym.commands.options import (
    add_cassette,
    add_judge,
    add_policy,
    as_arguments,
    at_least,
    cassette_arguments,
    key_and_value,
    path,
)


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "rollout",
        help="let a policy play episodes",
        description="Let a policy play episodes. Run the same command again to resume.",
    )
    parser.add_argument(
        "--env", default="SearchVL/Atlas-v0", metavar="ID", help="environment (%(default)s)"
    )
    add_policy(parser, default=None)
    add_judge(parser)
    parser.add_argument("--episodes", type=at_least(1), default=20, metavar="N", help="%(default)s")
    parser.add_argument("--seed", type=at_least(0), default=0, metavar="S", help="%(default)s")
    parser.add_argument(
        "--workers", type=at_least(1), default=1, metavar="W", help="processes (%(default)s)"
    )
    parser.add_argument(
        "--slots",
        type=at_least(1),
        default=1,
        metavar="N",
        help="episodes a process plays at once; for policies that wait for an endpoint "
        "(%(default)s)",
    )
    parser.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="processes of this machine, or actors of a Ray cluster (%(default)s)",
    )
    parser.add_argument("--out", type=path, required=True, metavar="DIR", help="where to store")
    parser.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="test",
        help="of the sampled tasks (%(default)s)",
    )
    parser.add_argument(
        "--env-arg",
        action="append",
        default=[],
        type=key_and_value,
        metavar="K=V",
        help="an argument of the environment (world, tasks, max_steps, …); may be repeated",
    )
    add_cassette(parser)
    parser.add_argument(
        "--json", action="store_true", help="print the figures as JSON on the last line"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar, no table")
    parser.set_defaults(run=run_rollout)


def run_rollout(options: argparse.Namespace) -> int:
    """Run the command; returns 1 when no episode could be scored."""
    from searchvl_gym.rollout import describe_unscored, run

    env_kwargs = {
        "split": options.split,
        **as_arguments("--env-arg", options.env_arg),
        **cassette_arguments(options),
    }
    if "reward" in env_kwargs:
        raise ValueError("--env-arg cannot hold a reward; choose it by --judge")
    judge_arguments = as_arguments("--judge-arg", options.judge_arg)
    if options.judge != "rule" or judge_arguments:
        from searchvl_gym.rewards import make_reward

        env_kwargs["reward"] = make_reward(options.judge, **judge_arguments)
    summary = run(
        options.env,
        options.policy,
        episodes=options.episodes,
        seed=options.seed,
        workers=options.workers,
        slots=options.slots,
        engine=options.engine,
        out=options.out,
        env_kwargs=env_kwargs,
        policy_kwargs=as_arguments("--policy-arg", options.policy_arg),
        progress=not options.quiet,
    )
    if not options.quiet and not options.json:
        from rich.console import Console
        from rich.table import Table

        table = Table(title=f"{options.policy} on {options.env}", show_header=False)
        table.add_row("episodes", str(summary.episodes))
        right = "–" if summary.success_rate is None else f"{summary.success_rate:.1%}"
        table.add_row("right answers", right)
        table.add_row("turns an episode", f"{summary.mean_steps:.2f}")
        table.add_row("fatal episodes", f"{summary.fatal_rate:.1%}")
        table.add_row("turns with an error", f"{summary.error_rate:.1%}")
        if summary.unscored:
            table.add_row("could not be scored", str(summary.unscored))
        table.add_row("seconds", f"{summary.seconds:.1f}")
        table.add_row("fingerprint", summary.fingerprint[:16])
        Console().print(table)
        print(f"report: {options.out / 'report.html'}")
    if summary.unscored:
        print(f"searchvl: {describe_unscored(summary)}", file=sys.stderr)
    if options.json:
        print(json.dumps(summary.to_json()))
    return 1 if summary.success_rate is None else 0
