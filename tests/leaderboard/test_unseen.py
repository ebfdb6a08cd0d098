"""Tests of the suite whose worlds follow from the policy that plays it."""

from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.leaderboard.naming import Named, parse_named
from searchvl_gym.leaderboard.policy_digest import policy_digest, weights_digest
from searchvl_gym.leaderboard.running import Plan, measure
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.leaderboard.suites.unseen import UnseenSuite, unseen_seeds
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.rollout.registry import register
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.catalog import default_world

SIZE = 1_001  # its pictures are drawn on demand: built in a second
PUBLIC = (0,)
EPISODES = 6


def checkpoint(folder: Path, weights: bytes) -> Path:
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "config.json").write_text("{}")
    return folder


def test_worlds_follow_from_the_weights_and_nothing_else(tmp_path: Path) -> None:
    one = checkpoint(tmp_path / "one", b"weights")
    other = checkpoint(tmp_path / "other", b"weights")
    (other / "config.json").write_text('{"a": 1}')
    third = checkpoint(tmp_path / "third", b"Weights")
    digests = [weights_digest(folder) for folder in (one, other, third)]
    assert digests[0] == digests[1] != digests[2]
    named = parse_named(f"transformers:checkpoint={one},temperature=0.5")
    assert policy_digest(named) == digests[0]
    assert not set(unseen_seeds(digests[0], 20)) & set(unseen_seeds(digests[2], 20))


def test_the_digest_of_what_cannot_be_looked_into(tmp_path: Path) -> None:
    chat = parse_named("chat:model=m")
    with pytest.raises(ValueError, match="behind an endpoint"):
        policy_digest(chat)
    days = [policy_digest(chat, date=day) for day in ("2026-11-29", "2026-11-30")]
    assert days[0] != days[1] == policy_digest(chat, date="2026-11-30")
    with pytest.raises(ValueError, match="must look like"):
        policy_digest(chat, date="today")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no weights"):
        policy_digest(parse_named(f"transformers:checkpoint={tmp_path / 'empty'}"))


def test_a_digest_of_somebody_else_is_refused() -> None:
    suite = UnseenSuite()
    oracle, random = Named("oracle", {}, "oracle"), Named("random", {}, "random")
    mine = suite.fixed_for(parse_named("atlas-unseen:worlds=2"), oracle)
    assert parse_named(mine.text) == mine
    assert suite.fixed_for(mine, oracle) == mine
    with pytest.raises(ValueError, match="is another policy's"):
        suite.fixed_for(mine, random)
    for arguments, told in (
        ({}, "needs the digest"),
        ({"digest": "ab" * 32, "worlds": 0}, "worlds must be"),
        ({"digest": "ab" * 32, "size": 10}, "got 10"),
        ({"seed": 3}, "no argument seed"),
    ):
        with pytest.raises(ValueError, match=told):
            find_suite("atlas-unseen").load(arguments, episodes=4)


class Memoriser(ScriptedPolicy):
    """Reads every picture, and knows what is asked about it in the public worlds by heart."""

    name = "memoriser"

    def __init__(self, learnt: bool) -> None:
        super().__init__()
        self._answers = {
            (task.question, task.metadata["shown"]): task.answer
            for seed in (PUBLIC if learnt else ())
            for task in sample_tasks(default_world(SIZE, seed), split="test", n=EPISODES)
        }

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        asked = (str(observation["question"]), task.metadata["shown"])
        yield ToolCall("answer", {"text": self._answers.get(asked, "unknown")})


def test_who_knows_every_public_world_by_heart_gets_no_more(tmp_path: Path) -> None:
    register("memoriser", Memoriser)
    learnt = Named("memoriser", {"learnt": True}, "memoriser-learnt")
    blank = Named("memoriser", {"learnt": False}, "memoriser-blank")
    plan = Plan(tmp_path, episodes=EPISODES)
    unseen = parse_named(f"atlas-unseen:size={SIZE},worlds=1")
    public = measure(parse_named(f"atlas-mini:size={SIZE}"), learnt, plan).result.row
    rows = [measure(unseen, policy, plan).result.row for policy in (learnt, blank)]
    assert public.accuracy == 1.0
    assert [row.accuracy for row in rows] == [0.0, 0.0]
    assert [row.clusters for row in rows] == [1, 1]  # intervals are over worlds
    assert rows[0].world != rows[1].world and rows[0].items != rows[1].items
