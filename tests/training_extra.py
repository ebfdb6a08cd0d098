"""Which files need the extra `train` or another framework; all else is tested without them."""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXTRA = (
    *("torch", "transformers", "accelerate", "peft", "trl", "datasets", "tokenizers"),
    *("verl", "mcp", "openenv", "inspect_ai", "verifiers"),
)
MISSING = tuple(name for name in EXTRA if find_spec(name) is None)


@cache
def needs_training(path: Path) -> bool:
    """Whether importing a file imports a missing package of the extra, itself or by another."""
    waiting = [path, *_packages_of(path)] if MISSING else []
    seen = set(waiting)
    while waiting:
        for name in _imported(waiting.pop()):
            if name.partition(".")[0] in MISSING:
                return True
            found = _file_of(name)
            for each in [] if found is None else [found, *_packages_of(found)]:
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
    return False


def _packages_of(file: Path) -> list[Path]:
    """What is imported before a file of this project: the packages that it lies in."""
    if not file.is_relative_to(ROOT):
        return []
    inside = file.relative_to(ROOT).parents
    packages = [ROOT / each / "__init__.py" for each in inside if str(each) != "."]
    return [each for each in packages if each.is_file() and each != file]


@cache
def _imported(path: Path) -> tuple[str, ...]:
    """Modules that a file imports when it is imported: not those within functions."""
    found: list[str] = []
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.Import):
                found += [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found += [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                continue
            elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                waiting.append(node)
    return tuple(found)


@cache
def _file_of(name: str) -> Path | None:
    """The file of a module of this project, or None."""
    if name.partition(".")[0] not in ("algos", "benchmarks", "tests", "searchvl_gym"):
        return None
    place = ROOT.joinpath(*name.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file():
            return file
    return None
