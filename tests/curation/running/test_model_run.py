"""`searchvl curate --language-model` against a server that plays a model and dies."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.curation import (
    curate,
)
from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.running.settings_file import (
    preset_settings,
    read_settings,
    with_language_model,
)
from searchvl_gym.endpoint import EndpointError
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World
from tests.chat_server import ChatServer, Raw, Request
from tests.curation.model_by_rules import Model

CONFIG = (
    "[paths]\nlengths = [2]\nlength_weights = [1]\nseed_in_degree = 0\n"
    "[questions]\ntitle_answers = 0\ncommon_share = 1\n"
    '[filters]\nno_tool = ""\nimage_search = ""\ntext_search = ""\n'
    '[enhancement]\nshare = 0\n[language_model]\nmodel = "played"\nretries = 0\n'
)


class Mortal(Model):
    """Answers so many requests, then none."""

    def __init__(self) -> None:
        super().__init__()
        self.life = 10**9

    def __call__(self, request: Request, number: int) -> str | Raw:  # type: ignore[override]
        self.life -= 1
        return super().__call__(request, number) if self.life >= 0 else Raw(drop=True)


@pytest.fixture
def model() -> Mortal:
    return Mortal()


@pytest.fixture
def server(model: Mortal) -> Iterator[ChatServer]:
    with ChatServer(model) as started:
        yield started


def written(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").write_text(CONFIG)
    return folder / "settings.toml"


def arguments(world: World, out: Path, server: ChatServer, *more: str) -> list[str]:
    return [
        "curate", "--world", str(world.path), "--out", str(out), "--n", "3", "--json",
        "--config", str(written(out.parent)),
        "--language-model", f"base_url={server.base_url}", *more,
    ]  # fmt: skip


def files(out: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file() and file.name != "replies.sqlite"
    }


def test_a_server_that_dies_is_one_line_and_the_run_goes_on(
    harbour: World,
    model: Mortal,
    server: ChatServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(arguments(harbour, tmp_path / "whole" / "set", server)) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    needed = figures["model"]["requests"]
    assert figures["accepted"] == 3 and figures["model"]["tokens"] == 10 * needed
    out = tmp_path / "cut" / "set"
    model.life = needed // 2
    assert main(arguments(harbour, out, server)) == 1
    said = capsys.readouterr().err.splitlines()
    assert len([line for line in said if line.startswith("searchvl:")]) == 1 + ("index" in said[0])
    assert "/chat/completions" in said[-1]
    assert not (out / "tasks.jsonl").exists()
    model.life, before = 10**9, len(server.requests)
    assert main(arguments(harbour, out, server)) == 0
    assert len(server.requests) - before == needed - needed // 2  # nothing was asked twice
    assert files(out) == files(tmp_path / "whole" / "set")
    for task in TaskSet.load(out / "tasks.jsonl"):
        assert task.metadata["curation"]["engine"] == "language_model"
        assert task.metadata["curation"]["proof"] == "exhaustive"


def test_a_server_that_was_never_there_leaves_nothing(
    harbour: World, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = arguments(harbour, tmp_path / "set", server)[:-1]
    line[line.index("--out") + 1] = str(tmp_path / "deep" / "set")
    assert main([*line, "base_url=http://127.0.0.1:9/v1"]) == 1
    assert "is the server running" in capsys.readouterr().err
    assert not (tmp_path / "deep").exists()


def test_a_used_up_budget_is_told_and_can_be_raised(
    harbour: World, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = arguments(harbour, tmp_path / "set", server, "every_link=true", "requests=5")
    assert main(line) == 1
    assert "budget of 5 requests is used up" in capsys.readouterr().err
    assert main(line) == 1 and len(server.requests) == 5
    capsys.readouterr()
    assert main([*line[:-1], "requests=5000"]) == 0
    tasks = TaskSet.load(tmp_path / "set" / "tasks.jsonl")
    proofs = {task.metadata["curation"]["proof"] for task in tasks}
    assert proofs <= {"exhaustive", "judged"} and proofs


def test_another_model_is_another_run(
    harbour: World, server: ChatServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = arguments(harbour, tmp_path / "set", server)
    assert main(line) == 0
    capsys.readouterr()
    assert main([*line, "model=other"]) == 1
    error = capsys.readouterr().err
    assert "model" in error and '"played" there, "other" here' in error


def test_settings_of_a_model(
    harbour: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SEARCHVL_BASE_URL", "SEARCHVL_CURATION_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "settings.toml"
    file.write_text('[language_model]\nmodel = "a"\nrequests = 9\n')
    read = read_settings(file, 300)
    assert read.language_model is not None and read.language_model.requests == 9
    changed = with_language_model(read, {"every_link": True}).language_model
    assert changed is not None and changed.model == "a" and changed.every_link
    with pytest.raises(ValueError, match=r"no setting language_model\.api_key"):
        with_language_model(preset_settings(300), {"api_key": "sk"})
    with pytest.raises(ValueError, match=r"\[language_model\] requests must be at least 0"):
        with_language_model(preset_settings(300), {"requests": -1})
    with pytest.raises(EndpointError, match="SEARCHVL_CURATION_BASE_URL"):
        curate(harbour, tmp_path / "set", n=1, settings=read)
    assert not (tmp_path / "set").exists()


def test_infoboxes_need_the_model_to_agree(
    harbour_infoboxes: World, model: Mortal, server: ChatServer, tmp_path: Path
) -> None:
    settings = read_settings(written(tmp_path), 10)
    given = {"base_url": server.base_url, "every_link": True}
    out = tmp_path / "set"
    curate(
        harbour_infoboxes, out, n=2, settings=with_language_model(settings, given), progress=False
    )
    proofs = [task.metadata["curation"]["proof"] for task in TaskSet.load(out / "tasks.jsonl")]
    assert set(proofs) == {"judged"}
    model.answers["judge"] = {"unique": False}
    with pytest.raises(CurationError, match=r"rewriting\.not_unique"):
        curate(
            harbour_infoboxes,
            tmp_path / "none",
            n=2,
            settings=with_language_model(settings, given),
            progress=False,
        )
