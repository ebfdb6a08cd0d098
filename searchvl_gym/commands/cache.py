"""`searchvl cache`: what lies where in the cache, and clearing it."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import size_in_words

if TYPE_CHECKING:
    from searchvl_gym.world.cache_entries import CacheEntry


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("cache", help="what lies in the cache, and clearing it")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    info = actions.add_parser("info", help="what lies where, how large, when last used")
    info.add_argument("--json", action="store_true", help="the same for programs")
    info.set_defaults(run=run_info)
    clear = actions.add_parser("clear", help="remove what is named; it is built anew when needed")
    clear.add_argument("what", nargs="*", metavar="WHAT", help="names that `cache info` shows")
    clear.add_argument(
        "--yes", action="store_true", help="do not ask; without WHAT, clear everything of ours"
    )
    clear.set_defaults(run=run_clear)


def run_info(options: argparse.Namespace) -> int:
    """Run `cache info`."""
    from searchvl_gym.world.cache_entries import list_entries
    from searchvl_gym.world.catalog import cache_dir

    cache = cache_dir()
    entries = list_entries(cache)
    if options.json:
        listed = [
            {"name": each.name, "kind": each.kind, "bytes": each.size, "last_used": each.last_used}
            for each in entries
        ]
        print(json.dumps({"path": str(cache), "entries": listed}, ensure_ascii=False))
        return 0
    print(f"{cache} ($SEARCHVL_CACHE chooses another)")
    if not entries:
        print("nothing there yet")
        return 0
    width = max(len(each.name) for each in entries)
    for each in entries:
        used = datetime.fromtimestamp(each.last_used).strftime("%Y-%m-%d")
        print(f"  {each.name:{width}}  {size_in_words(each.size):>8}  used {used}  {each.kind}")
    print(f"  {'in all':{width}}  {size_in_words(sum(each.size for each in entries)):>8}")
    return 0


def run_clear(options: argparse.Namespace) -> int:
    """Run `cache clear`."""
    from searchvl_gym.world.cache_entries import list_entries, remove_entry
    from searchvl_gym.world.catalog import cache_dir

    entries = list_entries(cache_dir())
    if options.what:
        chosen = _named(options.what, entries)
    else:
        chosen = [each for each in entries if each.kind != "other"]
    if not chosen:
        print(f"nothing to clear in {cache_dir()}")
        return 0
    if not options.yes:
        size = size_in_words(sum(each.size for each in chosen))
        if sys.stdin.isatty():
            names = ", ".join(each.name for each in chosen)
            if not _agrees(f"clear {names} ({size})? [y/N] "):
                print("nothing was cleared")
                return 0
        elif not options.what:
            raise ValueError(f"this would clear everything ({size}); name what, or add --yes")
    for each in chosen:
        remove_entry(each)
        print(f"cleared {each.name} ({size_in_words(each.size)})")
    return 0


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _named(names: Sequence[str], entries: Sequence[CacheEntry]) -> list[CacheEntry]:
    """The entries of these names, before any is removed.

    Raises:
        ValueError: When one is not there.
    """
    known = {each.name: each for each in entries}
    for name in names:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else "see searchvl cache info"
            raise ValueError(f"there is no {name!r} in the cache; {hint}")
    return [known[name] for name in dict.fromkeys(names)]
