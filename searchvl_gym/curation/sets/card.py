"""The card of a curated set: what is in it, what was dropped, whose it is, how to repeat it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import msgspec

from searchvl_gym.curation.facts.answers import ValueCount
from searchvl_gym.curation.instances import INVERSE
from searchvl_gym.types import ANSWER, Task, Trajectory
from searchvl_gym.world.records import WorldInfo
from searchvl_gym.world.sources.publisher import Credit, decode_credits

if TYPE_CHECKING:
    from searchvl_gym.curation.sets.anchor_split import SetSettings
    from searchvl_gym.curation.sets.records import Dataset, Origin
    from searchvl_gym.curation.trajectories.experts import Experts


@dataclass
class Statistics:
    """What both sets hold, counted while they are written."""

    trajectories: int = 0
    turns: Counter[int] = field(default_factory=Counter)
    tools: Counter[str] = field(default_factory=Counter)
    thought_words: int = 0
    instances: dict[str, Task] = field(default_factory=dict)
    rl: dict[str, Task] = field(default_factory=dict)

    def add_trajectory(self, trajectory: Trajectory) -> None:
        """Count a trajectory of the SFT set."""
        self.trajectories += 1
        called = [step.call for step in trajectory.steps if step.call is not None]
        tools = [call.name for call in called if call.name != ANSWER]
        self.turns[len(tools)] += 1
        self.tools.update(tools)
        self.thought_words += sum(len(call.thought.split()) for call in called)
        self.instances[trajectory.task.id] = trajectory.task

    def add_task(self, task: Task) -> None:
        """Count a task of the RL set."""
        self.rl[task.id] = task


def write_card(
    dataset: Dataset,
    statistics: Statistics,
    world: WorldInfo,
    values: ValueCount,
    origin: Origin,
    experts: Experts,
    settings: SetSettings,
) -> str:
    """The card as Markdown, with the metadata block that dataset hubs read.

    Args:
        dataset: What was written.
        statistics: What it holds.
        world: Gives the licences.
        values: What was found in the values of the world's facts.
        origin: What it came from.
        experts: Gives what became of the rollouts.
        settings: How instances were shared out.
    """
    sft, rl = list(statistics.instances.values()), list(statistics.rl.values())
    turns = statistics.turns
    mean = sum(count * n for count, n in turns.items()) / max(1, statistics.trajectories)
    words = statistics.thought_words / max(1, sum(c * n for c, n in turns.items()) + turns.total())
    parts = [
        _metadata(dataset, world),
        f"# {world.name}, curated with seed {origin.seed}\n",
        "Questions about pictures that take several searches to answer, made by the pipeline of "
        "OpenSearch-VL (arXiv 2605.05185) as SearchVL Gym implements it: walks over links become "
        "questions, names become descriptions, the first name becomes its picture. A rule "
        "verifier can score every answer.\n",
        _table(
            ("set", "files", "size"),
            [
                (
                    "SFT",
                    "`sft/`",
                    f"{dataset.sft} trajectories of {dataset.sft_instances} instances",
                ),
                ("RL", "`rl/`", f"{dataset.rl} instances"),
                ("held out", "`held_out/`", f"{dataset.held_out} instances"),
            ],
        ),
        "No two sets share an anchor, that is, a page that a picture shows. Training sets hold "
        f"anchors of the {' and '.join(settings.splits)} split only.\n",
        "## What is in it\n",
        _counts("kind of the anchor", sft, rl, lambda task: [str(task.metadata.get("kind", "?"))]),
        _counts("hops", sft, rl, lambda task: [str(len(task.hops))]),
        _counts("relation of a hop (the 12 most frequent)", sft, rl, _relations, most=12),
        _counts("kind of the answer", sft, rl, lambda task: [task.answer_kind]),
        _counts("form that is asked for", sft, rl, _form),
        _counts("damage of the picture", sft, rl, _damage),
        _counts("uniqueness", sft, rl, _proof),
        _anchors(origin.anchors),
        "## Trajectories\n",
        f"{mean:.2f} tool calls a trajectory on average, {words:.0f} words a thought.\n",
        _table(("tool", "calls"), [(f"`{n}`", str(c)) for n, c in statistics.tools.most_common()]),
        _table(("tool calls", "trajectories"), [(str(n), str(turns[n])) for n in sorted(turns)]),
        "## What was dropped\n",
        _funnel(origin.rejected, "record", "No record was dropped, or none was counted."),
        _funnel(
            {f"experts: {name}": count for name, count in experts.reasons.items()},
            "rollout",
            f"All {len(experts.verdicts)} rollouts of the expert were kept.",
        ),
        "## The facts behind it\n",
        f"Of {values.values:,} values in the world, {values.cleaned:,} were cleaned of stray "
        f"marks; {values.several:,} list several things and {values.broken:,} stop in the "
        "middle, so nothing is asked for them.\n",
        "## Licences\n",
        _licences(world),
        "## How it was made\n",
        _how(dataset, world, origin),
    ]
    return "\n".join(part for part in parts if part)


def _metadata(dataset: Dataset, world: WorldInfo) -> str:
    size = dataset.sft + dataset.rl
    bounds = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000))
    category = next((name for name, most in bounds if size < most), "100K<n<1M")
    licence = world.licence.lower() if world.licence.upper() == "CC0-1.0" else "other"
    return (
        "---\n"
        f"license: {licence}\n"
        "language: en\n"
        "task_categories: [visual-question-answering, image-text-to-text]\n"
        "tags: [multimodal, search-agent, tool-use, searchvl-gym]\n"
        f"size_categories: [{category}]\n"
        "configs:\n"
        "- config_name: sft\n  data_files: sft/conversational.parquet\n"
        "- config_name: rl\n  data_files: rl/train.parquet\n"
        "---\n"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def _counts(
    name: str,
    sft: list[Task],
    rl: list[Task],
    values: Callable[[Task], list[str]],
    most: int = 0,
) -> str:
    counted = [Counter(value for task in tasks for value in values(task)) for tasks in (sft, rl)]
    together = counted[0] + counted[1]
    ordered = together.most_common(most) if most else sorted(together.items())
    chosen = [value for value, _ in ordered]
    rows = [(value, str(counted[0][value]), str(counted[1][value])) for value in chosen]
    return _table((name, "SFT", "RL"), rows) if rows else ""


def _anchors(anchors: Mapping[int, int]) -> str:
    """Pages that a picture may show, by how large their pictures are."""
    rows = [(f"at least {side} pixels", f"{count:,}") for side, count in anchors.items()]
    return _table(("shorter side of the picture", "possible anchors"), rows) if rows else ""


def _relations(task: Task) -> list[str]:
    return [
        f"{hop.relation.removeprefix(INVERSE)} (inverse)"
        if hop.relation.startswith(INVERSE)
        else hop.relation
        for hop in task.hops
    ]


def _form(task: Task) -> list[str]:
    return [str(task.metadata.get("curation", {}).get("form", "")) or "as stated"]


def _proof(task: Task) -> list[str]:
    return [str(task.metadata.get("curation", {}).get("proof", "")) or "unknown"]


def _damage(task: Task) -> list[str]:
    kinds = [each.degradation.kind for each in task.images if each.degradation is not None]
    return kinds or ["none"]


def _funnel(rejected: Mapping[str, int], what: str, nothing: str) -> str:
    if not rejected:
        return nothing + "\n"
    rows = [(reason, str(count)) for reason, count in rejected.items()]
    return _table((f"why a {what} was dropped", f"{what}s"), rows)


def _licences(world: WorldInfo) -> str:
    lines = [f"The world's licence: {world.licence}"]
    lines += [
        f"- {name.removeprefix('source: ')}: {value}"
        for name, value in sorted(world.settings.items())
        if name.startswith("source: ")
    ]
    credits = decode_credits(world.settings.get("picture_credits", ""))
    return "\n".join(lines) + "\n" + _credits(credits)


def _credits(credits: Sequence[Credit]) -> str:
    """Author and licence of every picture that came from its publisher."""
    if not credits:
        return ""
    rows = [
        (str(each.image), each.author or "unknown", each.licence, each.source) for each in credits
    ]
    told = _table(("picture", "author", "licence", "source"), rows)
    return f"\n<details><summary>pictures from the publisher</summary>\n\n{told}\n</details>\n"


def _how(dataset: Dataset, world: WorldInfo, origin: Origin) -> str:
    try:
        own = version("searchvl-gym")
    except PackageNotFoundError:
        own = "unknown"
    lines = [
        f"- fingerprint: `{dataset.fingerprint}`",
        f"- world: {world.name} ({world.source}, seed {world.seed}), `{world.fingerprint}`",
        f"- seed of the curation: {origin.seed}",
        f"- SearchVL Gym {own}",
    ]
    if origin.command:
        lines.append(f"- command: `{origin.command}`")
    text = "\n".join(lines) + "\n"
    if origin.settings:
        settings = msgspec.json.format(
            msgspec.json.encode(origin.settings, order="sorted"), indent=2
        )
        text += f"\n<details><summary>settings</summary>\n\n```json\n{settings.decode()}\n```\n"
        text += "\n</details>\n"
    return text
