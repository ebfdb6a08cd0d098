"""Documents of one's own, of whatever format, put together as a world."""

from __future__ import annotations

from searchvl_gym.world.sources.documents.assembly import write_documents
from searchvl_gym.world.sources.documents.document import (
    Document,
    DocumentLink,
    DocumentPicture,
    DocumentRow,
)

__all__ = ["Document", "DocumentLink", "DocumentPicture", "DocumentRow", "write_documents"]
