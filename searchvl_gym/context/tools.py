"""Tools that contexts need, beside those that there are."""

from __future__ import annotations

from searchvl_gym.context.modes import Context
from searchvl_gym.tools.suite import ToolSuite


def with_tools(context: Context, tools: ToolSuite | str | None) -> ToolSuite | str | None:
    """What to ask `make_suite` for, so that a context's tools are among the tools.

    Args:
        context: Of the model.
        tools: What was asked for: the name of a set takes the context's tools on.

    Raises:
        ValueError: When a suite lacks one of them.

    >>> from searchvl_gym.context import make_context
    >>> with_tools(make_context("references"), "reading")
    'reading+view_image'
    """
    if tools is None or isinstance(tools, str):
        name = tools or "release"
        added = [tool for tool in context.tools if tool not in name.split("+")]
        return "+".join([name, *added]) if added else tools
    lacking = [tool for tool in context.tools if tool not in tools.names]
    if lacking:
        raise ValueError(
            f"the context {context.name} needs the tool {', '.join(lacking)}; add it to the suite"
        )
    return tools
