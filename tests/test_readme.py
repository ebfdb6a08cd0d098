"""The programs of the README and of the pages that need nothing else run as printed."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("environment", "judging", "pictures", "tasks", "tools", "wire_formats")
HOW_TOS = ("algorithm", "benchmark", "policy", "tool", "world")
MOST_LINES = 30
"""Of code, in a page that says how to."""


def programs(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def run(page: Path) -> None:
    """Run a page's programs one after the other, as one who reads it would."""
    names: dict[str, object] = {}
    found = programs(page)
    assert found
    for program in found:
        exec(compile(program, str(page), "exec"), names)


def test_readme_program_runs(mini_world: object) -> None:
    run(ROOT / "README.md")


@pytest.mark.parametrize("page", PAGES)
def test_programs_of_a_page_run(
    page: str, mini_world: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(ROOT / "docs" / f"{page}.md")


@pytest.mark.parametrize("page", HOW_TOS)
def test_a_how_to_is_short_and_runs(
    page: str, mini_world: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ROOT / "docs" / "how_to" / f"{page}.md"
    (program,) = programs(file)
    assert sum(bool(line.strip()) for line in program.splitlines()) <= MOST_LINES
    monkeypatch.chdir(tmp_path)
    run(file)
