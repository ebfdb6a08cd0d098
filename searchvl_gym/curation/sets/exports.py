r"""Trajectories and tasks in the formats that other trainers read.

| format | a row |
|---|---|
| ShareGPT | `{"conversations": [{"from": "human", "value": "<image>…"}, {"from": "gpt", …}, …], "images": ["images/….png"], "system": …, "tools": "[…]"}` |
| conversational (TRL) | `messages` with roles and parts, `images` with the bytes |
| RL | `prompt`, `images`, `reward_model`, `data_source`, `ability`, `extra_info` |

A tool result is a turn of the user, in the tags of the wire format; `<image>` stands for the next
picture of the row, and nothing else in a row spells it.
"""  # noqa: E501

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from searchvl_gym.chat import Schema, WireFormat
from searchvl_gym.tools.control_tokens import neutralise
from searchvl_gym.types import Image, Task, Trajectory

if TYPE_CHECKING:
    import pyarrow as pa

PLACEHOLDER = "<image>"
"""Stands for a picture in the text of a row."""


@dataclass(frozen=True)
class Turn:
    """One message of a conversation.

    Attributes:
        role: `user` or `assistant`.
        text: The words, without placeholders.
        images: Digests of the pictures that come with it.
    """

    role: str
    text: str
    images: tuple[str, ...] = ()


def turns_of(trajectory: Trajectory, form: WireFormat) -> list[Turn]:
    """A trajectory as the messages that a model would have read and written.

    Args:
        trajectory: What was played.
        form: Renders calls and results, where the model did not write text itself.
    """
    made = [step.image for step in trajectory.steps if step.image is not None]
    given = len(trajectory.images) - len(made)
    names = {f"img_{place}": digest for place, digest in enumerate(trajectory.images, 1)}
    turns = [Turn("user", neutralise(trajectory.task.question), trajectory.images[:given])]
    for step in trajectory.steps:
        if step.text is not None:
            text = step.text.replace(PLACEHOLDER, neutralise(PLACEHOLDER))
        else:
            text = "" if step.call is None else form.render_call(step.call)
        turns.append(Turn("assistant", text))
        if step is not trajectory.steps[-1]:
            shown = form.render_result(step.observation, step.image)
            new = () if step.image is None else (names[step.image],)
            turns.append(Turn("user", shown, new))
    return turns


def sharegpt_row(
    turns: Sequence[Turn], system: str, schemas: Sequence[Schema], folder: str = "images"
) -> dict[str, Any]:
    """A conversation as the release and LLaMA-Factory have it.

    Args:
        turns: From `turns_of`.
        system: The system prompt.
        schemas: Of the tools.
        folder: Where the pictures are, relative to the file.
    """
    speakers = {"user": "human", "assistant": "gpt"}
    return {
        "conversations": [
            {
                "from": speakers[turn.role],
                "value": PLACEHOLDER * len(turn.images) + turn.text,
            }
            for turn in turns
        ],
        "images": [f"{folder}/{digest}.png" for turn in turns for digest in turn.images],
        "system": system,
        "tools": json.dumps([dict(schema) for schema in schemas], ensure_ascii=False),
    }


def conversational_row(
    turns: Sequence[Turn], system: str, pictures: Mapping[str, bytes]
) -> dict[str, Any]:
    """A conversation as TRL has it, with the pictures' bytes.

    Args:
        turns: From `turns_of`.
        system: The system prompt.
        pictures: PNG files by digest.
    """
    messages = [{"role": "system", "content": [{"type": "text", "text": system}]}]
    for turn in turns:
        parts: list[dict[str, Any]] = [{"type": "image", "text": None} for _ in turn.images]
        messages.append(
            {"role": turn.role, "content": [*parts, {"type": "text", "text": turn.text}]}
        )
    digests = [digest for turn in turns for digest in turn.images]
    images = [{"bytes": pictures[digest], "path": f"{digest}.png"} for digest in digests]
    return {"messages": messages, "images": images}


def reinforcement_row(task: Task, pictures: Sequence[bytes], system: str) -> dict[str, Any]:
    """A task as verl and the release have it.

    Args:
        task: The task.
        pictures: Its pictures as PNG files, `img_1` first.
        system: The system prompt.
    """
    question = PLACEHOLDER * len(pictures) + neutralise(task.question)
    return {
        "data_source": "searchvl-gym",
        "ability": "search",
        "prompt": [
            {"role": "system", "content": system},
            {"role": "user", "content": question},
        ],
        "images": [
            {"bytes": data, "path": f"{task.id}-{place}.png"} for place, data in enumerate(pictures)
        ],
        "reward_model": {
            "style": "rule",
            "ground_truth": task.answer,
            "aliases": list(task.aliases),
            "answer_kind": task.answer_kind,
        },
        "extra_info": {"id": task.id, "split": task.split, "hops": len(task.hops)},
    }


def conversational_schema() -> pa.Schema:
    """Columns of the conversational file; `datasets` shows `images` as pictures."""
    import pyarrow as pa

    part = pa.struct([("type", pa.string()), ("text", pa.string())])
    message = pa.struct([("role", pa.string()), ("content", pa.list_(part))])
    schema = pa.schema([("messages", pa.list_(message)), ("images", pa.list_(_picture()))])
    text = {"dtype": "string", "_type": "Value"}
    content = {"feature": {"type": text, "text": text}, "_type": "List"}
    messages = {"feature": {"role": text, "content": content}, "_type": "List"}
    return _with_features(schema, {"messages": messages, "images": _PICTURES})


def reinforcement_schema() -> pa.Schema:
    """Columns of the RL file; `datasets` shows `images` as pictures."""
    import pyarrow as pa

    text: Any = pa.string()
    message = pa.struct([("role", text), ("content", text)])
    reward = pa.struct(
        [
            ("style", text),
            ("ground_truth", text),
            ("aliases", pa.list_(text)),
            ("answer_kind", text),
        ]
    )
    schema = pa.schema(
        [
            ("data_source", text),
            ("ability", text),
            ("prompt", pa.list_(message)),
            ("images", pa.list_(_picture())),
            ("reward_model", reward),
            ("extra_info", pa.struct([("id", text), ("split", text), ("hops", pa.int64())])),
        ]
    )
    value = {"dtype": "string", "_type": "Value"}
    number = {"dtype": "int64", "_type": "Value"}
    features = {
        "data_source": value,
        "ability": value,
        "prompt": {"feature": {"role": value, "content": value}, "_type": "List"},
        "images": _PICTURES,
        "reward_model": {
            "style": value,
            "ground_truth": value,
            "aliases": {"feature": value, "_type": "List"},
            "answer_kind": value,
        },
        "extra_info": {"id": value, "split": value, "hops": number},
    }
    return _with_features(schema, features)


def encode_picture(pixels: Image) -> bytes:
    """A picture as a PNG file; equal pixels give equal bytes."""
    from PIL import Image as Pillow

    stream = io.BytesIO()
    Pillow.fromarray(np.asarray(pixels)).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def batches(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Rows in lists of at most `size`, so that few pictures are held at once."""
    held: list[dict[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


_PICTURES = {"feature": {"_type": "Image"}, "_type": "List"}


def _picture() -> Any:
    import pyarrow as pa

    return pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def _with_features(schema: pa.Schema, features: Mapping[str, Any]) -> pa.Schema:
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})
