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
    "number",
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
    "emperor", "empress", "pope", "tsar", "rev", "reverend", "crown", "duke", "duchess", "count",
    "la", "le", "el", "il", "lo", "les", "los", "las", "die", "der", "das",
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

PARTICLES = frozenset((
    "de", "del", "della", "di", "da", "dos", "du", "van", "von", "der", "den", "ter", "ten", "la",
    "le", "el", "al", "bin", "ibn", "ben", "y", "e", "of",
))  # fmt: skip
"""Words inside names of persons: `Simone de Beauvoir`."""

PERSONAL_TITLES = frozenset((
    "mr", "mrs", "ms", "miss", "madame", "madam", "monsieur", "herr", "frau", "señor", "señora",
    "don", "doña", "dr", "doctor", "prof", "professor", "sir", "dame", "lord", "lady",
    "king", "queen", "prince", "princess", "emperor", "empress", "tsar", "pope", "president",
    "chancellor", "minister", "captain", "general", "colonel", "major", "admiral", "bishop",
    "mayor", "cardinal", "rev", "reverend",
    "archbishop", "rabbi", "sultan", "sheikh", "crown", "count", "duke",
    "duchess", "baron", "senator", "governor", "chairman", "sgt", "capt", "gen", "st", "saint",
))  # fmt: skip
"""Forms of address and offices that may stand before a person's name, or be left out."""

PERSON_NOUNS = frozenset((
    "person", "man", "woman", "people", "artist", "painter", "author", "writer", "director",
    "architect", "engineer", "designer", "composer", "singer", "actor", "actress", "player",
    "athlete", "footballer", "politician", "president", "king", "queen", "emperor", "empress",
    "pope", "saint", "scientist", "inventor", "physicist", "poet", "philosopher", "photographer",
    "sculptor", "founder", "musician", "driver", "astronaut", "explorer", "general", "leader",
    "ceo", "name", "character", "host", "goalkeeper", "winner", "captain", "novelist",
))  # fmt: skip
"""What a question asks for when it asks for a person."""

NAME_BEGINNINGS = frozenset((
    "new", "old", "north", "south", "east", "west", "northern", "southern", "eastern", "western",
    "upper", "lower", "great", "greater", "little", "big", "grand", "royal", "national", "saint",
    "st", "san", "santa", "santo", "são", "sao", "sankt", "los", "las", "el", "la", "le", "les",
    "the", "port",
    "fort", "mount", "mt", "lake", "cape", "point", "puerto", "costa", "sri", "abu", "hong",
    "kuala", "tel", "addis", "buenos", "rio", "monte", "ho", "super", "mini", "mega", "neo",
    "young", "black", "white", "red", "blue", "green", "golden", "silver", "central", "middle",
    "inner", "outer", "first", "second", "third", "early", "late", "modern", "ancient", "mid",
    "anti", "pro", "post", "pre", "non", "ex", "half", "united", "free", "holy", "high", "deep",
    "dark", "light", "true", "false", "fake", "american", "british", "french", "german", "chinese",
    "japanese", "european", "african", "asian", "indian", "russian", "monty", "notre", "uncle",
))  # fmt: skip
"""Words with which names begin that are no given names: `New Paris` is not Paris."""

GENERIC = frozenset((
    "bridge", "tower", "street", "avenue", "road", "square", "lake", "river", "mountain", "mount",
    "island", "islands", "city", "town", "village", "university", "college", "school", "museum",
    "gallery", "library", "church", "cathedral", "abbey", "temple", "mosque", "palace", "castle",
    "park", "garden", "gardens", "station", "airport", "hotel", "house", "hall", "building",
    "company", "war", "battle", "symphony", "party", "league", "cup", "club", "theatre", "theater",
    "stadium", "arena", "gate", "wall", "forest", "desert", "ocean", "sea", "bay", "gulf", "valley",
    "canyon", "falls", "beach", "coast", "county", "state", "province", "republic", "kingdom",
    "union", "organization", "organisation", "institute", "society", "association", "agency",
    "bank", "group", "corporation", "film", "movie", "song", "novel", "book", "painting",
    "prize", "award", "games", "festival", "empire", "dynasty", "century", "revolution", "treaty",
    "act", "law", "theory", "effect", "disease", "syndrome", "system", "model", "series", "class",
    "monument", "memorial", "statue", "fountain", "port", "harbour", "harbor", "canal", "dam",
    "center", "centre", "foundation",
    "market", "mall", "plaza", "line", "route", "bears", "air", "pro",
))  # fmt: skip
"""Nouns of which the name of a thing is made; no person has them."""

CLASS_NOUNS = frozenset((
    "city", "town", "village", "country", "state", "province", "region", "island", "continent",
    "species", "genus", "process", "name", "kind", "type", "sort", "form", "style", "image",
    "picture", "photo", "photograph", "view", "colour", "color", "month", "year", "day", "alloy",
    "mixture", "pair", "set", "combination", "total", "number", "amount", "sum", "value",
    "population", "height", "length", "art", "principle", "concept", "game", "sport", "capital",
    "municipality", "county", "district", "borough", "port", "republic", "kingdom", "letter",
    "word", "title", "brand", "made", "make", "consists", "composed", "built", "think", "thought",
    "out", "instead", "because", "age", "score", "result", "speed", "distance", "weight", "price",
    "depth", "area", "width", "duration", "sign", "logo", "flag",
))  # fmt: skip
"""Words before "of" that leave what follows the answer: `the city of Lund`, `made of oak`."""

SITES = frozenset((
    "station", "museum", "street", "avenue", "road", "airport", "hotel", "bridge", "university",
    "school", "stadium", "library", "park", "square", "hospital", "theatre", "theater", "harbour",
))  # fmt: skip
"""What is named after something else: `Lund station` is not Lund."""

COMPANY_FORMS = frozenset((
    "inc", "ltd", "corp", "corporation", "company", "co", "gmbh", "ag", "plc", "llc", "group",
    "incorporated", "limited", "sa", "nv", "fc", "afc", "cf",
))  # fmt: skip
"""Legal forms that may follow the name of a company."""

BESIDE = frozenset((
    "near", "beside", "opposite", "outside", "behind", "besides", "close", "next", "off",
    "resembles", "resembling", "imitating", "except", "than", "compared", "similar", "opposed",
))  # fmt: skip
"""Words before something that only helps to find or describe what is meant."""
