"""撤销 takes back the last thing and says which, or says why that very thing stays."""

from __future__ import annotations

import pytest

from models import (
    Account,
    Branch,
    Category,
    Deed,
    Member,
    Post,
    Report,
    ReportState,
    Room,
    Talk,
    TalkSlot,
    TalkState,
)
from tests.chat import Chat, contact, found_branch

REPORT = "思想汇报：" + "这个月在工地上学到很多，感受很深。" * 20


@pytest.fixture
async def booked(chat: Chat) -> Chat:
    """张三 has booked the first of four slots of Thursday."""
    await found_branch(chat)
    await chat.whisper("李书记", "开放时段 周四14-16点 每人30分钟")
    await chat.whisper("张三", "约谈心 1号")
    chat.heard("李书记")
    return chat


async def test_a_changed_talk_goes_back_to_its_time_and_stays_booked(booked: Chat) -> None:
    await booked.whisper("张三", "谈心改到周四15点")
    assert (
        await booked.whisper("张三", "撤销")
        == "已撤销改期，谈心改回11月26日（周四）14:00–14:30（1号），对方会收到通知。"
    )
    talk = await Talk.get()
    assert (talk.state, talk.claim, talk.slot_id) == (TalkState.BOOKED, talk.slot_id, (await TalkSlot.get(number=1)).id)
    assert "改回11月26日（周四）14:00" in booked.heard("李书记")[-1]
    assert "已取消谈心：11月26日（周四）14:00" in await booked.whisper("张三", "撤销")


async def test_a_change_stays_where_the_old_time_is_gone(booked: Chat) -> None:
    await booked.whisper("张三", "谈心改到周四15点")
    await booked.whisper("王强", "约谈心 1号")
    said = await booked.whisper("张三", "撤销")
    assert "14:00–14:30（1号）已经约不上了" in said and "仍是11月26日（周四）15:00–15:30（3号）" in said
    assert await Talk.filter(state=TalkState.BOOKED).count() == 2


async def test_a_cancelled_talk_is_booked_again(booked: Chat) -> None:
    await booked.whisper("张三", "取消谈心")
    assert "谈心仍在11月26日（周四）14:00–14:30（1号）" in await booked.whisper("张三", "撤销")
    assert (await Talk.get()).state is TalkState.BOOKED
    assert "撤销了取消" in booked.heard("李书记")[-1]
    await booked.whisper("李书记", "取消谈心")
    booked.heard("张三")
    await booked.whisper("李书记", "撤销")
    assert "撤销了取消" in booked.heard("张三")[-1]


async def test_a_cancelled_talk_stays_so_where_somebody_took_the_slot(booked: Chat) -> None:
    await booked.whisper("张三", "取消谈心")
    await booked.whisper("王强", "约谈心 1号")
    assert "已经约不上了" in await booked.whisper("张三", "撤销")
    await booked.whisper("王强", "取消谈心")
    await booked.whisper("张三", "约谈心 2号")
    await booked.whisper("王强", "撤销")
    assert await Talk.filter(state=TalkState.BOOKED).count() == 2


async def test_a_closed_slot_is_open_again_and_its_talk_is_not(booked: Chat) -> None:
    await booked.whisper("李书记", "取消时段 1")
    said = await booked.whisper("李书记", "撤销")
    assert said.startswith("1号时段重新开放") and "谈心没有恢复" in said
    assert (await TalkSlot.get(number=1)).withdrawn_at is None and (await Talk.get()).state is TalkState.CANCELLED
    booked.at("2026-11-26 13:50")
    await booked.whisper("李书记", "取消时段 2")
    booked.at("2026-11-26 14:40")
    assert "2号时段（11月26日（周四）14:30–15:00）不能重新开放" in await booked.whisper("李书记", "撤销")


