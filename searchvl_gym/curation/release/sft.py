"""SearchVL-SFT-36k, or any ShareGPT file of its shape, as trajectories that `algos.sft` reads."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from searchvl_gym.chat import OpenSearchVL, extract_final_answer
from searchvl_gym.curation.release.rows import (
    ImportReport,
    ReleaseFileError,
    ReleaseReason,
    json_rows,
    take_rows,
)
from searchvl_gym.curation.sets.dataset import replacing
from searchvl_gym.curation.sets.exports import PLACEHOLDER
from searchvl_gym.rollout import encode_trajectory
from searchvl_gym.rollout.store import IMAGES, LINES, SCHEMA, StoredLine, save_images
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.image_files import UnreadableImage, load_image_file
from searchvl_gym.types import (
    ANSWER,
    Step,
    Task,
    TaskImage,
    Termination,
    ToolCall,
    ToolError,
    Trajectory,
    image_digest,
)

_USERS = ("human", "user", "observation", "tool", "function_response")
_MODELS = ("gpt", "assistant", "model", "function_call")
_WRAPPED = re.compile(r"\s*<(tool_response|observation)>\s*(.*?)\s*</\1>\s*", re.DOTALL)

POLICY = "released"
"""Name of the policy that imported trajectories are filed under."""


def import_sft(
    path: Path, out: Path, *, images: Path | None = None, skip_bad: bool = False
) -> ImportReport:
    """Turn a ShareGPT file into a directory of trajectories.

    The release kept right answers only and gives no other answer to compare with, so each
    trajectory counts as right. What a model wrote is kept to the letter.

    Args:
        path: A JSON array, or JSON lines: rows with `conversations` and `images`.
        out: Gets `trajectories.jsonl` and `images/`; an earlier import there is replaced.
        images: Where relative paths of pictures begin; None for the folder of the file.
        skip_bad: Leave out rows that cannot be used, instead of raising at the first.

    Raises:
        ReleaseFileError: When the file or a row cannot be used; one line that says where.
        RolloutError: When a picture cannot be written.
    """
    (out / IMAGES).mkdir(parents=True, exist_ok=True)
    reader = _Reader(path, images or path.parent, out)
    counts: Counter[str] = Counter()
    imported = 0
    with replacing(out / LINES) as stream:
        rows = json_rows(path)
        made = take_rows(path, rows, reader.trajectory, skip_bad=skip_bad, counts=counts)
        for trajectory in made:
            encoded = msgspec.Raw(encode_trajectory(trajectory))
            stream.write(msgspec.json.encode(StoredLine(SCHEMA, imported, encoded)) + b"\n")
            imported += 1
    return ImportReport("sft", out, imported, dict(sorted(counts.items())))


class _Reader:
    """Reads rows of one file."""

    def __init__(self, path: Path, images: Path, out: Path) -> None:
        self._path, self._images, self._out = path, images, out
        self._form = OpenSearchVL()
        self._tools = ToolSuite().names
        self._digests: dict[str, str] = {}

    def trajectory(self, number: int, row: Any) -> Trajectory:
        """The trajectory of a row."""
        where = f"{self._path}, row {number}"
        turns, paths = _messages(row, where), _paths(row, where)
        question, *rest = turns
        # The pictures of the row in the order of their placeholders.
        files = list(paths)
        given = [files.pop(0) for _ in range(min(len(files), question[1].count(PLACEHOLDER)))]
        digests = [self._picture(each, where) for each in given]
        steps: list[Step] = []
        for place in range(0, len(rest), 2):
            text = rest[place][1]
            observation = rest[place + 1][1] if place + 1 < len(rest) else ""
            image = None
            if PLACEHOLDER in observation:
                if observation.count(PLACEHOLDER) > 1:
                    raise ReleaseFileError(
                        ReleaseReason.PLACEHOLDERS,
                        f"{where}: turn {place + 2} brings several pictures; a tool makes one",
                    )
                if files:
                    digests.append(self._picture(files.pop(0), where))
                image = f"img_{len(digests)}"
            last = place + 1 >= len(rest)
            call = self._call(text, last, f"{where}, turn {place + 1}")
            shown = _unwrapped(observation)
            steps.append(Step(len(steps), call, shown, text=text, image=image))
        placeholders = sum(text.count(PLACEHOLDER) for _, text in turns)
        if placeholders != len(paths):
            raise ReleaseFileError(
                ReleaseReason.PLACEHOLDERS,
                f"{where}: {placeholders} {PLACEHOLDER} placeholders but {len(paths)} images",
            )
        answer = extract_final_answer(rest[-1][1])
        first = tuple(TaskImage(path=str(self._images / each)) for each in given)
        text = question[1].replace(PLACEHOLDER, "").strip()
        name = str(row.get("id") or f"sft-{number:06d}")
        return Trajectory(
            task=Task(name, text, answer, images=first, split="train"),
            seed=0,
            steps=tuple(steps),
            termination=Termination.ANSWER,
            answer=answer,
            images=tuple(digests),
            reward=1.0,
            reward_parts={"accuracy": 1.0},
            policy=POLICY,
        )

    def _call(self, text: str, last: bool, where: str) -> ToolCall:
        try:
            call = self._form.parse(text)
        except ToolError as error:
            raise ReleaseFileError(ReleaseReason.BAD_CALL, f"{where}: {error.message}") from None
        if call.name != ANSWER and call.name not in self._tools:
            raise ReleaseFileError(
                ReleaseReason.UNKNOWN_TOOL,
                f"{where}: unknown tool {call.name[:60]!r}; known are {', '.join(self._tools)}",
            )
        if last != (call.name == ANSWER):
            what = "ends without an answer" if last else "goes on after its answer"
            raise ReleaseFileError(ReleaseReason.NO_ANSWER, f"{where}: the conversation {what}")
        return call

    def _picture(self, name: str, where: str) -> str:
        """Digest of a picture, which is copied to the output."""
        if name in self._digests:
            return self._digests[name]
        root = self._images.resolve()
        file = (root / name).resolve()
        if not file.is_relative_to(root):
            raise ReleaseFileError(
                ReleaseReason.MISSING_IMAGE,
                f"{where}: picture {name} lies outside {root}; give the folder by --images",
            )
        try:
            pixels = load_image_file(file)
        except UnreadableImage as error:
            raise ReleaseFileError(ReleaseReason.MISSING_IMAGE, f"{where}: {error}") from None
        digest = image_digest(pixels)
        save_images(self._out, {digest: pixels})
        self._digests[name] = digest
        return digest


def _messages(row: Any, where: str) -> list[tuple[str, str]]:
    """The turns of a row as (speaker, text): user and model in turn, without the system's."""
    found = row.get("conversations", row.get("messages")) if isinstance(row, dict) else None
    if not isinstance(found, list):
        columns = ", ".join(row) if isinstance(row, dict) else type(row).__name__
        raise ReleaseFileError(
            ReleaseReason.WRONG_COLUMNS,
            f"{where}: expected conversations, images, system, tools; found {columns}",
        )
    turns = [_message(message, where) for message in found]
    turns = [turn for turn in turns if turn[0] != "system"]
    wanted = ["user", "model"] * ((len(turns) + 1) // 2)
    speakers = [speaker for speaker, _ in turns]
    if len(turns) < 2 or speakers != wanted or len(turns) % 2:
        raise ReleaseFileError(
            ReleaseReason.BAD_CONVERSATION,
            f"{where}: turns must alternate, the user first and the model last; got "
            f"{', '.join(speakers[:8]) or 'none'}",
        )
    return turns


def _message(message: Any, where: str) -> tuple[str, str]:
    if isinstance(message, dict):
        speaker = message.get("from", message.get("role"))
        text = message.get("value", message.get("content"))
        if isinstance(text, str):
            if speaker == "system":
                return "system", text
            if speaker in _USERS:
                return "user", text
            if speaker == "function_call":
                return "model", f"<think></think>\n<tool_call>{text}</tool_call>"
            if speaker in _MODELS:
                return "model", text
    shown = json.dumps(message, default=str)[:80]
    raise ReleaseFileError(ReleaseReason.BAD_CONVERSATION, f"{where}: no message: {shown}")


def _paths(row: Mapping[str, Any], where: str) -> list[str]:
    paths = row.get("images") or []
    if isinstance(paths, str):
        paths = [paths]
    if not isinstance(paths, list) or not all(isinstance(each, str) for each in paths):
        raise ReleaseFileError(
            ReleaseReason.WRONG_COLUMNS, f"{where}: images must be a list of paths"
        )
    return paths


def _unwrapped(text: str) -> str:
    """A tool result without its tags and placeholders."""
    text = text.replace(PLACEHOLDER, "")
    match = _WRAPPED.fullmatch(text)
    return match[2] if match is not None else text.strip()
