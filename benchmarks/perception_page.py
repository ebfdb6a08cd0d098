"""Writes what a person should see of the perception tasks: a sheet, and one trajectory a family.

`python -m benchmarks.perception_page --suite atlas-perception:size=mini --episodes 40` lets the
oracle play and writes `docs/images/perception.jpg` and `docs/perception_trajectories.md`.
"""

from __future__ import annotations

import argparse
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.leaderboard.naming import parse_named
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.world.pictures.fonts import font

if TYPE_CHECKING:
    from searchvl_gym.types import Image, Task, Trajectory
    from searchvl_gym.world.world import World

CELL = (560, 420)
TEXT = 92
COLUMNS = 3
SHOWN_PIXELS = 120_000
"""Pixels of a picture in the page of trajectories."""


def first_of_each(tasks: list[Task]) -> list[Task]:
    """The first task of every family."""
    found: dict[str, Task] = {}
    for task in tasks:
        found.setdefault(str(task.metadata["family"]), task)
    return list(found.values())


def sheet(tasks: list[Task], world: World) -> PillowImage.Image:
    """A grid of pictures with their questions."""
    width, height = CELL
    rows = -(-len(tasks) // COLUMNS)
    page = PillowImage.new("RGB", (COLUMNS * width, rows * (height + TEXT)), (250, 249, 246))
    draw = ImageDraw.Draw(page)
    face = font("sans", 17)
    for number, task in enumerate(tasks):
        x, y = (number % COLUMNS) * width, (number // COLUMNS) * (height + TEXT)
        picture = fitted(load_picture(task.images[0], world), width - 12, height - 12)
        page.paste(picture, (x + (width - picture.width) // 2, y + 8))
        words = f"{task.metadata['family']}: {task.question}"
        for line, text in enumerate(textwrap.wrap(words, 70)[:4]):
            draw.text((x + 10, y + height + 2 + 21 * line), text, font=face, fill=(40, 40, 44))
    return page


def fitted(pixels: Image, width: int, height: int) -> PillowImage.Image:
    """A picture that fits into a box."""
    picture = PillowImage.fromarray(np.asarray(pixels))
    picture.thumbnail((width, height), PillowImage.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def story(trajectory: Trajectory, pictures: list[str]) -> list[str]:
    """One trajectory as Markdown."""
    task = trajectory.task
    lines = [f"## {task.metadata['family']}", "", f"**{task.question}**", ""]
    given = len(task.images)
    lines += [" ".join(f"![img_{n}]({pictures[n - 1]})" for n in range(1, given + 1)), ""]
    lines += [f"Needs: {', '.join(f'`{tool}`' for tool in task.needs)}.", ""]
    for step in trajectory.steps:
        call = step.call
        assert call is not None
        arguments = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
        lines += [f"{step.index + 1}. *{call.thought}* `{call.name}({arguments})`", ""]
        if step.image is not None:
            number = int(step.image.removeprefix("img_"))
            lines += [f"   ![{step.image}]({pictures[number - 1]})", ""]
        elif step.observation:
            quoted = textwrap.shorten(step.observation, 300, placeholder=" …")
            lines += [f"   > {quoted}", ""]
    lines += [f"Right: {task.answer}.", ""]
    return lines


def main() -> None:
    """Let the oracle play and write the sheet and the page."""
    from searchvl_gym.rollout import run
    from searchvl_gym.rollout.reading import StoredPictures, read_trajectories

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="atlas-perception")
    parser.add_argument("--episodes", type=int, default=60, help="tasks to choose from")
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    options = parser.parse_args()
    named = parse_named(options.suite)
    suite = find_suite(named.name)
    world, tasks = suite.load(named.arguments, episodes=options.episodes)
    chosen = first_of_each(list(tasks))
    images = options.docs / "images"
    sheet(chosen, world).save(images / "perception.jpg", quality=86)
    folder = images / "perception"
    folder.mkdir(exist_ok=True)
    lines = [
        "# One trajectory of each family",
        "",
        "Played by the oracle through the real tools; written by",
        f"`python -m benchmarks.perception_page --suite {options.suite} "
        f"--episodes {options.episodes}`. Pictures are reduced here.",
        "",
    ]
    with tempfile.TemporaryDirectory() as out:
        run(
            suite.environment,
            "oracle",
            episodes=len(chosen),
            seed=0,
            workers=2,
            out=Path(out),
            env_kwargs={"world": world, "tasks": chosen, **suite.settings},
        )
        stored = StoredPictures(out)
        for trajectory in read_trajectories(out):
            names = []
            for digest in trajectory.images:
                pixels = stored[digest]
                height, width = pixels.shape[:2]
                scale = min(1.0, (SHOWN_PIXELS / (width * height)) ** 0.5)
                small = fitted(pixels, round(width * scale), round(height * scale))
                name = f"{digest[:16]}.jpg"
                small.save(folder / name, quality=82)
                names.append(f"images/perception/{name}")
            lines += story(trajectory, names)
    (options.docs / "perception_trajectories.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
