"""The tables of the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from searchvl_gym.leaderboard.board import BoardRow, SuiteBoard
from searchvl_gym.leaderboard.comparing import ALPHA, Pair

_TESTS = {"mcnemar": "McNemar, exact", "sign_flip": "sign flips of whole clusters"}


def suite_section(suite: SuiteBoard, place: int, runs: Mapping[int, str]) -> str:
    """A suite as a section with a table.

    Args:
        suite: Its rows; those with the highest accuracy come first.
        place: Its number on the page.
        runs: By number of the row, the key of its trajectories in the page.
    """
    order = sorted(range(len(suite.rows)), key=lambda number: _rank(suite.rows[number]))
    names = list(dict.fromkeys(name for row in suite.rows for name in row.figures))
    tools_off = any(row.tools_off is not None for row in suite.rows)
    heads = [_head("policy", "Policy"), _head("accuracy", "Right answers", number=True)]
    heads += [_head("items", "n", number=True)]
    if tools_off:
        heads.append(_head("tools-off", "Tools off", number=True, wide=True))
    heads += [_head(f"figure-{n}", name, number=True, wide=True) for n, name in enumerate(names)]
    heads.append(_head("source", "Source"))
    body = "".join(
        _row(suite.rows[number], runs.get(number, ""), names, tools_off) for number in order
    )
    identity = f"suite-{place}"
    return (
        f'<section class="board" data-suite="{place}" aria-labelledby="{identity}">'
        f'<h2 id="{identity}">{escape(suite.name)}</h2>'
        f'<p class="about">{escape(suite.about)}</p>'
        f'<div class="scroll" role="region" aria-label="Results on {escape(suite.name)}" '
        'tabindex="0"><table>'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{body}</tbody></table></div>"
        f"{_comparisons(suite.name, suite.pairs)}</section>"
    )


def row_figures(row: BoardRow) -> str:
    """All figures of a row in one line, for screens that have no room for their columns."""
    parts = [f"{percent(row.accuracy)} % right"]
    if row.low is not None and row.high is not None:
        parts[0] += f" ({percent(row.low)}–{percent(row.high)})"
    if row.tools_off is not None:
        parts.append(f"tools off {percent(row.tools_off)} %")
    parts += [f"{name.lower()} {value}" for name, value in row.figures.items()]
    return " · ".join(parts)


def percent(share: float | None) -> str:
    """A share as a figure in percent with one digit.

    >>> percent(0.5), percent(None)
    ('50.0', '–')
    """
    return "–" if share is None else f"{100 * share:.1f}"


def _rank(row: BoardRow) -> tuple[bool, float, str]:
    return (row.accuracy is None, -(row.accuracy or 0.0), row.policy)


def _head(key: str, text: str, *, number: bool = False, wide: bool = False) -> str:
    """A column's heading; the script makes a button of it."""
    classes = " ".join(name for name, on in (("n", number), ("wide", wide)) if on)
    first = ' aria-sort="descending"' if key == "accuracy" else ""
    start = f'<th scope="col" class="{classes}" data-key="{key}"{first}>'
    return f"{start}<span>{escape(text)}</span></th>"


def _row(row: BoardRow, run: str, names: Sequence[str], tools_off: bool) -> str:
    source = "reported" if row.reported else "measured"
    name = f"<span>{escape(row.policy)}</span>"
    if run:
        name = (
            f'<button type="button" class="open" data-run="{run}" '
            f'aria-haspopup="dialog">{escape(row.policy)}</button>'
        )
    notes = [row.detail] if row.detail else []
    if row.reference:
        notes.append("knows the way: a bound, not a competitor")
    if row.unscored:
        notes.append(f"{row.unscored} unscored")
    if row.unsure:
        notes.append(f"{row.unsure} unsure, counted as wrong")
    if row.kappa is not None:
        notes.append(f"rules and model agree with κ = {row.kappa:.2f}")
    detail = f"<small>{escape('; '.join(notes))}</small>" if notes else ""
    cells = [
        f'<th scope="row" data-value="{escape(row.policy.casefold())}">{name}{detail}</th>',
        _accuracy(row),
        _number(row.items, "–" if row.items is None else f"{row.items:,}"),
    ]
    if tools_off:
        cells.append(_number(row.tools_off, percent(row.tools_off), wide=True))
    for heading in names:
        text = row.figures.get(heading, "–")
        cells.append(_number(_value(text), text, wide=True))
    mark = "reported" if row.reported else "measured here"
    where = f"<small>{escape(row.reported or row.judge)}</small>"
    cells.append(f'<td data-value="{source}"><span class="tag {source}">{mark}</span>{where}</td>')
    best = " best" if row.best else ""
    return (
        f'<tr class="row {source}{best}" data-policy="{escape(row.policy.casefold())}" '
        f'data-source="{source}">{"".join(cells)}</tr>'
    )


