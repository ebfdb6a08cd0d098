"""Which worlds a model was trained in, as its card says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def trained_worlds(card: Mapping[str, Any]) -> dict[str, str]:
    """Names of the worlds that a model was trained in, by fingerprint; "" for those without.

    >>> trained_worlds({"world": "ab"}), trained_worlds({"worlds": {"ab": "atlas-80-1", "cd": ""}})
    ({'ab': ''}, {'ab': 'atlas-80-1', 'cd': ''})
    """
    found = dict(card.get("worlds", {}))
    if card.get("world"):
        found.setdefault(card["world"], "")
    return found


def note_worlds(
    card: dict[str, Any], fingerprints: Iterable[str], names: Mapping[str, str] | None = None
) -> None:
    """Add worlds to a card: `world` with the fingerprint of one, `worlds` with names of several.

    Args:
        card: Is changed.
        fingerprints: Of the worlds; "" is passed over.
        names: What they are called.
    """
    known = trained_worlds(card)
    for fingerprint in fingerprints:
        if fingerprint:
            named = (names or {}).get(fingerprint, "")
            known[fingerprint] = named or known.get(fingerprint, "")
    card.pop("world", None)
    card.pop("worlds", None)
    if len(known) == 1:
        card["world"] = next(iter(known))
    elif known:
        card["worlds"] = dict(sorted(known.items()))
