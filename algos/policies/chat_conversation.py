"""One episode as a conversation with a model: what it is told, and how its replies are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from searchvl_gym.chat import FORMATS, extract_final_answer
from searchvl_gym.chat.calling import ONE_CALL
from searchvl_gym.chat.repair import repair_arguments
from searchvl_gym.chat.tool_calls import read_arguments
from searchvl_gym.context import Context, Shown, Turn, WholeContext, show
from searchvl_gym.endpoint import EndpointError, Message, Reply, RequestTooLong, user_message
from searchvl_gym.endpoint.messages import ImageFormat
from searchvl_gym.episode import Attempt
from searchvl_gym.episode.actions import plain_call
from searchvl_gym.rollout.policy import Observation
from searchvl_gym.rollout.usage import Usage
from searchvl_gym.types import ANSWER, ErrorKind, ToolCall, ToolError
from searchvl_gym.wrappers import MAX_TEXT_CHARS, opening_text, read_text

READERS = ("layout_parsing", "image_search")
"""Tools that tell in words what a picture holds."""


@dataclass(frozen=True)
class Manner:
    """How an episode is talked about.

    Attributes:
        wire_format: `opensearch_vl`, `compact` or `native`.
        system_prompt: What the model is told first.
        schemas: The tools that it has.
        tools: What is sent as the request's `tools`, or None.
        image_format: Of the pictures that it is sent.
        vision: Whether it is sent any.
        lenient: Whether its calls are mended.
        text_environment: Whether its own words are what it plays.
        context: What it is shown of a long episode.
    """

    wire_format: str
    system_prompt: str
    schemas: tuple[Mapping[str, Any], ...]
    tools: tuple[Mapping[str, Any], ...] | None
    image_format: ImageFormat
    vision: bool
    lenient: bool
    text_environment: bool
    context: Context = field(default_factory=WholeContext)


class Conversation:
    """What was said in one episode."""

    def __init__(self, manner: Manner, episode: int) -> None:
        self.manner = manner
        self.episode = episode
        self.turns = 0
        self.used = Usage()
        self.prompt_tokens = 0
        self.messages: list[Message] = []
        self._pictures = 0
        self._outgrown = False
        self._turns: list[Turn] = []
        self._places: list[tuple[int, int]] = []
        self._gallery: list[Any] = []

    def turn(self, observation: Observation, ask: Callable[[Conversation], Reply]) -> Any:
        """Say what was observed, and get the next action.

        A conversation that has become longer than the model reads is over: each further turn is a
        step error, as for a policy that counts its tokens itself.
        """
        if self._outgrown:
            return self.cut_off()
        if not self.messages:
            self.messages.append({"role": "system", "content": self.manner.system_prompt})
        before = len(self.messages), self._pictures
        self.observe(observation)
        try:
            reply = ask(self)
        except EndpointError as error:
            # So that the same turn can be tried again.
            del self.messages[before[0] :], self._gallery[before[1] :]
            del self._turns[-1:], self._places[-1:]
            self._pictures = before[1]
            if not isinstance(error, RequestTooLong) or not self.turns:
                raise
            self._outgrown = True
            return self.cut_off()
        self.turns += 1
        self.prompt_tokens = reply.prompt_tokens
        self.used += Usage(1, reply.prompt_tokens, reply.completion_tokens)
        action = self.read(reply)
        attempt = action
        if isinstance(action, str):
            attempt = read_text(action, FORMATS[self.manner.wire_format], lenient=True)
        self._turns[-1] = replace(
            self._turns[-1], said=f"{reply.thought}\n{reply.text}", call=attempt.call
        )
        return action

    def request(self) -> list[Message]:
        """What the model is sent: all that was said, as its context shows it."""
        if self.manner.context.name == "whole":
            return self.messages
        shown = show(self.manner.context, self._turns)
        made = self.messages[: self._places[0][0]]
        ends = [start for start, _ in self._places[1:]] + [len(self.messages)]
        for number, ((start, end), following) in enumerate(zip(self._places, ends, strict=True)):
            made += self.shown(number, shown[number], self.messages[start:end])
            made += self.messages[end:following]
        return made

    def noted(self, text: str, pictures: list[Any], start: int) -> None:
        """Remember which messages an observation became."""
        sizes = tuple((picture.shape[1], picture.shape[0]) for picture in pictures)
        self._turns.append(Turn(text, sizes, len(self._gallery) + 1))
        self._gallery += pictures
        self._places.append((start, len(self.messages)))

    def shown(self, number: int, shown: Shown, messages: list[Message]) -> list[Message]:
        """The messages of an observation as a context shows it."""
        return [self.said(shown.text, [self._gallery[each - 1] for each in shown.pictures])]

    def recall(self, observation: Observation, action: Any) -> None:
        """Take up a turn that somebody else decided, as if it had been the model's."""
        if not self.messages:
            self.messages.append({"role": "system", "content": self.manner.system_prompt})
        self.observe(observation)
        self.turns += 1
        self.write(action)

    def write(self, action: Any) -> None:
        """Add an action to the conversation as the model would have written it."""
        raise NotImplementedError

    def cut_off(self) -> Any:
        """The turn of a conversation that the model can no longer read."""
        if self.manner.text_environment:
            return ""
        error = ToolError(ErrorKind.PARSE, "The conversation is longer than the model reads.")
        return Attempt(None, error, text="", well_formed=False)

    def new_pictures(self, observation: Observation) -> list[Any]:
        """The pictures that the model has not seen yet."""
        pictures = list(observation["images"])
        new = pictures[self._pictures :]
        self._pictures = len(pictures)
        return new

    def open(self, observation: Observation, pictures: list[Any]) -> None:
        """Say the question with its pictures."""
        text = self.opening(observation, pictures)
        self.messages.append(self.said(text, pictures))
        self.noted(text, pictures, len(self.messages) - 1)

    def opening(self, observation: Observation, pictures: list[Any]) -> str:
        """The question with its pictures' names, and what helps one who sees none."""
        text = opening_text(observation, "Question: ")
        if pictures:
            names = [f"img_{number}" for number in range(1, len(pictures) + 1)]
            if not self.manner.vision:
                sizes = (f"{picture.shape[1]}x{picture.shape[0]}" for picture in pictures)
                named = zip(names, sizes, strict=True)
                names = [f"{name} ({size} pixels)" for name, size in named]
            text = f"Pictures: {', '.join(names)}\n{self._blind_note()}{text}"
        return text

    def said(self, text: str, pictures: list[Any]) -> Message:
        """A turn of the user; a model without eyes is sent no pictures."""
        shown = pictures if self.manner.vision else []
        return user_message(text, shown, self.manner.image_format)

    def _blind_note(self) -> str:
        if self.manner.vision:
            return ""
        known = {schema["function"]["name"] for schema in self.manner.schemas}
        readers = [name for name in READERS if name in known]
        told = f" These tools tell what is in one: {', '.join(readers)}." if readers else ""
        return f"You are not shown the pictures.{told}\n"

    def observe(self, observation: Observation) -> None:
        """Say what the environment shows."""
        raise NotImplementedError

    def read(self, reply: Reply) -> Any:
        """The action in a reply, which becomes part of the conversation."""
        raise NotImplementedError


