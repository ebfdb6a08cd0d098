"""The environment and the fatal-aware advantage in verl, for models that one GPU cannot hold.

Importing this package needs torch only. Its modules `agent_loop` and `trainer` need verl, in an
environment of its own; see `docs/cluster.md`.
"""

from algos.verl_adapter.advantage import fatal_aware_advantage

__all__ = ["fatal_aware_advantage"]
