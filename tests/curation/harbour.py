"""A world that a test can oversee: ten pages around a harbour town, with deliberate namesakes."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image as Pillow

from searchvl_gym.world import (
    Fact,
    Hyperlink,
    ImageRecord,
    Page,
    Relation,
    World,
    WorldWriter,
    open_world,
)
from searchvl_gym.world.pictures.recipe import PictureRecipe

BRIDGE, TOWER, MILL, ADA, BORA, CARL, TOWN, OTHER_TOWN, HERON, LIST = range(10)

RELATIONS = (
    Relation(
        "architect",
        "building",
        "person",
        "entity",
        "Architect",
        ("the architect of {x}", "the person who designed {x}"),
        ("Who designed {x}?", "Who was the architect of {x}?"),
    ),
    Relation("height", "building", None, "quantity", "Height", (), ("What is the height of {x}?",)),
    Relation(
        "birthplace",
        "person",
        "location",
        "entity",
        "Place of birth",
        ("the birthplace of {x}",),
        ("Where was {x} born?",),
    ),
    Relation("born", "person", None, "date", "Born", (), ("When was {x} born?",)),
    Relation(
        "teacher",
        "person",
        "person",
        "entity",
        "Teacher",
        ("the teacher of {x}",),
        ("Who taught {x}?",),
        functional=False,
    ),
    Relation(
        "sponsor",
        "person",
        "person",
        "entity",
        "Sponsor",
        # The same words as for a teacher: nobody can tell which is meant.
        ("the teacher of {x}",),
        ("Who paid for {x}?",),
    ),
    Relation(
        "population", "location", None, "number", "Population", (), ("How many live in {x}?",)
    ),
    Relation(
        "emblem",
        "location",
        "organism",
        "entity",
        "Emblem",
        ("the emblem of {x}",),
        ("What is the emblem of {x}?",),
    ),
    Relation("wingspan", "organism", None, "quantity", "Wingspan", (), ("How wide is {x}?",)),
)

TITLES = (
    "Sarn Bridge",
    "Sarn Tower",
    "Kel Mill",
    "Ada Müller",
    "Bora Steen",
    "Carl Ode",
    "Sarn",
    "Quayle",
    "Dusky heron",
    "List of bridges",
)
_KINDS = ("building",) * 3 + ("person",) * 3 + ("location",) * 2 + ("organism", "list")
_TYPES = ("bridge", "tower", "bridge", "architect", "", "", "town", "town", "bird", "")
_ALIASES = {ADA: ("A. Müller",), BRIDGE: ("Old Lady",), CARL: ("Old Lady",), TOWN: ("Сарн",)}
_FACTS = (
    Fact(BRIDGE, "architect", "Ada Müller", ADA),
    Fact(BRIDGE, "height", "32 metres", None, ("32 m",)),
    Fact(TOWER, "architect", "Ada Müller", ADA),
    Fact(TOWER, "height", "61 metres"),
    Fact(MILL, "architect", "Ada Müller", ADA),
    Fact(MILL, "height", "9 metres"),
    Fact(ADA, "birthplace", "Quayle", OTHER_TOWN),
    Fact(ADA, "born", "4 May 1893"),
    Fact(ADA, "teacher", "Bora Steen", BORA),
    Fact(ADA, "sponsor", "Carl Ode", CARL),
    Fact(BORA, "birthplace", "Sarn", TOWN),
    Fact(BORA, "born", "1861"),
    Fact(BORA, "teacher", "Carl Ode", CARL),
    Fact(BORA, "teacher", "a sailor"),
    Fact(CARL, "birthplace", "Sarn", TOWN),
    Fact(CARL, "born", "12 June 1830"),
    Fact(TOWN, "population", "4,321"),
    Fact(OTHER_TOWN, "population", "876"),
    Fact(OTHER_TOWN, "emblem", "Dusky heron", HERON),
    Fact(HERON, "wingspan", "1.5 metres"),
)
_LABELS = {relation.name: relation.label for relation in RELATIONS}


def _page(number: int) -> Page:
    title, own = TITLES[number], [fact for fact in _FACTS if fact.subject == number]
    article = "The " if number == TOWER else ""
    text, links = f"{article}{title} is known to the harbour.", []
    for fact in own:
        text += f" Its {_LABELS[fact.relation].lower()} is "
        if fact.target is not None:
            links.append(Hyperlink(fact.target, fact.value, len(text)))
        text += f"{fact.value}."
    if number == ADA:
        # The maker's page links to one of her works, and to a namesake's without a fact.
        for work, words in ((BRIDGE, " She is known for "), (HERON, " She kept a ")):
            text += words
            links.append(Hyperlink(work, TITLES[work], len(text)))
            text += f"{TITLES[work]}."
    rows = [("Type", _TYPES[number])] if _TYPES[number] else []
    rows += [(_LABELS[fact.relation], fact.value) for fact in own]
    if number == BORA:
        rows = [row for row in rows if row[0] != "Teacher"] + [("Teacher", "Carl Ode, a sailor")]
    return Page(
        number,
        title,
        _KINDS[number],
        f"test://harbour/{number}",
        text,
        aliases=_ALIASES.get(number, ()),
        redirects=("Bridge of Sarn",) if number == BRIDGE else (),
        infobox=tuple(rows),
        images=(number,) if number < HERON else (),
        links=tuple(links),
    )


def _image(number: int) -> ImageRecord:
    """A sign with the page's name; the bridge's is a map that names both towns as well."""
    fields = {"title": TITLES[number]}
    style = "street_sign"
    if number == TOWN:
        style, fields = "map", {**fields, "rows": "Quayle|town;Kel|town"}
    if number == CARL:
        fields = {"title": "Old Lady", "note": "12 June 1830"}
    recipe = PictureRecipe(style, number, fields, 640, 512)
    stream = io.BytesIO()
    Pillow.new("RGB", (640, 512), (9 * number, 90, 120)).save(stream, "PNG")
    return ImageRecord(number, number, "a sign", recipe, 640, 512, stream.getvalue())


def build_harbour(path: Path, *, typed: bool) -> World:
    """Write the world and open it."""
    with WorldWriter(
        path,
        name="harbour",
        source="test",
        seed=0,
        licence="CC0-1.0",
        settings={},
        relations=RELATIONS if typed else (),
    ) as writer:
        writer.add_pages(map(_page, range(len(TITLES))))
        if typed:
            writer.add_facts(_FACTS)
        writer.add_images(map(_image, range(HERON)))
        writer.finish()
    return open_world(path)
