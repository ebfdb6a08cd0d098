"""Facts that sentences state: what a thing is, who made it, where it belongs, when it lived."""

from __future__ import annotations

from searchvl_gym.world.sources.prose.facts import ProseFact, facts_in

__all__ = ["ProseFact", "facts_in"]
