"""What is personal and was said in the group: advised to recall, which takes nothing back."""

from __future__ import annotations

import pytest

from bot.messages import Kind
from models import Attendance, Deed
from tests.chat import Chat, found_branch

ADVICE = "建议两分钟内撤回"


async def announced(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("李书记", "发起主题党日 11月28日19:30 学习全会精神")


@pytest.mark.parametrize("number", ["13800001111", "138 0000 1111", "11010119900101001X"])
async def test_a_number_in_the_group(chat: Chat, number: str) -> None:
    await announced(chat)
    assert ADVICE in await chat.say("张三", f"请假 1 加班，电话{number}")
    assert ADVICE in await chat.say("张三", f"心得 1 学到很多 {number}")
    assert ADVICE not in await chat.whisper("王强", f"请假 1 加班，电话{number}")
    assert ADVICE not in await chat.say("王强", "交党费 11月 0.2")


async def test_a_reason_for_leave(chat: Chat) -> None:
    await announced(chat)
    message = chat.incoming("张三", "请假 1 家里有事")
    (answer,) = [said.text for said in await chat.hear(message) if said.room]
    assert ADVICE in answer and "只告诉书记" not in answer
    assert await chat.hear(chat.incoming("张三", "", kind=Kind.RECALL, recalled=message.id)) == []
    assert await Attendance.filter(leave_at__isnull=False).count() == 1
    await chat.say("张三", "撤销")
    assert await Attendance.filter(leave_at__isnull=False).count() == 0
    assert ADVICE not in await chat.say("张三", "请假 1")
    assert "只告诉书记" in await chat.whisper("王强", "请假 1 家里有事")
    assert not await Deed.filter(message=message.id).exists()


async def test_a_topic_of_a_talk(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "开放谈心 11月25日 14:00-16:00 每人30分钟")
    assert ADVICE in await chat.say("张三", "约谈心 1号 家里有困难")
    assert ADVICE not in await chat.say("王强", "约谈心 2号")


async def test_my_reports_are_not_told_to_the_group(chat: Chat) -> None:
    await found_branch(chat)
    report = "敬爱的党组织：" + "这个季度我在实习单位参加了生产线的调试，认真学习了党的创新理论，" * 8
    assert await chat.say("张三", "我的汇报") == "您本期的思想汇报还没交。"
    await chat.whisper("张三", f"思想汇报：{report}")
    await chat.whisper("李书记", "退回 张三 请写具体些")
    assert await chat.say("张三", "我的汇报") == "您本期的思想汇报已交。"
    assert any("请写具体些" in text for text in chat.heard("张三"))
