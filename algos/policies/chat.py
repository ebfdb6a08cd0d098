"""`chat`: any model behind an OpenAI-compatible endpoint.

Three ways to talk: the released tags (`opensearch_vl`), one terse line a turn (`compact`), or the
interface's own tool calls (`native`). All episodes of a batch are asked for at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from searchvl_gym.chat import FORMATS, extract_final_answer
from searchvl_gym.chat.tool_calls import read_arguments
from searchvl_gym.endpoint import (
    Endpoint,
    EndpointError,
    EndpointSettings,
    Message,
    Reply,
    user_message,
)
from searchvl_gym.endpoint.messages import ImageFormat
from searchvl_gym.episode import Attempt
from searchvl_gym.episode.actions import plain_call
from searchvl_gym.rollout.policy import Observation
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import ANSWER, ErrorKind, Task, ToolCall, ToolError
from searchvl_gym.wrappers import MAX_TEXT_CHARS, read_text

_NATIVE_PROMPT = """\
You answer a question about one or more pictures. The pictures are named img_1, img_2 and so on; \
each picture that a tool makes gets the next name. In each turn, think and then call exactly one \
tool. Look at the picture, repair or crop it if it is hard to read, search for what it shows and \
for the facts about it, and follow the facts until they reach the question. When you are sure, \
call the tool "answer" with a short answer: a name, a number with its unit, or a date."""

_ANSWER_SCHEMA = {
    "type": "function",
    "function": {
        "name": ANSWER,
        "description": "Give the final answer; this ends the episode.",
        "parameters": {
            "type": "object",
            "properties": {
                "text": {"type": "string", "description": "The answer, as short as can be."}
            },
            "required": ["text"],
            "additionalProperties": False,
        },
    },
}


class ChatPolicy:
    """Plays with a model behind an OpenAI-compatible endpoint.

    An endpoint that fails after all its retries raises `EndpointError`, so a rollout stops with
    one line (and resumes later) instead of scoring an outage as 0.

    Args:
        base_url: Address up to `/v1`; None takes `SEARCHVL_CHAT_BASE_URL` or `SEARCHVL_BASE_URL`.
        api_key: None takes `SEARCHVL_CHAT_API_KEY` or `SEARCHVL_API_KEY`; "" for servers
            without keys.
        model: None takes `SEARCHVL_CHAT_MODEL` or `SEARCHVL_MODEL`.
        wire_format: `opensearch_vl`, `compact` or `native`.
        text_environment: Send the model's own text, for environments that take text
            (`SearchVL/AtlasText-v0`), rather than what was read from it.
        concurrency: Most requests at a time.
        temperature: Of the sampling; 0 to 2.
        top_p: Of the sampling, above 0 and at most 1; None leaves it to the server.
        max_tokens: Longest turn.
        seed: Of the sampling. Each turn sends a number made from it, the episode's generator and
            the turn; None sends none, for servers that refuse it.
        image_format: `jpeg` (quality 90) or `png` (exact, larger).
        timeout: Seconds for one attempt of one request.
        retries: How often a failed request is repeated.
        backoff: Seconds before the first repetition.

    Raises:
        EndpointError: When the endpoint is not set, or httpx is missing.
        ValueError: When an argument is out of range.
    """

    name = "chat"

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        model: str | None = None,
        *,
        wire_format: Literal["opensearch_vl", "compact", "native"] = "opensearch_vl",
        text_environment: bool = False,
        concurrency: int = 8,
        temperature: float = 0.7,
        top_p: float | None = None,
        max_tokens: int = 4096,
        seed: int | None = 0,
        image_format: ImageFormat = "jpeg",
        timeout: float = 120.0,
        retries: int = 4,
        backoff: float = 1.0,
    ) -> None:
        if wire_format not in (*FORMATS, "native"):
            raise ValueError(
                f"wire_format must be one of {', '.join(FORMATS)} or native, got {wire_format!r}"
            )
        if wire_format == "native" and text_environment:
            raise ValueError("native tool calls are no text; leave text_environment out")
        if image_format not in ("jpeg", "png"):
            raise ValueError(f"image_format must be jpeg or png, got {image_format!r}")
        _check_whole("concurrency", concurrency, least=1)
        _check_whole("max_tokens", max_tokens, least=1)
        if seed is not None:
            _check_whole("seed", seed, least=0)
        if not isinstance(temperature, (int, float)) or not 0 <= temperature <= 2:
            raise ValueError(f"temperature must be a number between 0 and 2, got {temperature!r}")
        if top_p is not None and not (isinstance(top_p, (int, float)) and 0 < top_p <= 1):
            raise ValueError(f"top_p must be a number above 0 and at most 1, got {top_p!r}")
        settings = EndpointSettings.from_environment(
            "chat",
            base_url=base_url,
            model=model,
            api_key=api_key,
            timeout=timeout,
            retries=retries,
            backoff=backoff,
        )
        jitter = np.random.default_rng(0 if seed is None else seed)
        self._endpoint = Endpoint(settings, rng=jitter, connections=concurrency)
        self._concurrency = concurrency
        self._sampling: dict[str, Any] = {
            "temperature": temperature,
            "top_p": top_p,
            "max_tokens": max_tokens,
        }
        self._seed = seed
        self._text_environment = text_environment
        self._image_format: ImageFormat = image_format
        self._native = wire_format == "native"
        self._conversations: dict[int, _Conversation] = {}
        if not self._native:
            self.wire_format = wire_format
        self._schemas = ToolSuite().schemas()

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        """See `Policy.reset`."""
        kind = _NativeConversation if self._native else _TextConversation
        episode = int(rng.integers(2**31))
        self._conversations[slot] = kind(self, episode)

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Any]:
        """See `Policy.act`.

        Returns:
            An `Attempt` a slot, which carries the model's text and its well-formedness along;
            with `text_environment` the text itself.

        Raises:
            EndpointError: When the endpoint fails for one of the slots; the others' turns are
                finished first.
        """
        slots = list(observations)
        if len(slots) == 1:
            return {slots[0]: self._turn(slots[0], observations[slots[0]])}
        with ThreadPoolExecutor(min(self._concurrency, max(1, len(slots)))) as pool:
            turns = pool.map(lambda slot: self._turn(slot, observations[slot]), slots)
            return dict(zip(slots, turns, strict=True))

    def _turn(self, slot: int, observation: Observation) -> Any:
        return self._conversations[slot].turn(observation)

    def _ask(self, conversation: _Conversation) -> Reply:
        seed = None
        if self._seed is not None:
            turn = [self._seed, conversation.episode, conversation.turns]
            seed = int(np.random.SeedSequence(turn).generate_state(1)[0]) >> 1
        tools = [*self._schemas, _ANSWER_SCHEMA] if self._native else None
        return self._endpoint.chat(conversation.messages, seed=seed, tools=tools, **self._sampling)


def _check_whole(name: str, value: Any, *, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")


class _Conversation:
    """What was said in one episode."""

    def __init__(self, policy: ChatPolicy, episode: int) -> None:
        self.policy = policy
        self.episode = episode
        self.turns = 0
        self.messages: list[Message] = []
        self._pictures = 0

    def turn(self, observation: Observation) -> Any:
        """Say what was observed, and get the next action."""
        if not self.messages:
            self.messages.append({"role": "system", "content": self.system_prompt()})
        before = len(self.messages), self._pictures
        self.observe(observation)
        try:
            reply = self.policy._ask(self)
        except EndpointError:
            # So that the same turn can be tried again.
            del self.messages[before[0] :]
            self._pictures = before[1]
            raise
        self.turns += 1
        return self.read(reply)

    def new_pictures(self, observation: Observation) -> list[Any]:
        """The pictures that the model has not seen yet."""
        pictures = list(observation["images"])
        new = pictures[self._pictures :]
        self._pictures = len(pictures)
        return new

    def opening(self, observation: Observation, pictures: list[Any]) -> Message:
        """The question with its pictures."""
        names = ", ".join(f"img_{number}" for number in range(1, len(pictures) + 1))
        text = f"Question: {observation['question']}"
        if names:
            text = f"Pictures: {names}\n{text}"
        return user_message(text, pictures, self.policy._image_format)

    def system_prompt(self) -> str:
        raise NotImplementedError

    def observe(self, observation: Observation) -> None:
        raise NotImplementedError

    def read(self, reply: Reply) -> Any:
        raise NotImplementedError


class _TextConversation(_Conversation):
    """Tool calls stand in the model's text."""

    def system_prompt(self) -> str:
        return FORMATS[self.policy.wire_format].system_prompt(self.policy._schemas)

    def observe(self, observation: Observation) -> None:
        pictures = self.new_pictures(observation)
        if self.turns == 0:
            self.messages.append(self.opening(observation, pictures))
            return
        text = str(observation["text"])
        if not self.policy._text_environment:
            image = f"img_{self._pictures}" if pictures else None
            text = FORMATS[self.policy.wire_format].render_result(text, image)
        self.messages.append(user_message(text, pictures, self.policy._image_format))

    def read(self, reply: Reply) -> Any:
        text = reply.text
        if reply.thought and "</think>" not in text:
            # The server has parted the reasoning from the text; the format wants both.
            text = f"<think>{reply.thought.strip()}</think>\n{text.lstrip()}"
        self.messages.append({"role": "assistant", "content": text})
        if self.policy._text_environment:
            return text
        return read_text(text, FORMATS[self.policy.wire_format])


