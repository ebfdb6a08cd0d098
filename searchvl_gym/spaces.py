"""Spaces for text in any script and for pictures of any size.

Gymnasium's `Text` takes one fixed alphabet and its `Box` one fixed shape; a search agent reads
"Zürich" and sees pictures of every size.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from typing import Any

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


class SharedImage(np.ndarray[Any, np.dtype[np.uint8]]):
    """A read-only picture that any number of observations hold at once.

    The pictures of an episode never change, so every observation refers to the same pixels
    instead of copying megabytes a step. NumPy refuses to write to them; `np.array(picture)`
    gives a copy of one's own.

    `numpy.shares_memory` exists to find out whether a write to one array shows in another
    (Gymnasium's checker asks it for that reason). Between two of these that can never be the
    case, so the answer is False as long as both are read-only; for all other arrays it is
    NumPy's own.
    """

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.shares_memory and all(
            isinstance(array, SharedImage) and not array.flags.writeable for array in args[:2]
        ):
            return False
        return super().__array_function__(func, types, args, kwargs)

    def __deepcopy__(self, memo: dict[int, Any] | None) -> SharedImage:
        """Like text and numbers, what cannot change need not be copied."""
        return self.copy() if self.flags.writeable else self

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_shared_image, (self.shape, self.tobytes())


def share(pixels: npt.NDArray[np.uint8]) -> SharedImage:
    """Freeze a picture for sharing.

    Args:
        pixels: `(height, width, 3)` uint8. A writable array is copied, so that its owner cannot
            change what others see; a read-only one is not.

    >>> picture = share(np.zeros((4, 6, 3), np.uint8))
    >>> picture.flags.writeable, picture.shape
    (False, (4, 6, 3))
    """
    if isinstance(pixels, SharedImage) and not pixels.flags.writeable:
        return pixels
    if pixels.flags.writeable:
        pixels = pixels.copy()
        pixels.flags.writeable = False
    return pixels.view(SharedImage)


def _rebuild_shared_image(shape: tuple[int, ...], data: bytes) -> SharedImage:
    return np.frombuffer(data, np.uint8).reshape(shape).view(SharedImage)


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
        if max_pixels < 1:
            raise ValueError(f"max_pixels must be at least 1, got {max_pixels}")
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
