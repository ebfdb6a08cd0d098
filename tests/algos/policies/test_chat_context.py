"""What a chat model is sent when a context shortens the past."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algos.policies.chat_conversation import (
    Conversation,
    Manner,
    NativeConversation,
    TextConversation,
)
from searchvl_gym.chat import FORMATS
from searchvl_gym.context import make_context
from searchvl_gym.endpoint import Reply
from searchvl_gym.endpoint.messages import NativeCall
from searchvl_gym.types import ToolCall


def reply(form: str, number: int) -> Reply:
    call = ToolCall("visit", {"url": f"https://a.example/{number}"}, "I read on.")
    if form == "native":
        return Reply("", calls=(NativeCall(f"c{number}", "visit", '{"url": "x"}'),))
    return Reply(FORMATS[form].render_call(call))


def talk(form: str, context: str, turns: int) -> tuple[Conversation, list[Any]]:
    """A conversation of some turns, and what the model was sent last."""
    manner = Manner(form, "System.", (), None, "png", True, True, False, make_context(context))
    kind = NativeConversation if form == "native" else TextConversation
    conversation = kind(manner, 0)
    sent: list[Any] = []

    def ask(asked: Conversation) -> Reply:
        sent[:] = asked.request()
        return reply(form, asked.turns)

    image = np.zeros((30, 40, 3), np.uint8)
    for number in range(turns):
        text = f"# Page {number}\nURL: u{number}\n\nA long line that nobody uses." if number else ""
        observation = {"question": "When?", "text": text, "image": image, "images": [image]}
        conversation.turn(observation, ask)
    return conversation, sent


@pytest.mark.parametrize("form", ["opensearch_vl", "native"])
def test_whole_sends_all_that_was_said(form: str) -> None:
    conversation, sent = talk(form, "whole", 6)
    assert sent == conversation.messages[: len(sent)]


@pytest.mark.parametrize("form", ["opensearch_vl", "native"])
def test_the_past_is_shortened_and_the_roles_stay(form: str) -> None:
    _, whole = talk(form, "whole", 6)
    _, sent = talk(form, "references+recent", 6)
    assert [each["role"] for each in sent] == [each["role"] for each in whole]
    assert str(whole).count("A long line") == 5
    assert str(sent).count("A long line") == 3
    assert "data:image" in str(whole) and "data:image" not in str(sent)
    assert "img_1: given with the question, 40 × 30" in str(sent)
