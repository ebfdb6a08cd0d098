"""Which pages of a wiki are articles, and what sort of article they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_CANONICAL = (
    "Media", "Special", "Talk", "User", "User talk", "Project", "Project talk", "Wikipedia",
    "Wikipedia talk", "File", "File talk", "Image", "MediaWiki", "MediaWiki talk", "Template",
    "Template talk", "Help", "Help talk", "Category", "Category talk", "Portal", "Portal talk",
    "Draft", "Draft talk", "Module", "Module talk", "TimedText", "Book", "Gadget",
)  # fmt: skip
_LOCAL = {
    "deu": ("Kategorie", "Datei", "Vorlage", "Hilfe", "Benutzer", "Spezial", "Modul"),
    "fra": ("Catégorie", "Fichier", "Modèle", "Aide", "Utilisateur", "Spécial", "Portail"),
    "spa": ("Categoría", "Archivo", "Plantilla", "Ayuda", "Usuario", "Especial", "Módulo"),
    "ita": ("Categoria", "File", "Aiuto", "Utente", "Speciale", "Portale", "Modulo"),
    "por": ("Categoria", "Ficheiro", "Predefinição", "Ajuda", "Usuário", "Especial", "Módulo"),
    "nld": ("Categorie", "Bestand", "Sjabloon", "Gebruiker", "Speciaal", "Portaal"),
    "pol": ("Kategoria", "Plik", "Szablon", "Pomoc", "Wikipedysta", "Specjalna", "Moduł"),
    "rus": ("Категория", "Файл", "Шаблон", "Справка", "Участник", "Служебная", "Портал"),
    "jpn": ("ファイル", "利用者", "特別", "プロジェクト"),
}  # fmt: skip
_MAIN_PAGES = frozenset({"main page", "index", "index.html", "mainpage", "hauptseite", "home"})
_LIST = re.compile(r"(?:Lists? of|Index of|Outline of|Timeline of|Liste |Lista )")
_MEANINGS = re.compile(r"\b(?:may|can|could|might|commonly) (?:also )?refers? to\b")

_LABELS = {
    "person": "born,died,occupation,occupations,spouse,spouses,nationality,alma mater,parents,"
    "children,years active,known for,resting place,education,political party,citizenship",
    "organism": "kingdom,phylum,class,order,family,genus,species,binomial name,clade,subfamily,"
    "tribe,conservation status",
    "building": "architect,architects,architectural style,floor count,floors,construction started,"
    "opened,completed,height,groundbreaking,main span,icao,iata,structural engineer,crosses,"
    "capacity,elevator count,founder,dedicated,denomination",
    "location": "country,population,area,elevation,time zone,postal code,postal codes,area code,"
    "capital,mayor,coordinates,state,region,province,county,district,mouth,source,basin size,"
    "calling code,iso 3166 code,density,demonym,official languages,currency,government",
    "artifact": "author,artist,publisher,directed by,produced by,starring,genre,genres,released,"
    "release date,publication date,manufacturer,developer,label,medium,dimensions,written by,"
    "language,pages,isbn,composer,composed,builder,launched,year,screenplay by,designer",
}
_KIND_OF_LABEL = {
    label: [kind for kind, labels in _LABELS.items() if label in labels.split(",")]
    for labels in _LABELS.values()
    for label in labels.split(",")
}


def namespace_of(title: str, language: str = "eng") -> str | None:
    """The wiki namespace that a title names, or None for an article.

    Args:
        title: With spaces, not underscores.
        language: ISO 639-3 code of the wiki, for the names in its own language.

    >>> namespace_of("Category:Bridges"), namespace_of("Mission: Impossible")
    ('Category', None)
    """
    prefix, colon, rest = title.partition(":")
    if not colon or not rest:
        return None
    names = (*_CANONICAL, *_LOCAL.get(language, ()))
    return next((name for name in names if name.casefold() == prefix.strip().casefold()), None)


def is_main_page(title: str) -> bool:
    """Whether a title is that of an archive's welcome page."""
    return title.casefold() in _MAIN_PAGES


def kind_of(title: str, text: str, labels: Iterable[str], *, marked: bool) -> str:
    """The kind of a page, judged from its title, first line and infobox.

    Args:
        title: Its title.
        text: Its text.
        labels: Labels of its infobox.
        marked: Whether the page says that it is a disambiguation page.

    Returns:
        `disambiguation`, `list`, one of the five kinds of subjects, or `article` when nothing
        tells.

    >>> kind_of("Ida Ek", "Ida Ek was …", ["Born", "Occupation"], marked=False)
    'person'
    """
    first_line = text[:400].partition("\n")[0]
    if marked or title.casefold().endswith("(disambiguation)"):
        return "disambiguation"
    if first_line.rstrip().endswith(":") and _MEANINGS.search(first_line):
        return "disambiguation"
    if _LIST.match(title):
        return "list"
    votes: Counter[str] = Counter()
    for label in labels:
        for part in label.casefold().split(" – ")[:1]:
            votes.update(_KIND_OF_LABEL.get(part, ()))
    if not votes:
        return "article"
    best = max(votes.values())
    return next(kind for kind in _LABELS if votes[kind] == best)
