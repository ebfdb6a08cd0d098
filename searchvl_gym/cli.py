"""The `searchvl` command. Each subcommand is a file in `searchvl_gym.commands`."""

from __future__ import annotations

import argparse
import difflib
import io
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from searchvl_gym.commands import (
    ask,
    cache,
    cassette,
    contact_sheet,
    curate,
    demo,
    doctor,
    import_release,
    leaderboard,
    mcp,
    rollout,
    tools,
    world,
)

COMMANDS = (
    rollout,
    leaderboard,
    ask,
    demo,
    curate,
    contact_sheet,
    import_release,
    world,
    cassette,
    cache,
    tools,
    mcp,
    doctor,
)
"""In the order in which help lists them."""

USAGE, FAILURE, INTERRUPTED = 2, 1, 130
"""Exit codes: wrong arguments; anything else that went wrong; Ctrl-C."""


_INVALID_CHOICE = re.compile(r"invalid choice: '?(.*?)'? \(choose from (.*)\)$", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage that buries it."""

    def error(self, message: str) -> NoReturn:
        """Exit with `USAGE`; names the nearest choice to one that is misspelt."""
        hint = ""
        if found := _INVALID_CHOICE.search(message):
            choices = [choice.strip(" '") for choice in found[2].split(",")]
            if nearest := difflib.get_close_matches(found[1], choices, n=1):
                hint = f"; did you mean {nearest[0]}?"
        self.exit(USAGE, f"{self.prog}: {message}{hint}; see {self.prog} --help\n")


class ShowVersion(argparse.Action):
    """`--version`; looked up when it is asked for, since the look-up takes time."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print the version and exit."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"searchvl {version('searchvl-gym')}")
        except PackageNotFoundError:
            print("searchvl of no known version: run from a folder, not installed")
        parser.exit()


def make_parser() -> Parser:
    """The command line with all its subcommands."""
    parser = Parser(prog="searchvl", description="Multimodal deep search: worlds, tools, rollouts.")
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_to(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: Without the program's name; None takes the process' own.

    Returns:
        The exit code: 0, 2 for wrong arguments, 130 after Ctrl-C, 1 for every other failure.
        What went wrong stands in one line on standard error.
    """
    _print_what_the_terminal_cannot()
    options = make_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("searchvl: interrupted; what is finished is kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (head, say) has closed it. Nothing more can be said.
        sys.stdout = None
        return FAILURE
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        print(f"searchvl: {' '.join(str(error).split())}", file=sys.stderr)
        return code


def _print_what_the_terminal_cannot() -> None:
    """Let letters that the terminal's encoding lacks (in a Windows code page) end no command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _exit_code(error: Exception) -> int | None:
    """Exit code for an error whose message is meant for the user; None for a bug of ours."""
    import gymnasium

    from searchvl_gym.endpoint import EndpointError
    from searchvl_gym.leaderboard.errors import LeaderboardError
    from searchvl_gym.live import LiveError
    from searchvl_gym.live.entries import CassetteError
    from searchvl_gym.rollout.errors import RolloutError
    from searchvl_gym.tasks import TaskSetError
    from searchvl_gym.tools.image_files import UnreadableImage
    from searchvl_gym.world import WorldError

    failures = (
        RolloutError,
        TaskSetError,
        UnreadableImage,
        WorldError,
        EndpointError,
        LeaderboardError,
        LiveError,
        CassetteError,
    )
    if isinstance(error, (*failures, OSError, RuntimeError)):
        return FAILURE
    return USAGE if isinstance(error, (ValueError, gymnasium.error.Error)) else None


if __name__ == "__main__":
    sys.exit(main())
