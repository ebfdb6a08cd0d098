"""What somebody must know who is to find a fault: the machine, the versions, the cache."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from searchvl_gym.commands.lock_file import FOLDER, find_lock, normalise, read_lock
from searchvl_gym.commands.options import size_in_words

BEGIN = "--- paste from here into a report of a fault ---"
END = "--- to here ---"

ALSO = ("torch", "transformers", "accelerate", "peft", "trl", "vllm", "ray", "libzim")
"""Distributions of the extras whose versions matter, where they are installed."""

_NO_GPU = "none found; nothing in the core needs one"


def installed(name: str) -> str | None:
    """Version of a distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def describe(distributions: Iterable[str], lock: Sequence[Path] | None = None) -> str:
    """The block, as plain text.

    Args:
        distributions: Those whose versions are told, whether they are installed or not.
        lock: Files of the lock; None for those of the checkout.
    """
    files = find_lock() if lock is None else lock
    names = ", ".join(file.name for file in files)
    told = f"{FOLDER}/ ({names})" if files else "none at hand (it is in a checkout of the project)"
    lines = [f"{name + ':':<11}{value}" for name, value in (*describe_machine(), ("lock", told))]
    versions = _versions([*distributions, *filter(installed, ALSO)], read_lock(files))
    lines += ["versions:", *versions]
    lines += ["cache:", *_cache()]
    return "\n".join([BEGIN, *lines, END])


def describe_machine() -> list[tuple[str, str]]:
    """Platform, Python, processor, memory, graphics processor, policies."""
    return [
        ("platform", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("Python", f"{platform.python_version()} ({platform.python_implementation()})"),
        ("cores", str(os.cpu_count())),
        ("memory", _memory()),
        ("GPU", _graphics_processor()),
        ("policies", _policies()),
    ]


def _versions(distributions: Iterable[str], locked: Mapping[str, tuple[str, ...]]) -> list[str]:
    lines = []
    for name in dict.fromkeys(distributions):
        here, there = installed(name) or "not installed", locked.get(normalise(name), ())
        # A build's label ("+cpu") is no other version.
        same = here in there or here.partition("+")[0] in there
        beside = "" if same or not there else f"  (lock: {' or '.join(there)})"
        lines.append(f"  {name} {here}{beside}")
    return lines


def _cache() -> list[str]:
    from searchvl_gym.world.cache_entries import list_entries
    from searchvl_gym.world.catalog import cache_dir
    from searchvl_gym.world.format import WorldError

    cache = cache_dir()
    try:
        # Names of the user's home have no place in a report.
        shown = f"~/{cache.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        shown = str(cache)
    try:
        entries = list_entries(cache)
    except WorldError as error:
        return [f"  {error}"]
    listed = [f"  {each.name}: {size_in_words(each.size)}, {each.kind}" for each in entries]
    return [f"  {shown}", *(listed or ["  nothing there yet (searchvl world build)"])]


def _memory() -> str:
    try:
        memory = importlib.import_module("psutil").virtual_memory()
    except Exception:  # not installed, or what it reads is not to be had here
        return "not known (psutil is not installed)"
    return f"{size_in_words(memory.total)}, {size_in_words(memory.available)} of it free"


def _graphics_processor() -> str:
    """As torch sees it where torch is installed, else as the driver's program does."""
    if installed("torch") is not None:
        try:
            torch = importlib.import_module("torch")
            count = torch.cuda.device_count() if torch.cuda.is_available() else 0
            names = [torch.cuda.get_device_name(number) for number in range(count)]
            build = f"torch built for CUDA {torch.version.cuda or '(none: CPU only)'}"
            return f"{', '.join(names) or _driver()}; {build}"
        except Exception as error:  # a broken binary raises almost anything
            return f"torch cannot be used: {' '.join(str(error).split())[:200]}"
    return _driver()


def _driver() -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return _NO_GPU
    try:
        done = subprocess.run([program, "-L"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "nvidia-smi is there and does not answer"
    return ", ".join(done.stdout.split("\n")).strip(", ") or _NO_GPU


def _policies() -> str:
    from searchvl_gym.rollout.registry import available

    return ", ".join(available())
