"""What an agent could do next, gathered from what its episode has shown.

A menu has a fixed number of places. A place means the same at every step, so that a policy can
learn it: the newest picture is read at the first of the reading places, the second result of the
newest search is opened at the second of the opening places, and a value from an infobox is answered
at the place of its label, wherever it stands on the page.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from searchvl_gym.tools.observations import SearchResult, read_lines, search_results
from searchvl_gym.types import ANSWER, ToolCall
from searchvl_gym.world.folding import fold

REGIONS = {
    "upper left": (0.0, 0.0, 0.5, 0.5),
    "upper right": (0.5, 0.0, 0.5, 0.5),
    "lower left": (0.0, 0.5, 0.5, 0.5),
    "lower right": (0.5, 0.5, 0.5, 0.5),
    "middle": (0.25, 0.25, 0.5, 0.5),
}
"""Parts of a picture that can be cut out: left, top, width, height as shares of its sides."""

MAX_VALUE_CHARS = 200
MAX_LINE_CHARS = 120


@dataclass(frozen=True)
class MenuSizes:
    """How many places of each kind a menu has; regions are always five.

    Attributes:
        read: Pictures to read, newest first.
        match: Pictures to search for, newest first.
        search: Names to search for, newest first.
        open: Results of the newest search to open.
        answer: Values to answer with; a label's place follows from its letters.

    Raises:
        ValueError: When there is no place to answer, or a size is below 0.

    >>> MenuSizes().total
    71
    """

    read: int = 2
    match: int = 2
    search: int = 8
    open: int = 6
    answer: int = 48

    def __post_init__(self) -> None:
        """Check the sizes."""
        sizes = {name: getattr(self, name) for name in self.__dataclass_fields__}
        if min(sizes.values()) < 0 or not self.answer:
            raise ValueError(f"sizes must be at least 0, and answer at least 1; got {sizes}")

    @property
    def total(self) -> int:
        """Places of a menu."""
        return self.read + self.match + len(REGIONS) + self.search + self.open + self.answer

    def start(self, kind: str) -> int:
        """The first place of a kind."""
        first = 0
        for name, size in self.sections():
            if name == kind:
                return first
            first += size
        raise KeyError(kind)

    def sections(self) -> tuple[tuple[str, int], ...]:
        """Kinds and their sizes, in the order of the menu."""
        return (
            ("read", self.read),
            ("match", self.match),
            ("crop", len(REGIONS)),
            ("search", self.search),
            ("open", self.open),
            ("answer", self.answer),
        )


@dataclass(frozen=True)
class Candidate:
    """A call that can be chosen.

    Attributes:
        call: What is done.
        hint: What is known of it, in words: a title, a label and its value.
        tried: Whether this very call was made before in the episode.
    """

    call: ToolCall
    hint: str
    tried: bool


class Menu:
    """Gathers candidates while an episode goes on.

    Args:
        sizes: How many places there are.
        tools: Names of the environment's tools; what needs another one is never offered.
    """

    def __init__(self, sizes: MenuSizes, tools: Sequence[str]) -> None:
        self.sizes = sizes
        self._tools = frozenset(tools)
        self._pictures: list[tuple[str, int, int]] = []
        self._names: list[str] = []
        self._results: list[SearchResult] = []
        self._values: dict[str, tuple[str, str]] = {}
        self._made: set[str] = set()

    @property
    def pictures(self) -> int:
        """How many pictures are known."""
        return len(self._pictures)

    def add_picture(self, name: str, width: int, height: int) -> None:
        """Note a picture, with its full size in pixels."""
        self._pictures.append((name, width, height))

    def add_text(self, text: str) -> None:
        """Note what an observation says: names that were read, results, values of a page."""
        self._add_names(line for line in read_lines(text) if len(line) <= MAX_LINE_CHARS)
        results = search_results(text)
        if results:
            self._results = results
            self._add_names(result.title for result in results)
        pairs = infobox(text)
        self._values.update({fold(label): (label, value) for label, value in pairs})
        self._add_names(value for _, value in pairs)

    def add_call(self, call: ToolCall) -> None:
        """Note that a call was made."""
        self._made.add(_key(call))

    def places(self) -> list[Candidate | None]:
        """The candidate at each place, or None where there is none."""
        found: list[Candidate | None] = [None] * self.sizes.total
        newest = self._pictures[::-1]
        offers = {
            "read": [self._offer("layout_parsing", name, image=name) for name, *_ in newest],
            "match": [self._offer("image_search", name, url=name) for name, *_ in newest],
            "crop": self._crops(),
            "search": [self._offer("text_search", name, q=name) for name in self._names],
            "open": [
                self._offer("visit", result.title, url=result.url) for result in self._results
            ],
        }
        for kind, size in self.sizes.sections():
            start = self.sizes.start(kind)
            for place, candidate in enumerate(offers.get(kind, [])[:size]):
                found[start + place] = candidate
        start = self.sizes.start("answer")
        for place, (label, value) in self._answer_places().items():
            hint = f"{label}: {value}"
            found[start + place] = self._offer(ANSWER, hint, text=value)
        return found

    def _offer(self, name: str, hint: str, **arguments: object) -> Candidate | None:
        if name != ANSWER and name not in self._tools:
            return None
        call = ToolCall(name, arguments)
        return Candidate(call, hint, _key(call) in self._made)

    def _crops(self) -> list[Candidate | None]:
        if not self._pictures:
            return []
        name, width, height = self._pictures[-1]
        offers = []
        for region, (left, top, wide, high) in REGIONS.items():
            box = {
                "x": int(left * width),
                "y": int(top * height),
                "width": max(1, int(wide * width)),
                "height": max(1, int(high * height)),
            }
            offers.append(self._offer("crop", f"{region} of {name}", image=name, **box))
        return offers

    def _answer_places(self) -> dict[int, tuple[str, str]]:
        """Each label's own place; where two labels share one, the later takes the next."""
        taken: dict[int, tuple[str, str]] = {}
        for label in sorted(self._values):
            place = zlib.crc32(label.encode()) % self.sizes.answer
            for step in range(self.sizes.answer):
                free = (place + step) % self.sizes.answer
                if free not in taken:
                    taken[free] = self._values[label]
                    break
        return taken

    def _add_names(self, names: Iterable[str]) -> None:
        """The newest come first, in their own order."""
        new = list(dict.fromkeys(names))
        self._names = new + [name for name in self._names if name not in new]


def infobox(text: str) -> list[tuple[str, str]]:
    r"""Labels and values of an observation of `visit`; empty for any other.

    >>> infobox("# Old Mill\nURL: atlas://old-mill\n\nBuilt: 1812\nTown: Ems\n\nOld Mill is …")
    [('Built', '1812'), ('Town', 'Ems')]
    >>> infobox("# Old Mill\nURL: atlas://old-mill\n\nOld Mill is old. It is: closed.\n\nMore.")
    []
    """
    if not text.startswith("# "):
        return []
    parts = text.split("\n\n")
    if len(parts) < 3 or not parts[0].partition("\n")[2].startswith("URL: "):
        return []
    found = []
    for line in parts[1].split("\n"):
        label, colon, value = line.partition(": ")
        # Anything else is the page's own text: an infobox has nothing but short pairs.
        if not colon or len(label) > 40 or "." in label or not value.strip():
            return []
        if len(value) <= MAX_VALUE_CHARS:
            found.append((label, value.strip()))
    return found


def _key(call: ToolCall) -> str:
    return repr((call.name, sorted(call.arguments.items())))
