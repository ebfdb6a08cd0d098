import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_setting import make_world
from torch.nn import functional

from algos import sft
from algos.models import Checkpoint, load_checkpoint, save_checkpoint
from algos.tokens.conversation import Conversation
from algos.tokens.trajectory import TokenTrajectory, make_batch
from algos.training.demonstrations import read_demonstrations, tokenise
from algos.training.run_directory import TrainingError, read_log
from searchvl_gym.rollout import StoredPictures
from searchvl_gym.world import World
from tests.algos.tiny_setting import FORM, SFT, make_checkpoint, play_demonstrations
from tests.full_disk import small_files

CURVE = ("loss", "gradient_norm", "mean_probability", "learning_rate", "tokens")


class Killed(BaseException):
    """What a kill looks like from inside."""


def tokens_of(checkpoint: Checkpoint, demonstrations: Path) -> list[TokenTrajectory]:
    conversation = Conversation(checkpoint)
    return [
        tokenise(
            each,
            StoredPictures(demonstrations),
            conversation,
            FORM,
            checkpoint.card["system_prompt"],
        )
        for each in read_demonstrations(demonstrations)
    ]


def curve(path: Path) -> list[dict[str, float]]:
    return [{name: line[name] for name in CURVE} for line in read_log(path)]


def die_at(step: int) -> Any:
    def progress(done: int, total: int, figures: dict[str, float]) -> None:
        if done == step:
            raise Killed

    return progress


@pytest.fixture
def data(checkpoint: Checkpoint, demonstrations: Path) -> list[TokenTrajectory]:
    return tokens_of(checkpoint, demonstrations)


