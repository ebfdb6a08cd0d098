"""Names in Chinese, Japanese and Korean as rules."""

import pytest

from searchvl_gym.rewards import verify
from searchvl_gym.types import Task

CITIES = ["成都", "武汉", "西安", "苏州"]
IN_JAPAN = ["名古屋", "札幌", "神戸"]
IN_KOREA = ["대구", "인천", "광주"]


def right(answer: str, gold: str, question: str = "", kind: str = "entity") -> bool | None:
    return verify(answer, Task("t", question, gold, answer_kind=kind)).right


@pytest.mark.parametrize("city", CITIES)
def test_chinese_names(city: str) -> None:
    other = next(one for one in CITIES if one != city)
    question = "这张照片在哪个城市拍的？"
    for said in (
        "{}",
        "{}市",
        "答案是{}。",
        "图中的城市是{}",
        "应该是{}",
        "中国{}",
        "《{}》",
        "不是{o}，而是{}",
    ):
        assert right(said.format(city, o=other), city, question), said
    for said in (
        "{o}", "不是{}", "{}或{o}", "{}和{o}", "{}大学", "{}路", "新{}", "{}附近的{o}",
        "{o}，而不是{}", "无法判断是否是{}", "{}、{o}", "{}还是{o}？",
    ):  # fmt: skip
        assert not right(said.format(city, o=other), city, question), said


@pytest.mark.parametrize("city", IN_JAPAN)
def test_japanese_names(city: str) -> None:
    other = next(one for one in IN_JAPAN if one != city)
    for said in (
        "{}です。",
        "答えは{}です",
        "{}市",
        "{}だと思います",
        "日本の{}",
        "{o}ではなく{}です",
    ):
        assert right(said.format(city, o=other), city, "どこですか？"), said
    for said in (
        "{o}です",
        "{}ではありません",
        "{}か{o}",
        "{}駅",
        "{}ではなく{o}",
        "{}かどうか分かりません",
    ):
        assert not right(said.format(city, o=other), city, "どこですか？"), said


@pytest.mark.parametrize("city", IN_KOREA)
def test_korean_names(city: str) -> None:
    other = next(one for one in IN_KOREA if one != city)
    for said in ("{}입니다.", "정답은 {}입니다", "{}광역시", "{o}이 아니라 {}입니다"):
        assert right(said.format(city, o=other), city, "어디입니까?"), said
    for said in ("{o}입니다", "{}이 아닙니다", "{} 또는 {o}", "{}대학교", "{}인지 모르겠습니다"):
        assert not right(said.format(city, o=other), city, "어디입니까?"), said


@pytest.mark.parametrize(
    ("gold", "same", "other"),
    [
        ("宋代", "宋朝", "南宋以前"),
        ("绿色", "绿", "绿豆"),
        ("右边", "右侧", "左边"),
        ("《三国演义》", "三國演義", "三国志"),
        ("维克多·雨果", "雨果", "亨利·雨果"),
        ("雨果", "维克多·雨果", "雨果奖"),
        ("法国", "France", "法国队"),
        ("Spain", "西班牙", "葡萄牙"),
        ("马致远", "元代戏曲家马致远", "马致远的弟子王实甫"),
        ("Владивосток", "Vladivostok", "Владимир"),
        ("武汉", "Wuhan", "Wuxi"),
        ("第五", "第五名", "第十五名"),
    ],
)
def test_one_name_in_two_ways(gold: str, same: str, other: str) -> None:
    assert right(same, gold) is True
    assert not right(other, gold)


def test_it_is_said_of_something_else() -> None:
    question = "车是什么颜色？"
    assert right("车是白色的，房子是黑色的", "白色", question, "text")
    assert not right("房子是白色的，车是黑色的", "白色", question, "text")
