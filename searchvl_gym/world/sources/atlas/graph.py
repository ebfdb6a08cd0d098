"""Makes the subjects of a world: who is where, when, and who made what."""

from __future__ import annotations

from searchvl_gym.world.folding import fold
from searchvl_gym.world.sources.atlas import names
from searchvl_gym.world.sources.atlas.cultures import CULTURES, in_native_script
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import KIND_SHARES, TYPES, Atlas, Entity
from searchvl_gym.world.sources.atlas.kinds import Kinds, peoples_of
from searchvl_gym.world.sources.atlas.sizes import MAX_SIZE, MIN_SIZE

LAST_YEAR = 2015

_ALL_TYPES_OFTEN = 150
"""From this size on there are at least three subjects of each type, below it at least one."""

_CORE = 1
"""Purpose number of the draws here; see `Draws`."""

MAKERS = {
    "university": "architect", "museum": "architect", "bridge": "engineer", "theatre": "architect",
    "lighthouse": "engineer", "tower": "architect", "railway station": "architect",
    "novel": "novelist", "painting": "painter", "opera": "composer", "ship": "engineer",
    "tonic": "chemist", "plant": "naturalist", "bird": "naturalist", "moth": "naturalist",
}  # fmt: skip
"""Which profession makes, designs or discovers what."""

GROUPS = {
    "plant": ("orchid", "bellflower", "saxifrage", "gentian", "primrose", "thistle", "heath"),
    "bird": ("warbler", "plover", "finch", "heron", "kestrel", "wren", "grebe"),
    "moth": ("hawkmoth", "tiger moth", "emperor moth", "owlet moth"),
}
"""Groups of species by type."""

_WORKS = {
    "novel": ("The {a} of {p}", "A {a} for {p}", "The {p} {a}", "{p} and the {a}"),
    "painting": ("Evening at {p}", "{a} near {p}", "Morning over {p}", "{p} with a {a}"),
    "opera": ("The {a} from {p}", "{p}'s {a}", "The {a} and {p}"),
    "ship": ("{p} {a}", "Star of {p}", "Spirit of {p}", "Duchess of {p}"),
    "tonic": ("{p} {a} Tonic", "{p} {a} Water", "{p} {a} Cordial"),
}
_NOUNS = {
    "novel": ("Lantern", "Orchard", "Clockmaker", "Inheritance", "Ferryman", "Almanac", "Winter"),
    "painting": ("Harvest", "Ferry", "Storm", "Lantern", "Red Boat", "Mirror", "Heron"),
    "opera": ("Miller", "Nightingale", "Falconer", "Stranger", "Beekeeper", "Bride", "Astronomer"),
    "ship": ("Venture", "Star", "Pearl", "Voyager", "Queen", "Endeavour"),
    "tonic": ("Juniper", "Gentian", "Elder", "Quince", "Bitter", "Rowan", "Myrtle"),
}


def make_atlas(size: int, seed: int, kinds: Kinds = "all", structural: int | None = None) -> Atlas:
    """Make the subjects of a world of `size` pages, about 5 % of them left for lists.

    Args:
        size: Number of pages, 60 to 1,000,000.
        seed: At least 0.
        kinds: Which peoples there are.
        structural: Pages that are left for lists and the like; None for the usual number.

    Raises:
        ValueError: When an argument is out of range.
    """
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise ValueError(f"size must be between {MIN_SIZE} and {MAX_SIZE:,} pages, got {size:,}")
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed}")
    return _Maker(size, seed, peoples_of(kinds), structural).make()


