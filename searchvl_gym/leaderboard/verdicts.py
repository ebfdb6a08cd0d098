"""The verdicts of language models: each is kept with what was asked, and asked for only once.

One JSON line a verdict, under a digest of model, rubric and case. So the file is both the cache
and the record that somebody else can check. The first verdict stays. A failure is kept, too, but
asked for again.
"""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.locks import LockTaken, take_lock
from searchvl_gym.rollout.whole_lines import append_line, read_whole_lines

FILE = "verdicts.jsonl"


class VerdictError(LeaderboardError):
    """The file of verdicts cannot be used; one line that says what to do."""


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model thinks of an answer.

    Attributes:
        key: From `verdict_key`.
        model: Name of the model.
        mode: What was judged: `response` or `final_answer`.
        case: Question, reference and candidate, as the model got them.
        correct: Its verdict; None when it could not be told.
        reasoning: Why, in its words; or why it could not be told.
        reply: All that it said.
        tokens: Of prompts and replies, as the server counted.
    """

    key: str
    model: str
    mode: str
    case: dict[str, Any]
    correct: bool | None
    reasoning: str
    reply: str = ""
    tokens: int = 0


def verdict_key(model: str, rubric: str, case: dict[str, Any]) -> str:
    """Digest of all that a verdict depends on.

    >>> verdict_key("m", "r", {"a": 1}) == verdict_key("m", "r", {"a": 2})
    False
    """
    content = json.dumps([model, rubric, case], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


class Verdicts:
    """The file of verdicts, open for reading and adding; threads may share it.

    A context manager. Only one process holds the file at a time. A kill can tear only the last
    line; it is cut off when the file is opened again.

    Args:
        path: The file, made when missing; None keeps verdicts in memory only.

    Raises:
        VerdictError: When the file cannot be used, another process holds it, or a line in it is
            damaged.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._known: dict[str, Verdict] = {}
        self._lock = threading.Lock()
        self._stream = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._held = take_lock(path.with_name(f".{path.name}.lock"))
            self._stream = path.open("a+b")
            self._scan(path)
        except LockTaken:
            raise VerdictError(f"another process writes to {path}; wait for it") from None
        except OSError as error:
            raise VerdictError(f"cannot use {path}: {error.strerror or error}") from None
        except VerdictError:
            self.close()
            raise

    def __enter__(self) -> Verdicts:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let others have the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
            self._held.release()

    @property
    def count(self) -> int:
        """How many cases have a verdict, or a failure."""
        return len(self._known)

    def find(self, key: str) -> Verdict | None:
        """The verdict under this key; None when there is none, or it failed."""
        found = self._known.get(key)
        return None if found is None or found.correct is None else found

    def add(self, verdict: Verdict) -> Verdict:
        """Keep a verdict; it is on the disk when this returns.

        Returns:
            What counts: this one, or an earlier one on the same case, which stays.

        Raises:
            VerdictError: When it cannot be written.
        """
        with self._lock:
            earlier = self.find(verdict.key)
            if earlier is not None:
                return earlier
            self._known[verdict.key] = verdict
            if self._stream is None:
                return verdict
            try:
                append_line(self._stream, msgspec.json.encode(verdict))
            except OSError as error:
                raise VerdictError(
                    f"cannot write a verdict: {error.strerror}; those before it are kept, make "
                    "room and run the same command again"
                ) from None
        return verdict

    def _scan(self, path: Path) -> None:
        assert self._stream is not None
        for number, _, line in read_whole_lines(self._stream):
            try:
                verdict = msgspec.json.decode(line, type=Verdict)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise VerdictError(
                    f"{path} line {number} is damaged ({error}); delete that line to ask again"
                ) from None
            if self.find(verdict.key) is None:
                self._known[verdict.key] = verdict