class _NativeConversation(_Conversation):
    """Tool calls come through the interface."""

    def __init__(self, policy: ChatPolicy, episode: int) -> None:
        super().__init__(policy, episode)
        self._open: list[str] = []

    def system_prompt(self) -> str:
        return _NATIVE_PROMPT

    def observe(self, observation: Observation) -> None:
        pictures = self.new_pictures(observation)
        if self.turns == 0:
            self.messages.append(self.opening(observation, pictures))
            return
        text = str(observation["text"])
        for number, identity in enumerate(self._open):
            said = text if number == 0 else "Not carried out: one call a turn."
            self.messages.append({"role": "tool", "tool_call_id": identity, "content": said})
        if pictures:
            # Results of tools can hold text only, so the picture follows in a turn of its own.
            name = f"img_{self._pictures}"
            self.messages.append(user_message(name, pictures, self.policy._image_format))
        elif not self._open:
            self.messages.append(user_message(text))

    def read(self, reply: Reply) -> Any:
        message: Message = {"role": "assistant", "content": reply.text}
        if reply.calls:
            message["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for call in reply.calls
            ]
        self.messages.append(message)
        self._open = [call.id for call in reply.calls]
        try:
            # The limits of a structured action: nothing that cannot be stored gets through.
            return Attempt(plain_call(_read_native(reply)))
        except ToolError as error:
            text = reply.calls[0].arguments if reply.calls else reply.text
            return Attempt(None, error, text=text[:MAX_TEXT_CHARS], well_formed=False)


def _read_native(reply: Reply) -> ToolCall:
    """The first call of a reply, or else its text as the answer."""
    if reply.calls:
        call = read_arguments(reply.calls[0].name, reply.calls[0].arguments or "{}")
        return replace(call, thought=(reply.thought or reply.text).strip())
    answer = extract_final_answer(reply.text, skip_thought=True).strip()
    if not answer:
        raise ToolError(ErrorKind.PARSE, "There is neither a tool call nor an answer; call a tool.")
    return ToolCall(ANSWER, {"text": answer}, reply.thought.strip())
