"""What Atlas is about: subjects with their type, name, time and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from searchvl_gym.world.sources.atlas.cultures import CULTURES, Culture


@dataclass(frozen=True)
class Type:
    """A type of subject within a kind.

    Attributes:
        name: What it is called in prose: `railway station`.
        kind: One of the five kinds.
        share: Relative number of such pages within the kind.
        article: Whether its titles take `the` in a sentence.
        plural: For lists.
    """

    name: str
    kind: str
    share: float
    article: bool = False
    plural: str = ""


def _types(kind: str, *rows: tuple[str, float, bool, str]) -> tuple[Type, ...]:
    return tuple(Type(name, kind, share, article, plural) for name, share, article, plural in rows)


TYPES: Mapping[str, Type] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            *_types(
                "location",
                ("country", 0.06, False, "countries"), ("sea", 0.05, True, "seas"),
                ("town", 0.55, False, "towns"), ("mountain", 0.16, False, "mountains"),
                ("river", 0.18, True, "rivers"),
            ),
            *_types(
                "person",
                ("architect", 0.2, False, "architects"), ("engineer", 0.1, False, "engineers"),
                ("novelist", 0.15, False, "novelists"), ("painter", 0.13, False, "painters"),
                ("composer", 0.1, False, "composers"), ("naturalist", 0.14, False, "naturalists"),
                ("explorer", 0.1, False, "explorers"), ("chemist", 0.08, False, "chemists"),
            ),
            *_types(
                "building",
                ("university", 0.1, True, "universities"), ("museum", 0.17, True, "museums"),
                ("bridge", 0.23, False, "bridges"), ("theatre", 0.13, True, "theatres"),
                ("lighthouse", 0.12, True, "lighthouses"), ("tower", 0.13, True, "towers"),
                ("railway station", 0.12, False, "railway stations"),
            ),
            *_types(
                "organism",
                ("plant", 0.45, True, "plants"), ("bird", 0.3, True, "birds"),
                ("moth", 0.25, True, "moths"),
            ),
            *_types(
                "artifact",
                ("novel", 0.27, False, "novels"), ("painting", 0.25, False, "paintings"),
                ("opera", 0.16, False, "operas"), ("ship", 0.17, True, "ships"),
                ("tonic", 0.15, False, "tonics"),
            ),
        )
    }
)  # fmt: skip
"""Every type by its name, in the order in which their entities get their ids."""

KIND_SHARES: Mapping[str, float] = MappingProxyType(
    {"location": 0.25, "person": 0.31, "building": 0.18, "organism": 0.13, "artifact": 0.13}
)


@dataclass(slots=True)
class Entity:
    """A subject: what other pages need to know of it.

    Attributes:
        id: Its page id.
        type: Name of its `Type`.
        title: Unique.
        short: How a text calls it after the first mention: surname, or the title.
        country: Id of its country; its own for countries, -1 for seas.
        town: Id of its town, or -1.
        culture: Index into `CULTURES`.
        year: Birth of people; founding, opening, discovery or presentation of the rest.
        end: Year of death of people who have died, else 0.
        woman: Whether a person is a woman.
        maker: Id of the architect, creator or discoverer, or -1.
        namesake: Id of the person in whose honour a building or species has its name, or -1.
        spouse: Id, or -1.
        aliases: Other names.
    """

    id: int
    type: str
    title: str
    short: str
    country: int = -1
    town: int = -1
    culture: int = 0
    year: int = 0
    end: int = 0
    woman: bool = False
    maker: int = -1
    namesake: int = -1
    spouse: int = -1
    aliases: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """One of the five kinds."""
        return TYPES[self.type].kind

    @property
    def people(self) -> Culture:
        """The culture that names it."""
        return CULTURES[self.culture]

    @property
    def named(self) -> str:
        """Its title as it stands within a sentence: with `the` where that is usual."""
        return f"the {self.title}" if TYPES[self.type].article else self.title


@dataclass
class Atlas:
    """All subjects of a world and the look-ups between them.

    Attributes:
        seed: Seed of the world.
        size: Number of pages, the structural ones included.
        entities: By id.
        by_type: Ids by type; the first ones are the hubs.
        towns: Ids of the towns of a country, the capital first.
        rivers: Ids of the rivers of a country.
        residents: Ids of the buildings of a town.
        works: Ids of what a person made, in the order of their ids.
    """

    seed: int
    size: int
    entities: list[Entity] = field(default_factory=list)
    by_type: dict[str, list[int]] = field(default_factory=dict)
    towns: dict[int, list[int]] = field(default_factory=dict)
    rivers: dict[int, list[int]] = field(default_factory=dict)
    residents: dict[int, list[int]] = field(default_factory=dict)
    works: dict[int, list[int]] = field(default_factory=dict)

    def all(self, *types: str) -> list[int]:
        """Ids of all entities of some types."""
        return [entity for name in types for entity in self.by_type[name]]