class TextConversation(Conversation):
    """Tool calls stand in the model's text."""

    def observe(self, observation: Observation) -> None:
        """See `Conversation.observe`."""
        pictures = self.new_pictures(observation)
        if self.turns == 0:
            self.open(observation, pictures)
            return
        text = str(observation["text"])
        if not self.manner.text_environment:
            image = f"img_{self._pictures}" if pictures else None
            text = FORMATS[self.manner.wire_format].render_result(text, image)
        self.messages.append(self.said(text, pictures))
        self.noted(text, pictures, len(self.messages) - 1)

    def read(self, reply: Reply) -> Any:
        """See `Conversation.read`."""
        text = reply.text
        if reply.thought and "</think>" not in text:
            # The server has parted the reasoning from the text; the format wants both.
            text = f"<think>{reply.thought.strip()}</think>\n{text.lstrip()}"
        if reply.calls and "<tool_call>" not in text:
            # So has it with calls, where it was sent the tools: a server that reads the format.
            call = reply.calls[0]
            payload = f'{{"name": {json.dumps(call.name)}, "arguments": {call.arguments or "{}"}}}'
            text = f"{text.rstrip()}\n<tool_call>{payload}</tool_call>".lstrip()
        self.messages.append({"role": "assistant", "content": text})
        if self.manner.text_environment:
            return text
        return read_text(text, FORMATS[self.manner.wire_format], lenient=self.manner.lenient)

    def write(self, action: Any) -> None:
        """See `Conversation.write`."""
        text = action if isinstance(action, str) else getattr(action, "text", None)
        call = getattr(action, "call", action)
        if text is None:
            text = "" if call is None else FORMATS[self.manner.wire_format].render_call(call)
        self.messages.append({"role": "assistant", "content": text})


