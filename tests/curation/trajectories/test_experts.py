from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from searchvl_gym.curation import Rejection, Stage
from searchvl_gym.curation.settings import ExpertSettings
from searchvl_gym.curation.trajectories.experts import Experts, judge_rollout, play_experts
from searchvl_gym.curation.trajectories.process_check import Defect, ProcessReason, check_process
from searchvl_gym.rollout import encode_trajectory, is_right
from searchvl_gym.rollout.store import LINES
from searchvl_gym.types import Trajectory
from searchvl_gym.world import World
from tests.curation.expert_play import SETTINGS, Expert, make_tasks, play


def bytes_of(experts: Experts) -> list[bytes]:
    return [encode_trajectory(each) for each in experts.trajectories()]


def test_right_and_sound_rollouts_are_kept(experts: Experts) -> None:
    kept = list(experts.trajectories())
    assert kept
    for trajectory in kept:
        assert is_right(trajectory) and check_process(trajectory) is None
        assert trajectory.task.id in {f"t{n}" for n in range(12)}
    assert max(Counter(each.task.id for each in kept).values()) == SETTINGS.kept
    assert [each.task.id for each in kept] == sorted(
        (each.task.id for each in kept), key=lambda name: int(name[1:])
    )


def test_every_rollout_is_accounted_for(experts: Experts) -> None:
    reasons = experts.reasons
    assert set(reasons) == {"wrong_answer", "repeated_call", "surplus"}
    kept = sum(each.kept for each in experts.verdicts)
    assert kept + sum(reasons.values()) == len(experts.verdicts) == 12 * SETTINGS.rollouts
    assert [each.rollout for each in experts.verdicts[:5]] == [0, 1, 2, 3, 0]
    for verdict in experts.verdicts:
        assert bool(verdict.detail) == (verdict.reason in ("wrong_answer", "repeated_call"))


def test_instances_that_nobody_solved_are_rejections(
    tiny: World, tmp_path: Path, experts: Experts
) -> None:
    solved = {each.task for each in experts.verdicts if each.kept}
    assert len(experts.rejections) == 12 - len(solved)
    lost = play_experts(
        tiny, make_tasks(tiny, 2), tmp_path, ExpertSettings("no_tool", rollouts=1), seed=0
    )
    assert [type(each) for each in lost.rejections] == [Rejection, Rejection]
    assert {each.stage for each in lost.rejections} == {Stage.EXPERTS}
    assert [each.index for each in lost.rejections] == [0, 1]


def test_any_number_of_workers_gives_the_same_bytes(
    tiny: World, tmp_path: Path, experts: Experts
) -> None:
    other = play(tiny, tmp_path, workers=2)
    assert other.verdicts == experts.verdicts
    assert bytes_of(other) == bytes_of(experts)


def test_a_stopped_run_goes_on(tiny: World, tmp_path: Path, experts: Experts) -> None:
    play(tiny, tmp_path)
    lines = (tmp_path / LINES).read_bytes().splitlines(keepends=True)
    # What a kill leaves: whole lines, and a torn one.
    (tmp_path / LINES).write_bytes(b"".join(lines[:7]) + lines[7][:50])
    resumed = play(tiny, tmp_path)
    assert resumed.verdicts == experts.verdicts and bytes_of(resumed) == bytes_of(experts)


class Strict:
    """Finds fault with everything."""

    def judge(self, trajectory: Trajectory) -> Defect | None:
        return Defect(ProcessReason.JUDGED_INCONSISTENT, 1, "no")


def test_a_judge_sees_what_the_rules_passed(tiny: World, experts: Experts) -> None:
    judged = play_experts(
        tiny,
        make_tasks(tiny),
        experts.path,
        SETTINGS,
        seed=3,
        policy=Expert(),
        judge=Strict(),
    )
    assert not list(judged.trajectories())
    # Nothing is kept, so nothing is surplus any more.
    assert judged.reasons["repeated_call"] >= experts.reasons["repeated_call"]
    assert set(judged.reasons) == {"wrong_answer", "repeated_call", "judged_inconsistent"}
    assert len(judged.rejections) == 12
    details = {each.detail for each in judged.verdicts if each.reason == "judged_inconsistent"}
    assert details == {"turn 2: no"}


def test_reasons_before_the_process(experts: Experts) -> None:
    kept = next(experts.trajectories())
    assert judge_rollout(kept) == ("", "")
    assert judge_rollout(replace(kept, reward=None))[0] == "unscored"
    assert judge_rollout(replace(kept, fatal_step=1)) == ("fatal", "turn 2")
    assert judge_rollout(replace(kept, answer=None))[0] == "no_answer"
    wrong = replace(kept, reward_parts={"accuracy": 0.0})
    assert judge_rollout(wrong)[0] == "wrong_answer"


def test_bad_arguments(tiny: World, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no tasks"):
        play_experts(tiny, [], tmp_path, seed=0)
    with pytest.raises(ValueError, match="rollouts must be at least 1"):
        ExpertSettings(rollouts=0)
