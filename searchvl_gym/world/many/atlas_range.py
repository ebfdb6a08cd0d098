"""A range of Atlas worlds in one line of text: `atlas:size=mini,seeds=0-63`."""

from __future__ import annotations

from dataclasses import dataclass

from searchvl_gym.world.sources.atlas.kinds import Kinds, check_kinds

PREFIX = "atlas:"
MOST_SEEDS = 100_000
"""Most worlds of one range; a slip of the finger would otherwise fill the memory with names."""

_KEYS = ("size", "seeds", "views", "kinds")
_FORM = "atlas:size=SIZE,seeds=FIRST-LAST[+…][,views=N][,kinds=seen|unseen]"


@dataclass(frozen=True)
class AtlasRange:
    """Atlas worlds that differ by their seed only.

    Attributes:
        size: As `build_atlas` takes it.
        seeds: Their seeds, each once, in the order in which they were given.
        views: As `build_atlas` takes it.
        kinds: As `build_atlas` takes it.
    """

    size: int | str
    seeds: tuple[int, ...]
    views: int = 0
    kinds: Kinds = "all"

    @classmethod
    def parse(cls, text: str) -> AtlasRange:
        """Read a range.

        Args:
            text: `atlas:size=80,seeds=0-15+32,views=2,kinds=seen`; without a size it is `mini`,
                without views there are none, without kinds it has all.

        Raises:
            ValueError: When it is none; says what it should look like.

        >>> AtlasRange.parse("atlas:size=80,seeds=0-2+7")
        AtlasRange(size=80, seeds=(0, 1, 2, 7), views=0, kinds='all')
        """
        wrong = f"{text!r} names no range of worlds; it should look like {_FORM}"
        if not text.startswith(PREFIX):
            raise ValueError(wrong)
        found: dict[str, str] = {}
        for part in text.removeprefix(PREFIX).split(","):
            key, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals or not value or key not in _KEYS or key in found:
                raise ValueError(wrong)
            found[key] = value
        size, views = found.get("size", "mini"), found.get("views", "0")
        if "seeds" not in found or not views.isascii() or not views.isdigit():
            raise ValueError(wrong)
        whole = size.isascii() and size.isdigit()
        kinds = check_kinds(found.get("kinds", "all"))
        return cls(int(size) if whole else size, parse_seeds(found["seeds"]), int(views), kinds)

    def __str__(self) -> str:
        """The text that `parse` reads."""
        views = f",views={self.views}" if self.views else ""
        kinds = f",kinds={self.kinds}" if self.kinds != "all" else ""
        return f"{PREFIX}size={self.size},seeds={seeds_in_words(self.seeds)}{views}{kinds}"


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from `0-63`, `5` or `0-3+8+12-15`, each once.

    Raises:
        ValueError: When it is no such list, or names more than 100,000 seeds.

    >>> parse_seeds("0-3+8")
    (0, 1, 2, 3, 8)
    """
    found: dict[int, None] = {}
    for part in text.split("+"):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not _is_number(first) or (dash and not _is_number(last)):
            raise ValueError(f"seeds must look like 0-63 or 0-3+8, got {text!r}")
        low, high = int(first), int(last or first)
        if high < low:
            raise ValueError(f"seeds must go up, got {part!r}")
        if high - low + len(found) >= MOST_SEEDS:
            raise ValueError(f"seeds name more than {MOST_SEEDS:,} worlds: {text!r}")
        found.update(dict.fromkeys(range(low, high + 1)))
    return tuple(found)


def seeds_in_words(seeds: tuple[int, ...]) -> str:
    """Seeds as `parse_seeds` reads them.

    >>> seeds_in_words((0, 1, 2, 7))
    '0-2+7'
    """
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return "+".join(f"{low}-{high}" if low < high else str(low) for low, high in runs)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19
