"""Imports go down only, and importing the package stays light."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = [
    ("types", "fatal", "locks", "temporary"),
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
"""Bottom to top; the longest matching beginning of its name gives a module's floor."""

ROOMS = {
    "searchvl_gym": FLOORS,
    "searchvl_gym.rewards": [
        ("scoring", "reading", "values.units", "values.calendar_names"),
        ("values", "names"),
        ("east_asian",),
        ("lists", "options", "yes_no", "marking", "claims"),
        ("accuracy", "format", "query"),
        ("composite", "judges"),
        ("choice",),
    ],
    "searchvl_gym.curation": [
        ("errors", "records", "sets.anchor_split"),
        ("language_model.completions", "language_model.settings", "language_model.prompts"),
        ("settings",),
        ("facts",),
        ("paths",),
        ("proofs",),
        ("questions",),
        ("pictures",),
        ("language_model", "instances", "trajectories"),
        ("sets", "contact_sheet"),
        ("release", "running"),
    ],
    "algos": [
        ("models", "losses", "view_encoder", "sentence_encoder", "fluency"),
        ("tokens", "objectives", "recipe.setting", "recipe.brief_tools", "recipe.demonstrator"),
        ("policies",),
        ("rollouts",),
        ("configs", "training"),
        ("credit",),
        ("grpo",),
        ("sft", "fatal_grpo"),
        ("recipe", "trl_adapter", "verl_adapter"),
    ],
}
"""The floors of a package and of packages in it, by the beginnings of their modules' names."""

LATER = {("algos", "configs"): {"sft", "fatal_grpo"}}
"""Modules of higher floors that a function imports: a file of settings has all algorithms'."""

HEAVY = (
    *("torch", "onnxruntime", "cv2", "rapidocr", "ncnn", "pyarrow", "tantivy", "pydantic_monty"),
    *("httpcore", "httpx", "serpapi", "trafilatura", "sqlite3", "tenacity"),
)


def floor_of(module: str, floors: list[tuple[str, ...]]) -> int | None:
    """Floor of a module, named within its package; None for the package itself."""
    best: tuple[int, int] | None = None
    for number, prefixes in enumerate(floors):
        for prefix in prefixes:
            if module == prefix or module.startswith(prefix + "."):
                candidate = (len(prefix), number)
                best = candidate if best is None else max(best, candidate)
    return None if best is None else best[1]


def imports_at_run_time(tree: ast.AST, *, types: bool = False) -> set[str]:
    """Every module that a file imports; with `types` also those under `if TYPE_CHECKING`."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if not types and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
        found |= imports_at_run_time(node, types=types)
    return found


def modules_of(*packages: str) -> dict[str, Path]:
    """The files of packages by the names of their modules."""
    paths = [path for each in packages for path in (ROOT / each.replace(".", "/")).rglob("*.py")]
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in sorted(paths)}
    return {".".join(part for part in parts[each] if part != "__init__"): each for each in parts}


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def without_functions(tree: ast.AST) -> ast.AST:
    """What a function imports is bound when it runs: no circle."""
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            functions = (ast.FunctionDef, ast.AsyncFunctionDef)
            node.body = [part for part in body if not isinstance(part, functions)]  # type: ignore[attr-defined]
    return tree


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down_only(room: str) -> None:
    floors, wrong = ROOMS[room], []
    for module, path in modules_of(room).items():
        name = module.removeprefix(room).removeprefix(".")
        own = floor_of(name, floors)
        for imported in imports_at_run_time(parse(path)) if own is not None else ():
            rest = imported.removeprefix(f"{room}.") if imported.startswith(f"{room}.") else ""
            floor = floor_of(rest, floors)
            later = rest.partition(".")[0] in LATER.get((room, name), ())
            if floor is not None and floor > own and not later:
                wrong.append(f"{module} imports {imported} from a higher floor")
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_has_a_floor(room: str) -> None:
    names = [module.removeprefix(room).removeprefix(".") for module in modules_of(room)]
    assert [name for name in names if name and floor_of(name, ROOMS[room]) is None] == []


def test_the_environment_knows_nothing_of_algorithms() -> None:
    for module, path in modules_of("searchvl_gym").items():
        for imported in imports_at_run_time(parse(path)):
            top = imported.partition(".")[0]
            assert top not in ("algos", "benchmarks", "torch", "transformers"), (module, imported)
    for module, path in modules_of("algos").items():
        for imported in imports_at_run_time(parse(path)):
            assert imported.partition(".")[0] != "benchmarks", (module, imported)


@pytest.mark.parametrize(
    ("packages", "types"), [(("searchvl_gym",), True), (("algos", "benchmarks"), False)]
)
def test_modules_import_each_other_in_no_circle(packages: tuple[str, ...], types: bool) -> None:
    names = modules_of(*packages)
    imports = {}
    for name, path in names.items():
        found = imports_at_run_time(without_functions(parse(path)), types=types)
        # `from package import module` says the package as well, which is loaded by then.
        own = {each for each in names if name.startswith(f"{each}.")}
        imports[name] = (found & names.keys()) - {name} - own
    list(TopologicalSorter(imports).static_order())


@pytest.mark.parametrize("module", ["searchvl_gym", "searchvl_gym.registration"])
def test_importing_stays_light(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
