"""Units of measurement: their names, and how to convert them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A unit of measurement.

    Attributes:
        dimension: `length`, `mass`, …, or `name:<word>` for a unit that we cannot convert.
        factor: Size in the dimension's base unit.
        offset: Added after multiplying (for temperatures).
    """

    dimension: str
    factor: float = 1.0
    offset: float = 0.0


_SIZES: dict[str, dict[str, float]] = {
    "length": {
        "mm millimetre millimeter": 1e-3,
        "cm centimetre centimeter": 1e-2,
        "m metre meter": 1.0,
        "km kilometre kilometer": 1e3,
        "in inch inches": 0.0254,
        "ft foot feet": 0.3048,
        "yd yard": 0.9144,
        "mi mile": 1609.344,
        "nmi nautical mile": 1852.0,
    },
    "area": {
        "mm2": 1e-6,
        "cm2": 1e-4,
        "m2 sqm square metre square meter": 1.0,
        "ha hectare": 1e4,
        "km2 square kilometre square kilometer": 1e6,
        "sqft sq ft square foot square feet": 0.09290304,
        "acre": 4046.8564224,
        "sq mi square mile": 2589988.110336,
    },
    "mass": {
        "mg milligram": 1e-6,
        "g gram gramme": 1e-3,
        "kg kilogram kilo": 1.0,
        "t tonne metric ton": 1e3,
        "oz ounce": 0.028349523125,
        "lb pound": 0.45359237,
    },
    "volume": {
        "ml millilitre milliliter": 1e-3,
        "cl centilitre centiliter": 1e-2,
        "dl decilitre deciliter": 1e-1,
        "l litre liter": 1.0,
        "hl hectolitre hectoliter": 1e2,
        "m3 cubic metre cubic meter": 1e3,
        "gal gallon": 3.785411784,
    },
    "time": {
        "s sec second": 1.0,
        "min minute": 60.0,
        "h hr hour": 3600.0,
        "day": 86400.0,
        "week": 604800.0,
        "month": 2629746.0,
        "yr year": 31556952.0,
        "decade": 315569520.0,
    },
    "speed": {
        "m/s metre per second meter per second": 1.0,
        "km/h kmh kph kilometre per hour kilometer per hour": 1 / 3.6,
        "mph mile per hour": 0.44704,
        "kn kt knot": 1852 / 3600,
    },
    "power": {"w watt": 1.0, "kw kilowatt": 1e3, "mw megawatt": 1e6},
    "share": {"% percent per cent": 1.0},
    "angle": {"°": 1.0, "degree": 1.0},
}
"""Names of units by size, one line a unit; plurals are added below."""

_NAMES_OF_SEVERAL_WORDS = (
    "nautical mile", "square metre", "square meter", "square kilometre", "square kilometer",
    "sq ft", "square foot", "square feet", "sq mi", "square mile", "metric ton", "cubic metre",
    "cubic meter", "metre per second", "meter per second", "kilometre per hour",
    "kilometer per hour", "mile per hour", "per cent",
)  # fmt: skip


def _unit_names() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for dimension, sizes in _SIZES.items():
        for names, factor in sizes.items():
            rest = names
            found: list[str] = []
            for name in _NAMES_OF_SEVERAL_WORDS:
                if f" {name} " in f" {rest} ":
                    found.append(name)
                    rest = f" {rest} ".replace(f" {name} ", " ").strip()
            for name in [*found, *rest.split()]:
                first, *others = name.split(" per ")
                plural = " per ".join([f"{first}s", *others])
                for form in (name, plural if len(first) > 2 else name):
                    units[form] = Unit(dimension, factor)
    for name in ("°c", "celsius", "degrees celsius", "degree celsius"):
        units[name] = Unit("temperature")
    for name in ("°f", "fahrenheit", "degrees fahrenheit", "degree fahrenheit"):
        units[name] = Unit("temperature", 5 / 9, -160 / 9)
    return units


UNITS = _unit_names()
"""Units by folded name."""
