"""A kind of fact: its relation, where an article states it, and how."""

from __future__ import annotations

from dataclasses import dataclass

from searchvl_gym.world.records import Relation

LEAD = "lead"


@dataclass(frozen=True)
class FactType:
    """A relation or attribute and its wording in articles.

    Attributes:
        relation: What the world's schema says about it.
        section: Heading of the section that states it.
        sentences: Paraphrases with `{x}` for the subject and `{v}` for the value, at least 3.
    """

    relation: Relation
    section: str
    sentences: tuple[str, ...]


def relation(
    name: str,
    kinds: str,
    label: str,
    section: str,
    phrases: tuple[str, ...],
    questions: tuple[str, ...],
    sentences: tuple[str, ...],
) -> FactType:
    """A functional relation from page to page; `kinds` is `subject>target`."""
    subject, target = kinds.split(">")
    record = Relation(name, subject, target, "entity", label, phrases, questions)
    return FactType(record, section, sentences)


def attribute(
    name: str,
    kinds: str,
    label: str,
    section: str,
    questions: tuple[str, ...],
    sentences: tuple[str, ...],
) -> FactType:
    """A functional attribute; `kinds` is `subject:kind of value`."""
    subject, value = kinds.split(":")
    record = Relation(name, subject, None, value, label, (), questions)
    return FactType(record, section, sentences)
