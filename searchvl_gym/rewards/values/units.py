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
        "nm nanometre nanometer 纳米": 1e-9,
        "µm μm micron micrometre micrometer 微米": 1e-6,
        "mm millimetre millimeter 毫米": 1e-3,
        "cm centimetre centimeter 厘米 公分": 1e-2,
        "m metre meter 米 公尺 メートル 미터": 1.0,
        "km kilometre kilometer 公里 千米 キロメートル 킬로미터": 1e3,
        "里 华里": 500.0,
        "尺": 1 / 3,
        'in inch inches " 英寸': 0.0254,
        "ft foot feet ' 英尺": 0.3048,
        "yd yard 码": 0.9144,
        "mi mile 英里": 1609.344,
        "nmi nautical mile 海里": 1852.0,
        "light-year light year ly 光年": 9.4607304725808e15,
    },
    "area": {
        "mm2": 1e-6,
        "cm2": 1e-4,
        "m2 sqm square metre square meter 平方米 平米": 1.0,
        "ha hectare 公顷": 1e4,
        "km2 sq km square kilometre square kilometer 平方公里 平方千米": 1e6,
        "亩": 10000 / 15,
        "sqft sq ft square foot square feet": 0.09290304,
        "acre": 4046.8564224,
        "sq mi square mile": 2589988.110336,
    },
    "mass": {
        "mg milligram 毫克": 1e-6,
        "g gram gramme 克 그램": 1e-3,
        "kg kilogram kilo 公斤 千克 キログラム 킬로그램": 1.0,
        "t tonne metric ton 吨": 1e3,
        "oz ounce 盎司": 0.028349523125,
        "斤 市斤": 0.5,
        "lb pound 磅": 0.45359237,
    },
    "volume": {
        "ml millilitre milliliter 毫升": 1e-3,
        "cl centilitre centiliter": 1e-2,
        "dl decilitre deciliter": 1e-1,
        "l litre liter 升 リットル 리터": 1.0,
        "hl hectolitre hectoliter": 1e2,
        "m3 cubic metre cubic meter 立方米": 1e3,
        "gal gallon 加仑": 3.785411784,
    },
    "time": {
        "ms millisecond 毫秒": 1e-3,
        "s sec second 秒 秒钟 초": 1.0,
        "min minute 分钟 分 分間 분": 60.0,
        "h hr hour 小时 个小时 钟头 時間 시간": 3600.0,
        "day 天 日間": 86400.0,
        "week 周 星期 个星期 週間 주": 604800.0,
        "fortnight": 1209600.0,
        "month 个月 か月 개월": 2629746.0,
        "yr year 年 年間 년": 31556952.0,
        "decade": 315569520.0,
        "century centuries 世纪": 3155695200.0,
    },
    "speed": {
        "m/s metre per second meter per second": 1.0,
        "km/h kmh kph kilometre per hour kilometer per hour 公里/小时 千米/小时": 1 / 3.6,
        "mph mile per hour": 0.44704,
        "kn kt knot": 1852 / 3600,
    },
    "power": {
        "w watt 瓦": 1.0,
        "kw kilowatt 千瓦": 1e3,
        "mw megawatt": 1e6,
        "gw gigawatt": 1e9,
        "hp horsepower": 745.69987158227,
    },
    "energy": {
        "j joule": 1.0,
        "kj kilojoule": 1e3,
        "kcal kilocalorie": 4184.0,
        "kwh kilowatt-hour kilowatt hour": 3.6e6,
    },
    "voltage": {"mv millivolt": 1e-3, "v volt 伏": 1.0, "kv kilovolt": 1e3},
    "current": {"ma milliampere": 1e-3, "amp ampere": 1.0},
    "resistance": {"ω ohm": 1.0, "kω kiloohm": 1e3},
    "frequency": {
        "hz hertz": 1.0,
        "khz kilohertz": 1e3,
        "mhz megahertz": 1e6,
        "ghz gigahertz": 1e9,
    },
    "data": {
        "kb kilobyte": 1e3,
        "mb megabyte": 1e6,
        "gb gigabyte": 1e9,
        "tb terabyte": 1e12,
    },
    "resolution": {"mp megapixel 万像素": 1.0},
    "loudness": {"db decibel 分贝": 1.0},
    "share": {"% percent per cent": 1.0},
    "angle": {"° degree 度 도": 1.0},
}
"""Names of units by size, one line a unit; plurals are added below."""

