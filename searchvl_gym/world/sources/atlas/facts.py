"""The facts about a subject, as far as they do not already follow from the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from searchvl_gym.world.records import Fact
from searchvl_gym.world.sources.atlas import names, values
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import Atlas, Entity
from searchvl_gym.world.sources.atlas.graph import LAST_YEAR
from searchvl_gym.world.sources.atlas.schema import FACT_TYPES

_FACTS = 2
"""Purpose number of the draws here; see `Draws`."""

_OMITTED = 0.1
_MAX_TRIES = 8

_SHOWN = frozenset({"colour", "petals", "material", "wingspan"})
"""Facts that a photograph would belie."""

_BINOMIAL_ENDINGS = {"plant": ("a", "ia"), "bird": ("us", "or"), "moth": ("is", "ea")}


class FactSource:
    """Gives the facts of any subject; the same ones at every call and in every process.

    Args:
        atlas: The subjects.
        photographed: Whether subjects have photographs; then nothing is stated at random that
            they show.
    """

    def __init__(self, atlas: Atlas, *, photographed: bool = False) -> None:
        self._atlas = atlas
        self._left_out = _SHOWN if photographed else frozenset()
        self._organisms = atlas.all("plant", "bird", "moth")
        self._people = atlas.all(
            "architect", "engineer", "novelist", "painter", "composer", "naturalist", "explorer",
            "chemist",
        )  # fmt: skip
        self._held: dict[int, tuple[Fact, ...]] = {}

    def of(self, subject: int) -> tuple[Fact, ...]:
        """The facts of a subject in the order of the schema."""
        found = self._held.get(subject)
        if found is None:
            if len(self._held) >= 20_000:
                self._held.clear()
            found = self._held[subject] = self._make(self._atlas.entities[subject])
        return found

    def _make(self, entity: Entity) -> tuple[Fact, ...]:
        draws = Draws(self._atlas.seed, entity.id, _FACTS)
        sheet = _Sheet(entity, draws, self._atlas)
        makers: dict[str, Callable[[_Sheet], None]] = {
            "person": self._person,
            "building": self._building,
            "location": self._location,
            "organism": self._organism,
            "artifact": self._artifact,
        }
        makers[entity.kind](sheet)
        order = [fact_type.relation.name for fact_type in FACT_TYPES[entity.kind]]
        told = [name for name in order if name in sheet.facts and name not in self._left_out]
        return tuple(sheet.facts[name] for name in told)

    def _person(self, sheet: _Sheet) -> None:
        entity, draws, atlas = sheet.entity, sheet.draws, self._atlas
        born, end = entity.year, entity.end
        last = end or LAST_YEAR
        sheet.say("birth_date", values.date(born, draws))
        sheet.link("birthplace", entity.town)
        sheet.link("citizenship", entity.country)
        sheet.try_link("alma_mater", atlas.by_type["university"], lambda o: o.year <= born + 17)
        sheet.try_link(
            "mentor",
            atlas.by_type[entity.type],
            lambda o: 15 <= born - o.year <= 60 and (o.end or LAST_YEAR) > born + 20,
        )
        sheet.say("occupation", (entity.type, ()))
        arts = entity.type in ("novelist", "painter", "composer")
        places = atlas.all("museum", "theatre" if arts else "university")
        sheet.try_link("employer", places, lambda o: o.year < min(born + 45, last - 3))
        works = [w for w in atlas.works.get(entity.id, ()) if atlas.entities[w].kind == "artifact"]
        if works:
            sheet.link("notable_work", works[0])
        sheet.say("debut_year", values.year(draws.between(born + 18, born + 24)))
        sheet.say("publications", values.number(draws.between(7, 480)))
        sheet.maybe("prize_money", values.money(draws, 800, 90_000))
        sheet.maybe("nickname", values.nickname(draws))
        sheet.say("person_height", values.quantity(draws.between(149, 201), "centimetres"))
        sheet.maybe("pastime", values.pastime(draws))
        sheet.maybe("letters", values.number(draws.between(40, 6_000)))
        sheet.link("spouse", entity.spouse)
        if end:
            sheet.say("death_date", values.date(end, draws))
            towns = atlas.towns[entity.country]
            sheet.try_link("death_place", towns, lambda o: o.year < end)

    def _building(self, sheet: _Sheet) -> None:
        entity, draws, atlas = sheet.entity, sheet.draws, self._atlas
        opened = entity.year
        sheet.link("city", entity.town)
        sheet.link("architect", entity.maker)
        sheet.try_link("commissioned_by", self._people, lambda o: _adult(o, opened - 4))
        sheet.say("construction_began", values.year(opened - draws.between(1, 3)))
        sheet.say("opened", values.date(opened, draws))
        sheet.maybe("cost", values.money(draws, 20_000, 9_000_000))
        sheet.link("named_after", entity.namesake)
        sheet.say("material", values.material(draws))
        tall = {"lighthouse": (18, 71), "tower": (35, 190), "bridge": (9, 120)}
        low, high = tall.get(entity.type, (12, 48))
        sheet.say("height", values.quantity(draws.between(low * 10, high * 10) / 10, "metres", 1))
        if entity.type == "bridge":
            sheet.say("span", values.quantity(draws.between(38, 640), "metres"))
            sheet.try_link("crosses", atlas.rivers.get(entity.country, ()), lambda o: True)
        elif entity.type in ("tower", "lighthouse"):
            sheet.say("steps", values.number(draws.between(64, 980)))
        else:
            sheet.say("windows", values.number(draws.between(44, 1_400)))
        sheet.maybe("style", values.style(draws))
        sheet.maybe("inscription", values.motto(draws))
        if entity.type in ("museum", "university", "theatre"):
            sheet.try_link("director", self._people, lambda o: _adult(o, opened + 12))
        sheet.maybe("visitors", values.number(100 * round(draws.spread(40, 9_000))))
        sheet.say("heritage_number", values.code(draws, "@#-####"))

    def _location(self, sheet: _Sheet) -> None:
        entity, draws, atlas = sheet.entity, sheet.draws, self._atlas
        kind = entity.type
        seas = atlas.by_type["sea"]
        if kind == "country":
            sheet.link("capital", atlas.towns[entity.id][0])
            sheet.link("coast", draws.skewed(seas, 1.4))
        elif kind != "sea":
            sheet.link("country", entity.country)
        if kind == "town" and draws.chance(0.4):
            sheet.link("coast", draws.skewed(seas, 1.4))
        if kind == "river":
            sheet.try_link("source", atlas.by_type["mountain"], lambda o: True)
            sheet.link("mouth", draws.skewed(seas, 1.4))
            sheet.say("river_length", values.quantity(draws.between(34, 1_900), "kilometres"))
        if kind in ("country", "town", "sea"):
            low, high = {"country": (9e3, 9e5), "town": (12, 700), "sea": (4e3, 2e6)}[kind]
            sheet.say("area", values.quantity(round(draws.spread(low, high)), "square kilometres"))
        if kind in ("town", "mountain"):
            low, high = (2, 900) if kind == "town" else (1_100, 6_900)
            sheet.say("elevation", values.quantity(draws.between(int(low), int(high)), "metres"))
        if kind in ("sea", "river"):
            low, high = (90, 6_200) if kind == "sea" else (4, 70)
            sheet.say("depth", values.quantity(draws.between(int(low), int(high)), "metres"))
        if kind in ("sea", "river", "mountain"):
            self._wilderness(sheet)
        if kind != "sea":
            sheet.maybe("rainfall", values.quantity(draws.between(180, 3_100), "millimetres"))
        if kind in ("country", "town"):
            self._society(sheet)
        else:
            self._exploration(sheet)

    def _society(self, sheet: _Sheet) -> None:
        entity, draws, atlas = sheet.entity, sheet.draws, self._atlas
        sheet.say("founded", values.year(entity.year))
        people = draws.spread(9e5, 6e7) if entity.type == "country" else draws.spread(900, 2e6)
        sheet.say("population", values.number(int(people)))
        sheet.try_link("emblem", self._organisms, lambda o: True)
        sheet.maybe("motto", values.motto(draws))
        sheet.maybe("dialling_code", values.code(draws, "0####"))
        sheet.maybe("holiday", values.day(draws))
        if entity.type == "town":
            sheet.try_link("city_founder", self._people, lambda o: _adult(o, entity.year))
            sheet.try_link(
                "twin_town", atlas.by_type["town"], lambda o: o.country != entity.country
            )
            sights = atlas.residents.get(entity.id, ())
            if sights:
                sheet.link("landmark", sights[0])

    def _wilderness(self, sheet: _Sheet) -> None:
        draws = sheet.draws
        if sheet.entity.type == "sea":
            sheet.say("islands", values.number(draws.between(14, 1_900)))
        elif sheet.entity.type == "river":
            sheet.say("tributaries", values.number(draws.between(3, 95)))
        else:
            sheet.say("snow_line", values.quantity(draws.between(900, 4_300), "metres"))
        sheet.maybe("map_sheet", values.code(draws, "##-@"))

    def _exploration(self, sheet: _Sheet) -> None:
        explorer = self._atlas.entities[sheet.draws.skewed(self._atlas.by_type["explorer"], 1.4)]
        sheet.link("first_explorer", explorer.id)
        last = min(explorer.year + 55, explorer.end or LAST_YEAR)
        sheet.say("explored", values.year(sheet.draws.between(explorer.year + 22, last)))

    def _organism(self, sheet: _Sheet) -> None:
        entity, draws, atlas = sheet.entity, sheet.draws, self._atlas
        kind = entity.type
        sizes = {"plant": (40, 1_900), "bird": (90, 1_100), "moth": (11, 94)}
        sheet.say("size", values.quantity(draws.between(*sizes[kind]), "millimetres"))
        sheet.say("colour", values.colour(draws))
        if kind != "plant":
            low, high = sizes[kind]
            wings = draws.between(low * 3 // 2, high * 2)
            sheet.say("wingspan", values.quantity(wings, "millimetres"))
            sheet.try_link("food", atlas.by_type["plant"], lambda o: True)
        if kind == "bird":
            sheet.say("mass", values.quantity(draws.between(9, 2_400), "grams"))
        if kind == "plant":
            sheet.say("petals", values.number(draws.between(3, 34)))
            animals = atlas.all("moth", "bird")
            sheet.try_link("pollinator", animals, lambda o: True)
        life = draws.between(2, 60)
        sheet.say("lifespan", values.quantity(life, "weeks" if kind == "moth" else "years"))
        sheet.link("native_to", entity.country)
        sheet.maybe("highest_record", values.quantity(draws.between(60, 4_800), "metres"))
        sheet.maybe("count", values.number(int(draws.spread(120, 400_000))))
        sheet.maybe("season", values.season(draws))
        honoured = atlas.entities[entity.namesake].short if entity.namesake >= 0 else None
        sheet.say("binomial", (names.binomial(draws, _BINOMIAL_ENDINGS[kind], honoured), ()))
        sheet.say("described", values.year(entity.year))
        sheet.link("discoverer", entity.maker)
        sheet.link("type_locality", entity.town)
        sheet.try_link("type_specimen", atlas.all("museum", "university"), lambda o: True)
        sheet.link("species_honours", entity.namesake)

    def _artifact(self, sheet: _Sheet) -> None:
        entity, draws, atlas = sheet.entity, sheet.draws, self._atlas
        kind = entity.type
        sheet.link("creator", entity.maker)
        sheet.say("presented", values.date(entity.year, draws))
        sheet.link("made_in", entity.town)
        sheet.maybe("months_of_work", values.quantity(draws.between(3, 130), "months"))
        sheet.try_link("dedicated_to", self._people, lambda o: _adult(o, entity.year))
        if kind == "novel":
            sheet.say("pages", values.number(draws.between(96, 980)))
            sheet.say("print_run", values.number(draws.between(12, 900) * 25))
        elif kind == "painting":
            width = draws.between(240, 4_100) / 10
            sheet.say("canvas_width", values.quantity(width, "centimetres", 1))
        elif kind == "opera":
            sheet.say("duration", values.quantity(draws.between(48, 290), "minutes"))
            theatres = atlas.by_type["theatre"]
            sheet.try_link("premiere_venue", theatres, lambda o: o.year <= entity.year)
        elif kind == "ship":
            length = draws.between(210, 2_100) / 10
            sheet.say("ship_length", values.quantity(length, "metres", 1))
            sheet.say("speed", values.quantity(draws.between(60, 290) / 10, "knots", 1))
            sheet.try_link("home_port", atlas.by_type["town"], lambda o: o.year < entity.year)
        else:
            sheet.say("bottle_size", values.quantity(draws.between(11, 149) * 5, "millilitres"))
            sheet.say("chief_ingredient", values.ingredient(draws))
        sheet.say("catalogue_number", values.code(draws, "@@ ####"))
        if kind in ("ship", "tonic"):
            sheet.say("artifact_motto", values.motto(draws))
        if kind not in ("ship", "tonic"):
            sheet.try_link("held_at", atlas.by_type["museum"], lambda o: True)
        if kind in ("novel", "painting", "opera"):
            places = atlas.all("town", "mountain", "river")
            sheet.try_link("depicts", places, lambda o: o.type != "town" or o.year < entity.year)
        sheet.maybe("auction_price", values.money(draws, 300, 4_000_000))


class _Sheet:
    """Collects the facts of one subject."""

    def __init__(self, entity: Entity, draws: Draws, atlas: Atlas) -> None:
        self.entity, self.draws, self._atlas = entity, draws, atlas
        self.facts: dict[str, Fact] = {}

    def say(self, relation: str, value: values.Value) -> None:
        self.facts[relation] = Fact(self.entity.id, relation, value[0], None, value[1])

    def maybe(self, relation: str, value: values.Value) -> None:
        if not self.draws.chance(_OMITTED):
            self.say(relation, value)

    def link(self, relation: str, target: int) -> None:
        if target < 0 or target == self.entity.id:
            return
        other = self._atlas.entities[target]
        self.facts[relation] = Fact(self.entity.id, relation, other.title, target, other.aliases)

    def try_link(
        self, relation: str, targets: Iterable[int], fits: Callable[[Entity], bool]
    ) -> None:
        """Link to one of the targets, the first ones preferred; to none when none is found."""
        candidates = targets if isinstance(targets, list) else list(targets)
        if not candidates:
            return
        for _ in range(_MAX_TRIES):
            number = self.draws.skewed(candidates, 2.0)
            other = self._atlas.entities[number]
            if number not in (self.entity.id, self.entity.spouse) and fits(other):
                self.link(relation, number)
                return


def _adult(person: Entity, year: int) -> bool:
    """Whether somebody was grown up and alive in a year."""
    return person.year + 24 <= year <= (person.end or LAST_YEAR) - 1
