"""Plays on a system without what only Linux has; started as a process of its own.

The modules `fcntl`, `resource`, `pwd` and `grp` are missing, as on Windows, and nothing can be
read below `/proc`, as on macOS and Windows. Arguments: a world, and a directory for the run.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

MISSING = ("fcntl", "resource", "pwd", "grp")
PACKAGES = ("searchvl_gym", "algos", "benchmarks")


def refuse_proc(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: what is below `/proc` is not there."""
    if event in ("open", "os.listdir", "os.scandir") and arguments:
        path = arguments[0]
        if isinstance(path, bytes):
            path = path.decode(errors="replace")
        if isinstance(path, str) and path.startswith("/proc"):
            raise FileNotFoundError(2, "there is no /proc here", path)


def hide_linux() -> None:
    """From now on, and from our own code.

    The Linux builds of other libraries may use what Linux has, and are imported before; their
    builds for other systems do without.
    """
    importlib.import_module("psutil")
    for name in MISSING:
        sys.modules[name] = None  # type: ignore[assignment]
    sys.addaudithook(refuse_proc)


def import_everything() -> tuple[list[str], dict[str, str]]:
    """Import every module of ours, apart from those that are programs only.

    Returns:
        The modules, and of each that cannot be imported what it misses.
    """
    found, missing = [], {}
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}.", onerror=lambda _: None):
            if module.name.endswith(".__main__"):
                continue
            try:
                importlib.import_module(module.name)
                found.append(module.name)
            except ModuleNotFoundError as error:
                missing[module.name] = error.name or str(error)
    return found, missing


def play(world: str, out: str) -> dict[str, Any]:
    """Two oracle episodes into a store, and a program in the sandbox."""
    from searchvl_gym.rollout import run
    from searchvl_gym.tools import ToolSuite
    from searchvl_gym.tools.base import ToolContext
    from searchvl_gym.types import ToolCall

    summary = run(
        "SearchVL/World-v0",
        "oracle",
        episodes=2,
        seed=0,
        out=out,
        env_kwargs={"world": world},
    )
    call = ToolCall("python_interpreter", {"code": "6 * 7"})
    said = ToolSuite().run(call, ToolContext(images=None))  # type: ignore[arg-type]
    return {"success_rate": summary.success_rate, "sandbox": said.text}


def main(world: str, out: str) -> None:
    """Say as JSON what was imported and how it went."""
    hide_linux()
    modules, missing = import_everything()
    played = play(world, out)
    hidden = [name for name in MISSING if sys.modules[name] is not None]
    try:
        Path("/proc/self/status").read_text(encoding="utf-8")
        hidden.append("/proc")
    except FileNotFoundError:
        pass
    print(json.dumps({"modules": modules, "missing": missing, "seen": hidden, **played}))


if __name__ == "__main__":
    main(*sys.argv[1:])
