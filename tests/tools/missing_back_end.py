"""Calls tools where a package is not installed; started as a process of its own.

Arguments: the package, a world, and a JSON list of calls `[name, arguments]`. Prints a list of
`[kind, message]`, one a call; a call that succeeds gives `["", text]`.
"""

import json
import sys

import numpy as np

from searchvl_gym.tools import ToolContext, ToolSuite
from searchvl_gym.types import Image, ToolCall, ToolError
from searchvl_gym.world import open_world


class OnePicture:
    """An episode with one picture."""

    def get(self, name: str) -> Image:
        return np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)

    def names(self) -> tuple[str, ...]:
        return ("img_1",)


def main(package: str, path: str, calls: str) -> None:
    """Make the calls."""
    sys.modules[package] = None  # type: ignore[assignment]
    context = ToolContext(OnePicture(), open_world(path))
    suite = ToolSuite()
    answers = []
    for name, arguments in json.loads(calls):
        try:
            answers.append(["", suite.run(ToolCall(name, arguments), context).text])
        except ToolError as error:
            answers.append([error.kind.value, error.message])
    print(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
