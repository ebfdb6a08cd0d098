"""`searchvl doctor`: the core, the extras, and one block for a report of a fault."""

import json
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.commands.doctor import EXTRAS, find_trouble, parse_requirement
from searchvl_gym.commands.fault_report import BEGIN, END, describe
from searchvl_gym.commands.lock_file import read_lock


def block(text: str) -> list[str]:
    lines = text.splitlines()
    return lines[lines.index(BEGIN) + 1 : lines.index(END)]


def test_the_core_the_extras_and_the_block(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "atlas-mini-0").mkdir()
    (tmp_path / "atlas-mini-0" / "world.json").write_bytes(bytes(2_000))
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path))
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "tantivy" in shown and "ok" in shown
    assert all(extra in shown for extra in EXTRAS)
    told = block(shown)
    assert f"Python:    {platform.python_version()} ({platform.python_implementation()})" in told
    assert any(line.startswith("platform:  ") and platform.machine() in line for line in told)
    assert f"  numpy {version('numpy')}" in {line.split("  (")[0] for line in told}
    assert any(line.startswith("GPU:       ") for line in told)
    assert any(line.startswith("policies:  ") and "oracle" in line for line in told)
    assert f"  {tmp_path}" in told and "  atlas-mini-0: 2.0 kB, world" in told


def test_versions_stand_beside_those_of_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "core.txt"
    same = version("numpy")
    lock.write_text(
        f"# made by a command\nnumpy=={same} \\\n    --hash=sha256:00\n"
        "Rich==1.2.3 ; python_version < '3.12'\nno-such_thing==4\n-e .\n",
        encoding="utf-8",
    )
    told = block(describe(["numpy", "rich", "no-such-thing", "msgspec"], [lock]))
    assert f"  numpy {same}" in told
    assert f"  rich {version('rich')}  (lock: 1.2.3)" in told
    assert "  no-such-thing not installed  (lock: 4)" in told
    assert f"  msgspec {version('msgspec')}" in told
    assert "lock:      requirements/ (core.txt)" in told


def test_without_a_lock_the_block_says_so() -> None:
    told = block(describe(["numpy"], []))
    assert "lock:      none at hand (it is in a checkout of the project)" in told


def test_versions_that_differ_between_files_are_all_kept(tmp_path: Path) -> None:
    for name, content in (("a.txt", "ray[data]==2.1\n"), ("b.txt", "ray==2.2\nray==2.1\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    files = [tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "gone.txt"]
    assert read_lock(files) == {"ray": ("2.1", "2.2")}


def test_a_cache_that_cannot_be_read_is_a_line_of_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path / "file"))
    assert any("cannot read the cache" in line for line in block(describe([], [])))


def test_what_is_missing_is_told() -> None:
    assert find_trouble("no-such-distribution") == "not installed"
    assert find_trouble("numpy") == ""
    nested = parse_requirement("searchvl-gym[earth,ray]; extra == 'dev'")
    assert (nested.name, nested.nested, nested.extra) == ("searchvl-gym", ("earth", "ray"), "dev")


def test_the_block_needs_neither_psutil_nor_torch() -> None:
    code = (
        "import sys; sys.modules['psutil'] = sys.modules['torch'] = None\n"
        "from searchvl_gym.commands.fault_report import describe; print(describe(['numpy']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert any(line.startswith("memory:    not known") for line in block(done.stdout))


def test_other_commands_do_not_load_torch(mini_world: object) -> None:
    code = (
        "import json, sys; from searchvl_gym.cli import main; main(['cache', 'info'])\n"
        "main(['tools', '--json']); print(json.dumps('torch' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) is False
