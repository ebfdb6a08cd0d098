"""`atlas-unseen`: a test that cannot be trained on, in worlds that follow from the policy itself.

The seed of world `i` is `H(suite, digest, i)`, where the digest is that of the policy's weights. So
nobody can know a policy's worlds before the policy is fixed, and anyone can build them again and
check. Who tries many checkpoints chooses among as many draws: intervals are over worlds, and a
lead that is within them is none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from searchvl_gym.leaderboard.naming import Named
from searchvl_gym.leaderboard.policy_digest import policy_digest
from searchvl_gym.leaderboard.suites.suite import SuiteInfo, refuse_unknown
from searchvl_gym.tasks import TaskSet, sample_tasks_of_worlds
from searchvl_gym.world.catalog import check_atlas
from searchvl_gym.world.many import AtlasRange, Worlds

WORLDS, TASKS = 20, 25
"""How many worlds, and tasks of each, a full run plays."""

SIZE = 150
"""Pages of a world, unless told otherwise: it is built in a few seconds."""

_SEED_BYTES = 6
_ARGUMENTS = ("digest", "version", "date", "size", "worlds")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def unseen_seeds(digest: str, count: int, suite: str = "atlas-unseen") -> tuple[int, ...]:
    """The seeds of a policy's worlds: 48 bits of `SHA-256(suite, digest, i)` each.

    Args:
        digest: Of the policy.
        count: How many; fewer are the beginning of more.
        suite: Name of the suite.

    >>> unseen_seeds("ab" * 32, 3)[:2] == unseen_seeds("ab" * 32, 2) != unseen_seeds("cd" * 32, 2)
    True
    """
    return tuple(
        int.from_bytes(hashlib.sha256(f"{suite}\0{digest}\0{i}".encode()).digest()[:_SEED_BYTES])
        for i in range(count)
    )


class UnseenSuite:
    """Arguments: `digest` (of the policy), an endpoint's `version` and `date`, `size`, `worlds`."""

    name = "atlas-unseen"
    environment = "SearchVL/Atlas-v0"
    settings: Mapping[str, Any] = {}
    column: str | None = None
    note = ""

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Suite.settings_for`."""
        return {}

    def info(self) -> SuiteInfo:
        """See `Suite.info`."""
        return SuiteInfo(
            name=self.name,
            tasks=WORLDS * TASKS,
            available=True,
            how_to_get="Comes with the package; its worlds follow from the policy that plays, and "
            "are built on first use.",
            licence="Apache-2.0",
            published=(),
            split="test",
            title="Atlas, worlds that nobody has seen",
        )

    def fixed_for(self, named: Named, policy: Named) -> Named:
        """The suite with the digest of the policy that is to play it.

        Raises:
            ValueError: When the digest that was given is not the policy's, or it cannot be told.
        """
        given = dict(named.arguments)
        refuse_unknown(self.name, given, _ARGUMENTS)
        told = {name: str(given[name]) for name in ("version", "date") if name in given}
        digest = policy_digest(policy, **told)
        if given.setdefault("digest", digest) != digest:
            raise ValueError(
                f"the digest {given['digest']} is another policy's; that of {policy.text} is "
                f"{digest}"
            )
        arguments = {name: given[name] for name in _ARGUMENTS if name in given}
        shown = ",".join(f"{name}={value}" for name, value in arguments.items())
        return Named(self.name, arguments, f"{self.name}:{shown}")

    def load(self, arguments: Mapping[str, Any], *, episodes: int | None) -> tuple[Worlds, TaskSet]:
        """See `Suite.load`.

        Raises:
            ValueError: When there is no digest.
        """
        refuse_unknown(self.name, arguments, _ARGUMENTS)
        digest, size = str(arguments.get("digest", "")), arguments.get("size", SIZE)
        count = arguments.get("worlds", WORLDS)
        if not _DIGEST.fullmatch(digest):
            raise ValueError(
                f"{self.name} needs the digest of the policy whose worlds are meant "
                f"({self.name}:digest=64 hexadecimal digits), got {digest!r}"
            )
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"worlds must be a whole number of at least 1, got {count!r}")
        check_atlas(size, 0)
        range_ = AtlasRange(size, unseen_seeds(digest, count))
        worlds = Worlds([str(range_)])
        tasks = sample_tasks_of_worlds(
            worlds,
            split="test",
            n=TASKS * count if episodes is None else episodes,
            anchors="all",  # the whole world is test
            name=f"{self.name}-{digest[:12]}",
        )
        # Tasks of one world share its names and its quirks: they are one piece of evidence.
        return worlds, TaskSet(
            (
                replace(task, metadata={**task.metadata, "cluster": task.world[:16]})
                for task in tasks
            ),
            tasks.name,
        )
