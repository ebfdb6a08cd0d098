"""Reading what is almost JSON, where there is only one thing that it can mean.

Models write Python literals, quotes of the wrong kind, line breaks inside texts, a comma too many
and a bracket too few. Each of these is read; where two readings are possible, none is. Libraries
that repair JSON guess instead (`{"q": "5" nail"}` becomes `5" nail"}`), and some take seconds for
what a model can write in one turn; this reader takes time linear in the text.
"""

from __future__ import annotations

import re
from typing import Any

from searchvl_gym.chat.json_text import MAX_DEPTH

_CLOSING_QUOTES = {
    '"': '"', "'": "'", "`": "`",
    "“": "”“", "”": "”“", "„": "”“", "‘": "’‘", "’": "’‘", "‚": "’‘",
}  # fmt: skip
# A comment is short: looking for its end behind every quote must not take long.
_BLANK = r"(?:[ \t\r\n]|//[^\n]{0,100}+\n|/\*[^*]{0,100}+\*/)*+"
_SKIP = re.compile(_BLANK)
_BARE_KEY = re.compile(r"[A-Za-z_]\w*+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?(?![\w.])", re.ASCII)
_WORD = re.compile(r"[A-Za-z]++")
_WORDS = {
    "true": True, "True": True, "false": False, "False": False, "null": None, "None": None,
}  # fmt: skip
_TRIPLE = ('"""', "'''")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_QUOTED_KEY = "|".join(
    rf"{opening}(?:\\.|[^\\{closing}\n]){{0,100}}+[{closing}]"
    for opening, closing in _CLOSING_QUOTES.items()
)
_KEY = rf"(?:{_QUOTED_KEY}|[A-Za-z_]\w*+){_BLANK}:"
_BRACKETS = re.compile(rf"(?:{_BLANK},?{_BLANK}[}}\]])++")
_NEXT_MEMBER = re.compile(rf"{_BLANK}(?:,{_BLANK})?{_KEY}", re.DOTALL)
_NEXT_ITEM = re.compile(rf"{_BLANK},{_BLANK}[^\s,]")
_END = re.compile(rf"{_BLANK},?{_BLANK}\Z")
_STRUCTURE = re.compile(rf"{_BLANK}[:,}}\]]")


def read_near_json(text: str, start: int = 0, *, complete: bool = False) -> tuple[Any, int]:
    r"""Read one object or list that stands at an index of a text.

    Args:
        text: What a model wrote.
        start: Index of its `{` or `[`.
        complete: Whether the text is known to end where the value does; only then are brackets
            that are missing at its end added.

    Returns:
        The value and the index after it. What follows is not looked at.

    Raises:
        ValueError: When it cannot be read in exactly one way.

    >>> read_near_json("{'q': 'it's red', 'exact': True,} and so on")
    ({'q': "it's red", 'exact': True}, 33)
    >>> read_near_json('{"code": "a = 1\nb = 2"', complete=True)[0]
    {'code': 'a = 1\nb = 2'}
    >>> read_near_json('{"code": "f("a", "b")"}')
    Traceback (most recent call last):
    ValueError: a quote that ends a text or stands inside it at character 14
    """
    reader = _Reader(text, start, complete)
    if text[start : start + 1] not in ("{", "["):
        raise ValueError("no object at its beginning")
    value = reader.value()
    return value, reader.at


