"""What Earth states of countries and territories."""

from __future__ import annotations

from searchvl_gym.world.sources.earth.statement import (
    CODES,
    GEOGRAPHY,
    GOVERNMENT,
    PEOPLE,
    state,
)

COUNTRY = (
    state(
        "capital", "location location", "entity", "Capital", GOVERNMENT,
        ("{x} is governed from {v}.", "The capital of {x} is {v}.", "{x} has its capital in {v}."),
        ("What is the capital of {x}?", "Which city is the capital of {x}?"),
        ("the capital of {x}", "the city from which {x} is governed"),
    ),
    state(
        "largest_city", "location location", "entity", "Largest city", PEOPLE,
        ("The most populous city of {x} is {v}.", "No city of {x} has more inhabitants than {v}."),
        ("What is the most populous city of {x}?", "Which is the largest city of {x}?"),
        ("the most populous city of {x}", "the largest city of {x}"),
    ),
    state(
        "continent", "location location", "entity", "Continent", GEOGRAPHY,
        ("{x} is counted as a part of {v}.", "{x} belongs to {v}."),
        ("On which continent does {x} lie?", "To which continent does {x} belong?"),
        ("the continent of {x}",),
    ),
    state(
        "currency", "location artifact", "entity", "Currency", "Economy",
        ("In {x} people pay with {v}.", "The currency of {x} is {v}."),
        ("What is the currency of {x}?", "In which currency do people pay in {x}?"),
        ("the currency of {x}", "the money that is used in {x}"),
    ),
    state(
        "main_language", "location artifact", "entity", "Main language", PEOPLE,
        ("GeoNames lists {v} first among the languages of {x}.",
         "The first of the languages that are listed for {x} is {v}."),
        ("Which language is listed first for {x}?", "What is the main language of {x}?"),
        ("the main language of {x}", "the language that is listed first for {x}"),
    ),
    state(
        "language", "location artifact", "entity", "Languages", "",
        (), ("Which languages are spoken in {x}?",), functional=False,
    ),
    state(
        "neighbour", "location location", "entity", "Borders", "",
        (), ("Which countries border {x}?",), functional=False,
    ),
    state(
        "area", "location", "quantity", "Area", GEOGRAPHY,
        ("{x} covers {v}.", "The area of {x} is {v}.", "{x} has an area of {v}."),
        ("How large is the area of {x}?", "What area does {x} cover?"),
    ),
    state(
        "population", "location", "number", "Population", PEOPLE,
        ("The population of {x} is put at {v}.", "{x} has {v} inhabitants."),
        ("How many inhabitants does {x} have?", "What is the population of {x}?"),
    ),
    state(
        "highest_point", "location", "text", "Highest point", GEOGRAPHY,
        ("The highest point of {x} is {v}.", "{x} reaches its greatest height at {v}."),
        ("What is the highest point of {x}?", "Where does {x} reach its greatest height?"),
    ),
    state(
        "peak_height", "location", "quantity", "Highest elevation", GEOGRAPHY,
        ("The ground of {x} rises to {v} above the sea.", "{x} reaches up to {v}."),
        ("How high is the highest point of {x}?", "To what height does {x} rise?"),
    ),
    state(
        "coastline", "location", "quantity", "Coastline", GEOGRAPHY,
        ("The coast of {x} is {v} long.", "{x} has a coastline of {v}."),
        ("How long is the coastline of {x}?", "What length of coast does {x} have?"),
    ),
    state(
        "border_length", "location", "quantity", "Land borders", GEOGRAPHY,
        ("The land borders of {x} measure {v} in all.", "{x} has {v} of borders on land."),
        ("How long are the land borders of {x}?", "What do the land borders of {x} measure?"),
    ),
    state(
        "government_type", "location", "text", "Government", GOVERNMENT,
        ("{x} is described as a {v}.", "The form of government of {x} is: {v}."),
        ("What form of government does {x} have?", "What is the type of government of {x}?"),
    ),
    state(
        "sovereign", "location", "text", "Status", GOVERNMENT,
        ("{x} has the status of {v}.",),
        ("What is the political status of {x}?", "Whose territory is {x}?"),
    ),
    state(
        "independence", "location", "date", "Independence", GOVERNMENT,
        ("{x} dates its independence from {v}.", "The date of independence of {x} is {v}."),
        ("When did {x} become independent?", "From which date does {x} count its independence?"),
    ),
    state(
        "national_holiday", "location", "text", "National holiday", GOVERNMENT,
        ("The national holiday of {x} is called {v}.", "{x} celebrates {v} as its holiday."),
        ("What is the national holiday of {x} called?", "Which holiday is the main one of {x}?"),
    ),
    state(
        "holiday_date", "location", "text", "Date of the holiday", GOVERNMENT,
        ("The national holiday of {x} falls on {v}.", "{x} keeps its national holiday on {v}."),
        ("On which day is the national holiday of {x}?", "When is {x}'s national holiday?"),
    ),
    state(
        "anthem", "location", "text", "Anthem", GOVERNMENT,
        ("The anthem of {x} is “{v}”.", "{x} sings “{v}” as its anthem."),
        ("What is the anthem of {x}?", "Which song is the anthem of {x}?"),
    ),
    state(
        "national_symbol", "location", "text", "National symbol", GOVERNMENT,
        ("The national symbol of {x} is the {v}.", "As its symbol {x} has chosen the {v}."),
        ("What is the national symbol of {x}?", "Which symbol stands for {x}?"),
    ),
    state(
        "demonym", "location", "text", "Adjective", PEOPLE,
        ("What comes from {x} is called {v}.", "The adjective for {x} is {v}."),
        ("What is the adjective for {x}?", "What is something from {x} called?"),
    ),
    state(
        "median_age", "location", "quantity", "Median age", PEOPLE,
        ("Half of the people of {x} are older than {v}.", "The median age in {x} is {v}."),
        ("What is the median age in {x}?", "What is the median age of the people of {x}?"),
    ),
    state(
        "life_expectancy", "location", "quantity", "Life expectancy", PEOPLE,
        ("Life expectancy at birth in {x} is {v}.", "People of {x} can expect to live {v}."),
        ("What is the life expectancy in {x}?", "How long do people in {x} live on average?"),
    ),
    state(
        "airfields", "location", "number", "Airfields", "Economy",
        ("{x} has {v} airfields, counting the small ones.", "In {x} {v} airfields are counted."),
        ("How many airfields does {x} have?", "How many airports are counted in {x}?"),
    ),
    state(
        "calling_code", "location", "text", "Calling code", CODES,
        ("Telephone numbers of {x} begin with {v}.", "{x} has the calling code {v}."),
        ("What is the telephone calling code of {x}?", "With what do numbers of {x} begin?"),
    ),
    state(
        "internet_domain", "location", "text", "Internet domain", CODES,
        ("Internet addresses of {x} end in {v}.", "{x} has the domain {v}."),
        ("What is the internet domain of {x}?", "In what do internet addresses of {x} end?"),
    ),
    state(
        "country_code", "location", "text", "ISO code", CODES,
        ("In the standard ISO 3166 {x} is written {v}.", "The three-letter code of {x} is {v}."),
        ("What is the three-letter ISO code of {x}?", "Which ISO 3166 code stands for {x}?"),
    ),
)  # fmt: skip
