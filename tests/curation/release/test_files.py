"""Files of the released shape: what is exported comes back, and what is wrong is told in a line."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from searchvl_gym.chat import OpenSearchVL
from searchvl_gym.cli import main
from searchvl_gym.curation.release import rows as release_rows
from searchvl_gym.curation.release.rl import import_rl
from searchvl_gym.curation.release.rows import ReleaseFileError, ReleaseReason, json_rows
from searchvl_gym.curation.release.sft import import_sft
from searchvl_gym.curation.sets.dataset import write_dataset
from searchvl_gym.curation.sets.exports import turns_of
from searchvl_gym.curation.sets.records import Dataset, Origin
from searchvl_gym.curation.trajectories.experts import Experts
from searchvl_gym.rollout import StoredPictures, is_right, read_trajectories
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.world import World
from tests.curation.expert_play import make_tasks
from tests.curation.release.release_shapes import row, write_pictures, write_sharegpt


@pytest.fixture(scope="module")
def dataset(tiny: World, experts: Experts, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    out = tmp_path_factory.mktemp("dataset")
    return write_dataset(tiny, make_tasks(tiny), experts, out, origin=Origin(seed=1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pictures(tmp_path)
    return tmp_path


def test_exported_trajectories_come_back(dataset: Dataset, tmp_path: Path) -> None:
    report = import_sft(dataset.path / "sft" / "sharegpt.json", tmp_path)
    assert (report.kind, report.imported, report.skipped) == ("sft", dataset.sft, {})
    form = OpenSearchVL()
    ours, theirs = read_trajectories(dataset.path / "sft"), read_trajectories(tmp_path)
    for one, other in zip(ours, theirs, strict=True):
        assert turns_of(other, form) == turns_of(one, form)
        assert [step.call for step in other.steps] == [step.call for step in one.steps]
        assert (other.images, other.answer) == (one.images, one.answer)
        assert is_right(other) and other.fatal_step is None
    assert set(StoredPictures(tmp_path)) == set(StoredPictures(dataset.path / "sft"))


def test_exported_tasks_come_back(dataset: Dataset, tiny: World, tmp_path: Path) -> None:
    report = import_rl(dataset.path / "rl" / "train.parquet", tmp_path)
    assert (report.kind, report.imported) == ("rl", dataset.rl)
    ours = TaskSet.load(dataset.path / "rl" / "tasks.jsonl")
    for one, other in zip(ours, TaskSet.load(tmp_path / "tasks.jsonl"), strict=True):
        for name in ("id", "question", "answer", "aliases", "answer_kind"):
            assert getattr(other, name) == getattr(one, name)
        pixels = [load_picture(task.images[0], tiny) for task in (one, other)]
        assert (pixels[0] == pixels[1]).all()


def test_the_released_shape(folder: Path, tmp_path: Path) -> None:
    file = write_sharegpt(folder, [row(), row(id="x7")])
    import_sft(file, tmp_path / "out")
    first, second = read_trajectories(tmp_path / "out")
    assert (first.task.id, second.task.id) == ("sft-000001", "x7")
    assert first.task.question == "How high is this bridge?"
    calls = [step.call.name for step in first.steps if step.call is not None]
    # Older names of tools are read as what they are called now.
    assert calls == ["crop", "text_search", "answer"]
    assert [step.image for step in first.steps] == ["img_2", None, None]
    assert first.steps[1].observation == "[Passage 1] Kel Bridge\nIt is 212 m high."
    assert first.answer == "212 m" and len(first.images) == 2


def test_pictures_may_lie_elsewhere(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    file = write_sharegpt(other, [row()])
    with pytest.raises(ReleaseFileError, match=r"row 1: cannot read .*kel\.png"):
        import_sft(file, tmp_path / "out")
    assert import_sft(file, tmp_path / "out", images=folder).imported == 1


def changed(**changes: Any) -> dict[str, Any]:
    return row(**changes)


def with_turn(place: int, value: str, speaker: str | None = None) -> dict[str, Any]:
    made = row()
    turn = made["conversations"][place]
    made["conversations"][place] = {"from": speaker or turn["from"], "value": value}
    return made


CALL = '<think>a</think><tool_call>{"name": "fly", "arguments": {}}</tool_call>'


@pytest.mark.parametrize(
    ("bad", "reason", "said"),
    [
        (changed(images=["images/gone.png", "images/cut.png"]), "missing_image", "gone.png"),
        (changed(images=["../../etc/passwd", "images/cut.png"]), "missing_image", "lies outside"),
        (changed(images=["images/kel.png"]), "placeholders", "2 <image> placeholders but 1 images"),
        (changed(images=["images/kel.png"] * 3), "placeholders", "but 3 images"),
        (changed(images="images/kel.png"), "placeholders", "but 1 images"),
        (changed(images=[7]), "wrong_columns", "images must be a list of paths"),
        ({"question": "?", "answer": "!"}, "wrong_columns", "found question, answer"),
        ([1], "wrong_columns", "found list"),
        (with_turn(1, CALL), "unknown_tool", "turn 1: unknown tool 'fly'; known are crop"),
        (with_turn(1, "I just talk."), "bad_call", "neither a tool call nor a final answer"),
        (with_turn(1, "<tool_call>{broken</tool_call>"), "bad_call", "not valid JSON"),
        (with_turn(5, CALL.replace("fly", "crop")), "no_answer", "ends without an answer"),
        (
            with_turn(1, "<think>a</think><response>212</response>"),
            "no_answer",
            "goes on after its answer",
        ),
        (with_turn(1, "again", "human"), "bad_conversation", "user, user, user, model"),
        (with_turn(2, "x", "narrator"), "bad_conversation", "no message"),
        (changed(conversations=[]), "bad_conversation", "got none"),
    ],
)
def test_bad_rows(folder: Path, tmp_path: Path, bad: Any, reason: str, said: str) -> None:
    file = write_sharegpt(folder, [row(), bad, row()])
    with pytest.raises(ReleaseFileError) as caught:
        import_sft(file, tmp_path / "out")
    assert caught.value.reason == reason
    message = str(caught.value)
    assert f"{file}, row 2" in message and said in message and "\n" not in message
    report = import_sft(file, tmp_path / "out", skip_bad=True)
    assert (report.imported, report.skipped) == (2, {reason: 1})
    assert len(read_trajectories(tmp_path / "out")) == 2


@pytest.mark.parametrize("text", ["[", "[{}", '[{"a": 1},', "{", "words", "", "[]"])
def test_files_that_are_torn_or_empty(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(ReleaseFileError, match=r"a\.json"):
        import_sft(file, tmp_path / "out", skip_bad=True)
    assert not (tmp_path / "out" / "trajectories.jsonl").exists()


def test_rows_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_rows, "_CHUNK", 16)
    rows = [{"text": "ä]}, [{" * n, "n": n} for n in range(40)]
    array, lines = tmp_path / "a.json", tmp_path / "a.jsonl"
    array.write_text(json.dumps(rows, indent=1))
    lines.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in rows) + "\n")
    assert list(json_rows(array)) == list(json_rows(lines)) == rows
    assert list(json_rows(_written(tmp_path / "b.json", "\n []"))) == []


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_tasks_of_the_released_shape(folder: Path, tmp_path: Path) -> None:
    data = (folder / "images" / "kel.png").read_bytes()
    rows = [
        {
            "prompt": [{"role": "user", "content": "<image>How high is it?"}],
            "images": [{"bytes": data, "path": None}],
            "reward_model": {"style": "rule", "ground_truth": ["212", "212 m"]},
        },
        {
            "prompt": [{"role": "user", "content": "Who built it?"}],
            "images": [{"bytes": None, "path": "images/kel.png"}],
            "reward_model": {"style": "rule", "ground_truth": ["Ida Ek"]},
        },
    ]
    import_rl(parquet(folder / "rl.parquet", rows), tmp_path / "out")
    high, who = TaskSet.load(tmp_path / "out" / "tasks.jsonl")
    assert (high.question, high.answer, high.aliases) == ("How high is it?", "212", ("212 m",))
    assert (high.answer_kind, who.answer_kind) == ("number", "text")
    assert high.images == who.images and high.images[0].path is not None
    assert load_picture(high.images[0], None).shape == (48, 64, 3)


@pytest.mark.parametrize(
    ("changes", "reason", "said"),
    [
        ({"reward_model": None}, "wrong_columns", "no ground_truth"),
        ({"prompt": [{"role": "user", "content": "<image>"}]}, "bad_conversation", "asks nothing"),
        (
            {"prompt": [{"role": "user", "content": "<image><image>Who?"}]},
            "placeholders",
            "2 <image> placeholders but 1 images",
        ),
        ({"images": [{"bytes": b"no picture", "path": None}]}, "missing_image", "row 2"),
        ({"images": [{"bytes": None, "path": "gone.png"}]}, "missing_image", "gone.png"),
        ({"images": [{"bytes": None, "path": None}]}, "missing_image", "neither bytes nor path"),
    ],
)
def test_bad_tasks(
    folder: Path, tmp_path: Path, changes: dict[str, Any], reason: str, said: str
) -> None:
    good: dict[str, Any] = {
        "prompt": [{"role": "user", "content": "<image>Who?"}],
        "images": [{"bytes": None, "path": "images/kel.png"}],
        "reward_model": {"ground_truth": "Ida Ek"},
    }
    file = parquet(folder / "rl.parquet", [good, {**good, **changes}])
    with pytest.raises(ReleaseFileError) as caught:
        import_rl(file, tmp_path / "out")
    assert caught.value.reason is ReleaseReason(reason) and said in str(caught.value)
    report = import_rl(file, tmp_path / "out", skip_bad=True)
    assert (report.imported, report.skipped) == (1, {reason: 1})


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = write_sharegpt(folder, [row(), with_turn(1, CALL)]), str(tmp_path / "out")
    assert main(["import-release", str(file), "--out", out]) == 1
    said = capsys.readouterr().err
    assert "unknown tool 'fly'" in said and said.count("\n") == 1
    assert main(["import-release", str(file), "--out", out, "--skip-bad", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures == {"kind": "sft", "imported": 1, "skipped": {"unknown_tool": 1}}
    wrong = parquet(folder / "rl.parquet", [{"question": "?"}])
    assert main(["import-release", str(wrong), "--out", out]) == 1
    assert "lacks the column prompt, images, reward_model; it has question" in (
        capsys.readouterr().err
    )
    assert main(["import-release", str(folder), "--out", out]) == 2
    assert main(["import-release", str(folder / "none.json"), "--out", out]) == 1
