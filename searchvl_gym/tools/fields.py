"""Argument types that several tools share."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from searchvl_gym.tools.limits import MAX_QUERY_CHARS, MAX_URL_CHARS

ImageName = Annotated[
    str,
    Meta(
        pattern=r"^img_[1-9][0-9]{0,5}$(?!\n)",
        description="Name of a picture of this conversation, e.g. img_1.",
    ),
]
"""Reference to a picture of the episode."""

Query = Annotated[
    str,
    Meta(min_length=1, max_length=MAX_QUERY_CHARS, description="What to search for, in words."),
]
"""A search query."""

Language = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$(?!\n)",
        max_length=35,
        description="Language of the results as an IETF code, e.g. en.",
    ),
]
"""A language code."""

TopK = Annotated[int, Meta(ge=1, le=20, description="How many results to return, 1 to 20.")]
"""Number of results."""

Url = Annotated[str, Meta(min_length=1, max_length=MAX_URL_CHARS)]
"""An address; give it a description with a further `Meta`."""
