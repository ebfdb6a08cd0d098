"""Every rule and threshold of the curation by name, with the paper's default.

The paper's numbers are for the English Wikipedia. Small worlds have other degrees, so they take
`PathSettings.small_world`, which says what it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isqrt
from typing import Any

from searchvl_gym.curation.language_model.settings import LanguageModelSettings
from searchvl_gym.curation.sets.anchor_split import SetSettings


@dataclass(frozen=True)
class PathSettings:
    """Rules of the walks over links.

    Attributes:
        lengths: Numbers of links that a path may have, each at least 1.
        length_weights: Their weights; they need not add up to 1.
        domains: Kinds of page that an anchor may have; anchors are spread evenly over them.
        hub_in_degree: No page of a path is linked from more pages than this.
        seed_in_degree: An anchor is linked from at least so many pages.
        image_side: An anchor has a picture of at least so many pixels on either side; 0 for
            none at all.
        infobox: Whether an anchor needs an infobox.
        retries: How often a walk that failed is tried again before its anchor is dropped.
        excluded_kinds: Kinds of page that are no articles.
        excluded_prefixes: Beginnings of titles that are no articles.
        excluded_endings: Endings of titles that are no articles.
        excluded_namespaces: What stands before the colon in titles that are no articles.

    Raises:
        ValueError: When a value is out of range.

    >>> PathSettings.small_world(300).hub_in_degree
    20
    """

    lengths: tuple[int, ...] = (2, 3, 4)
    length_weights: tuple[float, ...] = (0.4, 0.4, 0.2)
    domains: tuple[str, ...] = ("person", "building", "location", "organism", "artifact")
    hub_in_degree: int = 10_000
    seed_in_degree: int = 50
    image_side: int = 512
    infobox: bool = True
    retries: int = 10
    excluded_kinds: tuple[str, ...] = ("list", "disambiguation")
    excluded_prefixes: tuple[str, ...] = ("List of", "Outline of", "Index of", "Timeline of")
    excluded_endings: tuple[str, ...] = ("(disambiguation)",)
    excluded_namespaces: tuple[str, ...] = (
        "Category", "Draft", "File", "Help", "MediaWiki", "Module", "Portal", "Special", "Talk",
        "Template", "User", "Wikipedia",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check the values."""
        if not self.lengths or min(self.lengths) < 1 or len(set(self.lengths)) < len(self.lengths):
            raise ValueError(f"lengths must be different numbers of at least 1, got {self.lengths}")
        weights = self.length_weights
        if len(weights) != len(self.lengths) or min(weights) < 0 or sum(weights) <= 0:
            raise ValueError(
                f"length_weights must be {len(self.lengths)} numbers of at least 0, not all 0, "
                f"got {weights}"
            )
        if not self.domains or len(set(self.domains)) < len(self.domains):
            raise ValueError(f"domains must be different kinds of page, got {self.domains}")
        if not 0 <= self.seed_in_degree <= self.hub_in_degree:
            raise ValueError(
                f"seed_in_degree must be between 0 and hub_in_degree ({self.hub_in_degree}), got "
                f"{self.seed_in_degree}"
            )
        if self.retries < 0 or self.image_side < 0:
            raise ValueError("retries and image_side must be at least 0")

    @classmethod
    def small_world(cls, pages: int) -> PathSettings:
        """The preset for worlds of up to some 100,000 pages.

        In-degrees grow with a world. A hub is linked from more pages than the square root of
        the number of pages, and from more than 20 (in Atlas mini: the top 5 %, in a world of
        3,000 pages the top 1 %); an anchor is linked from at least 3 pages (three quarters of
        them are). Everything else is as in the paper.

        Args:
            pages: Number of pages of the world.
        """
        return cls(hub_in_degree=max(20, isqrt(pages)), seed_in_degree=3)


