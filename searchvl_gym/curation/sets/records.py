"""What was written, and what it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Dataset:
    """What was written.

    Attributes:
        path: The directory.
        sft: Trajectories of the SFT set.
        sft_instances: Instances that they are of.
        rl: Instances of the RL set.
        held_out: Instances that are kept for evaluation.
        fingerprint: SHA-256 over trajectories and tasks.
    """

    path: Path
    sft: int
    sft_instances: int
    rl: int
    held_out: int
    fingerprint: str


@dataclass(frozen=True)
class Origin:
    """What a set came from, for its card.

    Attributes:
        seed: Of the curation.
        command: How to make it again.
        rejected: Records that the stages dropped, by stage and reason.
        settings: Settings of the curation, as JSON.
        anchors: Anchors that the world has, by the least side of their picture in pixels.
    """

    seed: int
    command: str = ""
    rejected: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    anchors: Mapping[int, int] = field(default_factory=dict)
