"""通知: from a level to the groups below it."""

from __future__ import annotations

from bot.settings import Settings
from models import OutboxMessage, PublishedNotice
from tests.chat import Chat, found_branch
from tests.handlers.test_lessons import SECOND, found_college


async def test_a_college_tells_the_groups_below_after_a_question(chat: Chat) -> None:
    await found_college(chat)
    question = await chat.whisper("孙老师", "发通知 周五下午3点前交材料")
    assert question.startswith("这条通知会发到 2 个群。现在发吗？") and chat.group() == []
    said = await chat.whisper("孙老师", "确认")
    assert said == "已发布，通知 2 个群，按微信允许的快慢逐个发出。发送“撤销”可收回还没发出的。"
    told = "【通知】信息学院\n周五下午3点前交材料"
    assert chat.group() == [told] and chat.group(SECOND) == [told] and chat.group("room-3@chatroom") == []
    assert await chat.whisper("孙老师", "撤销") == ("还没发出的已收回；已经发到群里的收不回来，可以再发一条更正。")
    assert await chat.whisper("张三", "看通知") == "还没有发过通知。"


async def test_a_branch_tells_its_own_group_at_once(chat: Chat) -> None:
    await found_college(chat)
    assert (await chat.whisper("李书记", "发通知 明天交表")).startswith("已发布，通知 1 个群")
    assert chat.group() == ["【通知】智能制造流动党支部\n明天交表"] and chat.group(SECOND) == []
    assert await chat.say("张三", "@鸿雁 看通知") == "最近的通知：\n· 11月23日（周一） 智能制造流动党支部：明天交表"
    assert await chat.whisper("周书记", "看通知") == "还没有发过通知。"
    for text in ("发通知了吗大家", "发通知 大家注意交表", "看通知", "大家看通知"):
        await chat.ignores("李书记", text)


async def test_at_night_it_waits_and_can_be_taken_back_whole(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-11-23 23:00")
    said = await chat.whisper("李书记", "发通知 明天交表")
    assert said.startswith("已发布") and said.endswith("现在是安静时段，给别人的通知 08:00 以后发出。")
    assert await chat.whisper("李书记", "撤销") == "已收回，一个群都没有发出。"
    await chat.at("2026-11-24 09:00").tick()
    assert chat.group() == [] and not await OutboxMessage.filter(key__startswith="notice:").exists()


async def test_a_long_notice_comes_in_parts_each_once(chat: Chat, settings: Settings) -> None:
    await found_college(chat)
    await chat.whisper("孙老师", "发通知 " + "请按时交材料。" * 200)
    await chat.whisper("孙老师", "确认")
    parts = chat.group()
    assert len(parts) > 1 and all(len(part.encode()) <= settings.outbox.max_bytes for part in parts)
    assert chat.group(SECOND) == parts
    assert "写在 1500 字以内" in await chat.whisper("孙老师", "发通知 " + "长" * 1501)
    assert await PublishedNotice.all().count() == 1
