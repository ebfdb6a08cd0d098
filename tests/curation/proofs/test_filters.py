from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from searchvl_gym.curation import Curator, FilterSettings, Question, Rejection
from searchvl_gym.curation.proofs.filters import Filters
from searchvl_gym.curation.records import Stage
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world import World, WorldError, WorldWriter, open_world


@pytest.fixture(scope="module")
def tasks(curator: Curator, questions: list[Question]) -> list[Task]:
    return [curator.task(question) for question in questions[:6]]


class Knows(ScriptedPolicy):
    """Gives the right answer to every second task, after a call where it is told to."""

    name = "knows"

    def __init__(self, call: ToolCall | None = None) -> None:
        super().__init__()
        self.call = call
        self.seen: list[str] = []
        self.asked: list[str] = []

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        self.asked.append(task.id)
        if self.call is not None:
            observation = yield self.call
            self.seen.append(str(observation["text"]))
        right = task.metadata["curation"]["index"] % 2 == 0
        yield ToolCall("answer", {"text": task.answer if right else "nobody knows"})


def run(
    world: World, tasks: list[Task], policies: Mapping[str, Any], **settings: Any
) -> list[Task | Rejection]:
    only = {"no_tool": "", "image_search": "", "text_search": "", **settings}
    rngs = [np.random.default_rng(number) for number in range(len(tasks))]
    return Filters(world, FilterSettings(**only), policies).apply(tasks, rngs)


def odd(task: Task) -> bool:
    return bool(task.metadata["curation"]["index"] % 2)


@pytest.mark.parametrize("slots", [1, 4])
def test_what_a_filter_solves_is_dropped(mini_world: World, tasks: list[Task], slots: int) -> None:
    done = run(mini_world, tasks, {"no_tool": Knows()}, slots=slots)
    for task, outcome in zip(tasks, done, strict=True):
        if odd(task):
            assert outcome is task
        else:
            assert isinstance(outcome, Rejection)
            index = task.metadata["curation"]["index"]
            assert (outcome.index, outcome.stage, outcome.reason) == (
                index,
                Stage.FILTERS,
                "no_tool",
            )
            assert task.answer in outcome.detail


def test_a_filter_has_its_own_tool_only(mini_world: World, tasks: list[Task]) -> None:
    search = ToolCall("text_search", {"q": "bridge"})
    with_tool, without = Knows(search), Knows(search)
    run(mini_world, tasks[:1], {"text_search": with_tool}, read_results=False)
    run(mini_world, tasks[:1], {"image_search": without})
    assert with_tool.seen[0].startswith("[Passage 1]")
    assert "There is no tool" in without.seen[0]


def test_there_is_time_for_one_call(mini_world: World, tasks: list[Task]) -> None:
    class Searches(ScriptedPolicy):
        name = "searches"

        def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
            for _ in range(2):
                yield ToolCall("text_search", {"q": "bridge"})
            yield ToolCall("answer", {"text": task.answer})

    assert run(mini_world, tasks, {"text_search": Searches()}, read_results=False) == tasks


def test_later_filters_play_what_is_left(mini_world: World, tasks: list[Task]) -> None:
    later = Knows()
    run(mini_world, tasks, {"no_tool": Knows(), "image_search": later})
    assert later.asked == [task.id for task in tasks if odd(task)]


def test_the_answer_in_a_result_is_enough(mini_world: World, tasks: list[Task]) -> None:
    task = next(task for task in tasks if odd(task))
    page = mini_world.page(task.hops[-1].subject)
    looks = {"text_search": Knows(ToolCall("text_search", {"q": page.title}))}
    asked = replace(task, answer=page.title, aliases=())
    [outcome] = run(mini_world, [asked], looks)
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "text_search_result"
    assert run(mini_world, [asked], looks, read_results=False) == [asked]


def test_registered_policies_play(mini_world: World, tasks: list[Task]) -> None:
    rngs = [np.random.default_rng(number) for number in range(2)]
    done = Filters(mini_world, FilterSettings()).apply(tasks[:2], rngs)
    assert all(isinstance(outcome, (Task, Rejection)) for outcome in done)
    with pytest.raises(ValueError, match="there is no policy 'nobody'"):
        Filters(mini_world, FilterSettings(no_tool="nobody"))
    with pytest.raises(ValueError, match="no_tool"):
        Filters(mini_world, FilterSettings(arguments={"no_tool": {"volume": 3}}))


@pytest.fixture
def unindexed(tmp_path: Any) -> Iterator[World]:
    settings: dict[str, Any] = {"source": "test", "seed": 0, "licence": "CC0-1.0", "settings": {}}
    with WorldWriter(tmp_path / "bare", name="bare", relations=(), **settings) as writer:
        writer.add_pages([])
        writer.finish()
    yield open_world(tmp_path / "bare")


def test_a_world_without_image_index_is_refused(unindexed: World) -> None:
    with pytest.raises(WorldError, match="image index"):
        Filters(unindexed, FilterSettings())
    Filters(unindexed, FilterSettings(image_search=""))
