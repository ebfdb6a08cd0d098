"""Letting one policy play one suite, and making its row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from searchvl_gym.leaderboard.judging import BenchmarkJudge, Ruling, make_judge
from searchvl_gym.leaderboard.naming import RULES, Named, folder_name
from searchvl_gym.leaderboard.results import Labels, Outcome, Result, item_of, make_row, outcome_of
from searchvl_gym.leaderboard.setup import set_up
from searchvl_gym.leaderboard.suites import Suite, find_suite
from searchvl_gym.leaderboard.suites.suite import filed_under
from searchvl_gym.leaderboard.suites.unseen import UnseenSuite
from searchvl_gym.leaderboard.verdicts import FILE as VERDICTS
from searchvl_gym.leaderboard.verdicts import Verdicts
from searchvl_gym.rollout import StoredTrajectories, encode_trajectory, run
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.store import LINES
from searchvl_gym.rollout.usage import NOTHING, Budget, BudgetSpent, Usage, UsageLog
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Trajectory

PRIVATE = "PRIVATE.txt"
"""Lies in the directory of a run whose tasks are published encrypted."""

_KEEP_PRIVATE = """\
The trajectories here hold questions and answers of {title} in the clear. Its authors publish them
encrypted, so that they stay off the web: do not publish this directory.
"""


@dataclass(frozen=True)
class Plan:
    """How a command plays.

    Attributes:
        out: Where runs are stored.
        judge: Who judges, once a run was played.
        episodes: Most items of a suite; None for all that it has.
        samples: How often each item is played.
        seed: Of the first sample; the next ones count up.
        workers: Processes.
        slots: Episodes that a process plays at once.
        budget: Most that a policy may use on a suite, all samples together; or None.
        tools_off: Play without any tool, to see what a policy knows by heart.
        adapters: TOML files of more benchmarks.
    """

    out: Path
    judge: Named = RULES
    episodes: int | None = None
    samples: int = 1
    seed: int = 0
    workers: int = 1
    slots: int = 1
    budget: Budget | None = None
    tools_off: bool = False
    adapters: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Measured:
    """A result, and what is to be told of it.

    Attributes:
        result: The row and its items.
        told: Lines for the user: unscored episodes, items left out, a budget that is used up.
    """

    result: Result
    told: tuple[str, ...]


def measure(named_suite: Named, named_policy: Named, plan: Plan) -> Measured:
    """Let one policy play one suite; what is stored already is not played again.

    Raises:
        ValueError: When a name or an argument is unknown.
        LeaderboardError: When the suite's files are missing or damaged.
        EndpointError: When the endpoint of the policy or the judge is not set.
        RolloutError: When the run cannot start or had to stop.
        WorldError: When the world cannot be built or opened.
    """
    suite = find_suite(named_suite.name, plan.adapters)
    if isinstance(suite, UnseenSuite):
        named_suite = suite.fixed_for(named_suite, named_policy)
    world, tasks = suite.load(named_suite.arguments, episodes=plan.episodes)
    setup = set_up(suite, named_suite, named_policy, tasks, tools_off=plan.tools_off)
    tasks = setup.tasks
    name = f"{named_policy.text} on {named_suite.text}"
    told = [f"{name}: {suite.note}"] if suite.note else []
    folders: list[Path] = []
    spent = NOTHING
    complete = True
    for sample in range(plan.samples):
        folder = plan.out / folder_name(
            named_suite, named_policy, len(tasks), plan.seed + sample, plan.tools_off
        )
        try:
            run(
                suite.environment,
                named_policy.name,
                policy_kwargs=setup.policy,
                episodes=len(tasks),
                seed=plan.seed + sample,
                workers=plan.workers,
                slots=plan.slots,
                out=folder,
                env_kwargs={"world": world, "tasks": tasks, **setup.environment},
                budget=_left(plan.budget, spent),
            )
        except BudgetSpent as error:
            complete = False
            told.append(f"{name}: {error}")
        if not (folder / LINES).is_file():
            break
        _keep_private(suite, folder)
        folders.append(folder)
        spent += UsageLog(folder).spent
        if not complete:
            break
    labels = Labels(
        policy=named_policy.text,
        suite=named_suite.text,
        judge=plan.judge.text,
        samples=plan.samples,
        world=filed_under(world, tasks),
        complete=complete,
        tools_off=plan.tools_off,
        note=suite.note,
        cost=None if plan.budget is None or plan.budget.price is None
        else round(spent.cost(plan.budget.price), 6),
        usage=spent,
    )  # fmt: skip
    with Verdicts(None if plan.judge.name == RULES.name else plan.out / VERDICTS) as verdicts:
        judge = make_judge(plan.judge.name, verdicts, **plan.judge.arguments)
        samples = [_judged(folder, judge) for folder in folders]
    result = _result(tasks, samples, folders, labels, _is_encrypted(suite))
    rulings = [ruling for sample in samples for _, ruling in sample.values()]
    return Measured(result, (*told, *_unscored(name, rulings)))


def _result(
    tasks: TaskSet,
    samples: Sequence[Mapping[str, tuple[Outcome, Ruling]]],
    folders: Sequence[Path],
    labels: Labels,
    encrypted: bool,
) -> Result:
    """The row of the runs in some directories, one a sample."""
    items = [
        item_of(task, played)
        for task in tasks
        if (played := [sample[task.id][0] for sample in samples if task.id in sample])
    ]
    if not items:
        raise RolloutError(f"{labels.policy} on {labels.suite}: no episode was finished")
    logs = [UsageLog(folder) for folder in folders]
    times = [usage.seconds for log in logs for usage in log.episodes.values()]
    return Result(
        row=make_row(items, labels),
        items=tuple(items),
        seconds=round(sum(times) / len(times), 3) if times else 0.0,
        reports=tuple(str(folder / "report.html") for folder in folders),
        encrypted=encrypted,
    )


def _judged(folder: Path, judge: BenchmarkJudge) -> Mapping[str, tuple[Outcome, Ruling]]:
    """What a run's episodes came to, with the rulings, by the ids of their tasks."""
    trajectories = StoredTrajectories(folder)
    rulings = judge.judge_all(trajectories)
    return {
        trajectory.task.id: (outcome_of(trajectory, _digest(trajectory), ruling), ruling)
        for trajectory, ruling in zip(trajectories, rulings, strict=True)
    }