class _Reader:
    """A place in a text, and how many brackets are open there."""

    def __init__(self, text: str, at: int, complete: bool) -> None:
        self.text, self.at, self._complete = text, at, complete
        self._open: list[str] = []

    def value(self) -> Any:
        """The value at this place."""
        sign = self.text[self.at : self.at + 1]
        if sign in ("{", "["):
            if len(self._open) >= MAX_DEPTH:
                raise ValueError("it is nested too deeply")
            self._open.append(sign)
            self.at += 1
            made = self._members() if sign == "{" else self._items()
            self._open.pop()
            return made
        if sign and sign in _CLOSING_QUOTES:
            return self._string(is_key=False)
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            written = number.group()
            return float(written) if re.search("[.eE]", written) else int(written)
        word = _WORD.match(self.text, self.at)
        if word is not None and word.group() in _WORDS:
            self.at = word.end()
            return _WORDS[word.group()]
        raise self._error("no value")

    def _members(self) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not self._ends("}"):
            if self.text[self.at] in _CLOSING_QUOTES:
                key = self._string(is_key=True)
            else:
                bare = _BARE_KEY.match(self.text, self.at)
                if bare is None:
                    raise self._error("no name of a member")
                key, self.at = bare.group(), bare.end()
            self._blank()
            if self.text[self.at : self.at + 1] != ":":
                raise self._error("no colon")
            self.at += 1
            self._blank()
            if key in members:
                raise self._error(f"a second {key[:40]!r}")
            members[key] = self.value()
        return members

    def _items(self) -> list[Any]:
        items: list[Any] = []
        while not self._ends("]"):
            items.append(self.value())
        return items

    def _ends(self, closing: str) -> bool:
        """Whether the innermost object or list ends here; goes to its next member otherwise."""
        before = self.at
        self._blank()
        comma = self.text[self.at : self.at + 1] == ","
        if comma:
            if self.text[before - 1] in "{[":
                raise self._error("a comma before the first value")
            self.at += 1
            self._blank()
        sign = self.text[self.at : self.at + 1]
        if sign == closing:
            self.at += 1
            return True
        if not sign:
            if not self._complete:
                raise self._error("it is cut off")
            return True
        if sign in ("}", "]"):
            # Somebody else's bracket: the innermost one was forgotten.
            if ("{" if sign == "}" else "[") not in self._open[:-1]:
                raise self._error("a bracket that nothing opened")
            return True
        if closing == "]" and not comma and self.text[before - 1] != "[":
            raise self._error("no comma")
        return False

    def _string(self, *, is_key: bool) -> str:
        opening = self.text[self.at]
        if self.text.startswith(_TRIPLE, self.at) and not is_key:
            triple = self.text[self.at : self.at + 3]
            end = self.text.find(triple, self.at + 3)
            if end >= 0:
                inside, self.at = self.text[self.at + 3 : end], end + 3
                return _unescape(inside)
        signs = re.compile(rf"\\.|[{_CLOSING_QUOTES[opening]}]", re.DOTALL)
        for found in signs.finditer(self.text, self.at + 1):
            if found.group().startswith("\\"):
                continue
            if self._closes(found.end(), is_key):
                inside, self.at = self.text[self.at + 1 : found.start()], found.end()
                return _unescape(inside)
            if _STRUCTURE.match(self.text, found.end()):
                self.at = found.start()
                raise self._error("a quote that ends a text or stands inside it")
        raise self._error("a text that does not end")

    def _closes(self, after: int, is_key: bool) -> bool:
        """Whether a quote ends its text, by what stands after it."""
        if is_key:
            skipped = _SKIP.match(self.text, after)
            assert skipped is not None
            return self.text[skipped.end() : skipped.end() + 1] == ":"
        brackets = _BRACKETS.match(self.text, after)
        if brackets is not None:
            closed = sum(sign in "}]" for sign in brackets.group())
            if closed >= len(self._open):
                return True
            after = brackets.end()
        if self._complete and _END.match(self.text, after):
            return True
        if self._open[-1] == "[" and brackets is None:
            return _NEXT_ITEM.match(self.text, after) is not None
        if _NEXT_MEMBER.match(self.text, after):
            return True
        return brackets is not None and _NEXT_ITEM.match(self.text, after) is not None

    def _blank(self) -> None:
        skipped = _SKIP.match(self.text, self.at)
        assert skipped is not None
        self.at = skipped.end()

    def _error(self, what: str) -> ValueError:
        return ValueError(f"{what} at character {self.at}")


def _unescape(text: str) -> str:
    """A text without its escapes; those that JSON does not know stay as they are."""
    if "\\" not in text:
        return text

    def replace(found: re.Match[str]) -> str:
        if found[1] is not None:
            return chr(int(found[1], 16))
        sign = found[2]
        if sign in _CLOSING_QUOTES or sign in "\\/":
            return sign
        return _ESCAPED.get(sign, found.group())

    # Pairs of surrogates become the character that they spell, half ones U+FFFD.
    whole = _ESCAPE.sub(replace, text)
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
