"""他的党费呢, 那给我报上, 那我现在交: what the answer before was about need not be said again."""

from __future__ import annotations

from datetime import date

import pytest

from models import Attendance, Category, DuesPayment, Member, PaymentState, Placement, Post, ServicePart
from tests.chat import Chat, found_branch

SECRETARY = "李芳"
MEMBERS = (
    (SECRETARY, Post.SECRETARY, Category.FULL),
    ("陈明", Post.ORGANISATION, Category.FULL),
    ("张伟", Post.NONE, Category.FULL),
    ("赵磊", Post.NONE, Category.PROBATIONARY),
    ("周洋", Post.NONE, Category.FULL),
)
BODY = "这学期我到电池厂做测试员，一开始挺不适应的，三班倒，站一天腿都肿，师傅是老党员，别人嫌脏的活他都先上。"
PARTY_DAY = "1号主题党日（12月5日周六19:30）"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> None:
    await found_branch(chat, members=MEMBERS, dues_from="2026-11")
    chat.at("2026-11-30 12:00")


async def test_he_is_who_the_last_answer_was_about(chat: Chat) -> None:
    for name in ("张伟", "赵磊"):
        await chat.whisper(name, "交党费 11月")
    await chat.whisper("赵磊", f"交思想汇报 {BODY}")
    await chat.whisper(SECRETARY, "看汇报 赵磊")
    asked = await chat.whisper(SECRETARY, "他的党费我也收到了")
    assert "· 赵磊：2026年11月" in asked and "张伟" not in asked
    assert not await DuesPayment.filter(state=PaymentState.CONFIRMED).exists()
    await chat.whisper(SECRETARY, "确认")
    assert {one.member_id for one in await DuesPayment.filter(state=PaymentState.CONFIRMED)} == {
        (await Member.get(name="赵磊")).id
    }


async def test_he_is_nobody_where_the_last_answer_was_about_several_or_long_ago(chat: Chat) -> None:
    await chat.whisper("赵磊", f"交思想汇报 {BODY}")
    await chat.whisper("张伟", f"交思想汇报 {BODY}")
    await chat.whisper(SECRETARY, "看汇报 赵磊")
    await chat.whisper(SECRETARY, "谁还没交思想汇报")
    assert (await chat.whisper(SECRETARY, "看他汇报")).startswith("看谁的汇报？")
    await chat.whisper(SECRETARY, "看汇报 赵磊")
    chat.at("2026-11-30 12:11")
    assert (await chat.whisper(SECRETARY, "看他汇报")).startswith("看谁的汇报？")


async def test_in_a_group_he_is_nobody(chat: Chat) -> None:
    await chat.whisper("赵磊", "交党费 11月")
    await chat.whisper(SECRETARY, "看看赵磊")
    assert "赵磊" not in await chat.say(SECRETARY, "@鸿雁 他的党费我收到了")


