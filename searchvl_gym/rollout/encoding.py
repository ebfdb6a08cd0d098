"""Trajectories as canonical JSON: the same trajectory always gives the same bytes.

JSON has no NaN and no infinities, and a model may well have sent them as arguments. They become
`{"$float": "nan"}`; names that begin with `$` get a second one, so nothing is ambiguous.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from searchvl_gym.types import ErrorKind, Step, ToolError, Trajectory

_FLOAT = "$float"


class DecodeError(ValueError):
    """Bytes that are no trajectory; the message says where."""


class _Error(msgspec.Struct, forbid_unknown_fields=True):
    """A `ToolError` as JSON."""

    kind: ErrorKind
    message: str
    infrastructure: bool


def encode_trajectory(trajectory: Trajectory) -> bytes:
    """A trajectory as one line of JSON with sorted keys, without a line break.

    >>> from searchvl_gym.types import Task, Termination
    >>> trajectory = Trajectory(Task("a", "Who?", "Ada"), 3, (), Termination.TIMEOUT)
    >>> decode_trajectory(encode_trajectory(trajectory)) == trajectory
    True
    """
    return msgspec.json.encode(
        _map_free_values(trajectory, _escape), enc_hook=_encode_other, order="sorted"
    )


def decode_trajectory(data: bytes) -> Trajectory:
    """The inverse of `encode_trajectory`.

    Raises:
        DecodeError: When the bytes are not one.
    """
    try:
        raw = msgspec.json.decode(data, type=Trajectory, dec_hook=_decode_other)
        return _map_free_values(raw, _restore)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise DecodeError(f"not a trajectory: {error}") from None


def _map_free_values(trajectory: Trajectory, change: Any) -> Trajectory:
    """Change what may hold any JSON: the task's metadata, the arguments, the reward's numbers."""

    def change_step(step: Step) -> Step:
        if step.call is None:
            return step
        return replace(step, call=replace(step.call, arguments=change(step.call.arguments)))

    task = replace(trajectory.task, metadata=change(trajectory.task.metadata))
    return replace(trajectory, task=task, steps=tuple(map(change_step, trajectory.steps)))


def _escape(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {_FLOAT: repr(value)}
    if isinstance(value, Mapping):
        return {
            "$" + key if key.startswith("$") else key: _escape(item) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_escape(item) for item in value]
    return value


def _restore(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {_FLOAT}:
            return float(value[_FLOAT])
        return {
            key[1:] if key.startswith("$$") else key: _restore(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_restore(item) for item in value]
    return value


def _encode_other(value: Any) -> Any:
    if isinstance(value, ToolError):
        return _Error(value.kind, value.message, value.infrastructure)
    raise TypeError(f"a trajectory cannot hold a {type(value).__name__}")


def _decode_other(kind: type, value: Any) -> Any:
    if kind is ToolError:
        error = msgspec.convert(value, _Error)
        return ToolError(error.kind, error.message, infrastructure=error.infrastructure)
    raise TypeError(f"a trajectory cannot hold a {kind.__name__}")
