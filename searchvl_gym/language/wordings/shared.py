"""How the relations are said that Atlas and Earth share by name and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.language.wording import Superlative, Wording

SHARED: Mapping[str, Wording] = MappingProxyType(
    {
        "country": Wording(
            thing="country",
            nouns=("country",),
            subject=("lies in {y}", "is in {y}"),
            stated=False,
            phrases=("the {t} where {x} lies", "the {t} in which {x} lies"),
            inverse=("the {t} in {x}",),
            asks=("In which country is {x}?", "In which country does {x} lie?"),
            telling=1,
        ),
        "area": Wording(
            subject=("covers {v}",),
            superlative=Superlative("largest", "smallest", "larger", "smaller"),
            asks=("What is the area of {x}?", "What area does {x} cover?"),
            telling=2,
        ),
        "population": Wording(
            subject=("has {v} inhabitants",),
            superlative=Superlative("most populous", "least populous",
                                    "more populous", "less populous"),
            asks=("How many people live in {x}?", "How many inhabitants does {x} have?",
                  "What is the population of {x}?"),
            telling=2,
        ),
    }
)  # fmt: skip
"""By the name of the relation."""
