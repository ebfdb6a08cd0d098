"""A task set in Inspect with recorded turns instead of a model: a log, a score.

    pip install 'searchvl-gym[inspect]'
    python examples/inspect_suite.py [FOLDER OF LOGS]

With a model: inspect eval searchvl_gym/integrations/inspect_ai.py --model PROVIDER/MODEL
"""

from __future__ import annotations

import sys
import tempfile
from typing import Any

from inspect_ai import eval as run
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from searchvl_gym.integrations.inspect_ai import suite_task
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.world.catalog import default_world

BOX = {"image": "img_1", "x": 0, "y": 0, "width": 256, "height": 256}


def main() -> None:
    """Play one sample, and print the score."""
    world = default_world("mini")
    tasks = sample_tasks(world, split="test", n=1, hops=(1,))
    turns: list[tuple[str, dict[str, Any]]] = [
        ("crop", BOX),
        ("image_search", {"url": "img_1"}),
        ("answer", {"text": "unknown"}),
    ]
    said = [ModelOutput.for_tool_call("recorded", name, arguments) for name, arguments in turns]
    for output in said:
        # Otherwise Inspect counts tokens, with a vocabulary that it fetches.
        output.usage = ModelUsage()
    model = get_model("mockllm/model", custom_outputs=said)
    with tempfile.TemporaryDirectory() as folder:
        logs = sys.argv[1] if len(sys.argv) > 1 else folder
        task = suite_task({"world": world, "tasks": tasks})
        (log,) = run(task, model=model, log_dir=logs, display="none")
    assert log.samples is not None
    for message in log.samples[0].messages:
        parts = message.content if isinstance(message.content, list) else []
        shown = sum(part.type == "image" for part in parts)
        print(f"{message.role}: {message.text[:60]!r}, {shown} picture(s)")
    print(log.samples[0].scores["episode_score"].value)


if __name__ == "__main__":
    main()