_TEMPERATURES = (
    (("°c", "c", "celsius", "degrees celsius", "degree celsius", "degrees c", "摄氏度"), 1.0, 0.0),
    (
        ("°f", "f", "fahrenheit", "degrees fahrenheit", "degree fahrenheit", "degrees f", "华氏度"),
        5 / 9,
        -160 / 9,
    ),
    (("k", "kelvin", "kelvins"), 1.0, -273.15),
)

_CURRENCIES = {
    "USD": "$ us$ usd dollar dollars us_dollar us_dollars buck bucks 美元 美金 ドル 달러",
    "EUR": "€ eur euro euros 欧元 ユーロ 유로",
    "GBP": "£ gbp pound_sterling pounds_sterling quid 英镑",
    "JPY": "jpy yen 日元 円 엔",
    "CNY": "cny rmb yuan renminbi 元 块 块钱 人民币 元人民币",
    "KRW": "₩ krw won 韩元 원",
    "INR": "₹ inr rupee rupees indian_rupee indian_rupees 卢比",
    "RUB": "₽ rub rouble roubles ruble rubles russian_rouble russian_roubles 卢布",
    "CHF": "chf swiss_franc swiss_francs 瑞士法郎",
    "AUD": "a$ au$ aud australian_dollar australian_dollars 澳元",
    "CAD": "c$ ca$ cad canadian_dollar canadian_dollars 加元",
    "HKD": "hk$ hkd hong_kong_dollar hong_kong_dollars 港元 港币",
    "TWD": "nt$ twd new_taiwan_dollar new_taiwan_dollars 新台币",
    "SGD": "s$ sgd singapore_dollar singapore_dollars",
    "NZD": "nz$ nzd new_zealand_dollar new_zealand_dollars",
    "BRL": "r$ brl reais",
    "MXN": "mxn mexican_peso mexican_pesos",
    "TRY": "₺ turkish_lira turkish_liras",
    "ILS": "₪ ils shekel shekels",
    "VND": "₫ vnd dong",
    "THB": "฿ thb baht",
    "UAH": "₴ uah hryvnia hryvnias",
    "PLN": "zł pln zloty zlotys",
}
"""Names and signs of currencies by ISO code; `$` alone is the US dollar."""

SIGNS = ("us$", "au$", "ca$", "hk$", "nt$", "nz$", "a$", "c$", "s$", "r$", *"$€£¥₩₹₽₺₪₫฿₴")
"""Signs that stand before an amount, longest first; `¥` is both yen and yuan."""

CODES = (*(code.lower() for code in _CURRENCIES), "rmb")
"""Codes that may stand before an amount as well: `USD 25`."""

_NAMES_OF_SEVERAL_WORDS = (
    "nautical mile", "square metre", "square meter", "square kilometre", "square kilometer",
    "sq ft", "square foot", "square feet", "sq mi", "square mile", "metric ton", "cubic metre",
    "cubic meter", "metre per second", "meter per second", "kilometre per hour",
    "kilometer per hour", "mile per hour", "per cent", "light year", "sq km", "kilowatt hour",
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
    for same, factor, offset in _TEMPERATURES:
        units |= {name: Unit("temperature", factor, offset) for name in same}
    for code, names_of_currency in _CURRENCIES.items():
        for name in names_of_currency.split():
            units[name.replace("_", " ")] = Unit(f"currency {code}")
    units |= {name: Unit("currency USD", 0.01) for name in ("cent", "cents", "¢", "美分")}
    return units


YEN_OR_YUAN = Unit("currency JPY or CNY")
"""What the sign `¥` says."""

UNITS = _unit_names() | {"¥": YEN_OR_YUAN}
"""Units by folded name."""