def _accuracy(row: BoardRow) -> str:
    if row.accuracy is None:
        return '<td class="n" data-value="">–</td>'
    value = percent(row.accuracy)
    shown = f"<strong>{value}</strong>" if row.best else value
    interval, whisker = "", ""
    if row.low is not None and row.high is not None:
        interval = f'<span class="interval">{percent(row.low)}–{percent(row.high)}</span>'
        whisker = (
            f'<i class="range" style="left:{100 * row.low:.2f}%;'
            f'width:{100 * (row.high - row.low):.2f}%"></i>'
        )
    bar = (
        f'<span class="track" aria-hidden="true">{whisker}'
        f'<i class="dot" style="left:{100 * row.accuracy:.2f}%"></i></span>'
    )
    return (
        f'<td class="n accuracy" data-value="{row.accuracy:.6f}"><span class="share">{shown}'
        f"{interval}</span>{bar}</td>"
    )


def _number(value: float | None, text: str, *, wide: bool = False) -> str:
    classes = "n wide" if wide else "n"
    return (
        f'<td class="{classes}" data-value="{"" if value is None else f"{value:.6f}"}">'
        f"{escape(text)}</td>"
    )


def _value(text: str) -> float | None:
    """The number that a figure begins with, to sort by."""
    try:
        value = float(text.split()[0].rstrip("%").replace(",", ""))
    except (IndexError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _comparisons(name: str, pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    rows = "".join(_comparison(pair) for pair in pairs)
    tests = ", ".join(dict.fromkeys(_TESTS[pair.comparison.test] for pair in pairs))
    return (
        f"<details><summary>{len(pairs)} paired comparison{'s' if len(pairs) > 1 else ''} on the "
        f'same items</summary><div class="scroll" role="region" '
        f'aria-label="Comparisons on {escape(name)}" '
        'tabindex="0"><table class="pairs"><thead><tr><th scope="col">Policies</th>'
        '<th scope="col" class="n">Difference</th><th scope="col" class="n">95 % interval</th>'
        '<th scope="col" class="n">Only the first</th><th scope="col" class="n">Only the second'
        '</th><th scope="col" class="n">n</th><th scope="col" class="n">p</th></tr></thead>'
        f'<tbody>{rows}</tbody></table></div><p class="about">p: {tests}; adjusted for all '
        f"comparisons of the suite (Holm), significant at {ALPHA:g}. Intervals: paired bootstrap "
        "over clusters.</p></details>"
    )


def _comparison(pair: Pair) -> str:
    found = pair.comparison
    first, second, sign = pair.first, pair.second, 1
    only_first, only_second = found.first_only, found.second_only
    low, high = found.low, found.high
    if found.difference < 0:
        first, second, sign = second, first, -1
        only_first, only_second, low, high = only_second, only_first, -high, -low
    shown = "p < 0.001" if pair.p_value < 0.001 else f"p = {pair.p_value:.3f}"
    mark = "more than chance" if pair.significant else "may be chance"
    return (
        f'<tr><th scope="row">{escape(first)} over {escape(second)}</th>'
        f'<td class="n">{100 * sign * found.difference:+.1f}</td>'
        f'<td class="n">{100 * low:+.1f} to {100 * high:+.1f}</td>'
        f'<td class="n">{only_first}</td><td class="n">{only_second}</td>'
        f'<td class="n">{found.items}</td><td class="n">{shown} <small>{mark}</small></td></tr>'
    )
