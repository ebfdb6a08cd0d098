"""Numbers that are written as words, fractions, powers or Roman numerals, as digits."""

from __future__ import annotations

import re

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_SCALES = {"thousand": 10**3, "lakh": 10**5, "million": 10**6, "crore": 10**7, "billion": 10**9}
_SCALES |= {"trillion": 10**12}
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100,
}  # fmt: skip
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "eighth": 8,
    "ninth": 9,
    "twelfth": 12,
}
_ORDINALS |= {"twelfth": 12}
_ORDINALS |= {f"{word}th": value for word, value in _UNITS.items() if value not in (1, 2, 3, 5)}
_ORDINALS |= {f"{word[:-1]}ieth": _UNITS[word] for word in _TENS}

_WORD = "|".join(sorted([*_UNITS, "hundred"], key=len, reverse=True))
_SCALE = "|".join(_SCALES)
_SPELLED = re.compile(
    rf"(?<![\w-])(?:(?:a|an) (?=hundred|{_SCALE}))?(?:{_WORD}|(?<=a )(?:{_SCALE}))"
    rf"(?:(?:[ -]| and |, )(?:{_WORD}|{_SCALE}))*(?![\w])",
    re.IGNORECASE,
)
_DOZEN = re.compile(
    r"(?<!\w)(?:(?P<half>half a )|(?P<count>\d+(?:\.\d+)?) |a )?"
    r"(?P<what>dozen|score)s?(?: of)?(?!\w)",
    re.IGNORECASE,
)
_PART = "|".join(_PARTS)
_FRACTION = re.compile(
    r"(?<![\w.-])(?<!first )(?<!second )(?<!other )"
    r"(?:(?P<whole>\d+)(?: and |-and-| (?=\d)))?(?:(?P<count>\d+|an?)[ -])?"
    rf"(?P<part>{_PART})(?P<s>s)?(?:-?(?= (?:a|an|of) )(?: of)?(?: an?| the)?)?(?!\w)",
    re.IGNORECASE,
)
_AND_A_HALF = re.compile(
    r"(?<![\w.,])(?P<whole>an?|\d+) (?P<unit>[a-z]+) and (?:an?|1) half(?!\w)", re.IGNORECASE
)
_RATIO = re.compile(
    r"(?<![\w./,])(?:(?P<whole>\d+) )?"
    r"(?P<over>[1-9]\d{0,2})/(?P<under>[1-9]\d{0,2})(?![\w/]|[.,]\d)"
)
_FEET_AND_INCHES = re.compile(r"(?<![\w.,])(\d+) ?' ?(\d+(?:\.\d+)?) ?\"")
_HOURS = re.compile(r"(?<![\w.,])(\d{1,2}) ?h ?([0-5]\d)(?: ?m(?:in)?)?(?!\w)")
_PAIR = re.compile(r"(?<!\w)(?:a )?(?:pair|couple) of(?= [a-z])", re.IGNORECASE)
_MINUS = re.compile(r"(?<!\w)(?:minus|negative) (?=\d)", re.IGNORECASE)
_POWER = re.compile(
    r"(?:(?P<times>\d+(?:\.\d+)?)\s*[×x*·]\s*)?"
    r"(?<!\d)(?P<base>\d+)\^(?P<power>-?\d{1,2})(?!\d)"
)
_SCIENTIFIC = re.compile(r"(?<![\w.])(?P<times>\d+(?:\.\d+)?)[eE](?P<power>[+-]?\d{1,2})(?!\w)")
_ROMAN = re.compile(
    r"(?<![\w'&/-])(?<!\d )(?=[MDCLXVI]{2,})"
    r"(M{0,3})(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})"
    r"(?![\w'&/-])"
)
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def as_digits(text: str) -> str:
    """A text with its spelled numbers, fractions, powers and Roman numerals as digits.

    Ordinals stay words: the twelfth floor is no number of floors.

    >>> as_digits("half a dozen, three quarters, one thousand five hundred and minus five")
    '6, 0.75, 1500 and -5'
    >>> as_digits("an hour and a half, XII, 2 1/2, 2^10")
    '1.5 hour, 12, 2.5, 1024'
    """
    text = _FEET_AND_INCHES.sub(r"\1 ft \2 in", text)
    text = _HOURS.sub(r"\1 h \2 min", text)
    text = _SPELLED.sub(_read_spelled, text)
    text = _AND_A_HALF.sub(_read_and_a_half, text)
    text = _DOZEN.sub(_read_dozen, text)
    text = _PAIR.sub("2", text)
    text = _FRACTION.sub(_read_fraction, text)
    text = _RATIO.sub(_read_ratio, text)
    text = _POWER.sub(_read_power, text)
    text = _SCIENTIFIC.sub(lambda one: _plain(float(one.group())), text)
    text = _ROMAN.sub(lambda one: str(roman_value(one.group())), text)
    return _MINUS.sub("-", text)


