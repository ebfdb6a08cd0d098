"""Small worlds that differ by their number."""

from pathlib import Path

from searchvl_gym.world import Page, WorldWriter


def write_world(path: Path, number: int) -> Path:
    with WorldWriter(
        path, name=f"w{number}", source="test", seed=number, licence="CC0-1.0"
    ) as writer:
        writer.add_pages([Page(0, f"Town {number}", "location", f"https://t/{number}", "A town.")])
        writer.finish()
    return path
