"""Which pages of a wiki are articles."""

from __future__ import annotations

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
