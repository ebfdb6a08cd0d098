"""Expert trajectories: several rollouts an instance, of which the good ones are kept.

A rollout is kept when the verifier finds its answer right and its process passes the check. The
rollouts are an ordinary run (`searchvl_gym.rollout`) in a directory of its own: any number of
workers gives the same trajectories, and a run that was stopped goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from searchvl_gym.curation.records import Rejection, Stage
from searchvl_gym.curation.settings import ExpertSettings
from searchvl_gym.curation.trajectories.process_check import ProcessJudge, check_process
from searchvl_gym.rollout import Policy, decode_trajectory, is_right, run
from searchvl_gym.rollout.store import LINES, StoredLine
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task, Trajectory

if TYPE_CHECKING:
    from searchvl_gym.world import World

ROLLOUT = "~"
"""Between a task's id and the number of the rollout."""


@dataclass(frozen=True)
class RolloutVerdict:
    """What became of one rollout.

    Attributes:
        episode: Its number in the run.
        task: Id of the instance.
        index: Number of the record that the instance was made from, or -1.
        rollout: Which of the instance's rollouts, 0-based.
        reason: "" when it is kept, else an identifier that can be counted.
        detail: What exactly was wrong.
    """

    episode: int
    task: str
    index: int
    rollout: int
    reason: str = ""
    detail: str = ""

    @property
    def kept(self) -> bool:
        """Whether it is kept."""
        return not self.reason


@dataclass(frozen=True)
class Experts:
    """The rollouts of an expert and what became of each.

    Attributes:
        path: Directory of the run: `trajectories.jsonl`, `images/`, `report.html`.
        verdicts: One a rollout, instance after instance.
    """

    path: Path
    verdicts: tuple[RolloutVerdict, ...]

    def trajectories(self) -> Iterator[Trajectory]:
        """The kept trajectories, instance after instance; the task has its own id again."""
        offsets = _offsets(self.path)
        with (self.path / LINES).open("rb") as stream:
            for verdict in self.verdicts:
                if verdict.kept:
                    yield _read(stream, offsets[verdict.episode])

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many rollouts were dropped, by reason."""
        counted = Counter(each.reason for each in self.verdicts if not each.kept)
        return dict(sorted(counted.items()))

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """The instances of which no rollout was kept, with the reason of the first rollout."""
        solved = {each.task for each in self.verdicts if each.kept}
        first = [each for each in self.verdicts if each.rollout == 0 and each.task not in solved]
        return tuple(
            Rejection(each.index, Stage.EXPERTS, each.reason, each.detail) for each in first
        )


def play_experts(
    world: World,
    tasks: Sequence[Task],
    out: Path,
    settings: ExpertSettings | None = None,
    *,
    seed: int,
    workers: int = 1,
    policy: Policy | None = None,
    judge: ProcessJudge | None = None,
    progress: bool = True,
) -> Experts:
    """Let an expert play every instance several times, and check what it did.

    Args:
        world: Where the tasks are from.
        tasks: The instances.
        out: Directory of the run; rollouts that it holds are not played again.
        settings: Who plays, and how often.
        seed: Of the run.
        workers: Processes.
        policy: Plays instead of the registered policy; with several workers it must survive
            pickling.
        judge: Looks at the processes that the rules pass.
        progress: Show a bar on a terminal.

    Raises:
        RolloutError: When the directory holds another run, or the policy fails.
        ValueError: When there are no tasks, or no such policy.
    """
    settings = settings or ExpertSettings()
    if not tasks:
        raise ValueError("there are no tasks for the expert to play")
    repeated = [
        replace(task, id=f"{task.id}{ROLLOUT}{number}")
        for task in tasks
        for number in range(settings.rollouts)
    ]
    run(
        "SearchVL/World-v0",
        settings.policy if policy is None else policy,
        episodes=len(repeated),
        seed=seed,
        workers=workers,
        slots=settings.slots,
        out=out,
        env_kwargs={
            "world": str(world.path),
            "tasks": TaskSet(repeated, "experts"),
            "max_steps": settings.max_steps,
        },
        policy_kwargs=settings.policy_arguments if policy is None else None,
        progress=progress,
    )
    return Experts(out, tuple(_judge_all(out, len(repeated), settings, judge)))


def judge_rollout(trajectory: Trajectory, judge: ProcessJudge | None = None) -> tuple[str, str]:
    """Why a rollout is dropped, and what exactly is wrong; `("", "")` when it is kept.

    The reasons are `unscored`, `fatal`, `no_answer`, `wrong_answer` and those of
    `ProcessReason`.
    """
    if trajectory.reward is None:
        return "unscored", ""
    if trajectory.fatal_step is not None:
        return "fatal", f"turn {trajectory.fatal_step + 1}"
    if trajectory.answer is None:
        return "no_answer", trajectory.termination.value
    if not is_right(trajectory):
        return "wrong_answer", f"{trajectory.answer[:200]!r}, not {trajectory.task.answer!r}"
    defect = check_process(trajectory)
    if defect is None and judge is not None:
        defect = judge.judge(trajectory)
    if defect is None:
        return "", ""
    where = f"turn {defect.step + 1}: " if defect.step >= 0 else ""
    return defect.reason.value, f"{where}{defect.detail}"


def _judge_all(
    path: Path, episodes: int, settings: ExpertSettings, judge: ProcessJudge | None
) -> Iterator[RolloutVerdict]:
    offsets = _offsets(path)
    kept: Counter[str] = Counter()
    with (path / LINES).open("rb") as stream:
        for episode in range(episodes):
            trajectory = _read(stream, offsets[episode])
            task = trajectory.task
            reason, detail = "", ""
            if kept[task.id] == settings.kept:
                reason = "surplus"
            else:
                reason, detail = judge_rollout(trajectory, judge)
            kept[task.id] += not reason
            index = task.metadata.get("curation", {}).get("index", -1)
            number = episode % settings.rollouts
            yield RolloutVerdict(episode, task.id, int(index), number, reason, detail)


def _offsets(path: Path) -> dict[int, int]:
    """Where each episode's line begins; of an episode that was played again the last counts."""
    found, start = {}, 0
    with (path / LINES).open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                found[msgspec.json.decode(line, type=StoredLine).episode] = start
            start += len(line)
    return found


def _read(stream: Any, offset: int) -> Trajectory:
    stream.seek(offset)
    stored = msgspec.json.decode(stream.readline(), type=StoredLine)
    trajectory = decode_trajectory(bytes(stored.trajectory))
    name, repeated, _ = trajectory.task.id.rpartition(ROLLOUT)
    if not repeated:
        return trajectory
    return replace(trajectory, task=replace(trajectory.task, id=name))


def review_rollouts(
    path: Path, wanted: Collection[str]
) -> tuple[dict[str, Trajectory], dict[str, int]]:
    """Look through the rollouts in a directory again, by the rules alone.

    Args:
        path: Of a run that `play_experts` made.
        wanted: Ids of instances.

    Returns:
        The first good trajectory of each of them, and how many rollouts of all instances were
        dropped, by reason; `kept` counts the others.
    """
    found: dict[str, Trajectory] = {}
    counts: Counter[str] = Counter()
    offsets = _offsets(path)
    with (path / LINES).open("rb") as stream:
        for episode in sorted(offsets):
            trajectory = _read(stream, offsets[episode])
            reason, _ = judge_rollout(trajectory)
            counts[reason or "kept"] += 1
            if not reason and trajectory.task.id in wanted:
                found.setdefault(trajectory.task.id, trajectory)
    return found, dict(sorted(counts.items()))
