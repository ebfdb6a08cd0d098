"""Names in Chinese, Japanese and Korean, where no spaces part words."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from searchvl_gym.rewards.east_asian.numbers import as_east_asian_digits
from searchvl_gym.rewards.east_asian.text import LETTER, simplify
from searchvl_gym.rewards.names.places import country_code, country_names
from searchvl_gym.rewards.reading.segments import OTHER, RIGHT
from searchvl_gym.world.folding import fold

_CLASSES: tuple[tuple[str, ...], ...] = (
    (
        "市",
        "都",
        "府",
        "县",
        "省",
        "州",
        "国",
        "岛",
        "区",
        "镇",
        "道",
        "特别市",
        "특별시",
        "광역시",
        "시",
        "도",
    ),
    ("朝代", "朝", "代", "时期", "王朝"),
    ("色", "颜色", "色い", "い", "색", "ん색"),
    ("边", "侧", "面", "方"),
    ("公司", "集团", "有限公司", "株式会社", "회사"),
    (
        "先生",
        "女士",
        "老师",
        "教授",
        "博士",
        "将军",
        "同志",
        "皇帝",
        "帝",
        "さん",
        "氏",
        "장군",
        "씨",
        "님",
    ),
)
"""Endings of the same kind: with one, with another or without, it is the same name."""

_TOWNS = ("市", "省", "都", "府", "县", "특별시", "광역시", "시")
_ORDINAL_COUNTERS = "名位次届层章集部季代番"
_PREFIX = re.compile(r"^(?:中国|日本|大韩民国|韩国)(?=.{2,})")
_ENDS_BEFORE = "是在于为叫到有的了和与或由像自属は、がをにでのともや로는은이가을를의에와과도："
_STARTS_AFTER = (
    "的", "是", "在", "和", "与", "或", "还", "不", "并", "而", "也", "就", "之", "以", "附近",
    "旁",
    "吗", "呢", "了", "上", "里", "中", "由", "被", "为", "有", "は", "が", "を", "に", "で",
    "の", "と",
    "も", "や", "か", "だ", "です", "な", "よ", "ね", "じゃ", "から", "まで", "은", "는", "이",
    "가",
    "을", "를", "의", "에", "로", "와", "과", "도", "입", "예", "인", "또", "만", "이다",
    "样式", "之间",
    "写的", "画的", "设计", "建造", "拍的", "拍摄", "发明", "创作", "所作", "所写", "执导",
    "主演", "演唱", "发现",
)  # fmt: skip
_OTHERS_BEFORE = frozenset("小新老南北东西中上下前后续副非准伪假亚半次旧")
"""Characters before a name that make another one of it: 南京 is not 京."""

_RELATIVES = (
    "弟弟", "哥哥", "姐姐", "妹妹", "儿子", "女儿", "父亲", "母亲", "妻子", "丈夫", "朋友",
    "老师",
    "学生", "弟子", "徒弟", "对手", "竞争对手", "邻国", "邻居", "首都", "前身", "继任者",
    "前任", "附近",
    "旁边", "助手", "同事", "祖父", "孙子", "复制品", "仿制品", "아들", "딸", "친구", "제자",
)  # fmt: skip
_RELATION = re.compile(rf"{RIGHT}\s*(?:的|の|의 ?)?\s*(?:{'|'.join(_RELATIVES)})")
_OWNED = re.compile(rf"{RIGHT}\s*(?:的|の)\s*([{LETTER}]{{4,}})\s*(?:$|[,.;!?])")
_WHERE = re.compile("城市|哪里|哪儿|国家|省|何处|どこ")
_TIME = re.compile(rf"{RIGHT}\s*(?:以前|之前|以后|之后|以外|之外)")
_TEACHER = re.compile(rf"{RIGHT}\s*的(?:老师|学生|朋友)")
_LETTERS = re.compile(f"[{LETTER}]+")
_RUN_BEFORE = re.compile(f"[{LETTER}]+$")


@lru_cache(maxsize=512)
def east_asian_forms(form: str) -> tuple[str, ...]:
    """A name in all forms: other endings of its kind, parts of a foreign name, longest first.

    >>> {"唐朝", "唐"} <= set(east_asian_forms("唐代"))
    True
    """
    plain = as_east_asian_digits(simplify(form)).strip(" .,!?。")
    found = {plain}
    if code := country_code(form):
        found.update(name for name in country_names(code) if _LETTERS.fullmatch(name))
        return tuple(sorted(found, key=lambda one: (-len(one), one)))
    for endings in _CLASSES:
        stem = next((plain.removesuffix(end) for end in endings if plain.endswith(end)), None)
        if stem and (len(stem) > 1 or endings[0] in ("朝代", "色", "边")):
            found |= {stem, *(f"{stem}{end}" for end in endings)}
    for endings in (_TOWNS, _CLASSES[4], _CLASSES[5]):
        if len(plain) > 1:
            found |= {f"{plain}{end}" for end in endings}
    if len(plain) == 1:
        found |= {f"{plain}{end}" for end in (*_CLASSES[2], *_CLASSES[3])}
    if "·" in plain:
        found |= {plain.replace("·", ""), plain.rpartition("·")[2]}
    if plain.startswith("第") and plain[-1].isdigit():
        found |= {f"{plain}{counter}" for counter in _ORDINAL_COUNTERS}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def mark_east_asian(text: str, accepted: Sequence[str], question: str) -> str:
    """A text with the places marked where it gives one of the accepted names.

    Args:
        text: What was said, in simplified characters.
        accepted: Right answers in one of the three languages.
        question: Words of it may follow a name.

    >>> mark_east_asian("南京大学在北京市", ["北京"], "").count(RIGHT)
    1
    """
    asked = simplify(question)
    text = as_east_asian_digits(text)
    pieces: list[tuple[int, int]] = []
    forms = [(one, form) for form in accepted for one in east_asian_forms(form)]
    for form, gold in sorted(forms, key=lambda pair: -len(pair[0])):
        start = text.find(form)
        while form and start >= 0:
            end = start + len(form)
            free = not any(start < last and first < end for first, last in pieces)
            if free and _stands_alone(text, start, end, asked, gold):
                pieces.append((start, end))
            start = text.find(form, start + 1)
    for start, end in sorted(pieces, reverse=True):
        text = f"{text[:start]} {RIGHT} {text[end:]}"
    return text


def _stands_alone(text: str, start: int, end: int, asked: str, gold: str) -> bool:
    """Whether no longer name stands around a place."""
    after = text[end : end + 4]
    follows = not after or not _LETTERS.match(after) or after.startswith(_STARTS_AFTER)
    if not follows and not (len(after) > 1 and after[:2] in asked):
        return False
    run = _RUN_BEFORE.search(text[:start])
    before = "" if run is None else run.group()
    for place in range(len(before) - 1, -1, -1):
        if before[place] in _ENDS_BEFORE:
            before = before[place + 1 :]
            break
    partial = text[start:end] != simplify(gold)
    if text[start - 1 : start] == "·" and "·" in gold and partial:
        given = re.split(r"[^\w·]", text[:start])[-1].strip("·").split("·")
        return given[0] in simplify(gold)
    return not (len(before) == 1 and before in _OTHERS_BEFORE)


def contradicts_in_east_asia(glossed: str, question: str) -> str | None:
    """Why a glossed and marked answer does not count, or None when it does.

    >>> contradicts_in_east_asia(f"{RIGHT} or 上海", "")
    'it names an alternative'
    """
    if _RELATION.search(glossed) or _TEACHER.search(glossed) or _TIME.search(glossed):
        rest = _TIME.sub(" ", _TEACHER.sub(" ", _RELATION.sub(" ", glossed)))
        if RIGHT not in rest:
            return "it names the answer only to describe something else"
    owned = _OWNED.search(glossed)
    if owned is not None and not _WHERE.search(question) and owned[1] not in simplify(question):
        return "it names the answer only to describe something else"
    if re.search(rf"\b(?:near|except)\s+{RIGHT}", glossed):
        return "it names the answer only to describe something else"
    if re.search(rf"\b(?:not|rather than|cannot tell|whether)\s+(?:is |in )?{RIGHT}", glossed):
        return "it denies the answer"
    asked = frozenset(_LETTERS.findall(simplify(question)))
    clauses = [part for part in re.split(r"[,;.!?\n]|\bbut\b", glossed) if part.strip()]
    for clause in clauses:
        parts = re.split(r"\bor(?: maybe)?\b", clause)
        if len(parts) > 1 and RIGHT in clause and any(_names(part) for part in parts):
            return "it names an alternative"
    own = next((clause for clause in clauses if RIGHT in clause), "")
    for clause in clauses:
        if re.search(r"\bor\b", clause) and RIGHT not in clause:
            return "it names an alternative"
        if RIGHT in clause:
            if any(_is_item(part) for part in re.split(r"\band\b", clause) if RIGHT not in part):
                return "it names another value"
        elif _is_item(clause) and not _is_qualifier(clause):
            return "it names another value"
    return _says_of_another(own, clauses, simplify(question), asked)


def _says_of_another(own: str, clauses: Sequence[str], asked: str, runs: Set[str]) -> str | None:
    """Whether the answer is said of one thing and another value of what was asked."""
    mine = _subject(own)
    if not mine or mine in asked or not asked:
        return None
    for clause in clauses:
        subject = _subject(clause)
        if RIGHT not in clause and subject and subject in asked:
            return "it says it of something else"
    return None


def _subject(clause: str) -> str:
    match = re.match(rf"\s*([{LETTER}]+?)\s*(?: is |は|이 |는 )", clause)
    return match[1] if match is not None else ""


def _names(part: str) -> bool:
    return RIGHT in part or OTHER in part or _LETTERS.search(part) is not None


def _is_item(part: str) -> bool:
    """Whether a part is nothing but a short name."""
    stripped = re.sub(r"\b(?:maybe|and|a|the|no|yes)\b", " ", part, flags=re.I).strip()
    return re.fullmatch(rf"[{LETTER}]{{1,8}}", stripped) is not None or (
        re.fullmatch(r"[A-Z][\w ]{1,20}", stripped) is not None
    )


def _is_qualifier(part: str) -> bool:
    """Whether a part only says where or what: 中国, 浙江省."""
    stripped = part.strip()
    return country_code(stripped) is not None or stripped.endswith(("省", "市", "县", "国"))


def holds_folded(text: str, form: str) -> bool:
    """Whether a text is the form, but for spaces and case."""
    return fold(text).replace(" ", "") == fold(form).replace(" ", "")
