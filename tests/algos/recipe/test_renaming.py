from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from algos.models import Checkpoint
from algos.recipe.renaming import FreshDemonstrations, name_words, rename
from algos.tokens.conversation import Conversation
from algos.training.demonstrations import read_demonstrations
from searchvl_gym.rollout import StoredPictures
from searchvl_gym.types import Hop, Step, Task, Termination, ToolCall, Trajectory
from searchvl_gym.world import World
from tests.algos.tiny_setting import FORM

WORDS = ["Ahr", "Basel", "Corvin", "Dorn", "Zürich"]


def step(index: int, name: str, observation: str, **arguments: str) -> Step:
    return Step(index, ToolCall(name, arguments), observation)


@pytest.fixture
def played() -> Trajectory:
    steps = (
        step(0, "layout_parsing", "sign: Ahr Bridge 1907", image="img_1"),
        step(1, "text_search", "page 4 Ahr Bridge: built by Dorn.", q="Ahr Bridge architect"),
        step(2, "visit", "Dorn was born on 3 May 1871 in Zürich.", url="Dorn", goal="birth date"),
        step(3, "answer", "", text="3 May 1871"),
    )
    task = Task("t", "When was its architect born?", "3 May 1871", hops=(Hop(4, "a", "Dorn"),))
    return Trajectory(task, 0, steps, Termination.ANSWER, answer="3 May 1871")


def texts(trajectory: Trajectory) -> list[str]:
    return [
        text
        for each in trajectory.steps
        for text in (each.observation, *(each.call.arguments.values() if each.call else ()))
    ]


def test_a_name_becomes_the_same_other_one_everywhere(played: Trajectory) -> None:
    for seed in range(20):
        made = rename(played, WORDS, np.random.default_rng(seed))
        first = made.steps[0].observation.split()[1]
        assert first in WORDS
        assert made.steps[1].observation.startswith(f"page 4 {first} Bridge: built by ")
        assert made.steps[1].call is not None
        assert made.steps[1].call.arguments["q"] == f"{first} Bridge architect"
        architect = made.steps[1].observation.rsplit(" ", 1)[1].rstrip(".")
        assert made.steps[2].observation.startswith(f"{architect} was born")
        assert made.steps[2].call is not None
        assert made.steps[2].call.arguments["url"] == architect


def test_numbers_keep_their_length_and_agree(played: Trajectory) -> None:
    years = set()
    for seed in range(20):
        made = rename(played, WORDS, np.random.default_rng(seed))
        day, _, year = str(made.steps[3].call.arguments["text"]).split()  # type: ignore[union-attr]
        assert day == "3"
        assert len(year) == 4
        assert year[0] != "0"
        assert f"May {year}" in made.steps[2].observation
        years.add(year)
    assert len(years) > 10


def test_what_is_to_be_learnt_stays(played: Trajectory) -> None:
    made = rename(played, WORDS, np.random.default_rng(0))
    assert made.task == played.task
    assert [each.call.name for each in made.steps if each.call] == [
        "layout_parsing",
        "text_search",
        "visit",
        "answer",
    ]
    assert made.steps[0].call == played.steps[0].call
    assert made.steps[2].call is not None
    assert made.steps[2].call.arguments["goal"] == "birth date"
    assert [each.index for each in made.steps] == [0, 1, 2, 3]
    assert len(texts(made)) == len(texts(played))


def test_the_generator_decides(played: Trajectory) -> None:
    again = [rename(played, WORDS, np.random.default_rng(seed)) for seed in (3, 3, 4)]
    assert again[0] == again[1]
    assert again[0] != again[2]


def test_common_words_are_no_names() -> None:
    titles = [f"{name} Bridge" for name in ("Ahr", "Ulm", "Corvin")] * 100
    assert name_words(["Bridge", *titles[:3], *["of"] * 300]) == ["Ahr", "Corvin", "Ulm"]
    assert name_words(["Ab", "ulm", "Zürich"]) == ["Zürich"]


def test_fresh_demonstrations_are_plain_ones_under_other_names(
    checkpoint: Checkpoint, tiny_world: World, demonstrations: Path
) -> None:
    shown = read_demonstrations(demonstrations)
    searched = [
        replace(each, call=replace(each.call, arguments={"q": "Mill 1905"}))
        if each.call is not None and each.call.name == "text_search"
        else each
        for each in shown[0].steps
    ]
    shown[0] = replace(shown[0], steps=tuple(searched))
    conversation = Conversation(checkpoint)
    fresh = FreshDemonstrations(
        shown,
        StoredPictures(demonstrations),
        [page.title for page in tiny_world.pages()],
        conversation,
        FORM,
        checkpoint.card["system_prompt"],
    )
    plain = fresh.plain()
    assert len(plain) == len(shown)
    made = [fresh(0, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert made[0].tokens == made[1].tokens != made[2].tokens
    turns = [
        conversation.decode([token for token, at in zip(each.tokens, each.step, strict=True) if at])
        for each in (plain[0], made[0])
    ]
    assert [len(turn) for turn in turns] == [len(turns[0])] * 2
    assert turns[0] != turns[1]
    assert made[0].pictures[0] is plain[0].pictures[0]
