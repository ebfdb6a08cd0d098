"""`searchvl cassette`: what recordings of the live web hold; joining, thinning, comparing them."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from searchvl_gym.commands.options import path, size_in_words

_SHOWN = 20
"""How many differing requests are listed."""


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("cassette", help="recordings of the live web")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    info = actions.add_parser("info", help="what a cassette holds and what it cost; checks it")
    info.add_argument("file", type=path, metavar="FILE")
    info.add_argument("--json", action="store_true", help="the same for programs")
    info.set_defaults(run=run_info)
    merge = actions.add_parser("merge", help="add what cassettes hold to one")
    merge.add_argument("target", type=path, metavar="TARGET", help="made where it is missing")
    merge.add_argument("sources", type=path, nargs="+", metavar="FILE")
    merge.set_defaults(run=run_merge)
    prune = actions.add_parser("prune", help="take entries out, so that they are asked for anew")
    prune.add_argument("file", type=path, metavar="FILE")
    prune.add_argument("--failures", action="store_true", help="only those that failed")
    prune.add_argument("--before", type=day, metavar="DATE", help="recorded before YYYY-MM-DD")
    prune.add_argument(
        "--kind",
        choices=("search", "search_image", "read", "picture", "summary"),
        help="only those of a kind",
    )
    prune.set_defaults(run=run_prune)
    diff = actions.add_parser("diff", help="how two cassettes differ; exit code 1 when they do")
    diff.add_argument("first", type=path, metavar="FILE")
    diff.add_argument("second", type=path, metavar="FILE")
    diff.add_argument("--json", action="store_true", help="the same for programs")
    diff.set_defaults(run=run_diff)


def day(text: str) -> float:
    """The beginning of a day in UTC, in seconds since 1970, for `type=` of an option.

    >>> day("1970-01-02")
    86400.0
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD, got {text!r}") from None


def run_info(options: argparse.Namespace) -> int:
    """Run `cassette info`."""
    from searchvl_gym.live.cassette_tools import inspect

    info = inspect(options.file)
    if options.json:
        print(json.dumps(asdict(info), ensure_ascii=False))
        return 0
    print(f"{info.path}: version {info.version}, {size_in_words(info.bytes)}, every answer checked")
    print(f"  fingerprint  {info.fingerprint}")
    print(f"  asked        {info.provider or 'no service'}, read by {info.reader or 'nobody'}")
    for kind, count in info.entries.items():
        failed = info.failures.get(kind, 0)
        print(f"  {kind:12} {count}" + (f", {failed} of them failures" if failed else ""))
    print(f"  cost         {info.calls} calls, {info.money:g} of money")
    if info.entries:
        times = (datetime.fromtimestamp(time, UTC) for time in (info.first, info.last))
        print("  recorded     {:%Y-%m-%d} to {:%Y-%m-%d}".format(*times))
    return 0


def run_merge(options: argparse.Namespace) -> int:
    """Run `cassette merge`."""
    from searchvl_gym.live.cassette_tools import merge

    added, known = merge(options.target, options.sources)
    print(f"{added} entries added to {options.target}, {known} were there already")
    return 0


def run_prune(options: argparse.Namespace) -> int:
    """Run `cassette prune`."""
    from searchvl_gym.live.cassette_tools import prune

    taken = prune(options.file, before=options.before, failures=options.failures, kind=options.kind)
    print(f"{taken} entries taken out of {options.file}")
    return 0


def run_diff(options: argparse.Namespace) -> int:
    """Run `cassette diff`; returns 1 when they differ."""
    from searchvl_gym.live.cassette_tools import diff

    found = diff(options.first, options.second)
    differ = bool(found.only_first or found.only_second or found.changed)
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return int(differ)
    print(f"{found.same} answers are the same")
    for title, requests in (
        (f"only in {options.first}", found.only_first),
        (f"only in {options.second}", found.only_second),
        ("answered otherwise", found.changed),
    ):
        if requests:
            print(f"{len(requests)} {title}:")
            print("\n".join(f"  {request}" for request in requests[:_SHOWN]))
            if len(requests) > _SHOWN:
                print(f"  … and {len(requests) - _SHOWN} more")
    return int(differ)