def _digest(trajectory: Trajectory) -> str:
    return hashlib.sha256(encode_trajectory(trajectory)).hexdigest()


def _unscored(name: str, rulings: Sequence[Ruling]) -> list[str]:
    """A line on the samples that nobody could judge; none without any."""
    lost = [ruling.reasoning for ruling in rulings if ruling.right is None]
    if not lost:
        return []
    return [
        f"{name}: {len(lost)} of {len(rulings)} samples are unscored and count in no share of "
        f"right answers ({lost[0]}); run the same command again to judge them again"
    ]


def _left(budget: Budget | None, spent: Usage) -> Budget | None:
    """The budget of the next sample: what the earlier ones have left."""
    if budget is None or spent == NOTHING:
        return budget
    tokens = spent.prompt_tokens + spent.completion_tokens
    money = 0.0 if budget.price is None else spent.cost(budget.price)
    try:
        return Budget(
            calls=None if budget.calls is None else budget.calls - spent.calls,
            tokens=None if budget.tokens is None else budget.tokens - tokens,
            money=None if budget.money is None else budget.money - money,
            price=budget.price,
        )
    except ValueError:
        raise BudgetSpent("the budget is used up by the samples before") from None


def _is_encrypted(suite: Suite) -> bool:
    return bool(getattr(getattr(suite, "adapter", None), "encrypted", None))


def _keep_private(suite: Suite, folder: Path) -> None:
    if _is_encrypted(suite) and folder.is_dir():
        text = _KEEP_PRIVATE.format(title=suite.info().title)
        (folder / PRIVATE).write_text(text, encoding="utf-8")
