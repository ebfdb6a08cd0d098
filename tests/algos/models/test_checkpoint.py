import json
from pathlib import Path

import numpy as np
import pytest
import torch
from small_setting import picture

from algos.models import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    load_reader,
    save_checkpoint,
)
from algos.models.checkpoint import replace_folder, restore_folder
from algos.tokens.conversation import Conversation
from tests.full_disk import small_files


@pytest.fixture
def saved(checkpoint: Checkpoint, tmp_path: Path) -> Path:
    save_checkpoint(checkpoint, tmp_path / "model")
    return tmp_path / "model"


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def test_what_was_saved_is_loaded(checkpoint: Checkpoint, saved: Path) -> None:
    loaded = load_checkpoint(saved)
    for name, weight in checkpoint.model.state_dict().items():
        assert torch.equal(weight, loaded.model.state_dict()[name])
    assert loaded.card == checkpoint.card
    given, made = (
        Conversation(each).prompt("Zürich <|im_end|>", "wo?", [picture(0)])
        for each in (checkpoint, loaded)
    )
    assert given.tokens == made.tokens
    assert np.array_equal(given.pictures[0].values, made.pictures[0].values)
    assert not loaded.model.training


def test_a_reader_reads_without_the_weights(checkpoint: Checkpoint, saved: Path) -> None:
    (saved / "model.safetensors").unlink()
    reader = load_reader(saved)
    assert Conversation(reader).turn("hello") == Conversation(checkpoint).turn("hello")
    assert reader.model.config.image_token_id == checkpoint.model.config.image_token_id


@pytest.mark.parametrize(
    "part", ["preprocessor_config.json", "tokenizer_config.json", "config.json"]
)
def test_a_missing_part_is_one_clear_line(saved: Path, part: str) -> None:
    (saved / part).unlink()
    with pytest.raises(CheckpointError, match=f"lacks {part}: .*copy them from the base") as seen:
        load_checkpoint(saved)
    assert "\n" not in str(seen.value)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("model.safetensors", b"\x10\x00\x00"),
        ("searchvl.json", b"{"),
        ("config.json", b"{"),
        ("tokenizer.json", b"[]"),
        ("preprocessor_config.json", b"{"),
    ],
)
def test_a_torn_part_is_one_clear_line(saved: Path, part: str, content: bytes) -> None:
    (saved / part).write_bytes(content)
    with pytest.raises(CheckpointError, match=r"model cannot be loaded: \S") as seen:
        load_checkpoint(saved)
    assert "\n" not in str(seen.value)


def test_weights_that_are_missing_are_one_clear_line(saved: Path) -> None:
    (saved / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match="cannot be loaded") as seen:
        load_checkpoint(saved)
    assert "\n" not in str(seen.value)


def test_no_directory_and_no_vision_are_said(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"there is no checkpoint at .*; give the path"):
        load_checkpoint(tmp_path / "none")
    (saved / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    with pytest.raises(
        CheckpointError, match=r"a gpt2 belongs to none of .*Qwen3-VL \(qwen3_vl\), .*Gemma 3"
    ):
        load_checkpoint(saved)


def test_saving_replaces_an_older_one_whole(checkpoint: Checkpoint, saved: Path) -> None:
    (saved / "left over.txt").write_text("x")
    checkpoint.card = {"wire_format": "opensearch_vl"}
    save_checkpoint(checkpoint, saved)
    assert load_checkpoint(saved).card == checkpoint.card
    assert not (saved / "left over.txt").exists()
    assert [each.name for each in saved.parent.iterdir()] == ["model"]


def test_a_full_disk_keeps_the_older_one(checkpoint: Checkpoint, saved: Path) -> None:
    before = files(saved)
    with small_files(20_000), pytest.raises(CheckpointError, match="cannot write the checkpoint"):
        save_checkpoint(checkpoint, saved)
    assert files(saved) == before
    assert [each.name for each in saved.parent.iterdir()] == ["model"]


def test_a_kill_between_two_renames_loses_nothing(saved: Path) -> None:
    before = files(saved)
    # As far as `replace_folder` came.
    saved.replace(saved.with_name(".model.old"))
    assert load_checkpoint(saved).card
    assert files(saved) == before


def test_folders_are_replaced_and_restored(tmp_path: Path) -> None:
    target, new = tmp_path / "state", tmp_path / "new"
    for content in ("first", "second"):
        new.mkdir()
        (new / "file").write_text(content)
        replace_folder(new, target)
        assert (target / "file").read_text() == content
    restore_folder(target)
    assert (target / "file").read_text() == "second"
    assert [each.name for each in tmp_path.iterdir()] == ["state"]
