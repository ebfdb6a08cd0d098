"""How far two places lie from each other: a great circle between their coordinates."""

from __future__ import annotations

import math

EARTH_RADIUS = 6371
"""Kilometres; questions say it, so that the result is settled to the last digit."""

Place = tuple[float, float]
"""Latitude and longitude in degrees, north and east positive."""


def kilometres(first: Place, second: Place) -> float:
    """Length of the great circle between two places: the haversine formula.

    Source: R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984).

    >>> round(kilometres((0.0, 0.0), (0.0, 90.0)), 2)
    10007.54
    """
    a, b, c, d = map(math.radians, (*first, *second))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(h))


def program(first: Place, second: Place) -> str:
    """Python that prints the same to two decimals."""
    return (
        "import math\n"
        f"a, b, c, d = [math.radians(x) for x in {[*first, *second]}]\n"
        "h = math.sin((c - a) / 2) ** 2 "
        "+ math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2\n"
        f"print(f'{{2 * {EARTH_RADIUS} * math.asin(math.sqrt(h)):.2f}}')"
    )


def flat_kilometres(first: Place, second: Place) -> float:
    """What a head makes of it: a flat map with 111 kilometres to the degree.

    >>> round(flat_kilometres((50.0, 7.0), (51.0, 7.0)))
    111
    """
    narrowing = math.cos(math.radians((first[0] + second[0]) / 2))
    east = abs(first[1] - second[1])
    return 111.0 * math.hypot(first[0] - second[0], min(east, 360.0 - east) * narrowing)


def spoken(place: Place) -> tuple[str, str]:
    """Latitude and longitude as a table gives them.

    >>> spoken((-4.5, 12.0411))
    ('4.5000 S', '12.0411 E')
    """
    latitude, longitude = place
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.4f} {north}", f"{abs(longitude):.4f} {east}"