@dataclass(frozen=True)
class QuestionSettings:
    """Rules of the canonical question and its answer.

    Attributes:
        answer_tokens: Longest answer in words.
        common_share: A relation of which one value makes up a larger share is never asked for:
            whoever always gave that value would be right too often.
        title_answers: Share of the questions that ask for the name of the last page rather
            than for one of its facts.
        obfuscated_answers: Share of the questions that ask for a coarser form of the answer
            (the year of a date, a rounded number), where it has one.
    """

    answer_tokens: int = 6
    common_share: float = 0.1
    title_answers: float = 0.2
    obfuscated_answers: float = 0.1

    def __post_init__(self) -> None:
        """Check the values."""
        if self.answer_tokens < 1:
            raise ValueError(f"answer_tokens must be at least 1, got {self.answer_tokens}")
        for name in ("common_share", "title_answers", "obfuscated_answers"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be between 0 and 1, got {getattr(self, name)}")


@dataclass(frozen=True)
class RewritingSettings:
    """Rules of the rewriting.

    Attributes:
        tries: How many descriptors are tried for a name before the question is dropped.
        qualifiers: Most attributes that a descriptor adds to be unique.
    """

    tries: int = 8
    qualifiers: int = 2

    def __post_init__(self) -> None:
        """Check the values."""
        if self.tries < 1 or self.qualifiers < 0:
            raise ValueError("tries must be at least 1 and qualifiers at least 0")


@dataclass(frozen=True)
class GroundingSettings:
    """Rules of the anchor's picture; a gate brings its own threshold.

    Attributes:
        candidates: How many of the anchor's pictures are ranked.
        tries: How many visual expressions are tried for a picture.
        gate: What `searchvl curate` judges pictures by: `ground_truth` for drawn pictures,
            `reading`, `retrieval`, or several joined by `+`.
    """

    candidates: int = 8
    tries: int = 8
    gate: str = "ground_truth"

    def __post_init__(self) -> None:
        """Check the values."""
        if unknown := set(self.gate.split("+")) - {"ground_truth", "reading", "retrieval"}:
            raise ValueError(f"gate: there is no {', '.join(sorted(unknown))}")
        if self.candidates < 1 or self.tries < 1:
            raise ValueError("candidates and tries must be at least 1")


@dataclass(frozen=True)
class QualitySettings:
    """Rules of the quality control.

    Attributes:
        hops: Least number of facts between the picture and the answer.
        answer_on_anchor: Whether the answer may stand on the anchor's own page, where whoever
            has recognised the picture finds it at once.
    """

    hops: int = 2
    answer_on_anchor: bool = False

    def __post_init__(self) -> None:
        """Check the values."""
        if self.hops < 1:
            raise ValueError(f"hops must be at least 1, got {self.hops}")


@dataclass(frozen=True)
class FilterSettings:
    """Who plays the filters. A task that one of them solves is dropped.

    Attributes:
        no_tool: Filter A, a registered policy in an environment without tools; "" for none.
        image_search: Filter B, a policy that has one image search; "" for none.
        text_search: Filter C, a policy that has one text search; "" for none.
        arguments: Arguments of the policies, by the names above.
        read_results: Whether a search solves a task already when the answer stands in its
            result, though the policy did not give it.
        slots: Episodes that are played at once; many for policies that wait for an endpoint.
    """

    no_tool: str = "no_tool"
    image_search: str = "one_image_search"
    text_search: str = "one_text_search"
    arguments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    read_results: bool = True
    slots: int = 1

    def __post_init__(self) -> None:
        """Check the values."""
        if self.slots < 1:
            raise ValueError(f"slots must be at least 1, got {self.slots}")
        unknown = set(self.arguments) - {"no_tool", "image_search", "text_search"}
        if unknown:
            raise ValueError(f"arguments are for no_tool, image_search, text_search, got {unknown}")


@dataclass(frozen=True)
class EnhancementSettings:
    """Rules of the tasks whose picture was damaged.

    Attributes:
        share: Share of the tasks that are chosen.
        kinds: Kinds of damage that are drawn, each with the same chance; see
            `curation.pictures.enhancement.LADDERS`.
        tries: How many kinds are tried for a picture before its task stays as it is.
    """

    share: float = 0.1
    kinds: tuple[str, ...] = ("blur", "downsample", "perspective", "low_light")
    tries: int = 4

    def __post_init__(self) -> None:
        """Check the values."""
        if not 0 <= self.share <= 1:
            raise ValueError(f"share must be between 0 and 1, got {self.share}")
        known = ("blur", "downsample", "perspective", "noise", "low_light")
        if not self.kinds or not set(self.kinds) <= set(known):
            raise ValueError(f"kinds must be some of {', '.join(known)}, got {self.kinds}")
        if self.tries < 1:
            raise ValueError(f"tries must be at least 1, got {self.tries}")


@dataclass(frozen=True)
class ExpertSettings:
    """Who plays, and how often.

    Attributes:
        policy: Registered name of the expert.
        policy_arguments: Its arguments.
        rollouts: How often each instance is played. The paper plays 5 times; an expert that does
            not sample, such as the oracle, differs only in its words.
        kept: Most rollouts of one instance that are kept, the first ones.
        max_steps: Most turns of a rollout.
        slots: Rollouts that a process plays at once; many for experts behind an endpoint.
    """

    policy: str = "oracle"
    policy_arguments: Mapping[str, Any] = field(default_factory=dict)
    rollouts: int = 5
    kept: int = 5
    max_steps: int = 50
    slots: int = 1

    def __post_init__(self) -> None:
        """Check the values."""
        for name in ("rollouts", "kept", "max_steps", "slots"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")


SMALL_WORLD = 100_000
"""Worlds of fewer pages take the preset for small worlds unless another is asked for."""


@dataclass(frozen=True)
class CurationSettings:
    """The settings of all stages; questions are written by rules unless a model is named."""

    paths: PathSettings = field(default_factory=PathSettings)
    questions: QuestionSettings = field(default_factory=QuestionSettings)
    rewriting: RewritingSettings = field(default_factory=RewritingSettings)
    grounding: GroundingSettings = field(default_factory=GroundingSettings)
    quality: QualitySettings = field(default_factory=QualitySettings)
    filters: FilterSettings = field(default_factory=FilterSettings)
    enhancement: EnhancementSettings = field(default_factory=EnhancementSettings)
    experts: ExpertSettings = field(default_factory=ExpertSettings)
    sets: SetSettings = field(default_factory=SetSettings)
    language_model: LanguageModelSettings | None = None

    @classmethod
    def small_world(cls, pages: int) -> CurationSettings:
        """The preset for worlds of `pages` pages; see `PathSettings.small_world`."""
        return cls(paths=PathSettings.small_world(pages))
