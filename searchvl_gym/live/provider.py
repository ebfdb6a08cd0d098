"""What a search service must be able to do."""

from __future__ import annotations

from typing import Protocol

from searchvl_gym.live.results import ImageMatch, WebHit, WebPage


class Provider(Protocol):
    """A search service. Threads share one.

    Both methods raise `LiveError`; whatever is transient is repeated by the caller, who also
    keeps limits, budget and cassette. So a provider only asks once and reads the answer.

    Attributes:
        name: Short; names the provider in cassettes and messages.
    """

    name: str

    def search(self, query: str, *, language: str) -> tuple[WebHit, ...]:
        """The pages that a query finds, best first; as many as one request gives.

        Args:
            query: Words.
            language: IETF code.
        """

    def search_image(self, picture: bytes, *, language: str) -> tuple[ImageMatch, ...]:
        """The pages that show a picture or one like it, best first.

        Args:
            picture: A JPEG file of at most `pictures.MAX_UPLOAD_BYTES`.
            language: IETF code.
        """


class Reader(Protocol):
    """Reads pages: our own visits, or a service that does it for us.

    Attributes:
        name: Short; names the reader in cassettes and messages.
        billed: Whether reading counts in the budget.
    """

    name: str
    billed: bool

    def read(self, url: str) -> WebPage:
        """A page.

        Raises:
            LiveError: What went wrong.
        """
