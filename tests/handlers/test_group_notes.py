"""接龙 is compared with what is recorded; it records nothing, and who has recorded what is the committee's to know."""

from __future__ import annotations

import pytest

from models import Activity, AuditEntry, DuesPayment, Member
from tests.chat import Chat, found_branch
from tests.handlers.branch_records import paid, reported, signed_up

NOTE = "#接龙\n11月党费\n例 姓名 金额\n\n1. 张三 0.2\n2. 李娜 0.2\n3. 赵无名 0.2"


async def test_the_difference_goes_to_the_secretary_and_the_group_hears_how_many_lines_there_are(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("张三", "交党费 11月 0.2")
    await chat.say("王强", "交党费 11月 0.2")
    chat.heard("李书记")
    answer = await chat.say("李书记", f"@鸿雁 {NOTE}")
    assert answer == (
        "2026年11月党费：接龙 3 行。接龙不算登记，没登记的请本人发送“交党费 2026年11月”。对照结果私聊告诉您。"
    )
    (told,) = chat.heard("李书记")
    assert "1 人已经登记，1 人没有登记，另有 1 人登记了、没在接龙里，1 行对不上名册。" in told
    assert "接龙了、没有登记：李娜\n登记了、没有接龙：王强\n都没有：李书记\n对不上名册的：赵无名 0.2" in told
    assert "催党费" in told
    assert await DuesPayment.all().count() == 2


async def _line() -> AuditEntry:
    return (await AuditEntry.filter(command="group_note.compare").order_by("-id"))[0]


async def test_everybody_whose_state_the_secretary_is_told_is_on_the_trail(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("王强", "交党费 11月 0.2")
    await chat.whisper("李书记", "#接龙 11月党费 1. 王强")
    others = await Member.exclude(name="李书记").order_by("id")
    assert sorted((await _line()).subjects) == [member.id for member in others]


@pytest.mark.parametrize("subject", ["11月党费", "思想汇报", "1号活动报名"])
async def test_a_note_tells_no_member_how_another_stands(chat: Chat, subject: str) -> None:
    """Neither the group nor whoever asks privately: the answer is the same for who has recorded and who has not."""
    branch = await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    await paid("王强", "2026-11", on="2026-11-02")
    await reported("王强", "2026-Q4", "2026-11-02 12:00")
    await signed_up(await Activity.get(branch_id=branch.id, number=1), "王强")
    asked = [f"#接龙 {subject} 1. {name}" for name in ("李娜", "王强", "李书记", "赵无名")]
    in_group = {await chat.say("张三", f"@鸿雁 {note}") for note in asked}
    chat.heard("张三")
    aside = {await chat.whisper("张三", note) for note in asked}
    for answers in (in_group, aside):
        (answer,) = answers
        assert "接龙 1 行" in answer and "人" not in answer.replace("本人", "")
    assert (await _line()).subjects == []


async def test_a_member_hears_privately_how_their_own_line_stands(chat: Chat) -> None:
    await found_branch(chat)
    assert "您自己的还没有登记" in await chat.whisper("张三", NOTE)
    await chat.whisper("张三", "交党费 11月 0.2")
    assert "您自己的已经登记" in await chat.whisper("张三", NOTE)
    chat.heard("张三")
    assert "您自己" not in await chat.say("张三", f"@鸿雁 {NOTE}")
    (told,) = chat.heard("张三")
    assert "您自己的已经登记" in told and "李娜" not in told


async def test_a_note_that_is_not_for_the_bot_draws_no_answer(chat: Chat) -> None:
    await found_branch(chat)
    await chat.ignores("张三", NOTE)
    await chat.ignores("张三", "#接龙 周六聚餐 1. 张三 2. 李娜")


async def test_a_note_on_an_activity_is_compared_with_who_signed_up(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    await chat.whisper("张三", "报名 1")
    for headline in ("1号活动报名", "主题党日报名", "周六的活动"):
        answer = await chat.whisper("李书记", f"＃接龙 {headline} 1. 张三 2. 李娜")
        assert "1号主题党日（11月28日周六19:30）报名：接龙 2 行。" in answer, headline
        assert "1 人已经登记，1 人没有登记" in answer
        assert "接龙了、没有登记：李娜" in answer


async def test_a_note_on_reports_is_compared_with_what_was_handed_in(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.whisper("李书记", "#接龙 思想汇报 1. 张三 2. 李娜")
    assert "2026年第四季度思想汇报：接龙 2 行。" in answer and "0 人已经登记，2 人没有登记" in answer
    assert "催汇报" in answer


async def test_a_note_on_something_else_is_asked_for_its_subject(chat: Chat) -> None:
    await found_branch(chat)
    assert "没看出" in await chat.whisper("李书记", "#接龙 周六聚餐 1. 张三 2. 李娜")
    assert "还没有人" in await chat.whisper("李书记", "#接龙 11月党费")
    assert "没有找到" in await chat.whisper("李书记", "#接龙 9号活动 1. 张三")
