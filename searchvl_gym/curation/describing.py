"""Words for facts: descriptors of pages and questions for values, from frames and the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from searchvl_gym.curation import frames
from searchvl_gym.curation.fact_base import kind_noun, type_noun
from searchvl_gym.curation.planning import Edge, choose
from searchvl_gym.curation.records import Ask, Descriptor, Qualifier
from searchvl_gym.curation.wordings import Wordings, label_key
from searchvl_gym.world.records import Fact, Page, Relation

_SLOT = re.compile(r"\{(\w+)\}")

_QUESTIONS, _TOPICS = 0.4, 0.2
"""Shares of the schema's own questions, as they are and after a topic; frames take the rest."""

_TYPES = 0.7
"""How often a page is called by its type rather than by its kind, where it has one."""

_TEXT_KINDS = ("date", "number", "quantity", "text")
_ENTITY_KINDS = ("person", "location", "organism")


@dataclass(frozen=True)
class _Wording:
    """A filled frame and the words of the schema in it, which decide what it may mean."""

    template: str
    keys: tuple[str, ...]
    noun: str = ""


class Describer:
    """Finds words for facts.

    Args:
        relations: The schema by name.

    Attributes:
        wordings: Its nouns, verbs and their meanings.
    """

    def __init__(self, relations: Mapping[str, Relation]) -> None:
        self._relations = relations
        self.wordings = Wordings(relations.values())

    def describe(
        self,
        page: Page,
        edge: Edge,
        facts: Sequence[Fact],
        rng: np.random.Generator,
        *,
        nested: bool,
    ) -> Descriptor:
        """Words for a page by its link with the page before.

        Args:
            page: The page to describe.
            edge: The fact that links it with the page before.
            facts: Facts of the page to add, each a plain value.
            rng: Chooses the words.
            nested: Whether the page before is a long descriptor itself.
        """
        relation = self._relations[edge.fact.relation]
        called = _choose_noun(page, rng)
        slots = {"t": called, "l": relation.label, **_pronouns(page)}
        qualifiers: list[Qualifier] = []
        if facts:
            slots["q"], qualifiers = self._qualify(facts, rng)
        groups = self._inverse(relation, slots, nested) if edge.inverse else None
        wording = choose(rng, choose(rng, groups or self._forward(relation, slots)))
        return Descriptor(
            relation=relation.name,
            inverse=edge.inverse,
            template=wording.template,
            readings=self.wordings.readings(*wording.keys),
            noun=wording.noun,
            qualifiers=tuple(qualifiers),
        )

    def ask(self, page: Page, fact: Fact | None, rng: np.random.Generator, *, nested: bool) -> Ask:
        """Words that ask for a fact of a page, or for its name when there is no fact.

        Args:
            page: The page.
            fact: The fact, or None for the name.
            rng: Chooses the words.
            nested: Whether the page is spoken of by a long descriptor.
        """
        if fact is None:
            return Ask(None, choose(rng, frames.NAMES))
        relation = self._relations[fact.relation]
        questions = [
            _Wording(question, (question, *self.wordings.nouns_in(question)))
            for question in relation.questions
        ]
        framed = self._framed_questions(relation, fact, page)
        direct = [question for question in questions if not nested or _ends_open(question)]
        chance = rng.random() * (1.0 if framed else _QUESTIONS + _TOPICS)
        if direct and chance < _QUESTIONS:
            chosen = choose(rng, direct)
        elif questions and (chance < _QUESTIONS + _TOPICS or not framed):
            chosen = choose(rng, questions)
            asked = chosen.template.replace("{x}", f"this {kind_noun(page)}")
            topic = choose(rng, frames.TOPICS).replace("{q}", asked)
            chosen = _Wording(topic, chosen.keys)
        else:
            chosen = choose(rng, framed)
        return Ask(relation.name, chosen.template, self.wordings.readings(*chosen.keys))

    def _framed_questions(self, relation: Relation, fact: Fact, page: Page) -> list[_Wording]:
        nouns = self.wordings.nouns(relation.name)
        if not nouns and not relation.questions:
            filled = _fill(frames.ASKS["label"], {"l": relation.label})
            return [_Wording(template, (label_key(relation),)) for template in filled]
        family = _family(relation, fact)
        return [
            _Wording(template, (noun,))
            for noun in nouns
            for template in _fill(_without(frames.ASKS[family], noun), {"n": noun})
        ]

    def _forward(self, relation: Relation, slots: Mapping[str, str]) -> list[list[_Wording]]:
        """Groups of wordings, each group as likely as the others."""
        called, qualified = slots["t"], "q" in slots
        roles = self.wordings.roles(relation.name)
        phrases = [
            _Wording(phrase, (phrase, *self.wordings.nouns_in(phrase)))
            for phrase in relation.phrases
            if not qualified
        ]
        framed = [
            _Wording(template, (role,), called)
            for role in roles
            if called not in role.split()
            for template in _fill(
                frames.QUALIFIED_FORWARD if qualified else frames.FORWARD, {**slots, "r": role}
            )
        ]
        groups = [group for group in (phrases, framed) if group]
        if not groups:
            label = frames.QUALIFIED_FORWARD_LABEL if qualified else frames.FORWARD_LABEL
            groups.append(_labelled(label, relation, slots))
        return groups

    def _inverse(
        self, relation: Relation, slots: Mapping[str, str], nested: bool
    ) -> list[list[_Wording]]:
        called, qualified = slots["t"], "q" in slots
        by_role = frames.QUALIFIED_INVERSE if qualified else frames.INVERSE
        by_verb = frames.QUALIFIED_INVERSE_VERB if qualified else frames.INVERSE_VERB
        groups = [
            [
                _Wording(template, (role,), called)
                for role in self.wordings.roles(relation.name)
                for template in _fill(by_role, {**slots, "r": role})
            ],
            [
                _Wording(template, (verb,), called)
                for verb in self.wordings.verbs(relation.name)
                if not nested
                for template in _fill(by_verb, {**slots, "v": verb})
            ],
        ]
        groups = [group for group in groups if group]
        if not groups:
            label = frames.QUALIFIED_INVERSE_LABEL if qualified else frames.INVERSE_LABEL
            groups.append(_labelled(label, relation, slots))
        return groups

    def _qualify(
        self, facts: Sequence[Fact], rng: np.random.Generator
    ) -> tuple[str, list[Qualifier]]:
        """`height is 32 metres and whose colour is “pale amber”`, and what it means."""
        spoken, qualifiers = [], []
        for fact in facts:
            relation = self._relations[fact.relation]
            roles = self.wordings.roles(relation.name)
            role = choose(rng, roles) if roles else f"entry under “{relation.label}”"
            key = role if roles else label_key(relation)
            quoted = relation.value_kind == "text"
            spoken.append(f"{role} is “{fact.value}”" if quoted else f"{role} is {fact.value}")
            readings = self.wordings.readings(key)
            qualifiers.append(Qualifier(relation.name, fact.value, readings))
        return " and whose ".join(spoken), qualifiers


