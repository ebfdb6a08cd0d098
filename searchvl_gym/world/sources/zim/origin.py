"""Where an archive comes from: its name, licence, and the addresses of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from searchvl_gym.world.sources.zim.archive import ZimArchive

_WIKIMEDIA = re.compile(
    r"(?:^|\.)(?:wikipedia|wikivoyage|wikibooks|wikisource|wikinews|wikiquote|wikiversity|"
    r"wiktionary)\.org$"
)
_SAFE = "/:@!$&'()*,;=~-._"


@dataclass(frozen=True)
class Origin:
    """What `world.json` says about an imported world.

    Attributes:
        name: Short name of the world.
        licence: Licence of the text.
        settings: The archive's own metadata.
        address: Gives the address of the page at a path.
    """

    name: str
    licence: str
    settings: Mapping[str, str]
    address: Callable[[str], str]


def describe_origin(archive: ZimArchive) -> Origin:
    """Read the metadata of an archive."""
    stem = archive.path.name.removesuffix("aa").removesuffix(".zim")
    name = archive.metadata("Name") or stem
    source = urlsplit(archive.metadata("Source"))
    host = source.hostname or ""
    wiki = bool(_WIKIMEDIA.search(host))
    prefix = f"https://{host}/wiki/" if wiki else f"zim://{quote(name, safe=_SAFE)}/"
    licence = archive.metadata("License") or (
        "CC-BY-SA-4.0 (text); pictures under the licences that their file pages state"
        if wiki
        else "unknown: the archive states none; ask its publisher"
    )
    keys = ("Title", "Name", "Language", "Creator", "Publisher", "Date", "Source", "Flavour")
    settings = {f"zim_{key.lower()}": text for key in keys if (text := archive.metadata(key))}
    return Origin(
        name=name,
        licence=licence,
        settings={"zim_file": archive.path.name, **settings},
        address=lambda path: prefix + quote(path.removeprefix("A/"), safe=_SAFE),
    )
