"""What the lines of a value in an infobox say: one thing, several, or each of another kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchvl_gym.world.sources.html.text_flow import Anchor

Row = tuple[str, str, tuple[Anchor, ...]]
"""A label, a value and the links in it."""


@dataclass(frozen=True)
class Line:
    """One line of a value, with the links in it."""

    text: str
    links: tuple[Anchor, ...] = ()


_LIFE: Mapping[str, tuple[str, str]] = {
    "born": ("Birth name", "Birthplace"),
    "died": ("", "Place of death"),
    "geboren": ("Geburtsname", "Geburtsort"),
    "gestorben": ("", "Sterbeort"),
    "naissance": ("Nom de naissance", "Lieu de naissance"),
    "décès": ("", "Lieu de décès"),
    "nacimiento": ("Nombre de nacimiento", "Lugar de nacimiento"),
    "fallecimiento": ("", "Lugar de fallecimiento"),
    "生誕": ("出生名", "出生地"),
    "死没": ("", "死没地"),
    "出生": ("出生名", "出生地"),
    "逝世": ("", "逝世地"),
}
"""Labels that hold a date and a place, and the labels of the name before and the place after."""

_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_AGE = re.compile(
    r"\s*[（(](?:aged?|alter|im alter|edad|à|âge|没年齢|享年|[\d ]+(?:años|ans|歳|岁|歲))"
    r"[^()（）]*[)）]|\s*[（(]\d+(?:\s?[–-]\s?\d+)?[)）]",
    re.IGNORECASE,
)
_AMOUNT = r"[≈~−-]?\d[\d,.\u202f ]*(?:[–-]\d[\d,.]*)?"
_CONVERTED = re.compile(
    rf"(?P<first>{_AMOUNT}(?: (?:thousand|million|billion))? ?(?P<unit>[^\W\d][\w/²³° ]*?))"
    rf" ?\({_AMOUNT}(?: (?:thousand|million|billion))? ?(?P<other>[^\W\d][\w/²³° ]*?)\)"
)
_METRIC_WORDS = """
mm cm m km km² km2 m² m2 m³ m3 ha g kg t l litres km/h m/s kW °C millimetres centimetres metres
kilometres meters kilometers hectares grams kilograms tonnes square_kilometres square_metres
"""
_IMPERIAL_WORDS = """
in ft yd mi sq_mi sq_ft cu_ft acres acre oz lb st gal mph kn hp °F inches feet yards miles
square_miles square_feet ounces pounds stone gallons knots
"""
_METRIC, _IMPERIAL = (
    frozenset(word.replace("_", " ").casefold() for word in words.split())
    for words in (_METRIC_WORDS, _IMPERIAL_WORDS)
)
_MADE_BY = re.compile(
    r"(?P<kind>(?:[^\W\d][\w/ -]{0,40} )?(?:album|single|song|EP|soundtrack|score|mixtape|"
    r"compilation|video|box set)) by (?P<artist>.+?)"
    r"(?: (?:featuring|feat\.?|ft\.?|with) (?P<guest>.+?))?"
    r"(?: from the (?:[\w-]+ )?(?:album|EP|soundtrack|film|musical) (?P<album>.+))?",
    re.IGNORECASE,
)


def sorted_rows(label: str, lines: Sequence[Line]) -> list[Row]:
    """The rows that a value makes.

    A line that ends with a colon is a label of its own for those after it; a date with the place
    of a birth or death under it makes two rows; everything else is one row, parted by commas.

    >>> sorted_rows("Music by", [Line("Craig Armstrong"), Line("Songs:"), Line("Ray Charles")])
    [('Music by', 'Craig Armstrong', ()), ('Music by – Songs', 'Ray Charles', ())]
    >>> born = [Line("Ray Charles Robinson"), Line("September 23, 1930"), Line("Albany, U.S.")]
    >>> [row[:2] for row in sorted_rows("Born", born)][1:]
    [('Born', 'September 23, 1930'), ('Birthplace', 'Albany, U.S.')]
    """
    life = _LIFE.get(label.casefold())
    rows = [] if life is None else _life_rows(label, life, lines)
    if rows:
        return rows
    name, held = label, list[Line]()
    for line in lines:
        if line.text.endswith((":", "：")) and len(line.text) <= 40:
            rows += _row(name, held)
            name, held = f"{label} – {line.text.rstrip(':： ')}", []
        else:
            held.append(line)
    return rows + _row(name, held)


def work_rows(heading: str, lines: Sequence[Line]) -> list[Row]:
    """What the heading of a box about a piece of music states, as rows.

    >>> [row[:2] for row in work_rows("Single by Ray Charles with Willie Nelson", [])]
    [('Type', 'single'), ('Artist', 'Ray Charles'), ('Featuring', 'Willie Nelson')]
    """
    found = _MADE_BY.fullmatch(heading)
    if found is None:
        return []
    kind = found["kind"]
    rows: list[Row] = [("Type", kind if kind.isupper() else kind[0].lower() + kind[1:], ())]
    links = [link for line in lines for link in line.links]
    for label, name in (("Artist", "artist"), ("Featuring", "guest"), ("Album", "album")):
        if value := found[name]:
            rows.append((label, value, tuple(link for link in links if link.words in value)))
    return rows


def _life_rows(label: str, life: tuple[str, str], lines: Sequence[Line]) -> list[Row]:
    at = next((number for number, line in enumerate(lines) if _YEAR.search(line.text)), None)
    if at is None or len(lines[at].text) > 60:
        return []
    name, place = life
    date = Line(_AGE.sub("", lines[at].text).strip(" ,"), lines[at].links)
    after = [
        Line(text, line.links) for line in lines[at + 1 :] if (text := _AGE.sub("", line.text))
    ]
    rows = _row(name, list(lines[:at])) if name else []
    return rows + _row(label, [date]) + _row(place, after)


def _row(label: str, lines: Sequence[Line]) -> list[Row]:
    text = ""
    for line in lines:
        # A line in brackets explains the one before it.
        gap = "" if not text else " " if line.text.startswith(("(", "（", "[")) else ", "
        text += gap + line.text
    links = tuple(link for line in lines for link in line.links)
    return [(label, in_one_unit(text), links)] if text else []


def in_one_unit(value: str) -> str:
    """A quantity as it was measured, without the conversion that a template adds in brackets.

    >>> in_one_unit("8,848.86 m (29,031.7 ft)"), in_one_unit("60 mph (97 km/h)")
    ('8,848.86 m', '60 mph')
    >>> in_one_unit("12 million (2019)")
    '12 million (2019)'
    """
    found = _CONVERTED.fullmatch(value)
    if found is None:
        return value
    units = frozenset((found["unit"].casefold(), found["other"].casefold()))
    return found["first"] if units & _METRIC and units & _IMPERIAL else value
