"""Values of attributes: dates, numbers, quantities and short texts, with their other spellings."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.draws import Draws

Value = tuple[str, tuple[str, ...]]
"""What the article says, and other right spellings."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_LEADS = ("Patience", "Bread", "Silence", "Courage", "Salt", "Rain", "Honour", "Mercy", "Iron",
          "Harvest", "Truth", "Wind", "Labour", "Light", "Memory", "Craft")  # fmt: skip
_ENDS = ("Thunder", "Gold", "Glory", "Winter", "Fear", "Stone", "Power", "Sleep", "Fire", "Pride",
         "Storm", "Sorrow", "Praise", "Fortune", "Steel", "Words")  # fmt: skip
_LINKS = ("before", "without", "above", "after", "against", "and", "not", "outlasts")
_CURRENCIES = ("crowns", "florins", "talers", "ducats")
_UNIT_SIGNS = {
    "metres": "m", "kilometres": "km", "square kilometres": "km²", "centimetres": "cm",
    "millimetres": "mm", "grams": "g", "millilitres": "ml", "knots": "kn", "minutes": "min",
}  # fmt: skip


def number(value: int) -> Value:
    """A whole number.

    >>> number(12345)
    ('12,345', ('12345', '12 345'))
    """
    grouped = f"{value:,}"
    if grouped == str(value):
        return grouped, ()
    return grouped, (str(value), grouped.replace(",", " "))


def quantity(value: float, unit: str, digits: int = 0) -> Value:
    """A number with a unit.

    >>> quantity(1200, "metres")
    ('1,200 metres', ('1200 metres', '1,200 m', '1200 m'))
    """
    spoken = f"{value:,.{digits}f}"
    plain = spoken.replace(",", "")
    sign = _UNIT_SIGNS.get(unit, unit)
    forms = [f"{spoken} {unit}", f"{plain} {unit}", f"{spoken} {sign}", f"{plain} {sign}"]
    first, *others = dict.fromkeys(forms)
    return first, tuple(others)


def year(value: int) -> Value:
    """A year."""
    return str(value), ()


def date(of_year: int, draws: Draws) -> Value:
    """A day of a year, never one that only some years have."""
    month, day = draws.below(12), draws.between(1, 28)
    return (
        f"{day} {MONTHS[month]} {of_year}",
        (f"{MONTHS[month]} {day}, {of_year}", f"{of_year}-{month + 1:02d}-{day:02d}"),
    )


def money(draws: Draws, low: float, high: float) -> Value:
    """A sum of money, rounded as people do."""
    value = draws.spread(low, high)
    step = 10 ** max(0, len(str(int(value))) - 3)
    return quantity(round(value / step) * step, draws.choice(_CURRENCIES))


def motto(draws: Draws) -> Value:
    """A motto or inscription."""
    return f"{draws.choice(_LEADS)} {draws.choice(_LINKS)} {draws.choice(_ENDS)}", ()


def colour(draws: Draws) -> Value:
    """A colour, exact enough not to be guessed."""
    shade = draws.choice(("pale", "deep", "dusty", "bright", "smoky", "dull", "warm", "cold"))
    hue = draws.choice(("amber", "violet", "crimson", "ochre", "olive", "indigo", "cream", "coral",
                        "slate", "rust", "lilac", "teal"))  # fmt: skip
    return f"{shade} {hue}", ()


def material(draws: Draws) -> Value:
    """A building material."""
    look = draws.choice(("grey", "red", "white", "dressed", "rough", "polished", "yellow", "black"))
    stuff = draws.choice(("granite", "sandstone", "limestone", "basalt", "brick", "slate", "marble",
                          "larch timber", "wrought iron", "oak", "concrete", "tuff"))  # fmt: skip
    return f"{look} {stuff}", ()


def style(draws: Draws) -> Value:
    """An architectural style of this world."""
    period = draws.choice(("Early", "High", "Late", "Northern", "Austere", "Second"))
    name = draws.choice(("Lanternist", "Corvine", "Reedwork", "Harbour Revival", "Arcadist",
                         "Octagonal", "Cantilever", "Saffron"))  # fmt: skip
    return f"{period} {name}", ()


def nickname(draws: Draws) -> Value:
    """A nickname of a person."""
    manner = draws.choice(("Quiet", "Grey", "Tireless", "Thirsty", "Northern", "Velvet",
                           "Sleepless", "Iron", "Merry", "Barefoot", "Patient"))  # fmt: skip
    figure = draws.choice(("Badger", "Heron", "Clock", "Compass", "Falcon", "Lantern", "Otter",
                           "Bell", "Fox", "Anvil", "Owl", "Kettle"))  # fmt: skip
    return f"the {manner} {figure}", (f"{manner} {figure}",)


def pastime(draws: Draws) -> Value:
    """What a person does in free hours."""
    doing = draws.choice(("collecting", "mending", "carving", "painting", "restoring", "drawing"))
    thing = draws.choice(("old keys", "clocks", "sea shells", "walking sticks", "toy boats",
                          "tin soldiers", "music boxes", "chess sets"))  # fmt: skip
    return f"{doing} {thing}", ()


def ingredient(draws: Draws) -> Value:
    """What a drink tastes of."""
    state = draws.choice(("dried", "wild", "roasted", "candied", "fresh", "smoked"))
    plant = draws.choice(("juniper berries", "gentian root", "elder flowers", "quince peel",
                          "rowan berries", "angelica seed", "myrtle leaves", "sloes"))  # fmt: skip
    return f"{state} {plant}", ()


def season(draws: Draws) -> Value:
    """A part of the year."""
    week = draws.choice(("the first week", "the second week", "the third week", "the last week"))
    return f"{week} of {draws.choice(MONTHS)}", ()


def day(draws: Draws) -> Value:
    """A day of the year."""
    month, number_of_day = draws.choice(MONTHS), draws.between(1, 28)
    return f"{number_of_day} {month}", (f"{month} {number_of_day}",)


def code(draws: Draws, pattern: str) -> Value:
    """A code: `#` becomes a digit, `@` a capital letter without O and I.

    >>> len(code(Draws(1), "@-####")[0])
    6
    """
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    made = "".join(
        str(draws.between(1, 9)) if sign == "#" else draws.choice(letters) if sign == "@" else sign
        for sign in pattern
    )
    return made, ()
