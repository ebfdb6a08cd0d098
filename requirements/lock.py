"""Writes the lock files anew: `make lock`. Needs uv, which is installed for it.

- `lock.txt`: one release of every package that the project or one of its extras needs, for each
  supported Python and system. `make` installs from it.
- `floors.txt`: the lowest releases that pyproject.toml declares, for `make test-floors`.

Extras that live in environments of their own are in neither: `vllm`, which wants an older
transformers (docs/training.md), and the doors `mcp`, `openenv`, `inspect` and `verifiers`, each of
which pins packages that others pin differently (docs/integrations.md).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
EXTRAS = (
    "browser", "demo", "dev", "docs", "documents", "earth", "integrations", "live", "plots", "ray",
    "train", "trl", "zim",
)  # fmt: skip
FLOOR_EXTRAS = ("documents", "earth", "zim")
COMMON = ("--no-emit-index-url", "--no-header", "--no-annotate", "--quiet")


def compile_requirements(out: str, extras: tuple[str, ...], *arguments: str) -> None:
    """Resolve pyproject.toml with some extras."""
    chosen = [word for extra in extras for word in ("--extra", extra)]
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *chosen, *COMMON]
    subprocess.run([*command, *arguments, "--output-file", FOLDER / out], check=True)


def main() -> int:
    """Write both files."""
    (FOLDER / "lock.txt").unlink(missing_ok=True)
    pins = ("--constraints", str(FOLDER / "pins.txt"))
    compile_requirements("lock.txt", EXTRAS, "--universal", "--python-version", "3.11", *pins)
    lowest = ("--resolution", "lowest-direct", "--python-version", "3.11")
    tools = str(FOLDER / "test-tools.txt")
    compile_requirements("floors.txt", FLOOR_EXTRAS, *lowest, tools)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
