"""The world of the dose–response: what care costs, what haste risks, and how often calls fail.

Three knobs, all about the world and none about who wins:

- only `visit` has outages, so that the careful route meets more of them than the hasty one;
- care checks what it has read by opening one page more, so it makes three visits and haste one;
- the sentence that a search shows states the asked place in a fixed share of the tasks, so haste
  is right that often.

Beside them there are outages that are announced and last the episode: who heeds that lives by what
searches show, who does not dies of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from algos.recipe import Setting
from algos.recipe.brief_tools import best_page
from algos.recipe.demonstrator import last_name
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import Faults
from searchvl_gym.types import Task
from searchvl_gym.world import World
from searchvl_gym.world.resemblance import READ_ALIKE, resemblance
from searchvl_gym.world.summary import extract

HINT_SHARE = 0.6
"""Share of the tasks in which haste reads the right name at the first hop."""

CHECKS = 1
"""Pages that care opens beside the one that states the fact."""

BURST = 8.0
"""Mean calls that an outage lasts."""

HEED = 0.3
"""Share of the announced outages that the demonstrations heed."""


@dataclass(frozen=True)
class Dose:
    """How often the careful route fails.

    Attributes:
        name: As it is written in tables and directories.
        rate: Long-run share of the visits that fail, or of the episodes with an announced outage.
        tools: What fails; none for all tools.
        announced: Whether the agent is told; see `Faults`.
    """

    name: str
    rate: float
    tools: tuple[str, ...] = ("visit",)
    announced: bool = False

    def faults(self, seed: int) -> Faults | None:
        """The outages of a run."""
        if not self.rate:
            return None
        return Faults(
            rate=self.rate,
            burst=1.0 if self.announced else BURST,
            kinds=("outage",),
            seed=seed,
            tools=self.tools,
            announced=self.announced,
        )


def haste_is_right(world: World, task: Task) -> bool:
    """Whether the sentence that the first search shows ends in the name that is asked for."""
    name, label = str(task.metadata["shown"]), str(task.metadata["labels"][0]).lower()
    query = f"{name} {label}"
    page = best_page(world, query)
    if page is None or resemblance(page.title, name) < READ_ALIKE:
        return False
    found = last_name(extract(page.text, query, 1), page.title)
    return found is not None and resemblance(found, task.hops[0].value) >= READ_ALIKE


def compose(hinted: list[Task], others: list[Task], count: int, share: float) -> Iterator[Task]:
    """Tasks of both kinds, evenly mixed.

    >>> "".join(compose(list("aaa"), list("bbbb"), 5, 0.6))
    'babab'
    """
    taken = 0
    for number in range(count):
        wanted = int((number + 1) * share)
        yield (hinted if wanted > taken else others)[taken if wanted > taken else number - taken]
        taken = max(taken, wanted)


def dose_tasks(setting: Setting, split: str, count: int) -> TaskSet:
    """Tasks of the recipe's kind in which haste is right in `HINT_SHARE` of them.

    Raises:
        ValueError: When the world has too few of either kind.
    """
    world = setting.worlds().at(0)
    pool = list(setting.tasks(split, 2 * count))
    kinds: tuple[list[Task], list[Task]] = ([], [])
    for task in pool:
        kinds[not haste_is_right(world, task)].append(task)
    needed = int(count * HINT_SHARE), count - int(count * HINT_SHARE)
    if any(len(kind) < least for kind, least in zip(kinds, needed, strict=True)):
        raise ValueError(
            f"of {len(pool)} {split} tasks haste is right in {len(kinds[0])}, {needed[0]} are "
            f"needed with {needed[1]} others; take fewer tasks"
        )
    return TaskSet(list(compose(*kinds, count, HINT_SHARE)), f"dose-{split}")
