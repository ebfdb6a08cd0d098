"""What sort of subject a page is about, judged from what it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from searchvl_gym.world.sources.prose.facts import definition_of
from searchvl_gym.world.sources.prose.words import is_person

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
_LABELS_ELSEWHERE = {
    "person": "geboren,gestorben,beruf,naissance,décès,nationalité,profession,activité principale,"
    "nacimiento,fallecimiento,nacionalidad,ocupación,cónyuge,生誕,死没,職業,出身地,出生,逝世,职业,"
    "籍贯,国籍",
    "organism": "reich,stamm,klasse,ordnung,familie,gattung,règne,embranchement,sous-embr.,classe,"
    "ordre,famille,reino,filo,clase,orden,familia,especie,界,門,綱,目,科,属,種,门,纲,种",
    "building": "architekt,bauherr,bauzeit,baustil,bauwerk,architecte,arquitecto,construcción,"
    "inauguración,style architectural,設計者,建築家,竣工,着工,開業,建筑师,建築師,设计者,开放",
    "location": "einwohner,bundesland,fläche,postleitzahl,bürgermeister,bevölkerungsdichte,"
    "landkreis,mündung,pays,superficie,maire,région,département,code postal,gentilé,país,población,"
    "alcalde,código postal,gentilicio,provincia,国,人口,面積,都道府県,首都,公用語,国家,面积,市长",
    "artifact": "regie,drehbuch,originaltitel,erscheinungsjahr,erscheinungsdatum,verlag,"
    "veröffentlichung,réalisation,scénario,éditeur,auteur,sortie,dirección,guion,editorial,estreno,"
    "discográfica,publicación,監督,脚本,公開,著者,出版社,発売日,リリース,导演,導演,编剧,作者,发行日期",
}
"""Labels of the German, French, Spanish, Japanese and Chinese Wikipedia."""

_NOUNS = {
    "location": "country state province region city town village municipality district county "
    "capital island archipelago river lake sea ocean gulf bay strait mountain mountains range "
    "volcano valley desert peninsula settlement commune suburb neighborhood neighbourhood "
    "waterfall territory kingdom empire republic park continent glacier tributary",
    "building": "building church cathedral mosque temple synagogue bridge tower museum castle "
    "palace fortress airport station university college school hospital library stadium dam tunnel "
    "skyscraper mansion monastery abbey lighthouse theatre theater prison monument house mill",
    "organism": "species genus plant plants tree trees shrub flower animal animals mammal mammals "
    "bird birds fish fishes insect insects reptile reptiles amphibian dinosaur dinosaurs fungus "
    "bacterium breed fowl rodent rodents feline crustaceans invertebrates",
    "artifact": "film album song single novel book novella poem painting sculpture opera ballet "
    "symphony play musical magazine newspaper series show sitcom game soundtrack ep compilation "
    "recording ship aircraft car automobile locomotive manuscript comic anthology medley "
    "language currency",
}
_KIND_OF_NOUN = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns.split()}


def _kinds_by_label(*tables: Mapping[str, str]) -> Mapping[str, list[str]]:
    """The kinds that each label speaks for."""
    found: dict[str, list[str]] = {}
    for table in tables:
        for kind, labels in table.items():
            for label in labels.split(","):
                found.setdefault(label, []).append(kind)
    return found


_KINDS_OF_LABEL = _kinds_by_label(_LABELS, _LABELS_ELSEWHERE)


def kind_of(title: str, text: str, labels: Iterable[str], *, marked: bool) -> str:
    """The kind of a page, judged from its title, its infobox, and what its first sentence says.

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
    >>> kind_of("Ulm", "Ulm ist …", ["Bundesland", "Einwohner"], marked=False)
    'location'
    >>> kind_of("Blau", "The Blau is a river in Germany.", [], marked=False)
    'location'
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
            votes.update(_KINDS_OF_LABEL.get(part, ()))
    if not votes:
        return kind_of_nouns(definition.nouns) if (definition := definition_of(text)) else "article"
    best = max(votes.values())
    return next(kind for kind in _LABELS if votes[kind] == best)


def kind_of_nouns(nouns: Iterable[str]) -> str:
    """The kind of what is called by nouns, the first telling one deciding.

    >>> kind_of_nouns(("singer", "songwriter")), kind_of_nouns(("agreement",))
    ('person', 'article')
    """
    for noun in nouns:
        if (kind := _KIND_OF_NOUN.get(noun.casefold())) is not None:
            return kind
        if is_person(noun):
            return "person"
    return "article"
