"""From a path to a task: the stages in a row, and the task that comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.paths.graph import PathGraph
from searchvl_gym.curation.paths.picture_sizes import advice
from searchvl_gym.curation.paths.sampler import PathSampler
from searchvl_gym.curation.pictures.gates import GroundTruthGate, PictureGate
from searchvl_gym.curation.pictures.grounding import Grounder
from searchvl_gym.curation.proofs.leakage import LeakDetector
from searchvl_gym.curation.proofs.name_index import NameIndex
from searchvl_gym.curation.proofs.uniqueness import ExhaustiveProof, UniquenessCheck
from searchvl_gym.curation.questions.engine import QuestionEngine
from searchvl_gym.curation.questions.rewriting import Rewriter
from searchvl_gym.curation.questions.rules import RuleEngine
from searchvl_gym.curation.questions.vocabulary import generic_words
from searchvl_gym.curation.records import PagePath, Question, Rejection, Stage, stage_rng
from searchvl_gym.curation.settings import CurationSettings
from searchvl_gym.tasks.splits import split_of
from searchvl_gym.types import Hop, Task, TaskImage

if TYPE_CHECKING:
    from searchvl_gym.world import World

INVERSE = "inverse:"
"""Before the name of a hop's relation: the later page states it about the earlier one."""


class Curator:
    """Makes questions of a world; every record is a function of `(seed, index)`.

    Args:
        world: The world.
        settings: The rules of all stages.
        seed: Of all draws.
        facts: All facts of the world, where they were read already.
        engine: Writes the questions; None for the rule engine.
        check: Decides on uniqueness; None for the proof over the world's facts.
        gate: Judges the pictures; None for the ground truth of drawn pictures.
        every_link: Whether paths follow links behind which there is no fact; only for engines
            that read the pages, with a check that does.

    Raises:
        ValueError: When no page can be an anchor.
    """

    def __init__(
        self,
        world: World,
        settings: CurationSettings,
        *,
        seed: int,
        facts: FactBase | None = None,
        engine: QuestionEngine | None = None,
        check: UniquenessCheck | None = None,
        gate: PictureGate | None = None,
        every_link: bool = False,
    ) -> None:
        self.world, self.settings, self.seed = world, settings, seed
        self.facts = FactBase(world) if facts is None else facts
        stated = None if every_link else self.facts
        graph = PathGraph.from_world(world, settings.paths, stated)
        try:
            self.paths = PathSampler(graph, settings.paths, seed=seed)
        except ValueError as error:
            raise ValueError(f"{error}{advice(world, settings.paths)}") from None
        self._engine = engine or RuleEngine(self.facts, settings.questions)
        check = check or ExhaustiveProof(self.facts)
        self.leaks = LeakDetector(generic_words(self.facts))
        self._rewriter = Rewriter(self.facts, self._engine, check, self.leaks, settings.rewriting)
        self._grounder = Grounder(
            self.facts,
            NameIndex(world),
            self._engine,
            gate or GroundTruthGate(),
            self.leaks,
            settings.grounding,
            image_side=settings.paths.image_side,
        )

    def records(self, first: int, count: int) -> Iterator[Question | Rejection]:
        """Make records number `first` to `first + count - 1`, in this order.

        A record is the same in whatever range it is made, so ranges may be shared out.
        """
        for path in self.paths.draw(first, count).records():
            yield path if isinstance(path, Rejection) else self.question(path)

    def question(self, path: PagePath) -> Question | Rejection:
        """Write, rewrite and ground the question of a path."""
        composed = self._engine.compose(path, self._rng(path, Stage.QUESTION))
        if isinstance(composed, Rejection):
            return composed
        rewritten = self._rewriter.rewrite(composed, self._rng(path, Stage.REWRITING))
        if isinstance(rewritten, Rejection):
            return rewritten
        return self._grounder.ground(rewritten, self._rng(path, Stage.GROUNDING))

    def task(self, question: Question) -> Task:
        """The task of a finished question.

        Raises:
            ValueError: When the question is not grounded yet.
        """
        return to_task(question, self.facts)

    def _rng(self, path: PagePath, stage: Stage) -> np.random.Generator:
        return stage_rng(self.seed, path.index, stage)


def to_task(question: Question, facts: FactBase) -> Task:
    """The task of a finished question.

    Raises:
        ValueError: When the question is not grounded yet.
    """
    if question.grounding is None:
        raise ValueError(f"question {question.path.index} has no picture yet")
    grounding, world = question.grounding, facts.world
    hops = _hops(question, facts)
    anchor = facts.page(question.path.pages[0])
    titles = [facts.page(page).title for page in question.path.pages]
    recipe = world.image(grounding.image).recipe
    key = repr((world.fingerprint, grounding.image, question.text, hops)).encode()
    identity = hashlib.blake2b(key, digest_size=4).hexdigest()
    return Task(
        id=f"curated-{question.path.index:06d}-{identity}",
        question=question.text,
        answer=question.answer.text,
        images=(TaskImage(world_image=grounding.image),),
        aliases=question.answer.aliases,
        answer_kind=question.answer.kind,
        hops=hops,
        split=split_of(anchor.title, world.info.seed),
        world=world.fingerprint,
        metadata={
            "style": "" if recipe is None else recipe.style,
            "kind": anchor.kind,
            "shown": grounding.shown,
            "titles": titles,
            "labels": [_label(hop.relation, facts) for hop in hops],
            "curation": _provenance(question),
        },
    )


def _hops(question: Question, facts: FactBase) -> tuple[Hop, ...]:
    """The gold path: one hop a descriptor, and one for what is asked for."""
    hops = []
    for earlier, reference in pairwise(question.references):
        assert reference.descriptor is not None
        inverse = INVERSE if reference.descriptor.inverse else ""
        title = facts.page(reference.page).title
        relation = f"{inverse}{reference.descriptor.relation}"
        hops.append(Hop(earlier.page, relation, title, reference.page))
    last = question.references[-1].page
    if question.ask.relation is not None:
        stated = facts.stated(last, (question.ask.relation,))
        target = stated[0].target if stated else None
        hops.append(Hop(last, question.ask.relation, question.answer.value, target))
    return tuple(hops)


def _label(relation: str, facts: FactBase) -> str:
    """How an infobox calls a relation; what the model called it where no schema has it."""
    known = facts.relations.get(relation.removeprefix(INVERSE))
    return relation if known is None else known.label


def _provenance(question: Question) -> dict[str, Any]:
    """How the question came about, as JSON: enough to check it without this package."""
    assert question.grounding is not None
    return {
        "index": question.path.index,
        "path": list(question.path.pages),
        "engine": question.engine,
        "proof": question.proof,
        "canonical": question.canonical,
        "rewrites": [[step.page, step.text] for step in question.rewrites],
        "form": question.ask.form,
        "value": question.answer.value,
        "gate": question.grounding.gate,
        "noun": question.grounding.noun,
        "descriptors": [
            {
                "relation": reference.descriptor.relation,
                "inverse": reference.descriptor.inverse,
                "noun": reference.descriptor.noun,
                "template": reference.descriptor.template,
                "qualifiers": [
                    [each.relation, each.value, each.form, each.rank]
                    for each in reference.descriptor.qualifiers
                ],
            }
            for reference in question.references
            if reference.descriptor is not None
        ],
        "ask": {"relation": question.ask.relation, "template": question.ask.template},
    }
