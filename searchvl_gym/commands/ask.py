"""`searchvl ask`: a picture of one's own, a question, and every turn as it happens."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import (
    add_cassette,
    add_policy,
    as_arguments,
    at_least,
    cassette_arguments,
    key_and_value,
    path,
)

if TYPE_CHECKING:
    from rich.console import Console

    from searchvl_gym.types import Step

_SETTINGS = ("crop_coordinates", "max_pixels", "max_text_chars", "tools", "view_pixels")
"""What `--env-arg` may set; the rest is the command's own or makes no sense for one question."""

_LIVE = "live"
"""Name of the live web among the worlds."""

_MAX_CHARS = 600
"""Most characters of an observation that are shown."""


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("ask", help="ask a question about a picture")
    parser.add_argument("image", metavar="IMAGE", help="a picture file")
    parser.add_argument("question", metavar="QUESTION", nargs="?", help="what to find out")
    parser.add_argument(
        "--world",
        default="atlas-mini",
        metavar="PATH",
        help="what to search: a world, or live for the live web (%(default)s)",
    )
    add_cassette(parser)
    add_policy(parser, default="chat")
    parser.add_argument("--seed", type=at_least(0), default=0, metavar="S", help="%(default)s")
    parser.add_argument(
        "--max-steps", type=at_least(1), default=50, metavar="N", help="most turns (%(default)s)"
    )
    parser.add_argument(
        "--env-arg",
        action="append",
        default=[],
        type=key_and_value,
        metavar="K=V",
        help="an argument of the environment (view_pixels, tools, …); may be repeated",
    )
    parser.add_argument("--out", type=path, metavar="FILE", help="also write the episode as HTML")
    parser.set_defaults(run=run_ask)


def run_ask(options: argparse.Namespace) -> int:
    """Run the command; returns 1 when there was no answer."""
    from rich.console import Console
    from rich.text import Text

    from searchvl_gym.env import SearchEnv
    from searchvl_gym.registration import make_live_env
    from searchvl_gym.rollout.errors import RolloutError
    from searchvl_gym.rollout.player import episode_seeds
    from searchvl_gym.rollout.registry import make
    from searchvl_gym.rollout.workers import describe_failure
    from searchvl_gym.tools.image_files import load_image_file
    from searchvl_gym.types import Task, TaskImage
    from searchvl_gym.world.by_name import find_world
    from searchvl_gym.wrappers import TextActions

    question = (options.question or "").strip()
    if not question:
        raise ValueError('a question needs a picture and words: searchvl ask IMAGE "QUESTION"')
    picture = Path(options.image)
    if not picture.exists() and Path(question).is_file():
        raise ValueError('the picture comes first: searchvl ask IMAGE "QUESTION"')
    settings = as_arguments("--env-arg", options.env_arg)
    known = _SETTINGS if options.world != _LIVE else (*_SETTINGS, *_live_settings())
    if unknown := sorted(settings.keys() - set(known)):
        raise ValueError(f"--env-arg takes {', '.join(known)}, got {', '.join(unknown)}")
    settings |= cassette_arguments(options)
    if options.world != _LIVE and settings.keys() & {"record", "replay"}:
        raise ValueError("--record and --replay are for the live web; add --world live")
    load_image_file(picture)
    if options.out is not None and not options.out.parent.is_dir():
        raise RolloutError(f"{options.out.parent} is not a directory; choose another --out")
    if options.out is not None and options.out.is_dir():
        raise RolloutError(f"{options.out} is a directory; name a file for --out")
    policy = make(options.policy, **as_arguments("--policy-arg", options.policy_arg))
    task = Task("ask", question, "", images=(TaskImage(path=str(picture.resolve())),))
    if options.world == _LIVE:
        made = make_live_env(tasks=[task], max_steps=options.max_steps, **settings)
        assert isinstance(made, SearchEnv)  # no wire format was asked for
        environment = made
    else:
        world = find_world(options.world)
        environment = SearchEnv(world, [task], max_steps=options.max_steps, **settings)
    text_environment = TextActions(environment, getattr(policy, "wire_format", "opensearch_vl"))
    console = Console(stderr=True)
    seed, rng = episode_seeds(options.seed, 0)
    observation, _ = environment.reset(seed=seed, options={"task": 0})
    policy.reset(0, task, rng)
    ended = False
    while not ended:
        try:
            action = policy.act({0: observation})[0]
        except Exception as error:  # whatever a policy raises ends in one line
            raise RolloutError(describe_failure(error)) from error
        if not environment.episode.steps:
            console.print(Text(question, "bold"))
            if observation["text"]:
                console.print(Text(observation["text"], "dim"))
        player: Any = text_environment if isinstance(action, str) else environment
        observation, _, terminated, truncated, _ = player.step(action)
        ended = terminated or truncated
        show_step(console, environment.episode.steps[-1])
    if options.out is not None:
        from searchvl_gym.render import render
        from searchvl_gym.rollout.record import replace_file

        page = render("html", environment.episode, environment.pictures)
        replace_file(options.out, page.encode("utf-8", "replace"))
        console.print(Text(f"written to {options.out}", "dim"))
    answer = environment.episode.answer
    if answer is None:
        from searchvl_gym.render.describe import ENDINGS

        ending = environment.episode.termination
        assert ending is not None
        print(f"searchvl: no answer ({ENDINGS[ending]})", file=sys.stderr)
        return 1
    print(answer)
    return 0


def _live_settings() -> list[str]:
    """What `--env-arg` may set on the live web beside the others."""
    from dataclasses import fields

    from searchvl_gym.live.settings import LiveSettings

    return [field.name for field in fields(LiveSettings) if field.name not in ("record", "replay")]


def show_step(console: Console, step: Step) -> None:
    """Print a turn: thought, call, and what came back."""
    from rich.text import Text

    from searchvl_gym.render.describe import describe_call, is_answer, thought_of

    colour = "red" if step.error is not None else "green" if is_answer(step) else "blue"
    if thought := thought_of(step):
        console.print(Text(_plain(thought), "italic dim"))
    console.print(
        Text(f"{step.index + 1:>2}  {_plain(describe_call(step.call))}", f"bold {colour}")
    )
    if step.observation:
        text = _plain(step.observation)
        short = text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + " …"
        console.print(Text(short))


def _plain(text: str) -> str:
    """Text without control characters, which could steer a terminal."""
    return "".join(c if c == "\n" or c.isprintable() else "�" for c in text)
