"""Does a picture show its page? Gates between a picture and a description (stage 4).

Offline there are three: the ground truth of drawn pictures, reading the picture, and finding it
again by image search. A user's CLIP or SigLIP encoder plugs in as `EncoderGate`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from searchvl_gym.curation.proofs.leakage import names_of
from searchvl_gym.types import Image
from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import ImageRecord, Page

if TYPE_CHECKING:
    from searchvl_gym.world import World

_ARTICLE = re.compile(r"^(an?|the|some)\s+", re.IGNORECASE)
_MOST_LINES = 4
"""Lines that a name in a picture may be broken into."""
_CELLS = re.compile(r"[;|]")

Vector = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Sight:
    """What a gate sees in a picture.

    Attributes:
        score: How well the picture fits its page; compared with the gate's threshold.
        shown: The name of the page as it is written in the picture, or "".
        thing: What bears the name: `street sign`.
        texts: Everything else that can be read there.
    """

    score: float
    shown: str = ""
    thing: str = "sign"
    texts: tuple[str, ...] = ()


class PictureGate(Protocol):
    """Judges whether a picture shows its page."""

    name: str
    """What `Grounding.gate` says."""

    threshold: float
    """Least score of a picture that passes."""

    def look(self, image: ImageRecord, page: Page, description: str) -> Sight:
        """Look at one of a page's pictures.

        Args:
            image: The picture, without its bytes.
            page: The page that it illustrates.
            description: What the picture should show, in a few words.
        """
        ...


class GroundTruthGate:
    """Knows drawn pictures by their recipes: score 1 when the page's name is written in them."""

    name = "ground_truth"
    threshold = 1.0

    def look(self, image: ImageRecord, page: Page, description: str) -> Sight:
        """See `PictureGate.look`."""
        from searchvl_gym.world.pictures import STYLES

        if image.recipe is None:
            return Sight(0.0)
        fields = dict(image.recipe.fields)
        title = fields.pop("title", "")
        texts = [cell.strip() for text in fields.values() for cell in _CELLS.split(text)]
        style = image.recipe.style
        thing = _ARTICLE.sub("", STYLES[style].shows) if style in STYLES else "sign"
        shown = title if _is_name(title, page) else ""
        return Sight(float(bool(shown)), shown, thing, tuple(text for text in texts if text))


class ReadingGate:
    """Reads the picture: score 1 when a line of it, or a few in a row, are a name of the page."""

    name = "reading"
    threshold = 1.0

    def __init__(self, world: World) -> None:
        self._world = world

    def look(self, image: ImageRecord, page: Page, description: str) -> Sight:
        """See `PictureGate.look`."""
        from searchvl_gym.tools.text_recognition import recognise

        lines = [line.text for line in recognise(self._world.pixels(image.id))]
        for count in range(1, _MOST_LINES + 1):
            for first in range(len(lines) - count + 1):
                shown = " ".join(lines[first : first + count])
                if _is_name(shown, page):
                    others = (*lines[:first], *lines[first + count :])
                    return Sight(1.0, shown, "sign", others)
        return Sight(0.0, texts=tuple(lines))


class RetrievalGate:
    """Searches for the picture: it must find its own page, and no other page as clearly.

    Args:
        world: Its image index must have been built.
        margin: Least lead in score over the next page.
        threshold: Least score of the match.
    """

    name = "retrieval"

    def __init__(self, world: World, *, margin: float = 0.1, threshold: float = 0.5) -> None:
        self._world, self._margin, self.threshold = world, margin, threshold

    def look(self, image: ImageRecord, page: Page, description: str) -> Sight:
        """See `PictureGate.look`."""
        hits = self._world.image_index.search(self._world.pixels(image.id))
        own = max((hit.score for hit in hits if hit.page == page.id), default=0.0)
        other = max((hit.score for hit in hits if hit.page != page.id), default=0.0)
        return Sight(own if own >= other + self._margin else 0.0)


class EncoderGate:
    """Cosine similarity of picture and description, by a user's encoder.

    Args:
        world: Gives the pixels.
        encode_image: Picture (RGB, uint8, `(height, width, 3)`) to vector.
        encode_text: Text to vector of the same length.
        threshold: Least similarity; the paper takes 0.28 for CLIP.
    """

    name = "encoder"

    def __init__(
        self,
        world: World,
        encode_image: Callable[[Image], Vector],
        encode_text: Callable[[str], Vector],
        *,
        threshold: float = 0.28,
    ) -> None:
        self._world, self.threshold = world, threshold
        self._encode_image, self._encode_text = encode_image, encode_text

    def look(self, image: ImageRecord, page: Page, description: str) -> Sight:
        """See `PictureGate.look`."""
        seen = np.asarray(self._encode_image(self._world.pixels(image.id)), np.float64)
        meant = np.asarray(self._encode_text(description), np.float64)
        size = float(np.linalg.norm(seen) * np.linalg.norm(meant))
        return Sight(float(seen @ meant) / size if size else 0.0)


class AllGates:
    """Several gates in a row: a picture passes when it passes every one.

    Args:
        gates: At least one. The first that reads a name decides how the picture is spoken of.
    """

    threshold = 1.0

    def __init__(self, gates: Sequence[PictureGate]) -> None:
        if not gates:
            raise ValueError("AllGates needs at least one gate")
        self._gates = tuple(gates)
        self.name = "+".join(gate.name for gate in gates)

    def look(self, image: ImageRecord, page: Page, description: str) -> Sight:
        """See `PictureGate.look`. The score is the least one as a share of its threshold."""
        sights = [gate.look(image, page, description) for gate in self._gates]
        shares = [
            sight.score / gate.threshold for sight, gate in zip(sights, self._gates, strict=True)
        ]
        read = next((sight for sight in sights if sight.shown), sights[0])
        return Sight(min(shares), read.shown, read.thing, read.texts)


def make_gate(name: str, world: World) -> PictureGate:
    """A gate by its name, or several joined by `+`: `reading+retrieval`.

    Raises:
        ValueError: When there is no such gate.
    """
    made: dict[str, Callable[[], PictureGate]] = {
        GroundTruthGate.name: GroundTruthGate,
        ReadingGate.name: lambda: ReadingGate(world),
        RetrievalGate.name: lambda: RetrievalGate(world),
    }
    names = name.split("+")
    for each in names:
        if each not in made:
            raise ValueError(f"there is no gate {each!r}; available: {', '.join(made)}")
    gates = [made[each]() for each in names]
    return gates[0] if len(gates) == 1 else AllGates(gates)


def _is_name(text: str, page: Page) -> bool:
    return bool(text) and fold(text) in map(fold, names_of(page))
