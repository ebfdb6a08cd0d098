"""What a typed relation of Earth is: its schema, and the sentences that state it."""

from __future__ import annotations

from dataclasses import dataclass

from searchvl_gym.world.records import Relation


@dataclass(frozen=True)
class Statement:
    """A relation and the sentences that state it.

    Attributes:
        relation: Its name, kinds and questions.
        section: Heading under which articles state it; '' for the lead or the infobox only.
        sentences: With `{x}` for the subject at the beginning and `{v}` for the value.
    """

    relation: Relation
    section: str
    sentences: tuple[str, ...]


def state(
    name: str,
    kinds: str,
    value_kind: str,
    label: str,
    section: str,
    sentences: tuple[str, ...],
    questions: tuple[str, ...],
    phrases: tuple[str, ...] = (),
    *,
    functional: bool = True,
) -> Statement:
    """A statement whose relation has the given schema.

    Args:
        name: Identifier.
        kinds: Kind of the subject, and after a blank that of the target for a link.
        value_kind: See `Relation`.
        label: Label in the infobox.
        section: See `Statement`.
        sentences: See `Statement`.
        questions: See `Relation`.
        phrases: See `Relation`.
        functional: See `Relation`.
    """
    subject, _, target = kinds.partition(" ")
    relation = Relation(
        name, subject, target or None, value_kind, label, phrases, questions, functional
    )
    return Statement(relation, section, sentences)


GEOGRAPHY, PEOPLE, GOVERNMENT, CODES = "Geography", "People", "Government", "Codes"
"""Headings of sections."""
