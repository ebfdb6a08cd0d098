"""Search by picture: which of the world's pictures does this one show.

For copies two short lists are drawn up, one by votes of local features (crops, insets, rotation),
one by the layout of the whole picture (small or blurred copies). Every candidate on them is then
verified by geometry and at low resolution; what does not verify is not a match. Where the index
holds views as well, those follow that an encoder takes for another view of the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError, check_files, load_array
from searchvl_gym.world.image_features import (
    Floats,
    layout,
    local_features,
    normalise,
    thumbnail,
)
from searchvl_gym.world.image_index_builder import (
    INDEX_FILE,
    INDEX_FORMAT,
    IndexManifest,
    from_fixed_point,
)
from searchvl_gym.world.image_likeness import SHARP, likeness, softness_for, whole_likeness
from searchvl_gym.world.image_match import align, count_visible, match_codes
from searchvl_gym.world.image_vocabulary import InvertedFile, Vocabulary
from searchvl_gym.world.view_index import Limits, ViewIndex

QUERY_FEATURES = 500
QUERY_DESCRIBED = 700
_MOST_VOTED = 8
_LEAST_VOTED = 0.2
"""By the votes of the first on the list."""
_MOST_ALIKE = 8
_LEAST_ALIKE = 0.5
_REDUCED_SIDE = 256
_CERTAIN_SCORE = 0.75
_CERTAIN_INLIERS = 12
"""A match of at least this score and so many inliers is certain."""
_VIEWS_A_PAGE = 4
"""How many views of a page are looked through on average."""
_BEHIND_VOTES = 0.5
_BEHIND_ALIKE = 0.05
"""What has less of its votes, and is so much less alike, cannot be a better one."""


@dataclass(frozen=True)
class ImageHit:
    """A picture of the world that the query shows.

    Attributes:
        image: Id of the picture.
        page: Id of the page that it illustrates.
        score: Strength of the match in [0, 1].
        inliers: Number of features that agree on one geometric transform; 0 for a match that
            was verified at low resolution only, and for another view.
        same_picture: Whether it is the picture itself or a part of it; otherwise another view of
            what is taken for the same thing.
        sure: Whether it is likely to be the same thing; otherwise something that looks alike.
    """

    image: int
    page: int
    score: float
    inliers: int
    same_picture: bool = True
    sure: bool = True


class ImageIndex:
    """Searches an index of pictures by memory map. Thread-safe.

    Args:
        directory: What `build_image_index` wrote.
        manifest: Its checked `index.json`.
    """

    def __init__(self, directory: Path, manifest: IndexManifest) -> None:
        def array(name: str) -> npt.NDArray[Any]:
            return load_array(directory / f"{name}.npy")

        self._codes, self._points, self._offsets = map(array, ("codes", "points", "offsets"))
        self._thumbnails, self._layouts = array("thumbnails"), array("layouts")
        self._pages, self._shapes = array("pages"), array("shapes")
        mean, projection, words, rotation = map(array, ("mean", "projection", "words", "rotation"))
        self._vocabulary = Vocabulary(mean, projection, manifest.scale, words, rotation)
        self._inverted = InvertedFile(
            *(array(f"postings_{name}") for name in ("starts", "images", "signs", "norms"))
        )
        self._views: ViewIndex | None = None
        if manifest.encoder:
            self._views = ViewIndex.open(
                directory,
                manifest.encoder,
                manifest.encoder_name,
                Limits(manifest.sure_view, manifest.least_view),
            )

    @classmethod
    def open(cls, directory: Path, fingerprint: str) -> ImageIndex:
        """Open the index of a world.

        Args:
            directory: What `build_image_index` wrote.
            fingerprint: Fingerprint of the world.

        Raises:
            WorldError: When there is no index, or it is torn or belongs to another world.
        """
        remedy = f"delete {directory} and build the index again with World.build_image_index()"
        if not directory.is_dir():
            raise WorldError(
                f"the world at {directory.parent} has no image index; build it with: python -c "
                '"from searchvl_gym.world import open_world; '
                f"open_world('{directory.parent}').build_image_index(progress=True)\""
            )
        try:
            content = (directory / INDEX_FILE).read_bytes()
            manifest = msgspec.json.decode(content, type=IndexManifest)
        except (OSError, msgspec.MsgspecError):
            raise WorldError(f"the image index {directory} is torn; {remedy}") from None
        if manifest.format != INDEX_FORMAT or manifest.fingerprint != fingerprint:
            raise WorldError(
                f"the image index {directory} is of another world or version; {remedy}"
            )
        check_files(directory, manifest.files, remedy=remedy)
        return cls(directory, manifest)

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._pages)

    def search(self, pixels: Image, top_k: int = 5) -> list[ImageHit]:
        """Find the pictures that a picture shows, or that show it, or the same thing.

        Args:
            pixels: RGB of any size.
            top_k: How many hits at most, at least 1.

        Returns:
            Verified copies by falling score, then other views of what is taken for the same
            thing, the best of each page; empty when nothing fits.

        Raises:
            ValueError: When `top_k` is below 1 or `pixels` is not an RGB picture.
        """
        if top_k < 1:
            raise ValueError(f"top_k must be at least 1, got {top_k}")
        if pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size or pixels.dtype != np.uint8:
            raise ValueError("pixels must be a uint8 array of shape (height, width, 3)")
        if not len(self):
            return []
        copies = self._search_copies(pixels)
        if self._views is not None and len(copies) < top_k:
            copies += self._search_views(pixels, {hit.page for hit in copies}, top_k)
        return copies[:top_k]

    def _search_views(self, pixels: Image, known: set[int], most: int) -> list[ImageHit]:
        """Other views, the best of every page that is not known yet."""
        assert self._views is not None
        hits = []
        for image, score, sure in self._views.search(pixels, _VIEWS_A_PAGE * most):
            page = int(self._pages[image])
            if page not in known:
                known.add(page)
                hits.append(ImageHit(image, page, score, 0, same_picture=False, sure=sure))
        return hits

    def _search_copies(self, pixels: Image) -> list[ImageHit]:
        """The pictures that verify as copies or parts, by falling score."""
        query = self._describe(pixels)
        votes = self._inverted.votes(self._vocabulary, query.codes)
        whole = self._layouts @ layout(query.thumb)
        matches: list[ImageHit] = []
        least_votes, least_alike = 0.0, -1.0
        for image in short_list(votes, whole):
            if votes[image] < least_votes and whole[image] < least_alike:
                continue
            hit = self._verify(image, query, bool(whole[image] > _LEAST_ALIKE))
            if hit is None:
                continue
            matches.append(hit)
            if hit.score >= _CERTAIN_SCORE and hit.inliers >= _CERTAIN_INLIERS:
                # What is far behind a certain match need not be looked at.
                least_votes = max(least_votes, _BEHIND_VOTES * float(votes[image]))
                least_alike = max(least_alike, float(whole[image]) - _BEHIND_ALIKE, 0.9)
        return sorted(matches, key=lambda hit: (-hit.score, hit.image))

    def _describe(self, pixels: Image) -> _Query:
        import cv2

        normal, _ = normalise(pixels)
        features = local_features(normal, QUERY_FEATURES, QUERY_DESCRIBED)
        codes = self._vocabulary.encode(features.descriptors)
        factor = min(1.0, _REDUCED_SIDE / max(normal.shape[:2]))
        size = tuple(max(1, round(length * factor)) for length in normal.shape[1::-1])
        reduced = np.asarray(cv2.resize(normal, size, interpolation=cv2.INTER_AREA), np.uint8)
        enlarge = np.diag([normal.shape[1] / size[0], normal.shape[0] / size[1], 1.0])
        return _Query(
            features.points,
            codes,
            codes.astype(np.float32),
            thumbnail(normal),
            reduced,
            enlarge,
            (normal.shape[0], normal.shape[1]),
            softness_for(max(pixels.shape[:2])),
        )

    def _verify(self, image: int, query: _Query, is_alike: bool) -> ImageHit | None:
        rows = slice(self._offsets[image], self._offsets[image + 1])
        thumb = self._thumbnails[image]
        height, width = (float(length) for length in self._shapes[image])
        points = from_fixed_point(self._points[rows])
        inliers, score = 0, 0.0
        if is_alike:
            score = judge_whole(whole_likeness(query.thumb, thumb, query.softness), query.softness)
        ours, theirs = match_codes(query.values, self._codes[rows].astype(np.float32))
        alignment = align(query.points[ours], points[theirs])
        if alignment is not None:
            inliers = alignment.inliers
            visible = count_visible(
                alignment.homography, query.points, points, query.shape, (height, width)
            )
            homography = alignment.homography @ query.enlarge
            aligned = likeness(query.reduced, thumb, (height, width), homography, query.softness)
            score = max(score, judge_aligned(inliers / max(visible, inliers), aligned))
        if score <= 0:
            return None
        return ImageHit(image, int(self._pages[image]), round(score, 6), inliers)


@dataclass(frozen=True)
class _Query:
    """A query, described: features at the normal size, and small pictures for the likeness."""

    points: Floats
    codes: npt.NDArray[np.int8]
    values: Floats
    thumb: npt.NDArray[np.uint8]
    reduced: Image
    enlarge: npt.NDArray[np.float64]
    shape: tuple[float, float]
    softness: float


def short_list(votes: Floats, whole: Floats) -> list[int]:
    """The pictures with most votes and those of the most similar layout, without repetition."""
    chosen: list[int] = []
    enough_votes = _LEAST_VOTED * float(np.max(votes))
    lists = ((votes, _MOST_VOTED, enough_votes), (whole, _MOST_ALIKE, _LEAST_ALIKE))
    for scores, most, least in lists:
        count = min(most, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        best = best[np.lexsort((best, -scores[best]))]
        chosen += [int(image) for image in best if scores[image] > least]
    return list(dict.fromkeys(chosen))


def judge_aligned(share: float, likeness: float) -> float:
    """Score in [0, 1] of a candidate by its geometry; 0 when it is no match.

    Pictures of one style share letters and ornaments, so that many features may agree on a
    transform by which the pictures are still different: the fewer of the features in sight
    agree, the more alike the two must look.

    Args:
        share: Inliers by the features in sight, in [0, 1].
        likeness: Correlation under the transform.
    """
    if likeness < float(np.interp(share, [0.10, 0.25, 0.40], [0.94, 0.93, 0.70])):
        return 0.0
    return min(1.0, 0.5 * min(1.0, 2 * share) + 0.5 * likeness)


def judge_whole(likeness: float, softness: float) -> float:
    """Score in [0, 1] of a candidate by the likeness of the whole pictures; 0 when no match."""
    if likeness < float(np.interp(softness, [SHARP, 1.0], [0.965, 0.94])):
        return 0.0
    return min(1.0, likeness)