async def test_what_was_shown_last_is_what_one_signs_up_for(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper(SECRETARY, "发起公益 12月6日上午9点 给新生讲实习 10人")
    assert "19:30" in await chat.whisper("张伟", "周六那个几点开始")
    assert (await chat.whisper("张伟", "那给我报上")).startswith(f"报名{PARTY_DAY}")
    assert not await Attendance.filter(signed_up_at__isnull=False).exists()
    assert f"已报名{PARTY_DAY}" in await chat.whisper("张伟", "对")
    assert "给新生讲实习" in await chat.whisper("周洋", "讲实习那个都有谁去")
    assert (await chat.whisper("周洋", "我去")).startswith("报名1号公益")


async def test_a_nod_or_a_number_is_no_sign_up_for_what_was_shown(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper("张伟", "周六那个几点开始")
    assert await chat.whisper("张伟", "好的") == "好的。"
    await chat.whisper("张伟", "周六那个几点开始")
    await chat.whisper("张伟", "1")
    assert not await Attendance.filter(signed_up_at__isnull=False).exists() and not await ServicePart.exists()


async def test_an_opinion_that_was_shown_is_the_one_that_is_answered(chat: Chat) -> None:
    await chat.whisper("张伟", "提意见 会开短一点")
    await chat.whisper("赵磊", "提意见 资料早点发")
    await chat.whisper(SECRETARY, "2号意见说的啥")
    assert "2号" in await chat.whisper(SECRETARY, "跟他说 以后提前三天发")
    await chat.whisper(SECRETARY, "确认")
    assert "以后提前三天发" in chat.heard("赵磊")[-1] and not any("提前" in said for said in chat.heard("张伟"))


async def test_what_was_asked_about_is_handed_in(chat: Chat) -> None:
    await chat.whisper("张伟", "我这季度思想汇报交了没 忘了")
    assert "思想汇报" in await chat.whisper("张伟", "那我现在交")
    await chat.whisper("张伟", "算了")
    await chat.whisper("张伟", "我的党费")
    assert "党费" in await chat.whisper("张伟", "那我现在交")
    assert not await DuesPayment.all().exists()
    assert (await chat.whisper("周洋", "那我现在交")).startswith("要交哪一样？")


@pytest.mark.parametrize(
    ("said", "told", "not_told"),
    [
        ("别人看不看得出是我啊", "谈心的话题和记录：只有谈话的两个人", "没有的一项"),
        ("书记查得到是我不", "思想汇报：您自己和本支部的书记、委员", "没有的一项"),
        ("这个陈明看得到吗", "学过哪些课：只有您自己", "没有的一项"),
        ("请假原因大家看得到吗", "请假的原因：只告诉书记", "党费"),
        ("这个会排名吗", "公益时长：您自己和委员，不排名", "党费"),
    ],
)
async def test_who_sees_what_is_said(chat: Chat, said: str, told: str, not_told: str) -> None:
    answer = await chat.whisper("张伟", said)
    assert told in answer and not_told not in answer


async def test_who_sees_is_told_of_what_was_spoken_of_last(chat: Chat) -> None:
    await chat.whisper("张伟", "谈心有哪些时段")
    answer = await chat.whisper("张伟", "别人看得到吗")
    assert "谈心的话题和记录：只有谈话的两个人" in answer and "党费" not in answer


async def test_the_end_of_ones_probation(chat: Chat) -> None:
    await Member.filter(name="赵磊").update(admitted_on=date(2025, 12, 20))
    said = await chat.whisper("赵磊", "预备期还有多久")
    assert "您的预备期到2026-12-20（还有 20 天）" in said and "支部大会讨论决定" in said
    assert "2026-12-20" not in await chat.say("赵磊", "@鸿雁 我啥时候能转正")
    assert "没有预备期" in await chat.whisper("张伟", "我能转正不")
    assert "· 赵磊：预备期到2026-12-20" in await chat.whisper(SECRETARY, "谁快转正了")
    await Member.filter(name="赵磊").update(admitted_on=None)
    assert "请问书记" in await chat.whisper("赵磊", "预备期还有多久")


async def test_where_placements_go_is_told_and_nothing_registered(chat: Chat) -> None:
    assert "没有实习的也要" in await chat.whisper("张伟", "没有实习也要登记吗")
    assert "实习结束" in await chat.whisper("张伟", "我要是提前结束实习要跟你说不")
    assert not await Placement.exists()


async def test_an_end_that_is_still_to_come_is_asked_about_as_the_last_month(chat: Chat) -> None:
    await chat.whisper("张伟", "报到 苏州 汇川技术 到明年6月")
    assert "2027年1月" in await chat.whisper("张伟", "实习2027年1月15日结束")
    assert (await Placement.get(claim__isnull=False)).ended_on is None
    assert "已登记结束" in await chat.whisper("张伟", "实习结束了")


async def test_who_is_in_a_city(chat: Chat) -> None:
    await chat.whisper("张伟", "报到 苏州 汇川技术 到明年6月")
    assert "张伟：苏州 汇川技术" in await chat.whisper(SECRETARY, "苏州那边都有谁")


async def test_together_is_no_yuan_and_another_month_costs_as_much(chat: Chat) -> None:
    assert "0.20元" in await chat.whisper("张伟", "12月党费转给书记啦 0.2")
    assert "0.40元" in await chat.whisper("张伟", "明年1月的也一起吧")
    assert "1.00元" not in await chat.whisper("周洋", "11月12月党费一块交了")


async def test_the_same_of_another_is_not_ones_own(chat: Chat) -> None:
    for name in ("张伟", "赵磊"):
        await chat.whisper(name, f"交思想汇报 {BODY}")
    await chat.whisper(SECRETARY, "看汇报 赵磊")
    assert (await chat.whisper(SECRETARY, "那张伟的呢")).startswith("张伟的")
    await chat.whisper(SECRETARY, "我的党费")
    assert (await chat.whisper(SECRETARY, "那张伟的呢")).startswith("张伟（")


async def test_who_stands_behind_a_count_is_told_privately(chat: Chat) -> None:
    counted = await chat.say(SECRETARY, "@鸿雁 汇报还差几个没交")
    assert "张伟" not in counted
    assert "没交（5）：" in await chat.whisper(SECRETARY, "那几个人是谁")
    assert "没交（5）：" in await chat.whisper(SECRETARY, "我问的是汇报没交的")


@pytest.mark.parametrize("said", ["等等 我先问下 能发两段吗", "刚才那句问你的别写进去", "现在里面写的啥 给我看看"])
async def test_what_is_asked_while_a_report_is_written_is_not_written_into_it_unasked(chat: Chat, said: str) -> None:
    await chat.whisper("张伟", "交思想汇报")
    await chat.whisper("张伟", BODY)
    assert "对的话回复" in await chat.whisper("张伟", said)
    await chat.whisper("张伟", "算了")
    assert f"文字 {len(BODY)} 字" in await chat.whisper("张伟", "发完了")
