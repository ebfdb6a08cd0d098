"""`searchvl leaderboard`: let policies play suites and compare them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import at_least, path

if TYPE_CHECKING:
    from searchvl_gym.leaderboard.board import Plot
    from searchvl_gym.leaderboard.results_file import Entry
    from searchvl_gym.leaderboard.running import Plan
    from searchvl_gym.leaderboard.suites import Suite
    from searchvl_gym.rollout import Budget

DEFAULT_SUITE = "atlas-mini"
DEFAULT_POLICIES = ("oracle", "one_image_search", "no_tool", "random")
MARKDOWN = "results.md"


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "leaderboard",
        help="let policies play suites and compare them",
        description="Let policies play suites and compare them. Without arguments the four "
        "baselines play 60 test tasks of Atlas mini. Run the same command again to resume.",
        epilog="Arguments of a suite, policy or judge follow a colon: atlas-mini:split=test",
    )
    add = parser.add_argument
    add("--suite", action="append", metavar="NAME", help=f"again for more ({DEFAULT_SUITE})")
    policies = ", ".join(DEFAULT_POLICIES)
    add("--policy", action="append", metavar="NAME", help=f"again for more ({policies})")
    add(
        "--judge",
        default="rule",
        metavar="NAME",
        help="rule, llm or rule+llm, with arguments (%(default)s)",
    )
    add("--episodes", type=at_least(1), metavar="N", help="most items of a suite (all)")
    add("--samples", type=at_least(1), default=1, metavar="K", help="plays an item (%(default)s)")
    add("--seed", type=at_least(0), default=0, metavar="S", help="of the first (%(default)s)")
    add("--workers", type=at_least(1), default=2, metavar="W", help="processes (%(default)s)")
    add("--slots", type=at_least(1), default=1, metavar="N",
        help="episodes a process plays at once; for policies that wait for an endpoint "
        "(%(default)s)")  # fmt: skip
    add("--out", type=path, default=Path("runs/leaderboard"), metavar="DIR",
        help="where to store (%(default)s)")  # fmt: skip
    add("--max-calls", type=at_least(1), metavar="N", help="requests a policy may make on a suite")
    add("--max-tokens", type=at_least(1), metavar="N", help="tokens it may read and write there")
    add("--max-cost", type=float, metavar="MONEY", help="what it may cost there; needs --price")
    add("--price", type=price, metavar="IN,OUT",
        help="money for a million tokens read and a million written")  # fmt: skip
    add(
        "--probe",
        action="store_true",
        help="play a second time without any tool: what a policy knows by heart",
    )
    add(
        "--curve",
        action="append",
        choices=("faults", "damage", "depth"),
        default=[],
        help="draw right answers against faults, damage of pictures, or the depth of suites; "
        "again for several",
    )
    add("--adapter", action="append", type=path, default=[], metavar="FILE",
        help="TOML file of one more benchmark; again for more")  # fmt: skip
    add("--submit", type=path, metavar="FILE", help="check a results.json and add it to the board")
    add("--list-suites", action="store_true", help="the suites, and how to get their data")
    add("--json", action="store_true", help="print the results as JSON on the last line")
    parser.set_defaults(run=run_leaderboard)


def price(text: str) -> tuple[float, float]:
    """Two prices, for `type=` of an option.

    >>> price("0.15,0.6")
    (0.15, 0.6)
    """
    try:
        read, written = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected two prices IN,OUT, got {text!r}") from None
    return read, written


def run_leaderboard(options: argparse.Namespace) -> int:
    """Run the command; returns 1 when there is a row without a scored or with a missing episode."""
    if options.list_suites:
        return _list_suites(options)
    # With --json nothing but the last line goes to standard output.
    with redirect_stdout(sys.stderr if options.json else sys.stdout):
        entries = _submitted(options) if options.submit else _played(options)
    if options.json:
        from searchvl_gym.leaderboard.results import digest_of, row_to_json

        rows = [row_to_json(entry.row) for entry in entries]
        print(json.dumps({"rows": rows, "fingerprint": digest_of(rows)}, ensure_ascii=False))
    whole = all(entry.row.accuracy is not None and entry.row.complete for entry in entries)
    return 0 if whole else 1


def _list_suites(options: argparse.Namespace) -> int:
    from searchvl_gym.leaderboard.suites import list_suites

    infos = [suite.info() for suite in list_suites(options.adapter)]
    if options.json:
        print(json.dumps({"suites": [info.to_json() for info in infos]}, ensure_ascii=False))
        return 0
    for info in infos:
        tasks = "tasks" if info.tasks is None else f"{info.tasks} tasks"
        there = "ready" if info.available else "not here"
        print(f"{info.name}: {info.title}, {tasks} ({info.split}), {there}")
        print(f"    {info.how_to_get}")
    return 0


def _played(options: argparse.Namespace) -> list[Entry]:
    from searchvl_gym.leaderboard.judging import make_judge
    from searchvl_gym.leaderboard.naming import parse_named
    from searchvl_gym.leaderboard.results_file import FILE, entry_of, read_board
    from searchvl_gym.leaderboard.running import Plan, measure
    from searchvl_gym.leaderboard.suites import find_suite
    from searchvl_gym.leaderboard.verdicts import Verdicts
    from searchvl_gym.rollout.record import describe
    from searchvl_gym.rollout.registry import available

    suites = [parse_named(text) for text in options.suite or [DEFAULT_SUITE]]
    policies = [parse_named(text) for text in options.policy or DEFAULT_POLICIES]
    judge = parse_named(options.judge)
    judged = describe(make_judge(judge.name, Verdicts(), **judge.arguments))
    for suite in suites:
        find_suite(suite.name, options.adapter)
    for policy in policies:
        if policy.name not in available():
            known = ", ".join(available())
            raise ValueError(f"there is no policy {policy.name!r}; available: {known}")
    plan = Plan(
        out=options.out,
        judge=judge,
        episodes=options.episodes,
        samples=options.samples,
        seed=options.seed,
        workers=options.workers,
        slots=options.slots,
        budget=_budget(options),
        adapters=tuple(options.adapter),
    )
    entries = []
    for suite in suites:
        for policy in policies:
            for tools_off in (False, True) if options.probe else (False,):
                alone = " without tools" if tools_off else ""
                print(f"==> {policy.text} on {suite.text}{alone}", flush=True)
                measured = measure(suite, policy, replace(plan, tools_off=tools_off))
                for line in measured.told:
                    print(f"searchvl: {line}", file=sys.stderr)
                entries.append(entry_of(measured.result, options.seed))
    played = {entry.key for entry in entries}
    board = read_board(options.out / FILE)
    entries += [one for one in board if one.origin == "submitted" and one.key not in played]
    plots: list[Plot] = []
    if options.curve:
        from searchvl_gym.leaderboard.plots import plot_curves

        plots = plot_curves(list(dict.fromkeys(options.curve)), suites, policies, plan)
    _publish(options, plan, entries, {"judge": judged}, plots)
    return entries


def _submitted(options: argparse.Namespace) -> list[Entry]:
    from searchvl_gym.leaderboard.results_file import FILE, read_board
    from searchvl_gym.leaderboard.running import Plan
    from searchvl_gym.leaderboard.submission import check_submission, merge

    more = check_submission(options.submit, options.adapter)
    entries = merge(read_board(options.out / FILE), more)
    _publish(options, Plan(options.out, adapters=tuple(options.adapter)), entries, {}, [])
    print(f"taken from {options.submit}: {len(more)} row{'s' if len(more) > 1 else ''}")
    return entries


def _publish(
    options: argparse.Namespace,
    plan: Plan,
    entries: Sequence[Entry],
    settings: dict[str, Any],
    plots: Sequence[Plot],
) -> None:
    """Write the files of the board, and print it."""
    from searchvl_gym.leaderboard.eval_results import write_eval_results
    from searchvl_gym.leaderboard.page import write_page
    from searchvl_gym.leaderboard.page_board import make_board
    from searchvl_gym.leaderboard.results_file import write_results
    from searchvl_gym.leaderboard.standings import standings
    from searchvl_gym.leaderboard.suites import published_results
    from searchvl_gym.leaderboard.tables import markdown, print_tables
    from searchvl_gym.rollout.record import installed_versions, replace_file

    settings = {
        "episodes": plan.episodes,
        "samples": plan.samples,
        "seed": plan.seed,
        "level": 0.95,
        "versions": installed_versions(),
        **settings,
    }
    target = write_results(options.out, entries, settings)
    compared = standings(entries)
    words = options.out / MARKDOWN
    replace_file(words, markdown(entries, compared).encode())
    names = dict.fromkeys(entry.row.suite for entry in entries)
    columns = {name: _column(name, options.adapter) for name in names}
    reported = {name: published_results(column) for name, column in columns.items() if column}
    told = {
        name: str(value)
        for name, value in settings.items()
        if value is not None and not isinstance(value, dict)
    }
    told |= {"searchvl-gym": settings["versions"].get("searchvl-gym", "")}
    board = make_board(
        entries, reported, options.out, command=_command(options), settings=told, plots=plots
    )
    page = write_page(board, options.out)
    shown = {column: reported[name] for name, column in columns.items() if column}
    print_tables(entries, list(shown.items()), compared)
    print(f"JSON: {target}")
    print(f"Markdown: {words}")
    print(f"Page: {page}")
    datasets = {name: place for name in names if (place := _on_the_hub(name, options.adapter))}
    for file in write_eval_results(options.out, entries, datasets):
        print(f"For the model's repository on the hub: {file}")
    for entry in entries:
        for report in entry.reports:
            print(f"HTML report of {entry.row.policy} on {entry.row.suite}: {report}")


def _column(suite: str, adapters: Sequence[Path]) -> str | None:
    """A suite's column in the published table, or None."""
    found = _known(suite, adapters)
    return None if found is None else found.column


