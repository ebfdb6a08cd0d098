"""Pages of a world as the HTML that today's scraper of Wikipedia writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from searchvl_gym.world import Page, World

HOST = "earth.example"

_MARKS = (
    '<sup class="mw-ref reference" id="cite_ref-{n}"><a href="#cite_note-{n}">'
    '<span class="mw-reflink-text"><span class="cite-bracket">[</span>{n}'
    '<span class="cite-bracket">]</span></span></a></sup>',
    '<sup id="cite_ref-{n}"><a href="#cite_note-{n}">[{n}]</a></sup>',
    '<sup typeof="mw:Extension/ref" data-mw=\'{{"name":"ref"}}\'><a href="#cite_note-{n}">[{n}]'
    "</a></sup>",
    '<sup class="noprint Inline-Template Template-Fact" style="white-space:nowrap;">[<i><a>'
    '<span title="since 2024">citation needed</span></a></i>]</sup>',
)
"""Marks of notes, of four generations of the parser."""

_NOTICE = (
    '<div><div style="clear:both; border-top: dashed 2px #AAAAAA; direction: ltr;">This article '
    'is issued from <a class="external text" title="Last edited on 2026-08-01" '
    'href="https://{host}/wiki/{path}?oldid={number}">Earth</a>. The text is licensed under <a '
    'class="external text" href="https://creativecommons.org/licenses/by/4.0/">Creative Commons '
    "- Attribution</a>. Additional terms may apply for the media files.</div></div>"
)
_DISAMBIGUATION = (
    '<div id="disambigbox" class="metadata plainlinks dmbox dmbox-disambig" role="note">'
    "This page lists articles with the same title.</div>"
)


_LENGTH = re.compile(r"(\d[\d,]*(?:\.\d+)?) (metres|kilometres|feet)")
_UNITS = {"metres": (3.28084, "ft"), "kilometres": (0.621371, "mi"), "feet": (0.3048, "m")}


def path_of(title: str) -> str:
    """The path of an article, which is its title with underscores."""
    return title.replace(" ", "_")


@dataclass(frozen=True)
class Names:
    """What things are called in a world, read once.

    Attributes:
        titles: Titles of its pages.
        labels: Label of every relation in the infoboxes.
    """

    titles: Sequence[str]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, world: World) -> Names:
        """The names of a world."""
        return cls(
            [page.title for page in world.pages()],
            {relation.name: relation.label for relation in world.info.relations},
        )


def page_html(world: World, page: Page, names: Names, pictures: Mapping[int, str]) -> str:
    """An article: infobox, sections with marks of notes, a spanned table, figures, a notice.

    Args:
        world: Its world.
        page: The page.
        names: What things are called in it.
        pictures: Path of each of its pictures that is in the archive.
    """
    figures = [image for image in page.images if image in pictures]
    body = [_DISAMBIGUATION] if page.kind == "disambiguation" else []
    body.append(_infobox(world, page, names, figures[:1], pictures))
    body += _sections(names, page)
    body += [_figure(world, image, pictures[image]) for image in figures[1:]]
    body += [_table(page), _references(page), _navigation(names, page)]
    path = quote(path_of(page.title))
    return (
        '<!DOCTYPE html><html class="client-js vector-feature-appearance" lang="en" dir="ltr">'
        f'<head><meta charset="UTF-8"><title>{escape(page.title)}</title><link rel="canonical" '
        f'href="https://{HOST}/wiki/{path}"><link rel="stylesheet" href="./_mw_/style.css">'
        '<script src="./_mw_/startup.js"></script></head><body class="mw-body mw-body-content '
        'mediawiki"><div id="content" class="mw-body"><a id="top"></a><h1 id="firstHeading" '
        f'class="firstHeading">{escape(page.title)}</h1><div id="bodyContent"><div '
        'id="mw-content-text"><div class="mw-content-ltr mw-parser-output" lang="en" dir="ltr">'
        f"{''.join(body)}{_NOTICE.format(host=HOST, path=path, number=page.id + 1)}"
        "</div></div></div></div></body></html>"
    )


def figures_table(page: Page) -> list[str]:
    """The lines of the spanned table, as a reader reads them; none for pages of few values."""
    rows = [row for row in page.infobox if any(map(str.isdigit, row[1]))]
    if len(rows) < 3:
        return []
    return [
        "Figures | Item | Value",
        *(f"{page.kind} | {label} | {value}" for label, value in rows),
    ]


def _link(title: str, words: str) -> str:
    return f'<a href="./{quote(path_of(title))}" title="{escape(title)}">{escape(words)}</a>'


def _infobox(
    world: World, page: Page, names: Names, figures: Sequence[int], pictures: Mapping[int, str]
) -> str:
    if not page.infobox:
        return ""
    linked = {
        (names.labels[fact.relation], fact.value): names.titles[fact.target]
        for fact in world.facts(page.id)
        if fact.target is not None
    }
    rows = [f'<tr><th colspan="2" class="infobox-above">{escape(page.title)}</th></tr>']
    for image in figures:
        caption = escape(world.image(image).caption)
        rows.append(
            '<tr><td colspan="2" class="infobox-image"><span class="mw-default-size" '
            f'typeof="mw:File/Frameless"><img src="./{pictures[image]}" class="mw-file-element" '
            f'width="250"></span><div class="infobox-caption">{caption}</div></td></tr>'
        )
    for number, (label, value) in enumerate(page.infobox):
        parts = _parts(label, value, linked)
        shown = [_link(linked[label, part], part) if (label, part) in linked else escape(part)
                 for part in parts]  # fmt: skip
        mark = _MARKS[number % len(_MARKS)].format(n=number + 1) if number % 2 else ""
        if len(shown) == 1:
            cell = f"{shown[0]}{_conversion(value)}{mark}"
        else:
            items = "".join(f"<li>{part}</li>" for part in shown)
            cell = f'<div class="plainlist"><ul>{items}</ul></div>'
        words = escape(label).replace(" of ", "<br>of ", 1)
        rows.append(
            f'<tr><th scope="row" class="infobox-label">{words}</th>'
            f'<td class="infobox-data">{cell}</td></tr>'
        )
    return f'<table class="infobox vcard"><tbody>{"".join(rows)}</tbody></table>'


def _conversion(value: str) -> str:
    r"""A length in the other system, as the template of Wikipedia adds it.

    >>> _conversion("2,963 metres"), _conversion("Berlin")
    (' (9,721\xa0ft)', '')
    """
    found = _LENGTH.fullmatch(value)
    if found is None:
        return ""
    factor, unit = _UNITS[found[2]]
    return f" ({float(found[1].replace(',', '')) * factor:,.0f}\u00a0{unit})"


def _parts(label: str, value: str, linked: Mapping[tuple[str, str], str]) -> list[str]:
    """The single values of a row; a comma inside the name of a page parts nothing."""
    if (label, value) in linked:
        return [value]
    parts, rest = [], value
    names = sorted((name for held, name in linked if held == label), key=len, reverse=True)
    while rest and (name := next((each for each in names if rest.startswith(each)), "")):
        parts.append(name)
        rest = rest[len(name) :].removeprefix(", ")
    return [*parts, rest] if rest else parts


def _sections(names: Names, page: Page) -> list[str]:
    """The text line by line, its links where they are."""
    html, start, listing, number = [], 0, False, 0
    for line in page.text.split("\n"):
        end = start + len(line)
        if listing and not line.startswith("- "):
            html.append("</ul>")
            listing = False
        if line.startswith("== "):
            name = escape(line.strip("= "))
            html.append(f'<div class="mw-heading mw-heading2"><h2 id="{name}">{name}</h2></div>')
        elif line.startswith("- "):
            html.append("" if listing else "<ul>")
            html.append(f"<li>{_linked(names, page, start + 2, end)}</li>")
            listing = True
        elif line:
            number += 1
            mark = _MARKS[number % len(_MARKS)].format(n=number)
            html.append(f"<p>{_linked(names, page, start, end)}{mark}</p>")
        start = end + 1
    return [*html, "</ul>"] if listing else html


def _linked(names: Names, page: Page, start: int, end: int) -> str:
    words, place = [], start
    for link in page.links:
        if start <= link.start < end:
            words.append(escape(page.text[place : link.start]))
            words.append(_link(names.titles[link.target], link.anchor))
            place = link.start + len(link.anchor)
    return "".join((*words, escape(page.text[place:end])))


def _figure(world: World, image: int, path: str) -> str:
    return (
        f'<figure class="mw-default-size" typeof="mw:File/Thumb"><a class="mw-file-description">'
        f'<img src="./{path}" width="250" class="mw-file-element"></a>'
        f"<figcaption>{escape(world.image(image).caption)}</figcaption></figure>"
    )


def _table(page: Page) -> str:
    """A table whose first column is one cell over all rows."""
    lines = [line.split(" | ", 2) for line in figures_table(page)]
    if not lines:
        return ""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in lines[0])
    rows = []
    for number, (group, label, value) in enumerate(lines[1:]):
        first = f'<td rowspan="{len(lines) - 1}">{escape(group)}</td>' if not number else ""
        rows.append(f"<tr>{first}<td>{escape(label)}</td><td>{escape(value)}</td></tr>")
    return f'<table class="wikitable"><tbody><tr>{head}</tr>{"".join(rows)}</tbody></table>'


def _references(page: Page) -> str:
    notes = "".join(
        f'<li id="cite_note-{number}"><span class="mw-cite-backlink"><a>↑</a></span> '
        f'<span class="reference-text">Source {number} of {escape(page.title)}.</span></li>'
        for number in range(1, 4)
    )
    return (
        '<div class="mw-heading mw-heading2"><h2 id="References">References</h2></div>'
        f'<div class="mw-references-wrap"><ol class="mw-references references">{notes}</ol></div>'
    )


def _navigation(names: Names, page: Page) -> str:
    titles = [names.titles[link.target] for link in page.links[:6]]
    items = "".join(f"<li>{_link(title, title)}</li>" for title in titles)
    return f'<div role="navigation" class="navbox"><div class="hlist"><ul>{items}</ul></div></div>'
