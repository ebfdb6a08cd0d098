"""Reading a benchmark from the model hub, where the package `datasets` is installed."""

from __future__ import annotations

from collections.abc import Iterator

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.suites.adapter import Adapter
from searchvl_gym.leaderboard.suites.records import Record


def read_hub(adapter: Adapter) -> Iterator[Record]:
    """The records of a benchmark's data set on the hub; pictures as the bytes that are stored.

    Raises:
        LeaderboardError: When it has none there, `datasets` is missing, or it cannot be fetched.
    """
    if not adapter.hub:
        raise LeaderboardError(f"{adapter.name} is not on the model hub. {adapter.get}")
    try:
        import datasets
    except ImportError:
        raise LeaderboardError(
            f"{adapter.name}:path=hub needs the package datasets: pip install datasets"
        ) from None
    try:
        loaded = datasets.load_dataset(adapter.hub, adapter.config or None, split=adapter.split)
        loaded = loaded.decode(False) if hasattr(loaded, "decode") else loaded
    except Exception as error:  # whatever the hub's libraries raise
        reason = " ".join(str(error).split())[:200]
        raise LeaderboardError(
            f"{adapter.hub} cannot be fetched from the model hub ({reason}). {adapter.get}"
        ) from error
    for name, feature in loaded.features.items():
        if type(feature).__name__ == "Image":
            loaded = loaded.cast_column(name, datasets.Image(decode=False))
    yield from loaded
