from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algos.models import Checkpoint
from algos.policies.token_policy import TokenPolicy
from algos.rollouts.group import collect
from algos.tokens.conversation import Conversation
from algos.tokens.trajectory import TokenTrajectory
from algos.training.demonstrations import (
    DemonstrationError,
    corpus,
    prepare_card,
    read_demonstrations,
    tokenise,
    view_of,
)
from searchvl_gym.rollout import RolloutError, StoredPictures, encode_trajectory
from searchvl_gym.types import Trajectory
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import World
from tests.algos.tiny_setting import FORM, make_environment, play_demonstrations

# A stored call has its arguments in alphabetical order.
TURNS = ("call crop|height= 64|image= img_1|width= 64|x= 0|y= 0", "call text_search|q= Mill")


class Says(TokenPolicy):
    """A token policy that says what it is told to."""

    turns: tuple[str, ...] = ()

    def sample(self, episodes: Any) -> list[Any]:
        tokens = [self.conversation.turn(self.turns[episode.steps]) for episode in episodes]
        return [(each, [0.0] * len(each)) for each in tokens]


def tokenised(
    checkpoint: Checkpoint, trajectory: Trajectory, demonstrations: Path, **settings: Any
) -> TokenTrajectory:
    return tokenise(
        trajectory,
        StoredPictures(demonstrations),
        Conversation(checkpoint),
        FORM,
        checkpoint.card["system_prompt"],
        **settings,
    )


def write(path: Path, trajectories: list[Trajectory]) -> Path:
    path.mkdir()
    lines = [
        b'{"schema": 1, "episode": %d, "trajectory": %s}\n' % (number, encode_trajectory(each))
        for number, each in enumerate(trajectories)
    ]
    (path / "trajectories.jsonl").write_bytes(b"".join(lines))
    return path


@pytest.mark.parametrize("view", [None, 1200])
def test_a_demonstration_has_the_tokens_that_a_rollout_would_have(
    checkpoint: Checkpoint, tiny_world: World, demonstrations: Path, tmp_path: Path, view: Any
) -> None:
    environment = make_environment(tiny_world, faults=None, view_pixels=view)
    if view is not None:
        demonstrations = play_demonstrations(tiny_world, tmp_path / "run", view_pixels=view)
    assert view_of(demonstrations) == view
    shown = read_demonstrations(demonstrations)[0]
    policy = Says(checkpoint, text_environment=True, turn_tokens=64)
    policy.turns = (*TURNS, f"answer {shown.task.answer}")
    with closing(SearchVectorEnv(1, autoreset_mode="Disabled", **environment)) as places:
        (played,) = collect(policy, places, [shown.task], [0])
    assert played.trajectory.images == shown.images
    expected = tokenised(checkpoint, shown, demonstrations, view_pixels=view)
    told = checkpoint.tokenizer.decode(expected.tokens)
    assert told.count("shown at") == (0 if view is None else 2)
    assert played.tokens.tokens == expected.tokens
    assert played.tokens.generated == expected.generated
    assert played.tokens.step == expected.step
    for left, right in zip(played.tokens.pictures, expected.pictures, strict=True):
        assert np.array_equal(left.values, right.values)


def test_what_a_model_wrote_itself_is_imitated_as_it_stands(
    checkpoint: Checkpoint, demonstrations: Path
) -> None:
    shown = read_demonstrations(demonstrations)[0]
    texts = ("hm\ncall crop|image=img_1|x=0|y=0|width=64|height=64", *TURNS[1:], "answer  1900")
    steps = tuple(replace(step, text=text) for step, text in zip(shown.steps, texts, strict=True))
    made = tokenised(checkpoint, replace(shown, steps=steps), demonstrations)
    conversation = Conversation(checkpoint)
    for step, text in enumerate(texts):
        written = [
            token
            for token, mine, at in zip(made.tokens, made.generated, made.step, strict=True)
            if mine and at == step
        ]
        assert conversation.decode(written) == text


def test_only_right_and_unfatal_ones_are_read(demonstrations: Path, tmp_path: Path) -> None:
    right, *_ = read_demonstrations(demonstrations)
    wrong = replace(right, reward=0.0, reward_parts={"accuracy": 0.0})
    fatal = replace(right, fatal_step=1)
    run = write(tmp_path / "run", [wrong, right, fatal])
    assert read_demonstrations(run) == [right]
    assert len(read_demonstrations(run, only_right=False)) == 3
    nothing = write(tmp_path / "wrong", [wrong])
    with pytest.raises(DemonstrationError, match="holds no right trajectory"):
        read_demonstrations(nothing)
    with pytest.raises(RolloutError, match="there is no run"):
        read_demonstrations(tmp_path / "none")


def test_another_world_is_refused(demonstrations: Path, tiny_world: World) -> None:
    assert read_demonstrations(demonstrations, worlds=[tiny_world.fingerprint, "ab"])
    with pytest.raises(DemonstrationError, match=r"was played in the world .*, training is for ff"):
        read_demonstrations(demonstrations, worlds=["ff" * 32])


def test_the_corpus_holds_whatever_a_model_reads_or_writes(
    checkpoint: Checkpoint, demonstrations: Path
) -> None:
    shown = read_demonstrations(demonstrations)
    prompt = checkpoint.card["system_prompt"]
    texts = list(corpus(shown, FORM, prompt))
    assert texts.count(prompt) == len(shown)
    for needed in (*TURNS, "answer 1905", shown[0].task.question):
        assert needed in texts
    assert any("cropped" in text for text in texts)


def test_the_card_says_what_a_model_was_trained_with(
    checkpoint: Checkpoint, demonstrations: Path, tiny_world: World
) -> None:
    shown = read_demonstrations(demonstrations)
    checkpoint.card = {}
    prepare_card(checkpoint, FORM, {"runs/a": shown})
    assert checkpoint.card["world"] == tiny_world.fingerprint
    assert checkpoint.card["wire_format"] == "compact"
    assert "call tool" in checkpoint.card["system_prompt"]
    assert checkpoint.card["data"] == ["runs/a"]
    # What is known already stays.
    checkpoint.card["system_prompt"] = "mine"
    prepare_card(checkpoint, FORM, {"runs/b": shown})
    assert checkpoint.card["system_prompt"] == "mine"


def test_the_card_names_every_world(
    checkpoint: Checkpoint, demonstrations: Path, tiny_world: World
) -> None:
    shown = read_demonstrations(demonstrations)
    elsewhere = [replace(each, task=replace(each.task, world="ab" * 32)) for each in shown]
    checkpoint.card = {"world": "cd" * 32}  # an earlier training's
    prepare_card(checkpoint, FORM, {"runs/a": shown, "runs/b": elsewhere})
    assert set(checkpoint.card["worlds"]) == {tiny_world.fingerprint, "ab" * 32, "cd" * 32}
    assert "world" not in checkpoint.card
    checkpoint.card = {}
    nowhere = [replace(each, task=replace(each.task, world="")) for each in shown]
    prepare_card(checkpoint, FORM, {"runs/a": nowhere})
    assert "world" not in checkpoint.card


def test_the_prompt_lists_the_tools_that_were_played_with(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    runs = {}
    for name in ("perception", "release"):
        run = play_demonstrations(tiny_world, tmp_path / name, tools=name)
        runs[str(run)] = read_demonstrations(run)
    learner = replace(checkpoint, card={})
    perception, _ = runs
    prepare_card(learner, FORM, {perception: runs[perception]})
    assert "open_image" in learner.card["system_prompt"]
    with pytest.raises(DemonstrationError, match="different tools"):
        prepare_card(replace(checkpoint, card={}), FORM, runs)
