"""Photographs of Atlas's subjects: what each looks like, and what its page says of that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.appearance.appearance import Feature, appearance_of, subject_name
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import Atlas, Entity

_PHOTOGRAPHS = 11
"""Purpose number of the draws here; see `Draws`."""

WIDTH, HEIGHT = 688, 516

_WORLD_SEEDS = 1_000_000_000
"""Seeds of groups in worlds are below it; those above are for training encoders."""

FAMILY_OF: Mapping[str, str] = MappingProxyType({
    "country": "arms", "town": "arms",
    "architect": "portrait", "engineer": "portrait", "novelist": "portrait",
    "painter": "portrait", "composer": "portrait", "naturalist": "portrait",
    "explorer": "portrait", "chemist": "portrait",
    "university": "hall", "museum": "hall", "theatre": "hall", "railway station": "hall",
    "lighthouse": "tower", "tower": "tower", "bridge": "bridge",
    "plant": "flower", "bird": "bird", "moth": "moth",
    "painting": "hanging", "ship": "ship", "tonic": "flask",
})  # fmt: skip
"""Family of appearance by type of subject; the others are not photographed."""


def subject_of(atlas: Atlas, entity: Entity) -> str | None:
    """What stands in the recipe of a subject's photographs; None when it has none.

    Those of one group look alike: towns of a country, works of one maker, people of one surname,
    species of a genus in a country.
    """
    family = FAMILY_OF.get(entity.type)
    if family is None:
        return None
    if family == "arms":
        group = f"arms/{entity.country if entity.type == 'town' else entity.id}"
    elif family == "portrait":
        group = f"portrait/{entity.culture}/{entity.short}"
    elif entity.kind == "organism":
        group = f"{family}/{entity.country}/{entity.title.rsplit(' ', 1)[-1].casefold()}"
    else:
        group = f"{family}/{entity.maker}"
    digest = hashlib.blake2b(f"{atlas.seed}/{group}".encode(), digest_size=8).digest()
    return subject_name(family, int.from_bytes(digest, "big") % _WORLD_SEEDS, entity.id)


def photograph(atlas: Atlas, subject: str, entity: Entity, number: int) -> PictureRecipe:
    """The recipe of a subject's photograph; those of numbers that a world does not use are new.

    Args:
        atlas: The world's subjects.
        subject: What `subject_of` gave.
        entity: The subject.
        number: 0-based number of the photograph.
    """
    seed = Draws(atlas.seed, entity.id, _PHOTOGRAPHS, number).below(2**31)
    return PictureRecipe("photograph", seed, {"subject": subject}, WIDTH, HEIGHT)


def stated_features(atlas: Atlas, entity: Entity) -> tuple[Feature, ...]:
    """What the page of a subject says of its looks: most of its features, in random order."""
    subject = subject_of(atlas, entity)
    if subject is None:
        return ()
    features = appearance_of(subject).features()
    draws = Draws(atlas.seed, entity.id, _PHOTOGRAPHS)
    return tuple(draws.some(features, max(3, round(0.8 * len(features)))))


def appearance_section(atlas: Atlas, entity: Entity) -> str:
    """The sentences of the section on a subject's looks; empty when it has none."""
    words = [feature.words for feature in stated_features(atlas, entity)]
    sentences = []
    for start in range(0, len(words), 2):
        sentence = ", and ".join(words[start : start + 2])
        sentences.append(sentence[0].upper() + sentence[1:] + ".")
    return " ".join(sentences)
