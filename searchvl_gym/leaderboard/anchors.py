"""What tasks start from: those that share it are no independent evidence."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import msgspec

from searchvl_gym.types import Task


def anchor_of(task: Task) -> str:
    """Digest of the page or the pictures that a task starts from, whatever damage they have.

    A task that says by itself what it shares with others (`cluster` in its metadata) belongs there.

    >>> from searchvl_gym.types import TaskImage
    >>> one = Task("a", "?", "1", images=(TaskImage(world_image=7),))
    >>> anchor_of(one) == anchor_of(Task("b", "??", "2", images=(TaskImage(world_image=7),)))
    True
    """
    if "cluster" in task.metadata:
        return str(task.metadata["cluster"])
    if task.hops:
        start = ["page", str(task.hops[0].subject)]
    elif task.images:
        images = tuple(replace(image, degradation=None) for image in task.images)
        plain = replace(task, images=images)
        start = ["pictures", *(picture_name(plain, index) for index in range(len(images)))]
    else:
        start = ["task", task.id]
    return hashlib.sha256("\0".join(start).encode()).hexdigest()[:16]


def picture_name(task: Task, index: int) -> str:
    """What a task's picture is, the same on every machine: a file counts by its bytes."""
    image = task.images[index]
    if image.path is None:
        named = {"world": image.world_image, "drawn": image.drawn, "spoiled": image.degradation}
        return msgspec.json.encode(named, order="sorted").decode()
    with open(image.path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
