"""What is known about works and objects."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.schema.fact_type import attribute, relation

MAKING, OBJECT, LEGACY = "Creation", "Description", "Reception"

ARTIFACT = (
    relation(
        "creator", "artifact>person", "Creator", MAKING,
        ("the creator of {x}", "the person who created {x}", "the person behind {x}"),
        ("Who created {x}?", "Who was the creator of {x}?", "Who made {x}?"),
        ("{x} was created by {v}.", "{x} is the work of {v}.",
         "The creator of {x} was {v}."),
    ),
    attribute(
        "presented", "artifact:date", "First presented", MAKING,
        ("On which date did the public first see {x}?",
         "What was the date of the public debut of {x}?",
         "What is the date of the first presentation of {x}?"),
        ("{x} was first presented on {v}.", "The public first saw {x} on {v}.",
         "On {v}, {x} was presented for the first time."),
    ),
    relation(
        "made_in", "artifact>location", "Place of origin", MAKING,
        ("the town that produced {x}", "the place of origin of {x}", "the town of origin of {x}"),
        ("Where was {x} made?", "In which town was {x} made?",
         "What is the place of origin of {x}?"),
        ("{x} was made in {v}.", "{x} comes from {v}.", "Work on {x} was done in {v}."),
    ),
    attribute(
        "months_of_work", "artifact:quantity", "Time of work", MAKING,
        ("How long did the work on {x} take?", "What was the time of work on {x}?",
         "How much time went into {x}?"),
        ("The work on {x} took {v}.", "It took {v} to finish {x}.",
         "{x} was finished after {v} of work."),
    ),
    relation(
        "dedicated_to", "artifact>person", "Dedicated to", MAKING,
        ("the person honoured by the dedication of {x}", "the dedicatee of {x}",
         "the person named in the dedication of {x}"),
        ("To whom is {x} dedicated?", "Who is the dedicatee of {x}?",
         "Whom does the dedication of {x} name?"),
        ("{x} is dedicated to {v}.", "The dedication of {x} names {v}.",
         "{x} bears a dedication to {v}."),
    ),
    attribute(
        "pages", "artifact:number", "Pages", OBJECT,
        ("How many pages does {x} have?", "What is the number of pages of {x}?",
         "How many pages long is {x}?"),
        ("The first edition of {x} has {v} pages.", "{x} runs to {v} pages.",
         "In print {x} fills {v} pages."),
    ),
    attribute(
        "print_run", "artifact:number", "First print run", OBJECT,
        ("How many copies were in the first printing of {x}?",
         "What was the first print run of {x}?",
         "How large was the first print run of {x}?"),
        ("The first print run of {x} was {v} copies.", "At first {v} copies of {x} were printed.",
         "Of {x}, {v} copies were printed at once."),
    ),
    attribute(
        "canvas_width", "artifact:quantity", "Width", OBJECT,
        ("How wide is {x}?", "What is the width of {x}?", "What width does {x} have?"),
        ("{x} is {v} wide.", "The width of {x} is {v}.",
         "Without its frame {x} measures {v} across."),
    ),
    attribute(
        "duration", "artifact:quantity", "Duration", OBJECT,
        ("How long does a performance of {x} last?", "What is the duration of {x}?",
         "How long is a performance of {x}?"),
        ("A performance of {x} lasts {v}.", "The duration of {x} is {v}.",
         "{x} takes {v} to perform."),
    ),
    attribute(
        "ship_length", "artifact:quantity", "Length overall", OBJECT,
        ("What is the length overall of {x}?", "How long is {x} overall?",
         "What is the overall length of {x}?"),
        ("{x} is {v} long overall.", "The length overall of {x} is {v}.",
         "From bow to stern {x} measures {v}."),
    ),
    attribute(
        "speed", "artifact:quantity", "Top speed", OBJECT,
        ("What is the top speed of {x}?", "How fast is {x}?", "What speed does {x} reach?"),
        ("The top speed of {x} is {v}.", "{x} reaches {v}.",
         "On trials {x} ran at {v}."),
    ),
    attribute(
        "bottle_size", "artifact:quantity", "Bottle size", OBJECT,
        ("How much does a bottle of {x} hold?", "What is the bottle size of {x}?",
         "In which bottle size is {x} sold?"),
        ("A bottle of {x} holds {v}.", "{x} is sold in bottles of {v}.",
         "The bottle size of {x} is {v}."),
    ),
    attribute(
        "chief_ingredient", "artifact:text", "Chief ingredient", OBJECT,
        ("What is the chief ingredient of {x}?", "Which ingredient dominates the taste of {x}?",
         "What is the main ingredient of {x}?"),
        ("The chief ingredient of {x} is {v}.", "{x} owes its taste to {v}.",
         "{x} is made chiefly from {v}."),
    ),
    attribute(
        "catalogue_number", "artifact:text", "Catalogue number", OBJECT,
        ("What is the catalogue number of {x}?", "Which catalogue number does {x} have?",
         "Under which number is {x} catalogued?"),
        ("{x} has the catalogue number {v}.", "The catalogue lists {x} as {v}.",
         "{x} is catalogued under {v}."),
    ),
    attribute(
        "artifact_motto", "artifact:text", "Motto", OBJECT,
        ("What is the motto of {x}?", "Which motto does {x} bear?",
         "How does the motto of {x} read?"),
        ("{x} bears the motto “{v}”.", "The motto of {x} is “{v}”.",
         "The words “{v}” are the motto of {x}."),
    ),
    relation(
        "held_at", "artifact>building", "Kept at", LEGACY,
        ("the institution that owns {x}", "the institution that keeps {x}", "the home of {x}"),
        ("Where is {x} kept?", "Which institution keeps {x}?", "What is the home of {x}?"),
        ("{x} is kept at {v}.", "Today {x} belongs to {v}.", "{x} can be seen at {v}."),
    ),
    relation(
        "depicts", "artifact>location", "Subject", LEGACY,
        ("the place shown in {x}", "the place that is the subject of {x}",
         "the scene of {x}"),
        ("Which place does {x} show?", "Which place is the subject of {x}?",
         "What is the scene of {x}?"),
        ("The subject of {x} is {v}.", "{x} shows {v} in an unusual light.",
         "{x} takes its subject from {v}."),
    ),
    relation(
        "premiere_venue", "artifact>building", "First performed at", LEGACY,
        ("the theatre of the first performance of {x}", "the venue of the premiere of {x}",
         "the house that first staged {x}"),
        ("Which theatre gave the first performance of {x}?", "Which house first staged {x}?",
         "What was the venue of the premiere of {x}?"),
        ("{x} was first performed at {v}.", "The premiere of {x} was given at {v}.",
         "{v} was the first house to stage {x}."),
    ),
    relation(
        "home_port", "artifact>location", "Home port", LEGACY,
        ("the home port of {x}", "the port of registry of {x}", "the port of {x}"),
        ("What is the home port of {x}?", "To which port does {x} belong?",
         "From which port does {x} sail?"),
        ("The home port of {x} is {v}.", "{x} sails from {v}.",
         "{x} is registered at the port of {v}."),
    ),
    attribute(
        "auction_price", "artifact:quantity", "Highest price", LEGACY,
        ("What is the highest price paid for {x}?", "How much was paid for {x}?",
         "For which price was {x} sold?"),
        ("The highest price paid for {x} is {v}.", "A collector once paid {v} for {x}.",
         "At auction {x} was sold for {v}."),
    ),
)  # fmt: skip
"""In the order in which an article states them."""
