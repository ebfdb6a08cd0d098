"""SearchVL-RL-8k, or any parquet file of its shape, as tasks for the environments."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from searchvl_gym.curation.release.rows import (
    ImportReport,
    ReleaseFileError,
    ReleaseReason,
    take_rows,
)
from searchvl_gym.curation.sets.exports import PLACEHOLDER
from searchvl_gym.rollout.store import IMAGES, image_path, save_images
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools.image_files import UnreadableImage, load_image_file
from searchvl_gym.types import Image, Task, TaskImage, image_digest

COLUMNS = ("prompt", "images", "reward_model")
_ROWS = 16
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_KINDS = ("entity", "number", "date", "quantity", "text")


def import_rl(
    path: Path, out: Path, *, images: Path | None = None, skip_bad: bool = False
) -> ImportReport:
    """Turn a parquet file into a task set with pictures beside it.

    The tasks name their pictures by absolute path and have no gold path, so they are scored by
    answer and format, in any world or against live search.

    Args:
        path: Columns `prompt` (messages or text), `images` (bytes or paths) and `reward_model`
            (with `ground_truth`); others are ignored but for an id.
        out: Gets `tasks.jsonl` and `images/`; an earlier import there is replaced.
        images: Where relative paths of pictures begin; None for the folder of the file.
        skip_bad: Leave out rows that cannot be used, instead of raising at the first.

    Raises:
        ReleaseFileError: When the file or a row cannot be used; one line that says where.
        RolloutError: When a picture cannot be written.
    """
    (out / IMAGES).mkdir(parents=True, exist_ok=True)
    reader = _Reader(path, images or path.parent, out)
    counts: Counter[str] = Counter()
    rows = take_rows(path, _rows(path), reader.task, skip_bad=skip_bad, counts=counts)
    tasks = list(rows)
    try:
        made = TaskSet(tasks, path.stem)
    except ValueError as error:
        raise ReleaseFileError(ReleaseReason.WRONG_COLUMNS, f"{path}: {error}") from None
    made.save(out / "tasks.jsonl")
    return ImportReport("rl", out, len(tasks), dict(sorted(counts.items())))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a parquet file, a few at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            missing = [name for name in COLUMNS if name not in names]
            if missing:
                raise ReleaseFileError(
                    ReleaseReason.WRONG_COLUMNS,
                    f"{path} lacks the column {', '.join(missing)}; it has {', '.join(names)}",
                )
            for batch in file.iter_batches(batch_size=_ROWS):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise ReleaseFileError(
            ReleaseReason.UNREADABLE, f"cannot read {path} as parquet: {error}"
        ) from None


class _Reader:
    """Reads rows of one file."""

    def __init__(self, path: Path, images: Path, out: Path) -> None:
        self._path, self._images, self._out = path, images, out

    def task(self, number: int, row: Mapping[str, Any]) -> Task:
        """The task of a row."""
        where = f"{self._path}, row {number}"
        text = _question(row["prompt"], where)
        answers, kind = _answers(row["reward_model"], where)
        cells = row["images"] or []
        if not isinstance(cells, list):
            cells = [cells]
        placeholders = text.count(PLACEHOLDER)
        if placeholders not in (0, len(cells)):
            raise ReleaseFileError(
                ReleaseReason.PLACEHOLDERS,
                f"{where}: {placeholders} {PLACEHOLDER} placeholders but {len(cells)} images",
            )
        pictures = tuple(self._picture(cell, where) for cell in cells)
        extra = row.get("extra_info")
        names = (row.get("data_id"), row.get("id"), (extra or {}).get("id") if extra else None)
        name = next((str(each) for each in names if each), f"rl-{number:06d}")
        return Task(
            id=name,
            question=text.replace(PLACEHOLDER, "").strip(),
            answer=answers[0],
            images=pictures,
            aliases=tuple(answers[1:]),
            answer_kind=kind,
            split="train",
            metadata={"source": str(row.get("data_source") or "release")},
        )

    def _picture(self, cell: Any, where: str) -> TaskImage:
        """A picture from its bytes or path, copied to the output."""
        data = cell.get("bytes") if isinstance(cell, dict) else cell
        name = cell.get("path") if isinstance(cell, dict) else cell
        if isinstance(data, bytes):
            pixels = self._decode(data, where)
        elif isinstance(name, str):
            root = self._images.resolve()
            file = (root / name).resolve()
            if not file.is_relative_to(root):
                raise ReleaseFileError(
                    ReleaseReason.MISSING_IMAGE,
                    f"{where}: picture {name} lies outside {root}; give the folder by --images",
                )
            pixels = _load(file, where)
        else:
            raise ReleaseFileError(
                ReleaseReason.MISSING_IMAGE, f"{where}: a picture has neither bytes nor path"
            )
        digest = image_digest(pixels)
        save_images(self._out, {digest: pixels})
        return TaskImage(path=str(image_path(self._out, digest).resolve()))

    def _decode(self, data: bytes, where: str) -> Image:
        # Through a file, so that every check of pictures from elsewhere applies.
        file = self._out / IMAGES / ".incoming"
        try:
            file.write_bytes(data)
            return _load(file, where)
        finally:
            file.unlink(missing_ok=True)


def _load(file: Path, where: str) -> Image:
    try:
        return load_image_file(file)
    except UnreadableImage as error:
        raise ReleaseFileError(ReleaseReason.MISSING_IMAGE, f"{where}: {error}") from None


def _question(prompt: Any, where: str) -> str:
    """What the user says; parts of a message are joined, pictures as placeholders."""
    if isinstance(prompt, str) and prompt.strip():
        return prompt
    said = []
    for message in prompt if isinstance(prompt, list) else ():
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            for part in content if isinstance(content, list) else [content]:
                if isinstance(part, str):
                    said.append(part)
                elif isinstance(part, dict):
                    image = part.get("type") == "image"
                    said.append(PLACEHOLDER if image else str(part.get("text") or ""))
    if not "".join(said).replace(PLACEHOLDER, "").strip():
        raise ReleaseFileError(ReleaseReason.BAD_CONVERSATION, f"{where}: prompt asks nothing")
    return "".join(said)


def _answers(reward: Any, where: str) -> tuple[list[str], str]:
    """The right answers, the first one canonical, and their kind."""
    if isinstance(reward, str):
        try:
            reward = json.loads(reward)
        except json.JSONDecodeError:
            reward = {"ground_truth": reward}
    truth = reward.get("ground_truth") if isinstance(reward, dict) else None
    found = truth if isinstance(truth, list) else [truth]
    answers = [str(each) for each in found if each is not None and str(each).strip()]
    if not answers:
        raise ReleaseFileError(
            ReleaseReason.WRONG_COLUMNS, f"{where}: reward_model holds no ground_truth"
        )
    answers += [str(each) for each in reward.get("aliases") or ()]
    kind = reward.get("answer_kind")
    if kind not in _KINDS:
        kind = "number" if _NUMBER.fullmatch(answers[0].strip()) else "text"
    return list(dict.fromkeys(answers)), str(kind)
