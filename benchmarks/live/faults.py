"""Everything that goes wrong on the web, and what an agent sees of it.

`python -m benchmarks.live.faults` makes the table of `docs/live.md`: each fault is played by the
local server, and an environment takes a step into it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import gymnasium

import searchvl_gym
from benchmarks.live.local import QUICK, local_web
from benchmarks.live.server import Answer, LocalServer, Request
from benchmarks.live.sites import answer, founded
from searchvl_gym.live.errors import LiveError
from searchvl_gym.types import Step, Task, ToolCall

DOCUMENT = Path(__file__).parents[2] / "docs" / "live.md"
BEGIN, END = "<!-- faults -->\n", "<!-- end of faults -->\n"
SECONDS = 0.3
"""How long a request may take here."""

_HTML = {"content-type": "text/html"}
_JSON = {"content-type": "application/json"}
_PDF = {"content-type": "application/pdf"}
_BOMB = gzip.compress(b"\0" * 60_000_000, 9)
_CAPTCHA = b"<html><body><h1>Are you a robot?</h1><p>Solve the captcha to go on.</p></body></html>"
NAMES = {
    "inside.example": ["10.0.0.5"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "six.example": ["::ffff:127.0.0.1"],
}
"""Names that mean addresses which are not public."""


@dataclass(frozen=True)
class Case:
    """One fault.

    Attributes:
        name: What is wrong, in words.
        play: What the server answers; None for names that lead elsewhere.
        url: What is visited; empty for a fault of the search service.
    """

    name: str
    play: Callable[[Request], Answer]
    url: str = ""


def _always(*arguments: object, **fields: object) -> Callable[[Request], Answer]:
    fixed = Answer(*arguments, **fields)  # type: ignore[arg-type]
    return lambda request: fixed


def _leads_to(target: str) -> Callable[[Request], Answer]:
    return _always(302, b"", {"location": target})


def _round(request: Request) -> Answer:
    return Answer(302, b"", {"location": f"{request.path}1"})


SERVICE = (
    Case("answers late, but in time", _always(200, b'{"organic_results": []}', _JSON, 0.1)),
    Case("finds nothing", _always(200, b'{"error": "Google hasn\'t returned any results"}', _JSON)),
    Case("429", _always(429)),
    Case("429, come back in an hour", _always(429, b"", {"retry-after": "3600"})),
    Case("500", _always(500)),
    Case("closes the connection", _always(drop=True)),
    Case("does not answer", _always(200, b"{}", _JSON, 5.0)),
    Case("drips its answer", _always(200, b'{"organic_results": []}', _JSON, drip=0.05)),
    Case("drips its headers", _always(200, b"{}", _JSON, drip_head=0.02)),
    Case("cuts its answer short", _always(200, b'{"organic', _JSON, claim=500)),
    Case("sends something else than JSON", _always(200, b"<html>", {"content-type": "text/html"})),
    Case("sends JSON of another shape", _always(200, b'{"organic_results": 7}', _JSON)),
    Case("sends 60 MB", _always(200, b" " * 1_000_000, _JSON, repeat=60)),
    Case("sends 60 MB in a gzip bomb", _always(200, _BOMB, {**_JSON, "content-encoding": "gzip"})),
    Case("leads into the operator's network", _leads_to("http://127.0.0.1:1/")),
    Case("says that the search failed", _always(200, b'{"error": "We are sorry."}', _JSON)),
    Case("does not like the request (400)", _always(400, b'{"error": "Bad q"}', _JSON)),
    Case("refuses the key (401)", _always(401, b'{"error": "Invalid API key."}', _JSON)),
    Case("has no credit left", _always(429, b'{"error": "You run out of searches."}', _JSON)),
)
"""What a search service does wrong."""

_PAGE = "http://site5.example/town/5"
SITE = (
    Case("404", _always(404), _PAGE),
    Case("429", _always(429), _PAGE),
    Case("500", _always(500), _PAGE),
    Case("closes the connection", _always(drop=True), _PAGE),
    Case("does not answer", _always(wait=5.0), _PAGE),
    Case("drips its page", _always(200, b"<p>" + b"word " * 200, _HTML, drip=0.05), _PAGE),
    Case("cuts its page short", _always(200, b"<p>word", _HTML, claim=900), _PAGE),
    Case("sends 60 MB", _always(200, b" " * 1_000_000, _HTML, repeat=60), _PAGE),
    Case(
        "sends 60 MB in a gzip bomb",
        _always(200, _BOMB, {**_HTML, "content-encoding": "gzip"}),
        _PAGE,
    ),
    Case("broken gzip", _always(200, b"\0" * 99, {**_HTML, "content-encoding": "gzip"}), _PAGE),
    Case(
        "compresses as it was not asked to",
        _always(200, b"\0" * 99, {**_HTML, "content-encoding": "br"}),
        _PAGE,
    ),
    Case("sends a film", _always(200, b"\0" * 99, {"content-type": "video/mp4"}), _PAGE),
    Case("calls bytes a page", _always(200, bytes(range(256)) * 40, _HTML), _PAGE),
    Case("calls bytes a PDF", _always(200, b"%PDF-1.7 \0", _PDF), _PAGE),
    Case("sends an empty page", _always(200, b"", _HTML), _PAGE),
    Case("asks for a person (403)", _always(403, _CAPTCHA, _HTML), _PAGE),
    Case("asks for a person (200)", _always(200, _CAPTCHA, _HTML), _PAGE),
    Case("leads round in circles", _round, _PAGE),
    Case("leads nowhere", _always(302), _PAGE),
    Case("leads to 127.0.0.1", _leads_to("http://127.0.0.1/"), _PAGE),
    Case("leads to 2130706433", _leads_to("http://2130706433/admin"), _PAGE),
    Case("leads to a metadata service", _leads_to("http://169.254.169.254/latest/"), _PAGE),
    Case("leads to a name that means 10.0.0.5", _leads_to("http://inside.example/"), _PAGE),
    Case("leads to a file", _leads_to("file:///etc/passwd"), _PAGE),
    Case("forbids programs (robots.txt)", answer, "http://site5.example/private/5"),
    Case("its name means 10.0.0.5", answer, "http://inside.example/town/5"),
    Case("its name means a public and a private address", answer, "http://mixed.example/town/5"),
    Case("its name means ::ffff:127.0.0.1", answer, "http://six.example/town/5"),
    Case("its address is 127.0.0.1", answer, "http://127.0.0.1/town/5"),
)
"""What the site of a page does wrong."""


def play(case: Case, server: LocalServer) -> Step | LiveError:
    """Take one step into a fault.

    Returns:
        The step, or the error that stops the run.
    """
    limits = replace(QUICK, attempts=2)
    web = local_web(server.url, limits=limits, seconds=SECONDS, names=NAMES)
    task = Task("fault", "When was Town 5 founded?", str(founded(5)), answer_kind="number")
    environment = gymnasium.make("SearchVL/Live-v0", tasks=[task], web=web)
    environment.reset(seed=0)

    def script(request: Request) -> Answer:
        fine = request.path == "/robots.txt" or (case.url and not request.host.endswith("example"))
        return answer(request) if fine else case.play(request)

    server.script = script
    if case.url:
        call = ToolCall("visit", {"url": case.url, "goal": "founded"})
    else:
        call = ToolCall("web_search", {"q": "Town 5"})
    try:
        environment.step(call)
    except LiveError as error:
        return error
    finally:
        web.close()
    step: Step = environment.unwrapped.episode.steps[-1]  # type: ignore[attr-defined]
    return step


def row(case: Case, outcome: Step | LiveError) -> str:
    """A row of the table."""
    if isinstance(outcome, LiveError):
        return f"| {case.name} | the run stops | | {_cell(outcome.message)} |"
    if outcome.error is None:
        return f"| {case.name} | a result | | {_cell(outcome.observation)} |"
    error = outcome.error
    side = "infrastructure" if error.infrastructure else "the call's"
    return f"| {case.name} | `{error.kind}` | {side} | {_cell(error.message)} |"


def make_tables() -> str:
    """Both tables, in Markdown."""
    searchvl_gym.register_environments()
    lines = []
    with LocalServer(answer) as server:
        for title, cases in (("The search service …", SERVICE), ("The site …", SITE)):
            lines += [f"| {title} | outcome | whose error | the agent reads |", "|---|---|---|---|"]
            lines += [row(case, play(case, server)) for case in cases]
            lines.append("")
    return "\n".join(lines)


def replace_tables(document: str, tables: str) -> str:
    """A document with its tables exchanged.

    Raises:
        ValueError: When it has no place for them.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no place for tables ({BEGIN.strip()})")
    return f"{before}{BEGIN}{tables}{END}{after}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.write_text(
        replace_tables(DOCUMENT.read_text(encoding="utf-8"), make_tables()), encoding="utf-8"
    )
