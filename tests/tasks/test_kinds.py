"""Tests of `searchvl_gym.tasks.kinds`."""

import pytest

from searchvl_gym.tasks import sample_tasks
from searchvl_gym.tasks.kinds import HELD_OUT_DAMAGE, is_held_out
from searchvl_gym.world import World


@pytest.mark.parametrize("kinds", ["seen", "unseen"])
def test_what_is_held_out_is_asked_in_one_of_them_only(mini_world: World, kinds: str) -> None:
    tasks = sample_tasks(mini_world, split="train", n=60, repair_share=0.5, kinds=kinds)  # type: ignore[arg-type]
    held_out = {is_held_out(task.hops[-1].relation) for task in tasks}
    assert held_out == {kinds == "unseen"}
    damages = {
        image.degradation.kind for task in tasks for image in task.images if image.degradation
    }
    assert damages and (damages <= HELD_OUT_DAMAGE) == (kinds == "unseen")


def test_wrong_kinds_are_refused(mini_world: World) -> None:
    with pytest.raises(ValueError, match="kinds must be one of"):
        sample_tasks(mini_world, split="train", n=1, kinds="some")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cannot be given together"):
        sample_tasks(mini_world, split="train", n=1, kinds="seen", endings=["opened"])
