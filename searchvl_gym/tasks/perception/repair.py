"""Repair: a sign, poster or plaque that is neither legible nor found before a tool mends it.

The strength of the damage climbs a ladder until, for this very picture, every way without the
tool fails and the tool brings the reading back; that is tried out, not assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from searchvl_gym.language.nouns import noun_of
from searchvl_gym.tasks.perception.drafts import Draft, Start
from searchvl_gym.tasks.perception.goals import Identify, Plan, Repair
from searchvl_gym.tasks.perception.site import Site, drawn
from searchvl_gym.tasks.questions import refer_to_picture
from searchvl_gym.types import Degradation

NAMED_STYLES = (
    "street_sign", "bronze_plaque", "museum_label", "poster", "book_cover", "product_label",
    "identity_card",
)  # fmt: skip
"""Styles whose title is written large on a flat thing."""


@dataclass(frozen=True)
class Ladder:
    """Strengths of a kind of damage, from mild to strong, and the repairs that are tried."""

    strengths: tuple[float, ...]
    repairs: tuple[Repair, ...]


LADDERS: Mapping[str, Ladder] = MappingProxyType({
    "blur": Ladder(
        (4.5, 5.2, 6.0, 6.8, 7.6, 8.5),
        tuple(Repair("sharpen", {"amount": amount}) for amount in (5.0, 2.0, 10.0)),
    ),
    "low_light": Ladder(
        (0.05, 0.042, 0.036, 0.03, 0.025),
        (Repair("sharpen", {"amount": 10.0}), Repair("sharpen", {"amount": 5.0})),
    ),
    "oblique": Ladder(
        (0.21, 0.19, 0.175, 0.16, 0.145, 0.13), (Repair("perspective_correct"),)
    ),
    "downsample": Ladder(
        (6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0),
        (Repair("super_resolution", {"scale": 4}), Repair("super_resolution", {"scale": 2})),
    ),
})  # fmt: skip


def start_repair(site: Site, rng: np.random.Generator, kind: str) -> Start | None:
    """Something that bears a name, its picture still undamaged."""
    named = [item for style in NAMED_STYLES for item in site.pictured(style)]
    if not named:
        return None
    page, image = named[int(rng.integers(len(named)))]
    assert image.recipe is not None
    if image.recipe.fields.get("title") != page.title:
        return None
    # Another drawing of the same words: the indexed one would be found through any damage.
    recipe = replace(image.recipe, seed=int(rng.integers(2**31, 2**32)))
    return Start(
        "repair",
        page,
        refer_to_picture(noun_of(page), recipe.style, rng),
        Identify(1, page.title, page.title),
        drawn(recipe),
        (LADDERS[kind].repairs[0].tool,),
        metadata={"damage": kind, "style": recipe.style},
    )


def damaged(draft: Draft, kind: str, rng: np.random.Generator) -> Iterator[Draft]:
    """The same task at every strength and with every repair, the mildest first."""
    ladder = LADDERS[kind]
    seed = int(rng.integers(2**31))
    goal = draft.plan.goals[0]
    assert isinstance(goal, Identify)
    for strength in ladder.strengths:
        for repair in ladder.repairs:
            first = Identify(goal.picture, goal.title, goal.name, goal.region, (repair,))
            image = replace(draft.images[0], degradation=Degradation(kind, strength, seed))
            plan = Plan(draft.plan.family, (first, *draft.plan.goals[1:]))
            yield replace(draft, images=(image,), plan=plan)
