"""Where an archive comes from: its name, licence, and the addresses of its pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from searchvl_gym.world.sources.zim.archive import ZimArchive

_PROJECTS = "wikipedia|wikivoyage|wikibooks|wikisource|wikinews|wikiquote|wikiversity|wiktionary"
_WIKIMEDIA = re.compile(rf"(?:^|\.)(?:{_PROJECTS})\.org$")
_NAMED = re.compile(rf"({_PROJECTS})_([a-z][a-z-]{{1,11}})(?:_|$)")
_SAYS_SO = re.compile(rf"\b(?:{_PROJECTS})\b", re.IGNORECASE)
_SAFE = "/:@!$&'()*,;=~-._"
_KEYS = ("Title", "Name", "Language", "Creator", "Publisher", "Date", "Source", "Flavour")
_NEW_LICENCE = "2023-06-29"
"""Since this day the text of Wikimedia's projects is under version 4.0, before under 3.0."""


@dataclass(frozen=True)
class Origin:
    """What `world.json` says about an imported world.

    Attributes:
        name: Short name of the world.
        licence: Licence of the text.
        settings: The archive's own metadata, and whom to name as its source.
        address: Gives the address of the page at a path.
    """

    name: str
    licence: str
    settings: Mapping[str, str]
    address: Callable[[str], str]


def describe_origin(
    archive: ZimArchive, licences: Mapping[str, int], addresses: Sequence[str]
) -> Origin:
    """Read where an archive comes from, in its metadata and in what its articles say.

    Args:
        archive: The archive.
        licences: Licences that articles state, by how many do.
        addresses: Some addresses that articles give as their own.
    """
    stem = archive.path.name.removesuffix("aa").removesuffix(".zim")
    name = archive.metadata("Name") or stem
    fields = {key: text for key in _KEYS if (text := archive.metadata(key))}
    host = _host(fields.get("Source", ""), addresses, name)
    wiki = bool(_WIKIMEDIA.search(host)) or any(
        _SAYS_SO.search(text) for key, text in fields.items() if key not in ("Language", "Date")
    )
    prefix = (
        f"https://{host}/wiki/" if _WIKIMEDIA.search(host) else f"zim://{quote(name, safe=_SAFE)}/"
    )
    settings = {f"zim_{key.lower()}": text for key, text in fields.items()}
    return Origin(
        name=name,
        licence=_licence(archive.metadata("License"), licences, fields.get("Date", ""), wiki),
        settings={
            "zim_file": archive.path.name,
            **settings,
            "attribution": _attribution(fields, host),
        },
        address=lambda path: prefix + quote(_bare(path), safe=_SAFE),
    )


def licence_name(address: str) -> str:
    """What a Creative Commons licence is called, by its address.

    >>> licence_name("creativecommons.org/licenses/by-sa/4.0")
    'CC-BY-SA-4.0'
    >>> licence_name("creativecommons.org/publicdomain/zero/1.0")
    'CC0-1.0'
    """
    kind, _, version = address.partition("/")[2].partition("/")[2].partition("/")
    version = version.partition("/")[0]
    code = {"zero": "CC0", "mark": "CC-PDM"}.get(kind, f"CC-{kind.upper()}")
    return f"{code}-{version}" if version else code


def secure(address: str) -> str:
    """An address of Wikimedia as it is today, with `https`; any other as it is.

    >>> secure("http://en.wikipedia.org/wiki/Ulm"), secure("http://example.org/")
    ('https://en.wikipedia.org/wiki/Ulm', 'http://example.org/')
    """
    host = urlsplit(address).hostname or ""
    known = _WIKIMEDIA.search(host) and address.startswith("http:")
    return address.replace("http:", "https:", 1) if known else address


def _host(source: str, addresses: Sequence[str], name: str) -> str:
    if host := urlsplit(source).hostname:
        return host
    hosts = Counter(host for each in addresses if (host := urlsplit(each).hostname))
    if hosts:
        return hosts.most_common(1)[0][0]
    found = _NAMED.match(name)
    return f"{found[2]}.{found[1]}.org" if found else ""


def _licence(own: str, licences: Mapping[str, int], date: str, wiki: bool) -> str:
    rest = "pictures under the licences that their file pages state"
    if own:
        return own
    if licences:
        most = max(licences, key=lambda address: licences[address])
        stated = f"{licences[most]:,} of the articles"
        return f"{licence_name(most)} (text, as {stated} state); {rest}"
    if wiki:
        version = "3.0" if date and date < _NEW_LICENCE else "4.0"
        return f"CC-BY-SA-{version} (text); {rest}"
    return "unknown: the archive states none; ask its publisher"


def _attribution(fields: Mapping[str, str], host: str) -> str:
    """Whom to name, from whatever fields say so."""
    told = [
        fields.get("Creator") or fields.get("Title") or "",
        f"packed by {fields['Publisher']}" if "Publisher" in fields else "",
        fields.get("Date", ""),
        f"https://{host}" if host else "",
    ]
    return ", ".join(filter(None, told)) or "not stated"


def _bare(path: str) -> str:
    """A path as an address of the wiki ends: without the namespace and an old archive's suffix."""
    return path.removeprefix("A/").removesuffix(".html")
