"""The page's server: static files, and JSON for its script. No request of it leaves the machine."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps
from importlib.resources import files
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from searchvl_gym.demo.errors import DemoError, NotThere
from searchvl_gym.demo.kept import KeptGames
from searchvl_gym.demo.offers import Offers
from searchvl_gym.demo.pictures import EncodedPictures
from searchvl_gym.demo.players import Players
from searchvl_gym.demo.runs import Runs
from searchvl_gym.demo.session import Session
from searchvl_gym.demo.sessions import Sessions
from searchvl_gym.demo.uploads import MAX_BYTES, Uploads
from searchvl_gym.render.theme import theme
from searchvl_gym.rollout.player import episode_seeds
from searchvl_gym.types import Task, TaskImage, ToolCall, image_digest

MAX_JSON_BYTES = 1 << 20
"""Largest request that is no picture."""

MAX_QUESTION_CHARS = 2_000

_HEARTBEAT_SECONDS = 15.0
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

T = TypeVar("T")


@dataclass
class Demo:
    """What the page offers, and what is going on.

    Attributes:
        offers: Suites and worlds.
        players: Policies.
        runs: Stored runs.
        kept: Games that people agreed to keep.
        sessions: Episodes that are played.
        uploads: Pictures that were dropped on the page.
    """

    offers: Offers
    players: Players
    runs: Runs
    kept: KeptGames
    sessions: Sessions = field(default_factory=Sessions)
    uploads: Uploads = field(default_factory=Uploads)
    encoded: EncodedPictures = field(default_factory=EncodedPictures)


def make_app(demo: Demo, *, warm: bool = True) -> Starlette:
    """The application.

    Args:
        demo: What it serves.
        warm: Open the first suite in the background as soon as it runs.
    """
    api = _Api(demo)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if warm and demo.offers.suites:
            threading.Thread(target=_warm, args=(demo.offers,), daemon=True).start()
        yield
        demo.sessions.stop_all()
        demo.uploads.close()

    def get(path: str, handler: Any) -> Route:
        return Route(path, _answer(handler), methods=["GET"])

    def post(path: str, handler: Any) -> Route:
        return Route(path, _answer(handler), methods=["POST"])

    return Starlette(
        lifespan=lifespan,
        routes=[
            get("/", api.page),
            get("/static/{name}", api.static),
            get("/api/offers", api.offered),
            get("/api/suites/{suite}", api.suite_tasks),
            post("/api/pictures", api.upload),
            post("/api/sessions", api.begin),
            get("/api/sessions/{identity}", api.state),
            get("/api/sessions/{identity}/events", api.events),
            get("/api/sessions/{identity}/tools", api.tools),
            get("/api/sessions/{identity}/pictures/{name}", api.picture),
            post("/api/sessions/{identity}/call", api.call),
            post("/api/sessions/{identity}/back", api.back),
            post("/api/sessions/{identity}/stop", api.stop),
            post("/api/sessions/{identity}/branch", api.branch),
            post("/api/sessions/{identity}/keep", api.keep),
            get("/api/runs", api.run_list),
            get("/api/runs/episodes", api.run_episodes),
            get("/api/runs/episode", api.run_episode),
            get("/api/runs/picture", api.run_picture),
            get("/api/runs/compare", api.run_compare),
        ],
    )


def _warm(offers: Offers) -> None:
    with suppress(DemoError):  # whoever asks for the suite is told
        offers.suite(offers.suites[0])


class _Api:
    """The handlers; what computes runs in threads, so that no click waits for another's tool."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo

    async def page(self, request: Request) -> Response:
        return _static("index.html")

    async def static(self, request: Request) -> Response:
        return _static(request.path_params["name"])

    async def offered(self, request: Request) -> Response:
        offers = self._demo.offers
        return JSONResponse(
            {
                "suites": [
                    {"name": each, "ready": offers.is_ready(each)} for each in offers.suites
                ],
                "worlds": offers.worlds,
                "policies": self._demo.players.names,
                "keeps": self._demo.kept.folder is not None,
            }
        )

    async def suite_tasks(self, request: Request) -> Response:
        loaded = await _in_thread(self._demo.offers.suite, request.path_params["suite"])
        tasks = [
            {"number": number, "question": task.question}
            for number, task in enumerate(loaded.tasks)
        ]
        return JSONResponse({"tasks": tasks})

    async def upload(self, request: Request) -> Response:
        file = self._demo.uploads.new_file()
        size = 0
        with file.open("wb") as stream:
            try:
                async for piece in request.stream():
                    size += len(piece)
                    if size > MAX_BYTES:
                        raise DemoError(f"pictures may have {MAX_BYTES >> 20} MiB", 413)
                    stream.write(piece)
            except (DemoError, ClientDisconnect):
                file.unlink(missing_ok=True)
                raise
        return JSONResponse(await _in_thread(self._demo.uploads.keep, file))

    async def begin(self, request: Request) -> Response:
        asked = await _read(request)
        return JSONResponse(await _in_thread(self._begin, asked))

    def _begin(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        policy = self._policy(asked)
        session = self._demo.sessions.add(self._maker(asked, policy))
        if policy is not None:
            self._demo.players.play(session, policy)
        return session.state()

    def _policy(self, asked: Mapping[str, Any]) -> str | None:
        """Who is asked to play; None for the person."""
        policy = asked.get("policy") or None
        if policy is not None and policy not in self._demo.players.names:
            raise DemoError(f"there is no policy {policy!r} here")
        return policy

    def _maker(self, asked: Mapping[str, Any], policy: str | None) -> Callable[[str], Session]:
        """What makes the session that is asked for: of a suite's task, or of a question."""
        if "suite" in asked:
            suite, number = str(asked["suite"]), _whole(asked, "number")
            env, task = self._demo.offers.env_for_task(suite, number)
            seed, _ = episode_seeds(0, number)
            labels = {"suite": suite, "number": number, "world": env.world.info.name}
        else:
            question = str(asked.get("question", "")).strip()
            if not 1 <= len(question) <= MAX_QUESTION_CHARS:
                raise DemoError(f"a question has 1 to {MAX_QUESTION_CHARS:,} characters")
            path = self._demo.uploads.path(str(asked.get("picture", "")))
            world = str(asked.get("world", ""))
            task = Task("ask", question, "", images=(TaskImage(path=str(path)),))
            env = self._demo.offers.env_for_question(world, task)
            seed = 0
            labels = {"suite": None, "number": None, "world": world}
        labels |= {"policy": policy, "source": dict(asked)}
        return lambda identity: Session(identity, env, task, seed=seed, labels=labels)

    async def state(self, request: Request) -> Response:
        return JSONResponse(await _in_thread(self._session(request).state))

    async def tools(self, request: Request) -> Response:
        suite = self._session(request).env.suite
        return JSONResponse([schema["function"] for schema in suite.schemas()])

    async def picture(self, request: Request) -> Response:
        session = self._session(request)
        side = _side(request)

        def encode() -> bytes:
            digest, pixels = session.picture(request.path_params["name"])
            return self._demo.encoded.webp(digest, pixels, side)

        return _picture(await _in_thread(encode))

    async def call(self, request: Request) -> Response:
        asked = await _read(request)
        session = self._session(request)
        if session.playing:
            raise DemoError("the policy is playing; stop it first", 409)
        await _in_thread(session.play, _call_in(asked))
        return JSONResponse(await _in_thread(session.state, _whole(asked, "since", 0)))

    async def back(self, request: Request) -> Response:
        asked = await _read(request)
        session = self._session(request)
        await _in_thread(session.take_back, _whole(asked, "turns", 1))
        return JSONResponse(await _in_thread(session.state))

    async def stop(self, request: Request) -> Response:
        session = self._session(request)
        session.stop()
        return JSONResponse(await _in_thread(session.state))

    async def branch(self, request: Request) -> Response:
        """A new session that goes on from a turn of this one."""
        asked = await _read(request)
        return JSONResponse(await _in_thread(self._branch, self._session(request), asked))

    def _branch(self, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
        past = session.actions
        turns = _whole(asked, "turns")
        if not 0 <= turns <= len(past):
            raise DemoError(f"the episode has turns 0 to {len(past)}, not {turns}")
        policy = self._policy(asked)
        source = session.labels["source"]
        made = self._demo.sessions.add(self._maker(source, policy))
        made.labels["branch_of"] = {"id": session.identity, "turns": turns}
        if policy is None:
            for action in past[:turns]:
                made.play(action)
        else:
            self._demo.players.play(made, policy, past[:turns])
        return made.state()

    async def keep(self, request: Request) -> Response:
        asked = await _read(request)
        session = self._session(request)
        if session.labels["suite"] is None or session.labels["policy"] is not None:
            raise DemoError("only a person's game of a suite's task can be kept")
        suite = await _in_thread(self._demo.offers.suite, session.labels["suite"])
        nickname, consent = str(asked.get("nickname", "")), asked.get("consent") is True
        folder = await _in_thread(self._demo.kept.keep, session, suite, nickname, consent)
        return JSONResponse({"kept": folder})

    async def events(self, request: Request) -> Response:
        """The episode as server-sent events: each holds what came since the last one."""
        session = self._session(request)
        seen = request.headers.get("last-event-id", request.query_params.get("since", "0"))
        since = int(seen) if seen.isdigit() else 0
        stream = _event_stream(session, since)
        return StreamingResponse(
            stream, media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def run_list(self, request: Request) -> Response:
        return JSONResponse(await _in_thread(self._demo.runs.listed))

    async def run_episodes(self, request: Request) -> Response:
        return JSONResponse(await _in_thread(self._demo.runs.episodes, _asked(request, "run")))

    async def run_episode(self, request: Request) -> Response:
        number = _asked(request, "number")
        if not number.isdigit():
            raise DemoError(f"the number of an episode is expected, not {number[:40]!r}")
        run = _asked(request, "run")
        return JSONResponse(await _in_thread(self._demo.runs.episode, run, int(number)))

    async def run_picture(self, request: Request) -> Response:
        run, digest, side = _asked(request, "run"), _asked(request, "digest"), _side(request)

        def encode() -> bytes:
            pixels = self._demo.runs.picture(run, digest)
            return self._demo.encoded.webp(image_digest(pixels), pixels, side)

        return _picture(await _in_thread(encode))

    async def run_compare(self, request: Request) -> Response:
        first, second = _asked(request, "first"), _asked(request, "second")
        return JSONResponse(await _in_thread(self._demo.runs.compared, first, second))

    def _session(self, request: Request) -> Session:
        return self._demo.sessions.get(request.path_params["identity"])


async def _event_stream(session: Session, since: int) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    news = asyncio.Event()
    news.set()

    def tell() -> None:
        loop.call_soon_threadsafe(news.set)

    forget = session.on_change(tell)
    try:
        while True:
            try:
                await asyncio.wait_for(news.wait(), _HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            news.clear()
            state = await _in_thread(session.state, since)
            since = state["turns"]
            yield f"id: {since}\ndata: {json.dumps(state, ensure_ascii=False)}\n\n"
            if not state["playing"]:
                yield "event: done\ndata: {}\n\n"
                return
    finally:
        forget()


def _answer(handler: Callable[[Request], Awaitable[Response]]) -> Any:
    """A handler whose refusals become replies."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except DemoError as error:
            return JSONResponse({"error": str(error)}, status_code=error.status)

    return answer


async def _read(request: Request) -> dict[str, Any]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_JSON_BYTES:
            raise DemoError("the request is too long", 413)
    try:
        asked = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise DemoError("the request is no JSON") from None
    if not isinstance(asked, dict):
        raise DemoError("the request must be a JSON object")
    return asked


def _call_in(asked: Mapping[str, Any]) -> ToolCall:
    arguments = asked.get("arguments", {})
    if not isinstance(arguments, dict):
        raise DemoError("arguments must be a JSON object")
    return ToolCall(str(asked.get("name", "")), arguments, str(asked.get("thought", "")))


def _whole(asked: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise DemoError(f"{name} must be a whole number")
    return value


def _asked(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if value is None:
        raise DemoError(f"{name} is missing from the request")
    return value


def _side(request: Request) -> int:
    side = request.query_params.get("side", "1280")
    return int(side) if side.isdigit() and len(side) < 6 else 1280


def _static(name: str) -> Response:
    ending = name.rpartition(".")[2]
    if name == "theme.css":
        return Response(theme(), media_type="text/css", headers={"cache-control": "no-cache"})
    folder = files("searchvl_gym.demo").joinpath("static")
    if ending not in _TYPES or name not in {each.name for each in folder.iterdir()}:
        raise NotThere("there is no such file")
    content = folder.joinpath(name).read_bytes()
    return Response(content, media_type=_TYPES[ending], headers={"cache-control": "no-cache"})


def _picture(content: bytes) -> Response:
    headers = {"cache-control": "private, max-age=3600"}
    return Response(content, media_type="image/webp", headers=headers)


async def _in_thread(work: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.to_thread(work, *arguments)
