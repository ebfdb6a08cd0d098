"""Wire formats: how a model and its tools talk in text."""

from collections.abc import Mapping

from searchvl_gym.chat.answers import extract_final_answer
from searchvl_gym.chat.compact import Compact
from searchvl_gym.chat.opensearch_vl import OpenSearchVL
from searchvl_gym.chat.step_format import is_well_formed
from searchvl_gym.chat.tool_calls import extract_tool_call
from searchvl_gym.chat.wire_format import Schema, WireFormat

FORMATS: Mapping[str, WireFormat] = {"opensearch_vl": OpenSearchVL(), "compact": Compact()}
"""The wire formats by name."""

__all__ = [
    "FORMATS",
    "Compact",
    "OpenSearchVL",
    "Schema",
    "WireFormat",
    "extract_final_answer",
    "extract_tool_call",
    "is_well_formed",
]
