"""Recorded trajectories as token trajectories, for imitation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from algos.models import Checkpoint
from algos.tokens.conversation import Conversation, Picture
from algos.tokens.trajectory import TokenTrajectory
from algos.training.trained_worlds import note_worlds
from searchvl_gym.episode import EpisodePictures
from searchvl_gym.rollout import StoredTrajectories, is_right
from searchvl_gym.rollout.record import read_record
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import Image, Trajectory
from searchvl_gym.wrappers import opening_text


class DemonstrationError(RuntimeError):
    """Demonstrations cannot be used; the message says why."""


def read_demonstrations(
    run: str | Path, *, worlds: Collection[str] | None = None, only_right: bool = True
) -> list[Trajectory]:
    """Trajectories of a rollout's directory, in order of episode.

    Args:
        run: What `searchvl rollout --out` named.
        worlds: Fingerprints of the worlds that they must come from, or None for any.
        only_right: Leave out those whose answer was not right, and fatal ones.

    Raises:
        DemonstrationError: When there are none, or they come from another world.
        RolloutError: When the directory cannot be read.
    """
    found: list[Trajectory] = []
    for trajectory in StoredTrajectories(run):
        if worlds is not None and trajectory.task.world not in ("", *worlds):
            wanted = ", ".join(sorted(each[:12] for each in worlds))
            raise DemonstrationError(
                f"{run} was played in the world {trajectory.task.world[:12]}, training is for "
                f"{wanted}; play it again"
            )
        if not only_right or (trajectory.fatal_step is None and is_right(trajectory)):
            found.append(trajectory)
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
        DemonstrationError: When they were played with different sets of tools.
    """
    card = checkpoint.card
    for run, trajectories in played.items():
        record = read_record(Path(run))
        names = {} if record is None else record.worlds
        note_worlds(card, {each.task.world for each in trajectories}, names)
    card.setdefault("wire_format", form.name)
    if "system_prompt" not in card:
        card["system_prompt"] = form.system_prompt(_suite_of(played).schemas())
    card["data"] = [str(run) for run in played]


def view_of(run: str | Path) -> int | None:
    """The `view_pixels` that a run's environment was made with.

    Raises:
        RolloutError: When the run's record cannot be read.
    """
    found = _environment_of(run).get("view_pixels")
    return found if isinstance(found, int) else None


def _suite_of(runs: Iterable[str]) -> ToolSuite:
    """The tools that runs were played with, as far as their records name a set."""
    found = {}
    for run in runs:
        given = _environment_of(run)
        name = given.get("tools")
        name = name if isinstance(name, str) else "release"
        found[name, given.get("crop_coordinates", "pixels")] = run
    if len(found) > 1:
        sets = "; ".join(f"{run}: {name}, {units}" for (name, units), run in found.items())
        raise DemonstrationError(f"the demonstrations were played with different tools ({sets})")
    return make_suite(*next(iter(found), ("release", "pixels")))


def _environment_of(run: str | Path) -> Mapping[str, Any]:
    record = read_record(Path(run))
    return {} if record is None else record.environment_arguments


def tokenise(
    trajectory: Trajectory,
    images: Mapping[str, Image | Picture],
    conversation: Conversation,
    wire_format: Any,
    system_prompt: str,
    *,
    view_pixels: int | None = None,
) -> TokenTrajectory:
    """A trajectory as the tokens that a model would have read and written.

    Args:
        trajectory: What was played.
        images: Its pictures by digest, cut into patches or not.
        conversation: Of the checkpoint that is to learn.
        wire_format: Renders calls and results.
        system_prompt: As in rollouts.
        view_pixels: Of the environment (see `view_of`); the pictures must then be pixels.
    """
    made = TokenTrajectory()
    names = {f"img_{number}": digest for number, digest in enumerate(trajectory.images, 1)}
    given = len(trajectory.images) - sum(step.image is not None for step in trajectory.steps)
    first, notes = _as_shown([images[each] for each in trajectory.images[:given]], view_pixels)
    question = opening_text({"question": trajectory.task.question, "text": notes})
    made.read(conversation.prompt(system_prompt, question, first), -1)
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
            new, _ = _as_shown(new, view_pixels)
            made.read(conversation.observation(shown, new), step.index)
    return made


def _as_shown(
    pictures: Sequence[Image | Picture], view_pixels: int | None
) -> tuple[Sequence[Image | Picture], str]:
    """Pictures as an agent with that view saw them, and what it was told of them at the reset."""
    if view_pixels is None:
        return pictures, ""
    seen = EpisodePictures(
        [partial(np.asarray, each) for each in pictures], view_pixels=view_pixels
    )
    notes = filter(None, map(seen.size_note, range(len(seen))))
    return list(seen.shown()), "\n".join(notes)


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
