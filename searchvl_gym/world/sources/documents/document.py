"""A document on its way into a world: its links name other documents, which have no ids yet."""

from __future__ import annotations

import msgspec


class DocumentLink(msgspec.Struct, frozen=True, array_like=True):
    """A hyperlink.

    Attributes:
        target: Key, title or other name of the document that it leads to.
        words: The words that carry it; "" for a document that is only named as related.
        start: Index of their first character in the text, or -1 when they are to be found there.
    """

    target: str
    words: str = ""
    start: int = -1


class DocumentRow(msgspec.Struct, frozen=True, array_like=True):
    """A line of the table of facts: label, value, and the links in the value."""

    label: str
    value: str
    links: tuple[DocumentLink, ...] = ()


class DocumentPicture(msgspec.Struct, frozen=True, array_like=True):
    """A picture: the file that holds it or its bytes, and what stands under it."""

    file: str = ""
    caption: str = ""
    data: bytes = b""


class Document(msgspec.Struct, frozen=True, array_like=True):
    """What one document says.

    Attributes:
        key: What other documents call it by in their links, such as a path; unique.
        title: Its title.
        text: Plain text; sections begin with `== Heading ==`.
        address: Its address; "" for one made of the key.
        kind: One of the kinds of pages; "" to judge it from what it says.
        aliases: Other names of its subject.
        infobox: Its table of facts.
        links: Its links.
        pictures: Its pictures, the first one leading.
        disambiguation: Whether it lists the meanings of a name.
        paths: Other spellings of the key that links use, such as a path without its suffix.
        file_name: The last part of the path, by which links may name it where no document has
            that title.
    """

    key: str
    title: str
    text: str
    address: str = ""
    kind: str = ""
    aliases: tuple[str, ...] = ()
    infobox: tuple[DocumentRow, ...] = ()
    links: tuple[DocumentLink, ...] = ()
    pictures: tuple[DocumentPicture, ...] = ()
    disambiguation: bool = False
    paths: tuple[str, ...] = ()
    file_name: str = ""
