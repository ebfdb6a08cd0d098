"""Which wording a relation has, and which relations the same words may mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from searchvl_gym.language.infobox_labels import label_wording
from searchvl_gym.language.wording import Wording
from searchvl_gym.world.folding import words
from searchvl_gym.world.records import Relation

_NOUN_PHRASE = re.compile(r"the (?P<noun>[^{}]+) of \{x\}")
_NOUN_QUESTION = re.compile(r"(?:What|Who) (?:is|was) the (?P<noun>[^{}]+) of \{x\}\?")
_VERB_PHRASE = re.compile(r"the [a-z ]+? (?:who|that) (?P<verb>[^{}]+ \{x\})")


class Lexicon:
    """The wordings of some relations.

    Atlas and Earth have wordings of their own. Those of other worlds follow from the phrases
    and questions of the schema, or from an infobox's label where there is nothing else.

    Args:
        relations: The schema.
        alike: Sets of relations that mean the same though their words differ: in a world without
            a schema, `Writer(s)` of an infobox and `written by` of a sentence.

    >>> schema = Relation("architect", "building", "person", "entity", "Architect",
    ...                   ("the architect of {x}", "the person who designed {x}"),
    ...                   ("Who designed {x}?",))
    >>> wording = Lexicon([schema])["architect"]
    >>> wording.nouns, wording.value, wording.asks
    (('architect',), ('designed {x}',), ('Who designed {x}?',))
    """

    def __init__(self, relations: Iterable[Relation], alike: Iterable[frozenset[str]] = ()) -> None:
        self._relations = {relation.name: relation for relation in relations}
        groups = tuple(alike)
        self._wordings = {name: wording_of(relation) for name, relation in self._relations.items()}
        meanings: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._wordings:
            for said in self._said(name):
                meanings[said].add(name)
        self._readings = {
            name: tuple(
                sorted(
                    {name}.union(
                        *(meanings[said] for said in self._said(name)),
                        *(group for group in groups if name in group),
                    )
                )
            )
            for name in self._wordings
        }

    def __getitem__(self, relation: str) -> Wording:
        """The wording of a relation by its name."""
        return self._wordings[relation]

    def relation(self, name: str) -> Relation:
        """A relation by its name."""
        return self._relations[name]

    def readings(self, relation: str) -> tuple[str, ...]:
        """Every relation that some wording of a relation may mean, sorted, itself among them.

        They count for whatever wording is chosen, so a proof holds for all of them.
        """
        return self._readings[relation]

    def _said(self, name: str) -> set[str]:
        """What two relations must not share to be told apart."""
        wording, label = self._wordings[name], self._relations[name].label
        parts = (
            *wording.nouns, *wording.subject, *wording.value, *wording.phrases, *wording.inverse,
            *wording.asks,
        )  # fmt: skip
        return {part.split("|")[-1] for part in parts} or {f"“{label}”"}

    @property
    def generic(self) -> frozenset[str]:
        """Folded words of all wordings and labels; in a question they give nothing away."""
        found: set[str] = set()
        for name, relation in self._relations.items():
            texts = [relation.label, name.replace("_", " "), *relation.phrases, *relation.questions]
            wording = self._wordings[name]
            texts += [part.split("|")[-1] for part in self._said(name)]
            if wording.superlative is not None:
                texts += [wording.superlative.most, wording.superlative.least]
                texts += [wording.superlative.taller, wording.superlative.lower]
            for text in texts:
                found.update(words(re.sub(r"\{\w\}", " ", text)))
        return frozenset(found)


def wording_of(relation: Relation) -> Wording:
    """The wording of a relation: its world's own, else what its schema or its label gives."""
    own = _of_worlds().get(relation)
    if own is not None:
        return own if own.asks else _with_asks(own, relation)
    if not relation.phrases and not relation.questions:
        return label_wording(relation.label)
    return derived(relation)


def derived(relation: Relation) -> Wording:
    """What the phrases and questions of a schema tell about further wordings."""
    nouns = [
        match["noun"]
        for pattern, templates in (
            (_NOUN_PHRASE, relation.phrases),
            (_NOUN_QUESTION, relation.questions),
        )
        for template in templates
        if (match := pattern.fullmatch(template)) is not None
    ]
    verbs = [
        match["verb"]
        for phrase in relation.phrases
        if (match := _VERB_PHRASE.fullmatch(phrase)) is not None
    ]
    rest = [
        phrase
        for phrase in relation.phrases
        if not _NOUN_PHRASE.fullmatch(phrase) and not _VERB_PHRASE.fullmatch(phrase)
    ]
    return Wording(
        nouns=tuple(dict.fromkeys(nouns)),
        value=tuple(dict.fromkeys(verbs)),
        phrases=tuple(rest),
        asks=relation.questions,
    )


def _with_asks(wording: Wording, relation: Relation) -> Wording:
    from dataclasses import replace

    return replace(wording, asks=relation.questions)


@cache
def _of_worlds() -> Mapping[Relation, Wording]:
    """The wordings of Atlas and Earth by their relations as they are in the schema."""
    from searchvl_gym.language.wordings.atlas import ATLAS
    from searchvl_gym.language.wordings.atlas_values import ATLAS_VALUES
    from searchvl_gym.language.wordings.earth import EARTH
    from searchvl_gym.language.wordings.shared import SHARED
    from searchvl_gym.world.sources.atlas.schema import RELATIONS as OF_ATLAS
    from searchvl_gym.world.sources.earth.relations import RELATIONS as OF_EARTH

    atlas, earth = {**SHARED, **ATLAS, **ATLAS_VALUES}, {**SHARED, **EARTH}
    return MappingProxyType(
        {
            relation: table[relation.name]
            for relations, table in ((OF_ATLAS, atlas), (OF_EARTH, earth))
            for relation in relations
            if relation.name in table
        }
    )
