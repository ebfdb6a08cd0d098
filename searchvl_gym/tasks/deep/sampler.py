"""Draws deep tasks: programs with words, one answer, a proof of their depth and no leak."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from searchvl_gym.tasks.deep.depth import Depth, measure_depth
from searchvl_gym.tasks.deep.evaluate import Evaluation, NoAnswer, evaluate
from searchvl_gym.tasks.deep.knowledge import Knowledge
from searchvl_gym.tasks.deep.program import (
    Program,
    as_metadata,
    clues,
    query_graph,
    relations_of,
    treewidth,
)
from searchvl_gym.tasks.deep.shapes import SHAPES, Draft, Ground, share
from searchvl_gym.tasks.deep.statements import Statements
from searchvl_gym.tasks.deep.web import DENSE, WIDEST, weaves, widest
from searchvl_gym.tasks.deep.wording import Teller
from searchvl_gym.tasks.drawn import drawn_files
from searchvl_gym.tasks.paths import contains_words, hop_of
from searchvl_gym.tasks.questions import thing_of
from searchvl_gym.tasks.splits import check_split, split_of
from searchvl_gym.tasks.task_set import TaskSet
from searchvl_gym.types import Task, TaskImage
from searchvl_gym.world.folding import fold
from searchvl_gym.world.world import open_world

if TYPE_CHECKING:
    from searchvl_gym.world import World

MAX_TRIES = 400
"""Drafts for one task before the bounds are given up."""

TOLERANCE = 0.1
"""Share by which the least number of calls may differ from the wanted depth."""

_DRAWN = {**SHAPES, **DENSE}
_SPLITS = ("train", "validation", "test")
_CHUNK = 8


@dataclass(frozen=True)
class Bounds:
    """What drawn tasks must measure.

    Attributes:
        depth: Least number of calls, met within a tenth.
        clues: Fewest statements of a question.
        treewidth: Least treewidth of the graph of its unknowns, 1 to 3.
        branching: Fewest candidates of its largest choice.
        pages: Fewest pages that hold the proof.
        pictures: Number of pictures, 1 or 2; None for either.
        shapes: Names of the shapes to draw from; () for those that reach the treewidth: `web`
            for 3, all others for less.
    """

    depth: int
    clues: int = 1
    treewidth: int = 1
    branching: int = 1
    pages: int = 1
    pictures: int | None = None
    shapes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no task can have.

        Raises:
            ValueError: Which bound is out of range.
        """
        for name, low, high in (
            ("depth", 4, 200), ("clues", 1, 60), ("treewidth", 1, 3), ("branching", 1, 40),
            ("pages", 1, 400),
        ):  # fmt: skip
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise ValueError(
                    f"{name} must be a whole number from {low} to {high}, got {value!r}"
                )
        if self.pictures not in (None, 1, 2):
            raise ValueError(f"pictures must be 1, 2 or None, got {self.pictures!r}")
        if unknown := sorted(set(self.shapes) - set(_DRAWN)):
            raise ValueError(
                f"there is no shape {', '.join(unknown)}; there are {', '.join(_DRAWN)}"
            )

    def missed(self, measured: Mapping[str, Any]) -> str | None:
        """The bound that measured knobs miss, or None."""
        if abs(measured["least_calls"] - self.depth) > max(1, round(TOLERANCE * self.depth)):
            return "depth"
        for name in ("clues", "treewidth", "branching"):
            if measured[name] < getattr(self, name):
                return name
        if measured["dispersion"]["pages"] < self.pages:
            return "pages"
        if self.pictures is not None and measured["pictures"] != self.pictures:
            return "pictures"
        return None


def deep_tasks(
    world: World,
    *,
    split: str,
    n: int,
    depth: int,
    seed: int = 0,
    workers: int = 1,
    bounds: Bounds | None = None,
) -> TaskSet:
    """Draw deep tasks; fewer tasks are the beginning of more, whatever the number of workers.

    Args:
        world: A spread-out Atlas (`build_atlas(…, dispersion=1)`): elsewhere searches show most
            facts, and nothing is deep.
        split: `train`, `validation` or `test`; their anchors are disjoint.
        n: How many, at least 0.
        depth: Wanted least number of calls.
        seed: Of the draw.
        workers: Processes.
        bounds: Further bounds; their depth is replaced by `depth`.

    Raises:
        ValueError: When an argument is out of range, or the world cannot meet a bound; says which
            and what the world offers.
    """
    check_split(split)
    if n < 0:
        raise ValueError(f"n must be at least 0, got {n}")
    wanted = replace(bounds or Bounds(depth), depth=depth)
    if not world.info.relations:
        raise ValueError(f"{world!r} has no typed relations to draw deep tasks from")
    tasks: list[Task] = []
    seen: set[str] = set()
    for task in _candidates(_Job(world.path, split, seed, wanted), n, workers):
        if len(tasks) == n:
            break
        if task.question not in seen:
            seen.add(task.question)
            tasks.append(replace(task, id=_identity(task, len(tasks))))
    return TaskSet(tasks, f"{world.info.name}-deep-{depth}-{split}", drawn_files(world, tasks))


