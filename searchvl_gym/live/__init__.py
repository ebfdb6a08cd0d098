"""The live web: search services, page visits, cassettes and their limits; see `docs/live.md`."""

from searchvl_gym.live.addresses import is_public_address
from searchvl_gym.live.errors import Fault, LiveError

__all__ = ["Fault", "LiveError", "is_public_address"]
