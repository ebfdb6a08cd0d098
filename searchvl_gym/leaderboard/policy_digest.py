"""What a policy is, in one digest: the seed of the worlds that it is tested in.

A checkpoint is its weights; what is behind an endpoint cannot be looked into, so it is its name,
its version and the day on which it was asked; a scripted policy is its name and the version of
this package.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from searchvl_gym import __version__
from searchvl_gym.leaderboard.naming import Named

WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".gguf", ".onnx")
"""How the names of files with weights end."""

ENDPOINTS = ("chat",)
"""Policies that ask an endpoint."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def policy_digest(policy: Named, *, version: str = "", date: str = "") -> str:
    """SHA-256 of what a policy is, as 64 hexadecimal digits.

    Args:
        policy: As it was named; its arguments that name a checkpoint are looked into.
        version: Of what is behind an endpoint.
        date: The day on which an endpoint is asked, `2026-11-30`.

    Raises:
        ValueError: When an endpoint comes without a date, or a checkpoint has no weights.

    >>> policy_digest(Named("oracle", {}, "oracle")) == policy_digest(Named("oracle", {}, "oracle"))
    True
    """
    if date and not _DAY.fullmatch(date):
        raise ValueError(f"date must look like 2026-11-30, got {date!r}")
    folders = [
        Path(policy.arguments[name])
        for name in ("checkpoint", "model")
        if isinstance(policy.arguments.get(name), str) and Path(policy.arguments[name]).is_dir()
    ]
    if folders:
        return weights_digest(folders[0])
    if policy.name in ENDPOINTS and not date:
        raise ValueError(
            f"{policy.text} is behind an endpoint that cannot be looked into: say which it was by "
            "the day on which it is asked, and its version where it has one "
            "(atlas-unseen:date=2026-11-30,version=…)"
        )
    named = ("policy", policy.text, version or __version__, date)
    return hashlib.sha256("\0".join(named).encode()).hexdigest()


def weights_digest(folder: Path) -> str:
    """SHA-256 of the weights in a checkpoint's directory: of each file's digest, in order.

    Raises:
        ValueError: When there are none.
    """
    files = sorted(file for file in folder.rglob("*") if file.suffix in WEIGHTS and file.is_file())
    if not files:
        raise ValueError(f"{folder} holds no weights ({', '.join(WEIGHTS)})")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
