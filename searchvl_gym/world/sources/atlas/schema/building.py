"""What is known about buildings and other structures."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.schema.fact_type import attribute, relation

HISTORY, DESIGN, TODAY = "History", "Design", "Use"

BUILDING = (
    relation(
        "city", "building>location", "Location", HISTORY,
        ("the town that is home to {x}", "the location of {x}", "the town with {x}"),
        ("In which town does {x} stand?", "Where is {x} located?", "Which town is home to {x}?"),
        ("{x} stands in {v}.", "{x} is one of the sights of {v}.",
         "The site in {v} was chosen for {x} after a long debate."),
    ),
    relation(
        "architect", "building>person", "Architect", HISTORY,
        ("the architect of {x}", "the designer of {x}", "the person who designed {x}"),
        ("Who designed {x}?", "Who was the architect of {x}?", "Who drew the plans of {x}?"),
        ("{x} was designed by {v}.", "The plans of {x} were drawn by {v}.",
         "The architect of {x} was {v}, who won the commission in an open contest."),
    ),
    relation(
        "commissioned_by", "building>person", "Commissioned by", HISTORY,
        ("the patron of {x}", "the person who commissioned {x}", "the person who paid for {x}"),
        ("Who commissioned {x}?", "Who was the patron of {x}?", "Who paid for {x}?"),
        ("{x} was commissioned by {v}.", "The patron who paid for {x} was {v}.",
         "The money for {x} came from {v}, who commissioned it."),
    ),
    attribute(
        "construction_began", "building:date", "Construction began", HISTORY,
        ("In which year did the construction of {x} begin?", "When was the building of {x} begun?",
         "When did work on {x} start?"),
        ("Work on {x} began in {v}.", "The first stone of {x} was laid in {v}.",
         "The construction of {x} started in {v}."),
    ),
    attribute(
        "opened", "building:date", "Opened", HISTORY,
        ("When was {x} opened?", "On which date did {x} open?", "What is the opening date of {x}?"),
        ("{x} was opened on {v}.", "The opening ceremony of {x} took place on {v}.",
         "On {v} the public entered {x} for the first time."),
    ),
    attribute(
        "cost", "building:quantity", "Cost", HISTORY,
        ("How much did {x} cost?", "What was the cost of {x}?", "What did it cost to build {x}?"),
        ("The cost of {x} came to {v}.", "{x} cost {v}, far more than was planned.",
         "In the end {v} had been spent on {x}."),
    ),
    relation(
        "named_after", "building>person", "Named after", HISTORY,
        ("the person honoured in the name of {x}", "the namesake of {x}",
         "the person remembered in the name of {x}"),
        ("After whom is {x} named?", "Who is the namesake of {x}?",
         "Whom does the name of {x} honour?"),
        ("{x} is named after {v}.", "The name of {x} honours {v}.",
         "{x} takes its name from {v}."),
    ),
    attribute(
        "material", "building:text", "Material", DESIGN,
        ("Of which material is {x} built?", "Which material was used for {x}?",
         "What is the main material of {x}?"),
        ("{x} is built of {v}.", "The main material of {x} is {v}.",
         "For {x} the builders chose {v}."),
    ),
    attribute(
        "height", "building:quantity", "Height", DESIGN,
        ("How high is {x}?", "What is the height of {x}?", "How tall is {x}?"),
        ("{x} is {v} high.", "{x} rises to a height of {v}.",
         "Measured from the ground, {x} reaches {v}."),
    ),
    attribute(
        "span", "building:quantity", "Longest span", DESIGN,
        ("How long is the longest span of {x}?", "What is the longest span of {x}?",
         "What distance does the main span of {x} cover?"),
        ("The longest span of {x} measures {v}.", "{x} has a main span of {v}.",
         "With a main span of {v}, {x} was a daring structure."),
    ),
    attribute(
        "steps", "building:number", "Steps", DESIGN,
        ("How many steps does {x} have?", "How many steps lead up {x}?",
         "What is the number of steps of {x}?"),
        ("There are {v} steps to the top of {x}.", "Visitors climb {v} steps in {x}.",
         "The staircase of {x} counts {v} steps."),
    ),
    attribute(
        "windows", "building:number", "Windows", DESIGN,
        ("How many windows does {x} have?", "What is the number of windows of {x}?",
         "How many windows were counted in {x}?"),
        ("{x} has {v} windows.", "The fronts of {x} are broken by {v} windows.",
         "A survey counted {v} windows in {x}."),
    ),
    attribute(
        "style", "building:text", "Style", DESIGN,
        ("In which style is {x} built?", "What is the architectural style of {x}?",
         "To which style does {x} belong?"),
        ("{x} is a work of the {v} style.", "The style of {x} is {v}.",
         "Critics count {x} as {v}."),
    ),
    attribute(
        "inscription", "building:text", "Inscription", DESIGN,
        ("What does the inscription on {x} say?", "Which words are inscribed on {x}?",
         "What is the inscription of {x}?"),
        ("An inscription on {x} reads “{v}”.", "Over the entrance of {x} stand the words “{v}”.",
         "The words “{v}” are carved into {x}."),
    ),
    relation(
        "crosses", "building>location", "Crosses", TODAY,
        ("the river below {x}", "the river under {x}", "the river spanned by {x}"),
        ("Which river does {x} cross?", "Over which river does {x} lead?",
         "What does {x} cross?"),
        ("{x} crosses {v}.", "{x} carries the road over {v}.",
         "Below {x} flows {v}, which it crosses at a narrow point."),
    ),
    relation(
        "director", "building>person", "Head", TODAY,
        ("the head of {x}", "the director of {x}", "the person who directed {x}"),
        ("Who directed {x}?", "Who was the head of {x}?", "Who was the director of {x}?"),
        ("The best-known director of {x} was {v}.", "{x} flourished with {v} at its head.",
         "For two decades {x} was directed by {v}."),
    ),
    attribute(
        "visitors", "building:number", "Visitors a year", TODAY,
        ("How many people a year visit {x}?", "How many visitors a year come to {x}?",
         "What is the yearly number of visitors to {x}?"),
        ("{x} receives {v} visitors a year.", "Every year {v} people visit {x}.",
         "The yearly count of visitors to {x} stands at {v}."),
    ),
    attribute(
        "heritage_number", "building:text", "Monument number", TODAY,
        ("What is the monument number of {x}?",
         "Which number is given to {x} as a listed monument?",
         "Which number in the register of monuments belongs to {x}?"),
        ("{x} is a listed monument with the number {v}.",
         "In the register of monuments {x} has the number {v}.",
         "The register of monuments lists {x} under {v}."),
    ),
)  # fmt: skip
"""In the order in which an article states them."""
