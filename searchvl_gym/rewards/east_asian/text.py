"""Chinese, Japanese and Korean text: one script, and its function words in English.

These languages put no spaces between words. The words by which an answer denies, doubts, joins
or compares are few; once they are glossed in English, the rules for English statements apply.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from searchvl_gym.rewards.reading.segments import OTHER, RIGHT

if TYPE_CHECKING:
    import opencc

LETTER = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々"
"""Characters of the three languages, for a character class."""

_ANY = re.compile(f"[{LETTER}]")

_GLOSSES: tuple[tuple[str, Sequence[str]], ...] = (
    (" at first I thought ", ("起初我以为是", "起初我以为", "起初以为是", "起初以为",
        "一开始我以为是", "一开始以为是",
        "最初以为是", "原以为是", "我本以为是", "先以为是", "起初", "最初は", "처음에는")),
    (", but ", ("后来确认是", "后来确认", "后来发现是", "后来发现", "后来", "但实际上是",
        "但实际上", "实际上是", "实际上", "其实是", "其实",
        "但是", "而是", "不过", "然而", "但", "しかし", "実際は", "하지만", "그러나")),
    (" rather than ", ("而不是", "而非")),
    (" whether ", ("是不是", "是否为", "是否是", "是否")),
    (" cannot tell ", ("无法确定", "无法判断", "无法确认", "不能确定", "不能判断", "不知道",
        "不清楚", "没有找到", "没找到", "找不到",
        "不确定", "看不出", "无法", "分かりません", "わかりません", "分からない", "わからない",
        "모르겠", "알 수 없")),
    (" not ", ("并不是", "不是", "并非", "不为", "绝非", "没有", "不选", "不在", "并不")),
    (" or maybe ", ("也可能是", "也可能", "也许是")),
    (" maybe ", ("可能是", "应该是", "大概是", "可能", "也许", "大概", "应该", "おそらく",
        "たぶん", "아마")),
    (" or ", ("或者是", "或者", "或是", "还是", "抑或", "或", "または", "もしくは", "あるいは",
        "또는", "혹은")),
    (" and ", ("以及", "和", "与", "跟", "及", "以及", "そして", "と", "및", "그리고")),
    (" the answer is ", ("正确答案是", "正确答案为", "正确答案", "答案是", "答案为", "答案",
        "正解は", "答えは", "정답은", "답은", "选择", "选")),
    (" I think ", ("我认为是", "我认为", "我觉得是", "我觉得", "我想")),
    (" sorry ", ("抱歉", "对不起", "申し訳", "죄송")),
    (" except ", ("除了", "除")),
    (" near ", ("靠近", "邻近", "临近", "毗邻")),
    (" also called ", ("简称", "又称", "又名", "也叫", "也称", "俗称", "别名", "亦称")),
    (" in ", ("位于", "坐落于", "坐落在")),
    (" ", ("だと思います", "と思います", "と思う", "でしょう", "かもしれません", "かもしれない",
        "と考えられます")),
    (" at least ", ("至少", "最少", "不少于", "不低于")),
    (" more than ", ("超过", "多于", "高于", "大于")),
    (" less than ", ("少于", "低于", "小于", "不到", "不足")),
    (" at most ", ("至多", "最多")),
    (", so ", ("所以", "因此")),
    (" although ", ("虽然", "尽管")),
    (" is ", ("这是", "那是", "它是", "他是", "她是", "それは", "これは", "그는", "是", "です",
        "でした", "である", "입니다",
        "이에요", "예요", "이다", "だ")),
)  # fmt: skip
_ENGLISH = {word: english for english, words in _GLOSSES for word in words}
_GLOSS = re.compile("|".join(sorted(map(re.escape, _ENGLISH), key=len, reverse=True)))

_MARK = f"[{RIGHT}{OTHER}]"
_UNIT = r"(?:\s*(?:[个個只位名人岁年月日号件座本条公斤里米元\uac00-\ud7af匹]{0,3}))"
_POSTFIX: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (
            r"([^\s,.。、，]{0,20})\s?(?:ではなく|じゃなく|でなく)て?[、，,]?",
            r" not \1 but ",
        ),
        (
            r"([^\s,.。、，]{0,20})\s?(?:ではありません|ではない|じゃない|でない)",
            r" not \1 ",
        ),
        (r"([^\s,.。、，]{0,20})\s?[이가]\s?아니라", r" not \1 but "),
        (
            r"([^\s,.。、，]{0,20})\s?[이가]\s?아(?:닙니다|니다|니에요|님)",
            r" not \1 ",
        ),
        (r"([^\s,.。、，]{0,20})\s?(?:かどうか|인지)", r" whether \1 "),
        (rf"({_MARK}{_UNIT})\s*(?:以上|이상|多|余)", r"\1 or more "),
        (rf"({_MARK}{_UNIT})\s*(?:以下|以内|이하)", r"\1 or less "),
        (rf"({_MARK}{_UNIT})\s*(?:以后|之后|以後|이후)", r"\1 or later "),
        (rf"({_MARK}{_UNIT})\s*(?:以前|之前|이전)", r"\1 or earlier "),
        (rf"({_MARK}{_UNIT})\s*(?:到|至|から|부터)\s*(?={_MARK})", r"\1 to "),
        (rf"(?<=[{LETTER}])か\s*(?={_MARK})", " or "),
        (rf"(?<={_MARK})\s*(?:か|이나|나)\s*(?=[{LETTER}{RIGHT}{OTHER}])", " or "),
    )
)
_STOPS = str.maketrans({"。": ". ", "、": ", ", "·": "·", "・": "·", "•": "·", "‧": "·"})
_BRACKETS = re.compile(r"[《》「」『』〈〉【】]")


def is_east_asian(text: str) -> bool:
    """Whether a text holds Chinese, Japanese or Korean characters.

    >>> is_east_asian("答案是北京"), is_east_asian("Beijing")
    (True, False)
    """
    return _ANY.search(text) is not None


@cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=4096)
def simplify(text: str) -> str:
    """A text in simplified characters, with plain stops and without title marks.

    >>> simplify("《紅樓夢》、毛澤東。")
    '红楼梦, 毛泽东. '
    """
    if not is_east_asian(text):
        return text
    text = unicodedata.normalize("NFC", text).translate(_STOPS)
    return str(_converter().convert(_BRACKETS.sub("", text)))


@lru_cache(maxsize=4096)
def romanise(text: str) -> str:
    """A text in Latin letters, as pinyin, romaji and the like have it, without spaces.

    >>> romanise("北京"), romanise("Владимир")
    ('BeiJing', 'Vladimir')
    """
    from anyascii import anyascii

    return str(anyascii(text))


def gloss(marked: str) -> str:
    """A marked text whose function words are English.

    >>> gloss(f"不是{RIGHT}，而是 上海").split() == ["not", f"{RIGHT},", "but", "上海"]
    True
    """
    text = marked
    for pattern, written in _POSTFIX:
        text = pattern.sub(written, text)
    text = _GLOSS.sub(lambda word: _ENGLISH[word.group()], text)
    text = re.sub(r"[了吗呢吧啊呀]|ですか|입니까", " ", text).replace("，", ", ")
    return re.sub(r",\s*,", ",", text)
