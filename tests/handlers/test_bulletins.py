"""资讯: taken in, listed, subscribed to, and brought by a digest instead of single messages."""

from __future__ import annotations

from datetime import datetime

from bot.understanding.values import SHANGHAI
from models import Bulletin, BulletinSection
from tests.chat import Chat, found_branch
from tests.handlers.test_lessons import SECOND, found_college

LINK = "https://example.org/b"


async def news(count: int, at: str, section: BulletinSection = BulletinSection.CAMPUS) -> None:
    """What a feed brought at that moment."""
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    for number in range(1, count + 1):
        await Bulletin.create(section=section, text=f"{section.label}{number}", published_at=moment, created_at=moment)


async def test_it_goes_into_the_next_digest_and_nowhere_else(chat: Chat) -> None:
    await found_college(chat)
    said = await chat.whisper("孙老师", f"发布资讯 校园信息 图书馆延长开放 {LINK}")
    assert said == "已收下：【校园信息】图书馆延长开放。下一次的资讯摘要里发给 2 个群。发送“撤销”可收回。"
    await chat.tick()
    assert chat.group() == [] and chat.group(SECOND) == []
    await chat.at("2026-11-23 18:00").tick()
    told = f"【资讯】\n1. 图书馆延长开放\n{LINK}"
    assert chat.group() == [told] and chat.group(SECOND) == [told] and chat.group("room-3@chatroom") == []
    await chat.at("2026-11-23 18:01").tick()
    await chat.at("2026-11-24 18:00").tick()
    assert chat.group() == [] and chat.group(SECOND) == []


async def test_five_at_most_and_the_rest_is_counted(chat: Chat) -> None:
    await found_branch(chat)
    await news(7, "2026-11-23 15:00")
    await chat.at("2026-11-23 18:00").tick()
    (told,) = chat.group()
    assert told.startswith("【资讯】\n1. 校园信息7\n2. 校园信息6") and "5. 校园信息3\n" in told
    assert told.endswith("另有 2 条，发送“资讯”查看。")


async def test_a_branch_decides_what_its_group_gets(chat: Chat) -> None:
    await found_college(chat)
    await news(1, "2026-11-23 15:00")
    await news(1, "2026-11-23 15:00", BulletinSection.STARTUP)
    assert await chat.whisper("李书记", "退订 校园信息") == (
        "已退订“校园信息”。群里的资讯摘要现在有：党的资讯、创新创业。"
    )
    await chat.whisper("周书记", "退订 校园信息")
    await chat.whisper("周书记", "退订 创新创业")
    assert "现在有：党的资讯。" in await chat.whisper("周书记", "订阅")
    await chat.at("2026-11-23 18:00").tick()
    assert chat.group() == ["【资讯】\n1. 创新创业1"] and chat.group(SECOND) == []
    assert "现在有：党的资讯、校园信息、创新创业。" in await chat.whisper("李书记", "订阅 校园信息")


async def test_what_was_taken_back_comes_in_no_digest(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发布资讯 党的资讯 发错了")
    assert await chat.whisper("李书记", "撤销") == "已收回：发错了。"
    await chat.at("2026-11-23 18:00").tick()
    assert chat.group() == [] and await chat.say("张三", "资讯") == "还没有资讯。"


async def test_lists(chat: Chat) -> None:
    await found_branch(chat)
    await news(6, "2026-11-23 11:00")
    await chat.whisper("李书记", f"发布资讯 创新创业 双创大赛报名 {LINK}")
    assert (await chat.say("张三", "资讯")).startswith(f"最新资讯：\n1. 双创大赛报名\n{LINK}\n2. 校园信息6")
    assert await chat.say("张三", "创新创业") == f"创新创业：\n1. 双创大赛报名\n{LINK}"
    assert await chat.say("张三", "党的资讯") == "“党的资讯”还没有资讯。"
    assert "请写上内容或链接" in await chat.whisper("李书记", "发布资讯 校园信息")
    for text in ("校园信息化建设", "资讯挺多的", "订阅号看到的"):
        await chat.ignores("张三", text)


async def test_after_an_absence_one_digest_brings_it_all(chat: Chat) -> None:
    await found_branch(chat)
    await chat.at("2026-11-20 18:00").tick()
    await news(1, "2026-11-20 20:00")
    await news(1, "2026-11-22 20:00", BulletinSection.PARTY)
    await chat.at("2026-11-24 09:00").tick()
    assert chat.group() == ["【资讯】\n1. 党的资讯1\n2. 校园信息1"]
