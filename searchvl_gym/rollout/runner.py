"""Runs a policy through an environment and keeps everything that happened."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import gymnasium
import msgspec

from searchvl_gym.registration import ENVIRONMENTS
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.player import FinishedEpisode, Job, play, prompt_limit
from searchvl_gym.rollout.policy import Policy
from searchvl_gym.rollout.progress import show_progress
from searchvl_gym.rollout.ray_workers import play_on_ray
from searchvl_gym.rollout.record import (
    WITHOUT_EFFECT,
    RunRecord,
    describe,
    installed_versions,
    is_secret,
)
from searchvl_gym.rollout.report import write_report
from searchvl_gym.rollout.store import Store, save_images
from searchvl_gym.rollout.summary import Summary, summarise
from searchvl_gym.rollout.usage import Budget, BudgetSpent, UsageLog
from searchvl_gym.rollout.workers import describe_failure, play_in_processes
from searchvl_gym.world.many import EndlessWorlds
from searchvl_gym.world.many.worlds import together


def run(
    env_id: str,
    policy: str | Policy,
    *,
    episodes: int,
    seed: int = 0,
    workers: int = 1,
    out: str | Path,
    env_kwargs: Mapping[str, Any] | None = None,
    policy_kwargs: Mapping[str, Any] | None = None,
    slots: int = 1,
    engine: Literal["local", "ray"] = "local",
    progress: bool = True,
    budget: Budget | None = None,
) -> Summary:
    """Play episodes, store them and write a report; go on where an earlier run stopped.

    Episode `i` plays task `i` with a seed made from `[seed, i]`: the result depends neither on
    `workers` and `slots` nor on the order in which episodes end.

    Args:
        env_id: A registered Gymnasium id.
        policy: A registered name, or a policy (which must survive pickling for `workers > 1`).
        episodes: How many, at least 1 and at most the number of tasks.
        seed: Of the run, at least 0.
        workers: Processes. 1 plays in this one; use more for policies that compute.
        out: Directory of the store; episodes that it holds are not played again, except those
            that could not be scored.
        env_kwargs: Arguments of the environment.
        policy_kwargs: Arguments of the policy, when it is given by name.
        slots: Episodes that each process plays at once; use many for policies that wait for an
            endpoint or answer in batches.
        engine: `local` plays in processes of this machine, `ray` in `workers` actors of a Ray
            cluster; the result is the same.
        progress: Show a bar on a terminal.
        budget: Most that the policy may use, in all runs of this directory together.

    Returns:
        The figures over the first `episodes` episodes.

    Raises:
        ValueError: When an argument is wrong.
        RolloutError: When the store cannot be used, or a policy, an environment or a worker
            fails; finished episodes are kept.
        BudgetSpent: When the budget is used up before the last episode.
    """
    for name, value, least in (
        ("episodes", episodes, 1),
        ("workers", workers, 1),
        ("slots", slots, 1),
        ("seed", seed, 0),
    ):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
    if engine not in ("local", "ray"):
        raise ValueError(f"engine must be local or ray, got {engine!r}")
    began = time.perf_counter()
    job = Job(env_id, policy, seed, dict(env_kwargs or {}), dict(policy_kwargs or {}), slots)
    if policy_kwargs and not isinstance(policy, str):
        raise ValueError("policy_kwargs belong to a policy that is given by name")
    record = _make_record(job, episodes)
    with Store(out, record) as store:
        scored = store.finished - store.unscored.keys()
        missing = [number for number in range(episodes) if number not in scored]
        log = UsageLog(store.path)
        _check_budget(budget, log, len(missing), store.path)
        source = _play_here(job, missing, store)
        if engine == "ray" and missing:
            source = play_on_ray(job, missing, workers, store.path)
        elif workers > 1 and len(missing) > 1:
            source = play_in_processes(job, missing, workers, store.path)
        with (
            closing(source),
            show_progress(episodes, episodes - len(missing), shown=progress) as advance,
        ):
            for number, done in enumerate(source, 1):
                log.add(done.episode, done.usage)
                store.add(done.episode, done.encoded, done.unscored)
                advance()
                _check_budget(budget, log, len(missing) - number, store.path)
        summary = summarise(
            (trajectory for _, trajectory in store.trajectories(episodes)),
            seconds=time.perf_counter() - began,
            world=record.world,
            fingerprint=store.fingerprint(episodes),
            reasons=[why for number, why in store.unscored.items() if number < episodes],
        )
        write_report(store, summary, record)
    return summary


def _check_budget(budget: Budget | None, log: UsageLog, left: int, path: Path) -> None:
    used_up = budget.used_up(log.spent) if budget is not None and left else ""
    if used_up:
        raise BudgetSpent(
            f"the budget is used up ({used_up}) with {left} episodes left; finished episodes are "
            f"kept in {path}, run the same command with a larger budget to go on"
        )


def _play_here(
    job: Job, missing: list[int], store: Store
) -> Generator[FinishedEpisode, None, None]:
    if not missing:
        return
    try:
        for done in play(job, iter(missing)):
            save_images(store.path, done.images)
            yield done
    except RolloutError:
        raise
    except Exception as error:  # whatever a policy raises stops the run with one line
        kept = f" (finished episodes are kept in {store.path})" if store.finished else ""
        raise RolloutError(describe_failure(error) + kept) from error


def _make_record(job: Job, episodes: int) -> RunRecord:
    """Check everything that can be checked before anything is written."""
    policy = job.make_policy()
    try:
        environment = job.make_environment()
        with closing(environment):
            tasks = environment.get_wrapper_attr("tasks")
            count, fingerprint = len(tasks), _fingerprint(tasks)
            world, worlds = worlds_played(environment, tasks)
            limit = prompt_limit(environment)
    except (gymnasium.error.Error, ModuleNotFoundError) as error:
        raise ValueError(
            f"no environment {job.environment!r}: {error} (known here: {', '.join(ENVIRONMENTS)})"
        ) from None
    except (TypeError, AttributeError) as error:
        message = str(error)
        for name, value in job.environment_arguments.items():
            if is_secret(name):  # Gymnasium repeats all of them
                message = message.replace(repr(value), "…")
        raise ValueError(
            f"environment {job.environment} does not work with these arguments: {message}"
        ) from error
    most = getattr(policy, "most_prompt_tokens", None)
    if limit is not None and most is not None and most < limit:
        raise ValueError(
            f"policy {policy.name} gives its model at most {most} tokens to read before a turn, "
            f"and the environment allows {limit}: give it more (episode_tokens of at least "
            f"{limit} and a turn), or set a lower max_prompt_tokens"
        )
    if episodes > count:
        raise ValueError(
            f"{episodes} episodes were asked for but there are {count} tasks; ask for fewer, or "
            "give a larger task set (--env-arg tasks=FILE)"
        )
    return RunRecord(
        environment=job.environment,
        environment_arguments=describe(
            {
                name: value
                for name, value in job.environment_arguments.items()
                if name not in WITHOUT_EFFECT
            }
        ),
        policy=policy.name,
        policy_arguments=describe(job.policy_arguments),
        seed=job.seed,
        world=world,
        tasks=fingerprint,
        versions=installed_versions(),
        worlds=worlds,
    )


def worlds_played(environment: gymnasium.Env[Any, Any], tasks: Any) -> tuple[str, dict[str, str]]:
    """What is noted of the world, or of the worlds that the tasks name."""
    many = getattr(environment.unwrapped, "worlds", None)
    if many is None or len(many) == 1:
        return environment.get_wrapper_attr("world").fingerprint, {}
    if isinstance(many, EndlessWorlds):
        return many.fingerprint, {}
    named = sorted({task.world for task in tasks})
    return together(named), many.names_of(named)


def _fingerprint(tasks: Any) -> str:
    known = getattr(tasks, "fingerprint", None)
    if isinstance(known, str):
        return known
    digest = hashlib.sha256()
    for task in tasks:
        digest.update(msgspec.json.encode(task, order="sorted") + b"\n")
    return digest.hexdigest()
