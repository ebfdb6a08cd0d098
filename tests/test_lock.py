"""The lock holds a release of everything that is declared, and each is within its range."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN_ENVIRONMENTS = ("vllm", "mcp", "openenv", "inspect", "verifiers")
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name not in OWN_ENVIRONMENTS]


def declared() -> list[Requirement]:
    """Core and extras; a reference of an extra to others stands for what those declare."""
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][name] for name in EXTRAS)]
    found = [Requirement(line) for lines in lists for line in lines]
    return [each for each in found if each.name != PROJECT["name"]]


def locked(file: str, python: str) -> dict[str, str]:
    """Releases by package, for Linux and a Python."""
    environment = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    }
    found: dict[str, str] = {}
    for line in (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines():
        each = Requirement(line)
        if each.marker is None or each.marker.evaluate(environment):
            name = canonicalize_name(each.name)
            assert name not in found, f"two releases of {each.name} for {python}"
            (pin,) = each.specifier
            found[name] = pin.version
    return found


@pytest.mark.parametrize("python", PYTHONS)
def test_every_declared_package_is_locked_within_its_range(python: str) -> None:
    found = locked("lock.txt", python)
    wrong = {
        str(each): found.get(canonicalize_name(each.name))
        for each in declared()
        if found.get(canonicalize_name(each.name)) is None
        or not each.specifier.contains(found[canonicalize_name(each.name)])
    }
    assert not wrong, "run `make lock`"


def test_the_hand_made_pins_are_kept() -> None:
    lines = (ROOT / "requirements/pins.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    found = locked("lock.txt", "3.11")
    assert {each.name: f"=={found[canonicalize_name(each.name)]}" for each in pins} == {
        each.name: str(each.specifier) for each in pins
    }


def test_the_floors_are_the_lowest_that_are_declared() -> None:
    found = locked("floors.txt", "3.11")
    named = [*PROJECT["dependencies"], *(PROJECT["optional-dependencies"]["earth"])]
    for each in map(Requirement, named):
        for bound in each.specifier:
            if bound.operator == ">=":
                # The first release from there on, which may have a later number.
                assert each.specifier.contains(found[canonicalize_name(each.name)]), (
                    "run `make lock`"
                )


def test_the_lock_names_no_index() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in file.read_text(encoding="utf-8"), file


@pytest.mark.parametrize("version", ["3.10.4", "3.15.0"])
def test_another_python_is_refused_in_one_line(tmp_path: Path, version: str) -> None:
    fake = tmp_path / "python"
    major, minor, _ = version.split(".")
    fake.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = -V ]; then echo "Python {version}"; exit; fi\n'
        f'code=$(echo "$2" | sed "s/sys.version_info\\[:2\\]/({major}, {minor})/")\n'
        f'exec {sys.executable} -c "$code"\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    made = subprocess.run(
        ["make", "demo", f"PYTHON={fake}", f"VENV={tmp_path / 'environment'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert made.returncode != 0
    (line,) = [each for each in made.stderr.splitlines() if not each.startswith("make")]
    assert line.startswith("Python 3.11 to 3.14 is needed;")
    assert f"is Python {version}. Try: make demo PYTHON=python3.11" in line
    assert not (tmp_path / "environment").exists()


def make_environment(where: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    given = [f"{name}={value}" for name, value in settings.items()]
    return subprocess.run(
        ["make", f"VENV={where}", *given, f"{where}/.python"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("broken", ["pip", "interpreter"])
def test_a_broken_environment_is_mended_by_the_same_command(tmp_path: Path, broken: str) -> None:
    where = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", where], check=True)
    if broken == "interpreter":
        (where / "bin/python").unlink()
        (where / "bin/python").symlink_to(tmp_path / "gone")
    stamps = [where / name for name in (".python", ".core", ".core-tests", ".dev")]
    for stamp in stamps:
        stamp.touch()
    made = make_environment(where, PYTHON=sys.executable)
    assert made.returncode == 0, made.stderr
    subprocess.run([where / "bin/python", "-m", "pip", "--version"], check=True)
    assert [stamp.exists() for stamp in stamps] == [True, False, False, False]


def test_an_environment_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    made = make_environment(tmp_path / "file/environment", PYTHON=sys.executable)
    assert made.returncode != 0
    (line,) = [each for each in made.stderr.splitlines() if not each.startswith("make")]
    assert line.startswith(f"Creating {tmp_path}/file/environment failed (a full disk: ")
    assert line.endswith("the same command goes on.")


def test_a_python_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    made = make_environment(tmp_path / "environment", PYTHON="no-such-python")
    (line,) = [each for each in made.stderr.splitlines() if not each.startswith("make")]
    assert "no-such-python is not one that runs. Try: make " in line
