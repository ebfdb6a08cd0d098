"""Hard: a picture that has to be worked on, a chain of facts, and an end that no text states.

Each joins two of the other families: how a scene, a damaged thing or a structure is read, and a
value in a picture of a page further on, or a computation over two pages.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from searchvl_gym.tasks.perception.drafts import Draft, Start
from searchvl_gym.tasks.perception.page_picture import figure_trail
from searchvl_gym.tasks.perception.site import Site
from searchvl_gym.tasks.perception.sums import sum_trail

ENDS = {
    "picture": (figure_trail, ("open_image",)),
    "sum": (sum_trail, ("python_interpreter",)),
}
"""Ways to an end, and the tools that each is made for beside those of its beginning."""


def draw_hard(
    site: Site, start: Start, end: str, hops: int, rng: np.random.Generator
) -> Draft | None:
    """One try at going on from a picture to an end of `ENDS`; None at a dead end.

    Args:
        site: Where it is drawn from.
        start: The picture, from one of the other families.
        end: Name of the end.
        hops: Facts after the picture, what is read or computed at the end being the last of them.
        rng: Decides the way and the words.
    """
    lead, wanted = ENDS[end]
    trail = lead(site, start.page, start.phrase, hops, rng)
    if trail is None:
        return None
    draft = trail.draft(start)
    metadata = {**draft.metadata, "end": end}
    return replace(draft, metadata=metadata, wanted=(*draft.wanted, *wanted))
