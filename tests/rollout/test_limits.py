"""What limits by name do to an episode that a policy counts the tokens of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from real_setting import settings as real_settings

from searchvl_gym.env import SearchEnv
from searchvl_gym.episode import LIMITS, UnknownLimitsError
from searchvl_gym.registration import make_text_env
from searchvl_gym.rollout import StoredTrajectories, run
from searchvl_gym.rollout.policy import Observation, ScriptedPolicy
from searchvl_gym.rollout.record import read_record
from searchvl_gym.types import Task, Termination, ToolCall
from searchvl_gym.vector import SearchVectorEnv


class Reader(ScriptedPolicy):
    """Visits pages, and says that its model reads a thousand tokens more each turn."""

    name = "reader"

    def __init__(self, tokens: int = 1_000, answer_at: int = 99) -> None:
        super().__init__()
        self._tokens, self._answer_at = tokens, answer_at
        self._turns: dict[int, int] = {}

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        super().reset(slot, task, rng)
        self._turns[slot] = 0

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Any]:
        for slot in observations:
            self._turns[slot] += 1
        return super().act(observations)

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Any:
        for _ in range(self._answer_at - 1):
            yield ToolCall("text_search", {"q": "Basel"})
        yield ToolCall("answer", {"text": "Basel"})

    def prompt_tokens(self, slot: int) -> int:
        return self._tokens * self._turns[slot]


class Bounded(Reader):
    most_prompt_tokens = 30_000


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {**real_settings(tmp_path), "faults": None, "max_steps": None}


def play(out: Path, policy: Any, settings: Mapping[str, Any], **more: Any) -> Any:
    run("SearchVL/World-v0", policy, episodes=2, out=out, env_kwargs={**settings, **more}, slots=2)
    return StoredTrajectories(out)


def test_the_papers_limits(settings: dict[str, Any]) -> None:
    rules = SearchEnv(**settings, limits="paper").rules
    assert (rules.max_steps, rules.max_prompt_tokens) == (50, 64_000)
    settings.pop("max_steps")
    own = SearchEnv(**settings, limits="paper", max_steps=70, max_prompt_tokens=9).rules
    assert (own.max_steps, own.max_prompt_tokens) == (70, 9)
    usual = SearchEnv(**settings).rules
    assert (usual.max_steps, usual.max_prompt_tokens) == (50, None)
    assert all(each.max_steps and each.max_prompt_tokens for each in LIMITS.values())


@pytest.mark.parametrize("name", ["papers", "", 50])
def test_unknown_limits_are_refused_with_those_there_are(
    settings: dict[str, Any], name: Any
) -> None:
    with pytest.raises(UnknownLimitsError, match="known: paper, long") as error:
        SearchEnv(**settings, limits=name)
    assert isinstance(error.value, ValueError)


def test_a_prompt_beyond_the_limit_truncates_and_is_not_played(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    found = play(tmp_path / "run", Reader(2_000), settings, limits="paper")
    for trajectory in found:
        # 32 prompts of at most 64,000 tokens; the 33rd is longer.
        assert len(trajectory.steps) == 32 == trajectory.fatal_step
        assert trajectory.termination is Termination.BUDGET
        assert trajectory.answer is None and trajectory.reward == 0.0
    record = read_record(tmp_path / "run")
    assert record is not None and record.environment_arguments["limits"] == "paper"


def test_an_answer_beyond_the_limit_does_not_count(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    for answer_at, ending in ((3, Termination.ANSWER), (4, Termination.BUDGET)):
        policy = Reader(1_000, answer_at)
        found = play(tmp_path / str(answer_at), policy, settings, max_prompt_tokens=3_000)
        assert {each.termination for each in found} == {ending}
        assert {len(each.steps) for each in found} == {3}


def test_steps_end_an_episode_whose_prompts_are_short(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    (first, _) = play(tmp_path / "run", Reader(10), settings, limits="paper")
    assert first.termination is Termination.MAX_STEPS and len(first.steps) == 50


def test_a_policy_that_cannot_read_so_much_is_refused_before_it_plays(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"at most 30000 tokens .* allows 64000.*episode_tokens"):
        play(tmp_path / "run", Bounded(), settings, limits="paper")
    assert not (tmp_path / "run").exists()


def test_a_policy_that_does_not_know_is_said_once(settings: dict[str, Any], tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="limit of 64000 prompt tokens is not kept"):
        play(tmp_path / "run", Reader(0, answer_at=2), settings, limits="paper")


def test_the_step_that_cuts_off_has_the_usual_shape(settings: dict[str, Any]) -> None:
    env = make_text_env(**settings, limits="paper")
    env.reset(seed=0)
    env.unwrapped.count_prompt(64_001)
    observation, reward, terminated, truncated, info = env.step("<think>x</think>")
    assert (observation["text"], reward, terminated, truncated) == ("", 0.0, False, True)
    assert info["termination"] is Termination.BUDGET and info["steps"] == 0
    assert not info["step_error"] and info["scored"]
    with pytest.raises(ValueError, match="tokens must be a whole number"):
        env.unwrapped.count_prompt(-1)


def test_vectors_take_limits(settings: dict[str, Any]) -> None:
    envs = SearchVectorEnv(2, **settings, limits="paper")
    envs.reset(seed=0)
    envs.envs[1].get_wrapper_attr("count_prompt")(64_001)
    search = ToolCall("text_search", {"q": "Basel"})
    _, _, terminated, truncated, _ = envs.step([search, search])
    envs.close()
    assert truncated.tolist() == [False, True] and not terminated.any()
