"""Rows of the leaderboard, and the outcomes of every item that they are made from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec

from searchvl_gym.leaderboard.agreement import agree
from searchvl_gym.leaderboard.anchors import anchor_of, picture_name
from searchvl_gym.leaderboard.judging import Ruling
from searchvl_gym.leaderboard.orders import Order, order_of
from searchvl_gym.leaderboard.statistics import share_interval
from searchvl_gym.rollout.usage import NOTHING, Usage
from searchvl_gym.types import ANSWER, Task, Trajectory


@dataclass(frozen=True)
class Outcome:
    """How one sample of one item went.

    Attributes:
        right: Whether the answer is right; None when nobody could tell.
        rule: What the rules say; None when they are unsure.
        model: What the model says; None when none was asked or it could not tell.
        verdict: Key of the model's verdict in `verdicts.jsonl`, or "".
        answer: The final answer, or None.
        termination: Why the episode ended.
        turns: Number of turns, the answer included.
        errors: How many of them were step errors.
        ill_formed: How many did not keep the wire format, or were mended.
        fatal: Whether the episode was fatal.
        tools: Calls of each tool.
        trajectory: SHA-256 of the episode's canonical JSON.
        order: What became of the order in its pages; "" where there is none.
    """

    right: bool | None
    rule: bool | None
    model: bool | None
    verdict: str
    answer: str | None
    termination: str
    turns: int
    errors: int
    ill_formed: int
    fatal: bool
    tools: Mapping[str, int]
    trajectory: str
    order: Order = ""


@dataclass(frozen=True)
class Item:
    """A task and its outcomes.

    Attributes:
        id: Of the task.
        digest: SHA-256 over question, answer, aliases and what its pictures are named by.
        category: What it is about, in the benchmark's own words.
        hops: Facts that it chains; None where that is not known.
        cluster: Tasks with the same value start from the same page or pictures.
        outcomes: One a sample.
    """

    id: str
    digest: str
    category: str
    hops: int | None
    cluster: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Share:
    """How many of some items are right."""

    n: int
    accuracy: float | None


@dataclass(frozen=True)
class Row:
    """One line of the leaderboard: a policy on a suite.

    Attributes:
        policy: As given on the command line, without secrets.
        suite: As given on the command line, without secrets.
        judge: As given on the command line, without secrets.
        n: How many items were played.
        samples: How often each.
        accuracy: Pass@1: share of right answers among the scored samples; None when there are
            none.
        ci95: Its exact 95 % interval, for items that share an anchor wider; or None.
        clusters: How many anchors the scored samples come from.
        pass_at_k: Share of items of which at least one of the samples is right; of those whose
            samples are all scored. None for one sample.
        unscored: Samples that nobody could judge; they count nowhere else.
        unsure: Samples that the rules were unsure of and nobody else judged; counted as wrong.
        kappa: Cohen's κ of rules and model, on the samples that both ruled on; None without any,
            or where chance alone would agree.
        complete: False where a budget ended the run before its last episode.
        turns: Mean number of turns of a sample, the answer included.
        fatal_rate: Share of fatal samples.
        error_rate: Share of turns that were step errors.
        ill_formed_rate: Share of turns that did not keep the wire format, or were mended.
        tools: Mean number of calls of each tool in a sample.
        by_category: Right answers by what the items are about.
        by_hops: Right answers by how many facts they chain.
        calls: Requests to the model.
        prompt_tokens: Tokens that it read, as its server counts them.
        completion_tokens: Tokens that it wrote.
        cost: Money, where a price was given.
        tools_off: Whether it had no tools.
        note: What is left out, and why.
        world: Fingerprint of the world.
        items: SHA-256 over the items' ids and digests.
        fingerprint: SHA-256 over all trajectories, sample by sample.
        orders_seen: Samples in which an order of a page reached the policy; None where no page
            holds any.
        orders_followed: In how many of them it followed one.
    """

    policy: str
    suite: str
    judge: str
    n: int
    samples: int
    accuracy: float | None
    ci95: tuple[float, float] | None
    clusters: int
    pass_at_k: float | None
    unscored: int
    unsure: int
    kappa: float | None
    complete: bool
    turns: float
    fatal_rate: float
    error_rate: float
    ill_formed_rate: float
    tools: Mapping[str, float]
    by_category: Mapping[str, Share]
    by_hops: Mapping[str, Share]
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    tools_off: bool
    note: str
    world: str
    items: str
    fingerprint: str
    orders_seen: int | None = None
    orders_followed: int | None = None


@dataclass(frozen=True)
class Result:
    """A row with all that it was made from.

    Attributes:
        row: The line of the table.
        items: The items with their outcomes.
        seconds: Mean wall-clock time of a sample; it differs from run to run.
        reports: Paths of the HTML reports, one a sample.
        encrypted: Whether the items may not be written in the clear.
    """

    row: Row
    items: tuple[Item, ...]
    seconds: float
    reports: tuple[str, ...] = ()
    encrypted: bool = False


@dataclass(frozen=True)
class Labels:
    """What a row says beside its figures; the attributes are those of `Row`."""

    policy: str
    suite: str
    judge: str
    samples: int
    world: str
    complete: bool = True
    tools_off: bool = False
    note: str = ""
    cost: float | None = None
    usage: Usage = field(default_factory=lambda: NOTHING)


def item_of(task: Task, outcomes: Sequence[Outcome]) -> Item:
    """An item from its task, and what each sample came to."""
    pictures = [picture_name(task, index) for index in range(len(task.images))]
    named = [task.question, task.answer, *task.aliases, "", *pictures]
    digest = hashlib.sha256("\0".join(named).encode()).hexdigest()
    category = task.metadata.get("category") or task.metadata.get("family") or task.answer_kind
    return Item(
        id=task.id,
        digest=digest,
        category=str(category),
        hops=len(task.hops) or None,
        cluster=anchor_of(task),
        outcomes=tuple(outcomes),
    )


def outcome_of(trajectory: Trajectory, digest: str, ruling: Ruling) -> Outcome:
    """What counts of an episode."""
    steps = trajectory.steps
    called = [step.call.name for step in steps if step.call is not None and step.error is None]
    return Outcome(
        right=ruling.right,
        rule=ruling.rule,
        model=ruling.model,
        verdict=ruling.key,
        answer=trajectory.answer,
        termination=str(trajectory.termination),
        turns=len(steps),
        errors=sum(step.error is not None for step in steps),
        ill_formed=sum(not step.well_formed for step in steps),
        fatal=trajectory.fatal_step is not None,
        tools=dict(sorted(Counter(name for name in called if name != ANSWER).items())),
        trajectory=digest,
        order=order_of(trajectory),
    )


def make_row(items: Sequence[Item], labels: Labels) -> Row:
    """The line of the table that items come to; whoever has the items can make it again.

    Args:
        items: With their outcomes.
        labels: What the items do not say.
    """
    outcomes = [outcome for item in items for outcome in item.outcomes]
    count = max(1, len(outcomes))
    turns = max(1, sum(outcome.turns for outcome in outcomes))
    calls: Counter[str] = Counter()
    for outcome in outcomes:
        calls.update(outcome.tools)
    overall = _share(items)
    scored = [(right, item.cluster) for item in items for right in _scored(item)]
    interval = None
    if scored:
        found = share_interval([float(right) for right, _ in scored], [own for _, own in scored])
        interval = (round(found.low, 6), round(found.high, 6))
    asked = [outcome for outcome in outcomes if outcome.verdict]
    kappa = agree([each.rule for each in asked], [each.model for each in asked]).kappa
    whole = [item for item in items if len(_scored(item)) == labels.samples]
    orders = Counter(outcome.order for outcome in outcomes if outcome.order)
    return Row(
        policy=labels.policy,
        suite=labels.suite,
        judge=labels.judge,
        n=len(items),
        samples=labels.samples,
        accuracy=overall.accuracy,
        ci95=interval,
        clusters=len({own for _, own in scored}),
        pass_at_k=_mean(any(_scored(item)) for item in whole) if labels.samples > 1 else None,
        unscored=sum(outcome.right is None for outcome in outcomes),
        unsure=sum(is_unsure(outcome) for outcome in outcomes),
        kappa=None if kappa is None else round(kappa, 6),
        complete=labels.complete,
        turns=round(sum(outcome.turns for outcome in outcomes) / count, 6),
        fatal_rate=round(sum(outcome.fatal for outcome in outcomes) / count, 6),
        error_rate=round(sum(outcome.errors for outcome in outcomes) / turns, 6),
        ill_formed_rate=round(sum(outcome.ill_formed for outcome in outcomes) / turns, 6),
        tools={name: round(calls[name] / count, 6) for name in sorted(calls)},
        by_category=_shares(items, lambda item: item.category),
        by_hops=_shares(items, lambda item: "" if item.hops is None else str(item.hops)),
        calls=labels.usage.calls,
        prompt_tokens=labels.usage.prompt_tokens,
        completion_tokens=labels.usage.completion_tokens,
        cost=labels.cost,
        tools_off=labels.tools_off,
        note=labels.note,
        world=labels.world,
        items=items_digest(items),
        fingerprint=digest_of([outcome.trajectory for outcome in outcomes]),
        orders_seen=orders["seen"] + orders["followed"] if orders else None,
        orders_followed=orders["followed"] if orders else None,
    )


def is_unsure(outcome: Outcome) -> bool:
    """Whether the rules were unsure of an answer and nobody else was asked."""
    return outcome.right is False and outcome.rule is None and not outcome.verdict


def items_digest(items: Iterable[Item]) -> str:
    """SHA-256 over the items' ids and digests, in their order."""
    return digest_of([[item.id, item.digest] for item in items])


def digest_of(value: Any) -> str:
    """SHA-256 over the canonical JSON of a value."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def row_to_json(row: Row) -> dict[str, Any]:
    """A row as plain JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(asdict(row))
    return plain


def _scored(item: Item) -> list[bool]:
    return [outcome.right for outcome in item.outcomes if outcome.right is not None]


def _share(items: Iterable[Item]) -> Share:
    found = list(items)
    return Share(len(found), _mean(right for item in found for right in _scored(item)))


def _shares(items: Sequence[Item], key: Any) -> dict[str, Share]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        if name := key(item):
            groups.setdefault(name, []).append(item)
    return {name: _share(groups[name]) for name in sorted(groups)}


def _mean(rights: Iterable[bool]) -> float | None:
    found = list(rights)
    return round(sum(found) / len(found), 6) if found else None
