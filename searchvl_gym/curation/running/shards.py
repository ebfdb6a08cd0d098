"""Shards: a fixed number of records, worked from path to task.

A shard is a function of the world, the settings, the seed and its number. It does not matter
which process or machine makes it, or when; so a run can be cut off and taken up anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.instances import Curator
from searchvl_gym.curation.language_model.engine import LanguageModelEngine
from searchvl_gym.curation.language_model.judging import LanguageModelJudge, ProofOrJudgement
from searchvl_gym.curation.language_model.settings import open_model
from searchvl_gym.curation.pictures.enhancement import Enhancer
from searchvl_gym.curation.pictures.gates import make_gate
from searchvl_gym.curation.proofs.filters import Filters
from searchvl_gym.curation.proofs.quality import check_quality
from searchvl_gym.curation.records import Question, Rejection, Stage, stage_rng
from searchvl_gym.curation.settings import CurationSettings
from searchvl_gym.types import Task
from searchvl_gym.world.format import IMAGE_INDEX

if TYPE_CHECKING:
    from searchvl_gym.world import World

SHARD_RECORDS = 32
"""Records of a shard; part of every shard's file, never of a record."""


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What became of a record: a line of a shard.

    Attributes:
        index: Number of the record.
        task: The task, or None when it was dropped.
        stage: Which stage dropped it.
        reason: Why.
        detail: What exactly was wrong, for a person.
        tried: For a task whose picture was to be damaged, the kinds tried and how each went.
    """

    index: int
    task: Task | None = None
    stage: str = ""
    reason: str = ""
    detail: str = ""
    tried: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ShardJob:
    """What every process needs to know to make a shard; it can be pickled.

    Attributes:
        world: Directory of the world.
        fingerprint: The world's; another one is refused.
        settings: The rules of all stages.
        seed: Of all draws.
        searchable: Whether the world has an image index. Without one there is no filter B, and
            damaged pictures have only reading to defeat.
        replies: Where the language model's replies are kept, where one is asked for and its
            settings name no file.
    """

    world: Path
    fingerprint: str
    settings: CurationSettings = field(default_factory=CurationSettings)
    seed: int = 0
    searchable: bool = True
    replies: Path | None = None


class ShardMaker:
    """Makes shards. What is slow to get ready is made once, when it is first needed.

    Args:
        job: What to make.

    Raises:
        WorldError: When the world is not there, or is another one.
    """

    def __init__(self, job: ShardJob) -> None:
        from searchvl_gym.world import WorldError, open_world

        self._job = job
        self._world: World = open_world(job.world)
        if self._world.fingerprint != job.fingerprint:
            raise WorldError(f"the world at {job.world} is not the one that this run began with")

    def make(self, number: int) -> bytes:
        """Shard `number` as JSON lines, an `Outcome` a line in the order of the records."""
        outcomes = self.outcomes(number * SHARD_RECORDS, SHARD_RECORDS)
        return b"".join(msgspec.json.encode(each, order="sorted") + b"\n" for each in outcomes)

    def outcomes(self, first: int, count: int) -> Iterator[Outcome]:
        """What becomes of records `first` to `first + count - 1`."""
        seed, settings = self._job.seed, self._job.settings
        results: list[Task | Rejection] = []
        for record in self.curator.records(first, count):
            if isinstance(record, Question):
                facts, leaks = self.curator.facts, self.curator.leaks
                record = check_quality(record, facts, leaks, settings.quality)
            results.append(record if isinstance(record, Rejection) else self.curator.task(record))
        numbers = [number for number, result in enumerate(results) if isinstance(result, Task)]
        tasks = [result for result in results if isinstance(result, Task)]
        rngs = [stage_rng(seed, first + number, Stage.FILTERS) for number in numbers]
        for number, filtered in zip(numbers, self._filters.apply(tasks, rngs), strict=True):
            results[number] = filtered
        for index, result in enumerate(results, first):
            yield self._finish(index, result)

    def _finish(self, index: int, result: Task | Rejection) -> Outcome:
        if isinstance(result, Rejection):
            stage = result.stage.name.lower()
            return Outcome(index, None, stage, result.reason, result.detail)
        rng = stage_rng(self._job.seed, index, Stage.ENHANCEMENT)
        enhanced = self._enhancer.enhance(result, rng)
        if enhanced is None:
            return Outcome(index, result)
        return Outcome(index, enhanced.task, tried=enhanced.tried)

    @cached_property
    def curator(self) -> Curator:
        """The stages up to the grounding."""
        settings, seed = self._job.settings, self._job.seed
        gate = make_gate(settings.grounding.gate, self._world)
        if settings.language_model is None:
            return Curator(self._world, settings, seed=seed, gate=gate)
        facts = FactBase(self._world)
        model = open_model(settings.language_model, self._job.replies)
        return Curator(
            self._world,
            settings,
            seed=seed,
            facts=facts,
            engine=LanguageModelEngine(facts, settings.questions, model),
            check=ProofOrJudgement(facts, LanguageModelJudge(facts, model)),
            gate=gate,
            every_link=settings.language_model.every_link,
        )

    @cached_property
    def _filters(self) -> Filters:
        settings = self._job.settings.filters
        if not self._job.searchable:
            settings = replace(settings, image_search="")
        return Filters(self._world, settings)

    @cached_property
    def _enhancer(self) -> Enhancer:
        settings = self._job.settings.enhancement
        return Enhancer(self._world, settings, searchable=self._job.searchable)


def is_searchable(world: World) -> bool:
    """Whether a world has an image index; large ones are built without."""
    return (world.path / IMAGE_INDEX).exists()


def read_shard(content: bytes, number: int) -> list[Outcome] | None:
    """The outcomes of a shard's file, or None when it is torn."""
    try:
        outcomes = [
            msgspec.json.decode(line, type=Outcome) for line in content.splitlines() if line
        ]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    first = number * SHARD_RECORDS
    whole = [outcome.index for outcome in outcomes] == list(range(first, first + SHARD_RECORDS))
    return outcomes if whole else None