def _on_the_hub(suite: str, adapters: Sequence[Path]) -> tuple[str, str] | None:
    """A suite's data set on the model hub and its task there, or None."""
    adapter = getattr(_known(suite, adapters), "adapter", None)
    if adapter is None or not adapter.hub:
        return None
    return adapter.hub, adapter.config or "default"


def _known(suite: str, adapters: Sequence[Path]) -> Suite | None:
    """A suite as given on the command line; a submission's may be unknown here."""
    from searchvl_gym.leaderboard.naming import parse_named
    from searchvl_gym.leaderboard.suites import find_suite

    try:
        return find_suite(parse_named(suite).name, adapters)
    except ValueError:
        return None


def _command(options: argparse.Namespace) -> str:
    """The command that plays the same again; secrets are left out."""
    from searchvl_gym.leaderboard.naming import parse_named

    if options.submit:
        return f"searchvl leaderboard --submit {options.submit.name}"
    words = ["searchvl leaderboard"]
    words += [f"--suite {parse_named(text).text}" for text in options.suite or [DEFAULT_SUITE]]
    words += [f"--policy {parse_named(text).text}" for text in options.policy or DEFAULT_POLICIES]
    words.append(f"--judge {parse_named(options.judge).text}")
    for name in ("episodes", "samples", "seed"):
        value = getattr(options, name)
        words += [f"--{name} {value}"] if value is not None else []
    words += ["--probe"] if options.probe else []
    words += [f"--curve {name}" for name in dict.fromkeys(options.curve)]
    return " ".join(words)


def _budget(options: argparse.Namespace) -> Budget | None:
    from searchvl_gym.rollout import Budget

    budget = Budget(options.max_calls, options.max_tokens, options.max_cost, options.price)
    return None if budget == Budget() else budget
