"""Turns that are read by vLLM's parsers and by ours: written by our formats, and as models err."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from searchvl_gym.chat import FORMATS
from searchvl_gym.chat.native import ANSWER_TOOL
from searchvl_gym.tools.catalog import TOOL_SETS, make_suite
from searchvl_gym.types import ToolCall

PARSERS = {
    "opensearch_vl": ("hermes", "qwen3"),
    "hermes": ("hermes", "qwen3"),
    "qwen_xml": ("qwen3_coder", "qwen3"),
    "glm": ("glm45", "glm45"),
    "pythonic": ("pythonic", None),
    "openai_json": ("llama3_json", None),
}
"""By our wire format: vLLM's tool parser and reasoning parser, as its options name them."""

ALIASES = {"qwen3_xml": "qwen3_coder", "glm47": "glm45", "qwen3_json": "hermes"}
"""Names of tool parsers that vLLM has for the same class."""

_MEMO: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "memo",
        "description": "A tool that is none of ours.",
        "parameters": {
            "type": "object",
            "properties": {
                "text": {"type": "string"},
                "count": {"type": "integer"},
                "share": {"type": "number"},
                "done": {"type": "boolean"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "more": {"type": "object"},
                "hint": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            },
        },
    },
}


def tool_schemas() -> list[dict[str, Any]]:
    """Every tool of every set, `answer`, and one that is not ours."""
    found = {
        schema["function"]["name"]: schema
        for name in TOOL_SETS
        for schema in make_suite(name).schemas()
    }
    return [*map(dict, found.values()), dict(ANSWER_TOOL), _MEMO]


CALLS = {
    "one text": ToolCall("text_search", {"q": "old mill"}),
    "a thought": ToolCall("text_search", {"q": "old mill"}, "It is a mill.\n\nWhich one?"),
    "no arguments": ToolCall("memo", {}),
    "whole numbers": ToolCall(
        "crop", {"image": "img_1", "x": 0, "y": -5, "width": 300, "height": 2**40}
    ),
    "a fraction": ToolCall("sharpen", {"image": "img_1", "amount": 1.25}),
    "a small fraction": ToolCall("memo", {"share": -1e-07}),
    "yes and no": ToolCall(
        "layout_parsing",
        {"image": "img_2", "use_chart_recognition": True, "use_doc_orientation_classify": False},
    ),
    "nothing": ToolCall("perspective_correct", {"image": "img_1", "corners": None}),
    "lists in lists": ToolCall(
        "perspective_correct",
        {"image": "img_1", "corners": [[0, 0], [99.5, 0], [100, 80], [0, 80]]},
    ),
    "objects in objects": ToolCall(
        "memo", {"more": {"a": [1, {"b": None, "ü": "ß"}], "c": {"d": [True, 2.5, "x"]}}}
    ),
    "a list of texts": ToolCall("memo", {"tags": ["", "1982", "a, b", "[c]", 'say "so"', "<b>"]}),
    "empty list and object": ToolCall("memo", {"tags": [], "more": {}}),
    "a text that is a number": ToolCall("text_search", {"q": "1982", "top_k": 3}),
    "a text that is a word of JSON": ToolCall("text_search", {"q": "null"}),
    "a text that is an object": ToolCall("text_search", {"q": '{"a": [1]}'}),
    "a text in quotes": ToolCall("text_search", {"q": "\"old mill\" '1982'"}),
    "an empty text": ToolCall("visit", {"url": "atlas://old-mill", "goal": ""}),
    "blanks around a text": ToolCall("text_search", {"q": "  old mill "}),
    "other scripts": ToolCall("text_search", {"q": "Söderqvist 橋 мост 🌉 e\u0301\u2028\u00a0x"}),
    "backslashes": ToolCall("text_search", {"q": r"C:\new\table \u0041 \\ \d+"}),
    "line breaks": ToolCall(
        "python_interpreter", {"code": "def f(a):\n    return a < 2\n\nprint(f'{f(1)}')"}
    ),
    "line breaks around a text": ToolCall("python_interpreter", {"code": "\n\nprint(1)\n\n"}),
    "tabs and returns": ToolCall("python_interpreter", {"code": "a\tb\r\nc"}),
    "brackets in a text": ToolCall("text_search", {"q": "a] b) c} (d [e {f x=1, y='2'"}),
    "angles in a text": ToolCall("text_search", {"q": "a<b>c</b> & <function> d"}),
    "tags of calls in a text": ToolCall(
        "visit",
        {
            "url": "atlas://old-mill",
            "goal": "<parameter=a> b </parameter><arg_key>c</arg_key><function=d></function>"
            "</tool_call><tool_call></think>",
        },
    ),
    "tags of calls in a thought": ToolCall("memo", {}, "<tool_call>a</tool_call></think> [b()]"),
    "a long text": ToolCall("visit", {"url": "atlas://old-mill", "goal": "where and when? " * 200}),
    "an answer": ToolCall("answer", {"text": "212 m"}),
    "another tool's text": ToolCall("memo", {"text": "old mill", "count": 3}),
    "another tool's number": ToolCall("memo", {"text": "1982"}),
    "another tool's blanks": ToolCall("memo", {"text": " old "}),
    "another tool's lines": ToolCall("memo", {"text": "old\nmill"}),
    "a text or nothing": ToolCall("memo", {"hint": "old mill"}),
}
"""By kind: what every format writes."""

