"""The menu fits a phone's screen, for every role; a topic shows how it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import Catalogue, Role
from bot.understanding.reader import Reader
from handlers.help import HEIGHT, MORE, TASKS, WIDTH, Topic, menu
from models import Category, Post
from tests.chat import Chat, found_branch
from tests.conftest import NOON


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_fits_one_screen(catalogue: Catalogue, role: Role) -> None:
    lines = menu([one for one in catalogue.commands.values() if one.listed and one.role <= role]).splitlines()
    assert len(lines) <= HEIGHT
    assert not [line for line in lines if len(line) > WIDTH]


def test_topics_that_find_no_room_are_named(catalogue: Catalogue) -> None:
    """Were there three times as many commands of the branch's own, the menu would still fit."""
    commands = [one for one in catalogue.commands.values() if one.listed]
    many = [replace(one, name=f"branch.{number}") for number in range(3) for one in commands] + commands
    lines = menu(many).splitlines()
    assert any(line.startswith(MORE) and Topic.DUES.label in line for line in lines)
    assert not [line for line in lines if len(line) > WIDTH]


async def test_everybody_sees_what_they_may_do(chat: Chat) -> None:
    await found_branch(chat)
    guest, member, secretary = [await chat.whisper(who, "帮助") for who in ("路人", "张三", "李书记")]
    assert "绑定" in guest and "党费" not in guest
    assert "我的" in member and "待办" not in member
    assert "待办" in secretary


async def test_the_secretary_finds_the_daily_tasks_in_the_menu(chat: Chat, reader: Reader) -> None:
    await found_branch(chat)
    said = await chat.whisper("李书记", "帮助")
    tasks = {
        "批阅": "report.review",
        "看汇报": "report.read",
        "确认党费": "dues.confirm",
        "开放时段": "talk.open",
        "发起主题党日": "life.create",
        "考勤": "life.attendance",
        "绑定本群": "room.bind",
        "待办": "todo",
    }
    for words, name in tasks.items():
        assert words in said
        assert reader.read(words, now=NOON, private=True).command == name
    assert "转正和考察" in said and "延长预备期" not in said
    assert "转正 李娜" in await chat.whisper("李书记", "帮助 转正和考察")
    member = await chat.whisper("张三", "帮助")
    assert "转正" not in member and not [words for words in tasks if words in member]


def test_every_task_is_a_command_of_those_who_hold_an_office(catalogue: Catalogue) -> None:
    assert [name for name in TASKS if catalogue.commands[name].role is not Role.COMMITTEE] == []


async def test_a_topic_shows_its_forms(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.whisper("张三", "帮助 党费")
    assert answer.startswith("【党费】") and "交党费" in answer and "确认党费" not in answer
    assert "确认党费" in await chat.whisper("李书记", "帮助 党费")
    assert await chat.say("张三", "@鸿雁 帮助 党费") == answer


async def test_a_topic_without_commands_gets_the_menu(chat: Chat) -> None:
    await found_branch(chat, members=[("孙倩", Post.NONE, Category.CANDIDATE)])
    answer = await chat.whisper("路人", "帮助 党费")
    assert answer.startswith("“党费”现在还没有您能用的") and "绑定" in answer


def test_a_topic_is_known_by_each_of_its_words(reader: Reader) -> None:
    for topic in Topic:
        for word in topic.words:
            reading = reader.read(f"帮助 {word}", now=NOON, private=True)
            assert (reading.command, reading.values.get("topic")) == ("help", topic), word


async def test_a_greeting_and_thanks_get_a_short_word(chat: Chat) -> None:
    await found_branch(chat)
    for greeting in ("你好", "您好！", "在吗", "在不在呀", "鸿雁在吗？", "哈喽哈喽", "早上好"):
        assert await chat.whisper("张三", greeting) == "在的，您说。想看我能办什么，发送“帮助”。"
        assert "绑定 K7Q2MX" in await chat.whisper("路人", greeting)
        await chat.ignores("张三", greeting)
    for thanks in ("谢谢", "辛苦了"):
        assert await chat.whisper("张三", thanks) == await chat.say("张三", f"@鸿雁 {thanks}") == "不客气。"
        await chat.ignores("张三", thanks)


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("党废怎么弄", "党费"),
        ("微心园怎么发", "微心愿"),
        ("去象怎么登记", "去向"),
        ("谈新怎么约", "谈心"),
    ],
)
async def test_who_asks_how_with_a_typo_is_shown_the_topic(chat: Chat, asked: str, topic: str) -> None:
    await found_branch(chat)
    assert (await chat.whisper("张三", asked)).startswith(f"【{topic}】")


async def test_what_lacks_something_is_not_read_as_something_else(chat: Chat) -> None:
    await found_branch(chat)
    assert "收到纸质 张三" in await chat.whisper("李书记", "纸质汇报")
    assert "月份" in await chat.whisper("张三", "交党费 13月")


@pytest.mark.parametrize(
    ("asked", "how"),
    [("怎么取消谈心", "取消谈心"), ("不会约谈心", "约谈心 "), ("谈心咋约呀", "约谈心 "), ("谈心怎么取消", "取消谈心")],
)
async def test_who_asks_how_is_shown_that_alone(chat: Chat, asked: str, how: str) -> None:
    await found_branch(chat)
    said = await chat.whisper("张三", asked)
    assert said.startswith(f"这样发：{how}") and said.endswith("其他用法：帮助 谈心")


@pytest.mark.parametrize("asked", ["帮助 取消谈心", "@鸿雁 怎么改谈心"])
async def test_who_asks_how_is_shown_the_topic(chat: Chat, asked: str) -> None:
    await found_branch(chat)
    said = await chat.whisper("张三", asked)
    assert said.startswith("【谈心】") and "· 取消谈心" in said


async def test_a_topic_that_is_called_otherwise_is_guessed_and_said_to_be_a_guess(chat: Chat) -> None:
    await found_branch(chat)
    assert (await chat.whisper("张三", "帮助 谈新")).startswith("【谈心】")
    assert (await chat.whisper("张三", "帮助 谈天")).startswith("没有这一项，最接近的是：\n【谈心】")
    assert await chat.whisper("张三", "帮助 打篮球") == await chat.whisper("张三", "帮助")
