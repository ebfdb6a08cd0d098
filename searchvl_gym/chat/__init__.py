"""Wire formats: how a model and its tools talk in text."""

from collections.abc import Mapping

from searchvl_gym.chat.answers import extract_final_answer
from searchvl_gym.chat.compact import Compact
from searchvl_gym.chat.glm import Glm
from searchvl_gym.chat.hermes import Hermes
from searchvl_gym.chat.openai_json import OpenAIJson
from searchvl_gym.chat.opensearch_vl import OpenSearchVL
from searchvl_gym.chat.pythonic import Pythonic
from searchvl_gym.chat.qwen_xml import QwenXml
from searchvl_gym.chat.step_format import is_well_formed
from searchvl_gym.chat.tool_calls import extract_tool_call
from searchvl_gym.chat.wire_format import Schema, WireFormat

_FORMATS: tuple[WireFormat, ...] = (
    OpenSearchVL(),
    Compact(),
    Hermes(),
    QwenXml(),
    Glm(),
    Pythonic(),
    OpenAIJson(),
)

FORMATS: Mapping[str, WireFormat] = {form.name: form for form in _FORMATS}
"""The wire formats by name; from `hermes` on they are models' own tool calls."""

__all__ = [
    "FORMATS",
    "Compact",
    "Glm",
    "Hermes",
    "OpenAIJson",
    "OpenSearchVL",
    "Pythonic",
    "QwenXml",
    "Schema",
    "WireFormat",
    "extract_final_answer",
    "extract_tool_call",
    "is_well_formed",
]
