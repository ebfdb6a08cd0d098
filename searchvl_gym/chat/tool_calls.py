"""Reading a tool call out of a model's text, as the released parser does.

`docs/wire_formats.md` lists the rules and how they were found.
"""

from __future__ import annotations

from searchvl_gym.chat.aliases import LEGACY_TAGS, normalise_call
from searchvl_gym.chat.blocks import Block, after_thought, first_block
from searchvl_gym.chat.json_text import decode_json
from searchvl_gym.chat.repair import repair_call, without_thoughts
from searchvl_gym.types import ErrorKind, ToolCall, ToolError


def extract_tool_call(
    text: str, *, skip_thought: bool = False, lenient: bool = False
) -> ToolCall | None:
    r"""The tool call in a model's text, with older names of tools and arguments replaced.

    The first `<tool_call>` block counts; when it holds no call, the first older tag does. Both
    `arguments` and `parameters` are read. Runs in time linear in the text and never raises.

    Args:
        text: What the model wrote.
        skip_thought: Whether to ignore what stands before the last `</think>`. The release
            does not, so a call that the model merely thinks about is carried out there.
        lenient: Whether to read calls as models write them: what is not sound is mended where
            it can only mean one thing, and a call inside a thought is none (see `repair`).

    Returns:
        The call, its `thought` empty, or None when there is none or its JSON is broken.

    >>> extract_tool_call('<tool_call>{"name": "ocr", "arguments": {"image": "img_1"}}</tool_call>')
    ToolCall(name='layout_parsing', arguments={'image': 'img_1'}, thought='')
    >>> extract_tool_call('<local_search>{"query": "old mill"}</local_search>').arguments
    {'q': 'old mill'}
    >>> extract_tool_call("<tool_call>{broken</tool_call>") is None
    True
    >>> extract_tool_call("<tool_call>{'name': 'crop',}", lenient=True)
    ToolCall(name='crop', arguments={}, thought='')
    """
    if lenient:
        spoken = without_thoughts(text)
        call = extract_tool_call(spoken)
        # A call without arguments may have them where the release does not look.
        return call if call is not None and call.arguments else repair_call(spoken) or call
    if skip_thought:
        text = after_thought(text)
    block = first_block(text, "tool_call")
    if block is not None:
        try:
            return read_call(block.content)
        except ToolError:
            pass
    return extract_legacy_call(text)


def extract_legacy_call(text: str) -> ToolCall | None:
    """The call in the first closed older tag of a text, or None.

    >>> extract_legacy_call('<lens_scan>{"url": "img_1"}</lens_scan>').name
    'image_search'
    """
    found: list[tuple[Block, str]] = []
    for tag in LEGACY_TAGS:
        block = first_block(text, tag)
        if block is not None:
            found.append((block, tag))
    for block, tag in sorted(found, key=lambda item: item[0].start):
        try:
            arguments = decode_json(block.content)
        except ValueError:
            continue
        if isinstance(arguments, dict):
            return normalise_call(ToolCall(tag, arguments))
    return None


def read_call(content: str) -> ToolCall:
    """The call that the content of a `<tool_call>` block names.

    Args:
        content: JSON with `name` and `arguments` (or `parameters`).

    Raises:
        ToolError: `parse`, with what is wrong, when it is no such JSON.
    """
    try:
        payload = decode_json(content)
    except ValueError as error:
        raise _error(f"The tool call is not valid JSON ({error}).") from None
    if not isinstance(payload, dict):
        raise _error("The tool call must be a JSON object.")
    name = payload.get("name")
    if not isinstance(name, str) or not name.strip():
        raise _error('The tool call has no "name".')
    arguments = payload.get("arguments", payload.get("parameters"))
    try:
        return read_arguments(name.strip(), "{}" if arguments is None else arguments)
    except ToolError as error:
        raise _error(error.message) from None


def read_arguments(name: str, arguments: object) -> ToolCall:
    """The call of a tool whose arguments are an object, or the JSON text of one.

    Raises:
        ToolError: `parse`, when they are neither.
    """
    if isinstance(arguments, str):
        try:
            arguments = decode_json(arguments)
        except ValueError as error:
            reason = f"The arguments of {name[:60]!r} are not valid JSON ({error})."
            raise ToolError(ErrorKind.PARSE, reason) from None
    if not isinstance(arguments, dict):
        message = f"The arguments of {name[:60]!r} must be a JSON object."
        raise ToolError(ErrorKind.PARSE, message)
    return normalise_call(ToolCall(name, arguments))


def _error(what: str) -> ToolError:
    return ToolError(
        ErrorKind.PARSE,
        f'{what} Write <tool_call>{{"name": "…", "arguments": {{…}}}}</tool_call>.',
    )
