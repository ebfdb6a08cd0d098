"""Draws perception tasks of a world, each proved to need the tools that it is made for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from searchvl_gym.tasks.perception.drafts import Draft, Start
from searchvl_gym.tasks.perception.find import draw_find
from searchvl_gym.tasks.perception.gazetteer import draw_gazetteer
from searchvl_gym.tasks.perception.goals import as_metadata
from searchvl_gym.tasks.perception.hard import ENDS, draw_hard
from searchvl_gym.tasks.perception.necessity import REMOVABLE, Trial
from searchvl_gym.tasks.perception.page_picture import draw_page_picture
from searchvl_gym.tasks.perception.repair import damaged, start_repair
from searchvl_gym.tasks.perception.scene import (
    MINIATURE,
    SIZES,
    in_grain,
    start_gallery,
    start_scene,
)
from searchvl_gym.tasks.perception.site import Site
from searchvl_gym.tasks.perception.structure import start_structure
from searchvl_gym.tasks.perception.sums import draw_compute, draw_pair
from searchvl_gym.types import Task
from searchvl_gym.world.folding import fold

if TYPE_CHECKING:
    from searchvl_gym.tools.suite import ToolSuite
    from searchvl_gym.world import World

SHARES: Mapping[str, float] = MappingProxyType({
    "find": 0.16, "scene": 0.16, "enlarge": 0.08, "gallery": 0.06, "sharpen": 0.08,
    "perspective": 0.08, "structure": 0.12, "compute": 0.08, "page_picture": 0.10, "pair": 0.08,
})  # fmt: skip
"""Families and their shares of a balanced set."""

HARD_SHARES: Mapping[str, float] = MappingProxyType({
    f"{start}-{end}": share
    for start, share in {
        "scene": 0.25, "enlarge": 0.15, "gallery": 0.15, "sharpen": 0.15, "perspective": 0.15,
        "structure": 0.15,
    }.items()
    for end in ENDS
})  # fmt: skip
"""The same of tasks that join two families; see `hard.py`."""

_KINDS = {"sharpen": ("blur", "low_light"), "perspective": ("oblique",)}
"""Damages of the families that are made for a repair."""

GAZETTEERS = 0.4
"""Share of the tries at a pair that are of a gazetteer; they come off more often, about half of
the drafts are of one."""

MAX_TRIES = 400
"""Drafts for one task before its family is given up."""

_Maker = Callable[[Site, np.random.Generator], Iterator[Draft]]


def schedule(n: int, families: Sequence[str]) -> list[str]:
    """Which family each of `n` tasks is of: any beginning is as balanced as can be.

    Args:
        n: How many tasks.
        families: Names from `SHARES` or `HARD_SHARES`.

    >>> schedule(4, ["find", "scene"])
    ['find', 'scene', 'find', 'scene']
    """
    shares = {**SHARES, **HARD_SHARES}
    total = sum(shares[family] for family in families)
    given = dict.fromkeys(families, 0)
    order = []
    for number in range(n):
        due = {f: (number + 1) * shares[f] / total - given[f] for f in families}
        family = max(families, key=lambda f: (due[f], shares[f]))
        given[family] += 1
        order.append(family)
    return order


def perception_task(
    site: Site,
    suite: ToolSuite,
    family: str,
    number: int,
    *,
    seed: int,
    hops: Sequence[int] = (1, 2),
    miniature: bool = False,
) -> Task:
    """The `number`-th task of a set: it depends on the world, the seed and the number only.

    Raises:
        ValueError: When none was found in `MAX_TRIES` drafts.
    """
    split = ("train", "validation", "test").index(site.split)
    key = [seed, split, number, int(site.world.fingerprint[:16], 16)]
    rng = np.random.default_rng(key)
    makers = _makers(MINIATURE if miniature else SIZES, tuple(hops))
    for _ in range(MAX_TRIES):
        for draft in makers[family](site, rng):
            task = proved(site.world, suite, draft, family, number, site.split)
            if task is not None:
                return task
    raise ValueError(
        f"{site.world!r} gave no {family} task for {site.split} {number} in {MAX_TRIES} tries; "
        "build a larger world, or leave the family out"
    )


def proved(
    world: World, suite: ToolSuite, draft: Draft, family: str, number: int, split: str
) -> Task | None:
    """A draft as a task with its needs; None when it is not solved or a wanted tool not needed."""
    task = as_task(world, draft, family, number, split)
    trial = Trial(task, world, suite, is_right)
    # What a family is made for first: most drafts that fail, fail there.
    if not trial.play(REMOVABLE).right or any(map(trial.right_without, draft.wanted)):
        return None
    needs = trial.needs()
    return None if needs is None else replace(task, needs=needs)


def as_task(world: World, draft: Draft, family: str, number: int, split: str) -> Task:
    """A draft as a task, not proved yet."""
    plan = as_metadata(draft.plan)
    key = repr((world.fingerprint, draft.question, draft.images, draft.hops)).encode()
    identity = hashlib.blake2b(key, digest_size=4).hexdigest()
    damage = [i.degradation for i in draft.images if i.degradation is not None]
    tools = [r["tool"] for goal in plan["goals"] for r in goal.get("repairs", ())]
    return Task(
        id=f"{family}-{split}-{number:05d}-{identity}",
        question=draft.question,
        answer=draft.answer,
        images=draft.images,
        aliases=draft.aliases,
        answer_kind=draft.answer_kind,
        hops=draft.hops,
        split=split,
        world=world.fingerprint,
        repair=tuple(dict.fromkeys(tools)) if damage else (),
        metadata={
            **draft.metadata,
            "family": family,
            "anchor": draft.anchor,
            "letter_height": draft.plan.letter_height,
            "plan": plan,
        },
    )


def is_right(answer: str, task: Task) -> bool:
    """Whether a player's answer is the task's; players say values as they stand."""
    return fold(answer) in {fold(text) for text in (task.answer, *task.aliases)}


def check_world(world: World) -> None:
    """Refuse a world that such tasks cannot be made in.

    Raises:
        ValueError: What it lacks, and how to build one.
    """
    if not world.info.settings.get("views"):
        raise ValueError(
            f"{world!r} has no photographs of its subjects; build one with them: searchvl world "
            "build atlas --size 3000 --views 2"
        )


def _makers(sizes: Sequence[tuple[int, int]], hops: tuple[int, ...]) -> Mapping[str, _Maker]:
    def once(draw: Callable[[Site, np.random.Generator, int], Draft | None]) -> _Maker:
        def make(site: Site, rng: np.random.Generator) -> Iterator[Draft]:
            draft = draw(site, rng, hops[int(rng.integers(len(hops)))])
            if draft is not None:
                yield draft

        return make

    def begun(family: str, end: str = "") -> _Maker:
        def make(site: Site, rng: np.random.Generator) -> Iterator[Draft]:
            kinds = _KINDS.get(family, ("",))
            kind = kinds[int(rng.integers(len(kinds)))]
            count = hops[int(rng.integers(len(hops)))]
            start = _start(site, family, kind, sizes, rng)
            if start is None:
                return
            if end:
                draft = draw_hard(site, start, end, count, rng)
            else:
                trail = site.trail(start.page, start.phrase, count, rng)
                draft = None if trail is None else trail.draft(start)
            if draft is None:
                return
            if family == "enlarge":
                yield from in_grain(draft, rng)
            elif kind:
                yield from damaged(draft, kind, rng)
            else:
                yield draft

        return make

    beginnings = dict.fromkeys(name.rpartition("-")[0] for name in HARD_SHARES)
    return {
        **{family: begun(family) for family in beginnings},
        **{f"{family}-{end}": begun(family, end) for family in beginnings for end in ENDS},
        "find": once(draw_find),
        "compute": once(draw_compute),
        "page_picture": once(draw_page_picture),
        "pair": once(_draw_two),
    }


def _draw_two(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
    """One try at a task with two pictures: a photograph and a gazetteer, or two photographs."""
    return (draw_gazetteer if rng.random() < GAZETTEERS else draw_pair)(site, rng, hops)


def _start(
    site: Site,
    family: str,
    kind: str,
    sizes: Sequence[tuple[int, int]],
    rng: np.random.Generator,
) -> Start | None:
    if kind:
        return start_repair(site, rng, kind)
    if family == "structure":
        return start_structure(site, rng)
    if family == "gallery":
        return start_gallery(site, rng, sizes)
    return start_scene(site, rng, sizes, grainy=family == "enlarge")
