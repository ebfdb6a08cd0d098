"""Answers to yes-no questions: `It is not.`, `There is no doubt: yes.`, `是的`."""

from __future__ import annotations

import re

from searchvl_gym.world.folding import fold

_YES = frozenset((
    "yes", "true", "right", "correct", "yep", "yeah", "是", "是的", "对", "對", "对的", "真",
    "正确", "没错", "有", "はい", "そうです", "네", "예", "맞아요", "맞습니다",
))  # fmt: skip
_NO = frozenset((
    "no", "false", "wrong", "incorrect", "nope", "untrue", "否", "不是", "不", "错", "錯", "没有",
    "假", "不对", "错误", "いいえ", "違います", "아니요", "아니오", "아닙니다",
))  # fmt: skip
_UNSURE = re.compile(
    r"\b(?:maybe|perhaps|possibly|not sure|don't know|do not know|cannot|can't|could not|unclear"
    r"|unsure|either|no idea|unknown|depends)\b|也许|可能|不知道|不确定|无法"
    r"|わかりません|分かりません|모르",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"\b(?P<yes>yes|yep|yeah|indeed|certainly|definitely|absolutely|of course|surely|affirmative"
    r"|correct|true|right)\b|\b(?P<no>no|nope|false|incorrect|untrue|wrong)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|neither|isn't|wasn't|aren't|weren't|doesn't|don't|didn't|hasn't|haven't|won't"
    r"|can't|couldn't|wouldn't|shouldn't)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^\W*(?:it|he|she|they|there|this|that|these|those|we|i|you|the [^\W_]+|[A-Z]\w+)\s+"
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|may|must|should)"
    r"(?:n't|nt| not)?\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NO_DOUBT = re.compile(
    r"\b(?:there is |there's )?no (?:doubt|question)\b[,:]?|\bwithout (?:a )?doubt\b", re.I
)
_NEVER = re.compile(r"^\W*(?:never|not at all|by no means|far from it|not really)\b", re.I)
_NO_NOUN = re.compile(r"^\W*no [a-z]+ (?:can|could|is|are|was|were|has|have)\b", re.IGNORECASE)
_EAST_ASIAN = re.compile(
    r"(?P<no>不是|并非|没有|沒有|并不|不对|否|错误|いいえ|ではない|ではありません|違い|아니|不)"
    r"|(?P<yes>是的|没错|沒錯|正确|对|對|はい|そうです|맞|네|예|是|有)"
)
_STOP = frozenset((
    "is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "the", "a", "an",
    "this", "that", "there", "it", "in", "on", "of", "to", "than", "more", "at", "for", "with",
))  # fmt: skip


def is_yes_no(gold: str) -> bool:
    """Whether a right answer is yes or no, in words of several languages.

    >>> is_yes_no("Yes."), is_yes_no("不是"), is_yes_no("none")
    (True, True, False)
    """
    return _side(gold) is not None


def _side(text: str) -> bool | None:
    folded = text.strip().strip(".!。！").lower()
    if folded in _YES:
        return True
    return False if folded in _NO else None


def says_yes(text: str, question: str) -> bool | None:
    """What an answer says: True for yes, False for no, None when it cannot be told.

    >>> says_yes("There is no doubt: yes.", ""), says_yes("It does not.", ""), says_yes("Maybe", "")
    (True, False, None)
    >>> says_yes("The shop is open.", "Is the shop open?")
    True
    """
    side = _side(text)
    if side is not None:
        return side
    if _NEVER.match(text):
        return False
    text = _NO_DOUBT.sub(" certainly ", text)
    if not re.search(r"[A-Za-z]", text):
        return _says_yes_in_east_asia(text)
    if _UNSURE.search(text) and not re.match(r"^\W*(?:yes|no)\b(?! or\b| and\b)", text, re.I):
        return None
    if re.search(
        r"\byes\b[^.]*\b(?:and|or)\b[^.]*\bno\b|\bno\b[^.]*\bor\b[^.]*\byes\b", text, re.I
    ):
        return None
    first = re.split(r"[,.;:!]|\bbut\b", text.strip(), maxsplit=1)[0]
    if re.search(r"\bbut\b", text, re.IGNORECASE):
        later = says_yes(re.split(r"\bbut\b", text, flags=re.IGNORECASE)[-1], question)
        if later is not None:
            return later
    if _NO_NOUN.match(text):
        return None
    if found := _WORD.match(first.strip()):
        return _turned(found, first)
    if words := list(_WORD.finditer(text)):
        return _turned(words[-1], text) if not _contradicts(words) else None
    said = _by_statement(text, question)
    return _by_statement(first, question) if said is None else said


def _contradicts(words: list[re.Match[str]]) -> bool:
    return len({word["yes"] is not None for word in words}) > 1


def _turned(word: re.Match[str], text: str) -> bool:
    """The side of a word, turned by a negation before it (`not true`)."""
    says = word["yes"] is not None
    adjective = word.group().lower() in ("true", "correct", "right", "yes", "wrong", "false")
    before = text[: word.start()]
    if says and not adjective and _NOT.search(text):
        return False
    return not says if adjective and _NOT.search(before) else says


def _by_statement(text: str, question: str) -> bool | None:
    """Whether a statement repeats the question, affirmed or denied."""
    denied = _NOT.search(text) is not None
    match = _AUXILIARY.match(text.strip().rstrip(".!"))
    if match is not None and not re.search(r"\w", match["rest"]):
        return not denied
    asked = {word for word in re.findall(r"\w+", fold(question)) if word not in _STOP}
    said = {word for word in re.findall(r"\w+", fold(text)) if word not in _STOP}
    if denied and match is not None:
        main = said - {"not"}
        return (
            False if not question or not main - asked or len(match["rest"].split()) <= 3 else None
        )
    order = [word for word in re.findall(r"\w+", fold(text)) if word in asked]
    in_question = [word for word in re.findall(r"\w+", fold(question)) if word in said]
    repeats = asked <= said or (match is not None and said and said <= asked)
    if asked and repeats and order == in_question:
        return not denied
    return None


def _says_yes_in_east_asia(text: str) -> bool | None:
    if _UNSURE.search(text) or "是不是" in text or "是否" in text:
        return None
    match = _EAST_ASIAN.search(text)
    if match is None:
        return None
    return match["yes"] is not None
