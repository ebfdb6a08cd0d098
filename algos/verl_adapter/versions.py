"""The release of verl that the adapter is written and tested against."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

VERL_VERSION = "0.9.1"
"""The release whose trainer is subclassed and whose configuration is extended here."""

AGENT_NAME = "searchvl"
"""The agent loop's name, in a data set's column `agent_name`."""


def check_verl() -> None:
    """Refuse to run with another release, before it fails in the middle.

    Raises:
        ImportError: When verl is missing or another release; one line says what to install.
    """
    try:
        found = version("verl")
    except PackageNotFoundError:
        found = "none"
    if found != VERL_VERSION:
        raise ImportError(
            f"algos.verl_adapter needs verl {VERL_VERSION}, installed is {found}; run: "
            f"pip install verl=={VERL_VERSION} (see docs/cluster.md)"
        )