def structural_pages(size: int, dispersion: float = 0.0) -> int:
    """How many pages of a world are lists and disambiguations: 5 % of a small one.

    A spread-out world also has registers, timelines and categories: up to 15 %.
    """
    least = 8 if size >= _ALL_TYPES_OFTEN else 4
    usual = min(max(least, round(0.05 * size)), 500 + size // 100)
    return usual + round(2 * dispersion * usual)


def count_types(subjects: int) -> dict[str, int]:
    """How many subjects of each type there are; adds up to `subjects`."""
    counts = {}
    countries, seas = (8, 5) if subjects >= 250 else (4, 3)
    often = 3
    if subjects < _ALL_TYPES_OFTEN - 8:  # room for each type, not for three of each
        countries, seas, often = 3, 2, 1
    for entry in TYPES.values():
        least = {"country": countries, "sea": seas}.get(entry.name, often)
        counts[entry.name] = max(least, round(subjects * KIND_SHARES[entry.kind] * entry.share))
    # Countries and seas are hubs: they grow slower than the world.
    counts["country"] = min(counts["country"], max(countries, round(subjects**0.5 / 2)))
    counts["sea"] = min(counts["sea"], max(seas, round(subjects**0.5 / 3)))
    counts["town"] += subjects - sum(counts.values())
    return counts


class _Maker:
    def __init__(
        self, size: int, seed: int, peoples: tuple[int, ...], structural: int | None
    ) -> None:
        self.peoples = peoples
        self.atlas = Atlas(seed, size)
        self.subjects = size - (structural_pages(size) if structural is None else structural)
        self.titles: set[str] = set()
        self.atlas.by_type = {name: [] for name in TYPES}
        self.surnames: list[list[str]] = []
        self.people: list[int] = []

    def make(self) -> Atlas:
        counts = count_types(self.subjects)
        self._make_surnames(counts)
        for name, count in counts.items():
            for _ in range(count):
                self._add(name)
        self._marry()
        return self.atlas

    def _make_surnames(self, counts: dict[str, int]) -> None:
        """A pool of surnames for each people, small enough that some are shared."""
        people = sum(counts[name] for name in TYPES if TYPES[name].kind == "person")
        for number, culture in enumerate(CULTURES):
            draws = Draws(self.atlas.seed, number, 0)
            pool = max(6, round(people / len(self.peoples) * 0.8)) if people < 4_000 else 400
            self.surnames.append([names.family_name(culture, draws) for _ in range(pool)])

    def _add(self, type_name: str) -> None:
        number = len(self.atlas.entities)
        draws = Draws(self.atlas.seed, number, _CORE)
        entity = Entity(number, type_name, "", "")
        self._place(entity, draws)
        self._date(entity, draws)
        for attempt in range(1_000):
            if attempt == 3 and entity.kind == "building":
                entity.namesake = -1  # another building of this type bears the name already
            title = self._title(entity, draws, attempt)
            if fold(title) not in self.titles:
                break
        else:
            raise RuntimeError(f"no free name was found for {type_name} {number}")
        self.titles.add(fold(title))
        entity.title = title
        entity.short = title.rsplit(" ", 1)[-1] if entity.kind == "person" else title
        entity.aliases = self._aliases(entity, draws)
        self._file(entity)

    def _place(self, entity: Entity, draws: Draws) -> None:
        atlas = self.atlas
        if entity.type == "country":
            entity.country = entity.id
            entity.culture = self.peoples[entity.id % len(self.peoples)]
            return
        countries = atlas.by_type["country"]
        if entity.type == "sea":
            entity.culture = self.peoples[draws.below(len(self.peoples))]
            return
        if entity.type == "town" and len(atlas.by_type["town"]) < len(countries):
            entity.country = countries[len(atlas.by_type["town"])]  # its capital
        else:
            entity.country = draws.skewed(countries, 1.6)
        entity.culture = atlas.entities[entity.country].culture
        if entity.kind in ("person", "building", "artifact", "organism"):
            entity.town = draws.skewed(atlas.towns[entity.country], 2.0)

    def _date(self, entity: Entity, draws: Draws) -> None:
        if entity.kind == "person":
            entity.year = draws.between(1640, 1960)
            death = entity.year + draws.between(48, 91)
            entity.end = death if death <= LAST_YEAR else 0
            entity.woman = draws.chance(0.5)
            self._move_to_capital(entity)
            return
        if entity.type in ("country", "town"):
            capital = entity.id == self.atlas.towns.get(entity.country, [entity.id])[0]
            old = entity.type == "country" or capital or draws.chance(0.6)
            entity.year = draws.between(870, 1400) if old else draws.between(1680, 1860)
            return
        if entity.kind == "location":
            return
        if entity.type == "university" and len(self.atlas.by_type["university"]) < 3:
            entity.year = draws.between(1480, 1640)
            self._move_to_capital(entity)
            return
        maker = self.atlas.entities[self._maker(entity, draws)]
        entity.maker = maker.id
        last = min(maker.end - 1 if maker.end else LAST_YEAR, maker.year + 62)
        entity.year = draws.between(maker.year + 25, max(maker.year + 26, last))
        if entity.kind == "artifact":
            entity.country, entity.culture = maker.country, maker.culture
            entity.town = draws.skewed(self.atlas.towns[entity.country], 2.0)
        self._move_to_capital(entity)
        namesakes = [draws.skewed(self.people, 1.5) for _ in range(3 if draws.chance(0.5) else 0)]
        for number in namesakes:
            person = self.atlas.entities[number]
            if person.id != maker.id and person.year + 30 <= entity.year:
                entity.namesake = person.id

    def _move_to_capital(self, entity: Entity) -> None:
        """Nothing happens in a town before it was founded."""
        if self.atlas.entities[entity.town].year + 10 > entity.year:
            entity.town = self.atlas.towns[entity.country][0]

    def _maker(self, entity: Entity, draws: Draws) -> int:
        return draws.skewed(self.atlas.by_type[MAKERS[entity.type]], 1.7)

    def _title(self, entity: Entity, draws: Draws, attempt: int) -> str:
        culture, long = entity.people, attempt > 2
        if entity.type == "country":
            return names.country_name(culture, draws)
        if entity.type == "sea":
            return f"{names.town_name(culture, draws, long=long)} Sea"
        if entity.type == "town":
            return self._town_title(entity, draws, long)
        if entity.type == "mountain":
            return f"Mount {names.town_name(culture, draws, long=long)}"
        if entity.type == "river":
            return f"{names.town_name(culture, draws, long=long)} River"
        if entity.kind == "person":
            surname = draws.choice(self.surnames[entity.culture])
            if attempt > 8:
                second = names.given_name(culture, draws)
                return f"{names.given_name(culture, draws)} {second} {surname}"
            return f"{names.given_name(culture, draws)} {surname}"
        if entity.kind == "building":
            return self._building_title(entity, draws, attempt)
        if entity.kind == "organism":
            group = draws.choice(GROUPS[entity.type])
            return names.organism_name(group, names.town_name(culture, draws, long=long), draws)
        pattern = draws.choice(_WORKS[entity.type])
        place = names.town_name(culture, draws, long=long)
        return pattern.format(a=draws.choice(_NOUNS[entity.type]), p=place)

    def _town_title(self, entity: Entity, draws: Draws, long: bool) -> str:
        towns = self.atlas.by_type["town"]
        # Some towns share their name with one abroad, and are told apart by their country.
        if not long and len(towns) > 20 and draws.chance(0.06):
            other = self.atlas.entities[draws.choice(towns)]
            if "," not in other.title and other.country != entity.country:
                return f"{other.title}, {self.atlas.entities[entity.country].title}"
        return names.town_name(entity.people, draws, long=long)

    def _building_title(self, entity: Entity, draws: Draws, attempt: int) -> str:
        noun = entity.type.title()
        town = self.atlas.entities[entity.town].title.split(",")[0]
        if entity.type == "university":
            if attempt == 0 and entity.namesake < 0:
                return f"University of {town}"
            return f"{self._base(entity, draws)} University"
        if attempt == 0 and entity.namesake < 0 and draws.chance(0.3):
            return f"{town} {noun}"
        return f"{self._base(entity, draws)} {noun}"

    def _base(self, entity: Entity, draws: Draws) -> str:
        if entity.namesake >= 0:
            return self.atlas.entities[entity.namesake].short
        return names.town_name(entity.people, draws, long=draws.chance(0.3))

    def _aliases(self, entity: Entity, draws: Draws) -> tuple[str, ...]:
        found = []
        if entity.kind == "person":
            given, surname = entity.title.split(" ", 1)
            found.append(f"{given[0]}. {surname}")
        if entity.kind in ("person", "location"):
            native = in_native_script(entity.title.split(",")[0], entity.people.script)
            if native and " Sea" not in entity.title and " River" not in entity.title:
                found.append(native)
        if entity.type == "town" and draws.chance(0.3):
            found.append(f"Old {entity.title.split(',')[0]}")
        if entity.kind == "building" and draws.chance(0.35):
            found.append(f"The {draws.choice(('Old Lady', 'Needle', 'Giant', 'Crown', 'Lantern'))}"
                         f" of {self.atlas.entities[entity.town].title.split(',')[0]}")  # fmt: skip
        if entity.type == "ship":
            found.append(f"SS {entity.title}")
        return tuple(found)

    def _file(self, entity: Entity) -> None:
        atlas = self.atlas
        atlas.entities.append(entity)
        atlas.by_type[entity.type].append(entity.id)
        if entity.kind == "person":
            self.people.append(entity.id)
        if entity.type == "town":
            atlas.towns.setdefault(entity.country, []).append(entity.id)
        if entity.type == "river":
            atlas.rivers.setdefault(entity.country, []).append(entity.id)
        if entity.kind == "building":
            atlas.residents.setdefault(entity.town, []).append(entity.id)
        if entity.maker >= 0 and entity.kind in ("artifact", "building"):
            atlas.works.setdefault(entity.maker, []).append(entity.id)

    def _marry(self) -> None:
        """Marry people of similar age and the same country; each once at most."""
        atlas = self.atlas
        single: dict[int, list[int]] = {}
        people = [e for e in atlas.entities if e.kind == "person"]
        for person in sorted(people, key=lambda person: (person.year, person.id)):
            waiting = single.setdefault(person.country, [])
            partner = next((o for o in waiting if atlas.entities[o].woman != person.woman), None)
            if partner is not None and person.year - atlas.entities[partner].year < 18:
                waiting.remove(partner)
                person.spouse, atlas.entities[partner].spouse = partner, person.id
            elif Draws(atlas.seed, person.id, 7).chance(0.6):
                waiting.append(person.id)
                del waiting[:-8]
