"""Words that belong to the language of the questions, and so give no name away."""

from __future__ import annotations

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.language import asking, pointing
from searchvl_gym.language.nouns import KIND_NOUNS, plural, type_noun
from searchvl_gym.world.folding import words


def generic_words(facts: FactBase) -> frozenset[str]:
    """The folded words of the schema, of the wordings, and of the nouns for pages and pictures.

    Args:
        facts: Its world's pages are read once, for their types.
    """
    from searchvl_gym.world.pictures import STYLES

    found = set(facts.lexicon.generic)
    nouns = {type_noun(page) for page in facts.world.pages()}
    texts = [
        *nouns,
        *map(plural, nouns),
        *KIND_NOUNS.values(),
        *(style.shows for style in STYLES.values()),
        "subject",
        *asking.NAME_QUESTIONS,
        *asking.LABEL_QUESTIONS,
        *(phrase for group in pointing.PHRASES.values() for phrase in group),
        *(sentence for group in pointing.SENTENCES.values() for sentence in group),
        "give find take think look start round significant digits decade year enough answer form",
    ]
    for text in texts:
        found.update(words(text))
    return frozenset(found)
