"""Spaces for text in any script and for pictures of any size.

Gymnasium's `Text` takes one fixed alphabet and its `Box` one fixed shape; a search agent reads
"Zürich" and sees pictures of every size.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Space

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 .,:-'()äéßøñłžçĐαωБя東京서울مرحبा🌍\n"
"""What sampled text is made of: several scripts, marks, an emoji and a line break."""

_SAMPLE_LENGTH = 32
_SAMPLE_SIDE = 64


class Unicode(Space[str]):
    """Text in any script, without lone surrogates.

    Args:
        min_length: Fewest characters.
        max_length: Most characters, or None for any number.
        pattern: Regular expression that an element must match, or None.
        examples: Elements that `sample` draws from; needed with a pattern.
        seed: Seed of `sample`.

    Raises:
        ValueError: When the lengths contradict each other, a pattern comes without examples, or
            an example is not an element.

    >>> space = Unicode(max_length=10, seed=0)
    >>> "Zürich" in space, "" in space, 7 in space
    (True, True, False)
    """

    def __init__(
        self,
        *,
        min_length: int = 0,
        max_length: int | None = None,
        pattern: str | None = None,
        examples: Sequence[str] = (),
        seed: int | np.random.Generator | None = None,
    ) -> None:
        if min_length < 0 or (max_length is not None and max_length < min_length):
            raise ValueError(
                f"lengths must satisfy 0 <= min <= max, got {min_length}, {max_length}"
            )
        if pattern is not None and not examples:
            raise ValueError("a pattern needs examples to sample from")
        self.min_length = min_length
        self.max_length = max_length
        self.pattern = pattern
        self.examples = tuple(examples)
        self._match = None if pattern is None else re.compile(pattern).search
        super().__init__(shape=None, dtype=None, seed=seed)
        wrong = [example for example in self.examples if not self.contains(example)]
        if wrong:
            raise ValueError(f"examples must be elements of the space, got {wrong}")

    @property
    def is_np_flattenable(self) -> bool:
        """Text of any length has no fixed vector."""
        return False

    def sample(self, mask: None = None, probability: None = None) -> str:
        """Draw an example, or random text of up to 32 characters where there are none.

        Raises:
            ValueError: When a mask or probability is given: there is nothing to mask.
        """
        _refuse_masks(mask, probability)
        if self.examples:
            return self.examples[int(self.np_random.integers(len(self.examples)))]
        top = self.min_length + _SAMPLE_LENGTH
        top = top if self.max_length is None else min(top, self.max_length)
        length = int(self.np_random.integers(self.min_length, top + 1))
        return "".join(ALPHABET[i] for i in self.np_random.integers(len(ALPHABET), size=length))

    def contains(self, x: Any) -> bool:
        """Whether `x` is text of an allowed length that matches the pattern."""
        return (
            isinstance(x, str)
            and len(x) >= self.min_length
            and (self.max_length is None or len(x) <= self.max_length)
            and is_encodable(x)
            and (self._match is None or self._match(x) is not None)
        )

    def __eq__(self, other: object) -> bool:
        """Equal when they hold the same elements and sample from the same examples."""
        return isinstance(other, Unicode) and self._key() == other._key()

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash(self._key())

    def __repr__(self) -> str:
        shown = [f"min_length={self.min_length}", f"max_length={self.max_length}"]
        if self.pattern is not None:
            shown.append(f"pattern={self.pattern!r}")
        return f"Unicode({', '.join(shown)})"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_match"}

    def __setstate__(self, state: Any) -> None:
        super().__setstate__(state)
        self._match = None if self.pattern is None else re.compile(self.pattern).search

    def _key(self) -> tuple[Any, ...]:
        return (self.min_length, self.max_length, self.pattern, self.examples)


class Gallery(Sequence[npt.NDArray[np.uint8]]):
    """All pictures of an episode so far, `img_1` first; an immutable sequence.

    The pictures of an episode never change, so every observation's gallery refers to the same
    read-only pixels instead of copying megabytes a step: a thousand kept observations cost no
    more than their distinct pictures. `np.array(gallery[0])` gives a copy of one's own.

    Args:
        pictures: `(height, width, 3)` uint8 arrays. A writable one is copied, so that its owner
            cannot change what others see; a read-only one is not.

    >>> gallery = Gallery([np.zeros((4, 6, 3), np.uint8)])
    >>> len(gallery), gallery[-1].shape, gallery[0].flags.writeable
    (1, (4, 6, 3), False)
    """

    __slots__ = ("_pictures",)

    def __init__(self, pictures: Iterable[npt.NDArray[np.uint8]] = ()) -> None:
        self._pictures = tuple(freeze(picture) for picture in pictures)

    def __len__(self) -> int:
        return len(self._pictures)

    @overload
    def __getitem__(self, index: int) -> npt.NDArray[np.uint8]: ...

    @overload
    def __getitem__(self, index: slice) -> Gallery: ...

    def __getitem__(self, index: int | slice) -> npt.NDArray[np.uint8] | Gallery:
        """The picture at a 0-based position, or a gallery of several."""
        if isinstance(index, slice):
            return Gallery(self._pictures[index])
        return self._pictures[index]

    def __eq__(self, other: object) -> bool:
        """Equal when they hold equal pictures in the same order."""
        if not isinstance(other, Gallery):
            return NotImplemented
        return len(self) == len(other) and all(
            mine is theirs or np.array_equal(mine, theirs)
            for mine, theirs in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __deepcopy__(self, memo: dict[int, Any] | None) -> Gallery:
        """Like text and numbers, what cannot change need not be copied."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Gallery, (self._pictures,)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{picture.shape[1]}x{picture.shape[0]}" for picture in self)
        return f"Gallery({sizes})"


