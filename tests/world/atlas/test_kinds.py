"""Worlds that lack kinds of things, and worlds that have those alone."""

import pytest

from searchvl_gym.world.sources.atlas.cultures import CULTURES
from searchvl_gym.world.sources.atlas.graph import make_atlas
from searchvl_gym.world.sources.atlas.illustrations import STYLES_OF, Illustrator
from searchvl_gym.world.sources.atlas.kinds import (
    HELD_OUT_PEOPLES,
    HELD_OUT_STYLES,
    Kinds,
    check_kinds,
    describe_kinds,
    styles_of,
)


def things(kinds: Kinds, seed: int) -> tuple[set[str], set[str]]:
    """Names of the peoples and styles of the pictures of a world."""
    atlas = make_atlas(300, seed, kinds)
    illustrator = Illustrator(atlas, kinds=kinds)
    styles = {
        image.recipe.style
        for entity in atlas.entities
        for image in illustrator.illustrate(entity.id, 0)
        if image.recipe is not None
    }
    return {entity.people.name for entity in atlas.entities}, styles


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_both_seen_and_unseen(seed: int) -> None:
    peoples, styles = things("seen", seed)
    assert not peoples & HELD_OUT_PEOPLES and not styles & HELD_OUT_STYLES
    peoples, styles = things("unseen", seed)
    assert peoples == HELD_OUT_PEOPLES and styles == HELD_OUT_STYLES
    peoples, styles = things("all", seed)
    assert peoples & HELD_OUT_PEOPLES and peoples - HELD_OUT_PEOPLES
    assert styles & HELD_OUT_STYLES and styles - HELD_OUT_STYLES


def test_every_type_has_a_picture_that_is_seen() -> None:
    assert {people.name for people in CULTURES} > HELD_OUT_PEOPLES
    assert all(styles_of(styles, "seen") for styles in STYLES_OF.values())


def test_a_card_states_the_knobs() -> None:
    assert describe_kinds("all") == {}
    assert describe_kinds("seen")["knobs"].startswith("without identity_card")
    assert describe_kinds("unseen")["knobs"].startswith("only identity_card")
    with pytest.raises(ValueError, match="all, seen, unseen"):
        check_kinds("some")


@pytest.mark.parametrize("size", [60, 80, 149])
@pytest.mark.parametrize("seed", range(4))
def test_a_small_world_has_every_type(size: int, seed: int) -> None:
    atlas = make_atlas(size, seed)
    assert all(atlas.by_type.values())
    assert len(atlas.by_type["country"]) >= 3
    assert all(entity.town >= 0 for entity in atlas.entities if entity.kind == "person")
