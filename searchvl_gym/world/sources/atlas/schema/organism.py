"""What is known about plants and animals."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.schema.fact_type import attribute, relation

LOOKS, RANGE, NAMING = "Description", "Distribution and ecology", "Discovery"

ORGANISM = (
    attribute(
        "size", "organism:quantity", "Size", LOOKS,
        ("How large does {x} grow?", "What is the size of {x}?", "What size does {x} reach?"),
        ("{x} reaches a size of {v}.", "A full-grown specimen of {x} measures {v}.",
         "At {v}, {x} is easy to tell from its relatives."),
    ),
    attribute(
        "colour", "organism:text", "Colour", LOOKS,
        ("What is the colour of {x}?", "Which colour does {x} have?",
         "What colour is typical of {x}?"),
        ("The colour of {x} is {v}.", "{x} is known by its colour, {v}.",
         "In summer {x} turns {v}."),
    ),
    attribute(
        "wingspan", "organism:quantity", "Wingspan", LOOKS,
        ("What is the wingspan of {x}?", "How wide is the wingspan of {x}?",
         "What wingspan does {x} have?"),
        ("The wingspan of {x} is {v}.", "{x} has a wingspan of {v}.",
         "With open wings {x} measures {v} across."),
    ),
    attribute(
        "mass", "organism:quantity", "Weight", LOOKS,
        ("How much does {x} weigh?", "What is the weight of {x}?", "What weight does {x} reach?"),
        ("{x} weighs {v}.", "The weight of {x} is {v} on average.",
         "Scales show {v} for a grown specimen of {x}."),
    ),
    attribute(
        "petals", "organism:number", "Petals", LOOKS,
        ("How many petals does the flower of {x} have?", "What is the number of petals of {x}?",
         "How many petals does {x} have?"),
        ("The flower of {x} has {v} petals.", "{x} is one of the few plants with {v} petals.",
         "Botanists count {v} petals on the flower of {x}."),
    ),
    attribute(
        "lifespan", "organism:quantity", "Lifespan", LOOKS,
        ("How long does {x} live?", "What is the lifespan of {x}?", "What age does {x} reach?"),
        ("{x} lives for {v}.", "The lifespan of {x} is {v}.", "{x} reaches an age of {v}."),
    ),
    relation(
        "native_to", "organism>location", "Native to", RANGE,
        ("the home country of {x}", "the native country of {x}",
         "the country of origin of {x}"),
        ("To which country is {x} native?", "What is the home country of {x}?",
         "What is the native country of {x}?"),
        ("{x} is native to {v}.", "In the wild {x} is found only in {v}.",
         "The range of {x} is confined to {v}."),
    ),
    attribute(
        "highest_record", "organism:quantity", "Highest record", RANGE,
        ("Up to which elevation is {x} found?", "What is the highest elevation of {x}?",
         "What is the elevation of the highest record of {x}?"),
        ("{x} is found up to {v} above the sea.", "The highest record of {x} is from {v}.",
         "Climbers have seen {x} at {v}."),
    ),
    relation(
        "food", "organism>organism", "Food", RANGE,
        ("the chief food of {x}", "the species eaten by {x}", "the main food of {x}"),
        ("Which species is the main food of {x}?", "What is the chief food of {x}?",
         "Which species does {x} eat?"),
        ("{x} feeds on {v}.", "The chief food of {x} is {v}.",
         "{x} depends on {v}, which it eats."),
    ),
    relation(
        "pollinator", "organism>organism", "Pollinator", RANGE,
        ("the pollinator of {x}", "the species that pollinates {x}",
         "the animal that carries the pollen of {x}"),
        ("Which species pollinates {x}?", "What is the pollinator of {x}?",
         "By which species is {x} pollinated?"),
        ("{x} is pollinated by {v}.", "The pollen of {x} is carried by {v}.",
         "Without {v}, its pollinator, {x} would not set seed."),
    ),
    attribute(
        "count", "organism:number", "Number in the wild", RANGE,
        ("How many wild specimens are there of {x}?", "What is the size of the wild stock of {x}?",
         "What number did the last count find of {x}?"),
        ("The last count found {v} specimens of {x}.", "In the wild {v} individuals of {x} remain.",
         "The stock of {x} is put at {v}."),
    ),
    attribute(
        "season", "organism:text", "Season", RANGE,
        ("Which week is best for seeing {x}?", "What is the season of {x}?",
         "When is the season of {x}?"),
        ("The season of {x} is {v}.", "{x} is easiest to see in {v}.",
         "Those who look for {x} should come in {v}."),
    ),
    attribute(
        "binomial", "organism:text", "Scientific name", NAMING,
        ("What is the scientific name of {x}?", "Which name does science give to {x}?",
         "What is the Latin name of {x}?"),
        ("The scientific name of {x} is {v}.", "Science calls {x} {v}.",
         "In the literature {x} goes by the name {v}."),
    ),
    attribute(
        "described", "organism:date", "Described", NAMING,
        ("In which year was {x} described?", "In which year did science first describe {x}?",
         "What is the year of the first description of {x}?"),
        ("{x} was first described in {v}.", "The first description of {x} appeared in {v}.",
         "Science has known {x} since {v}."),
    ),
    relation(
        "discoverer", "organism>person", "Described by", NAMING,
        ("the person who described {x}", "the discoverer of {x}",
         "the naturalist who first described {x}"),
        ("Who described {x}?", "Who discovered {x}?", "Who was the discoverer of {x}?"),
        ("{x} was described by {v}.", "The discovery of {x} is owed to {v}.",
         "The discoverer of {x} was {v}."),
    ),
    relation(
        "type_locality", "organism>location", "Type locality", NAMING,
        ("the place of the first find of {x}", "the type locality of {x}",
         "the place of discovery of {x}"),
        ("What is the place of the first find of {x}?", "What is the type locality of {x}?",
         "Near which place was {x} discovered?"),
        ("The first specimen of {x} was collected near {v}.",
         "The type locality of {x} is {v}.", "{x} was discovered in the country around {v}."),
    ),
    relation(
        "type_specimen", "organism>building", "Type specimen", NAMING,
        ("the institution that keeps the type specimen of {x}",
         "the home of the type specimen of {x}",
         "the collection that holds the type specimen of {x}"),
        ("Where is the type specimen of {x} kept?",
         "Which institution keeps the type specimen of {x}?",
         "Which collection holds the type specimen of {x}?"),
        ("The type specimen of {x} is kept at {v}.", "{v} holds the type specimen of {x}.",
         "Scholars study the type specimen of {x} at {v}."),
    ),
    relation(
        "species_honours", "organism>person", "Name honours", NAMING,
        ("the person honoured in the scientific name of {x}",
         "the person honoured in the Latin name of {x}",
         "the person remembered in the Latin name of {x}"),
        ("Whom does the scientific name of {x} honour?",
         "Who is honoured in the Latin name of {x}?",
         "Which person is remembered in the Latin name of {x}?"),
        ("The scientific name of {x} honours {v}.", "The Latin name was chosen in honour of {v}.",
         "With the Latin name of {x} science remembers {v}."),
    ),
)  # fmt: skip
"""In the order in which an article states them."""
