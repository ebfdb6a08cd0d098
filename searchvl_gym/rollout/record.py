"""`run.json`: what a run depends on, so that it can be repeated, and resumed only as itself."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from searchvl_gym.rollout.errors import RolloutError

FILE = "run.json"
PACKAGES = (
    "searchvl-gym",
    "gymnasium",
    "numpy",
    "opencv-python-headless",
    "tantivy",
    "rapidocr",
    "onnxruntime",
    "ncnn",
    "pillow",
)
"""Distributions whose versions can change what a run does."""

WITHOUT_EFFECT = frozenset({"max_calls", "max_money", "price", "rate", "at_once"})
"""Arguments of an environment that bound what a run may cost, and change nothing of what it does:
a run can be resumed with others.
"""

# A limit on the number of tokens is none, nor is a tokenizer.
_SECRET = re.compile(
    r"key|(?<!max_)(?<!max_new_)(?<!max_prompt_)token(?!i)|secret|password", re.IGNORECASE
)


class RunRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the trajectories of a run depend on.

    Attributes:
        environment: Gymnasium id.
        environment_arguments: Arguments of `gymnasium.make`, described as JSON.
        policy: Name.
        policy_arguments: Its arguments, described as JSON, without secrets.
        seed: Of the run.
        world: Fingerprint of the world; of many, a digest of those that the tasks name.
        tasks: Fingerprint of the tasks.
        versions: Of `PACKAGES`.
        worlds: Of many worlds: what those that the tasks name are called, by fingerprint.
    """

    environment: str
    environment_arguments: dict[str, Any]
    policy: str
    policy_arguments: dict[str, Any]
    seed: int
    world: str
    tasks: str
    versions: dict[str, str]
    worlds: dict[str, str] = {}

    def differences(self, other: RunRecord) -> list[str]:
        """Where two records differ, e.g. `["seed: 0 there, 1 here"]`."""
        return [
            line
            for field in self.__struct_fields__
            for line in find_differences(field, getattr(self, field), getattr(other, field))
        ]


def installed_versions() -> dict[str, str]:
    """Versions of `PACKAGES`; those that are not installed are left out."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def describe(value: Any) -> Any:
    """A value as plain JSON that says what it is: equal values give equal descriptions.

    Worlds and task sets are named by their fingerprint, rewards and judges by what their method
    `describe_settings()` returns. Arguments whose name speaks of a key, a token, a secret or a
    password are left out, so that none reaches the disk.

    >>> describe({"steps": (1, 2), "api_key": "abc", "max_tokens": 9})
    {'steps': [1, 2], 'max_tokens': 9}
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): describe(item) for key, item in value.items() if not is_secret(key)}
    fingerprint = getattr(value, "fingerprint", None)
    if isinstance(fingerprint, str):
        return {type(value).__name__: fingerprint}
    settings = getattr(value, "describe_settings", None)
    if callable(settings) and not isinstance(value, type):
        return {type(value).__name__: describe(settings())}
    if isinstance(value, Sequence):
        return [describe(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {type(value).__qualname__: describe(fields)}
    named = value if isinstance(value, type) else type(value)
    return f"{named.__module__}.{named.__qualname__}"


def is_secret(name: Any) -> bool:
    """Whether an argument of this name must not be written down."""
    return isinstance(name, str) and _SECRET.search(name) is not None


def read_record(path: Path) -> RunRecord | None:
    """The record in a run's directory, or None when there is none.

    Raises:
        RolloutError: When it cannot be read.
    """
    try:
        return msgspec.json.decode((path / FILE).read_bytes(), type=RunRecord)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RolloutError(
            f"{path / FILE} cannot be read ({error}); choose another --out"
        ) from None


def write_record(path: Path, record: RunRecord) -> None:
    """Write the record; the file appears whole or not at all."""
    content = msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=2)
    replace_file(path / FILE, content + b"\n")


def replace_file(target: Path, content: bytes) -> None:
    """Write a file so that it appears whole or not at all.

    Raises:
        RolloutError: When it cannot be written.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        raise RolloutError(f"cannot write {target}: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)


def find_differences(name: str, there: Any, here: Any) -> Iterator[str]:
    """One line for each innermost value that differs."""
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for key in sorted({*there, *here}):
            yield from find_differences(f"{name}.{key}", there.get(key), here.get(key))
    elif there != here:
        yield f"{name}: {_short(there)} there, {_short(here)} here"


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else text[:59] + "…"
