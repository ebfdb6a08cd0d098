"""What the page of the leaderboard shows: rows, comparisons, curves, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from searchvl_gym.leaderboard.comparing import Pair
from searchvl_gym.leaderboard.judging import Ruling


@dataclass(frozen=True)
class BoardRow:
    """One policy on one suite.

    Attributes:
        policy: How it is called.
        accuracy: Share of right answers, 0 to 1; None when no episode could be scored.
        low: Lower end of its 95 % interval, or None.
        high: Upper end, or None.
        items: Episodes that were scored, or None where it was not reported.
        reported: Where a published figure stands, or "" for one that was measured here.
        detail: What else tells it from others of its name: workflow, seed, samples.
        best: Whether it is better than each competitor by more than chance.
        reference: Whether it knows more than an agent may.
        unscored: Episodes that could not be scored.
        unsure: Answers that the rules could not tell; counted as wrong.
        judge: Who judged.
        kappa: Cohen's κ of rules and model, where both ruled.
        tools_off: Accuracy of the same policy without tools, or None.
        figures: Further figures by their heading, as shown.
        runs: Directories of its trajectories, one a sample.
        rulings: What the judge said, one an episode in order, run after run; none for what the
            trajectories say themselves.
    """

    policy: str
    accuracy: float | None
    low: float | None = None
    high: float | None = None
    items: int | None = None
    reported: str = ""
    detail: str = ""
    best: bool = False
    reference: bool = False
    unscored: int = 0
    unsure: int = 0
    judge: str = ""
    kappa: float | None = None
    tools_off: float | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    runs: Sequence[Path] = ()
    rulings: Sequence[Ruling] = ()


@dataclass(frozen=True)
class SuiteBoard:
    """The rows of one suite.

    Attributes:
        name: Of the suite.
        about: What it is made of, in a line: items, clusters, split, licence.
        rows: Measured and reported ones.
        pairs: Comparisons of the measured ones.
    """

    name: str
    about: str
    rows: Sequence[BoardRow]
    pairs: Sequence[Pair] = ()


@dataclass(frozen=True)
class Plot:
    """A picture of curves.

    Attributes:
        title: What it shows.
        caption: How to read it.
        png: The picture.
    """

    title: str
    caption: str
    png: bytes


@dataclass(frozen=True)
class Board:
    """All of the page.

    Attributes:
        suites: In the order shown.
        fingerprint: Of all that was measured.
        command: What makes it again, or "".
        settings: What it depends on, by name.
        plots: Curves.
    """

    suites: Sequence[SuiteBoard]
    fingerprint: str
    command: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    plots: Sequence[Plot] = ()
