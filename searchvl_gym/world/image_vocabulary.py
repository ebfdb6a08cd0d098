"""Short codes for local features, and an inverted file that finds pictures by them.

Descriptors are projected by PCA to 64 bytes. For the short list every descriptor belongs to a
visual word and keeps 64 signs of its residual (Hamming embedding, Jégou, Douze and Schmid 2008);
features of the query vote for the pictures that hold a similar feature of the same word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.image_features import DESCRIPTOR, Floats

CODE = 64
_SAMPLE = 60_000
_ROUNDS = 6
_MAX_WORDS = 4096
_WORDS_A_FEATURE = 2
_MAX_DISTANCE = 22
_AT_ONCE = 2048


@dataclass(frozen=True)
class Vocabulary:
    """How descriptors become codes and words.

    Attributes:
        mean: `(128,)`.
        projection: `(128, 64)`, the principal directions.
        scale: Factor from projected values to int8.
        words: `(k, 64)` centroids in projected space.
        rotation: `(64, 64)` orthogonal, spreads the variance over the signs.
    """

    mean: Floats
    projection: Floats
    scale: float
    words: Floats
    rotation: Floats

    @classmethod
    def train(cls, descriptors: Floats, total: int, seed: int = 0) -> Vocabulary:
        """Learn from a sample of descriptors.

        Args:
            descriptors: `(n, 128)`; an empty sample gives one word and the first 64 axes.
            total: Number of descriptors that the index will hold; decides the number of words.
            seed: Seed of the choice of centroids and of the rotation.
        """
        rng = np.random.default_rng(seed)
        if len(descriptors) > _SAMPLE:
            descriptors = descriptors[np.sort(rng.choice(len(descriptors), _SAMPLE, False))]
        mean = descriptors.mean(0) if len(descriptors) else np.zeros(DESCRIPTOR, np.float32)
        centred = descriptors - mean
        covariance = centred.T.astype(np.float64) @ centred / max(1, len(descriptors))
        _, vectors = np.linalg.eigh(covariance + np.diag(np.linspace(1e-9, 0, DESCRIPTOR)))
        projection = np.ascontiguousarray(vectors[:, ::-1][:, :CODE], np.float32)
        projected = (centred @ projection).astype(np.float32)
        peak = float(np.quantile(np.abs(projected), 0.9995)) if projected.size else 1.0
        count = int(np.clip(2 ** int(np.log2(max(2, total // 64))), 1, _MAX_WORDS))
        rotation = np.linalg.qr(rng.normal(size=(CODE, CODE)))[0].astype(np.float32)
        words = _k_means(projected, count, rng)
        return cls(mean.astype(np.float32), projection, 127 / max(peak, 1e-6), words, rotation)

    def encode(self, descriptors: Floats) -> npt.NDArray[np.int8]:
        """Codes `(n, 64)` int8 of descriptors `(n, 128)`."""
        projected = (descriptors - self.mean) @ self.projection
        return np.clip(np.rint(projected * self.scale), -127, 127).astype(np.int8)

    def nearest_words(self, codes: npt.NDArray[np.int8], count: int = 1) -> npt.NDArray[np.int64]:
        """The `count` nearest words of each code, `(n, count)`, nearest first."""
        values = codes.astype(np.float32) / np.float32(self.scale)
        count = min(count, len(self.words))
        if count == 1:
            return _nearest(values, self.words)[:, None]
        scores = values @ self.words.T - np.float32(0.5) * (self.words**2).sum(1)
        best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        order = np.take_along_axis(-scores, best, 1).argsort(1, kind="stable")
        return np.asarray(np.take_along_axis(best, order, 1), np.int64)

    def signs(
        self, codes: npt.NDArray[np.int8], words: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.uint64]:
        """64 signs of the rotated residual of each code to its word, `(n,)` uint64."""
        values = codes.astype(np.float32) / np.float32(self.scale) - self.words[words]
        bits = np.packbits(values @ self.rotation > 0, axis=1)
        return np.ascontiguousarray(bits).view(np.uint64)[:, 0]


@dataclass(frozen=True)
class InvertedFile:
    """For every word the pictures that hold it.

    Attributes:
        starts: `(words + 1,)` int64: postings of word `w` are `starts[w]` to `starts[w + 1]`.
        images: `(postings,)` int32.
        signs: `(postings,)` uint64.
        norms: `(images,)` float32: makes pictures with many features not win by number.
    """

    starts: npt.NDArray[np.int64]
    images: npt.NDArray[np.int32]
    signs: npt.NDArray[np.uint64]
    norms: Floats

    @classmethod
    def build(
        cls,
        words: npt.NDArray[np.int64],
        signs: npt.NDArray[np.uint64],
        images: npt.NDArray[np.int32],
        word_count: int,
        image_count: int,
    ) -> InvertedFile:
        """Sort the features of all pictures by word."""
        order = np.argsort(words, kind="stable")
        starts = np.zeros(word_count + 1, np.int64)
        np.cumsum(np.bincount(words, minlength=word_count), out=starts[1:])
        counts = np.bincount(images, minlength=image_count)
        norms = (1 / np.sqrt(np.maximum(counts, 30))).astype(np.float32)
        return cls(starts, images[order], signs[order], norms)

    def votes(self, vocabulary: Vocabulary, codes: npt.NDArray[np.int8]) -> Floats:
        """How strongly the codes of a query vote for each picture, `(images,)`."""
        words = vocabulary.nearest_words(codes, _WORDS_A_FEATURE)
        repeated = np.repeat(np.arange(len(codes)), words.shape[1])
        flat = words.ravel()
        signs = vocabulary.signs(codes[repeated], flat)
        first, last = self.starts[flat], self.starts[flat + 1]
        lengths = last - first
        # All postings of all words as one list of positions.
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        positions = np.arange(total) + np.repeat(first - (ends - lengths), lengths)
        distance = np.bitwise_count(self.signs[positions] ^ np.repeat(signs, lengths))
        near = distance <= _MAX_DISTANCE
        frequency = np.log1p(len(self.norms) / np.maximum(lengths, 1))
        weight = np.repeat(frequency.astype(np.float32) ** 2, lengths)[near]
        closeness = np.exp(-((distance[near].astype(np.float32) / 16) ** 2))
        images = self.images[positions[near]]
        summed = np.bincount(images, weight * closeness, minlength=len(self.norms))
        return summed.astype(np.float32) * self.norms


def _nearest(points: Floats, centres: Floats) -> npt.NDArray[np.int64]:
    """The centre nearest to each point."""
    offsets = np.float32(0.5) * (centres**2).sum(1)
    found = np.empty(len(points), np.int64)
    # Some at a time: the distances of all of them would take gigabytes.
    for start in range(0, len(points), _AT_ONCE):
        scores = points[start : start + _AT_ONCE] @ centres.T
        scores -= offsets
        scores.argmax(1, out=found[start : start + _AT_ONCE])
    return found


def _k_means(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Plain k-means from random points; a cluster that runs empty keeps its centre."""
    if len(points) <= count:
        return points.copy() if len(points) else np.zeros((1, CODE), np.float32)
    centres = points[np.sort(rng.choice(len(points), count, replace=False))].copy()
    for _ in range(_ROUNDS):
        nearest = _nearest(points, centres)
        # Coordinate by coordinate: the same sums in the same order, ten times as fast.
        columns = [np.bincount(nearest, column, count) for column in points.T]
        sums = np.stack(columns, axis=1)
        sizes = np.bincount(nearest, minlength=count)
        filled = sizes > 0
        centres[filled] = (sums[filled] / sizes[filled, None]).astype(np.float32)
    return centres
