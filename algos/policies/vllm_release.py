"""Is the installed vLLM one that takes what this project asks of it? Told in one line if not.

vLLM hands most arguments on through `**kwargs`, so a renamed one ends in a long traceback of its
own from somewhere within, and a method that is gone is met only after the first training step.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

TESTED = "0.32.0"
"""The release that was run (docs/training.md)."""

UPDATES = (
    "collective_rpc",
    "reset_prefix_cache",
    "reset_mm_cache",
    "llm_engine.reset_encoder_cache",
)
"""What puts new weights into an engine and makes it forget the old ones."""


def taken(vllm: ModuleType, make: Callable[..., Any], **arguments: Any) -> Any:
    """Call something of vLLM's; an argument that it does not know is one line with both releases.

    Args:
        vllm: The module, for its release.
        make: What is called.
        **arguments: What it is given.

    Raises:
        RuntimeError: When it does not take one of the arguments.
    """
    try:
        return make(**arguments)
    except TypeError as error:
        # A fault of another kind is not a matter of releases, and keeps its own words.
        if "unexpected keyword argument" not in str(error).lower():
            raise
        raise RuntimeError(_refusal(vllm, f"does not take an argument ({error})")) from error


def check_updates(vllm: ModuleType, engine: Any) -> None:
    """Before weights are replaced: can the engine be made to forget all that it computed?

    Args:
        vllm: The module, for its release.
        engine: A `vllm.LLM`.

    Raises:
        RuntimeError: When a method is missing; the engine is untouched.
    """
    missing = [name for name in UPDATES if not callable(_found(engine, name))]
    if missing:
        raise RuntimeError(_refusal(vllm, f"cannot take new weights (no {', '.join(missing)})"))


def _found(owner: Any, name: str) -> Any:
    for part in name.split("."):
        owner = getattr(owner, part, None)
    return owner


def _refusal(vllm: ModuleType, what: str) -> str:
    installed = getattr(vllm, "__version__", "of an unknown release")
    return f"the installed vLLM {installed} {what}; install the release that was tested ({TESTED})"