class NativeConversation(Conversation):
    """Tool calls come through the interface."""

    def __init__(self, manner: Manner, episode: int) -> None:
        super().__init__(manner, episode)
        self._open: list[str] = []

    def observe(self, observation: Observation) -> None:
        """See `Conversation.observe`."""
        pictures = self.new_pictures(observation)
        if self.turns == 0:
            self.open(observation, pictures)
            return
        text = str(observation["text"])
        start = len(self.messages)
        for number, identity in enumerate(self._open):
            said = text if number == 0 else ONE_CALL
            self.messages.append({"role": "tool", "tool_call_id": identity, "content": said})
        if pictures:
            # Results of tools can hold text only, so the picture follows in a turn of its own.
            name = f"img_{self._pictures}"
            self.messages.append(self.said(name, pictures))
        elif not self._open:
            self.messages.append(user_message(text))
        self.noted(text, pictures, start)

    def shown(self, number: int, shown: Shown, messages: list[Message]) -> list[Message]:
        """See `Conversation.shown`: results of tools stay what they answer to."""
        results = [dict(message) for message in messages if message["role"] == "tool"]
        if number == 0 or not results:
            return super().shown(number, shown, messages)
        results[0]["content"] = shown.text
        if shown.pictures:
            names = ", ".join(f"img_{each}" for each in shown.pictures)
            results.append(self.said(names, [self._gallery[each - 1] for each in shown.pictures]))
        return results

    def read(self, reply: Reply) -> Any:
        """See `Conversation.read`."""
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
            call, mended = _read_native(reply, lenient=self.manner.lenient)
            return Attempt(plain_call(call), well_formed=not mended)
        except ToolError as error:
            text = reply.calls[0].arguments if reply.calls else reply.text
            return Attempt(None, error, text=text[:MAX_TEXT_CHARS], well_formed=False)

    def write(self, action: Any) -> None:
        """See `Conversation.write`."""
        call = getattr(action, "call", action)
        message: Message = {"role": "assistant", "content": getattr(call, "thought", "")}
        self._open = []
        if isinstance(call, ToolCall):
            identity = f"recalled_{self.turns}"
            function = {"name": call.name, "arguments": json.dumps(dict(call.arguments))}
            message["tool_calls"] = [{"id": identity, "type": "function", "function": function}]
            self._open = [identity]
        self.messages.append(message)


def _read_native(reply: Reply, *, lenient: bool) -> tuple[ToolCall, bool]:
    """The first call of a reply, or else its text as the answer; and whether it was mended."""
    if reply.calls:
        name, arguments = reply.calls[0].name, reply.calls[0].arguments or "{}"
        mended = False
        try:
            call = read_arguments(name, arguments)
        except ToolError:
            repaired = repair_arguments(arguments) if lenient else None
            if repaired is None:
                raise
            call, mended = read_arguments(name, repaired), True
        return replace(call, thought=(reply.thought or reply.text).strip()), mended
    answer = extract_final_answer(reply.text, skip_thought=True).strip()
    if not answer:
        raise ToolError(ErrorKind.PARSE, "There is neither a tool call nor an answer; call a tool.")
    return ToolCall(ANSWER, {"text": answer}, reply.thought.strip()), False
