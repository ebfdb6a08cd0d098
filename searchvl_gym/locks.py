"""Locks on files, the same on every system: one holder, and none is left behind by a kill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

FOREVER, AT_ONCE = -1.0, 0.0
"""Seconds to wait for another holder."""


class LockTaken(Exception):
    """Somebody else holds the lock. What cannot be locked at all raises `OSError` instead."""


class HeldLock:
    """A lock that was taken; a context manager that releases it.

    Args:
        release: Called once.
    """

    def __init__(self, release: Callable[[], object]) -> None:
        self._release: Callable[[], object] | None = release

    def __enter__(self) -> HeldLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        """Let others have it; releasing it a second time does nothing."""
        release, self._release = self._release, None
        if release is not None:
            release()


def take_lock(file: Path, *, wait: bool = False, again: bool = False) -> HeldLock:
    """Take the lock on a file; the system frees it when this process ends, however it ends.

    Args:
        file: A file of its own, made when missing. It may be emptied, and it may stay.
        wait: Wait for another holder, for as long as it takes.
        again: Whether this process may take it a second time; it is then held until each is
            released.

    Returns:
        The lock, held until it is released.

    Raises:
        LockTaken: When somebody else holds it and we do not wait.
        OSError: When the file cannot be made or locked at all.
    """
    # Takes 30 ms, and most of what imports this module takes no lock.
    from filelock import FileLock, Timeout

    # Held by the process: worker threads may release what another thread took.
    lock = FileLock(file, thread_local=False, is_singleton=again)
    try:
        lock.acquire(timeout=FOREVER if wait else AT_ONCE)
    except Timeout:
        raise LockTaken(f"{file} is locked by another holder") from None
    except NotImplementedError as error:
        raise OSError(f"{file.parent} does not support locks ({error})") from None
    return HeldLock(lock.release)