def freeze(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A read-only picture: the same array when it is one already, else a frozen copy."""
    if pixels.flags.writeable:
        pixels = pixels.copy()
        pixels.flags.writeable = False
        return pixels.view()  # a view of it cannot be made writable again
    return pixels


class Image(Space[npt.NDArray[np.uint8]]):
    """RGB pictures of any size: uint8 arrays of shape `(height, width, 3)`.

    Args:
        max_pixels: Most pixels, height times width.
        seed: Seed of `sample`.

    Raises:
        ValueError: When `max_pixels` is below 1.

    >>> np.zeros((480, 640, 3), np.uint8) in Image(max_pixels=1_000_000)
    True
    """

    def __init__(self, *, max_pixels: int, seed: int | np.random.Generator | None = None) -> None:
        if not isinstance(max_pixels, (int, np.integer)) or max_pixels < 1:
            raise ValueError(f"max_pixels must be a whole number of at least 1, got {max_pixels!r}")
        self.max_pixels = max_pixels
        super().__init__(shape=None, dtype=np.uint8, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """Pictures of any size have no fixed vector."""
        return False

    def sample(self, mask: None = None, probability: None = None) -> npt.NDArray[np.uint8]:
        """Draw a picture of noise with sides of at most 64 pixels.

        Raises:
            ValueError: When a mask or probability is given: there is nothing to mask.
        """
        _refuse_masks(mask, probability)
        height = int(self.np_random.integers(1, min(_SAMPLE_SIDE, self.max_pixels) + 1))
        widest = min(_SAMPLE_SIDE, self.max_pixels // height)
        width = int(self.np_random.integers(1, widest + 1))
        return self.np_random.integers(0, 256, size=(height, width, 3), dtype=np.uint8)

    def contains(self, x: Any) -> bool:
        """Whether `x` is an RGB picture that is not too large."""
        return (
            isinstance(x, np.ndarray)
            and x.dtype == np.uint8
            and x.ndim == 3
            and x.shape[2] == 3
            and 0 < x.shape[0] * x.shape[1] <= self.max_pixels
        )

    def to_jsonable(self, sample_n: Iterable[npt.NDArray[np.uint8]]) -> list[Any]:
        """Each picture as its height, width and base64 pixels."""
        return [
            {
                "height": picture.shape[0],
                "width": picture.shape[1],
                "rgb": base64.b64encode(picture.tobytes()).decode("ascii"),
            }
            for picture in sample_n
        ]

    def from_jsonable(self, sample_n: list[Any]) -> list[npt.NDArray[np.uint8]]:
        """The pictures that `to_jsonable` wrote."""
        return [
            np.frombuffer(base64.b64decode(picture["rgb"]), np.uint8)
            .reshape(picture["height"], picture["width"], 3)
            .copy()
            for picture in sample_n
        ]

    def __eq__(self, other: object) -> bool:
        """Equal when they hold the same elements."""
        return isinstance(other, Image) and self.max_pixels == other.max_pixels

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash(self.max_pixels)

    def __repr__(self) -> str:
        return f"Image(max_pixels={self.max_pixels})"


class Galleries(Space[Gallery]):
    """Galleries of any number of pictures.

    Args:
        max_pixels: Most pixels of each picture.
        seed: Seed of `sample`.

    >>> Gallery([np.zeros((4, 6, 3), np.uint8)]) in Galleries(max_pixels=24)
    True
    """

    def __init__(self, *, max_pixels: int, seed: int | np.random.Generator | None = None) -> None:
        self.picture_space = Image(max_pixels=max_pixels)
        super().__init__(shape=None, dtype=None, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """A varying number of pictures has no fixed vector."""
        return False

    def seed(self, seed: Any = None) -> Any:
        """Seed `sample`, the pictures included."""
        used = super().seed(seed)
        self.picture_space.seed(int(self.np_random.integers(2**31)))
        return used

    def sample(self, mask: None = None, probability: None = None) -> Gallery:
        """Draw one to three pictures of noise.

        Raises:
            ValueError: When a mask or probability is given: there is nothing to mask.
        """
        _refuse_masks(mask, probability)
        count = int(self.np_random.integers(1, 4))
        return Gallery(self.picture_space.sample() for _ in range(count))

    def contains(self, x: Any) -> bool:
        """Whether `x` is a gallery without a picture that is too large."""
        return isinstance(x, Gallery) and all(map(self.picture_space.contains, x))

    def to_jsonable(self, sample_n: Iterable[Gallery]) -> list[Any]:
        """Each gallery as the list of its pictures' JSON."""
        return [self.picture_space.to_jsonable(gallery) for gallery in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[Gallery]:
        """The galleries that `to_jsonable` wrote."""
        return [Gallery(self.picture_space.from_jsonable(pictures)) for pictures in sample_n]

    def __eq__(self, other: object) -> bool:
        """Equal when they hold the same elements."""
        return isinstance(other, Galleries) and self.picture_space == other.picture_space

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash(("Galleries", self.picture_space))

    def __repr__(self) -> str:
        return f"Galleries(max_pixels={self.picture_space.max_pixels})"


def is_encodable(text: str) -> bool:
    r"""Whether text can be written as UTF-8; a lone surrogate (half a character) cannot.

    >>> is_encodable("東京"), is_encodable("\ud800")
    (True, False)
    """
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_masks(mask: object, probability: object) -> None:
    if mask is not None or probability is not None:
        raise ValueError("this space takes neither mask nor probability")
