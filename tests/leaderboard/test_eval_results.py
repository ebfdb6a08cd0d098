"""What a board writes for a model's repository on the hub, read back by the hub's own code."""

from dataclasses import replace
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.leaderboard.eval_results import FOLDER, write_eval_results
from searchvl_gym.leaderboard.results_file import read_results
from searchvl_gym.world import World
from tests.leaderboard.benchmark_files import MAKERS

pytestmark = pytest.mark.needs("yaml", "huggingface_hub")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, mini_world: World) -> Path:
    """A board of two policies on a benchmark of the hub, and on a suite of ours."""
    folder = tmp_path_factory.mktemp("board")
    files = folder / "files"
    files.mkdir()
    MAKERS["simplevqa"](files)
    command = ["leaderboard", "--suite", f"simplevqa:path={files}", "--suite", "atlas-mini"]
    command += ["--policy", "no_tool", "--policy", "random", "--episodes", "2", "--workers", "1"]
    assert main([*command, "--out", str(folder)]) == 0
    return folder


def test_the_hub_reads_what_was_written(out: Path) -> None:
    import yaml
    from huggingface_hub import parse_eval_result_entries

    files = {file.stem: file for file in (out / FOLDER).iterdir()}
    assert files.keys() == {"no_tool", "random"}
    data = yaml.safe_load(files["no_tool"].read_text(encoding="utf-8"))
    (entry,) = parse_eval_result_entries(data)
    assert (entry.dataset_id, entry.task_id, entry.value) == ("m-a-p/SimpleVQA", "default", 0.0)
    assert entry.notes is not None and entry.notes.startswith("2 items, judge rule, tools, 95 %")
    assert entry.verify_token is None and entry.date is None


def test_what_is_not_a_result_is_left_out(out: Path, tmp_path: Path) -> None:
    entry = read_results(out / "results.json")[0]
    known = {entry.row.suite: ("m-a-p/SimpleVQA", "default")}
    for other in (
        replace(entry.row, complete=False),
        replace(entry.row, unscored=1),
        replace(entry.row, tools_off=True),
        replace(entry.row, accuracy=None),
        replace(entry.row, suite="atlas-mini"),
    ):
        assert write_eval_results(tmp_path, [replace(entry, row=other)], known) == []
    assert list(tmp_path.iterdir()) == []
    assert len(write_eval_results(tmp_path, [entry], known)) == 1
