"""Two families that end in a computation: one picture and a page further on, or two pictures."""

from __future__ import annotations

import numpy as np

from searchvl_gym.language.nouns import noun_of
from searchvl_gym.tasks.perception.compute import draw_sum
from searchvl_gym.tasks.perception.drafts import Draft, Start, Trail
from searchvl_gym.tasks.perception.find import spoken_of
from searchvl_gym.tasks.perception.goals import Goal, Identify, Plan
from searchvl_gym.tasks.perception.site import Site, drawn
from searchvl_gym.world.records import Page


def draw_compute(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
    """One try: the subject of a photograph, and a page that is linked to it."""
    if not site.photographed:
        return None
    page, subject = site.photographed[int(rng.integers(len(site.photographed)))]
    phrase = spoken_of(subject, rng)
    trail = sum_trail(site, page, phrase, 2, rng)
    if trail is None:
        return None
    image = drawn(site.new_photograph(subject, rng))
    wanted = ("python_interpreter",)
    return trail.draft(Start("compute", page, phrase, Identify(1, page.title), image, wanted))


def sum_trail(
    site: Site, page: Page, phrase: str, hops: int, rng: np.random.Generator
) -> Trail | None:
    """A way from a page to two pages, of which something is computed.

    Args:
        site: Where it is drawn from.
        page: Where it begins.
        phrase: What the question calls that page.
        hops: Facts on the way, the computation counted as one, at least 2.
        rng: Decides the way and the words.
    """
    walk = site.walk(page, phrase, hops - 2, rng, lambda number: len(site.bridges(number)) > 1)
    further = walk and site.walk(walk.page, walk.phrase, 1, rng, lambda number: True)
    if walk is None or further is None or further.page.id == walk.page.id:
        return None
    phrase, further_phrase, opening = walk.phrase, further.phrase, ""
    if walk.hops:
        # A long phrase is said once.
        phrase = f"that {noun_of(walk.page)}"
        further_phrase = further.phrase.replace(walk.phrase, phrase)
        opening = f"Think of {walk.phrase}. "
    found = draw_sum(site, walk.page, phrase, further.page, further_phrase, rng)
    if found is None or site.named_in(opening, [*walk.passed, walk.page, further.page]):
        return None
    goals = (*walk.goals, *further.goals, *found.goals)
    hops_made = (*walk.hops, *further.hops, *found.hops)
    return Trail(goals, hops_made, opening + found.question, found.answer, "number", ())


def draw_pair(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
    """One try: two photographs, related by a computation."""
    if len(site.photographed) < 2:
        return None
    chosen = rng.choice(len(site.photographed), 2, replace=False)
    (page, subject), (other, other_subject) = (site.photographed[int(n)] for n in chosen)
    found = draw_sum(
        site, page, numbered(subject, "first"), other, numbered(other_subject, "second"), rng
    )
    # Both pictures must matter.
    if found is None or found.hops[0].subject == found.hops[1].subject:
        return None
    goals: tuple[Goal, ...] = (Identify(1, page.title), Identify(2, other.title), *found.goals)
    return Draft(
        question=found.question,
        answer=found.answer,
        answer_kind="number",
        images=(
            drawn(site.new_photograph(subject, rng)),
            drawn(site.new_photograph(other_subject, rng)),
        ),
        plan=Plan("pair", goals),
        anchor=page.id,
        hops=found.hops,
        metadata={"second_anchor": other.id},
        wanted=("image_search", "python_interpreter"),
    )


_KINDS = {
    "arms": "the place whose arms are", "portrait": "the person", "bridge": "the bridge",
    "hall": "the building", "tower": "the tower", "flower": "the plant", "bird": "the bird",
    "moth": "the moth", "flask": "the tonic whose flask is", "ship": "the ship",
    "hanging": "the painting that is copied",
}  # fmt: skip


def numbered(subject: str, which: str) -> str:
    """How a question calls the subject of one of two photographs."""
    return f"{_KINDS[subject.split(' ', 1)[0]]} in the {which} picture"
