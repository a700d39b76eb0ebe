"""谁还没交 without a topic, and other bare words of the secretary's."""

from __future__ import annotations

import pytest

from tests.chat import Chat, found_branch

REPORT = "思想汇报：" + "这个季度我在实习单位参加了生产线的调试，认真学习了党的创新理论，" * 8


async def test_reports_and_dues_in_one_answer(chat: Chat) -> None:
    await found_branch(chat)
    for who in ("李书记", "张三", "李娜"):
        await chat.whisper(who, REPORT)
        await chat.whisper(who, "交党费 9到11月 每月0.2")
    chat.heard("李书记")
    assert "支部委员" in await chat.whisper("张三", "谁还没交")
    said = await chat.say("李书记", "@鸿雁 谁还没交")
    assert "还有 1 人没交" in said and "还有 1 人没交齐" in said and "王强" not in said
    (private,) = chat.heard("李书记")
    assert "没交的（1 人）：王强" in private and "王强（2026年9–11月）" in private
    for asked in ("谁没交", "还有谁没交", "没交名单"):
        assert "王强" in await chat.whisper("李书记", asked)
    assert "思想汇报" in await chat.whisper("李书记", "谁还没交思想汇报")
    assert await chat.say("李书记", "谁还没交") == said
    assert "王强" in chat.heard("李书记")[-1]
    await chat.ignores("李书记", "大家看看谁还没交")


async def test_everything_is_in(chat: Chat) -> None:
    await found_branch(chat)
    for who in ("李书记", "张三", "李娜", "王强"):
        await chat.whisper(who, REPORT)
        await chat.whisper(who, "交党费 9到11月 每月0.2")
    assert await chat.whisper("李书记", "谁还没交") == "本期思想汇报都交了。\n党费：到2026年11月都交齐了。"


@pytest.mark.parametrize("asked", ["谁还没交", "谁还没交思想汇报", "谁还没交11月党费", "谁还没交9月党费"])
async def test_who_was_handed_over_is_asked_for_nothing(chat: Chat, asked: str) -> None:
    await found_branch(chat)
    assert "王强" in await chat.whisper("李书记", asked)
    await chat.whisper("李书记", "转出 王强 单位党组织")
    said = await chat.whisper("李书记", asked)
    assert "王强" not in said and "张三" in said
    assert await chat.whisper("王强", "我的汇报") == "还没有交过思想汇报。"


async def test_bare_words(chat: Chat) -> None:
    await found_branch(chat)
    for asked in ("催一下", "催"):
        assert "请回复：党费、汇报、活动或去向" in await chat.whisper("李书记", asked)
    await chat.whisper("李书记", "台账")
    assert len(chat.files("李书记")) == 1
