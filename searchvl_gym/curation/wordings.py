"""What the schema of a world says about wording: nouns, verbs and what they may mean.

A relation comes with phrases (`the architect of {x}`) and questions (`What is the height of
{x}?`). From their patterns follow the nouns and verbs that every further template needs, so
a world brings only its schema. A wording that two relations share stands for both of them: a
proof of uniqueness must hold for every reading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from searchvl_gym.world.folding import words
from searchvl_gym.world.records import Relation

_PHRASE = re.compile(r"the (?P<noun>[^{}]+) of \{x\}")
_QUESTION = re.compile(r"(?:What|Who) (?:is|was) the (?P<noun>[^{}]+) of \{x\}\?")
_VERB = re.compile(r"the [a-z ]+? (?:who|that) (?P<verb>[^{}]+) \{x\}")

_LONGEST_ROLE = 4
_NO_ROLE = "who that which whose in at on off to with by under below above from near nearest"


class Wordings:
    """The nouns, verbs, phrases and questions of a world's relations.

    Args:
        relations: The schema.

    >>> schema = Relation("architect", "building", "person", "entity", "Architect",
    ...                   ("the architect of {x}", "the person who designed {x}"),
    ...                   ("Who designed {x}?",))
    >>> wordings = Wordings([schema])
    >>> wordings.nouns("architect"), wordings.verbs("architect")
    (('architect',), ('designed',))
    """

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._nouns: dict[str, tuple[str, ...]] = {}
        self._verbs: dict[str, tuple[str, ...]] = {}
        self._meanings: defaultdict[str, set[str]] = defaultdict(set)
        self._generic: set[str] = set()
        for relation in relations:
            nouns = [*_matches(_PHRASE, relation.phrases), *_matches(_QUESTION, relation.questions)]
            verbs = [verb for verb in _matches(_VERB, relation.phrases) if _may_end(verb)]
            self._nouns[relation.name] = tuple(dict.fromkeys(nouns))
            self._verbs[relation.name] = tuple(dict.fromkeys(verbs))
            templates = (*relation.phrases, *relation.questions)
            for wording in (*nouns, *verbs, *templates, label_key(relation)):
                self._meanings[wording].add(relation.name)
            for text in (*templates, relation.label, relation.name.replace("_", " ")):
                self._generic.update(words(text.replace("{x}", " ")))

    def nouns(self, relation: str) -> tuple[str, ...]:
        """Nouns N such that `the N of {x}` names the value: `height`, `town of birth`."""
        return self._nouns[relation]

    def roles(self, relation: str) -> tuple[str, ...]:
        """The short ones among them, which also read well after `whose`."""
        return tuple(noun for noun in self._nouns[relation] if is_role(noun))

    def verbs(self, relation: str) -> tuple[str, ...]:
        """Verbs V such that the value V the subject: `designed`, `paid for`."""
        return self._verbs[relation]

    @staticmethod
    def nouns_in(template: str) -> tuple[str, ...]:
        """The noun of a phrase or question of the schema, if it has the common form.

        >>> Wordings.nouns_in("What is the height of {x}?")
        ('height',)
        """
        return (*_matches(_PHRASE, (template,)), *_matches(_QUESTION, (template,)))

    def readings(self, *wordings: str) -> tuple[str, ...]:
        """Every relation that some wordings may mean, sorted.

        Args:
            wordings: Nouns, verbs, phrases, questions, or `label_key` of a relation.
        """
        meant = set().union(*(self._meanings.get(wording, set()) for wording in wordings))
        return tuple(sorted(meant))

    @property
    def generic(self) -> frozenset[str]:
        """Folded words of the schema; in a question they give nothing away."""
        return frozenset(self._generic)


def label_key(relation: Relation) -> str:
    """What stands for wordings that quote a relation's label."""
    return f"“{relation.label}”"


def is_role(noun: str) -> bool:
    """Whether a noun is short and plain enough to stand after `whose`.

    >>> is_role("town of birth"), is_role("person honoured in the name")
    (True, False)
    """
    parts = noun.split()
    return (
        len(parts) <= _LONGEST_ROLE
        and not set(_NO_ROLE.split()) & set(parts)
        and not any(part.endswith("ed") for part in parts[:-1])
    )


def _may_end(verb: str) -> bool:
    """Whether a clause may end with a verb: not `washes the coast of`, not `is home to`."""
    parts = verb.split()
    return parts[-1] != "of" and parts[0] not in ("is", "was")


def _matches(pattern: re.Pattern[str], templates: Iterable[str]) -> list[str]:
    found = (pattern.fullmatch(template) for template in templates)
    return [match.group(1) for match in found if match is not None]
