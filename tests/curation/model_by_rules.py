"""A language model played by rules, for the engine and the judge."""

import json
import re
from typing import Any

from tests.chat_server import Request


class Model:
    """Understands the requests by their content and does what a good model would."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def __call__(self, request: Request, number: int) -> str:
        content = json.loads(request.texts[1])
        if "ask" in content:
            return self._say("compose", question=self._compose(content))
        if "articles" in content:
            *named, last = [article["title"] for article in content["articles"]]
            size = re.search(r"wingspan is ([\w. ]+)\.", content["articles"][-1]["text"])
            return self._say(
                "read",
                question=f"How wide is the bird kept by {', then '.join(reversed(named))}?",
                fact="wingspan",
                answer=size[1] if size else last,
                answer_kind="quantity",
            )
        if "evidence" in content:
            words = content["evidence"][-1]["text"]
            found = re.search(r"(?:wingspan|population) is ([\w., ]+)\.", words)
            return self._say(
                "judge",
                candidates=[{"description": "all", "entities": ["one"]}],
                unique=True,
                answer=found[1] if found else "",
            )
        if "described_by" in content:
            told = "".join(f" ({fact['what']} {fact['value']})" for fact in content["facts"])
            text = content["question"].replace(content["entity"], f"the one after{told}")
            return self._say("rewrite", question=text)
        text = content["question"].replace(content["name"], content["expression"])
        return self._say("ground", question=text)

    def _say(self, task: str, **reply: Any) -> str:
        return json.dumps({**reply, **self.answers.get(task, {})})

    @staticmethod
    def _compose(content: dict[str, Any]) -> str:
        names = [item["name"] for item in content["path"] if "name" in item]
        return f"what is the {content['ask']} reached from {' and '.join(names)}?"
