"""What the oracle thinks on deep tasks: what was found, what is known, open and next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

FOUND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "begin": (
            "The question starts from a picture, so its name comes first.",
            "Nothing is named here; the picture has to tell where the way begins.",
        ),
        "read": (
            "The picture reads “{words}”.",
            "“{words}” is what is written there.",
        ),
        "unread": ("The lettering does not come out.", "That was not legible."),
        "stated": (
            "The passage on {title} states “{quote}”.",
            "According to the passage on {title}: “{quote}”.",
        ),
        "row": (
            "The page on {title} gives “{quote}”.",
            "“{quote}”, the page on {title} says.",
        ),
        "no_row": (
            "On the page of {title} there is no row for that.",
            "{title} has nothing recorded under {label}.",
        ),
        "listed": (
            "The page is “{title}”, and I have its entries now.",
            "“{title}” gives me all the candidates.",
        ),
        "list_found": ("There is a page “{title}”.", "“{title}” turned up."),
        "nothing": ("That search did not bring it.", "Not there."),
        "computed": ("The program gives {value}.", "It comes to {value}: the program says so."),
    }
)

PLANNED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "read": ("Let me read {image}.", "I read the text of {image} first."),
        "enlarge": ("I enlarge {image} and try again.",),
        "search": ("I search for “{q}”.", "A search for “{q}” should tell."),
        "list": (
            "I need all the candidates, so I look for a list: “{q}”.",
            "A list would name them all: “{q}”.",
        ),
        "open_list": ("I open the list.", "I read the whole list."),
        "visit": ("I open its page.", "Its page should say more."),
        "candidate": (
            "{done} of {all} candidates are done, {left} are open. The next is {title}.",
            "Known so far: {done} of {all}. Open: {left}. I go on with {title}.",
        ),
        "compute": (
            "Everything is known now; I let a program do the sums.",
            "Nothing is open any more. I add up with a program to be sure.",
        ),
        "answer": ("That answers the question.", "So this is the answer."),
        "give_up": ("I cannot get any further.",),
    }
)


def found(situation: str, rng: np.random.Generator, **facts: str) -> str:
    """What the last observation gave; every slot stands in it or was asked."""
    return _choose(FOUND[situation], rng).format(**facts)


def planned(situation: str, rng: np.random.Generator, **facts: str) -> str:
    """What is known, what is open and what is done next."""
    return _choose(PLANNED[situation], rng).format(**facts)


def _choose(options: tuple[str, ...], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
