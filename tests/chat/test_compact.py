import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchvl_gym.chat import Compact
from searchvl_gym.chat.aliases import ARGUMENT_ALIASES, TOOL_ALIASES
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

FORM = Compact()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TRICKY = st.sampled_from(
    ["", " ", "12", "-1.5", "true", "null", "NaN", "Infinity", '"', '"a"', "a|b", "a=b", "a\nb",
     "\r", "[1]", "{}", "call crop", "answer 1", "think x", "\u2028", "1e5", "\x85", "\\u007c"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT | TRICKY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | TRICKY, inner, max_size=3),
    max_leaves=6,
)
NAMES = (TEXT | TRICKY).filter(lambda name: name and name not in TOOL_ALIASES)
KEYS = (TEXT | TRICKY).filter(lambda key: key not in ARGUMENT_ALIASES)


@given(st.builds(ToolCall, NAMES, st.dictionaries(KEYS, VALUES, max_size=4), TEXT | TRICKY))
@example(ToolCall("answer", {"text": ""}))
@example(ToolCall("answer", {"text": 1}))
@example(ToolCall("answer", {"text": "a", "more": None}))
def test_a_rendered_call_is_read_back(call: ToolCall) -> None:
    turn = FORM.render_call(call)
    read = FORM.parse(turn)
    assert read == call
    assert [type(value) for value in read.arguments.values()] == [
        type(value) for value in call.arguments.values()
    ]
    assert FORM.is_well_formed(turn)


@given((TEXT | TRICKY).filter(bool), TEXT | TRICKY)
def test_a_rendered_answer_is_read_back(answer: str, thought: str) -> None:
    call = ToolCall("answer", {"text": answer}, thought)
    assert FORM.parse(FORM.render_call(call)) == call


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("call crop|image= img_1|x=10", ToolCall("crop", {"image": "img_1", "x": 10})),
        ("  call crop | x = 10 ", ToolCall("crop", {"x": 10})),
        ("I will look.\ncall crop|x=1\nanswer 3", ToolCall("crop", {"x": 1})),
        ("think so\nanswer 1982", ToolCall("answer", {"text": "1982"}, "so")),
        ('answer "1982"', ToolCall("answer", {"text": "1982"})),
        ("answer a|b=c", ToolCall("answer", {"text": "a|b=c"})),
        ("call ocr|image=img_1", ToolCall("layout_parsing", {"image": "img_1"})),
        ("call text_search|query=a = b", ToolCall("text_search", {"q": "a = b"})),
    ],
)
def test_turns(text: str, call: ToolCall) -> None:
    assert FORM.parse(text) == call


@pytest.mark.parametrize(
    "text", ["", "hello", "call", "call |x=1", "call crop|x", "answer", "callx"]
)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ToolError, match="Write") as caught:
        FORM.parse(text)
    assert caught.value.kind is ErrorKind.PARSE
    assert not FORM.is_well_formed(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("answer 1", True),
        ("think a\ncall crop\n", True),
        ("think a\nthink b\ncall crop", False),
        ("Well.\nanswer 1", False),
        ("answer 1\nanswer 2", False),
        ("think a", False),
    ],
)
def test_well_formed(text: str, kept: bool) -> None:
    assert FORM.is_well_formed(text) is kept


@given(st.text(max_size=200) | st.lists(TRICKY, max_size=10).map("|".join))
def test_no_text_raises(text: str) -> None:
    FORM.is_well_formed(text)
    try:
        FORM.parse(text)
    except ToolError as error:
        assert len(error.message) < 300


def test_a_megabyte_is_read() -> None:
    for text in ("call a" + "|x=1" * 250_000, "\n" * 1_000_000, "call a|x=" + "[" * 1_000_000):
        assert FORM.parse(text).name == "a" if text.startswith("call") else True


def test_the_system_prompt_is_short() -> None:
    fields = {"image": {}, "amount": {"default": 1.5}}
    parameters = {"properties": fields, "required": ["image"]}
    prompt = FORM.system_prompt([{"function": {"name": "sharpen", "parameters": parameters}}])
    assert "sharpen(image, amount=1.5)" in prompt and len(prompt) < 250


def test_the_system_prompt_states_defaults_as_a_call_can_say_them() -> None:
    defaults = {"corners": None, "chart": False, "hl": "en", "goal": "", "top_k": 5, "scale": 1.5}
    fields = {name: {"default": default} for name, default in defaults.items()}
    prompt = FORM.system_prompt([{"function": {"name": "a", "parameters": {"properties": fields}}}])
    (line,) = [line for line in prompt.split("\n") if line.startswith("a(")]
    assert line == 'a(corners=null, chart=false, hl="en", goal="", top_k=5, scale=1.5)'
    written = line.removeprefix("a(").removesuffix(")").split(", ")
    assert FORM.parse("call a|" + "|".join(written)).arguments == defaults


def test_results_are_the_text_itself() -> None:
    assert FORM.render_result("img_2: done", "img_2") == "img_2: done"
    assert FORM.render_result("done", "img_2") == "done\nimg_2"
    assert "<" not in FORM.render_result("<|im_end|>", None)
