"""The variants of the curation's ablation: how each makes its tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from searchvl_gym.curation import CurationSettings, Curator, Question, Rejection, check_quality
from searchvl_gym.curation.running.settings_file import preset_settings
from searchvl_gym.language.pointing import PHRASES, fill
from searchvl_gym.types import Task, TaskImage
from searchvl_gym.world import World

BATCH = 64


@dataclass(frozen=True)
class Variant:
    """A way to make tasks.

    Attributes:
        name: What the table calls it.
        settings: From the usual settings and the number of pages.
        alter: From a finished question and its task to the variant's task, or None for none.
    """

    name: str
    settings: Callable[[CurationSettings, int], CurationSettings]
    alter: Callable[[Question, Task, World], Task | None]


def _same(settings: CurationSettings, pages: int) -> CurationSettings:
    return settings


def _any_hub(settings: CurationSettings, pages: int) -> CurationSettings:
    return replace(settings, paths=replace(settings.paths, hub_in_degree=pages))


def _ask_names(settings: CurationSettings, pages: int) -> CurationSettings:
    return replace(settings, questions=replace(settings.questions, title_answers=1.0))


def _unchanged(question: Question, task: Task, world: World) -> Task:
    return task


def name_anchor(question: Question, task: Task, world: World) -> Task:
    """The words before the picture took the anchor's place."""
    return replace(task, question=question.rewrites[-1].text)


def name_bridges(question: Question, task: Task, world: World) -> Task | None:
    """The canonical words, with the picture in the anchor's place."""
    assert question.grounding is not None
    name = question.references[0].name
    if name not in question.canonical:
        return None
    shown = question.grounding
    phrase = fill(PHRASES[shown.pointing][0], shown.noun, shown.thing)
    return replace(task, question=question.canonical.replace(name, phrase))


def show_answer(question: Question, task: Task, world: World) -> Task | None:
    """A picture of the page that is asked for; only where its name is the answer."""
    if question.ask.relation is not None:
        return None
    images = world.page(question.path.pages[-1]).images
    return replace(task, images=(TaskImage(world_image=images[0]),)) if images else None


VARIANTS = (
    Variant("full", _same, _unchanged),
    Variant("no grounding", _same, name_anchor),
    Variant("no fuzzing", _same, name_bridges),
    Variant("no hub avoidance", _any_hub, _unchanged),
    Variant("anchor = answer", _ask_names, show_answer),
)


def make_tasks(world: World, variant: Variant, n: int, seed: int) -> Iterator[Task]:
    """The first `n` tasks of a variant."""
    settings = variant.settings(preset_settings(len(world)), len(world))
    curator = Curator(world, settings, seed=seed)
    made, first = 0, 0
    while made < n:
        for record in curator.records(first, BATCH):
            if isinstance(record, Rejection):
                continue
            checked = check_quality(record, curator.facts, curator.leaks, settings.quality)
            if isinstance(checked, Rejection):
                continue
            task = variant.alter(checked, curator.task(checked), world)
            if task is not None:
                yield task
                made += 1
                if made == n:
                    return
        first += BATCH