async def test_a_withdrawn_report_waits_again(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", REPORT)
    await chat.whisper("张三", "撤回汇报")
    assert "已恢复您的2026年第四季度思想汇报" in await chat.whisper("张三", "撤销")
    report = await Report.get()
    assert report.state is ReportState.SUBMITTED and report.claim is not None
    assert "已撤回您的" in await chat.whisper("张三", "撤销")


async def test_a_withdrawn_report_does_not_push_another_aside(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", REPORT)
    await chat.whisper("张三", "撤回汇报")
    await chat.whisper("张三", REPORT + "再改一版。")
    deed = await Deed.get(command="report.withdraw")
    await Deed.filter(id__gt=deed.id).delete()
    assert "已经有另一份了" in await chat.whisper("张三", "撤销")
    assert await Report.filter(state=ReportState.SUBMITTED).count() == 1


async def test_a_dropped_draft_is_open_again(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", "这个月在工地上学到很多，感受很深，也想了很多。")
    await chat.whisper("张三", "撤回汇报")
    assert "草稿已恢复：文字 23 字" in await chat.whisper("张三", "撤销")
    assert "共 40 字" in await chat.whisper("张三", "还有一段是后来补写的，请一并收下。")


async def test_paper_that_was_noted_by_mistake(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", REPORT)
    await chat.whisper("李书记", "收到纸质 张三")
    assert "纸质版没有收到" in await chat.whisper("李书记", "撤销")
    assert (await Report.get()).paper_received_on is None
    await chat.whisper("李书记", "收到纸质 张三")
    await chat.whisper("李书记", "没收到纸质 张三")
    assert await chat.whisper("李书记", "撤销") == "“没收到纸质”不能撤销。纸质版其实收到了，请发：收到纸质 张三"


async def test_a_report_on_paper_alone_is_none_again(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "收到纸质 李娜")
    await chat.whisper("李书记", "确认")
    chat.heard("李娜")
    assert "没有交" in await chat.whisper("李书记", "撤销")
    assert (await Report.get()).state is ReportState.WITHDRAWN
    assert "更正为没有交" in chat.heard("李娜")[-1]


async def newcomer() -> None:
    """赵磊 is in the roster and has no account."""
    branch = await Branch.get()
    await Member.create(
        name="赵磊",
        student_no="20239001",
        branch=branch,
        category=Category.FULL,
        post=Post.NONE,
        dues_from="2026-09",
        created_at=branch.created_at,
    )


async def test_who_was_told_has_been_told(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 11月 0.2")
    await chat.whisper("张三", "转人工")
    assert "已经转告了，收不回来" in await chat.whisper("张三", "撤销")
    assert not await Deed.exists(undone_at__isnull=False)


async def test_an_accepted_account_is_nobodys_again(chat: Chat) -> None:
    await found_branch(chat)
    await newcomer()
    await chat.whisper("小赵", "绑定 赵磊 20239001")
    await chat.whisper("李书记", "同意绑定 赵磊")
    assert "不再是赵磊" in await chat.whisper("李书记", "撤销")
    assert (await Account.get(contact=contact("小赵"))).member_id is None
    assert "绑定被收回了" in chat.heard("小赵")[-1]
    assert "还不认识您" in await chat.whisper("小赵", "我的")


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("催党费", "提醒已经发出，收不回来"),
        ("绑定码 张三", "绑定码已经给出，不能撤销"),
        ("取消活动 1", "1号主题党日（11月28日周六19:30）的取消已经在群里通知了，不能撤销"),
        ("改活动 1 11月29日19:30", "例如：改活动 1 11月30日19:30"),
    ],
)
async def test_what_stays_says_so_and_nothing_earlier_goes(chat: Chat, said: str, stays: str) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    await chat.whisper("李书记", "交党费 11月 0.2")
    await chat.whisper("李书记", said)
    for _ in range(2):
        assert stays in await chat.whisper("李书记", "撤销")
    assert not await Deed.exists(undone_at__isnull=False)


async def test_a_rejected_request_and_a_groups_branch_stay(chat: Chat) -> None:
    await found_branch(chat)
    await newcomer()
    await chat.whisper("小赵", "绑定 赵磊 20239001")
    await chat.whisper("李书记", "拒绝绑定 赵磊")
    assert "绑定码 赵磊" in await chat.whisper("李书记", "撤销")
    await chat.say("李书记", "@鸿雁 解绑本群")
    await chat.say("李书记", "确认")
    assert "再绑定请在群里发送“绑定本群”" in await chat.whisper("李书记", "撤销")
    await chat.say("李书记", "@鸿雁 绑定本群")
    assert "要解绑请在群里发送“解绑本群”" in await chat.whisper("李书记", "撤销")
    assert await Room.exists(active=True)


async def test_with_a_question_open_it_is_the_question_that_is_dropped(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 11月 0.2")
    assert "回复“确认”" in await chat.whisper("张三", "交党费 2027年10月 0.2")
    assert "刚才问的那条没有登记" in await chat.whisper("张三", "撤销")
    assert not await Deed.exists(undone_at__isnull=False)
    assert "已撤销：2026年11月党费" in await chat.whisper("张三", "撤销")


async def test_what_was_taken_back_is_named(booked: Chat) -> None:
    await booked.whisper("王强", "交党费 11月 0.2")
    await booked.whisper("李书记", "确认党费 王强")
    assert "· 王强：2026年11月，0.20元" in await booked.whisper("李书记", "撤销")
    assert "已收回 3 个时段：\n11月26日（周四）：2号 14:30–15:00" in await booked.whisper("李书记", "撤销")


async def test_where_somebody_acted_without_a_name_it_asks_what_is_meant(chat: Chat) -> None:
    """An anonymous wish leaves no deed: its author who says 撤销 must not lose what was recorded before it."""
    await found_branch(chat)
    await chat.say("张三", "交党费 11月 0.2")
    await chat.say("王强", "交党费 11月 0.2")
    chat.at("2026-11-23 12:05")
    await chat.whisper("张三", "匿名微心愿 想借本行测书")
    asked = "要收回的是这一条吗：登记党费（11月23日（周一）12:00）？匿名的没有留名，撤销收不回"
    chat.at("2026-11-23 12:06")
    for who in ("张三", "王强"):  # the same for everybody: the question tells nobody whose the wish is
        assert (await chat.whisper(who, "撤销")).startswith(asked)
    assert "没有登记" in await chat.whisper("张三", "算了")
    assert await Deed.filter(undone_at__isnull=False).count() == 0
    assert "已撤销" in await chat.whisper("王强", "确认")
    chat.at("2026-11-23 12:10")
    await chat.say("张三", "交党费 12月 0.2")
    assert "12月" in await chat.whisper("张三", "撤销")
