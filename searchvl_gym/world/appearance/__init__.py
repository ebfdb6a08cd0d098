"""What the subjects of a world look like, and photographs of them that show no two the same.

A subject has an *appearance*: genes, drawn from its seed and from the seed of its group, so that
those of one group (a genus, a workshop, a family) look alike. A *photograph* shows an appearance
from one place, at one hour, in one weather, through one lens; its seed decides all of that. Both
are exact: the same seeds give the same pixels on every machine.
"""

from __future__ import annotations

from searchvl_gym.world.appearance.appearance import Appearance, Feature, appearance_of
from searchvl_gym.world.appearance.families import FAMILIES
from searchvl_gym.world.appearance.family import Family, Gene

__all__ = ["FAMILIES", "Appearance", "Family", "Feature", "Gene", "appearance_of"]
