"""What an agent is told that calls its tools through an interface, not in its text."""

from __future__ import annotations

from typing import Any

from searchvl_gym.types import ANSWER

RULES = """\
You answer a question about one or more pictures. The pictures are named img_1, img_2 and so on; \
each picture that a tool makes gets the next name. In each turn, think and then call one tool. \
Look at the picture, repair or crop it if it is hard to read, search for what it shows and for \
the facts about it, and follow the facts until they reach the question. When you are sure, call \
the tool "answer" with a short answer: a name, a number with its unit, or a date."""
"""What an agent is told once, as the system prompt; the interface adds the tools."""

ANSWER_FUNCTION: dict[str, Any] = {
    "name": ANSWER,
    "description": "Give the final answer; this ends the episode.",
    "parameters": {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "The answer, as short as can be."}
        },
        "required": ["text"],
        "additionalProperties": False,
    },
}
"""The tool that ends an episode, beside those of the suite."""

ENDED = "The episode has ended; call no more tools."
"""What a call brings that ended the episode, or came after its end."""

NO_CALL = "Call one tool, or the tool answer."
"""What is said to a turn without a call, which is a step error."""

ONE_CALL = "Not carried out: one call a turn."
"""What a further call of a turn brings."""
