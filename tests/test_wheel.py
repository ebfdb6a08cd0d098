"""What is published holds all that a user needs who has no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("searchvl_gym", "algos", "searchvl_verifiers")

pytestmark = pytest.mark.needs("hatchling")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as it lies in a user's environment."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def python(installed: Path, folder: Path, arguments: Sequence[str]) -> str:
    """Run Python where the checkout is not on the path."""
    (folder / "sitecustomize.py").write_text(
        f"import sys\nsys.path[:] = [each for each in sys.path if each != {str(ROOT)!r}]\n",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(folder), str(installed)])
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_tracked_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", *CODE], cwd=ROOT, check=True, capture_output=True, text=True
    )
    with zipfile.ZipFile(wheel) as file:
        held = set(file.namelist())
    assert held >= {name for name in listed.stdout.split() if (ROOT / name).exists()}


def test_nothing_but_the_packages_is_installed(installed: Path) -> None:
    names = {each.name for each in installed.iterdir() if each.suffix != ".dist-info"}
    assert names == set(CODE)


def test_a_user_without_a_checkout_plays_a_board(
    installed: Path, tmp_path: Path, mini_world: object
) -> None:
    said = python(installed, tmp_path, ["-c", "import searchvl_gym; print(searchvl_gym.__file__)"])
    assert Path(said.strip()).is_relative_to(installed)
    board = ["-m", "searchvl_gym", "leaderboard", "--suite", "atlas-mini", "--episodes", "2"]
    assert "oracle" in python(installed, tmp_path, [*board, "--policy", "oracle"])
    assert "atlas-deep-40" in python(
        installed, tmp_path, ["-m", "searchvl_gym", "leaderboard", "--list-suites"]
    )


@pytest.mark.needs("accelerate")
def test_the_presets_come_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    presets = python(
        installed, tmp_path, ["-c", "import algos.configs as c; print(c.load_config('cpu-tiny'))"]
    )
    assert "sft" in presets
