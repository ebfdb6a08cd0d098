import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.rewards.east_asian.numbers import as_east_asian_digits
from searchvl_gym.rewards.reading.numerals import as_digits, is_roman, roman_value
from searchvl_gym.rewards.values.quantities import find_quantities

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(number: int) -> str:
    """A number below a billion in English, written independently of the parser."""
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = f" {spelled(number % size)}" if number % size else ""
            joint = " and" if rest and size == 100 else ""
            return f"{spelled(number // size)} {name}{joint}{rest}"
    if number < 20:
        return ONES[number]
    ones = f"-{ONES[number % 10]}" if number % 10 else ""
    return TENS[number // 10 - 2] + ones


def in_chinese(number: int) -> str:
    """A number below 10^8 in Chinese, written independently of the parser."""
    digits = "零一二三四五六七八九"
    if number >= 10_000:
        rest = number % 10_000
        zero = "零" if rest and rest < 1000 else ""
        return in_chinese(number // 10_000) + "万" + zero + (in_chinese(rest) if rest else "")
    said, pending = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            said += ("零" if pending else "") + digits[digit] + name
            pending = False
        else:
            pending = bool(said)
    return said


def in_roman(number: int) -> str:
    said = ""
    for value, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        while number >= value:
            said, number = said + letters, number - value
    return said


@given(st.integers(0, 999_999_999))
def test_spelled_numbers(number: int) -> None:
    assert as_digits(spelled(number)) == str(number)
    assert as_digits(f"It has {spelled(number)} parts.") == f"It has {number} parts."


@given(st.integers(11, 99_999_999))
def test_chinese_numbers(number: int) -> None:
    assert as_east_asian_digits(f"共有{in_chinese(number)}个") == f"共有{number}个"


@given(st.integers(1, 3999))
def test_roman_numbers(number: int) -> None:
    numeral = in_roman(number)
    assert roman_value(numeral) == number
    if len(numeral) > 1:
        assert is_roman(numeral) and as_digits(f"chapter {numeral}") == f"chapter {number}"


@given(st.integers(1, 99), st.integers(2, 99))
def test_fractions(over: int, under: int) -> None:
    [found] = find_quantities(as_digits(f"{over}/{under}"))
    assert found.value == pytest.approx(over / under)


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("nineteen eighty-two", "1982"),
        ("half a dozen", "6"),
        ("two dozen", "24"),
        ("two thirds", "0.666666666667"),
        ("an hour and a half", "1.5 hour"),
        ("minus five", "-5"),
        ("1.2 × 10^6", "1200000"),
        ("5'11\"", "5 ft 11 in"),
        ("one, two and three", "1, 2 and 3"),
        ("the third floor", "the third floor"),
        ("10/24/1929", "10/24/1929"),
        ("No one knows", "No 1 knows"),
    ],
)
def test_other_ways_to_write_a_number(said: str, digits: str) -> None:
    assert as_digits(said) == digits


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("百分之七十五", "75%"),
        ("四分之三", "0.75"),
        ("1.2万", "12000"),
        ("二〇〇八年", "2008年"),
        ("两三个", "两三个"),
        ("一共有12个", "一共有12个"),
        ("三角形", "三角形"),
        ("零下5度", "-5度"),
        ("다섯 명", "5 명"),
    ],
)
def test_east_asian_ways_to_write_a_number(said: str, digits: str) -> None:
    assert as_east_asian_digits(said) == digits
