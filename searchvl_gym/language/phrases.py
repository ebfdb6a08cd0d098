"""Noun phrases, statements and questions for one step of a path, from its wording.

A step leads from an earlier thing to the next one. `{x}` is what the earlier thing is called at
that point, `{x's}` the same in the genitive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchvl_gym.language.nouns import plural, with_article
from searchvl_gym.language.wording import Wording, fitting

_RELATIVE = re.compile(r"\b(?:where|that|who|whom|whose|which)\b")
_TWO_PRONOUNS = re.compile(r"\b(?:who|that) whose\b")
_LATER = re.compile(r"second|third")
_OF_TWO = "of the two"
_PARTICIPLES = frozenset(
    (
        "about", "best", "born", "built", "eaten", "first", "found", "held", "kept", "made",
        "named", "native", "run", "spoken", "taught", "used", "written",
    )
)  # fmt: skip
_NO_IT = re.compile(r"\b(?:of|in|at|on|is|was|by|for|from|under) \{x\}")


@dataclass(frozen=True)
class Step:
    """One step of a path and what has to be said of the thing that it leads to.

    Attributes:
        wording: Of its relation.
        inverse: Whether the later thing states the relation about the earlier one.
        noun: What the later thing is called.
        subject_noun: What the thing is called that states the relation.
        person: Whether the later thing is a person.
        place: Whether one can say `there` of it.
        label: Label of the relation, for relations without any wording.
        needs_noun: Whether the noun is needed to tell the thing from others.
        adjective: A superlative that is needed as well, such as `second-tallest`, `with the most
            windows` or `taller of the two`.
        facts: Further facts that are needed: verb phrases (`is 32 metres high`), and clauses that
            begin with `whose`.
    """

    wording: Wording
    inverse: bool
    noun: str
    subject_noun: str
    person: bool = False
    place: bool = False
    label: str = ""
    needs_noun: bool = False
    adjective: str = ""
    facts: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """What tells the later thing from an earlier one of the same sort: `twin town`, or ""."""
        if self.inverse or not self.wording.role or self.noun != self.subject_noun:
            return ""
        nouns = fitting(self.wording.nouns, self.subject_noun)
        return nouns[0] if nouns else ""

    @property
    def pair(self) -> bool:
        """Whether it is one of two that are spoken of together."""
        return self.adjective.endswith(_OF_TWO)

    @property
    def called(self) -> str:
        """The noun with its adjective, and with what the thing has."""
        noun = f"{self.adjective} {plural(self.noun)}" if self.pair else self.noun
        has = [fact.replace("has ", "with ", 1) for fact in self.facts if fact.startswith("has ")]
        if self.adjective.startswith("with "):
            has.append(self.adjective)
        elif self.adjective and not self.pair:
            noun = f"{self.adjective} {noun}"
        return " ".join((noun, " and ".join(has))).strip()

    @property
    def clauses(self) -> tuple[str, ...]:
        """The facts that take a relative clause."""
        return tuple(fact for fact in self.facts if not fact.startswith("has "))

    @property
    def who(self) -> str:
        """The relative pronoun for the later thing."""
        return "who" if self.person else "that"


@dataclass(frozen=True)
class Form:
    """A noun phrase with a place for the earlier thing.

    Attributes:
        template: With `{x}` or `{x's}`.
        clauses: Relative clauses that it opens, 0 or 1.
        open: Whether `{x}` ends it, so that it may be long.
        pronoun: Whether `{x}` may be a pronoun.
    """

    template: str
    clauses: int
    open: bool
    pronoun: bool


def forms(step: Step) -> list[Form]:
    """Every noun phrase for the later thing of a step; the first ones are the plainest."""
    templates = _inverse(step) if step.inverse else _forward(step)
    # A clause that begins with `whose` needs no other pronoun before it.
    told = [_TWO_PRONOUNS.sub("whose", text) for text in templates or _by_label(step)]
    return [_form(template) for template in dict.fromkeys(told)]


def shared(step: Step, following: Step) -> Form | None:
    """`the same architect as {x}`, where the next step leads back by the relation that led here.

    The next phrase must say it with a verb or a preposition: see `verbal`.
    """
    same = not step.inverse and following.inverse and step.wording == following.wording
    plain = not (step.adjective or step.facts)
    # Of `the newer of the two bridges by the same architect as this bridge` one is the bridge.
    first = (
        bool(following.adjective) and not following.pair and not _LATER.match(following.adjective)
    )
    apart = following.noun != step.subject_noun or bool(following.facts) or first
    if not (same and plain and apart):
        return None
    return Form(f"the same {step.noun} as {{x}}", 0, True, False)


def verbal(form: Form) -> bool:
    """Whether a phrase says its step with a verb or a preposition before `{x}`, at its end.

    >>> verbal(Form("the bridge designed by {x}", 0, True, True))
    True
    >>> verbal(Form("the bridge whose architect is {x}", 1, True, False))
    False
    """
    return form.open and not re.search(r"\bwhose\b|\bof \{x\}", form.template)


def statements(step: Step) -> list[str]:
    """Verb phrases that state the step about the earlier thing: `was designed by an architect`."""
    if step.adjective:
        return []
    if not step.wording.stated:
        return []
    thing = with_article(step.called)
    if step.clauses:
        thing = f"{thing} {_clauses(step)}"
    options, slot = (step.wording.value, "{x}") if step.inverse else (step.wording.subject, "{y}")
    return [
        verb.replace(slot, thing)
        for verb in fitting(options, step.subject_noun)
        if not step.clauses or verb.endswith(slot)
    ]


def name_questions(step: Step) -> list[str]:
    """Questions for the name of the later thing of a step, with `{x}` for the earlier one."""
    found: list[str] = []
    plain = [clause for clause in step.clauses if not clause.startswith("whose ")]
    joined = "".join(f" and {clause}" for clause in step.clauses)
    for verb in _verbs(step):
        participle = _participle(verb)
        if step.adjective:
            if participle:
                found.append(f"Which is the {step.called} {participle}?")
            if participle and step.pair:
                adjective = step.adjective.removesuffix(f" {_OF_TWO}")
                both = f"{_OF_TWO} {plural(step.noun)}"
                found.append(f"Which {both} {participle} is the {adjective}?")
            elif participle and not step.called.startswith(step.noun):
                found.append(f"Which {step.noun} {participle} is the {step.adjective}?")
        elif len(plain) == len(step.clauses):
            found.append(f"Which {step.called} {verb}{joined}?")
    return found


def _verbs(step: Step) -> list[str]:
    """Verb phrases of the later thing, with `{x}` for the earlier one."""
    if step.inverse:
        subject = fitting(step.wording.subject, step.noun)
        return [verb.replace("{y}", "{x}") for verb in subject]
    return list(fitting(step.wording.value, step.subject_noun))


def _forward(step: Step) -> list[str]:
    wording, found = step.wording, []
    if step.role and not (step.adjective or step.facts):
        # `The engineer who taught this engineer` would be hard to keep apart.
        nouns = fitting(wording.nouns, step.subject_noun)
        return [form for noun in nouns for form in (f"the {noun} of {{x}}", f"{{x's}} {noun}")]
    plain = not (step.adjective or step.clauses or step.needs_noun)
    for noun in fitting(wording.nouns, step.subject_noun) if plain else ():
        found += [f"the {noun} of {{x}}", f"{{x's}} {noun}"]
    for verb in _verbs(step):
        participle = _participle(verb)
        if participle and not step.clauses:
            found.append(f"the {step.called} {participle}")
        if not step.pair and not (participle and not step.clauses):
            found.append(f"the {step.called} {step.who} {_and(step)}{verb}")
    found += _phrases(step, fitting(wording.phrases, step.subject_noun), alone=not found)
    if not found and not step.adjective:
        found += [
            f"the {step.called} {step.who} {_and(step)}is the {noun} of {{x}}"
            for noun in fitting(wording.nouns, step.subject_noun)
        ]
    return found


def _inverse(step: Step) -> list[str]:
    wording, found = step.wording, []
    for verb in _verbs(step):
        participle = _participle(verb)
        if participle and not step.clauses:
            found.append(f"the {step.called} {participle}")
        if not (participle and not step.clauses) and not step.pair:
            found.append(f"the {step.called} {step.who} {_and(step)}{verb}")
    for verb in fitting(wording.value, step.noun) if not step.clauses else ():
        words = verb.split()
        if words[-1] == "{x}" and words[0] not in ("is", "was", "has"):
            found.append(f"the {step.called} that {{x}} {' '.join(words[:-1])}")
    found += _phrases(step, fitting(wording.inverse, step.noun), alone=not found)
    if not found:
        is_ = "was" if step.person else "is"
        for noun in fitting(wording.nouns, step.noun):
            tail = f"whose {noun} {is_} {{x}}"
            before = f"{_clauses(step)} and " if step.clauses else ""
            found.append(f"the {step.called} {before}{tail}")
    return found


def _phrases(step: Step, phrases: tuple[str, ...], *, alone: bool) -> list[str]:
    """The phrases of a wording, with the facts that have to be said before or after.

    What follows a phrase may seem to belong to the earlier thing in it, as in `the country
    bordering that country that became independent in 1991`: only when there is nothing else.
    """
    found = []
    for phrase in phrases:
        if "{t}" not in phrase:
            if not (step.adjective or step.clauses or step.needs_noun):
                found.append(phrase)
            continue
        if not step.clauses:
            found.append(phrase.replace("{t}", step.called))
            continue
        head, _, rest = phrase.partition("{t} ")
        if _RELATIVE.match(rest) or re.match(r"(?:from|into|on|near|to|of|after|with) wh", rest):
            found.append(f"{head}{step.called} {_clauses(step)} and {rest}")
        elif alone:
            found.append(f"{head}{step.called} {rest} {_clauses(step)}")
    return found


def _by_label(step: Step) -> list[str]:
    """What remains to be said where a relation has a label and no words."""
    extra = f" {_clauses(step)} and" if step.clauses else ""
    if step.inverse:
        return [f"the {step.called}{extra} whose entry under “{step.label}” is {{x}}"]
    if step.clauses:
        return [f"the {step.called}{extra} {step.who} is given under “{step.label}” for {{x}}"]
    return [
        f"the {step.called} given under “{step.label}” for {{x}}",
        f"the {step.called} listed under “{step.label}” for {{x}}",
    ]


def _and(step: Step) -> str:
    """The facts before the verb phrase of a relative clause that goes on."""
    if any(clause.startswith("whose ") for clause in step.clauses):
        # `who whose colour is red and designed …` is no English: begin the clause anew.
        said = _clauses(step).removeprefix(f"{step.who} ")
        return f"{said} and {step.who} "
    return "".join(f"{clause} and " for clause in step.clauses)


def _clauses(step: Step) -> str:
    """Relative clauses for the facts: `that is 32 metres high and whose colour is red`."""
    said = [
        clause if clause.startswith("whose ") else f"{step.who} {clause}" for clause in step.clauses
    ]
    return " and ".join(said)


def _participle(verb: str) -> str:
    """A verb phrase without its auxiliary, where that can follow a noun, or "".

    >>> _participle("was designed by {x}"), _participle("flows into {x}")
    ('designed by {x}', '')
    """
    auxiliary, _, rest = verb.partition(" ")
    first = rest.split(" ", 1)[0]
    fits = first.endswith("ed") or first in _PARTICIPLES
    return rest if auxiliary in ("is", "was") and fits else ""


def _form(template: str) -> Form:
    return Form(
        template=template,
        clauses=int(_RELATIVE.search(template) is not None),
        open=template.endswith("{x}"),
        pronoun="{x's}" in template or not _NO_IT.search(template),
    )
