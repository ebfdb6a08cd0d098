"""Text and PDF files as documents."""

from __future__ import annotations

import io
import re

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.documents import Document, DocumentPicture
from searchvl_gym.world.sources.folder.markup import decoded, title_of_stem

_UNDERLINE = re.compile(r"[=\-~^*]{3,}")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zà-ÿ])")
_BREAK = re.compile(r"\n[ \t]*\n+")
_MOST_PICTURES = 8
_LONGEST_TITLE = 80
_LEAST_LETTERS = 3


def read_text(data: bytes, key: str) -> Document:
    r"""A text file: paragraphs are parted by empty lines, headings are underlined.

    >>> document = read_text(b"Ulm Minster\n\nA church\nin Ulm.\n\nBells\n-----\nTwo.", "ulm.txt")
    >>> document.title, document.text
    ('Ulm Minster', 'A church in Ulm.\n\n== Bells ==\nTwo.')
    """
    blocks = [
        [line.strip() for line in block.split("\n") if line.strip()]
        for block in _BREAK.split(decoded(data).replace("\r\n", "\n").replace("\r", "\n"))
    ]
    blocks = [block for block in blocks if block]
    title = title_of_stem(key)
    if blocks and len(blocks[0][0]) <= _LONGEST_TITLE and _heads(blocks[0]):
        title = blocks[0][0]
        blocks[0] = [line for line in blocks[0][1:] if not _UNDERLINE.fullmatch(line)]
    parts = []
    for block in filter(None, blocks):
        if len(block) > 1 and _UNDERLINE.fullmatch(block[1]):
            parts.append(f"\n== {block[0]} ==")
            block = block[2:]
        if block:
            parts.append(" ".join(block))
    return Document(key=key, title=title, text="\n".join(parts).strip())


def _heads(block: list[str]) -> bool:
    """Whether a block is a title: one line, or one that is underlined."""
    return len(block) == 1 or bool(_UNDERLINE.fullmatch(block[1]))


def read_pdf(data: bytes, key: str) -> Document:
    """A PDF file: the text of its pages in their order, and its pictures.

    Pages after the first begin with a heading, so that a reader can say where something stands.

    Args:
        data: The file.
        key: Its path in the folder.

    Raises:
        WorldError: When it is locked or damaged, holds no text (a scan), or the reader is not
            installed.
    """
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise WorldError(
            "reading PDF files needs pypdf; run: pip install 'searchvl-gym[documents]'"
        ) from None
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise WorldError(f"{key} is locked with a password; unlock it, or leave it out")
        texts = [_flowing(page.extract_text()) for page in reader.pages]
        title = str(reader.metadata.title or "") if reader.metadata is not None else ""
        pictures = _pictures(reader)
    except WorldError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        reason = " ".join(str(error).split())[:120]
        raise WorldError(f"{key} is damaged ({reason}); mend it, or leave it out") from None
    if sum(map(str.isalnum, "".join(texts))) < _LEAST_LETTERS:
        raise WorldError(f"{key} holds no text (a scan?); read it with OCR first, or leave it out")
    parts = [
        text if number == 1 else f"\n== Page {number} ==\n{text}"
        for number, text in enumerate(texts, 1)
        if text
    ]
    own = " ".join(title.split())
    return Document(
        key=key,
        title=own if own and not own.startswith("Microsoft Word") else title_of_stem(key),
        text="\n".join(parts).strip(),
        pictures=pictures,
    )


def _flowing(text: str) -> str:
    """Lines of a printed page as paragraphs."""
    joined = _HYPHEN.sub("", text.replace("\r", ""))
    return "\n".join(" ".join(part.split()) for part in _BREAK.split(joined) if part.strip())


def _pictures(reader: object) -> tuple[DocumentPicture, ...]:
    found: list[DocumentPicture] = []
    for page in getattr(reader, "pages", ()):
        try:
            for image in page.images:
                if len(found) == _MOST_PICTURES:
                    return tuple(found)
                found.append(DocumentPicture(data=bytes(image.data)))
        except Exception:  # a picture in a format of its own raises all sorts; the text is read
            continue
    return tuple(found)
