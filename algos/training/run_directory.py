"""A training run on disk: its settings, its log, its checkpoints; resumed exactly or refused."""

from __future__ import annotations

import dataclasses
import json
import logging
import math
import os
import shutil
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from algos.models.checkpoint import replace_folder, restore_folder
from searchvl_gym.locks import LockTaken, take_lock

LOG = "log.jsonl"
SETTINGS = "settings.json"
STATE = "state"
LOCK = ".lock"


class TrainingError(RuntimeError):
    """A run cannot start or go on; the message says why and what to do."""


class RunDirectory:
    """Where a run keeps its log and its state.

    A state is written to a temporary directory and renamed, so the last good one survives a
    kill, a full disk or a loss that is not a number. While it is in use no other process can write.

    Args:
        path: The directory; created when missing.
        settings: What the run depends on. A run that is resumed must have the same, apart from
            `free`, which may change (how long it runs, say).
        free: Names of settings that may differ on resume.
        defaults: Settings as they are when nobody sets them: what an earlier release did not
            know was so in its runs.
        writes: Whether this process writes; only one of several does.
        wait: Returns when all processes have called it.

    Raises:
        TrainingError: When the directory belongs to another run or cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        settings: Mapping[str, Any],
        *,
        free: tuple[str, ...] = (),
        defaults: Mapping[str, Any] | None = None,
        writes: bool = True,
        wait: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = Path(path)
        self._writes = writes
        self._wait = wait
        known = json.loads(json.dumps(dict(settings), default=str))
        file = self.path / SETTINGS
        try:
            if file.is_file():
                usual = json.loads(json.dumps(dict(defaults or {}), default=str))
                there = usual | _read_settings(file)
                _compare(there, usual | known, free, self.path)
            # Nobody writes before all have compared.
            wait()
            if writes:
                self.path.mkdir(parents=True, exist_ok=True)
                self._lock()
                _write(file, json.dumps(known, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            raise TrainingError(
                f"cannot write to {self.path}: {error.strerror or error}"
            ) from error

    @property
    def state(self) -> Path:
        """The directory of the last state."""
        return self.path / STATE

    def resume_step(self) -> int:
        """The step after the last saved one, 0 for a new run; later lines of the log are dropped.

        Raises:
            TrainingError: When the saved state cannot be read.
        """
        file = self.state / "step.json"
        if self._writes:
            restore_folder(self.state)
        self._wait()
        try:
            known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"next": 0}
            step = int(known["next"])
            self._keep_log(step)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"{self.path} cannot be resumed ({error}); start in another --out"
            ) from None
        return step

    def save_state(self, next_step: int, write: Callable[[Path], object]) -> None:
        """Save a state; it appears whole or not at all.

        Args:
            next_step: The step at which a resumed run goes on.
            write: Called with the directory to write to, by every process.

        Raises:
            TrainingError: When it cannot be written.
        """
        temporary = self.path / f".{STATE}.writing"
        try:
            if self._writes:
                shutil.rmtree(temporary, ignore_errors=True)
                temporary.mkdir(parents=True)
            self._wait()
            with _without_warning_of_tied_weights():
                write(temporary)
            self._wait()
            if self._writes:
                _write(temporary / "step.json", json.dumps({"next": next_step}))
                replace_folder(temporary, self.state)
        # torch and safetensors report a full disk as errors of their own.
        except (OSError, RuntimeError, SafetensorError) as error:
            shutil.rmtree(temporary, ignore_errors=True)
            line = str(error).strip().split("\n", 1)[0]
            raise TrainingError(
                f"cannot write the state to {self.path} ({line}); the last good one is kept"
            ) from error

    def log(self, line: Mapping[str, Any]) -> None:
        """Append a line of figures."""
        if not self._writes:
            return
        try:
            with (self.path / LOG).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise TrainingError(f"cannot write to {self.path / LOG}: {error.strerror}") from error

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the log so far."""
        return read_log(self.path)

    def _lock(self) -> None:
        """Keep other processes out until this one ends or drops the object."""
        try:
            # This process may open its own run again.
            held = take_lock(self.path / LOCK, again=True)
        except LockTaken:
            raise TrainingError(
                f"another process is writing to {self.path}; wait for it or choose another --out"
            ) from None
        weakref.finalize(self, held.release)

    def _keep_log(self, steps: int) -> None:
        """Drop what was logged at or after a step."""
        if self._writes and (self.path / LOG).is_file():
            kept = [line for line in read_log(self.path) if line["step"] < steps]
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
            _write(self.path / LOG, text)


def read_log(path: str | Path) -> list[dict[str, Any]]:
    """Lines of a run's log; a torn last line is left out."""
    file = Path(path) / LOG
    if not file.is_file():
        return []
    whole = file.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in whole]


def check_finite(name: str, value: float, step: int) -> None:
    """Stop a run whose figures are no numbers any more.

    Raises:
        TrainingError: When the value is NaN or infinite.
    """
    if not math.isfinite(value):
        raise TrainingError(
            f"{name} is {value} at step {step}; the last good state is kept. Lower the learning "
            "rate, or look for damaged data"
        )


def check_weights(model: Any, step: int) -> None:
    """Stop a run whose weights are no numbers any more, before they replace a good state.

    Raises:
        TrainingError: When a weight is NaN or infinite.
    """
    for name, weight in model.named_parameters():
        if not bool(weight.isfinite().all()):
            raise TrainingError(
                f"the weight {name} is not finite after step {step}; the last good state is kept. "
                "Lower the learning rate, or look for damaged data"
            )


def describe(settings: Any) -> dict[str, Any]:
    """A frozen dataclass of settings as JSON."""
    return dataclasses.asdict(settings)


def _read_settings(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise TrainingError(f"{file} cannot be read ({error}); choose another --out") from None


def _compare(
    there: Mapping[str, Any], here: Mapping[str, Any], free: tuple[str, ...], path: Path
) -> None:
    names = sorted((there.keys() | here.keys()) - set(free))
    different = [
        f"{name}: {there.get(name)!r} there, {here.get(name)!r} here"
        for name in names
        if there.get(name) != here.get(name)
    ]
    if different:
        raise TrainingError(
            f"{path} holds a run with other settings ({'; '.join(different)[:400]}); choose "
            "another --out"
        )


def _write(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _without_warning_of_tied_weights() -> Iterator[None]:
    """A head that is tied to the embedding is saved once; accelerate warns of it each time."""

    def other(record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Removed shared tensor")

    logger = logging.getLogger("accelerate.utils.other")
    logger.addFilter(other)
    try:
        yield
    finally:
        logger.removeFilter(other)
