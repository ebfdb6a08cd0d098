"""`chat`: any model behind an OpenAI-compatible endpoint.

It talks in any wire format (`searchvl_gym.chat.FORMATS`), or by the interface's own tool calls
(`native`). All episodes of a batch are asked for at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from algos.policies.chat_conversation import (
    Conversation,
    Manner,
    NativeConversation,
    TextConversation,
)
from algos.policies.chat_prompt import NATIVE, own_prompt, read_prompt
from searchvl_gym.chat import FORMATS
from searchvl_gym.context import make_context
from searchvl_gym.context.tools import with_tools
from searchvl_gym.endpoint import Endpoint, EndpointSettings, Reply
from searchvl_gym.endpoint.messages import ImageFormat
from searchvl_gym.rollout.policy import Observation
from searchvl_gym.rollout.usage import Usage
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.tools.crop import Coordinates
from searchvl_gym.types import Task


class ChatPolicy:
    """Plays with a model behind an OpenAI-compatible endpoint.

    An endpoint that fails after all its retries raises `EndpointError`, so a rollout stops with
    one line (and resumes later) instead of scoring an outage as 0.

    Args:
        base_url: Address up to `/v1`; None takes `SEARCHVL_CHAT_BASE_URL` or `SEARCHVL_BASE_URL`.
        api_key: None takes `SEARCHVL_CHAT_API_KEY` or `SEARCHVL_API_KEY`; "" for servers
            without keys.
        model: None takes `SEARCHVL_CHAT_MODEL` or `SEARCHVL_MODEL`.
        wire_format: One of `searchvl_gym.chat.FORMATS`, or `native`.
        tools: The tools that the model is told of: a `ToolSuite`, or the name of a set as for the
            environment (`release`, `perception`). None for the ten of the release.
        crop_coordinates: As for the environment.
        text_environment: Send the model's own text, for environments that take text
            (`SearchVL/AtlasText-v0`), rather than what was read from it.
        lenient: Whether calls that are not sound are mended where they can only mean one thing.
        vision: Whether the model is sent pictures. False for one that sees none: it is told their
            sizes and the tools that read them.
        context: What the model is shown of a long episode: one of `searchvl_gym.context.MODES`, or
            several joined by `+`; its tools are added to a set by name.
        system_prompt: A file with the prompt that a checkpoint was trained with, sent unchanged
            instead of ours (`read_prompt` says in which forms).
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
        stream: Whether replies come in pieces; see `EndpointSettings`.

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
        wire_format: str = "opensearch_vl",
        tools: ToolSuite | str | None = None,
        crop_coordinates: Coordinates = "pixels",
        text_environment: bool = False,
        lenient: bool = True,
        vision: bool = True,
        context: str = "whole",
        system_prompt: str | None = None,
        concurrency: int = 8,
        temperature: float = 0.7,
        top_p: float | None = None,
        max_tokens: int = 4096,
        seed: int | None = 0,
        image_format: ImageFormat = "jpeg",
        timeout: float = 120.0,
        retries: int = 4,
        backoff: float = 1.0,
        stream: bool = False,
    ) -> None:
        if wire_format not in (*FORMATS, "native"):
            raise ValueError(
                f"wire_format must be one of {', '.join(FORMATS)} or native, got {wire_format!r}"
            )
        if wire_format == "native" and text_environment:
            raise ValueError("native tool calls are no text; leave text_environment out")
        if not isinstance(vision, bool) or not isinstance(lenient, bool):
            raise ValueError("vision and lenient must be true or false")
        released = None if system_prompt is None else read_prompt(system_prompt)
        if released is not None and wire_format != "opensearch_vl":
            raise ValueError("a released prompt goes with the wire format opensearch_vl")
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
            stream=stream,
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
        self._conversations: dict[int, Conversation] = {}
        if wire_format != NATIVE:
            self.wire_format = wire_format
        chosen = make_context(context)
        schemas = tuple(make_suite(with_tools(chosen, tools), crop_coordinates).schemas())
        prompt = own_prompt(wire_format, schemas) if released is None else released
        self._manner = Manner(
            wire_format=wire_format,
            system_prompt=prompt.text,
            schemas=schemas,
            tools=prompt.tools,
            image_format=image_format,
            vision=vision,
            lenient=lenient,
            text_environment=text_environment,
            context=chosen,
        )

    def usage(self, slot: int) -> Usage:
        """Requests and tokens of the running or last episode in a slot."""
        return self._conversations[slot].used

    def prompt_tokens(self, slot: int) -> int:
        """Tokens of the last request in a slot, as the server counts them; 0 where it does not."""
        return self._conversations[slot].prompt_tokens

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        """See `Policy.reset`."""
        kind = NativeConversation if self._manner.wire_format == NATIVE else TextConversation
        self._conversations[slot] = kind(self._manner, int(rng.integers(2**31)))

    def recall(self, slot: int, observation: Observation, action: Any) -> None:
        """Take up a turn that somebody else decided, as if the model had written it.

        Args:
            slot: Where the episode is played.
            observation: What there was to see before it.
            action: What was done: a `ToolCall`, an `Attempt`, or a model's text.
        """
        self._conversations[slot].recall(observation, action)

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
        return self._conversations[slot].turn(observation, self._ask)

    def _ask(self, conversation: Conversation) -> Reply:
        seed = None
        if self._seed is not None:
            turn = [self._seed, conversation.episode, conversation.turns]
            seed = int(np.random.SeedSequence(turn).generate_state(1)[0]) >> 1
        return self._endpoint.chat(
            conversation.request(), seed=seed, tools=self._manner.tools, **self._sampling
        )


def _check_whole(name: str, value: Any, *, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
