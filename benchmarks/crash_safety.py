"""Kills runs at random moments, and compares what they come to with a run that was left alone.

    python -m benchmarks.crash_safety [--what replay rollout curation board] [--kills N]

A process and everything that it started is killed (SIGKILL) after a random time, up to that of the
whole run; the same command is started again, and killed again. A run that ends before its kill is
compared, and another one begun, until there were as many kills as were asked for; then the last
one is let finish. After each kill the store is read: no finished trajectory may be there twice, and
none that an earlier kill had left may be gone or other than it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np

from searchvl_gym.commands.leaderboard import MARKDOWN
from searchvl_gym.leaderboard.results_file import FILE as RESULTS
from searchvl_gym.leaderboard.suites.injected_pages import InjectedWeb, make_page
from searchvl_gym.live.errors import LiveError
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.web import LiveWeb
from searchvl_gym.rollout.store import LINES, StoredLine
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world.catalog import default_world

EPISODES = 30
RECORDS = 70
_SETTINGS = '[filters]\nimage_search = ""\n[enhancement]\nshare = 0\n'


@dataclass(frozen=True)
class Command:
    """A run that can be killed.

    Attributes:
        arguments: After the interpreter's name; `{out}` stands for the output.
        result: What a finished run came to, from its output.
    """

    arguments: tuple[str, ...]
    result: Callable[[Path], str]


@dataclass(frozen=True)
class CrashFigures:
    """What came of the kills.

    Attributes:
        what: The kind of run.
        kills: Processes that were killed.
        runs: Runs that were finished after them.
        within: Kills that found some of the run done, and not all.
        twice: Finished trajectories that were found twice.
        lost: Finished trajectories that a later look did not find, or found changed.
        same: Runs whose end is that of the undisturbed one.
        undisturbed_seconds: How long the undisturbed one took.
    """

    what: str
    kills: int
    runs: int
    within: int
    twice: int
    lost: int
    same: int
    undisturbed_seconds: float


def commands(folder: Path) -> dict[str, Command]:
    """The kinds of runs, on the mini world, small enough to be killed often."""
    world = str(default_world("mini").path)
    settings = folder / "settings.toml"
    settings.write_text(_SETTINGS, encoding="utf-8")
    searchvl = ("-m", "searchvl_gym")
    tasks, cassette = folder / "tasks.jsonl", folder / "web.cassette"
    _record(cassette).save(tasks)
    return {
        "replay": Command(
            (
                *(*searchvl, "rollout", "--env", "SearchVL/Live-v0", "--replay", str(cassette)),
                *("--env-arg", f"tasks={tasks}", "--policy", "one_text_search"),
                *("--episodes", str(EPISODES), "--quiet", "--json", "--out", "{out}"),
            ),
            lambda out: _digest(_episodes(out)),
        ),
        "rollout": Command(
            (
                *(*searchvl, "rollout", "--env", "SearchVL/Atlas-v0"),
                *("--policy", "one_text_search", "--episodes", str(EPISODES)),
                *("--slots", "2", "--quiet", "--json", "--out", "{out}"),
            ),
            lambda out: _digest(_episodes(out)),
        ),
        "curation": Command(
            (
                *(*searchvl, "curate", "--world", world, "--n", str(RECORDS)),
                *("--config", str(settings), "--quiet", "--out", "{out}"),
            ),
            lambda out: _digest({"tasks": (out / "tasks.jsonl").read_bytes()}),
        ),
        "board": Command(
            (
                *(*searchvl, "leaderboard", "--suite", "atlas-mini", "--policy", "no_tool"),
                *("--policy", "one_text_search", "--episodes", str(EPISODES // 2)),
                *("--workers", "1", "--out", "{out}"),
            ),
            lambda out: _digest(
                {
                    # Over rows, items and the digests of all trajectories.
                    "results": json.loads((out / RESULTS).read_bytes())["fingerprint"].encode(),
                    "table": (out / MARKDOWN).read_bytes(),
                }
            ),
        ),
    }


def _record(path: Path) -> TaskSet:
    """Record a search for each question and the page that it finds; the questions."""
    pages = [make_page(number, 0) for number in range(EPISODES)]
    service = InjectedWeb(pages)
    web = LiveWeb(LiveSettings(record=str(path)), provider=service, reader=service)
    for page in pages:
        web.search(page.task.question, "en")
        with suppress(LiveError):  # which is recorded as well
            web.read(page.url)
    web.close()
    return TaskSet([page.task for page in pages], "crash-safety")


def torment(what: str, command: Command, kills: int, seed: int, folder: Path) -> CrashFigures:
    """Kill runs and compare.

    Args:
        what: The kind of run.
        command: How it is started.
        kills: How many processes to kill.
        seed: Of the moments.
        folder: Where runs are stored.

    Raises:
        RuntimeError: When a run fails by itself.
    """
    rng = np.random.default_rng(seed)
    began = time.perf_counter()
    # A task set is called after its directory, so all have one name.
    undisturbed = folder / "undisturbed" / "out"
    undisturbed.parent.mkdir(parents=True)
    _run(command, undisturbed, None)
    whole = time.perf_counter() - began
    expected = command.result(undisturbed)
    killed = runs = within = twice = lost = same = 0
    kept: dict[str, bytes] = {}
    while True:
        out = folder / f"run-{runs}" / "out"
        out.parent.mkdir(exist_ok=True)
        limit = float(rng.uniform(0.0, whole)) if killed < kills else None
        finished = _run(command, out, limit)
        repeated, there = _look(out)
        twice += repeated
        lost += sum(there.get(name) != line for name, line in kept.items())
        kept = {} if finished else there
        if finished:
            runs += 1
            same += command.result(out) == expected
            if killed >= kills:
                return CrashFigures(what, killed, runs, within, twice, lost, same, round(whole, 1))
        else:
            killed += 1
            within += any(file.is_file() and file.stat().st_size for file in out.rglob("*.jsonl"))


def _run(command: Command, out: Path, limit: float | None) -> bool:
    """Start a run; whether it ended by itself before it was killed."""
    arguments = [part.replace("{out}", str(out)) for part in command.arguments]
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, error = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return False
    if process.returncode:
        raise RuntimeError(f"{arguments} failed: {error.decode(errors='replace')[-500:]}")
    return True


def _look(out: Path) -> tuple[int, dict[str, bytes]]:
    """How many trajectories are there twice, and all that are there."""
    twice = 0
    there: dict[str, bytes] = {}
    for file in out.rglob(LINES):
        lines = _lines(file)
        twice += len(lines) - len({line.episode for line in lines})
        there |= {f"{file} {line.episode}": bytes(line.trajectory) for line in lines}
    return twice, there


def _lines(file: Path) -> list[StoredLine]:
    """The whole lines of a store."""
    return [
        msgspec.json.decode(line, type=StoredLine) for line in file.read_bytes().split(b"\n")[:-1]
    ]


def _episodes(out: Path) -> dict[str, bytes]:
    return {str(line.episode): bytes(line.trajectory) for line in _lines(out / LINES)}


def _digest(parts: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(parts):
        digest.update(name.encode() + b"\n" + parts[name] + b"\n")
    return digest.hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, and print a line of figures a kind."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--what", nargs="+", default=["replay", "rollout", "curation", "board"])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    found = []
    with tempfile.TemporaryDirectory() as name:
        known = commands(Path(name))
        for what in options.what:
            folder = Path(name, what)
            folder.mkdir()
            figures = torment(what, known[what], options.kills, options.seed, folder)
            print(json.dumps(asdict(figures)), flush=True)
            found.append(figures)
    if options.json:
        text = json.dumps([asdict(figures) for figures in found], indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    good = all(each.same == each.runs and not each.twice + each.lost for each in found)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
