"""What only sounds like a command is never recorded without a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import product

import pytest

from bot.understanding import Reader
from bot.understanding.reading import Reading
from tests.understanding.samples import NOW

COMMANDS = (
    "交11月党费",
    "补交9到11月党费 0.6",
    "约谈心 下周三下午3点",
    "取消谈心",
    "谈心改到周五10点",
    "报名 3",
    "签到",
    "撤回汇报",
    "认领3号",
    "心愿 3 完成",
    "报名公益 2",
    "撤销",
    "删除我的信息",
    "催党费",
    "结束活动 3",
    "确认党费 张三 11月",
    "报到 苏州 汇川技术 到明年6月",
)
WITH_TEXT = ("请假", "请假 周五党课", "约谈心", "交思想汇报", "思想汇报")
OF_THEIR_OWN = {"上次撤销", "不约谈心", "没让你请假"}  # another command's words
MAIN_TEXT = ("心得 3", "发言", "意见", "微心愿")

ASKED = (
    *("{}吗", "{}了吗？", "{}可以吗", "{}行不行啊", "是不是要{}", "怎么{}", "为什么{}", "{}要多久", "什么时候{}"),
    *("能{}不", "现在可以{}不", "{}要的不", "{}是吧", "{}对吗", "{}对吧", "{}还来得及吗", "{}算数不", "{}晚了吧"),
)
OF_OTHERS = ("大家{}", "大家记得{}", "他{}", "你们{}了", "我室友{}了", "书记已经{}了", "同学们都{}", "有人{}")
TOLD = ("昨天{}了", "上次{}", "听说{}", "以前{}", "如果{}", "以后再{}", "别忘了{}", "差点忘了{}", "本来想{}")
DENIED = ("不{}", "没{}", "先别{}", "{}，算了", "不想{}", "还没{}", "不用{}", "我没想{}", "没让你{}")

TEXT_ASKS = ("可以吗", "怎么弄", "要多少字？", "什么时候截止", "是什么", "有没有要求呢")
TEXT_TAKES_BACK = ("但是领导没批", "算了", "被拒了", "不过书记不同意", "可是没通过")
ABOUT_IT = (
    "怎么写",
    "怎么提啊",
    "咋弄",
    "写什么",
    "要多少字",
    "大概要写多少字呀",
    "什么时候截止",
    "几号交",
    "谁能看",
    "给谁看",
    "有什么用",
    "是干什么的",
    "有没有格式要求",
    "必须写吗？",
    "为什么要写",
    "请问这个怎么弄",
)
OWN_QUESTIONS = (
    "许愿 有没有人一起学车",
    "许个愿：谁能教我游泳？",
    "微心愿 谁有行测书",
    "微心愿 多少钱能买到二手自行车",
    "提意见 食堂怎么还不开门",
    "意见：能不能多开几次线上会？",
    "意见\n为什么总在周五开会",
    "心得 3 什么叫入党",
    "发言：怎样算一名合格的党员？",
    "公开 计划 今年怎么做",
    "发通知 谁有空来帮忙",
    "发布微课 党员修养 怎样过组织生活 https://example.org/a",
    "发布微课 党员修养 在国外怎样过组织生活 每月一次线上会，时差大的同志看记录",
    "发布微课 新闻观察 上次大会之后他们做了什么 https://example.org/b",
    "约谈心 下周三下午3点 转正怎么办",
)
ABOUT_TEXT = ("模板", "格式要求", "流程")


@pytest.fixture
def unasked(reader: Reader) -> Callable[[str], Reading | None]:
    """The reading, where it would change something and nobody would be asked."""

    def said(text: str, now: datetime = NOW) -> Reading | None:
        reading = reader.read(text, now=now, private=True)
        form = reader.forms.get(reading.command or "")
        return reading if form and form.changes and not reading.confirm and not reading.fault else None

    return said


@pytest.mark.parametrize("frame", [*ASKED, *OF_OTHERS, *TOLD, *DENIED])
def test_talk_about_a_command_is_asked_back(frame: str, unasked: Callable[[str], Reading | None]) -> None:
    recorded = {text for text in map(frame.format, (*COMMANDS, *WITH_TEXT)) if unasked(text)}
    assert recorded <= OF_THEIR_OWN


def test_a_verdict_that_is_asked_about_or_denied_is_asked_back(unasked: Callable[[str], Reading | None]) -> None:
    frames = ("不用{}", "没让你{}", "{}不", "能{}不", "{}对吧", "{}晚了吧")
    assert [frame for frame in frames if unasked(frame.format("批阅 许诺 合格"))] == []


@pytest.mark.parametrize("command", [*WITH_TEXT, *MAIN_TEXT])
def test_a_short_text_that_asks_is_asked_back(command: str, unasked: Callable[[str], Reading | None]) -> None:
    assert [text for text in TEXT_ASKS if unasked(f"{command} {text}")] == []


@pytest.mark.parametrize("command", [*MAIN_TEXT, "思想汇报", "提意见", "许愿", "发通知", "发布微课"])
def test_a_text_that_asks_about_the_command_is_asked_back(
    command: str, unasked: Callable[[str], Reading | None]
) -> None:
    recorded = {f"{command}{mark}{text}" for mark, text in product((" ", "："), ABOUT_IT)}
    assert [text for text in sorted(recorded) if unasked(text)] == []


@pytest.mark.parametrize("text", OWN_QUESTIONS)
def test_a_question_of_its_authors_own_is_not_asked_back(text: str, unasked: Callable[[str], Reading | None]) -> None:
    assert unasked(text) is not None


def test_a_reason_that_asks_leave_is_asked_back(unasked: Callable[[str], Reading | None]) -> None:
    for reason in ("要加班，可以吗", "生病了，行不行？", "家里有事能请吗"):
        assert unasked(f"请假 周五党课 {reason}") is None, reason


@pytest.mark.parametrize("command", WITH_TEXT)
def test_a_text_that_takes_back_or_is_none_is_asked_back(
    command: str, unasked: Callable[[str], Reading | None]
) -> None:
    recorded = [
        text
        for text, mark in product((*TEXT_TAKES_BACK, *ABOUT_TEXT), (" ", "，"))
        if unasked(f"{command}{mark}{text}")
    ]
    assert recorded == []


@pytest.mark.parametrize(
    "text",
    [
        *COMMANDS,
        "大家好，交11月党费",
        "书记在吗？交11月党费",
        "请假 周五党课 身体不舒服",
        "替我室友王磊交11月党费",
        "刚才那笔记错了，应该是10月",
        "心得 3 今天党课讲了为什么要学党史，我想了很久",
        "退回 李娜 字数不够",
    ],
)
def test_a_plain_command_is_not_asked_back(text: str, unasked: Callable[[str], Reading | None]) -> None:
    assert unasked(text) is not None


def test_talk_about_a_command_in_a_group_is_talk(reader: Reader) -> None:
    for text in ("交11月党费？", "报名 3 吗", "约谈心 下周三下午3点吗", "心得体会.docx", "心得-李娜.pdf"):
        assert reader.read(text, now=NOW, private=False).command is None, text


def test_a_name_that_sounds_like_another_is_asked_back(reader: Reader) -> None:
    people = ("张伟", "李娜", "王静")
    for text, name in (("确认党费 张委", "张伟"), ("批阅 理娜 合格", "李娜")):
        said = reader.read(text, now=NOW, private=True, people=people)
        assert (said.values["member"], said.confirm) == (name, True)
        assert name in said.problem
    said = reader.read("确认党费 李娜和王静", now=NOW, private=True, people=people)
    assert (dict(said.values), said.confirm) == ({"member": "李娜", "second": "王静"}, False)
