"""The README's program runs as printed."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def test_readme_program_runs(mini_world: object) -> None:
    programs = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert programs
    for program in programs:
        exec(compile(program, str(README), "exec"), {})
