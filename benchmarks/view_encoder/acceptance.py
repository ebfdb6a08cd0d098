"""Which rule tells photographs of known subjects from those of unknown ones.

`python -m benchmarks.view_encoder.acceptance --subjects 100` draws two photographs of each of so
many subjects as an index, and new photographs of known and of unknown ones, half of the latter
from known groups. It prints a line a rule: the share of the known that is found first and
accepted where at most one unknown in twenty is. No world is needed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.view_encoder.recall import Query, picture
from searchvl_gym.world.view_encoder import load_encoder

Matrix = npt.NDArray[np.float32]

SHARES = {
    "arms": 0.25, "portrait": 0.2, "bridge": 0.05, "hall": 0.13, "tower": 0.06, "flower": 0.08,
    "bird": 0.05, "moth": 0.04, "flask": 0.02, "ship": 0.05, "hanging": 0.07,
}  # fmt: skip
"""Families, about as an Atlas has them."""

GROUP_SIZES = (1, 2, 3, 5)
GROUPS = 200
VIEWS = 2
ASKED = 0.7
"""Chance that a subject is asked for, and that an unknown one of its family is."""

UNKNOWN_ACCEPTED = 0.05


@dataclass(frozen=True)
class Shot:
    """A photograph to take.

    Attributes:
        query: Subject and seed; its page is the number of the subject, -1 for an unknown one.
        indexed: Whether it is in the index.
    """

    query: Query
    indexed: bool


def shots(count: int, seed: int) -> Iterator[Shot]:
    """All photographs of the first `count` subjects, those of fewer being a beginning of more."""
    rng = np.random.default_rng(seed)
    weights = np.array(list(SHARES.values()))
    subjects: list[str] = []
    for _ in range(GROUPS):
        family = list(SHARES)[rng.choice(len(weights), p=weights / weights.sum())]
        group = int(rng.integers(10**9))
        for _ in range(int(rng.choice(GROUP_SIZES))):
            subjects.append(f"{family} {group} {int(rng.integers(10**8))}")
    for number, subject in enumerate(subjects[:count]):
        for _ in range(VIEWS):
            yield Shot(Query(subject, number, int(rng.integers(2**31))), indexed=True)
        if rng.random() < ASKED:
            yield Shot(Query(subject, number, int(rng.integers(2**31, 2**32))), indexed=False)
        family, known, _ = subject.split()
        if rng.random() < ASKED:
            group_name = str(int(rng.integers(10**9))) if rng.random() < 0.5 else known
            stranger = f"{family} {group_name} {int(rng.integers(10**8, 10**9))}"
            yield Shot(Query(stranger, -1, int(rng.integers(2**31, 2**32))), indexed=False)


def vectors(wanted: list[Shot], kept: Path | None) -> Matrix:
    """What the built-in encoder makes of photographs; those in a file are not drawn again."""
    found = list(np.load(kept)) if kept is not None and kept.exists() else []
    encoder = load_encoder()
    for number in range(len(found), len(wanted)):
        found.append(encoder.embed(picture(wanted[number].query)))
        if kept is not None and (number % 50 == 49 or number + 1 == len(wanted)):
            np.save(kept, np.stack(found))
    return np.stack(found[: len(wanted)]).astype(np.float32)


def by_page(scores: Matrix, pages: npt.NDArray[np.int64]) -> Matrix:
    """The best score of each page's pictures, `(queries, pages)`."""
    return np.stack([scores[:, pages == page].max(1) for page in range(pages.max() + 1)], 1)


def rules(index: Matrix, pages: npt.NDArray[np.int64]) -> dict[str, Callable[[Matrix], Matrix]]:
    """Ways to score the pages of an index for queries, by name."""
    among = index @ index.T
    among[pages[:, None] == pages[None, :]] = -1.0

    def margin(queries: Matrix) -> Matrix:
        found = by_page(queries @ index.T, pages)
        ordered = np.sort(found, 1)
        rest = np.where(found == ordered[:, -1:], ordered[:, -2:-1], ordered[:, -1:])
        return np.asarray(found - np.float32(0.3) * rest, np.float32)

    def mean(queries: Matrix) -> Matrix:
        scores = queries @ index.T
        return np.stack([scores[:, pages == page].mean(1) for page in range(pages.max() + 1)], 1)

    def crowded(share: float, nearest: int) -> Callable[[Matrix], Matrix]:
        """The cosine less a share of how alike a picture of the index is to its strangers."""
        offset = np.sort(among, 1)[:, -nearest:].mean(1)
        return lambda queries: by_page(queries @ index.T - np.float32(share) * offset, pages)

    return {
        "cosine": lambda queries: by_page(queries @ index.T, pages),
        "mean of a page's views": mean,
        "less 0.3 of the second page": margin,
        "less 0.25 of the nearest stranger's": crowded(0.25, 1),
        "less 0.5 of the nearest stranger's": crowded(0.5, 1),
        "less 0.5 of the 10 nearest strangers'": crowded(0.5, 10),
        "less all of the 10 nearest strangers'": crowded(1.0, 10),
    }


def figures(known: Matrix, own: npt.NDArray[np.int64], unknown: Matrix) -> dict[str, float]:
    """Found first; and first and accepted, where few unknown ones are accepted."""
    strange = np.sort(unknown.max(1))
    least = strange[min(len(strange) - 1, int((1 - UNKNOWN_ACCEPTED) * len(strange)))]
    first = known.argmax(1) == own
    accepted = known.max(1) > least
    return {
        "recall@1": round(float(first.mean()), 3),
        "right and accepted": round(float((first & accepted).mean()), 3),
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=500)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--kept", type=Path, help="a .npy file that lets a killed run go on")
    options = parser.parse_args()
    wanted = list(shots(options.subjects, options.seed))
    made = vectors(wanted, options.kept)
    pages = np.array([shot.query.page for shot in wanted])
    indexed = np.array([shot.indexed for shot in wanted])
    known, unknown = ~indexed & (pages >= 0), pages < 0
    for name, rule in rules(made[indexed], pages[indexed]).items():
        found = figures(rule(made[known]), pages[known], rule(made[unknown]))
        counts = {"index": int(indexed.sum()), "known": int(known.sum())}
        print(json.dumps({"rule": name, **counts, "unknown": int(unknown.sum()), **found}))


if __name__ == "__main__":
    main()
