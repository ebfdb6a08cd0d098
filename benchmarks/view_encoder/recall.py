"""What the search for other views finds: `python -m benchmarks.view_encoder.recall`.

Photographs that the index does not hold, of subjects that it holds from elsewhere and of subjects
that it does not know, of which half belong to groups that it knows.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from searchvl_gym.world.pictures import PictureRecipe, draw
from searchvl_gym.world.sources.atlas.photographs import HEIGHT, WIDTH

if TYPE_CHECKING:
    from searchvl_gym.world.world import World


@dataclass(frozen=True)
class Query:
    """A photograph to search for.

    Attributes:
        subject: As recipes name it.
        page: Its page, or -1 for a subject that the world does not have.
        seed: Of the photograph.
    """

    subject: str
    page: int
    seed: int


def subjects_of(world: World) -> dict[str, int]:
    """Subjects that a world has photographs of, with their pages."""
    found: dict[str, int] = {}
    for image in world.images():
        if image.recipe is not None and image.recipe.style == "photograph":
            found[image.recipe.fields["subject"]] = image.page
    return found


def make_queries(world: World, count: int, seed: int) -> tuple[list[Query], list[Query]]:
    """Photographs of known and of unknown subjects."""
    rng = np.random.default_rng(seed)
    subjects = subjects_of(world)
    names = sorted(subjects)
    known, unknown = [], []
    for number in rng.choice(len(names), min(count, len(names)), replace=False):
        subject = names[int(number)]
        known.append(Query(subject, subjects[subject], int(rng.integers(2**31, 2**32))))
        family, group, _ = subject.split()
        if rng.random() < 0.5:
            group = str(int(rng.integers(10**9)))
        stranger = f"{family} {group} {int(rng.integers(10**8, 10**9))}"
        unknown.append(Query(stranger, -1, int(rng.integers(2**31, 2**32))))
    return known, unknown


def group_of(subject: str) -> str:
    """Family and group of a subject."""
    return subject.rsplit(" ", 1)[0]


def measure(world: World, count: int, seed: int) -> dict[str, object]:
    """All figures."""
    known, unknown = make_queries(world, count, seed)
    index = world.image_index
    groups = {page: group_of(subject) for subject, page in subjects_of(world).items()}
    firsts: dict[str, list[bool]] = defaultdict(list)
    fifth, alike, sure, seconds = [], [], [], []
    for query in known:
        pixels = picture(query)
        begun = time.perf_counter()
        hits = index.search(pixels, 5)
        pages = [hit.page for hit in hits]
        seconds.append(time.perf_counter() - begun)
        first = pages[0] if pages else -1
        firsts[query.subject.split()[0]].append(first == query.page)
        fifth.append(query.page in pages)
        sure.append(bool(hits) and hits[0].sure and first == query.page)
        alike.append(first not in (-1, query.page) and groups.get(first) == group_of(query.subject))
    strange = [index.search(picture(query), 1) for query in unknown]
    every = [right for rights in firsts.values() for right in rights]
    return {
        "pictures": world.info.counts["images"],
        "photographs": len(known),
        "recall@1": share(every),
        "recall@5": share(fifth),
        "look-alike first": share(alike),
        "right and sure": share(sure),
        "unknown told of as alike": share([bool(hits) for hits in strange]),
        "unknown matched for sure": share([bool(hits) and hits[0].sure for hits in strange]),
        "p50 ms": round(1000 * float(np.median(seconds)), 1),
        "recall@1 by family": {name: share(rights) for name, rights in sorted(firsts.items())},
    }


def picture(query: Query) -> np.ndarray:  # type: ignore[type-arg]
    """Pixels of a query."""
    recipe = PictureRecipe("photograph", query.seed, {"subject": query.subject}, WIDTH, HEIGHT)
    return draw(recipe).pixels


def share(values: Sequence[bool]) -> float:
    """Share of true values."""
    return round(sum(values) / max(1, len(values)), 4)


def main() -> None:
    """Measure a world."""
    from searchvl_gym.world.catalog import default_world
    from searchvl_gym.world.world import open_world

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", help="a world's directory (Atlas with 3,000 pages)")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    world = open_world(options.world) if options.world else default_world(3_000, views=2)
    print(json.dumps(measure(world, options.queries, options.seed)))


if __name__ == "__main__":
    main()
