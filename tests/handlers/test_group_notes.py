"""接龙 is compared with what is recorded; it records nothing, and the group hears counts only."""

from __future__ import annotations

from models import DuesPayment
from tests.chat import Chat, found_branch

NOTE = "#接龙\n11月党费\n例 姓名 金额\n\n1. 张三 0.2\n2. 李娜 0.2\n3. 赵无名 0.2"


async def test_the_difference_goes_to_the_secretary_and_the_group_hears_counts(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("张三", "交党费 11月 0.2")
    await chat.say("王强", "交党费 11月 0.2")
    chat.heard("李书记")
    answer = await chat.say("李书记", f"@鸿雁 {NOTE}")
    assert answer == (
        "2026年11月党费：接龙 3 行，1 人已经登记，1 人没有登记，另有 1 人登记了、没在接龙里，1 行对不上名册。"
        "接龙不算登记，没登记的请本人发送“交党费 2026年11月”。"
    )
    (names,) = chat.heard("李书记")
    assert "接龙了、没有登记：李娜\n登记了、没有接龙：王强\n都没有：李书记\n对不上名册的：赵无名 0.2" in names
    assert "催党费" in names
    assert await DuesPayment.all().count() == 2


async def test_a_member_hears_counts_only(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.whisper("张三", NOTE)
    assert "2 人没有登记" in answer and "李娜" not in answer


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
        assert "1号主题党日（11月28日周六19:30）报名：接龙 2 行，1 人已经登记，1 人没有登记" in answer, headline
        assert "接龙了、没有登记：李娜" in answer


async def test_a_note_on_reports_is_compared_with_what_was_handed_in(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.whisper("李书记", "#接龙 思想汇报 1. 张三 2. 李娜")
    assert "2026年第四季度思想汇报：接龙 2 行，0 人已经登记，2 人没有登记" in answer and "催汇报" in answer


async def test_a_note_on_something_else_is_asked_for_its_subject(chat: Chat) -> None:
    await found_branch(chat)
    assert "没看出" in await chat.whisper("李书记", "#接龙 周六聚餐 1. 张三 2. 李娜")
    assert "还没有人" in await chat.whisper("李书记", "#接龙 11月党费")
    assert "没有找到" in await chat.whisper("李书记", "#接龙 9号活动 1. 张三")