_SEARCH = '{"name": "text_search", "arguments": {"q": "old mill"}}'
_CROP = '{"name": "crop", "arguments": {"image": "img_1", "x": 1}}'
_JSON_BLOCKS = {
    "no line breaks": f"<tool_call>{_SEARCH}</tool_call>",
    "prose around": f"I look.\n<tool_call>\n{_SEARCH}\n</tool_call>\nSo.",
    "two calls": f"<tool_call>\n{_SEARCH}\n</tool_call>\n<tool_call>\n{_CROP}\n</tool_call>",
    "thought closed only": f"It is.</think>\n<tool_call>\n{_SEARCH}\n</tool_call>",
    "call in the thought": f"<think>Or <tool_call>{_CROP}</tool_call>?</think>"
    f"<tool_call>{_SEARCH}</tool_call>",
    "call only in the thought": f"<think>Or <tool_call>{_SEARCH}</tool_call>?</think>No.",
    "thought not closed": f"<think>So <tool_call>{_SEARCH}</tool_call>",
    "no call": "<think>So.</think>It was 1982.",
    "parameters": '<tool_call>{"name": "text_search", "parameters": {"q": "a"}}</tool_call>',
    "arguments as text": r'<tool_call>{"name": "text_search", "arguments": "{\"q\": \"a\"}"}'
    "</tool_call>",
    "no name": '<tool_call>{"arguments": {"q": "a"}}</tool_call>',
    "name only": '<tool_call>{"name": "memo"}</tool_call>',
    "other members": '<tool_call>{"id": 1, "name": "text_search", "arguments": {"q": "a"}}'
    "</tool_call>",
    "a list of calls": f"<tool_call>[{_SEARCH}]</tool_call>",
    "closing tag in a text": '<tool_call>{"name": "text_search", "arguments": {"q": "</tool_call>"}'
    "}</tool_call>",
    "line break in a text": '<tool_call>{"name": "text_search", "arguments": {"q": "a\nb"}}'
    "</tool_call>",
    "single quotes": "<tool_call>{'name': 'text_search', 'arguments': {'q': 'a'}}</tool_call>",
    "comma at the end": '<tool_call>{"name": "text_search", "arguments": {"q": "a"},}</tool_call>',
    "bracket missing": '<tool_call>{"name": "text_search", "arguments": {"q": "a"}</tool_call>',
    "bracket too many": '<tool_call>{"name": "text_search", "arguments": {"q": "a"}}}</tool_call>',
    "fence": f"<tool_call>\n```json\n{_SEARCH}\n```\n</tool_call>",
    "not JSON": "<tool_call>text_search: old mill</tool_call>",
    "empty": "<tool_call></tool_call>",
    "not closed": f"<tool_call>\n{_SEARCH}",
    "cut off in the tag": f"<tool_call>\n{_SEARCH}\n</tool_",
    "cut off in a text": '<tool_call>\n{"name": "text_search", "arguments": {"q": "old mi',
    "cut off in the name": '<tool_call>\n{"name": "text_se',
    "cut off at once": "<tool_call>\n",
    "half characters": r'<tool_call>{"name": "text_search", "arguments": {"q": "\ud83c '
    r'\ud83c\udf09"}}</tool_call>',
    "a name twice": '<tool_call>{"name": "crop", "arguments": {"x": 1, "x": 2}}</tool_call>',
}