def _ends_open(question: _Wording) -> bool:
    """Whether nothing follows `{x}` that a long descriptor would part from its beginning."""
    return question.template.endswith("{x}?")


def _labelled(group: Iterable[str], relation: Relation, slots: Mapping[str, str]) -> list[_Wording]:
    return [
        _Wording(template, (label_key(relation),), slots["t"]) for template in _fill(group, slots)
    ]


def _fill(group: Iterable[str], slots: Mapping[str, str]) -> list[str]:
    """Frames with their slots filled; `{x}` stays."""
    return [_SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), template) for template in group]


def _without(group: Sequence[str], noun: str) -> list[str]:
    """Frames that say nothing twice together with a noun."""
    said = frames.REDUNDANT & set(noun.split())
    return [frame for frame in group if not said & set(re.findall(r"\w+", frame.lower()))]


def _family(relation: Relation, fact: Fact) -> str:
    if fact.target is None:
        return relation.value_kind if relation.value_kind in _TEXT_KINDS else "text"
    kind = relation.target_kind
    return kind if kind in _ENTITY_KINDS else "other"


def _choose_noun(page: Page, rng: np.random.Generator) -> str:
    named = type_noun(page)
    return named if named and rng.random() < _TYPES else kind_noun(page)


def _pronouns(page: Page) -> dict[str, str]:
    if page.kind == "person":
        return {"who": "who", "whom": "whom", "obj": "whom"}
    return {"who": "that", "whom": "which", "obj": "that"}
