"""From the parts of a question to its text."""

from __future__ import annotations

import re

from searchvl_gym.curation.records import Question

_COMMAS = re.compile(r",(?:\s*,)*(?=\s*[.?!;:,])")
_SPACES = re.compile(r"\s+")


def render(question: Question) -> str:
    """The text of a question that was written by rules.

    A page that is still named stands in apposition to its descriptor, so the canonical question
    tells the whole path: `Sarn, the birthplace of Ada Field, the architect of Kel Bridge`.
    """
    first = question.references[0]
    subject = first.name if first.named else first.expression
    for reference in question.references[1:]:
        assert reference.descriptor is not None
        described = reference.descriptor.template.replace("{x}", subject)
        subject = f"{reference.name}, {described}," if reference.named else described
    return tidy(question.ask.template.replace("{x}", subject))


def tidy(text: str) -> str:
    """Take out commas before other marks, and begin every sentence with a capital.

    >>> tidy("how high is Sarn, the home of Ada,? give it in metres.")
    'How high is Sarn, the home of Ada? Give it in metres.'
    """
    text = _SPACES.sub(" ", _COMMAS.sub("", text)).strip()
    return re.sub(r"(^|[.?!] )([a-z])", lambda match: match[1] + match[2].upper(), text)
