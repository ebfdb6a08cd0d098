"""HTML and Markdown files as documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.documents import (
    Document,
    DocumentLink,
    DocumentPicture,
    DocumentRow,
)
from searchvl_gym.world.sources.folder.front_matter import (
    WIKI_LINK,
    FrontMatter,
    split_front_matter,
)
from searchvl_gym.world.sources.html import ParsedPage, parse_page

_BY_NAME = "by-name:"
"""Marks links that name a document or a picture instead of telling its path."""

_EMBEDDED = re.compile(r"!\[\[([^\[\]|#\n]+)(?:\|[^\[\]\n]*)?\]\]")
_CODE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`)", re.DOTALL)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)

FindPicture = Callable[[str], str]
"""Gives the file of a picture by its path in the folder or by its name, or ""."""


def read_html(data: bytes, key: str, find_picture: FindPicture) -> Document:
    """An HTML file.

    Args:
        data: The file, in UTF-8 or in the encoding that it names.
        key: Its path in the folder.
        find_picture: Finds the files of its pictures.
    """
    page = parse_page(decoded(data).encode("utf-8", "replace"), key)
    title = page.heading or page.title or title_of_stem(key)
    return _document(page, key, title, FrontMatter(), find_picture)


def read_markdown(data: bytes, key: str, find_picture: FindPicture) -> Document:
    """A Markdown file, with what stands before its text.

    Args:
        data: The file.
        key: Its path in the folder.
        find_picture: Finds the files of its pictures.

    Raises:
        WorldError: When the reader of Markdown is not installed.
    """
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise WorldError(
            "reading Markdown needs markdown-it-py; run: pip install 'searchvl-gym[documents]'"
        ) from None
    front, body = split_front_matter(decoded(data))
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    html = f"<html><body>{reader.render(_with_paths(body))}</body></html>"
    page = parse_page(html.encode("utf-8", "replace"), key)
    title = front.title or page.heading or title_of_stem(key)
    return _document(page, key, title, front, find_picture)


def decoded(data: bytes) -> str:
    """The text of a file, in the encoding that it names or that fits.

    >>> decoded("Zürich".encode("utf-16")), decoded("Zürich".encode("cp1252"))
    ('Zürich', 'Zürich')
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    named = _CHARSET.search(data[:2048])
    for encoding in ("utf-8-sig", named[1].decode("ascii") if named else "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def title_of_stem(key: str) -> str:
    """A title made of the name of a file.

    >>> title_of_stem("people/ada_field.md")
    'ada field'
    """
    stem = PurePosixPath(key).stem
    return " ".join(stem.replace("_", " ").replace("-", " ").split()) or stem


def _with_paths(text: str) -> str:
    """Links by name as links that Markdown knows; code stays as it is."""

    def link(found: re.Match[str]) -> str:
        words = (found[2] or found[1]).strip().replace("]", "")
        return f"[{words}](</{_BY_NAME}{quote(found[1].strip())}>)"

    def picture(found: re.Match[str]) -> str:
        return f"![](</{_BY_NAME}{quote(found[1].strip())}>)"

    parts = _CODE.split(text)
    for number in range(0, len(parts), 2):
        parts[number] = WIKI_LINK.sub(link, _EMBEDDED.sub(picture, parts[number]))
    return "".join(parts)


def _document(
    page: ParsedPage, key: str, title: str, front: FrontMatter, find_picture: FindPicture
) -> Document:
    rows = tuple(
        DocumentRow(
            row.label,
            row.value,
            tuple(DocumentLink(_name(link.path), link.words) for link in row.links),
        )
        for row in page.infobox
    )
    pictures = [DocumentPicture(file) for each in front.pictures if (file := find_picture(each))]
    pictures += [
        DocumentPicture(file, shown.caption)
        for shown in page.pictures
        if (file := find_picture(_name(shown.path)))
    ]
    address = page.address if page.address.startswith(("http://", "https://")) else ""
    return Document(
        key=key,
        title=title,
        text=page.text,
        address=address,
        kind=front.kind,
        aliases=front.aliases,
        infobox=(*front.rows, *rows),
        links=tuple(DocumentLink(_name(link.path), link.words, link.start) for link in page.links),
        pictures=tuple(pictures),
        disambiguation=page.disambiguation,
    )


def _name(path: str) -> str:
    return path.removeprefix(_BY_NAME)
