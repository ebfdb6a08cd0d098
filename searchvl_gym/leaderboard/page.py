"""The leaderboard as one HTML page that needs nothing else: no network, no file beside it.

The tables are plain HTML and read without a script. The script sorts and filters them and opens
the trajectories, which are in the page. All text that came from outside is escaped or set as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from searchvl_gym.leaderboard.board import Board, Plot
from searchvl_gym.leaderboard.page_episodes import PictureBook, episodes_json
from searchvl_gym.leaderboard.page_tables import row_figures, suite_section
from searchvl_gym.render.theme import theme
from searchvl_gym.rollout.reading import StoredTrajectories
from searchvl_gym.rollout.record import replace_file

FILE = "index.html"


def write_page(board: Board, out: Path) -> Path:
    """Write the page.

    Args:
        board: What it shows; the stores of its runs are read.
        out: Directory of the leaderboard.

    Returns:
        The page's path.

    Raises:
        RolloutError: When a store cannot be read or the page not be written.
    """
    target = out / FILE
    replace_file(target, render_page(board).encode("utf-8", "replace"))
    return target


def render_page(board: Board) -> str:
    """The page as text.

    Raises:
        RolloutError: When a store cannot be read.
    """
    book = PictureBook()
    runs: dict[str, Any] = {}
    sections = []
    for place, suite in enumerate(board.suites):
        keys: dict[int, str] = {}
        for number, row in enumerate(suite.rows):
            if row.runs:
                keys[number] = key = f"{place}-{number}"
                stores = [(run, StoredTrajectories(run)) for run in row.runs]
                played = ((run, each) for run, store in stores for each in store)
                runs[key] = {
                    "suite": suite.name,
                    "policy": row.policy,
                    "of": sum(len(store) for _, store in stores),
                    "figures": row_figures(row),
                    "episodes": episodes_json(played, row.rulings, book),
                }
        sections.append(suite_section(suite, place, keys))
    style, script = theme() + _static("page.css"), _static("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>SearchVL Gym leaderboard</title><style>{style}</style></head>\n<body>"
        '<a class="skip" href="#boards">Skip to the results</a>'
        f'<header><div class="wrap"><h1>SearchVL Gym leaderboard</h1>{_lead(board)}</div></header>'
        f'<main class="wrap" id="boards">{_filters(board)}{"".join(sections)}'
        f"{''.join(map(_figure, board.plots))}{_origin(board)}</main>{_DIALOG}"
        f"{_island('runs', runs)}{_island('pictures', book.pictures)}"
        f"<script>{script}</script></body></html>\n"
    )


_DIALOG = (
    '<dialog id="episodes" aria-labelledby="episodes-title"><div class="bar">'
    '<div><h2 id="episodes-title"></h2><p id="figures" class="note"></p></div>'
    '<button type="button" class="close" aria-label="Close">✕</button></div>'
    '<div class="panes"><nav aria-label="Episodes"><div class="choices" role="group" '
    'aria-label="Show episodes"></div><ol id="episode-list"></ol></nav>'
    '<article id="episode" tabindex="0" aria-label="Episode" '
    'aria-live="polite"></article></div></dialog>'
)


def _lead(board: Board) -> str:
    rows = [row for suite in board.suites for row in suite.rows]
    measured = [row for row in rows if not row.reported]
    episodes = sum((row.items or 0) + row.unscored for row in measured)
    cells = [
        (str(len({row.policy for row in measured})), "policies measured here"),
        (str(len(board.suites)), "suites" if len(board.suites) != 1 else "suite"),
        (f"{episodes:,}", "episodes played"),
    ]
    if len(measured) < len(rows):
        cells.append((str(len(rows) - len(measured)), "figures reported elsewhere"))
    return (
        '<p class="lead">Who finds the answer? Every share has its 95&nbsp;% interval, and only '
        "a lead that is more than chance is set in bold. Open a policy to read what it did.</p>"
        '<dl class="numbers">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for value, name in cells)
        + "</dl>"
    )


def _filters(board: Board) -> str:
    options = "".join(
        f'<option value="{place}">{escape(suite.name)}</option>'
        for place, suite in enumerate(board.suites)
    )
    return (
        '<form class="filters" id="filters" hidden>'
        '<label>Policy<input type="search" name="policy" placeholder="any" autocomplete="off">'
        f'</label><label>Suite<select name="suite"><option value="">all</option>{options}</select>'
        '</label><label>Figures<select name="source"><option value="">all</option>'
        '<option value="measured">measured here</option><option value="reported">reported</option>'
        '</select></label><output id="count" aria-live="polite"></output></form>'
    )


def _figure(plot: Plot) -> str:
    data = base64.b64encode(plot.png).decode("ascii")
    return (
        f'<section class="board"><h2>{escape(plot.title)}</h2><figure>'
        f'<img src="data:image/png;base64,{data}" alt="{escape(plot.title)}">'
        f"<figcaption>{escape(plot.caption)}</figcaption></figure></section>"
    )


def _origin(board: Board) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in [*board.settings.items(), ("fingerprint", board.fingerprint)]
    )
    command = f"<pre><code>{escape(board.command)}</code></pre>" if board.command else ""
    return (
        '<section class="origin" aria-labelledby="origin"><h2 id="origin">Where this comes from'
        f"</h2>{command}<dl>{rows}</dl></section>"
    )


def _island(name: str, content: Mapping[str, Any] | Sequence[Any]) -> str:
    """Data for the script; nothing in it can end the element."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


def _static(name: str) -> str:
    return files("searchvl_gym.leaderboard").joinpath("static", name).read_text(encoding="utf-8")
