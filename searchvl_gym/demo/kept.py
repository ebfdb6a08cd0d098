"""Games that a person agreed to keep: a run's directory, which everything that reads runs reads."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

from searchvl_gym.demo.errors import DemoError
from searchvl_gym.demo.offers import LoadedSuite
from searchvl_gym.demo.session import Session
from searchvl_gym.rollout.encoding import encode_trajectory
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.record import RunRecord, describe, installed_versions
from searchvl_gym.rollout.runner import worlds_played
from searchvl_gym.rollout.store import Store, save_images

NICKNAME = re.compile(r"[\w .-]{1,32}")
"""What a nickname may be: nothing else is kept of a person."""


class KeptGames:
    """Writes finished games below a directory, one run a suite and nickname.

    Args:
        folder: Where; None when nothing may be kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    def keep(self, session: Session, suite: LoadedSuite, nickname: str, consent: bool) -> str:
        """Keep a finished game.

        Its number in the run is that of its task, so a second one of the same task is refused.

        Args:
            session: The game.
            suite: The suite that its task is of.
            nickname: Of the person.
            consent: Whether the person agreed.

        Returns:
            The run's directory.

        Raises:
            DemoError: Without consent, with a bad nickname, or when it cannot be written.
        """
        if self.folder is None:
            raise DemoError("games are not kept here; start the page with --keep DIR", 403)
        if not consent:
            raise DemoError("a game is kept only with your consent")
        nickname = nickname.strip()
        if not NICKNAME.fullmatch(nickname):
            raise DemoError("a nickname has 1 to 32 letters, digits, spaces, dots or dashes")
        played = session.trajectory(f"human {nickname}")
        number = int(session.labels["number"])
        name = str(session.labels["suite"])
        folder = self.folder / re.sub(r"[^\w.=-]+", "_", f"{name}--human-{nickname}")
        world, worlds = worlds_played(session.env, suite.tasks)
        record = RunRecord(
            environment=suite.environment,
            environment_arguments=describe(
                {"world": suite.world, "tasks": suite.tasks, **suite.settings}
            ),
            policy="human",
            policy_arguments={"nickname": nickname},
            seed=session.seed,
            world=world,
            tasks=suite.tasks.fingerprint,
            versions=installed_versions(),
            worlds=worlds,
        )
        pictures: dict[str, Any] = dict(
            session.picture(f"img_{place}") for place in range(1, len(played.images) + 1)
        )
        try:
            with self._lock, Store(folder, record) as store:
                if number in store.finished:
                    raise DemoError(f"{nickname} has played task {number} of {name} already", 409)
                save_images(store.path, pictures)
                store.add(number, encode_trajectory(played))
        except RolloutError as error:
            raise DemoError(str(error), 507) from None
        return str(folder)
