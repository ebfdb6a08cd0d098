"""Recorded trajectories as token trajectories, for imitation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from algos.conversation import Conversation, Patches
from algos.models import Checkpoint
from algos.token_trajectory import TokenTrajectory
from searchvl_gym.rollout import is_right, read_trajectories
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Image, Trajectory


class DemonstrationError(RuntimeError):
    """Demonstrations cannot be used; the message says why."""


def read_demonstrations(
    run: str | Path, *, world: str | None = None, only_right: bool = True
) -> list[Trajectory]:
    """Trajectories of a rollout's directory, in order of episode.

    Args:
        run: What `searchvl rollout --out` named.
        world: Fingerprint of the world that they must come from, or None for any.
        only_right: Leave out those whose answer was not right, and fatal ones.

    Raises:
        DemonstrationError: When there are none, or they come from another world.
        RolloutError: When the directory cannot be read.
    """
    found = read_trajectories(run)
    for trajectory in found:
        if world is not None and trajectory.task.world not in ("", world):
            raise DemonstrationError(
                f"{run} was played in the world {trajectory.task.world[:12]}, training is for "
                f"{world[:12]}; play it again"
            )
    if only_right:
        found = [each for each in found if each.fatal_step is None and is_right(each)]
    if not found:
        raise DemonstrationError(f"{run} holds no {'right ' if only_right else ''}trajectory")
    return found


def prepare_card(
    checkpoint: Checkpoint, form: Any, played: Mapping[str, Sequence[Trajectory]]
) -> None:
    """Note in the card what the model is trained with, unless it is known already.

    Args:
        checkpoint: Its card is changed.
        form: The wire format.
        played: Demonstrations by the directory of their run.

    Raises:
        DemonstrationError: When they come from another world than the checkpoint, or from
            several.
    """
    card = checkpoint.card
    known = {card["world"]} if "world" in card else set()
    for run, trajectories in played.items():
        known |= {each.task.world for each in trajectories if each.task.world}
        if len(known) > 1:
            raise DemonstrationError(
                f"{run} brings in a second world ({', '.join(sorted(w[:12] for w in known))}); a "
                "checkpoint belongs to one: play the demonstrations again in it"
            )
    if known:
        card["world"] = known.pop()
    card.setdefault("wire_format", form.name)
    card.setdefault("system_prompt", form.system_prompt(ToolSuite().schemas()))
    card["data"] = [str(run) for run in played]


def tokenise(
    trajectory: Trajectory,
    images: Mapping[str, Image | Patches],
    conversation: Conversation,
    wire_format: Any,
    system_prompt: str,
) -> TokenTrajectory:
    """A trajectory as the tokens that a model would have read and written.

    Args:
        trajectory: What was played.
        images: Its pictures by digest, cut into patches or not.
        conversation: Of the checkpoint that is to learn.
        wire_format: Renders calls and results.
        system_prompt: As in rollouts.
    """
    made = TokenTrajectory()
    names = {f"img_{number}": digest for number, digest in enumerate(trajectory.images, 1)}
    given = len(trajectory.images) - sum(step.image is not None for step in trajectory.steps)
    first = [images[digest] for digest in trajectory.images[:given]]
    made.read(conversation.prompt(system_prompt, trajectory.task.question, first), -1)
    for step in trajectory.steps:
        if step.text is not None:
            text = step.text
        elif step.call is not None:
            text = wire_format.render_call(step.call)
        else:
            text = ""
        turn = conversation.turn(text)
        made.write(turn, [0.0] * len(turn), step.index)
        if step is not trajectory.steps[-1]:
            shown = wire_format.render_result(step.observation, step.image)
            new = [] if step.image is None else [images[names[step.image]]]
            made.read(conversation.observation(shown, new), step.index)
    return made


def corpus(
    trajectories: Iterable[Trajectory], wire_format: Any, system_prompt: str
) -> Iterator[str]:
    """Every text that a model will read or write, as often as it will, for a tokenizer."""
    for trajectory in trajectories:
        yield system_prompt
        yield trajectory.task.question
        for step in trajectory.steps:
            if step.call is not None:
                yield wire_format.render_call(step.call)
            yield wire_format.render_result(step.observation, step.image)
