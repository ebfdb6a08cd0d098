"""Imports go down only, and importing the package stays light."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = [
    ("types", "fatal", "locks"),
    ("world.pictures", "world.appearance"),
    ("world",),
    ("world.sources", "world.by_name", "world.catalog", "world.many"),
    ("language",),
    ("tools", "endpoint"),
    ("tasks", "chat", "live", "context"),
    ("rewards",),
    ("env", "endless", "spaces", "episode", "menu", "wrappers", "vector", "registration", "render"),
    ("rollout",),
    ("curation", "leaderboard", "integrations"),
    ("demo",),
    ("cli", "commands", "__main__"),
]
"""Bottom to top; the longest matching prefix gives a module's floor."""

ALGORITHM_FLOORS = [
    ("models", "losses", "view_encoder", "sentence_encoder", "fluency"),
    ("tokens", "objectives", "recipe.setting", "recipe.brief_tools", "recipe.demonstrator"),
    ("policies",),
    ("rollouts",),
    ("configs", "training"),
    ("credit",),
    ("grpo",),
    ("sft", "fatal_grpo"),
    ("recipe", "trl_adapter", "verl_adapter"),
]
"""The same of `algos`."""

LATER = {"configs": {"sft", "fatal_grpo"}}
"""Modules of higher floors that a function imports: a file of settings has all algorithms'."""

HEAVY = (
    *("torch", "onnxruntime", "cv2", "rapidocr", "ncnn", "pyarrow", "tantivy", "pydantic_monty"),
    *("httpcore", "httpx", "serpapi", "trafilatura", "sqlite3", "tenacity"),
)


def floor_of(module: str, floors: list[tuple[str, ...]] = FLOORS) -> int | None:
    """Floor of a module, named within its package, or None for the package itself."""
    best: tuple[int, int] | None = None
    for number, prefixes in enumerate(floors):
        for prefix in prefixes:
            if module == prefix or module.startswith(prefix + "."):
                candidate = (len(prefix), number)
                best = candidate if best is None else max(best, candidate)
    return None if best is None else best[1]


def imports_at_run_time(tree: ast.AST) -> set[str]:
    """Every module that a file imports, apart from those under `if TYPE_CHECKING`."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
        found |= imports_at_run_time(node)
    return found


def module_name(path: Path) -> str:
    """Name of a module within its package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts[1:] if part != "__init__")


SOURCES = sorted((ROOT / "searchvl_gym").rglob("*.py"))
ALGORITHMS = sorted((ROOT / "algos").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_go_down_only(path: Path) -> None:
    own = floor_of(module_name(path))
    for imported in imports_at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = imported.partition(".")
        assert top not in ("algos", "benchmarks", "torch", "transformers"), imported
        if top != "searchvl_gym" or not rest or own is None:
            continue
        floor = floor_of(rest)
        if floor is not None:
            assert floor <= own, f"{module_name(path)} imports {imported} from a higher floor"


@pytest.mark.parametrize("path", ALGORITHMS, ids=module_name)
def test_imports_of_algorithms_go_down_only(path: Path) -> None:
    name = module_name(path)
    own = floor_of(name, ALGORITHM_FLOORS)
    for imported in imports_at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = imported.partition(".")
        floor = floor_of(rest, ALGORITHM_FLOORS) if top == "algos" else None
        if own is None or floor is None or rest.partition(".")[0] in LATER.get(name, ()):
            continue
        assert floor <= own, f"{name} imports {imported} from a higher floor"


def test_every_module_has_a_floor() -> None:
    names = [module_name(path) for path in SOURCES]
    assert [name for name in names if name and floor_of(name) is None] == []
    names = [module_name(path) for path in ALGORITHMS]
    assert [name for name in names if name and floor_of(name, ALGORITHM_FLOORS) is None] == []


def test_algorithms_and_benchmarks_import_each_other_in_no_circle() -> None:
    paths = [path for room in ("algos", "benchmarks") for path in (ROOT / room).rglob("*.py")]
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in paths}
    names = {".".join(part for part in parts[path] if part != "__init__"): path for path in paths}
    imports = {}
    for name, path in names.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        # What a function imports is bound when it runs: no circle.
        tree.body = [part for part in tree.body if not isinstance(part, ast.FunctionDef)]
        found = imports_at_run_time(tree) & names.keys() - {name}
        # `from package import module` says the package as well, which is loaded by then.
        imports[name] = {each for each in found if not name.startswith(f"{each}.")}
    list(TopologicalSorter(imports).static_order())
    above = {
        name: {each for each in found if each.startswith("benchmarks")}
        for name, found in imports.items()
        if name.startswith("algos")
    }
    assert not any(above.values()), above


@pytest.mark.parametrize("module", ["searchvl_gym", "searchvl_gym.registration"])
def test_importing_stays_light(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
