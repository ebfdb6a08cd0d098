"""Numbers in Chinese, Japanese and Korean words, as digits."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_DIGITS |= {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"两": 2, "兩": 2, "○": 0}
_TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_KOREAN = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5,
    "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
}  # fmt: skip

_NUMERAL = "".join([*_DIGITS, *_TENS, *_MYRIADS])
_RUN = re.compile(
    rf"(?:\d+(?:\.\d+)?(?=[{''.join([*_TENS, *_MYRIADS])}])|[{_NUMERAL}])(?:[{_NUMERAL}]|\d)*"
)
_COUNTERS = (
    "个個只隻位名人条條张張座本次岁歲件头頭匹辆輛层層朵颗顆家间間台部场場块塊元年月日号號天周小分秒点點时時"
    "度米里公千克斤吨升毫厘平亩枚头支枝根把双雙对對套页頁章册票杯瓶碗口届屆倍成种種项項门門节節段幅列班届代世回"
    "つ円番羽冊軒階本杯枚匹頭台명개마리살층권대번회%％"
)
_NOT_NUMBERS = re.compile(
    r"一(?=共|样|般|定|起|些|直|旦|切|边|致|下|种|方面)|十分(?!之)|(?<![一二三四五六七八九十百千两几数\d])万一|(?<=第)一线|统一|唯一|同一"
)
_SHARE = re.compile("\ue011([\\d.]+)")
_FRACTION = re.compile(r"(\d+)分之(\d+)")
_HALF = re.compile(
    r"半(?=个|小时|年|天|月|公里|公斤|斤|米|打|分|日|時間)个?|(?<=\d)个?半(?=小时|年|天)"
)
_BELOW = re.compile(r"(?:零下|负|負|-)\s*(?=\d)")
_DOZEN = re.compile(r"(\d+(?:\.\d+)?)打(?![\u4e00-\u9fff])|^一打$")
_KOREAN_RUN = re.compile(
    rf"(?<![가-힣])(열)?\s?({'|'.join(sorted(_KOREAN, key=len, reverse=True))})"
    rf"(?=\s?[명개마살층권대번]|$|[\s.,])"
)


def as_east_asian_digits(text: str) -> str:
    """A text with its Chinese, Japanese and Korean numerals as digits.

    A single numeral is read only where something is counted; `两三个` (two or three) is no number.

    >>> as_east_asian_digits("三亿五千万, 百分之七十五, 一九九七年, 1.2万, 两三个")
    '350000000, 75%, 1997年, 12000, 两三个'
    """
    text = text.replace("百分之", "\ue011")
    protected = _NOT_NUMBERS.sub(lambda one: "\ue010" * len(one.group()), text)
    pieces, last = [], 0
    for match in _RUN.finditer(protected):
        value = _read_run(match.group())
        counted = len(match.group()) > 1 or _is_counted(protected, match)
        if value is None or not counted:
            continue
        pieces.append(text[last : match.start()] + value)
        last = match.end()
    text = "".join(pieces) + text[last:]
    text = _SHARE.sub(r"\1%", text).replace("\ue011", "百分之")
    text = _FRACTION.sub(lambda one: f"{int(one[2]) / max(1, int(one[1])):.12g}", text)
    text = _HALF.sub(
        lambda one: ".5" if text[one.start() - 1 : one.start()].isdigit() else "0.5", text
    )
    text = _DOZEN.sub(lambda one: f"{12 * float(one[1] or 1):g}", text)
    text = _KOREAN_RUN.sub(_read_korean, text)
    return _BELOW.sub("-", text)


def _is_counted(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() : match.end() + 1]
    ended = not after or not after.isalnum()
    begun = (
        not before or not before[-1].isalnum() or before[-1] in "是为有第共约約は达周期拜之\ue011"
    )
    counted = after != "" and after in _COUNTERS
    return (ended and begun) or counted or (begun and after in ("的", "で", "입", "多", "几"))


def _read_run(run: str) -> str | None:
    if run in _TENS:
        return str(_TENS[run])
    if run in _MYRIADS or run[0] in _MYRIADS or (run[0] in _TENS and run[0] not in "十拾"):
        return None
    if all(letter in _DIGITS for letter in run):
        digits = "".join(str(_DIGITS[letter]) for letter in run)
        # 二〇〇八 is a year or a code; 两三 is "two or three".
        return digits if len(run) != 2 or "0" in digits else None
    total = section = 0.0
    number: float | None = None
    size = 1.0
    for part in re.findall(r"\d+(?:\.\d+)?|.", run):
        if part in _DIGITS:
            if number:
                return None
            number = float(_DIGITS[part])
        elif part in _TENS:
            size = float(_TENS[part])
            section += (1.0 if number is None else number) * size
            number = None
        elif part in _MYRIADS:
            section = (section + (number or 0.0)) * _MYRIADS[part]
            if section == 0:
                return None
            total, section, number, size = total + section, 0.0, None, float(_MYRIADS[part])
        else:
            number = float(part)
    if number is not None:
        # 一百八 and 三千五 leave out the last unit.
        short = run[-1] in _DIGITS and len(run) > 1 and run[-2] not in "零〇十拾"
        section += number * (size / 10 if short and size > 10 else 1.0)
    value = total + section
    return str(int(value)) if value == int(value) else f"{value:.12g}"


def _read_korean(match: re.Match[str]) -> str:
    return str((10 if match[1] else 0) + _KOREAN[match[2]])
