"""Markdown as the text of a page: headings become the lines that worlds on disk have."""

from __future__ import annotations

import re

MAX_TEXT_CHARS = 400_000
"""Longest text of a page that is kept."""

_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_EMPTY_LINES = re.compile(r"\n{3,}")


def from_markdown(markdown: str) -> str:
    r"""The plain text of a page: `== Heading ==` lines, links and pictures as their words.

    >>> from_markdown("# Kel\n\nA [town](https://a.example/t) by the sea.\n\n## Past\n\nOld.")
    '== Kel ==\n\nA town by the sea.\n\n== Past ==\n\nOld.'
    """
    text = _LINK.sub(r"\1", markdown[: 2 * MAX_TEXT_CHARS])
    text = _HEADING.sub(lambda found: f"== {found[1]} ==", text)
    text = text.replace("**", "").replace("\r", "")
    text = _ESCAPED.sub(r"\1", text)
    return _EMPTY_LINES.sub("\n\n", text).strip()[:MAX_TEXT_CHARS]