def _qwen(body: str, name: str = "text_search") -> str:
    return f"<tool_call>\n<function={name}>\n{body}</function>\n</tool_call>"


_Q = "<parameter=q>\nold mill\n</parameter>\n"
_QWEN_XML = {
    "prose around": f"I look.\n\n{_qwen(_Q)}\nSo.",
    "two calls": f"{_qwen(_Q)}\n{_qwen('', 'memo')}",
    "thought closed only": f"It is.</think>\n\n{_qwen(_Q)}",
    "call in the thought": f"<think>Or {_qwen('', 'memo')}?</think>{_qwen(_Q)}",
    "call only in the thought": f"<think>Or {_qwen(_Q)}?</think>No.",
    "thought not closed": f"<think>So {_qwen(_Q)}",
    "no call": "<think>So.</think>It was 1982.",
    "no line breaks": "<tool_call><function=text_search><parameter=q>old mill</parameter>"
    "<parameter=top_k>3</parameter></function></tool_call>",
    "blank lines around a text": _qwen("<parameter=q>\n\n old mill \n\n</parameter>\n"),
    "Python's words": _qwen(
        "<parameter=image>\nimg_1\n</parameter>\n<parameter=use_chart_recognition>\nTrue\n"
        "</parameter>\n",
        "layout_parsing",
    ),
    "Python's None": _qwen("<parameter=corners>\nNone\n</parameter>\n", "perspective_correct"),
    "Python's quotes": _qwen("<parameter=more>\n{'a': 1}\n</parameter>\n", "memo"),
    "a fraction for a whole number": _qwen("<parameter=top_k>\n3.0\n</parameter>\n"),
    "a word for a number": _qwen("<parameter=top_k>\nthree\n</parameter>\n"),
    "a number in quotes": _qwen('<parameter=top_k>\n"3"\n</parameter>\n'),
    "blanks around a number": _qwen("<parameter=top_k>\n  3 \n</parameter>\n"),
    "one for yes": _qwen("<parameter=done>\n1\n</parameter>\n", "memo"),
    "a list that is broken": _qwen('<parameter=tags>\n["a", \n</parameter>\n', "memo"),
    "an argument that is unknown": _qwen("<parameter=size>\n3\n</parameter>\n"),
    "a tool that is unknown": _qwen("<parameter=size>\n3\n</parameter>\n", "fly"),
    "an argument twice": _qwen(f"{_Q}<parameter=q>\nbridge\n</parameter>\n"),
    "tags in a text": _qwen("<parameter=q>\na <b>c</b> d\n</parameter>\n"),
    "quotes around the names": _qwen('<parameter="q">\nold mill\n</parameter>\n', '"text_search"'),
    "parameter not closed": _qwen("<parameter=q>\nold mill\n"),
    "first of two not closed": _qwen(
        "<parameter=q>\nold mill\n<parameter=top_k>\n3\n</parameter>\n"
    ),
    "function not closed": f"<tool_call>\n<function=text_search>\n{_Q}</tool_call>",
    "not closed": f"<tool_call>\n<function=text_search>\n{_Q}</function>\n",
    "neither closed": f"<tool_call>\n<function=text_search>\n{_Q}",
    "cut off in a text": "<tool_call>\n<function=text_search>\n<parameter=q>\nold mi",
    "cut off in the name": "<tool_call>\n<function=text_se",
    "cut off at once": "<tool_call>\n",
    "no outer tag": f"<function=text_search>\n{_Q}</function>",
    "no function": f"<tool_call>\n{_Q}</tool_call>",
    "JSON instead": f"<tool_call>\n{_SEARCH}\n</tool_call>",
    "prose within": _qwen(f"well\n{_Q}"),
    "empty": "<tool_call></tool_call>",
}


def _glm(body: str, name: str = "text_search\n") -> str:
    return f"<tool_call>{name}{body}</tool_call>"


def _pair(key: str, value: str) -> str:
    return f"<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n"


