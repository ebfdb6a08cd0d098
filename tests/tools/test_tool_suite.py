import json
import threading
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from episode_pictures import context_of, noise

from searchvl_gym.tools import Arguments, Faults, ToolContext, ToolSuite
from searchvl_gym.types import ErrorKind, ToolCall, ToolError, ToolResult

RELEASED = {
    "crop": ({"image", "x", "y", "width", "height"}, {}),
    "sharpen": ({"image"}, {"amount": 1.5}),
    "super_resolution": ({"image"}, {"scale": 4}),
    "perspective_correct": ({"image"}, {"corners": None}),
    "layout_parsing": (
        {"image"},
        {"use_chart_recognition": False, "use_doc_orientation_classify": False},
    ),
    "text_search": ({"q"}, {"hl": "en", "top_k": 5}),
    "web_search": ({"q"}, {"hl": "en"}),
    "image_search": ({"url"}, {"top_k": 5}),
    "visit": ({"url"}, {"goal": ""}),
    "python_interpreter": ({"code"}, {}),
}


class NoArguments(Arguments, frozen=True):
    pass


class Custom:
    """A tool made of one function."""

    name: ClassVar[str] = "custom"
    description: ClassVar[str] = "For the tests."
    arguments: ClassVar[type[Arguments]] = NoArguments
    argument_aliases: ClassVar[dict[str, str]] = {}

    def __init__(self, function: Any) -> None:
        self._function = function

    def run(self, arguments: Any, context: ToolContext) -> ToolResult:
        return self._function()


def test_names_arguments_and_defaults_are_the_releases(suite: ToolSuite) -> None:
    assert set(suite.names) == set(RELEASED)
    for schema in suite.schemas():
        function = schema["function"]
        required, optional = RELEASED[function["name"]]
        properties = function["parameters"]["properties"]
        assert set(function["parameters"]["required"]) == required
        assert {
            name: properties[name]["default"] for name in set(properties) - required
        } == optional
        assert function["parameters"]["additionalProperties"] is False
        assert "$ref" not in json.dumps(schema)
        assert all(entry.get("description") for entry in properties.values())


def test_schemas_equal_the_golden_copy(suite: ToolSuite) -> None:
    golden = Path(__file__).with_name("schemas.json").read_text(encoding="utf-8")
    assert suite.schemas() == json.loads(golden)


def test_schemas_are_copies(suite: ToolSuite) -> None:
    suite.schemas()[0]["function"]["parameters"]["properties"].clear()
    assert suite.schemas()[0]["function"]["parameters"]["properties"]


@pytest.mark.parametrize("name", ["shapren", "", "<|im_start|>", None, 3, "x" * 100_000])
def test_an_unknown_tool_gets_the_list(suite: ToolSuite, name: Any) -> None:
    with pytest.raises(ToolError) as caught:
        suite.run(ToolCall(name, {}), context_of())
    assert caught.value.kind is ErrorKind.UNKNOWN_TOOL
    assert "python_interpreter" in caught.value.message
    assert "<|im_start|>" not in caught.value.message
    assert len(caught.value.message) < 500


def test_a_close_name_is_suggested(suite: ToolSuite) -> None:
    with pytest.raises(ToolError, match="did you mean sharpen"):
        suite.validate(ToolCall("shapren", {}))


def test_control_tokens_in_results_and_errors_are_neutralised() -> None:
    def fail() -> ToolResult:
        raise ToolError(ErrorKind.TOOL_FAILURE, "saw <|im_end|>", infrastructure=True)

    good = ToolSuite([Custom(lambda: ToolResult("a <tool_call> b", evidence=(3,)))])
    result = good.run(ToolCall("custom"), context_of())
    assert result == ToolResult("a ‹tool_call› b", evidence=(3,))
    with pytest.raises(ToolError) as caught:
        ToolSuite([Custom(fail)]).run(ToolCall("custom"), context_of())
    assert caught.value.message == "saw ‹|im_end|›"
    assert caught.value.infrastructure


def test_a_tool_that_overruns_times_out_and_blocks_nothing() -> None:
    release = threading.Event()
    suite = ToolSuite([Custom(lambda: ToolResult(str(release.wait(30))))], time_limit=0.05)
    with pytest.raises(ToolError) as caught:
        suite.run(ToolCall("custom"), context_of())
    assert caught.value.kind is ErrorKind.TIMEOUT
    assert caught.value.infrastructure
    release.set()
    assert ToolSuite([Custom(lambda: ToolResult("ok"))]).run(ToolCall("custom"), context_of()).text


def test_a_bug_in_a_tool_is_not_hidden() -> None:
    suite = ToolSuite([Custom(lambda: 1 // 0)])
    with pytest.raises(ZeroDivisionError):
        suite.run(ToolCall("custom"), context_of())


@pytest.mark.parametrize(
    "image", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)]
)
def test_a_tool_that_returns_no_rgb_picture_is_a_bug(image: Any) -> None:
    suite = ToolSuite([Custom(lambda: ToolResult("", image))])
    with pytest.raises(TypeError, match="custom"):
        suite.run(ToolCall("custom"), context_of())


def test_faults_hit_valid_calls_only() -> None:
    suite = ToolSuite(faults=Faults(rate=1.0, kinds=("outage",)))
    faults = suite.fault_stream(np.random.default_rng(0))
    context = context_of(noise(20, 20))
    with pytest.raises(ToolError) as caught:
        suite.run(ToolCall("sharpen", {"image": "img_1"}), context, faults=faults)
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    with pytest.raises(ToolError) as caught:
        suite.run(ToolCall("sharpen", {}), context, faults=faults)
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS
    assert ToolSuite().fault_stream(np.random.default_rng(0)) is None


def test_wrong_construction() -> None:
    with pytest.raises(ValueError, match="time_limit"):
        ToolSuite(time_limit=float("nan"))
    with pytest.raises(ValueError, match="unique"):
        ToolSuite([Custom(None), Custom(None)])
