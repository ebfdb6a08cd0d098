"""How things are said: nouns for pages, wordings for relations, and questions made of them.

`Lexicon` gives a relation its words, in both directions; `tell` puts a path into one to four
sentences, the way a person would ask: *The poster names a bridge. How many people live in the
town where its architect was born?* It knows of no tasks: who asks decides on what may be said.
"""

from searchvl_gym.language.ends import Anchor, Told
from searchvl_gym.language.lexicon import Lexicon
from searchvl_gym.language.nouns import noun_of, nouns_of, type_noun
from searchvl_gym.language.phrases import Step
from searchvl_gym.language.story import tell
from searchvl_gym.language.wording import Superlative, Wording

__all__ = [
    "Anchor",
    "Lexicon",
    "Step",
    "Superlative",
    "Told",
    "Wording",
    "noun_of",
    "nouns_of",
    "tell",
    "type_noun",
]
