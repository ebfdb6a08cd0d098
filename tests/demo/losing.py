"""A policy that cannot go on in mid-episode, as when the endpoint that it asks dies."""

from typing import Any

from searchvl_gym.rollout.registry import register
from searchvl_gym.types import ToolCall

BROKEN = "broken_in_the_second_turn"
GONE = "the endpoint does not answer"


class Broken:
    """Reads the picture, then cannot go on."""

    name = BROKEN

    def __init__(self) -> None:
        self.asked = 0

    def reset(self, slot: int, task: Any, rng: Any) -> None:
        self.asked = 0

    def act(self, observations: Any) -> Any:
        self.asked += 1
        if self.asked > 1:
            raise ConnectionError(GONE)
        return {slot: ToolCall("layout_parsing", {"image": "img_1"}) for slot in observations}


register(BROKEN, Broken)
