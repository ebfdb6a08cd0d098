"""Compares an imported archive with the world that it was made of, fact by fact."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from benchmarks.earth_archive.pages import Names, figures_table
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World

INVERSE = "inverse:"
"""Begins the relation of a step against the direction of its fact."""


def compare(origin: World, imported: World, pages: int | None = None) -> dict[str, int]:
    """Count what came back, what is missing and what is wrong.

    A fact came back when its row of the infobox is there with the same value, and, where it
    leads to a page, a fact of the import leads there too. A row or a fact of the import that the
    origin does not have is wrong.

    Args:
        origin: What the archive was made of.
        imported: What was made of the archive.
        pages: How many of the first pages are in it; facts about and links to others do not
            count. None for all.
    """
    most = len(origin) if pages is None else pages
    counts: Counter[str] = Counter()
    names = Names.of(origin)
    titles, labels = names.titles, names.labels
    for page in islice(origin.pages(), most):
        found = imported.find(page.title)
        if found is None or imported.page(found).title != page.title:
            counts["pages missing"] += 1
            counts["facts"] += len(origin.facts(page.id))
            continue
        other = imported.page(found)
        rows, box = dict(page.infobox), dict(other.infobox)
        leads = {
            (fact.relation, fact.value, imported.page(fact.target).title)
            for fact in imported.facts(found)
            if fact.target is not None and fact.relation in box
        }
        known: set[tuple[str, str, str]] = set()
        for fact in origin.facts(page.id):
            if fact.target is not None and fact.target >= most:
                continue
            counts["facts"] += 1
            label = labels[fact.relation]
            told = label in rows and box.get(label) == rows[label]
            if fact.target is not None:
                target = titles[fact.target]
                known.add((label, fact.value, target))
                told = told and (label, fact.value, target) in leads
            elif label not in rows:
                told = fact.value in other.text
            counts["facts that came back"] += told
        counts["facts that are wrong"] += len(leads - known)
        counts["rows that are wrong"] += sum(
            rows.get(label) != value for label, value in box.items()
        )
        table = "\n".join(figures_table(page))
        same = other.text == "\n".join(filter(None, (page.text, table)))
        counts["texts that differ"] += not same
        links = [(link.anchor, titles[link.target]) for link in page.links if link.target < most]
        back = [(link.anchor, imported.page(link.target).title) for link in other.links]
        counts["links"] += len(links)
        counts["links that came back"] += sum((Counter(links) & Counter(back)).values())
        others = {name for name in (*page.aliases, *page.redirects) if name.strip()}
        counts["other names"] += len(others)
        counts["other names found"] += sum(imported.find(name) == found for name in others)
        counts["pictures"] += len(page.images)
        counts["pictures that came back"] += len(other.images)
    return dict(counts)


SAID = {
    "in": ("Country", False),
    "capital of": ("Capital", True),
    "currency of": ("Currency", True),
}
"""What Earth's sentences say of a link: the label of the fact that states it, and whether the fact
is one of the other page."""


def check_tasks(origin: World, imported: World, tasks: TaskSet) -> dict[str, int]:
    """Whether what tasks of the imported world say holds in the world that it was made of.

    Every step must be a fact of the origin, in its direction, and every answer what the origin
    states; names of pages are all that the two worlds have in common. What sentences say is held
    against the fact that they tell: `SAID`.
    """
    counts: Counter[str] = Counter()
    names = Names.of(origin)
    stated: set[tuple[str, str, str]] = set()
    told: set[tuple[str, str, str]] = set()
    for page in origin.pages():
        told.update((page.title, label, value) for label, value in page.infobox)
        for fact in origin.facts(page.id):
            label = names.labels[fact.relation]
            told.add((page.title, label, fact.value))
            if fact.target is not None:
                ends = (page.title, names.titles[fact.target])
                stated.add((ends[0], label, ends[1]))
                for said, (of, turned) in SAID.items():
                    if of == label:
                        first, last = reversed(ends) if turned else ends
                        stated.add((first, said, last))
    for task in tasks:
        counts["tasks"] += 1
        wrong = 0
        for hop in task.hops:
            subject = imported.page(hop.subject).title
            label = hop.relation.removeprefix(INVERSE)
            if hop.target is None:
                wrong += (subject, label, hop.value) not in told
            else:
                ends = (subject, imported.page(hop.target).title)
                first, last = reversed(ends) if hop.relation.startswith(INVERSE) else ends
                wrong += (first, label, last) not in stated
        counts["tasks with a step that the origin does not state"] += bool(wrong)
    return dict(counts)
