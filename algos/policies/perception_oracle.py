"""The oracle on perception tasks: the strongest player, thinking aloud.

What it does is decided by `searchvl_gym.tasks.perception.player`, which also proves what a task
needs; here every call gets a thought that says what the last observation gave.
"""

from __future__ import annotations

import numpy as np

from algos.policies import thoughts
from searchvl_gym.rollout.policy import Play
from searchvl_gym.tasks.perception.goals import (
    Compute,
    Goal,
    Identify,
    PagePicture,
    Plan,
    ReadValue,
)
from searchvl_gym.tasks.perception.necessity import REMOVABLE
from searchvl_gym.tasks.perception.player import Move, Player
from searchvl_gym.tools.observations import (
    new_picture,
    read_lines,
    same_name,
    search_results,
    states,
)
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

_PICTURE_MADE = {"crop": "cut", "super_resolution": "enlarged", "open_image": "opened"}


def play_perception(task: Task, plan: Plan, rng: np.random.Generator) -> Play:
    """Play a perception task with all tools."""
    player = Player(plan, task.question, REMOVABLE)
    moves = player.play()
    finding = thoughts.find("begin", rng)
    try:
        move = next(moves)
        while True:
            words = {name: str(value) for name, value in move.call.arguments.items()}
            label = getattr(player.goal, "label", "").lower() or "how it looks"
            facts = {"tool": move.call.name, "label": label, **words}
            intention = thoughts.plan(move.situation, rng, facts)
            thought = f"{finding} {intention[0].upper()}{intention[1:]}".strip()
            goal = player.goal
            observation = yield ToolCall(move.call.name, move.call.arguments, thought)
            text = str(observation["text"])
            finding = _found(text, move, goal, rng)
            move = moves.send(text)
    except StopIteration as end:
        answer: str | None = end.value
    situation = "give_up" if answer is None else "answer"
    said = answer or "I could not find out what the picture leads to."
    conclusion = thoughts.plan(situation, rng, {"text": said, "value": said})
    yield ToolCall("answer", {"text": said}, f"{finding} {conclusion}".strip())


def _found(text: str, move: Move, goal: Goal, rng: np.random.Generator) -> str:
    """What an observation gave towards a goal, in words that quote nothing that is not there."""
    tool = move.call.name
    added = new_picture(text)
    if added is not None:
        picture, (width, height) = added
        situation = _PICTURE_MADE.get(tool, "repaired")
        return thoughts.find(situation, rng, picture=picture, width=str(width), height=str(height))
    if text.startswith("Error"):
        return thoughts.find("failed", rng, quote=thoughts.quote(text))
    if tool == "layout_parsing":
        return _read(text, goal, rng)
    if tool == "image_search":
        return _matched(text, goal, rng)
    if tool == "python_interpreter":
        value = goal.value if isinstance(goal, Compute) and goal.value in text else ""
        return thoughts.find("computed", rng, value=value) if value else ""
    return _known(text, tool, goal, rng)


def _read(text: str, goal: Goal, rng: np.random.Generator) -> str:
    lines = read_lines(text)
    if isinstance(goal, ReadValue | PagePicture | Identify):
        wanted = goal.name if isinstance(goal, Identify) else goal.value
        read, score = most_alike(lines, wanted)
        if wanted and score >= READ_ALIKE:
            # A name leads to a page; a value is only noted.
            is_value = isinstance(goal, ReadValue | PagePicture) and not _named(goal)
            return thoughts.find("value_read" if is_value else "read", rng, words=read)
    situation = "unreadable" if lines else "failed"
    return thoughts.find(situation, rng, quote=thoughts.quote(text))


def _named(goal: ReadValue | PagePicture) -> str:
    """Title of the page that what is read names, or ""."""
    return goal.title if isinstance(goal, ReadValue) else goal.target


def _matched(text: str, goal: Goal, rng: np.random.Generator) -> str:
    results = search_results(text)
    if not results:
        return thoughts.find("unmatched", rng)
    if isinstance(goal, Identify) and same_name(results[0].title, goal.title):
        return thoughts.find("matched", rng, number="1", title=results[0].title)
    return thoughts.find("look_alike", rng, title=results[0].title)


def _known(text: str, tool: str, goal: Goal, rng: np.random.Generator) -> str:
    """What passages or a page say."""
    value, title = getattr(goal, "value", ""), _title(goal)
    label = getattr(goal, "label", "").lower()
    if tool == "visit":
        shown = text.partition("\n")[0].removeprefix("# ")
        if value and states(text, value):
            quoted = thoughts.quote_fact(text, value, getattr(goal, "label", ""))
            facts = {"title": shown, "quote": quoted, "value": value, "label": label or "it"}
            return thoughts.find("page_stated", rng, **facts)
        return thoughts.find("page_read", rng, title=shown, quote=thoughts.quote(_body(text)))
    results = search_results(text)
    for number, result in enumerate(results, 1):
        if value and same_name(result.title, title) and states(result.text, value):
            quoted = thoughts.quote_fact(result.text, value)
            facts = {"number": str(number), "title": result.title, "quote": quoted}
            return thoughts.find("stated", rng, value=value, label=label or "it", **facts)
    if results:
        return thoughts.find("elsewhere", rng, title=results[0].title)
    return thoughts.find("nothing", rng)


def _title(goal: Goal) -> str:
    """Title of the page that a goal is about, or ""."""
    return str(getattr(goal, "title", ""))


def _body(text: str) -> str:
    """A visited page without its title and address."""
    return text.split("\n", 2)[2] if text.count("\n") >= 2 else text