def roman_value(numeral: str) -> int:
    """The value of a Roman numeral in capitals.

    >>> roman_value("XIV")
    14
    """
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))


def is_roman(word: str) -> bool:
    """Whether a word is a Roman numeral of two letters or more, in capitals.

    >>> is_roman("XIV"), is_roman("CIVIL"), is_roman("I")
    (True, False, False)
    """
    return _ROMAN.fullmatch(word) is not None


def number_of_word(word: str) -> int | None:
    """The value of a number word or an ordinal in lower case, or None.

    >>> number_of_word("fourteenth"), number_of_word("5th"), number_of_word("forty-second")
    (14, 5, 42)
    """
    if word in _UNITS:
        return _UNITS[word]
    if word in _ORDINALS:
        return _ORDINALS[word]
    if found := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word):
        return int(found[1])
    tens, dash, ones = word.partition("-")
    if dash and tens in _TENS:
        below = number_of_word(ones)
        return _UNITS[tens] + below if below is not None and 0 < below < 10 else None
    return None


def _read_spelled(match: re.Match[str]) -> str:
    said = match.group().lower()
    pieces = [word for word in re.split(r"[ ,-]+", said) if word not in ("and", "a", "an", "")]
    ones = [word for word in pieces if word in _UNITS and _UNITS[word] < 10]
    # "one, two and three", "six thirty" and "twelve, thirteen" are several numbers.
    if not any(word in _SCALES or word == "hundred" for word in pieces) and len(pieces) > 1:
        tens = [word for word in pieces if word in _TENS]
        if (
            len(pieces) == 2
            and len(tens) == 1 == len(ones)
            and pieces[0] in _TENS
            and "," not in said
        ):
            return str(_UNITS[pieces[0]] + _UNITS[pieces[1]]) if " and " not in said else said
        year = _year_of(pieces) if re.fullmatch(r"[a-z]+ [a-z]+(?:[ -][a-z]+)?", said) else None
        if year is not None:
            return str(year)
        return re.sub(r"[a-z]+", lambda one: str(_UNITS.get(one.group(), one.group())), said)
    total, current = 0, 0
    for word in pieces:
        if word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total += max(current, 1) * _SCALES[word]
            current = 0
        else:
            current += _UNITS[word]
    return str(total + current)


def _year_of(pieces: list[str]) -> int | None:
    """A year that is said in two halves: nineteen eighty-two."""
    century, rest = _UNITS[pieces[0]], sum(_UNITS[word] for word in pieces[1:])
    alike = 10 <= century <= 20 and 10 <= rest <= 99
    tens_first = len(pieces) == 2 or (pieces[1] in _TENS and _UNITS[pieces[2]] < 10)
    return 100 * century + rest if alike and tens_first else None


def _read_and_a_half(match: re.Match[str]) -> str:
    whole = int(match["whole"]) if match["whole"].isdigit() else 1
    return f"{whole}.5 {match['unit']}"


def _read_dozen(match: re.Match[str]) -> str:
    size = 12 if match["what"].lower() == "dozen" else 20
    if match["what"].lower() == "score" and not match["count"]:
        return match.group()
    return _plain(size / 2 if match["half"] else size * float(match["count"] or 1))


def _read_fraction(match: re.Match[str]) -> str:
    part, count, whole = match["part"].lower(), match["count"], match["whole"]
    given = count is not None
    number = float(count) if count and count.isdigit() else 1.0
    # "the third" is an ordinal, "a third" and "two thirds" are parts; a half needs no count.
    plural = bool(match["s"])
    if part != "half" and (not given or (number > 1) != plural):
        return match.group()
    return _plain((float(whole) if whole else 0.0) + number / _PARTS[part])


def _read_ratio(match: re.Match[str]) -> str:
    whole = float(match["whole"]) if match["whole"] else 0.0
    return _plain(whole + float(match["over"]) / float(match["under"]))


def _read_power(match: re.Match[str]) -> str:
    if int(match["base"]) > 1000:
        return match.group()
    times = float(match["times"]) if match["times"] else 1.0
    return _plain(times * float(match["base"]) ** int(match["power"]))


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.12g}"
