"""Chat messages in the OpenAI wire format: what is sent, and how a reply is read."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from searchvl_gym.types import Image

Message = dict[str, Any]
"""One message of a conversation, as JSON."""

ImageFormat = Literal["jpeg", "png"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class NativeCall:
    """A tool call that the model made through the interface rather than in its text.

    Attributes:
        id: What its result must refer to.
        name: The tool.
        arguments: The JSON text of its arguments, as the model wrote it.
    """

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Reply:
    """What an endpoint answered.

    Attributes:
        text: The model's text; "" when there was none.
        thought: Reasoning that the server parted from the text, or "".
        calls: Native tool calls in order.
        finish_reason: `stop`, `length`, `tool_calls`, … or "".
        prompt_tokens: As the server counted, or 0.
        completion_tokens: As the server counted, or 0.
    """

    text: str
    thought: str = ""
    calls: tuple[NativeCall, ...] = ()
    finish_reason: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0


def data_url(pixels: Image, image_format: ImageFormat = "jpeg") -> str:
    """A picture as a `data:` URL.

    Args:
        pixels: RGB, uint8, (height, width, 3).
        image_format: `jpeg` (small; quality 90) or `png` (exact).

    >>> import numpy as np
    >>> data_url(np.zeros((2, 2, 3), np.uint8), "png")[:22]
    'data:image/png;base64,'
    """
    from PIL import Image as Pillow

    stream = io.BytesIO()
    picture = Pillow.fromarray(pixels)
    if image_format == "jpeg":
        picture.save(stream, "JPEG", quality=90, subsampling=0)
    else:
        picture.save(stream, "PNG")
    return f"data:image/{image_format};base64,{base64.b64encode(stream.getvalue()).decode()}"


def user_message(
    text: str, images: Sequence[Image] = (), image_format: ImageFormat = "jpeg"
) -> Message:
    """A user's turn: the pictures, then the text."""
    if not images:
        return {"role": "user", "content": text}
    parts: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": data_url(image, image_format)}}
        for image in images
    ]
    if text:
        parts.append({"type": "text", "text": text})
    return {"role": "user", "content": parts}


def read_reply(payload: Any) -> Reply:
    """The first choice of a chat completion.

    Half characters, which JSON can spell, become U+FFFD: no text could be written with them.

    Args:
        payload: The decoded JSON.

    Raises:
        ValueError: When it is no chat completion; the message says what is missing.
    """
    if not isinstance(payload, Mapping):
        raise ValueError("the reply is no JSON object")
    choices = payload.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise ValueError("the reply has no choices")
    message = choices[0].get("message")
    if not isinstance(message, Mapping):
        raise ValueError("the reply has no message")
    usage = payload.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    return Reply(
        text=_read_text(message.get("content")),
        thought=_read_text(message.get("reasoning_content") or message.get("reasoning")),
        calls=_read_calls(message.get("tool_calls")),
        finish_reason=str(choices[0].get("finish_reason") or ""),
        prompt_tokens=_read_count(usage.get("prompt_tokens")),
        completion_tokens=_read_count(usage.get("completion_tokens")),
    )


def _read_text(content: Any) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return _whole(content)
    if isinstance(content, list):
        return "".join(
            _whole(part["text"])
            for part in content
            if isinstance(part, Mapping) and isinstance(part.get("text"), str)
        )
    raise ValueError("the reply's content is no text")


def _read_calls(calls: Any) -> tuple[NativeCall, ...]:
    if calls is None:
        return ()
    if not isinstance(calls, list):
        raise ValueError("the reply's tool_calls are no list")
    read = []
    for number, call in enumerate(calls):
        function = call.get("function") if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise ValueError("a tool call of the reply names no function")
        arguments = function.get("arguments")
        if not isinstance(arguments, str):
            arguments = json.dumps({} if arguments is None else arguments)
        read.append(
            NativeCall(
                str(call.get("id") or f"call_{number}"),
                _whole(function["name"]),
                _whole(arguments),
            )
        )
    return tuple(read)


def _whole(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)


def _read_count(count: Any) -> int:
    return count if isinstance(count, int) and count >= 0 else 0
