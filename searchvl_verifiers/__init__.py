"""The name by which verifiers finds our taskset: it takes names without dots only."""

from searchvl_gym.integrations.verifiers import SearchHarness, SearchTaskset, SearchVerifiersEnv

__all__ = ["SearchHarness", "SearchTaskset", "SearchVerifiersEnv"]
