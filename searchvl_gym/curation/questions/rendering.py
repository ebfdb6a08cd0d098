"""From the parts of a question to its text, while it still gives names.

A page that is still named stands in apposition to its descriptor, so the canonical question tells
the whole path: `Sarn, the birthplace of Ada Field, the architect of Kel Bridge`. The finished
question is told by `searchvl_gym.language.story` instead.
"""

from __future__ import annotations

import re

from searchvl_gym.curation.records import Question
from searchvl_gym.language.nouns import possessive

_COMMAS = re.compile(r",(?:\s*,)*(?=\s*[.?!;:,])")
_SPACES = re.compile(r"\s+")


def render(question: Question) -> str:
    """The text of a question that was written by rules and is not grounded yet."""
    first = question.references[0]
    subject = first.name if first.named else first.expression
    for reference in question.references[1:]:
        assert reference.descriptor is not None
        described = put(reference.descriptor.template, subject)
        subject = f"{reference.name}, {described}," if reference.named else described
    return tidy(put(question.ask.template, subject))


def put(template: str, words: str) -> str:
    """A template with its slot filled."""
    return template.replace("{x's}", possessive(words)).replace("{x}", words)


def tidy(text: str) -> str:
    """Take out commas before other marks, and begin every sentence with a capital.

    >>> tidy("how high is Sarn, the home of Ada,? give it in metres.")
    'How high is Sarn, the home of Ada? Give it in metres.'
    """
    text = _SPACES.sub(" ", _COMMAS.sub("", text)).strip()
    return re.sub(r"(^|[.?!] )([a-z])", lambda match: match[1] + match[2].upper(), text)
