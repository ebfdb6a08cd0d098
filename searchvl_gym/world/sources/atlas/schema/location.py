"""What is known about countries, towns, waters and mountains."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.schema.fact_type import attribute, relation

GEOGRAPHY, PAST, SOCIETY = "Geography", "History", "Society"

LOCATION = (
    relation(
        "country", "location>location", "Country", GEOGRAPHY,
        ("the country in which {x} lies", "the country of {x}", "the country to which {x} belongs"),
        ("In which country is {x}?", "To which country does {x} belong?",
         "What is the country of {x}?"),
        ("{x} lies in {v}.", "{x} belongs to {v}.", "{x} is part of {v}."),
    ),
    relation(
        "capital", "location>location", "Capital", GEOGRAPHY,
        ("the capital of {x}", "the capital city of {x}", "the seat of government of {x}"),
        ("What is the capital of {x}?", "Which town is the capital of {x}?",
         "Which town is the seat of government of {x}?"),
        ("The capital of {x} is {v}.", "{x} is governed from {v}, its capital.",
         "Parliament sits in {v}, the capital of {x}."),
    ),
    relation(
        "coast", "location>location", "Coast", GEOGRAPHY,
        ("the sea on which {x} lies", "the sea nearest to {x}", "the sea off the coast of {x}"),
        ("On which sea does {x} lie?", "Which sea washes the coast of {x}?",
         "What is the sea off the coast of {x}?"),
        ("{x} lies on {v}.", "The coast of {x} is washed by {v}.",
         "From {x} the land falls gently to {v}."),
    ),
    relation(
        "source", "location>location", "Source", GEOGRAPHY,
        ("the mountain on which {x} rises", "the source of {x}", "the mountain where {x} begins"),
        ("On which mountain does {x} rise?", "What is the source of {x}?",
         "Where does {x} begin?"),
        ("{x} rises on {v}.", "The springs of {x} are on the slopes of {v}.",
         "{x} begins as a small stream on {v}."),
    ),
    relation(
        "mouth", "location>location", "Mouth", GEOGRAPHY,
        ("the sea into which {x} flows", "the mouth of {x}", "the water that receives {x}"),
        ("Into which sea does {x} flow?", "What receives the water of {x}?",
         "Where is the mouth of {x}?"),
        ("{x} flows into {v}.", "The water of {x} reaches {v}.",
         "After many bends {x} ends in {v}."),
    ),
    attribute(
        "area", "location:quantity", "Area", GEOGRAPHY,
        ("What is the area of {x}?", "How large is {x}?", "What area does {x} cover?"),
        ("{x} covers {v}.", "The area of {x} is {v}.", "{x} extends over {v}."),
    ),
    attribute(
        "elevation", "location:quantity", "Elevation", GEOGRAPHY,
        ("What is the elevation of {x}?", "How high above the sea is {x}?",
         "At which elevation is {x}?"),
        ("{x} has an elevation of {v}.", "Surveyors put {x} at {v} above the sea.",
         "The elevation of {x} is given as {v}."),
    ),
    attribute(
        "river_length", "location:quantity", "Length", GEOGRAPHY,
        ("How long is {x}?", "What is the length of {x}?", "Over which length does {x} flow?"),
        ("{x} is {v} long.", "From source to mouth {x} measures {v}.",
         "The length of {x} is {v}."),
    ),
    attribute(
        "depth", "location:quantity", "Greatest depth", GEOGRAPHY,
        ("How deep is {x}?", "What is the greatest depth of {x}?", "What depth does {x} reach?"),
        ("{x} is up to {v} deep.", "The greatest depth of {x} is {v}.",
         "Soundings found {x} to be {v} deep at most."),
    ),
    attribute(
        "rainfall", "location:quantity", "Yearly rainfall", GEOGRAPHY,
        ("How much rain falls on {x} in a year?", "What is the yearly rainfall of {x}?",
         "How high is the yearly rainfall in {x}?"),
        ("The yearly rainfall of {x} is {v}.", "In a normal year {v} of rain falls on {x}.",
         "{x} has {v} of rain a year."),
    ),
    attribute(
        "founded", "location:date", "Founded", PAST,
        ("In which year was {x} founded?", "When was {x} founded?",
         "What is the founding year of {x}?"),
        ("{x} was founded in {v}.", "The founding of {x} is dated to {v}.",
         "A charter of {v} is regarded as the founding act of {x}."),
    ),
    relation(
        "city_founder", "location>person", "Founder", PAST,
        ("the founder of {x}", "the person who founded {x}", "the person who established {x}"),
        ("Who founded {x}?", "Who was the founder of {x}?", "Who established {x}?"),
        ("{x} was established by {v}.", "The founder of {x} was {v}.",
         "It was {v} who founded {x}."),
    ),
    relation(
        "first_explorer", "location>person", "First explored by", PAST,
        ("the person who first explored {x}", "the first explorer of {x}",
         "the person who first surveyed {x}"),
        ("Who first explored {x}?", "Who was the first explorer of {x}?",
         "Who first surveyed {x}?"),
        ("{x} was first explored by {v}.", "The first to survey {x} was {v}.",
         "It was {v} who first explored {x}."),
    ),
    attribute(
        "explored", "location:date", "First explored", PAST,
        ("In which year was {x} first explored?", "When was {x} first explored?",
         "When did the first survey of {x} take place?"),
        ("The first expedition to {x} took place in {v}.", "{x} was first surveyed in {v}.",
         "Maps have shown {x} since {v}."),
    ),
    relation(
        "landmark", "location>building", "Landmark", SOCIETY,
        ("the best-known landmark of {x}", "the landmark of {x}", "the chief sight of {x}"),
        ("What is the best-known landmark of {x}?", "What is the chief sight of {x}?",
         "Which structure is the landmark of {x}?"),
        ("The best-known landmark of {x} is {v}.", "Most visitors come to {x} for {v}.",
         "The chief sight of {x} is {v}."),
    ),
    relation(
        "twin_town", "location>location", "Twin town", SOCIETY,
        ("the twin town of {x}", "the town twinned with {x}", "the partner town of {x}"),
        ("What is the twin town of {x}?", "With which town is {x} twinned?",
         "Which town is the partner of {x}?"),
        ("{x} is twinned with {v}.", "The twin town of {x} is {v}.",
         "A treaty of friendship links {x} with {v}, its twin town."),
    ),
    relation(
        "emblem", "location>organism", "Emblem", SOCIETY,
        ("the emblem species of {x}", "the species that is the emblem of {x}",
         "the emblem of {x}"),
        ("Which species is the emblem of {x}?", "What is the emblem of {x}?",
         "Which species stands on the arms of {x}?"),
        ("The emblem of {x} is {v}.", "The arms of {x} show {v}.",
         "{x} has chosen {v} as its emblem."),
    ),
    attribute(
        "population", "location:number", "Population", SOCIETY,
        ("What is the population of {x}?", "How many people live in {x}?",
         "How many inhabitants does {x} have?"),
        ("{x} has {v} inhabitants.", "At the last census the population of {x} was {v}.",
         "The census counted {v} people in {x}."),
    ),
    attribute(
        "motto", "location:text", "Motto", SOCIETY,
        ("What is the motto of {x}?", "Which motto does {x} have?",
         "How does the motto of {x} read?"),
        ("The motto of {x} is “{v}”.", "{x} has the motto “{v}”.",
         "The words “{v}” are the motto of {x}."),
    ),
    attribute(
        "dialling_code", "location:text", "Dialling code", SOCIETY,
        ("What is the dialling code of {x}?", "Which dialling code does {x} have?",
         "With which code does one telephone {x}?"),
        ("The dialling code of {x} is {v}.", "Telephone numbers in {x} begin with {v}.",
         "{x} has the dialling code {v}."),
    ),
    attribute(
        "holiday", "location:text", "Festival", SOCIETY,
        ("On which day does {x} hold its festival?", "When is the festival of {x}?",
         "What is the day of the yearly festival of {x}?"),
        ("The festival of {x} is held on {v}.", "Every year on {v}, {x} celebrates its festival.",
         "{x} keeps {v} as a holiday."),
    ),
)  # fmt: skip
"""In the order in which an article states them."""