def test_the_loss_is_the_mean_over_the_demonstrators_tokens(
    checkpoint: Checkpoint, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    conversation = Conversation(checkpoint)
    chosen = [data[index] for index in sft.draw(0, len(data), 2, 0)]
    batch = make_batch(
        chosen,
        padding=conversation.padding,
        image_token=conversation.image_token,
        merge=2,
    )
    with torch.no_grad():
        logits = checkpoint.model(**batch.inputs, use_cache=False).logits[:, :-1]
    losses = functional.cross_entropy(logits.transpose(1, 2), batch.targets, reduction="none")
    written = batch.generated.bool()
    # Every turn counts, and nothing that was only read. Digits are tokens of their own.
    turns = ("call crop|image= img_1|x= 0|y= 0|width= 64|height= 64", "call text_search|q= Mill")
    lengths = [len(conversation.turn(turn)) for turn in (*turns, "answer 1900")]
    assert written.sum() == 2 * sum(lengths)
    sft.train(checkpoint, data, replace(SFT, steps=1), tmp_path / "run")
    assert read_log(tmp_path / "run")[0]["loss"] == pytest.approx(
        float(losses[written].mean()), rel=1e-4
    )


def test_prompts_and_pictures_are_context(
    checkpoint: Checkpoint, data: list[TokenTrajectory]
) -> None:
    for trajectory in data:
        assert trajectory.pictures
        image = Conversation(checkpoint).image_token
        pads = [
            mine
            for token, mine in zip(trajectory.tokens, trajectory.generated, strict=True)
            if token == image
        ]
        assert pads
        assert not any(pads)
        assert not any(trajectory.generated[: trajectory.step.index(0)])


def test_shared_beginnings_change_nothing_but_rounding(
    tiny_world: World, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    logs, weights = [], []
    for shared in (False, True):
        out = tmp_path / str(shared)
        config = replace(SFT, steps=1, batch=len(data), share_prefixes=shared)
        model = sft.train(make_checkpoint(tiny_world), data, config, out).model
        logs.append(curve(out)[0])
        weights.append(model.state_dict())
    assert logs[1] == pytest.approx(logs[0], rel=1e-4)
    # The first update of Adam goes by signs: compare where the gradient is no rounding.
    moved = [
        float((one - other).abs().gt(1e-5).float().mean())
        for one, other in zip(weights[0].values(), weights[1].values(), strict=True)
    ]
    assert sum(moved) / len(moved) < 0.02


def test_it_learns(checkpoint: Checkpoint, data: list[TokenTrajectory], tmp_path: Path) -> None:
    config = replace(SFT, steps=12, batch=3, learning_rate=5e-3, muon_learning_rate=0.02)
    sft.train(checkpoint, data, config, tmp_path / "run")
    lines = read_log(tmp_path / "run")
    assert lines[0]["loss"] == pytest.approx(math.log(400), rel=0.1)
    assert lines[-1]["loss"] < 0.5 * lines[0]["loss"]
    assert lines[-1]["mean_probability"] > 5 * lines[0]["mean_probability"]


def test_killed_and_resumed_gives_the_same_curve_and_weights(
    tiny_world: World, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    config = replace(SFT, steps=5, muon_learning_rate=0.01)
    whole = sft.train(make_checkpoint(tiny_world), data, config, tmp_path / "whole")
    with pytest.raises(Killed):
        # The state of step 2 is on the disk, step 3 is logged but lost.
        sft.train(make_checkpoint(tiny_world), data, config, tmp_path / "cut", progress=die_at(3))
    assert len(read_log(tmp_path / "cut")) == 3
    resumed = sft.train(make_checkpoint(tiny_world), data, config, tmp_path / "cut")
    assert curve(tmp_path / "cut") == curve(tmp_path / "whole")
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name]), name


def test_augmented_data_resumes_exactly_too(
    tiny_world: World, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    def augment(index: int, rng: np.random.Generator) -> TokenTrajectory:
        return data[int(rng.integers(len(data)))]

    whole, cut = tmp_path / "whole", tmp_path / "cut"
    sft.train(make_checkpoint(tiny_world), data, SFT, whole, augment=augment)
    with pytest.raises(Killed):
        sft.train(make_checkpoint(tiny_world), data, SFT, cut, augment=augment, progress=die_at(3))
    sft.train(make_checkpoint(tiny_world), data, SFT, cut, augment=augment)
    assert curve(cut) == curve(whole)


def test_batches_of_any_size_give_the_same_update(
    tiny_world: World, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    config = replace(SFT, steps=2, batch=5)
    for name, tokens in (("together", 10_000), ("one by one", 1)):
        sft.train(
            make_checkpoint(tiny_world), data, replace(config, tokens=tokens), tmp_path / name
        )
    together, apart = curve(tmp_path / "together"), curve(tmp_path / "one by one")
    assert together[0] == pytest.approx(apart[0], rel=1e-4)
    # Adam's first step is of one size however small a gradient is, so that rounding shows.
    assert together[1]["loss"] == pytest.approx(apart[1]["loss"], rel=1e-2)


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(
    tiny_world: World, checkpoint: Checkpoint, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    def augment(index: int, rng: np.random.Generator) -> TokenTrajectory:
        drawn.append(index)
        if len(drawn) > 5:
            with torch.no_grad():
                checkpoint.model.model.language_model.norm.weight[0] = math.nan
        return data[index]

    drawn: list[int] = []
    run = tmp_path / "run"
    with pytest.raises(TrainingError, match=r"the loss is nan at step 2; the last good state"):
        sft.train(checkpoint, data, SFT, run, augment=augment)
    assert json.loads((run / "state" / "step.json").read_text()) == {"next": 2}
    # It goes on from there.
    sft.train(make_checkpoint(tiny_world), data, SFT, run)
    assert len(read_log(run)) == 4
    assert all(math.isfinite(line["loss"]) for line in read_log(run))


def test_weights_that_are_no_numbers_do_not_replace_a_good_state(
    checkpoint: Checkpoint, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    def poison(done: int, total: int, figures: dict[str, float]) -> None:
        if done == 4:
            with torch.no_grad():
                checkpoint.model.model.language_model.norm.weight[0] = math.inf

    with pytest.raises(TrainingError, match=r"norm.weight is not finite after step 3; the last"):
        sft.train(checkpoint, data, SFT, tmp_path / "run", progress=poison)
    assert json.loads((tmp_path / "run/state/step.json").read_text()) == {"next": 2}
    assert not (tmp_path / "run" / "model").exists()


def test_a_full_disk_is_one_line_and_keeps_the_last_good_state(
    tiny_world: World, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with pytest.raises(Killed):
        sft.train(make_checkpoint(tiny_world), data, SFT, run, progress=die_at(3))
    good = sorted((file.name, file.stat().st_size) for file in (run / "state").iterdir())
    with (
        small_files(40_000),
        pytest.raises(TrainingError, match=r"cannot write the state to .*; the last good") as seen,
    ):
        sft.train(make_checkpoint(tiny_world), data, SFT, run)
    assert "\n" not in str(seen.value)
    assert sorted((file.name, file.stat().st_size) for file in (run / "state").iterdir()) == good
    sft.train(make_checkpoint(tiny_world), data, SFT, run)
    assert len(read_log(run)) == 4


def test_demonstrations_above_the_cut_off_are_left_out(
    checkpoint: Checkpoint, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    longest = max(map(len, data))
    extra = TokenTrajectory()
    extra.read(Conversation(checkpoint).observation("x " * longest), 0)
    sft.train(checkpoint, [*data, extra], replace(SFT, steps=1, cut_off=longest), tmp_path / "a")
    assert json.loads((tmp_path / "a" / "settings.json").read_text())["data"] == len(data)
    with pytest.raises(TrainingError, match=r"none of 6 .* at most 10 tokens; raise cut_off"):
        sft.train(checkpoint, data, replace(SFT, cut_off=10), tmp_path / "b")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch": 0}, "batch must be a multiple of the number of processes"),
        ({"tokens": 0}, "must be at least 1"),
        ({"checkpoint_every": 0}, "must be at least 1"),
        ({"steps": -1}, "must be at least 1"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    checkpoint: Checkpoint,
    data: list[TokenTrajectory],
    tmp_path: Path,
    change: dict[str, int],
    message: str,
) -> None:
    with pytest.raises(TrainingError, match=message):
        sft.train(checkpoint, data, replace(SFT, **change), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_another_setting_is_refused_on_resume(
    checkpoint: Checkpoint, data: list[TokenTrajectory], tmp_path: Path
) -> None:
    sft.train(checkpoint, data, replace(SFT, steps=1), tmp_path / "run")
    with pytest.raises(TrainingError, match=r"learning_rate: 0.001 there, 0.1 here"):
        sft.train(checkpoint, data, replace(SFT, steps=1, learning_rate=0.1), tmp_path / "run")


def test_each_epoch_is_a_permutation_of_its_own() -> None:
    drawn = [sft.draw(step, 7, 3, 0) for step in range(7)]
    flat = [index for step in drawn for index in step]
    epochs = [flat[first : first + 7] for first in (0, 7, 14)]
    assert all(sorted(epoch) == list(range(7)) for epoch in epochs)
    assert epochs[0] != epochs[1]
    assert sft.draw(3, 7, 3, 1) != drawn[3]


def config_file(path: Path) -> Path:
    path.write_text("[sft]\nsteps = 1\nbatch = 2\ncut_off = 2000\ntokens = 2000\n")
    return path


def test_the_command_line_trains_and_writes_the_card(
    checkpoint: Checkpoint, demonstrations: Path, tmp_path: Path, tiny_world: World
) -> None:
    del checkpoint.card["world"]
    save_checkpoint(checkpoint, tmp_path / "base")
    arguments = ["--model", str(tmp_path / "base"), "--out", str(tmp_path / "out")]
    config = ["--config", str(config_file(tmp_path / "c.toml"))]
    assert sft.main([*arguments, *config, "--data", str(demonstrations)]) == 0
    card = load_checkpoint(tmp_path / "out" / "model").card
    assert card["world"] == tiny_world.fingerprint
    assert card["wire_format"] == "compact"
    assert card["data"] == [str(demonstrations)]


def test_the_default_configuration_exists(capsys: pytest.CaptureFixture[str]) -> None:
    assert sft.main(["--data", "nowhere", "--model", "nowhere", "--out", "nowhere"]) == 1
    assert capsys.readouterr().err == (
        "sft: there is no checkpoint at nowhere; give the path of a directory\n"
    )


def test_demonstrations_of_several_worlds_are_named_in_the_card(
    checkpoint: Checkpoint, demonstrations: Path, tmp_path: Path, tiny_world: World
) -> None:
    save_checkpoint(checkpoint, tmp_path / "base")
    other = make_world(tmp_path / "world", pages=7)
    runs = [str(demonstrations), str(play_demonstrations(other, tmp_path / "other"))]
    arguments = ["--model", str(tmp_path / "base"), "--out", str(tmp_path / "out")]
    config = ["--config", str(config_file(tmp_path / "c.toml"))]
    assert sft.main([*arguments, *config, "--data", *runs]) == 0
    card = load_checkpoint(tmp_path / "out" / "model").card
    assert set(card["worlds"]) == {tiny_world.fingerprint, other.fingerprint}
