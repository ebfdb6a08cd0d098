"""The schema of Atlas: its relations and attributes with their wording."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.records import Relation
from searchvl_gym.world.sources.atlas.schema.artifact import ARTIFACT
from searchvl_gym.world.sources.atlas.schema.building import BUILDING
from searchvl_gym.world.sources.atlas.schema.fact_type import FactType
from searchvl_gym.world.sources.atlas.schema.location import LOCATION
from searchvl_gym.world.sources.atlas.schema.organism import ORGANISM
from searchvl_gym.world.sources.atlas.schema.person import PERSON

FACT_TYPES: Mapping[str, tuple[FactType, ...]] = MappingProxyType(
    {
        "person": PERSON,
        "building": BUILDING,
        "location": LOCATION,
        "organism": ORGANISM,
        "artifact": ARTIFACT,
    }
)
"""The kinds of facts by the kind of their subject."""

BY_NAME: Mapping[str, FactType] = MappingProxyType(
    {fact_type.relation.name: fact_type for group in FACT_TYPES.values() for fact_type in group}
)

RELATIONS: tuple[Relation, ...] = tuple(fact_type.relation for fact_type in BY_NAME.values())
"""What `world.json` says about the facts."""

__all__ = ["BY_NAME", "FACT_TYPES", "RELATIONS", "FactType"]
