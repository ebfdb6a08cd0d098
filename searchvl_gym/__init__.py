"""SearchVL Gym: multimodal deep search as a Gymnasium environment.

Importing the package registers its environments:

>>> import gymnasium, searchvl_gym
>>> "SearchVL/Atlas-v0" in gymnasium.registry
True
"""

from searchvl_gym.registration import register_environments

__all__ = ["register_environments"]
__version__ = "0.2.0"

register_environments()