@dataclass(frozen=True)
class _Job:
    world: Path
    split: str
    seed: int
    bounds: Bounds


def _candidates(job: _Job, n: int, workers: int) -> Iterator[Task]:
    """Tasks by their number, the same at every number of workers; repetitions among them."""
    if workers == 1 or n <= _CHUNK:
        number = 0
        while True:
            yield draw_task(job.world, job.split, job.seed, job.bounds, number)
            number += 1
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        # What repeats an earlier task is made up for by the next numbers.
        numbers = range(n)
        while True:
            jobs = [(job, number) for number in numbers]
            yield from pool.map(_draw_one, jobs, chunksize=max(1, min(_CHUNK, n // workers)))
            numbers = range(numbers.stop, numbers.stop + workers)
    finally:
        pool.shutdown(cancel_futures=True)


def _draw_one(given: tuple[_Job, int]) -> Task:
    job, number = given
    return draw_task(job.world, job.split, job.seed, job.bounds, number)


def draw_task(path: Path, split: str, seed: int, bounds: Bounds, number: int) -> Task:
    """The task of a number, without an id that is its own.

    Raises:
        ValueError: When the world cannot meet the bounds.
    """
    site = _site(path, split)
    world = site.knowledge.world
    key = [seed, _SPLITS.index(split), int(world.fingerprint[:16], 16), bounds.depth, number]
    rng = np.random.default_rng(key)
    names = bounds.shapes or tuple(SHAPES if bounds.treewidth < WIDEST else DENSE)
    if set(names) <= set(DENSE) and not weaves(site.ground):
        raise ValueError(
            f"{world!r} cannot meet treewidth {WIDEST}: clues on its sets reach "
            f"{widest(site.ground)}; ask for less, or build a larger world"
        )
    shares = np.asarray(
        [share(name, bounds.depth) if name in SHAPES else DENSE[name][1] for name in names]
    )
    missed: Counter[str] = Counter()
    best: dict[str, Any] = {}
    for _ in range(MAX_TRIES):
        shape = names[int(rng.choice(len(names), p=shares / shares.sum()))]
        draft = Draft(site.ground, rng)
        # The first guess of how many pages make the depth; the proof decides.
        pages = bounds.depth - 1 + float(rng.uniform(-0.5, 0.5))
        try:
            program = _DRAWN[shape][0](draft, pages)
            evaluation = evaluate(program, draft.anchors, site.knowledge)
        except NoAnswer:
            missed["answer"] += 1
            continue
        if abs(len(evaluation.pages()) - bounds.depth) > 3 * bounds.depth:
            continue
        depth = measure_depth(program, evaluation, site.knowledge, site.statements)
        knobs = _knobs(program, evaluation, depth, len(draft.anchors), site)
        if name := bounds.missed(knobs):
            missed[name] += 1
            value = (
                knobs["dispersion"]["pages"]
                if name == "pages"
                else knobs.get("least_calls" if name == "depth" else name)
            )
            if name not in best or abs(value - getattr(bounds, name)) < abs(
                best[name] - getattr(bounds, name)
            ):
                best[name] = value
            continue
        task = _compose(program, draft.anchors, evaluation, depth, knobs, site, rng)
        if task is not None:
            return task
        missed["leak"] += 1
    found = [name for name, _ in missed.most_common() if name in best]
    if not found:
        raise ValueError(
            f"{world!r} gave no {split} task of depth {bounds.depth}: its lists are too few; build "
            "a larger world, or one with a greater dispersion"
        )
    name = found[0]
    raise ValueError(
        f"{world!r} cannot meet {name} {getattr(bounds, name)}: the nearest of {MAX_TRIES} drafts "
        f"has {best[name]}; ask for less, or build a larger world or one with a greater dispersion"
    )


class _Site:
    """What is prepared once a world, split and process."""

    def __init__(self, world: World, split: str) -> None:
        self.knowledge = Knowledge(world)
        self.statements = Statements(self.knowledge)
        self.teller = Teller(self.knowledge)
        self.pictures: dict[int, list[int]] = defaultdict(list)
        names = Counter(
            fold(name)
            for page in self.knowledge.pages
            for name in {page.title, *page.aliases, *page.redirects}
        )
        for image in world.images():
            page = self.knowledge.pages[image.page]
            if image.recipe is None or image.recipe.fields.get("title") != page.title:
                continue
            if page.id not in self.knowledge.nouns or names[fold(page.title)] > 1:
                continue
            if split_of(page.title, world.info.seed) == split:
                self.pictures[page.id].append(image.id)
        anchors: dict[int, list[int]] = defaultdict(list)
        for shown in self.pictures:
            country = self.knowledge.country(shown)
            if country is not None:
                anchors[country].append(shown)
        self.ground = Ground(self.knowledge, anchors)


@lru_cache(maxsize=2)
def _site(path: Path, split: str) -> _Site:
    return _Site(open_world(path), split)


def _knobs(
    program: Program, evaluation: Evaluation, depth: Depth, pictures: int, site: _Site
) -> dict[str, Any]:
    """What is measured on a task."""
    kinds: Counter[str] = Counter()
    for fact, page in depth.evidence:
        if page is None:
            kinds["article"] += 1
        else:
            kinds["infobox" if page == fact.subject else site.knowledge.pages[page].kind] += 1
    kinds["absence"] += len(evaluation.absences)
    shown_at = {fact.subject if page is None else page for fact, page in depth.evidence}
    return {
        "least_calls": depth.least_calls,
        "least_calls_exact": depth.exact,
        "plan_calls": depth.plan_calls,
        "clues": clues(program),
        "treewidth": treewidth(query_graph(program)),
        "branching": evaluation.branching,
        "dispersion": {
            "pages": len(shown_at | set(depth.visits)),
            "kinds": dict(sorted((+kinds).items())),
        },
        "pictures": pictures,
    }


def _compose(
    program: Program,
    anchors: Sequence[int],
    evaluation: Evaluation,
    depth: Depth,
    knobs: Mapping[str, Any],
    site: _Site,
    rng: np.random.Generator,
) -> Task | None:
    """The task with its words; None where these give something away."""
    knowledge = site.knowledge
    images = [
        knowledge.world.image(options[int(rng.integers(len(options)))])
        for options in (site.pictures[page] for page in anchors)
    ]
    styles = [image.recipe.style for image in images if image.recipe is not None]
    question = site.teller.tell(program, evaluation, [thing_of(style) for style in styles], rng)
    pages = [knowledge.pages[page] for page in sorted(evaluation.pages())]
    names = [name for page in pages for name in (page.title, *page.aliases, *page.redirects)]
    answer = evaluation.answer
    if any(contains_words(question, name) for name in (*names, answer)):
        return None
    # What a picture of the task shows need not be read anywhere.
    shown = " ; ".join(
        words for image in images if image.recipe for words in image.recipe.fields.values()
    )
    if any(contains_words(shown, fact.value) for fact, page in depth.evidence if page is not None):
        return None
    last = evaluation.values[-1]
    aliases: tuple[str, ...] = ()
    kind = "text"
    if not isinstance(last, int | tuple) and evaluation.unit == "" and answer[0].isdigit():
        kind = "number"
    if evaluation.unit:
        kind = "quantity"
        aliases = (answer.removesuffix(f" {evaluation.unit}"),)
    return Task(
        id="",
        question=question,
        answer=answer,
        aliases=aliases,
        answer_kind=kind,
        images=tuple(TaskImage(world_image=image.id) for image in images),
        hops=tuple(hop_of(fact) for fact in evaluation.facts.values()),
        split=split_name(site, anchors),
        world=knowledge.world.fingerprint,
        metadata={
            "program": as_metadata(program),
            "anchors": [knowledge.pages[page].title for page in anchors],
            "style": styles[0],
            "labels": {
                relation: site.teller.relation(relation).label for relation in relations_of(program)
            },
            **knobs,
            # Page that shows each hop's fact to a visitor; -1 where a search may show it.
            "evidence": [-1 if page is None else page for _, page in depth.evidence],
        },
    )


def split_name(site: _Site, anchors: Sequence[int]) -> str:
    """The split that the anchors belong to."""
    return split_of(site.knowledge.pages[anchors[0]].title, site.knowledge.world.info.seed)


def _identity(task: Task, number: int) -> str:
    images = [image.world_image for image in task.images]
    key = repr((task.world, images, task.question, task.hops)).encode()
    return f"{task.split}-{number:05d}-{hashlib.blake2b(key, digest_size=4).hexdigest()}"
