"""What Earth states of whom: all typed relations."""

from __future__ import annotations

from searchvl_gym.world.sources.earth.country_relations import COUNTRY
from searchvl_gym.world.sources.earth.statement import CODES, GEOGRAPHY, PEOPLE, state

CITY = (
    state(
        "country", "location location", "entity", "Country", "",
        (), ("In which country is {x}?", "To which country does {x} belong?"),
        ("the country of {x}", "the country in which {x} lies"),
    ),
    state(
        "city_population", "location", "number", "Inhabitants", PEOPLE,
        ("{x} has {v} inhabitants.", "GeoNames gives {x} a population of {v}.",
         "{v} people are counted in {x}."),
        ("How many inhabitants does {x} have?", "What is the population of {x}?"),
    ),
    state(
        "nearest_airport", "location building", "entity", "Nearest airport", "Transport",
        ("The airport nearest to {x} is {v}.", "Those who fly to {x} land nearest at {v}."),
        ("Which airport is nearest to {x}?", "What is the nearest airport to {x} called?"),
        ("the airport nearest to {x}", "the nearest airport to {x}"),
    ),
    state(
        "airport_distance", "location", "quantity", "Distance to the airport", "Transport",
        ("From {x} to the nearest airport it is {v} as the crow flies.",),
        ("How far is the nearest airport from {x}?",),
    ),
    state(
        "city_time_zone", "location", "text", "Time zone", GEOGRAPHY,
        ("Clocks in {x} follow the zone {v}.", "{x} keeps the time of {v}."),
        ("Which time zone does {x} keep?", "In which IANA time zone is {x}?"),
    ),
    state(
        "city_coordinates", "location", "text", "Coordinates", GEOGRAPHY,
        ("{x} stands at {v}.", "The position of {x} is {v}."),
        ("What are the coordinates of {x}?", "At which position does {x} stand?"),
    ),
)  # fmt: skip

AIRPORT = (
    state(
        "city_served", "building location", "entity", "Serves", "Transport",
        ("{x} serves {v}.", "{x} is the airport of {v}."),
        ("Which city does {x} serve?", "Of which city is {x} the airport?"),
        ("the city that {x} serves", "the city served by {x}"),
    ),
    state(
        "airport_country", "building location", "entity", "Country", "",
        (), ("In which country is {x}?", "In which country would one land at {x}?"),
        ("the country of {x}", "the country in which {x} lies"),
    ),
    state(
        "iata_code", "building", "text", "IATA code", CODES,
        ("On tickets {x} is written {v}.", "The IATA code of {x} is {v}."),
        ("What is the IATA code of {x}?", "Which three letters stand for {x} on a ticket?"),
    ),
    state(
        "icao_code", "building", "text", "ICAO code", CODES,
        ("Pilots know {x} as {v}.", "The ICAO code of {x} is {v}."),
        ("What is the ICAO code of {x}?", "Which four letters stand for {x} in flight plans?"),
    ),
    state(
        "airport_elevation", "building", "quantity", "Elevation", GEOGRAPHY,
        ("{x} lies {v} above the sea.", "The elevation of {x} is {v}."),
        ("How high above the sea does {x} lie?", "What is the elevation of {x}?"),
    ),
    state(
        "airport_time_zone", "building", "text", "Time zone", GEOGRAPHY,
        ("Departures from {x} are given in the time of {v}.", "{x} keeps the time of {v}."),
        ("Which time zone does {x} keep?", "In which IANA time zone is {x}?"),
    ),
)  # fmt: skip

CURRENCY = (
    state(
        "currency_code", "artifact", "text", "ISO code", CODES,
        ("The standard ISO 4217 writes {x} as {v}.", "Banks write {v} for {x}."),
        ("What is the ISO 4217 code of {x}?", "Which three letters stand for {x}?"),
    ),
    state(
        "currency_number", "artifact", "text", "ISO number", CODES,
        ("The number of {x} in ISO 4217 is {v}.", "Machines know {x} by the number {v}."),
        ("What is the ISO 4217 number of {x}?", "Which number stands for {x} in ISO 4217?"),
    ),
    state(
        "used_in", "artifact location", "entity", "Used in", "",
        (), ("Where is {x} used?",), functional=False,
    ),
    state(
        "largest_user", "artifact location", "entity", "Largest user", "Use",
        ("Of the places that use {x}, {v} has the most inhabitants.",),
        ("Which country that uses {x} has the most inhabitants?",),
        ("the most populous country that uses {x}",),
    ),
)  # fmt: skip

LANGUAGE = (
    state(
        "language_code", "artifact", "text", "ISO 639-3 code", CODES,
        ("The standard ISO 639-3 writes {x} as {v}.", "Linguists write {v} for {x}."),
        ("What is the ISO 639-3 code of {x}?", "Which three letters stand for {x}?"),
    ),
    state(
        "spoken_in", "artifact location", "entity", "Spoken in", "",
        (), ("Where is {x} spoken?",), functional=False,
    ),
    state(
        "largest_speaker", "artifact location", "entity", "Largest country", "Use",
        ("Of the countries for which {x} is listed, {v} has the most inhabitants.",),
        ("Which country for which {x} is listed has the most inhabitants?",),
        ("the most populous country for which {x} is listed",),
    ),
)  # fmt: skip

CONTINENT = (
    state(
        "largest_country", "location location", "entity", "Largest country", GEOGRAPHY,
        ("The country of {x} with the largest area is {v}.",),
        ("Which country of {x} has the largest area?", "What is the largest country of {x}?"),
        ("the country of {x} with the largest area",),
    ),
    state(
        "most_populous_country", "location location", "entity", "Most populous", PEOPLE,
        ("The most populous country of {x} is {v}.",),
        ("Which is the most populous country of {x}?",),
        ("the most populous country of {x}",),
    ),
    state(
        "country_count", "location", "number", "Countries and territories", GEOGRAPHY,
        ("{v} countries and territories are counted to {x}.",),
        ("How many countries and territories are counted to {x}?",),
    ),
)  # fmt: skip

STATEMENTS = {
    statement.relation.name: statement
    for group in (COUNTRY, CITY, AIRPORT, CURRENCY, LANGUAGE, CONTINENT)
    for statement in group
}
"""By the name of the relation."""

RELATIONS = tuple(statement.relation for statement in STATEMENTS.values())
"""Schema of the facts."""
