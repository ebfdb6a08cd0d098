"""The five commands of the page on one's own documents run as printed."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from searchvl_gym.cli import main

ROOT = Path(__file__).parent.parent


@pytest.mark.needs("markdown_it", "lxml")
def test_from_a_folder_of_notes_to_a_scored_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "own_documents.md").read_text(encoding="utf-8")
    block = re.search(r"```\n(pip install .*?)```", page, re.DOTALL)
    assert block is not None
    install, *commands = block[1].strip().split("\n")
    assert install == "pip install 'searchvl-gym[documents]'" and len(commands) == 4
    shutil.copytree(ROOT / "examples" / "notes", tmp_path / "examples" / "notes")
    shutil.copy(ROOT / "examples" / "notes.toml", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for command in commands:
        assert main(shlex.split(command)[1:]) == 0, command
    lines = (tmp_path / "runs/notes/episodes/trajectories.jsonl").read_text().splitlines()
    rewards = [json.loads(line)["trajectory"]["reward"] for line in lines]
    assert len(rewards) == 8 and min(rewards) > 0.8
    assert (tmp_path / "runs/notes/episodes/report.html").exists()
