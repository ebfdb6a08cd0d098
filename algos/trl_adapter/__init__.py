"""The environment and the fatal flags in TRL's GRPO trainer; see `docs/trl.md`.

The trainer and the processor need TRL and are imported when they are first named, so that the
environment and the data set do without.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "FatalAwareGRPOTrainer": "trainer",
    "make_chat_processor": "trainer",
    "episode_rewards": "environment",
    "make_environment_factory": "environment",
    "task_dataset": "environment",
}

__all__ = [*_PLACES]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
