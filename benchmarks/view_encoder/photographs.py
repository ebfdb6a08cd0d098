"""Photographs to learn from: many subjects, several views of each, with the subject's genes."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from searchvl_gym.world.appearance.appearance import appearance_of, subject_name
from searchvl_gym.world.appearance.families import FAMILIES
from searchvl_gym.world.appearance.photograph import paint_photograph

WIDTH, HEIGHT = 192, 144
"""Size at which photographs are kept; the encoder sees random parts of them."""

MEMBERS, VIEWS = 3, 3
"""Members of a group, which look alike, and photographs of each."""

TRAINING_SEEDS = 1_000_000_000
"""Seeds of groups from here on are for training only; worlds use smaller ones."""


def draw_small(subject: str, seed: int) -> npt.NDArray[np.uint8]:
    """One photograph, reduced to `WIDTH` by `HEIGHT`."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, len(subject)]))
    # Smaller than in worlds, which halves the time and changes only how fine the noise is.
    pixels = paint_photograph({"subject": subject}, rng, 480, 360).pixels
    picture = PillowImage.fromarray(pixels).resize((WIDTH, HEIGHT), PillowImage.Resampling.BOX)
    return np.asarray(picture, np.uint8)


def draw_group(job: tuple[str, int]) -> npt.NDArray[np.uint8]:
    """All photographs of a group: `(MEMBERS, VIEWS, HEIGHT, WIDTH, 3)`."""
    family, group = job
    return np.stack(
        [
            [
                draw_small(
                    subject_name(family, TRAINING_SEEDS + group, member),
                    (group * MEMBERS + member) * VIEWS + view,
                )
                for view in range(VIEWS)
            ]
            for member in range(MEMBERS)
        ]
    )


def group_genes(family: str, group: int) -> list[dict[str, int]]:
    """Genes of every member of a group."""
    return [
        dict(appearance_of(subject_name(family, TRAINING_SEEDS + group, member)).genes)
        for member in range(MEMBERS)
    ]


def make_photographs(folder: Path, groups: int, families: tuple[str, ...] | None = None) -> None:
    """Draw groups of every family into a folder, a file a family; what is there is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for family in families or tuple(FAMILIES):
            path = folder / f"{family}.npy"
            if path.exists():
                continue
            jobs = [(family, group) for group in range(groups)]
            drawn = list(pool.map(draw_group, jobs, chunksize=8))
            temporary = path.with_suffix(".part.npy")
            np.save(temporary, np.stack(drawn))
            temporary.rename(path)
            print(f"{family}: {groups * MEMBERS * VIEWS} photographs", flush=True)
