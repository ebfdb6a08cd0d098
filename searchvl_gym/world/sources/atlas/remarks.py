"""The lead of an article: what its subject is, and a sentence that rounds it off."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import Atlas, Entity
from searchvl_gym.world.sources.atlas.prose import NOUNS, Prose

_QUALITIES = {
    "person": ("much-travelled", "self-taught", "influential", "prolific", "widely read"),
    "building": ("well-preserved", "much-photographed", "historic", "much-restored", "imposing"),
    "location": ("quiet", "storied", "much-visited", "little-known", "windswept"),
    "organism": ("shy", "hardy", "slow-growing", "conspicuous", "elusive"),
    "artifact": ("celebrated", "much-copied", "curious", "admired", "long-lost"),
}

_CLOSINGS = {
    "person": (
        "Contemporaries praised a dry wit and a memory for detail.",
        "A memorial volume appeared soon after the last exhibition and is still consulted.",
        "Much of what is known comes from a diary that was found in an attic.",
        "The papers are open to researchers by appointment.",
    ),
    "building": (
        "It has been restored twice and is floodlit on holidays.",
        "Generations of schoolchildren have drawn its outline.",
        "Storms and one fire have left traces that guides still point out.",
        "Its silhouette appears on local postcards.",
    ),
    "location": (
        "Travellers' accounts describe clear air and long evenings.",
        "Old maps spell the name in half a dozen ways.",
        "Its name occurs in several folk songs.",
        "Geographers have argued about its exact limits.",
    ),
    "organism": (
        "Amateur observers supply most of the recent records.",
        "It was long overlooked because of its modest appearance.",
        "It is protected by law in most of its range.",
        "Attempts to raise it in captivity have had mixed success.",
    ),
    "artifact": (
        "Early critics were divided; later ones were not.",
        "Copies and imitations are common.",
        "It has been lent to exhibitions abroad only twice.",
        "A long essay on its origin appeared in a learned journal.",
    ),
}


def scene_setting(prose: Prose, atlas: Atlas, entity: Entity, draws: Draws) -> None:
    """Go on from the title to the end of the first sentence."""
    quality = draws.choice(_QUALITIES[entity.kind])
    noun = entity.type if entity.kind == "person" else NOUNS.get(entity.type, entity.type)
    article = "an" if quality[0] in "aeiou" else "a"
    if entity.kind == "person":
        _person(prose, atlas, entity, f"{article} {quality} {noun}")
        return
    prose.write(f" is {article} {quality} {noun}")
    if entity.kind == "building":
        prose.write(draws.choice((" in ", " in the town of ")))
        prose.mention(atlas.entities[entity.town])
        if entity.maker >= 0:
            prose.write(draws.choice((", built to plans by ", ", designed by ")))
            prose.mention(atlas.entities[entity.maker])
    elif entity.kind == "artifact":
        prose.write(f" of {entity.year} by ")
        prose.mention(atlas.entities[entity.maker])
    elif entity.kind == "organism":
        prose.write(draws.choice((" of ", " found in ")))
        prose.mention(atlas.entities[entity.country])
        prose.write(" and first described by ")
        prose.mention(atlas.entities[entity.maker])
    elif entity.type == "sea":
        prose.write(" with a rugged shore and many islands")
    elif entity.type == "country":
        prose.write(" with its seat of government in ")
        prose.mention(atlas.entities[atlas.towns[entity.id][0]])
    else:
        prose.write(draws.choice((" in ", " of ")))
        prose.mention(atlas.entities[entity.country])
    prose.write(".")


def _person(prose: Prose, atlas: Atlas, entity: Entity, description: str) -> None:
    years = f"{entity.year}–{entity.end}" if entity.end else f"born {entity.year}"
    verb = "was" if entity.end else "is"
    prose.write(f" ({years}) {verb} {description} from ")
    prose.mention(atlas.entities[entity.country])
    works = atlas.works.get(entity.id, ())
    if len(works) > 1:
        prose.write(", remembered for ")
        prose.mention(atlas.entities[works[0]])
        prose.write(" and ")
        prose.mention(atlas.entities[works[1]])
    prose.write(".")


def closing(entity: Entity, draws: Draws) -> str:
    """A sentence that ends the lead."""
    return draws.choice(_CLOSINGS[entity.kind])
