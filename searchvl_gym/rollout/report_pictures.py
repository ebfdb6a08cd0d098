"""The pictures of a report: each is embedded once, however many episodes show it."""

from __future__ import annotations

import base64
import io
from html import escape
from pathlib import Path

from searchvl_gym.rollout.store import image_path

MAX_BYTES = 48 * 2**20
"""All pictures of a page; of later ones it says where they are."""

_MAX_SIDE = 720
_QUALITY = 78


class PictureSheet:
    """Collects pictures as classes of a style sheet, so that the page needs no script.

    A browser decodes a background when its element is laid out: not before a part is opened.

    Args:
        store: Directory of the run.
        limit: Most bytes of all pictures together.
    """

    def __init__(self, store: Path, limit: int = MAX_BYTES) -> None:
        self._store = store
        self._left = limit
        self._rules: dict[str, str] = {}
        self._sizes: dict[str, tuple[int, int]] = {}

    def figure(self, name: str, digest: str) -> str:
        """A picture with its name and size below.

        Args:
            name: `img_n`.
            digest: SHA-256 of its pixels.
        """
        if digest not in self._sizes and self._left <= 0:
            return (
                f'<p class="note">{escape(name)} has no room on this page; it is in the store as '
                f"{escape(image_path(Path(), digest).as_posix())}</p>"
            )
        if digest not in self._sizes and not self._embed(digest):
            return f'<p class="note">{escape(name)} is missing from the store</p>'
        width, height = self._sizes[digest]
        shown = min(width, _MAX_SIDE, round(_MAX_SIDE * width / height))
        return (
            f'<figure><div class="picture p{digest[:20]}" role="img" '
            f'aria-label="{escape(name)}" style="width:{max(1, shown)}px;'
            f'aspect-ratio:{width}/{height}"></div>'
            f"<figcaption>{escape(name)} · {width} × {height}</figcaption></figure>"
        )

    def style(self) -> str:
        """The rules for all pictures so far."""
        return "".join(self._rules.values())

    def _embed(self, digest: str) -> bool:
        from PIL import Image as Pillow

        try:
            with Pillow.open(image_path(self._store, digest)) as picture:
                self._sizes[digest] = picture.size
                small = picture.convert("RGB")
        except OSError:
            return False
        small.thumbnail((_MAX_SIDE, _MAX_SIDE), Pillow.Resampling.LANCZOS)
        stream = io.BytesIO()
        small.save(stream, "WEBP", quality=_QUALITY, method=2)
        data = base64.b64encode(stream.getvalue()).decode("ascii")
        self._left -= len(data)
        self._rules[digest] = (
            f".p{digest[:20]}{{background-image:url(data:image/webp;base64,{data})}}\n"
        )
        return True
