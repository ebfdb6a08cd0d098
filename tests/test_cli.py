import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from searchvl_gym.cli import main
from searchvl_gym.world import Page, WorldWriter

SEARCHVL = [sys.executable, "-m", "searchvl_gym.cli"]


@pytest.fixture(scope="module")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worlds") / "tiny"
    with WorldWriter(
        path, name="tiny", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages([Page(0, "Zürich", "location", "https://tiny/0", "A town.")])
        writer.finish()
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(path)
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and the one line on standard error."""
    try:
        code = main(arguments)
    except SystemExit as error:  # argparse
        code = int(error.code or 0)
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = [line for line in captured.err.splitlines() if not line.startswith(("usage:", " "))]
    assert len(lines) == 1, captured.err
    assert "Traceback" not in captured.err
    return code, lines[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--episodes", "-3"], "must be at least 1, got -3"),
        (["--workers", "0"], "must be at least 1, got 0"),
        (["--seed", "-1"], "must be at least 0, got -1"),
        (["--episodes", "many"], "expected a whole number, got 'many'"),
        (["--env-arg", "world"], "expected name=value, got 'world'"),
        (["--env-arg", "k=1", "--env-arg", "k=2"], "--env-arg k was given twice"),
        (["--env", "SearchVL/Nowhere-v0"], "Nowhere"),
        (["--env", "SearchVL/World-v0"], "needs a world"),
        (["--policy", "genius"], "there is no policy 'genius'; available: "),
        (["--policy-arg", "colour=red"], "policy 'no_tool'"),
    ],
)
def test_wrong_arguments_of_rollout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], message: str
) -> None:
    out = tmp_path / "run"
    start = ["rollout", "--policy", "no_tool", "--out", str(out)]
    code, line = refused(capsys, *start, *arguments)
    assert code == 2
    assert message in line
    assert not out.exists()


def spoil(world: Path, target: Path, change: str) -> Path:
    shutil.copytree(world, target)
    manifest = target / "world.json"
    if change == "version":
        content = json.loads(manifest.read_text())
        content["info"]["format_version"] += 1
        manifest.write_text(json.dumps(content))
    elif change == "cut":
        manifest.write_text(manifest.read_text()[:40])
    else:
        manifest.unlink()
    return target


@pytest.mark.parametrize("change", ["missing", "version", "cut", "no manifest"])
@pytest.mark.parametrize("command", ["info", "rollout", "ask"])
def test_worlds_that_cannot_be_used(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_world: Path,
    photo: Path,
    change: str,
    command: str,
) -> None:
    world = tmp_path / "world"
    if change != "missing":
        spoil(tiny_world, world, change)
    out = tmp_path / "run"
    arguments = {
        "info": ["world", "info", str(world)],
        "rollout": [
            *("rollout", "--env", "SearchVL/World-v0", "--policy", "no_tool"),
            *("--out", str(out), "--env-arg", f"world={world}"),
        ],
        "ask": ["ask", str(photo), "What?", "--policy", "no_tool", "--world", str(world)],
    }[command]
    code, line = refused(capsys, *arguments)
    assert code == 1
    assert str(world) in line
    assert not out.exists()


def test_world_info_and_verify(capsys: pytest.CaptureFixture[str], tiny_world: Path) -> None:
    assert main(["world", "info", str(tiny_world), "--verify"]) == 0
    shown = capsys.readouterr().out
    assert "CC0-1.0" in shown
    assert "everything matches" in shown


def test_an_existing_directory_is_not_built_over(
    capsys: pytest.CaptureFixture[str], tiny_world: Path
) -> None:
    before = (tiny_world / "world.json").read_bytes()
    code, line = refused(capsys, "world", "build", "--out", str(tiny_world))
    assert code == 1
    assert "exists already" in line
    assert (tiny_world / "world.json").read_bytes() == before


@pytest.mark.parametrize(
    ("image", "question", "code", "message"),
    [
        ("photo.png", None, 2, "needs a picture and words"),
        ("photo.png", "  ", 2, "needs a picture and words"),
        ("What is this?", "photo.png", 2, "the picture comes first"),
        ("nothing.png", "What?", 1, "cannot read"),
        ("text.png", "What?", 1, "not a readable picture"),
    ],
)
def test_ask_without_a_picture_or_a_question(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    photo: Path,
    image: str,
    question: str | None,
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.png").write_text("no picture")
    arguments = ["ask", image, *([] if question is None else [question]), "--policy", "no_tool"]
    got, line = refused(capsys, *arguments)
    assert got == code
    assert message in line


def test_tools(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tools", "--json"]) == 0
    schemas = json.loads(capsys.readouterr().out)
    assert len(schemas) == 10
    assert main(["tools"]) == 0
    shown = capsys.readouterr().out
    assert all(schema["function"]["name"] in shown for schema in schemas)


def test_the_real_command_in_a_process_of_its_own(tmp_path: Path) -> None:
    arguments = ["rollout", "--policy", "genius", "--out", str(tmp_path / "run")]
    done = subprocess.run([*SEARCHVL, *arguments], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("searchvl: there is no policy 'genius'")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_starting_loads_nothing_heavy() -> None:
    code = (
        "import sys, searchvl_gym.cli as cli; cli.make_parser()\n"
        "print([m for m in ('cv2', 'torch', 'rich', 'pyarrow', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
