"""Send an environment sensible, mutated and absurd actions and check what comes back.

    python benchmarks/fuzz.py [--actions N] [--seed S] [--tools NAME ...] [--world PATH]

Nothing that is sent may raise; every `info` must be well-formed, every observation an element of
its space, and everything that is kept must be storable. The same seed sends the same actions.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from searchvl_gym.env import SearchEnv
from searchvl_gym.episode import Info
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import ErrorKind, Termination, ToolCall

CHEAP_TOOLS = ("crop", "sharpen", "text_search", "web_search", "visit")
"""Tools that take milliseconds; the default, since the environment is what is tested."""

JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**30,
    1.5,
    float("nan"),
    float("inf"),
    -0.0,
    "",
    "img_1",
    "img_0",
    "img_99999999",
    "x" * 5000,
    "\ud800",
    "\x00",
    "<|im_end|>",
    "</tool_response>",
    "مرحبا 🌍",
    b"bytes",
    [],
    {},
    (),
    [[]],
    {"a": {"b": [1, None]}},
    {1: 2},
    [float("nan")] * 4,
    object(),
    object,
    set(),
    np.nan,
    np.int8(3),
    np.zeros((3, 3)),
    np.zeros(10_000),
    np.array("text"),
    np.array(None),
    ToolCall("crop"),
    lambda: None,
    range(3),
    1j,
    [[0, 0], [1, 0], [1, 1], [0, 1]],
)


def hostile_actions(env: SearchEnv, rng: np.random.Generator) -> Iterator[Any]:
    """Actions without end: samples, mutated samples, junk calls and plain junk."""
    env.action_space.seed(int(rng.integers(2**31)))
    names = (*env.suite.names, "answer", "fly", "", "CROP", "answer ")
    while True:
        kind = int(rng.integers(8))
        if kind <= 1:
            yield env.action_space.sample()
        elif kind <= 3:
            yield mutated(env.action_space.sample(), rng)
        elif kind <= 5:
            keys = ["image", "q", "url", "text", "x", "corners", "code", "scale", "ø"]
            arguments = {
                keys[int(rng.integers(len(keys)))]: pick(rng) for _ in range(int(rng.integers(4)))
            }
            yield ToolCall(names[int(rng.integers(len(names)))], arguments)
        elif kind == 6:
            yield ToolCall(pick(rng), pick(rng), pick(rng))
        else:
            shape = int(rng.integers(4))
            yield [pick(rng), (pick(rng), pick(rng)), (pick(rng),) * 3, [pick(rng), {}]][shape]


def mutated(action: Any, rng: np.random.Generator) -> Any:
    """An element of the action space with one thing wrong."""
    index, arguments = action
    kind = int(rng.integers(5))
    if kind == 0:
        return pick(rng), arguments
    if kind == 1:
        return index, pick(rng)
    if kind == 2:
        return index, {**arguments, "extra": pick(rng)}
    key = list(arguments)[int(rng.integers(len(arguments)))]
    if kind == 3:
        return index, {name: value for name, value in arguments.items() if name != key}
    return index, {**arguments, key: pick(rng)}


def pick(rng: np.random.Generator) -> Any:
    """A junk value."""
    return JUNK[int(rng.integers(len(JUNK)))]


def check_info(info: dict[str, Any], ended: bool) -> None:
    """Raise AssertionError unless an `info` is well-formed.

    Args:
        info: From a step.
        ended: Whether the step ended the episode.
    """
    assert list(info) == list(Info.__annotations__), list(info)
    for key in ("step_error", "infrastructure", "is_fatal", "scored"):
        assert type(info[key]) is bool, key
    for key in ("seed", "steps", "consecutive_errors", "fatal_step"):
        assert type(info[key]) is int, key
    assert info["step_error"] == (info["error_kind"] != "") == (info["consecutive_errors"] > 0)
    assert info["error_kind"] == "" or info["error_kind"] in list(ErrorKind)
    assert info["is_fatal"] == (info["fatal_step"] >= 0)
    assert (info["termination"] != "") == ended
    assert info["termination"] == "" or info["termination"] in list(Termination)
    assert all(type(page) is int for page in info["evidence"])
    assert all(type(value) is float for value in info["reward_parts"].values())


def step_and_check(env: SearchEnv, action: Any) -> tuple[dict[str, Any], bool]:
    """Play one action and check everything that comes back.

    Args:
        env: With a running episode.
        action: Anything.

    Returns:
        `info`, and whether the episode has ended.

    Raises:
        AssertionError: When something that came back is not well-formed.
    """
    observation, reward, terminated, truncated, info = env.step(action)
    assert observation in env.observation_space
    assert type(reward) is float and type(terminated) is bool and type(truncated) is bool
    check_info(info, terminated or truncated)
    last = env.episode.steps[-1]
    assert (last.error is not None) == info["step_error"]
    msgspec.json.encode(last.call)
    return info, terminated or truncated


def main(arguments: list[str] | None = None) -> int:
    """Run the fuzzer; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--actions", type=int, default=100_000, help="how many to send")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tools", nargs="+", default=list(CHEAP_TOOLS), metavar="NAME")
    parser.add_argument("--world", help="path of a world; without it Atlas mini")
    options = parser.parse_args(arguments)
    tools = [tool for tool in default_tools() if tool.name in options.tools]
    if len(tools) != len(set(options.tools)):
        parser.error(f"unknown tools in {options.tools}")
    env = SearchEnv(options.world, tools=tools)
    rng = np.random.default_rng(options.seed)
    env.reset(seed=options.seed)
    sent = hostile_actions(env, rng)
    outcomes: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    start = time.perf_counter()
    for number in range(options.actions):
        action = next(sent)
        try:
            info, ended = step_and_check(env, action)
        except Exception:
            print(f"action {number} of seed {options.seed}: {action!r:.500}", file=sys.stderr)
            raise
        outcomes[str(info["error_kind"]) or "no error"] += 1
        if ended:
            endings[str(info["termination"])] += 1
            env.reset()
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "actions": options.actions,
                "seed": options.seed,
                "seconds": round(seconds, 1),
                "outcomes": dict(sorted(outcomes.items())),
                "endings": dict(sorted(endings.items())),
            }
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
