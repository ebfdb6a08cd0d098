"""One episode: its state, its pictures, what the agent sends and what `info` says."""

from searchvl_gym.episode.actions import ActionReader, Attempt
from searchvl_gym.episode.info import Info, make_info
from searchvl_gym.episode.limits import LIMITS, Limits, UnknownLimitsError, find_limits
from searchvl_gym.episode.pictures import EpisodePictures
from searchvl_gym.episode.state import Episode, Rules, repeat_note

__all__ = [
    "LIMITS",
    "ActionReader",
    "Attempt",
    "Episode",
    "EpisodePictures",
    "Info",
    "Limits",
    "Rules",
    "UnknownLimitsError",
    "find_limits",
    "make_info",
    "repeat_note",
]
