"""What a policy plays a suite with: the suite's tools, its own, or none."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from searchvl_gym.leaderboard.naming import Named
from searchvl_gym.leaderboard.suites import Suite
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import ToolSuite


@dataclass(frozen=True)
class Setup:
    """Arguments of an environment and of a policy that fit each other.

    Attributes:
        tasks: What is played.
        environment: What the environment gets beside world and tasks.
        policy: Arguments of the policy.
    """

    tasks: TaskSet
    environment: Mapping[str, Any]
    policy: Mapping[str, Any]


def set_up(
    suite: Suite,
    named_suite: Named,
    named_policy: Named,
    tasks: TaskSet,
    *,
    tools_off: bool = False,
) -> Setup:
    """What a policy plays a suite with.

    Args:
        suite: The suite.
        named_suite: How it was asked for.
        named_policy: How the policy was asked for; an argument `tools=package.module:name` brings
            tools of its own.
        tasks: Of the suite.
        tools_off: Play without any tool.

    Raises:
        ValueError: When an argument is wrong, or the suite cannot be played with other tools.
    """
    environment = dict(suite.settings_for(named_suite.arguments))
    policy = dict(named_policy.arguments)
    own = own_tools(policy)
    if tools_off:
        own = ToolSuite(())
        if "tools" in policy or named_policy.name in _TOLD_OF_TOOLS:
            policy["tools"] = own
    elif own is not None:
        if isinstance(environment.get("tools"), ToolSuite):
            raise ValueError(
                f"{suite.name} has tools that no others stand in for; leave out tools= of "
                f"{named_policy.text}"
            )
        policy["tools"] = own
    if own is not None:
        environment["tools"] = own
        # An environment refuses tasks that are proved to need a tool it lacks.
        tasks = TaskSet((replace(task, needs=()) for task in tasks), tasks.name, tasks.drawn)
    return Setup(tasks, environment, policy)


def own_tools(arguments: Mapping[str, Any]) -> ToolSuite | None:
    """The tools that a policy's arguments bring, or None for those of the suite.

    A model that was trained with a tool block of its own makes no sound call with another.

    Args:
        arguments: Of the policy; `tools=package.module:name` names a callable without arguments
            that gives a `ToolSuite`. The name of a set (`perception`) brings nothing: it says what
            the suite has.

    Raises:
        ValueError: When the name cannot be loaded, or is of something else.

    >>> own_tools({"tools": "release"}) is None
    True
    >>> own_tools({"tools": "searchvl_gym.tools:ToolSuite"}).names[:2]
    ('crop', 'sharpen')
    """
    named = arguments.get("tools")
    if not isinstance(named, str) or ":" not in named:
        return None
    module, _, name = named.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"the tools {named} cannot be loaded: {error}") from None
    if not isinstance(made, ToolSuite):
        raise ValueError(f"{named} gives {type(made).__name__}, expected a ToolSuite")
    return made


_TOLD_OF_TOOLS = ("chat", "transformers", "vllm")
"""Policies that tell their model of the tools, and so must be told that there are none."""
