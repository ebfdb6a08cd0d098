import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from searchvl_gym.chat import OpenSearchVL
from searchvl_gym.curation.sets.anchor_split import SetSettings, anchor_of, split_by_anchor
from searchvl_gym.curation.sets.dataset import write_dataset
from searchvl_gym.curation.sets.exports import PLACEHOLDER, turns_of
from searchvl_gym.curation.sets.records import Dataset, Origin
from searchvl_gym.curation.trajectories.experts import Experts
from searchvl_gym.rollout import StoredPictures, read_trajectories
from searchvl_gym.rollout.store import LINES
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Hop, Task, TaskImage
from searchvl_gym.world import World
from tests.curation.expert_play import make_tasks

ORIGIN = Origin(seed=1, command="searchvl curate …", rejected={"path.retries": 7})
SHARES = SetSettings(rl_share=0.4)


@pytest.fixture(scope="module")
def dataset(tiny: World, experts: Experts, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    out = tmp_path_factory.mktemp("dataset")
    return write_dataset(tiny, make_tasks(tiny), experts, out, SHARES, origin=ORIGIN)


def test_the_sets_share_no_instance_and_no_anchor(dataset: Dataset, tiny: World) -> None:
    tasks = {task.id: task for task in make_tasks(tiny)}
    sft = {each.task.id for each in read_trajectories(dataset.path / "sft")}
    rl = {task.id for task in TaskSet.load(dataset.path / "rl" / "tasks.jsonl")}
    held = {task.id for task in TaskSet.load(dataset.path / "held_out" / "tasks.jsonl")}
    assert (len(sft), len(rl), len(held)) == (dataset.sft_instances, 4, 2)
    for one, other in ((sft, rl), (sft, held), (rl, held)):
        assert one and other and not one & other
        anchors = [{anchor_of(tasks[name]) for name in names} for names in (one, other)]
        assert not anchors[0] & anchors[1]
    assert {tasks[name].split for name in held} == {"test"}


def test_the_split_follows_the_share_and_the_seed() -> None:
    tasks = [
        Task(f"t{n}", "?", "x", hops=(Hop(n * n % 397, "r", "x"),), split="train")
        for n in range(1_000)
    ]
    split = split_by_anchor(tasks, seed=0)
    # Anchors are not broken up, so a few may be missing.
    assert 0 <= round(1_000 * 8_000 / 44_592) - len(split.rl) < 4
    assert len(split.sft) + len(split.rl) == 1_000
    assert split == split_by_anchor(tasks, seed=0) != split_by_anchor(tasks, seed=1)
    # The order of the tasks stays, and does not matter.
    assert [t.id for t in split.rl] == [t.id for t in tasks if t in split.rl]
    assert split_by_anchor(tasks[::-1], seed=0).rl == split.rl[::-1]
    assert split_by_anchor(tasks, SetSettings(rl_share=0), seed=0).rl == ()
    picture = replace(tasks[0], hops=(), images=(TaskImage(path="a.png"),))
    assert anchor_of(picture) == "image a.png"
    for bad in ({"rl_share": 1.5}, {"splits": ()}, {"splits": ("dev",)}):
        with pytest.raises(ValueError, match="must be"):
            SetSettings(**bad)  # type: ignore[arg-type]


def test_sharegpt_rows(dataset: Dataset) -> None:
    rows = json.loads((dataset.path / "sft" / "sharegpt.json").read_text())
    trajectories = read_trajectories(dataset.path / "sft")
    assert len(rows) == len(trajectories) == dataset.sft
    for row, trajectory in zip(rows, trajectories, strict=True):
        turns = row["conversations"]
        assert [turn["from"] for turn in turns] == ["human", "gpt"] * (len(turns) // 2)
        text = "".join(turn["value"] for turn in turns)
        assert text.count(PLACEHOLDER) == len(row["images"]) == len(trajectory.images) == 2
        assert all((dataset.path / "sft" / image).is_file() for image in row["images"])
        assert turns[-1]["value"].endswith("</response>")
        assert "text_search" in row["system"] and len(json.loads(row["tools"])) == 10


def test_what_spells_a_placeholder_is_none(experts: Experts) -> None:
    trajectory = next(experts.trajectories())
    tricky = replace(
        trajectory,
        task=replace(trajectory.task, question="What is <image>?"),
        steps=tuple(replace(step, text="<think><image></think>") for step in trajectory.steps),
    )
    turns = turns_of(tricky, OpenSearchVL())
    assert not any(PLACEHOLDER in turn.text for turn in turns)


@pytest.mark.needs("datasets")
def test_trainers_load_the_tables(dataset: Dataset, tmp_path: Path) -> None:
    """`datasets` decodes the pictures by itself."""
    from datasets import load_dataset

    path = dataset.path
    rows = load_dataset(
        "parquet",
        data_files={
            "sft": str(path / "sft" / "conversational.parquet"),
        },
        cache_dir=str(tmp_path),
    )["sft"]
    stored = StoredPictures(path / "sft")
    for row, trajectory in zip(rows, read_trajectories(path / "sft"), strict=True):
        assert [image.size for image in row["images"]] == [
            (stored[digest].shape[1], stored[digest].shape[0]) for digest in trajectory.images
        ]
        assert [each["role"] for each in row["messages"][:3]] == ["system", "user", "assistant"]
        parts = Counter(part["type"] for each in row["messages"] for part in each["content"])
        assert parts["image"] == 2
    table = pq.read_table(path / "rl" / "train.parquet")
    tasks = TaskSet.load(path / "rl" / "tasks.jsonl")
    assert {"prompt", "images", "reward_model"} <= set(table.column_names)
    for row, task in zip(table.to_pylist(), tasks, strict=True):
        assert row["reward_model"]["ground_truth"] == task.answer
        assert row["prompt"][1]["content"] == PLACEHOLDER + task.question
        assert row["images"][0]["bytes"].startswith(b"\x89PNG")


def test_the_same_bytes_again(
    tiny: World, experts: Experts, dataset: Dataset, tmp_path: Path
) -> None:
    again = write_dataset(tiny, make_tasks(tiny), experts, tmp_path, SHARES, origin=ORIGIN)
    assert again.fingerprint == dataset.fingerprint
    files = sorted(each.relative_to(tmp_path) for each in tmp_path.rglob("*") if each.is_file())
    assert files == sorted(
        each.relative_to(dataset.path) for each in dataset.path.rglob("*") if each.is_file()
    )
    for file in files:
        assert (tmp_path / file).read_bytes() == (dataset.path / file).read_bytes(), file
    assert Path("sft") / LINES in files


def test_the_card(dataset: Dataset) -> None:
    card = (dataset.path / "README.md").read_text()
    assert card.startswith("---\nlicense: cc0-1.0\n")
    for shown in (
        f"{dataset.sft} trajectories of {dataset.sft_instances} instances",
        "| building |",
        "| built |",
        "| `text_search` |",
        "| path.retries | 7 |",
        "| experts: wrong_answer |",
        "CC0-1.0",
        "seed of the curation: 1",
        dataset.fingerprint,
        "searchvl curate …",
    ):
        assert shown in card, shown
    record = json.loads((dataset.path / "dataset.json").read_text())
    assert record["fingerprint"] == dataset.fingerprint and record["rl"] == 4
