"""`searchvl demo`: a local page to ask, play, watch and compare."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from typing import Any

from searchvl_gym.commands.options import at_least, path

SUITES = ("atlas-mini", "atlas-perception:size=mini")
WORLDS = ("atlas-mini",)
POLICIES = ("oracle", "one_image_search", "one_text_search", "random")


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("demo", help="a local page to ask, play, watch and compare")
    add = parser.add_argument
    add("--suite", action="append", metavar="NAME", help=f"tasks to play ({', '.join(SUITES)})")
    add(
        "--world",
        action="append",
        metavar="PATH",
        help=f"to ask in: a world, or live, live:replay=FILE ({', '.join(WORLDS)})",
    )
    add(
        "--policy",
        action="append",
        metavar="NAME",
        help=f"who plays, as on the leaderboard ({', '.join(POLICIES)}, chat where it is set up)",
    )
    add("--runs", action="append", type=path, metavar="DIR", help="runs to watch (runs)")
    add("--keep", type=path, metavar="DIR", help="where people may have their games kept")
    add("--host", default="127.0.0.1", metavar="NAME", help="where it listens (%(default)s)")
    add("--port", type=at_least(0), default=7860, metavar="N", help="%(default)s; 0 for any")
    add("--open", action="store_true", help="open it in the browser")
    parser.set_defaults(run=run_demo)


def run_demo(options: argparse.Namespace) -> int:
    """Run the command until Ctrl-C.

    Raises:
        RuntimeError: When the packages are missing, or the port is taken.
        ValueError: When a suite or a policy is unknown.
    """
    try:
        import uvicorn

        from searchvl_gym.demo.server import Demo, make_app
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"the page needs the package {error.name}: pip install 'searchvl-gym[demo]'"
        ) from None
    from pathlib import Path

    from searchvl_gym.demo.guard import Guard, is_local
    from searchvl_gym.demo.kept import KeptGames
    from searchvl_gym.demo.listening import listen
    from searchvl_gym.demo.offers import Offers
    from searchvl_gym.demo.players import Players
    from searchvl_gym.demo.runs import Runs

    runs = options.runs or [Path("runs")]
    if options.keep is not None and options.keep not in runs:
        runs = [*runs, options.keep]
    demo = Demo(
        Offers(options.suite or SUITES, options.world or WORLDS),
        Players(options.policy or (*POLICIES, *_chat())),
        Runs(runs),
        KeptGames(options.keep),
    )
    token = None if is_local(options.host) else secrets.token_urlsafe(16)
    socket = listen(options.host, options.port)
    app = Guard(make_app(demo), host=options.host, token=token)
    shown = options.host if options.host not in ("0.0.0.0", "::") else "127.0.0.1"
    port = socket.getsockname()[1]
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    if token is not None:
        address += f"?token={token}"
    print(f"{address}  (Ctrl-C ends it)", file=sys.stderr, flush=True)
    if options.open:
        import webbrowser

        webbrowser.open(address)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[socket])
    return 0


def _chat() -> tuple[str, ...]:
    """`chat` where the environment says which endpoint."""
    known = any(f"SEARCHVL_{part}BASE_URL" in os.environ for part in ("CHAT_", ""))
    return ("chat",) if known else ()
