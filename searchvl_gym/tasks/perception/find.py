"""Find: a photograph of something that the index holds other photographs of.

The subject carries no text, so only a search by picture tells what it is; where the first match
is a look-alike, its page settles it by the features that the question states.
"""

from __future__ import annotations

import numpy as np

from searchvl_gym.tasks.perception.drafts import Draft, Start
from searchvl_gym.tasks.perception.goals import Identify
from searchvl_gym.tasks.perception.site import Site, drawn
from searchvl_gym.world.appearance.appearance import appearance_of

SPOKEN_OF = {
    "arms": ("the place whose arms are shown", "the place that bears these arms"),
    "portrait": ("the person in the portrait", "the person shown here"),
    "bridge": ("the bridge in the photograph", "this bridge"),
    "hall": ("the building in the photograph", "this building"),
    "tower": ("the tower in the photograph", "this tower"),
    "flower": ("the plant in the photograph", "the species of this flower"),
    "bird": ("the species of this bird", "the bird in the photograph"),
    "moth": ("the species of this moth", "the moth in the photograph"),
    "flask": ("the tonic that is sold in this flask", "the drink from this flask"),
    "ship": ("the ship in the photograph", "this ship"),
    "hanging": ("the work of which this is a woven copy", "the painting that this hanging copies"),
}
"""How questions speak of the subject of a photograph, by family."""

STATED = 0.6
"""Share of the tasks whose question states features."""


def spoken_of(subject: str, rng: np.random.Generator) -> str:
    """A phrase for the subject of a photograph."""
    phrases = SPOKEN_OF[subject.split(" ", 1)[0]]
    return phrases[int(rng.integers(len(phrases)))]


def stated_features(site: Site, page_id: int, subject: str, rng: np.random.Generator) -> list[str]:
    """One or two features of a subject as its page states them; none where it states none."""
    text = site.world.page(page_id).text.casefold()
    features = [f.words for f in appearance_of(subject).features() if f.words.casefold() in text]
    count = min(len(features), int(rng.integers(1, 3)))
    return [features[int(number)] for number in rng.permutation(len(features))[:count]]


def draw_find(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
    """One try at a task of this family."""
    if not site.photographed:
        return None
    page, subject = site.photographed[int(rng.integers(len(site.photographed)))]
    image = drawn(site.new_photograph(subject, rng))
    phrase = spoken_of(subject, rng)
    trail = site.trail(page, phrase, hops, rng)
    if trail is None:
        return None
    features: list[str] = []
    if rng.random() < STATED:
        features = stated_features(site, page.id, subject, rng)
    return trail.draft(
        Start(
            "find",
            page,
            phrase,
            Identify(1, page.title, features=tuple(features)),
            image,
            ("image_search",),
            f" (An encyclopaedia says of it: {'; '.join(features)}.)" if features else "",
        )
    )
