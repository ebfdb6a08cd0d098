"""The words that the verifier knows, by what they say about the answer beside them."""

from __future__ import annotations

FILLERS = frozenset((
    "a", "an", "the", "it", "this", "that", "its", "these", "those", "he", "she", "they", "him",
    "her", "i", "we", "you", "is", "was", "are", "were", "be", "been", "being", "would",
    "could", "might", "may", "must", "should", "can", "will", "do", "does", "did", "answer",
    "correct", "right", "think", "believe", "guess", "say", "probably", "maybe", "perhaps",
    "possibly", "presumably", "likely", "apparently", "seems", "appears", "approximately",
    "about", "around", "roughly", "circa", "ca", "c", "nearly", "almost", "exactly",
    "precisely", "just", "only", "called", "named", "known", "name", "title", "titled",
    "so", "therefore", "thus", "hence", "because", "sure", "also", "too", "definitely",
    "certainly", "clearly", "final", "fact", "based", "image", "picture", "photo", "question",
    "well", "as", "some", "yes", "there", "here", "both", "total", "year", "date", "then",
))  # fmt: skip
"""Words that say nothing about which value is meant."""

CLAUSE = frozenset((
    "in", "on", "at", "of", "by", "for", "from", "with", "which", "who", "whose", "whom",
    "where", "when", "while", "near", "after", "before", "during", "since", "until", "as",
    "has", "have", "had", "to", "into", "over", "under", "because", "between", "not", "than",
))  # fmt: skip
"""Words that make a part a remark rather than a value."""

NEGATIONS = frozenset((
    "not", "never", "neither", "nor", "no", "isn't", "wasn't", "aren't", "weren't", "cannot",
    "can't", "couldn't", "isnt", "wasnt", "without", "unlike", "except", "excluding",
))  # fmt: skip
"""Words that deny what follows."""

REJECTING = ("instead of", "rather than", "other than", "as opposed to")
"""Words before what was not chosen."""

COMPARING = (
    "more than", "less than", "fewer than", "greater than", "at least", "at most", "up to",
    "over", "under", "above", "below", "before", "after", "until", "exceeding",
)  # fmt: skip
"""Words before a bound."""

ALTERNATIVES = frozenset({"or", "either", "versus", "vs", "alternatively", "/", "|"})
"""Words and signs between two offers."""

CORRECTIONS = frozenset({"but", "however", "actually"})
"""Words after which only what follows counts."""

JOINING_WORDS = frozenset({"and", "plus", "&"}) | ALTERNATIVES | CORRECTIONS
"""Words and signs that part an answer as commas do."""

RANGE = frozenset({"to", "through", "till", "-", "–", "—", "~"})
"""Words and signs between the two ends of a range."""

HONORIFICS = frozenset((
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "st",
))  # fmt: skip
"""Forms of address; alone they name nobody."""

TITLES = HONORIFICS | frozenset((
    "saint", "king", "queen", "prince", "princess", "president", "captain", "general", "colonel",
    "major", "bishop", "mayor", "de", "von", "van", "architect", "engineer", "painter",
    "sculptor", "writer", "composer",
))  # fmt: skip
"""Words that may stand beside a name without making it another one."""

PREPOSITIONS = frozenset((
    "in", "on", "at", "of", "by", "for", "from", "with", "near", "during", "since", "to", "into",
))  # fmt: skip
"""Words that introduce a value without changing which one it is: `in Lund`, `since 1982`."""

OPEN_ENDS = frozenset((
    "more", "less", "fewer", "greater", "higher", "lower", "longer", "shorter", "above", "below",
    "over", "under", "up", "upward", "upwards", "later", "earlier", "older", "newer", "before",
    "after", "onward", "onwards",
))  # fmt: skip
"""Words that make a value a bound after "or": `12 or more`, `1982 and later`."""

PRONOUNS = frozenset(("it", "he", "she", "they", "this", "that", "these", "those", "which", "who"))
"""Words that begin a remark about what was named before."""
