"""A benchmark as a TOML file: where its columns are, how to get it, under which licence."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.suites.encryption import decrypt
from searchvl_gym.leaderboard.suites.records import Record

FOLDER = Path(__file__).parent / "benchmarks"
"""The adapters that come with the package."""

_USUAL = {"id": "id", "question": "question", "answer": "answer"}
_USUAL_IMAGES = ("image_packed", "images", "image", "file_name")
"""Columns that are looked at where an adapter's own are missing: those of the evaluation subsets
that are published for several benchmarks at once."""

_KEYS = {
    "name": str, "title": str, "licence": str, "get": str, "files": list, "columns": dict,
    "tasks": int, "published": str, "hub": str, "config": str, "split": str,
    "needs_picture": bool, "encrypted": dict, "from_file": dict,
}  # fmt: skip
_OWN_COLUMNS = ("id", "question", "answer", "aliases", "images", "options")


@dataclass(frozen=True)
class Adapter:
    """What the leaderboard must know of a benchmark. `docs/leaderboard.md` explains the file.

    Attributes:
        name: What `--suite` says.
        title: As its authors write it.
        licence: Of the data, or that it is not known.
        get: One sentence on how to get the files.
        files: Patterns of its files; all matches of the first that matches are read.
        columns: Where things are: `id`, `question`, `answer`, `aliases`, `images`, `options`; any
            other name is kept in the task's metadata. `a.b.0` goes into a column, `a | b` takes
            the first that is there.
        tasks: How many there are; 0 when that is not known.
        published: Its column in the paper's table, or "".
        hub: Its name on the model hub, or "".
        config: Its configuration there, or "".
        split: Which split is played.
        needs_picture: Leave out records without a picture.
        encrypted: `columns` that are encrypted, and the `canary`, or the `canary_column` of each.
        from_file: Metadata that stands in the file's name: a pattern with one group each.
    """

    name: str
    title: str
    licence: str
    get: str
    files: tuple[str, ...]
    columns: Mapping[str, str | Sequence[str]]
    tasks: int = 0
    published: str = ""
    hub: str = ""
    config: str = ""
    split: str = "test"
    needs_picture: bool = False
    encrypted: Mapping[str, Any] = field(default_factory=dict)
    from_file: Mapping[str, str] = field(default_factory=dict)

    def decrypted(self, record: Record) -> Record:
        """A record in the clear.

        Raises:
            ValueError: When a column cannot be decrypted.
        """
        if not self.encrypted:
            return record
        column = self.encrypted.get("canary_column")
        canary = str(record.get(column, "")) if column else str(self.encrypted.get("canary", ""))
        clear = {}
        for name in self.encrypted["columns"]:
            try:
                clear[name] = decrypt(record.get(name), canary)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return {**record, **clear}

    def text(self, record: Record, column: str) -> str:
        """The text of a column, "" when there is none; of a list the first."""
        texts = self.texts(record, column)
        return texts[0] if texts else ""

    def texts(self, record: Record, column: str) -> list[str]:
        """All texts of a column; of aliases and options also those of a list in JSON."""
        for path in _paths(self.columns.get(column, ""), _USUAL.get(column)):
            value = look_up(record, path)
            if value is not None:
                listed = column in ("aliases", "options")
                return list(_as_texts(_from_json_list(value) if listed else value))
        return []

    def images(self, record: Record) -> list[list[Any]]:
        """What may hold the record's pictures, in the order in which it is to be tried.

        Columns that are given as a list count all together.
        """
        wanted = self.columns.get("images", "")
        if not isinstance(wanted, str):
            return [[value for path in wanted if _is_given(value := look_up(record, path))]]
        values = [look_up(record, path) for path in _paths(wanted, None)]
        values += [record.get(name) for name in _USUAL_IMAGES]
        return [[value] for value in values if _is_given(value)]

    def metadata(self, record: Record, file: str) -> dict[str, Any]:
        """The other columns that are kept, as plain JSON."""
        kept: dict[str, Any] = {"benchmark": self.title}
        for name in self.columns:
            if name not in _OWN_COLUMNS:
                texts = self.texts(record, name)
                if texts:
                    kept[name] = texts[0] if len(texts) == 1 else texts
        for name, pattern in self.from_file.items():
            found = re.search(pattern, file)
            if found is not None:
                kept[name] = found[1]
        return kept


def read_adapter(path: Path) -> Adapter:
    """Read an adapter's file.

    Raises:
        LeaderboardError: When it cannot be read, or a key is unknown, missing or of the wrong
            kind.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LeaderboardError(f"cannot read the adapter {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LeaderboardError(f"{path} is no TOML: {error}") from None
    missing = sorted({"name", "title", "licence", "get", "files", "columns"} - content.keys())
    unknown = sorted(content.keys() - _KEYS.keys())
    if missing or unknown:
        wrong = [f"lacks {', '.join(missing)}"] if missing else []
        wrong += [f"has unknown {', '.join(unknown)}"] if unknown else []
        raise LeaderboardError(f"{path} {' and '.join(wrong)}; keys are {', '.join(_KEYS)}")
    for key, value in content.items():
        if not isinstance(value, _KEYS[key]) or isinstance(value, bool) is not (_KEYS[key] is bool):
            raise LeaderboardError(f"{path}: {key} must be of type {_KEYS[key].__name__}")
    content["files"] = tuple(content["files"])
    return Adapter(**content)


def packed_adapters() -> list[Adapter]:
    """The adapters that come with the package, by name."""
    return [read_adapter(path) for path in sorted(FOLDER.glob("*.toml"))]


def look_up(record: Any, path: str) -> Any:
    """What a dotted path leads to in a record, or None.

    >>> look_up({"prompt": [{"content": "Who?"}]}, "prompt.0.content")
    'Who?'
    """
    value = record
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, (list, tuple)) and part.lstrip("-").isdigit():
            index = int(part)
            value = value[index] if -len(value) <= index < len(value) else None
        else:
            return None
    return value


def _paths(column: str | Sequence[str], usual: str | None) -> list[str]:
    given = [column] if isinstance(column, str) else list(column)
    paths = [part.strip() for text in given for part in text.split("|") if part.strip()]
    return [*paths, *([usual] if usual else [])]


def _from_json_list(value: Any) -> Any:
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _as_texts(value: Any) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _as_texts(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from (f"{key}. {text}" for text in _as_texts(item))
    elif value is not None and str(value).strip():
        yield str(value).strip()


def _is_given(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return False
    return not (hasattr(value, "__len__") and len(value) == 0)
