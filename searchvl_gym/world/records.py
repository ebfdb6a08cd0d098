"""The rows of a world: pages, hyperlinks, facts, pictures and the schema of the facts.

Sources (Atlas, Earth, ZIM, the live web) produce these; `writer.py` puts them on disk and
`world.py` reads them back. They know nothing of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchvl_gym.world.pictures.recipe import PictureRecipe


@dataclass(frozen=True)
class Hyperlink:
    """A hyperlink in a page's text.

    Attributes:
        target: Id of the page it leads to (redirects resolved).
        anchor: The words that carry the link.
        start: Index of the anchor's first character in the page's text.
    """

    target: int
    anchor: str
    start: int


@dataclass(frozen=True)
class Page:
    """An article.

    Attributes:
        id: Position in the world, 0-based and dense.
        title: Unique within the world.
        kind: `person`, `building`, `location`, `organism`, `artifact`, or the structural kinds
            `list` and `disambiguation`.
        url: Unique address; what `visit` takes.
        text: Plain text. Sections begin with a line `== Heading ==`; the lead has none.
        aliases: Other names of the same subject.
        redirects: Titles that lead here.
        infobox: Label and value pairs in display order.
        images: Ids of its pictures, the lead picture first.
        links: In order of `start`.
    """

    id: int
    title: str
    kind: str
    url: str
    text: str
    aliases: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    infobox: tuple[tuple[str, str], ...] = ()
    images: tuple[int, ...] = ()
    links: tuple[Hyperlink, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A typed relation (page to page) or attribute (page to value) and how to ask for it.

    Attributes:
        name: Identifier, e.g. `architect`.
        subject_kind: Kind of the pages that have it.
        target_kind: Kind of the page it leads to, or None for an attribute.
        value_kind: `entity`, `number`, `date`, `quantity` or `text`.
        label: Label in the infobox, e.g. `Architect`.
        phrases: Noun phrases with `{x}` for the subject: `the architect of {x}`. For
            relations only; used to nest hops.
        questions: Whole questions with `{x}`: `Who designed {x}?`.
        functional: Whether a subject has at most one value.
    """

    name: str
    subject_kind: str
    target_kind: str | None
    value_kind: str
    label: str
    phrases: tuple[str, ...]
    questions: tuple[str, ...]
    functional: bool = True


@dataclass(frozen=True)
class Fact:
    """One typed statement.

    Attributes:
        subject: Page id.
        relation: Name of a `Relation`.
        value: The surface form that the subject's text and infobox state.
        target: Page id of the value, or None for an attribute.
        aliases: Other right surface forms of the value (other date or number formats).
    """

    subject: int
    relation: str
    value: str
    target: int | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImageRecord:
    """A picture of a page.

    Attributes:
        id: Position in the world, 0-based and dense.
        page: Id of the page that it illustrates.
        caption: What the article says under it.
        recipe: How to draw it, or None for a picture that exists only as a file.
        width: Pixels.
        height: Pixels.
        data: The encoded file (JPEG or PNG), or None when drawn on demand from `recipe`.
        made_from: For a picture without a recipe whose file this package drew: everything that
            decided it, as text. None for a picture from outside.
    """

    id: int
    page: int
    caption: str
    recipe: PictureRecipe | None
    width: int
    height: int
    data: bytes | None = None
    made_from: str | None = None


@dataclass(frozen=True)
class WorldInfo:
    """The content of `world.json`.

    Attributes:
        name: Short name, e.g. `atlas-mini`.
        source: `atlas`, `earth`, `zim` or `live`.
        seed: Seed of the generator; 0 for sources without one.
        format_version: Version of the on-disk format.
        fingerprint: SHA-256 over everything in the world that a task can depend on.
        licence: SPDX expression or a sentence.
        counts: Pages, links, facts, images and pages by kind.
        settings: Arguments of the build (size, …).
        relations: Schema of the facts; empty for worlds without typed facts.
        drawing_version: Version of the code that draws its pictures; part of the fingerprint
            where there are drawn pictures.
        drawn_files: SHA-256 over the files of its drawn pictures, as the machine that built it
            made them; not part of the fingerprint, empty when none is stored.
    """

    name: str
    source: str
    seed: int
    format_version: int
    fingerprint: str
    licence: str
    counts: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    drawing_version: int = 0
    drawn_files: str = ""
