"""Words that belong to the language of the questions, and so give no name away."""

from __future__ import annotations

from searchvl_gym.curation import frames
from searchvl_gym.curation.fact_base import KIND_NOUNS, FactBase, type_noun
from searchvl_gym.curation.wordings import Wordings
from searchvl_gym.world.folding import words


def generic_words(facts: FactBase) -> frozenset[str]:
    """The folded words of the schema, of the frames, and of the nouns for pages and pictures.

    Args:
        facts: Its world's pages are read once, for their types.
    """
    from searchvl_gym.world.pictures import STYLES

    found = set(Wordings(facts.relations.values()).generic)
    nouns = {type_noun(page) for page in facts.world.pages()}
    texts = [
        *nouns,
        *KIND_NOUNS.values(),
        *(style.shows for style in STYLES.values()),
        "subject",
        *frames.EVERY,
    ]
    for text in texts:
        found.update(words(text))
    return frozenset(found)
