"""Draws tasks straight from the typed graph of a world."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from searchvl_gym.language.nouns import noun_of
from searchvl_gym.tasks.drawn import drawn_files
from searchvl_gym.tasks.kinds import Kinds, check_task_kinds, endings_of, repairs_of
from searchvl_gym.tasks.paths import PathSampler, contains_words
from searchvl_gym.tasks.questions import NoWords, anchor_in_picture, verbalise
from searchvl_gym.tasks.repairs import draw_repair
from searchvl_gym.tasks.splits import check_split, split_of
from searchvl_gym.tasks.task_set import TaskSet
from searchvl_gym.types import Degradation, Hop, Task, TaskImage
from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import ImageRecord, Page

if TYPE_CHECKING:
    from searchvl_gym.world import World

DEFAULT_HOPS = (1, 2, 3, 4)
DEFAULT_HOP_WEIGHTS = (0.25, 0.35, 0.25, 0.15)

_STRUCTURAL = ("list", "disambiguation")
_MAX_TRIES = 5_000


def sample_tasks(
    world: World,
    *,
    split: str,
    n: int,
    seed: int = 0,
    hops: Sequence[int] = DEFAULT_HOPS,
    hop_weights: Sequence[float] | None = None,
    repair_share: float = 0.2,
    bridges: Collection[str] | None = None,
    endings: Collection[str] | None = None,
    anchors: Literal["split", "all"] = "split",
    kinds: Kinds = "all",
) -> TaskSet:
    """Draw distinct tasks, each anchored on a picture that shows the name of its page.

    The question refers to the anchor by its picture only and names no page of the path. The same
    arguments give the same tasks, and fewer tasks are the beginning of more.

    Args:
        world: A world with typed facts and drawn pictures.
        split: `train`, `validation` or `test`; their anchors are disjoint.
        n: How many, at least 0.
        seed: Of the draw.
        hops: Numbers of facts that a question may chain, each at least 1.
        hop_weights: Their weights; None for the usual ones (0.25, 0.35, 0.25, 0.15 for 1 to 4),
            or equal ones for other hops.
        repair_share: Share of tasks with a damaged picture that a tool can repair, 0 to 1.
        bridges: Relations that may lead from page to page, or None for all.
        endings: Relations that may give the answer, or None for all.
        anchors: `split` asks about pictures of that split only; `all` about any, for worlds that
            belong to one split as a whole.
        kinds: `seen` never asks for some relations and never does some damage to pictures,
            `unseen` does these alone; see `searchvl_gym.tasks.kinds`. Not together with `endings`.

    Raises:
        ValueError: When an argument is out of range, or the world has no typed relations or not
            enough different tasks.
    """
    check_split(split)
    weights = _weights(hops, hop_weights)
    if anchors not in ("split", "all"):
        raise ValueError(f"anchors must be 'split' or 'all', got {anchors!r}")
    if check_task_kinds(kinds) != "all":
        if endings is not None:
            raise ValueError("kinds and endings cannot be given together")
        endings = endings_of((each.name for each in world.info.relations), kinds)
    if n < 0:
        raise ValueError(f"n must be at least 0, got {n}")
    if not 0 <= repair_share <= 1:
        raise ValueError(f"repair_share must be between 0 and 1, got {repair_share}")
    paths = PathSampler(world, bridges=bridges, endings=endings)
    split_number = ("train", "validation", "test").index(split)
    rng = np.random.default_rng([seed, split_number, int(world.fingerprint[:16], 16)])
    tasks: list[Task] = []
    seen: set[tuple[int, tuple[Hop, ...]]] = set()
    tries = 0
    while len(tasks) < n:
        tries += 1
        if tries > _MAX_TRIES:
            raise ValueError(
                f"{world!r} gave only {len(tasks)} different {split} tasks of {n}; ask for "
                "fewer, or build a larger world"
            )
        drawn = _draw(world, paths, split, hops, weights, rng, any_anchor=anchors == "all")
        if drawn is None:
            continue
        image, path, task = drawn
        if (image.page, path) in seen:
            continue
        seen.add((image.page, path))
        damage: Degradation | None = None
        tools: tuple[str, ...] = ()
        if rng.random() < repair_share:
            damage, tools = draw_repair(rng, repairs_of(kinds))
        tasks.append(_finish(task, image, damage, tools, len(tasks)))
        tries = 0
    return TaskSet(tasks, f"{world.info.name}-{split}", drawn_files(world, tasks))


def shows_name(image: ImageRecord, page: Page) -> bool:
    """Whether the title drawn into a picture is a name of its page."""
    if image.recipe is None or "title" not in image.recipe.fields:
        return False
    shown = fold(image.recipe.fields["title"])
    return shown in map(fold, (page.title, *page.aliases, *page.redirects))


def _draw(
    world: World,
    paths: PathSampler,
    split: str,
    hops: Sequence[int],
    weights: Sequence[float],
    rng: np.random.Generator,
    *,
    any_anchor: bool,
) -> tuple[ImageRecord, tuple[Hop, ...], Task] | None:
    """One try: a picture, a walk and its question; None when they do not make a task."""
    image = world.image(int(rng.integers(world.info.counts["images"])))
    page = world.page(image.page)
    length = int(rng.choice(np.asarray(hops), p=weights))
    if page.kind in _STRUCTURAL:
        return None
    if not any_anchor and split_of(page.title, world.info.seed) != split:
        return None
    if not shows_name(image, page):
        return None
    walk = paths.draw(page.id, length, rng)
    if walk is None:
        return None
    path, last = walk
    assert image.recipe is not None
    aliases = list(last.aliases)
    pages = [world.page(hop.subject) for hop in path]
    targets = [] if last.target is None else [world.page(last.target)]
    nouns = [noun_of(item) for item in (*pages, *targets)]
    anchor = anchor_in_picture(page, image.recipe.style)
    relations = [paths.relation(hop.relation) for hop in path]
    try:
        question = verbalise(anchor, relations, rng, nouns=nouns)
    except NoWords:
        return None
    for target in targets:
        aliases += [target.title, *target.aliases]
        pages.append(target)
    names = [name for item in pages for name in (item.title, *item.aliases, *item.redirects)]
    if any(contains_words(question, words) for words in (*names, last.value)):
        return None
    task = Task(
        id="",
        question=question,
        answer=last.value,
        aliases=tuple(alias for alias in dict.fromkeys(aliases) if alias != last.value),
        answer_kind=paths.relation(last.relation).value_kind,
        hops=path,
        split=split,
        world=world.fingerprint,
        metadata={
            "style": image.recipe.style,
            "kind": page.kind,
            "shown": image.recipe.fields["title"],
            "titles": [item.title for item in pages],
            "labels": [paths.relation(hop.relation).label for hop in path],
        },
    )
    return image, path, task


def _finish(
    task: Task,
    image: ImageRecord,
    damage: Degradation | None,
    tools: tuple[str, ...],
    number: int,
) -> Task:
    key = repr((task.world, image.id, task.question, task.hops, damage)).encode()
    identity = hashlib.blake2b(key, digest_size=4).hexdigest()
    return Task(
        id=f"{task.split}-{number:05d}-{identity}",
        question=task.question,
        answer=task.answer,
        images=(TaskImage(world_image=image.id, degradation=damage),),
        aliases=task.aliases,
        answer_kind=task.answer_kind,
        hops=task.hops,
        split=task.split,
        world=task.world,
        repair=tools,
        metadata=task.metadata,
    )


def _weights(hops: Sequence[int], given: Sequence[float] | None) -> tuple[float, ...]:
    if not hops or min(hops) < 1 or len(set(hops)) != len(hops):
        raise ValueError(f"hops must be different numbers of at least 1, got {tuple(hops)}")
    if given is None:
        usual = dict(zip(DEFAULT_HOPS, DEFAULT_HOP_WEIGHTS, strict=True))
        given = [usual[hop] for hop in hops] if set(hops) <= set(usual) else [1.0] * len(hops)
    if len(given) != len(hops) or min(given) < 0 or sum(given) <= 0:
        raise ValueError(
            f"hop_weights must be {len(hops)} numbers of at least 0, not all 0, got {tuple(given)}"
        )
    return tuple(weight / sum(given) for weight in given)
