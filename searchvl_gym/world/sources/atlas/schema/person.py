"""What is known about people."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.schema.fact_type import attribute, relation

EARLY, CAREER, LIFE = "Early life", "Career", "Personal life"

PERSON = (
    attribute(
        "birth_date", "person:date", "Born", EARLY,
        ("When was {x} born?", "On which date was {x} born?", "What is the date of birth of {x}?"),
        ("{x} was born on {v}.", "{x}, the eldest child of the family, was born on {v}.",
         "Parish registers give {v} as the day on which {x} was born."),
    ),
    relation(
        "birthplace", "person>location", "Place of birth", EARLY,
        ("the birthplace of {x}", "the town of birth of {x}", "the native town of {x}"),
        ("In which town was {x} born?", "Where was {x} born?", "What is the birthplace of {x}?"),
        ("{x} came from {v}.", "The family lived in {v}, where {x} was born.",
         "{x} was a native of {v}."),
    ),
    relation(
        "citizenship", "person>location", "Citizenship", EARLY,
        ("the country of citizenship of {x}", "the country that issued the passport of {x}",
         "the home country of {x}"),
        ("What was the country of citizenship of {x}?", "What is the citizenship of {x}?",
         "Which country granted citizenship to {x}?"),
        ("{x} was a citizen of {v}.", "By citizenship {x} belonged to {v}.",
         "{x} held the citizenship of {v} for life."),
    ),
    relation(
        "alma_mater", "person>building", "Alma mater", EARLY,
        ("the alma mater of {x}", "the university that educated {x}",
         "the place of study of {x}"),
        ("Where did {x} study?", "Which university did {x} attend?",
         "What is the alma mater of {x}?"),
        ("{x} studied at {v}.", "After school {x} entered {v} and took a degree there.",
         "{x} was educated at {v}."),
    ),
    relation(
        "mentor", "person>person", "Teacher", EARLY,
        ("the teacher of {x}", "the mentor of {x}", "the person who taught {x}"),
        ("Who taught {x}?", "Who was the teacher of {x}?", "Who was the mentor of {x}?"),
        ("{x} was a pupil of {v}.", "The most lasting influence was {v}, who taught {x} for years.",
         "{x} learned the trade from {v}."),
    ),
    attribute(
        "occupation", "person:text", "Occupation", CAREER,
        ("What was the occupation of {x}?", "What was the trade of {x}?",
         "What was the profession of {x}?"),
        ("{x} worked as {a} {v}.", "By profession {x} was {a} {v}.",
         "{x} spent a whole working life as {a} {v}."),
    ),
    relation(
        "employer", "person>building", "Employer", CAREER,
        ("the employer of {x}", "the institution that employed {x}", "the place of work of {x}"),
        ("Which institution employed {x}?", "Where did {x} work?", "Who was the employer of {x}?"),
        ("For many years {x} was employed at {v}.", "{x} joined the staff of {v}.",
         "A post at {v} gave {x} a steady income."),
    ),
    relation(
        "notable_work", "person>artifact", "Best known for", CAREER,
        ("the best-known work of {x}", "the chief work of {x}",
         "the most famous work of {x}"),
        ("What is the best-known work of {x}?", "What is the chief work of {x}?",
         "Which work made {x} famous?"),
        ("{x} is best known for {v}.", "The work that made the name of {x} is {v}.",
         "{x} became widely known through {v}."),
    ),
    attribute(
        "debut_year", "person:date", "Active from", CAREER,
        ("What was the year of the first public appearance of {x}?",
         "When did the career of {x} begin?",
         "Since which year was {x} active?"),
        ("{x} first appeared in public in {v}.", "The career of {x} began in {v}.",
         "{x} had been active since {v}."),
    ),
    attribute(
        "publications", "person:number", "Works", CAREER,
        ("How many works are attributed to {x}?", "How many works did {x} leave?",
         "What is the number of works by {x}?"),
        ("The catalogue lists {v} works by {x}.", "In all, {v} works are attributed to {x}.",
         "{x} left {v} works, large and small."),
    ),
    attribute(
        "prize_money", "person:quantity", "Prize money", CAREER,
        ("How much prize money did {x} receive?", "What prize money was {x} awarded?",
         "How large was the prize that {x} won?"),
        ("The academy awarded {x} a prize of {v}.", "{x} once won a prize of {v}.",
         "A jury granted {x} the sum of {v}."),
    ),
    attribute(
        "nickname", "person:text", "Nickname", LIFE,
        ("What was the nickname of {x}?", "What did friends call {x}?",
         "By which nickname was {x} known?"),
        ("Friends called {x} “{v}”.", "{x} was nicknamed “{v}”.",
         "Newspapers liked to call {x} “{v}”."),
    ),
    attribute(
        "person_height", "person:quantity", "Height", LIFE,
        ("How tall was {x}?", "What was the height of {x}?", "What height did {x} reach?"),
        ("{x} was {v} tall.", "A passport records that {x} stood {v} tall.",
         "At {v}, {x} was easily recognised in a crowd."),
    ),
    attribute(
        "pastime", "person:text", "Pastime", LIFE,
        ("What was the favourite pastime of {x}?", "Which pastime filled the free hours of {x}?",
         "What was the hobby of {x}?"),
        ("The favourite pastime of {x} was {v}.", "Free hours went into {v}, which {x} loved.",
         "{x} was devoted to {v}."),
    ),
    attribute(
        "letters", "person:number", "Surviving letters", LIFE,
        ("How many letters by {x} survive?", "How many letters survive from the hand of {x}?",
         "What is the number of surviving letters by {x}?"),
        ("Of the correspondence of {x}, {v} letters survive.",
         "Archives preserve {v} letters by {x}.", "{x} was a keen writer of letters: {v} survive."),
    ),
    relation(
        "spouse", "person>person", "Spouse", LIFE,
        ("the spouse of {x}", "the wife or husband of {x}", "the partner in marriage of {x}"),
        ("Whom did {x} marry?", "Who was the spouse of {x}?", "To whom was {x} married?"),
        ("{x} was married to {v}.", "{x} married {v}; the two had met on a journey.",
         "In later years {x} shared a house with {v}, to whom {x} was married."),
    ),
    attribute(
        "death_date", "person:date", "Died", LIFE,
        ("When did {x} die?", "On which date did {x} die?", "What is the date of death of {x}?"),
        ("{x} died on {v}.", "After a short illness {x} died on {v}.",
         "{x} passed away on {v}."),
    ),
    relation(
        "death_place", "person>location", "Place of death", LIFE,
        ("the town of death of {x}", "the last home of {x}", "the place of death of {x}"),
        ("Where did {x} die?", "In which town did {x} die?", "What is the place of death of {x}?"),
        ("The last years of {x} were spent in {v}, where {x} died.",
         "Death came to {x} in {v}.", "{x} is buried in {v}, the place where {x} died."),
    ),
)  # fmt: skip
"""In the order in which an article states them."""