_GLM = {
    "prose around": f"I look.\n{_glm(_pair('q', 'old mill'))}\nSo.",
    "two calls": f"{_glm(_pair('q', 'old mill'))}\n{_glm('', 'memo')}",
    "thought closed only": f"It is.</think>\n{_glm(_pair('q', 'old mill'))}",
    "call in the thought": f"<think>Or {_glm('', 'memo')}?</think>{_glm(_pair('q', 'old mill'))}",
    "call only in the thought": f"<think>Or {_glm(_pair('q', 'old mill'))}?</think>No.",
    "thought not closed": f"<think>So {_glm(_pair('q', 'old mill'))}",
    "no call": "<think>So.</think>It was 1982.",
    "no line breaks": "<tool_call>text_search<arg_key>q</arg_key><arg_value>old mill</arg_value>"
    "<arg_key>top_k</arg_key><arg_value>3</arg_value></tool_call>",
    "blank lines around a text": _glm(_pair("q", "\n old mill \n")),
    "blanks around a key": _glm(_pair(" q ", "old mill")),
    "Python's words": _glm(_pair("use_chart_recognition", "True"), "layout_parsing\n"),
    "Python's None": _glm(_pair("corners", "None"), "perspective_correct\n"),
    "Python's quotes": _glm(_pair("more", "{'a': 1}"), "memo\n"),
    "a fraction for a whole number": _glm(_pair("top_k", "3.0")),
    "a word for a number": _glm(_pair("top_k", "three")),
    "a number in quotes": _glm(_pair("top_k", '"3"')),
    "blanks around a number": _glm(_pair("top_k", " 3 ")),
    "one for yes": _glm(_pair("done", "1"), "memo\n"),
    "a list that is broken": _glm(_pair("tags", '["a", '), "memo\n"),
    "an argument that is unknown": _glm(_pair("size", "3")),
    "a tool that is unknown": _glm(_pair("size", "3"), "fly\n"),
    "an argument twice": _glm(_pair("q", "old mill") + _pair("q", "bridge")),
    "tags in a text": _glm(_pair("q", "a <b>c</b> d")),
    "a value missing": _glm("<arg_key>q</arg_key>\n"),
    "a value not closed": _glm("<arg_key>q</arg_key>\n<arg_value>old mill\n"),
    "a key not closed": _glm("<arg_key>q\n<arg_value>old mill</arg_value>\n"),
    "not closed": f"<tool_call>text_search\n{_pair('q', 'old mill')}",
    "cut off in a text": "<tool_call>text_search\n<arg_key>q</arg_key>\n<arg_value>old mi",
    "cut off in the name": "<tool_call>text_se",
    "cut off at once": "<tool_call>\n",
    "JSON instead": f"<tool_call>\n{_SEARCH}\n</tool_call>",
    "prose within": _glm(f"{_pair('q', 'old mill')}well\n"),
    "a name on a line of its own": _glm(_pair("q", "old mill"), "\ntext_search\n"),
    "empty": "<tool_call></tool_call>",
}
_PYTHONIC = {
    "double quotes": '[text_search(q="old mill", top_k=3)]',
    "prose before": 'I look.\n[text_search(q="old mill")]',
    "prose after": '[text_search(q="old mill")]\nSo.',
    "two calls": '[text_search(q="old mill"), memo()]',
    "call in the thought": '<think>Or [memo()]?</think>[text_search(q="old mill")]',
    "no call": "It was 1982.",
    "fence": '```tool_code\n[text_search(q="old mill")]\n```',
    "fence of Python": '```python\n[text_search(q="old mill")]\n```',
    "no list": 'text_search(q="old mill")',
    "blanks": '[ text_search( q = "old mill" , top_k = 3 ) ]',
    "several lines": '[\n    text_search(\n        q="old mill",\n        top_k=3,\n    )\n]',
    "JSON's words": "[memo(done=true, hint=null, more={'a': false})]",
    "a sign": "[memo(count=+3, share=-1.5)]",
    "a tuple": "[perspective_correct(image='img_1', corners=((0, 0), [9, 0], (9, 9), [0, 9]))]",
    "a set": "[memo(tags={'a', 'b'})]",
    "a text with f": "[text_search(q=f'old mill')]",
    "a text with f and a value": "[text_search(q=f'old {mill}')]",
    "texts side by side": "[text_search(q='old ' 'mill')]",
    "a sum": "[text_search(q='old ' + 'mill')]",
    "a sum of numbers": "[memo(count=1 + 2)]",
    "bytes": "[text_search(q=b'old mill')]",
    "three quotes": '[python_interpreter(code="""a = 1\nprint(a)""")]',
    "line break in a text": '[python_interpreter(code="a = 1\nprint(a)")]',
    "a key that is no text": "[memo(more={1: 'a'})]",
    "an argument without a name": "[text_search('old mill')]",
    "one with and one without": "[text_search('old mill', top_k=3)]",
    "an argument twice": "[text_search(q='a', q='b')]",
    "a reserved name": "[memo(class='a')]",
    "a name with a dot": "[tools.text_search(q='old mill')]",
    "a name that begins with _": "[_memo()]",
    "a call within": "[text_search(q=str(1))]",
    "a variable": "[text_search(q=old_mill)]",
    "an empty list": "[]",
    "a list of texts": "['old mill']",
    "not closed": "[text_search(q='old mill')",
    "cut off in a text": "[text_search(q='old mi",
    "cut off in the name": "[text_se",
    "a bracket too many": "[text_search(q='old mill')]]",
}
_OPENAI_JSON = {
    "our own writing": FORMATS["openai_json"].write(CALLS["one text"]),
    "arguments": _SEARCH,
    "parameters": '{"name": "text_search", "parameters": {"q": "old mill"}}',
    "both": '{"name": "text_search", "arguments": {"q": "a"}, "parameters": {"q": "b"}}',
    "prose before": f"I look.\n{_SEARCH}",
    "prose after": f"{_SEARCH}\nSo.",
    "prose before on the line": f"I look: {_SEARCH}",
    "blanks before": f"  {_SEARCH}",
    "two calls": f"{_SEARCH}; {_CROP}",
    "two lines": f"{_SEARCH}\n{_CROP}",
    "python tag": f"<|python_tag|>{_SEARCH}",
    "no call": "It was 1982.",
    "a list of calls": f"[{_SEARCH}]",
    "arguments as text": r'{"name": "text_search", "arguments": "{\"q\": \"a\"}"}',
    "arguments as a list": '{"name": "memo", "arguments": [1]}',
    "name only": '{"name": "memo"}',
    "no name": '{"arguments": {"q": "a"}}',
    "objects in objects": '{"name": "memo", "arguments": {"more": {"a": [1, {"b": null}], '
    '"ü": 2}}}',
    "numbers": '{"name": "memo", "arguments": {"count": 3, "share": -1e-07, "done": true}}',
    "escapes": r'{"name": "text_search", "arguments": {"q": "\u6a4b \ud83c\udf09 \n \" \\"}}',
    "line break in a text": '{"name": "text_search", "arguments": {"q": "a\nb"}}',
    "fence": f"```json\n{_SEARCH}\n```",
    "single quotes": "{'name': 'text_search', 'arguments': {'q': 'a'}}",
    "bracket missing": '{"name": "text_search", "arguments": {"q": "a"}',
    "bracket too many": '{"name": "text_search", "arguments": {"q": "a"}}}',
    "cut off in a text": '{"name": "text_search", "arguments": {"q": "old mi',
    "another object first": f'{{"a": 1}}\n{_SEARCH}',
    "a brace in prose first": f"So {{look}}.\n{_SEARCH}",
}
TURNS = {
    "hermes": _JSON_BLOCKS,
    "qwen_xml": _QWEN_XML,
    "glm": _GLM,
    "pythonic": _PYTHONIC,
    "openai_json": _OPENAI_JSON,
}
"""By format and kind: turns as models write them, whole, broken and cut off."""


@dataclass(frozen=True)
class Case:
    """A turn.

    Attributes:
        form: Name of our wire format.
        kind: What is special in it.
        text: What a model wrote.
        call: What was written, where our format wrote it.
    """

    form: str
    kind: str
    text: str
    call: ToolCall | None = None

    @property
    def id(self) -> str:
        """Name of the case."""
        return f"{self.form}: {self.kind}{', as written' if self.call else ''}"


def _write(form: str, call: ToolCall) -> str:
    if form != "openai_json":
        return FORMATS[form].render_call(call)
    # What our format writes is the interface's, which no model's parser reads: the object alone.
    return json.dumps({"name": call.name, "parameters": dict(call.arguments)})


def cases() -> list[Case]:
    """All turns."""
    written = [
        Case(name, kind, _write(name, call), call)
        for name in PARSERS
        for kind, call in CALLS.items()
        # The release writes an answer as no call.
        if (name, call.name) != ("opensearch_vl", "answer")
    ]
    models = [
        Case(name, kind, text) for name, turns in TURNS.items() for kind, text in turns.items()
    ]
    return [*written, *models]
