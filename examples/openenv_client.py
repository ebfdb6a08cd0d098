"""An episode through OpenEnv: a server in a thread, its client, a score.

    pip install 'searchvl-gym[openenv]'
    python examples/openenv_client.py

The player is none: it crops the picture, searches for it, opens the first page and answers with the
first value of its infobox. An agent would think in between.
"""

from __future__ import annotations

import socket
import threading
import time

import uvicorn

from searchvl_gym.integrations.openenv import SearchAction, SearchClient, make_app
from searchvl_gym.menu.candidates import infobox
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.tools.observations import search_results
from searchvl_gym.world.catalog import default_world


def call(env: object, tool: str, **arguments: object) -> object:
    """Make a call; what came back."""
    result = env.step(SearchAction(tool=tool, arguments=arguments))  # type: ignore[attr-defined]
    seen = result.observation
    print(f"{tool}: {seen.text[:60]!r}, {len(seen.pictures)} picture(s)")
    return result


def play(url: str) -> dict[str, object]:
    """Play one episode; what came of it."""
    with SearchClient(base_url=url).sync() as env:
        opening = env.reset(seed=0).observation
        print(opening.text, f"({len(opening.pictures)} picture, {len(opening.tools)} tools)")
        call(env, "crop", image="img_1", x=0, y=0, width=256, height=256)
        results = search_results(call(env, "image_search", url="img_1").observation.text)
        answer = "unknown"
        if results:
            page = call(env, "visit", url=results[0].url).observation.text
            answer = next((value for _, value in infobox(page)), answer)
        last = call(env, "answer", text=answer)
        return {**last.observation.result, "reward": last.reward}


def main() -> None:
    """Serve and play, and print the score."""
    world = default_world("mini")
    tasks = sample_tasks(world, split="test", n=5, hops=(1,))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_app(world=world, tasks=tasks)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    try:
        result = play(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join()
    print({name: result[name] for name in ("answer", "right", "reward", "fatal", "steps")})


if __name__ == "__main__":
    main()
