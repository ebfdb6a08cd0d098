"""The sandbox's program without its own messages on standard error.

A sandbox that a program brings down says so on the standard error that it inherits, in the middle
of whatever the operator's terminal shows; the agent is told by the tool. There is no switch for
that, so on POSIX systems the program is started through a script that closes its mouth.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

from searchvl_gym.temporary import make_folder_for

_SHELL = "/bin/sh"
_SECONDS = 10.0


class QuietProgram:
    """A program that says nothing on standard error, as long as this object lives.

    Attributes:
        path: Of the program; None where the usual one is to be used: on Windows, and where no
            script can be run.
    """

    def __init__(self) -> None:
        self.path: str | None = None
        if sys.platform == "win32" or not os.access(_SHELL, os.X_OK):
            return
        from pydantic_monty._binary import find_monty_binary

        try:
            program = find_monty_binary()
            # What cannot be run at all is to fail as itself, where the reason is told.
            subprocess.run([program, "--version"], capture_output=True, timeout=_SECONDS)
            folder, _ = make_folder_for(self, "searchvl-sandbox-")
            script = folder / "monty"
            line = f'exec {shlex.quote(program)} "$@" 2>/dev/null'
            script.write_text(f"#!{_SHELL}\n{line}\n", encoding="utf-8")
            script.chmod(0o700)
        except (OSError, subprocess.SubprocessError):
            return
        if os.access(script, os.X_OK):  # not where temporary files may not be run
            self.path = str(script)
