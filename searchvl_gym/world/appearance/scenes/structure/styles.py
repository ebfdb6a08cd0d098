"""The structured styles, and what asks about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from searchvl_gym.world.appearance.scenes.structure import (
    charts,
    labelled_map,
    receipt,
    table,
    timetable_board,
)
from searchvl_gym.world.appearance.scenes.structure.cells import CellQuestion

Asker = Callable[[Mapping[str, str], np.random.Generator, int, int], list[CellQuestion]]
"""All questions that `(fields, rng, width, height)` allow."""

STRUCTURE_STYLES = (
    table.STYLE,
    timetable_board.STYLE,
    charts.BAR,
    charts.LINE,
    labelled_map.STYLE,
    receipt.STYLE,
)
"""Their picture styles."""

ASKERS: Mapping[str, Asker] = MappingProxyType(
    {
        table.STYLE.name: table.ask,
        timetable_board.STYLE.name: timetable_board.ask,
        charts.BAR.name: charts.ask,
        charts.LINE.name: charts.ask,
        labelled_map.STYLE.name: labelled_map.ask,
        receipt.STYLE.name: receipt.ask,
    }
)
"""Name of a style to what lists the questions that a recipe allows."""
