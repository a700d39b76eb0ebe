"""Organisational life as a chat log: announced, signed up for, signed in to, missed, spoken of, written down."""

from __future__ import annotations

import asyncio
import io
from datetime import date

import pytest
from docx import Document

from bot.settings import LifeSettings
from models import Activity, ActivityKind, ActivityNote, ActivityState, Attendance, Branch, Category, Member, Post
from models.activity import due_kinds, held, tally
from tests.chat import Chat, found_branch

ANNOUNCE = "发起主题党日 11月28日19:30 学习二十届四中全会精神"
TOMORROW = "发起主题党日 11月24日19:30 学习二十届四中全会精神"


@pytest.fixture
async def chat(chat: Chat) -> Chat:
    """Five who count and a candidate; it is Monday, the 23rd of November 2026, noon."""
    await found_branch(
        chat,
        members=(
            ("李书记", Post.SECRETARY, Category.FULL),
            ("赵副", Post.DEPUTY, Category.FULL),
            ("张三", Post.NONE, Category.FULL),
            ("李娜", Post.NONE, Category.PROBATIONARY),
            ("孙悦", Post.NONE, Category.FULL),
            ("王强", Post.NONE, Category.CANDIDATE),
        ),
    )
    return chat


async def begin(chat: Chat, said: str = ANNOUNCE, moment: str = "2026-11-28 19:25") -> None:
    """Announced, and it is time to sign in."""
    await chat.whisper("李书记", said)
    chat.at(moment)
    chat.group(), chat.heard("李书记")


# Announcing


async def test_an_activity_is_announced_in_the_group_under_a_number(chat: Chat) -> None:
    answer = await chat.whisper("李书记", ANNOUNCE + " https://meeting.example.com/abc")
    assert "已发布：1号主题党日（11月28日周六19:30），已在群里通知" in answer
    (said,) = chat.group()
    assert said == (
        "【主题党日】1号\n时间：11月28日（周六）19:30\n内容：学习二十届四中全会精神\n"
        "链接：https://meeting.example.com/abc\n报名请发：报名 1\n签到：11月28日（周六）19:00起在群里发“签到”\n"
        "请假请私聊我发：请假 1 原因（原因只告诉书记）"
    )
    assert "2号党课" in await chat.whisper("李书记", "发起党课 明晚8点 学习党章")


async def test_without_a_topic_none_is_announced(chat: Chat) -> None:
    await chat.whisper("李书记", "发起党课 11月30日20:00")
    (said,) = chat.group()
    assert said.startswith("【党课】1号\n时间：11月30日（周一）20:00\n报名请发")


async def test_three_announced_at_once_get_a_number_each(chat: Chat) -> None:
    said = [chat.incoming("李书记", f"发起党课 12月{day}日19:30 学习党章") for day in (1, 2, 3)]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in said))
    await chat.send()
    assert sorted([activity.number for activity in await Activity.all()]) == [1, 2, 3]
    assert not any("出了点问题" in text for text in chat.group())


async def test_numbers_are_the_branchs_own(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    await found_branch(chat, "别的支部", (("钱书记", Post.SECRETARY, Category.FULL),), room="room-2@chatroom")
    assert "已发布：1号" in await chat.whisper("钱书记", ANNOUNCE)
    assert "没有2号活动" in await chat.whisper("钱书记", "报名 2")


async def test_the_same_announced_twice_is_asked_about(chat: Chat) -> None:
    said = [chat.incoming(who, ANNOUNCE, private=True) for who in ("李书记", "赵副")]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in said))
    await chat.send()
    assert [activity.number for activity in await Activity.all()] == [1]
    assert "已经发布过1号主题党日（11月28日周六19:30），时间相同" in await chat.whisper("李书记", ANNOUNCE)
    assert "已发布：2号主题党日" in await chat.whisper("李书记", "确认")
    assert "已发布：3号党课" in await chat.whisper("李书记", "发起党课 11月28日19:30 学习党章")


async def test_the_past_is_refused_and_so_are_members(chat: Chat) -> None:
    assert "已经过了" in await chat.whisper("李书记", "发起党课 2026年11月20日19:30 学习党章")
    assert "只有支部委员能用" in await chat.say("张三", ANNOUNCE)
    assert "还差时间" in await chat.whisper("李书记", "发起主题党日")
    assert await Activity.all().count() == 0


async def test_a_second_delivery_announces_once(chat: Chat) -> None:
    message = chat.incoming("李书记", ANNOUNCE)
    await chat.hear(message)
    assert not await chat.hear(message)
    assert await Activity.all().count() == 1


async def test_taking_the_announcement_back_cancels_it(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    chat.group()
    assert "已取消：1号主题党日" in await chat.whisper("李书记", "撤销")
    assert chat.group() == ["【取消】1号主题党日（11月28日周六19:30）取消了，不用参加。"]
    assert "已经取消了" in await chat.say("张三", "报名 1")
    chat.at("2026-11-28 19:30")
    await chat.ignores("张三", "签到")


async def test_an_activity_is_put_off(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    chat.group()
    assert "已改期" in await chat.whisper("李书记", "改活动 1 11月29日20:00")
    assert "改到11月29日（周日）20:00" in chat.group()[0]
    assert "请再发一次" in await chat.whisper("李书记", "撤销")
    chat.at("2026-11-28 19:30")
    await chat.ignores("张三", "到")
    chat.at("2026-11-29 19:40")
    assert await chat.say("张三", "到") == "已签到，第 1 位。"


async def test_who_has_signed_in_is_not_present_at_another_time(chat: Chat) -> None:
    await begin(chat)
    for who in ("张三", "李娜"):
        await chat.say(who, "到")
    chat.group()
    asked = await chat.whisper("李书记", "改活动 1 12月8日19:30")
    assert "已有 2 人签到" in asked and "12月8日" in asked
    assert not chat.group()
    assert "已改期" in await chat.whisper("李书记", "确认")
    assert "之前的签到作废，到时请重新签到" in chat.group()[0]
    chat.at("2026-12-08 19:25")
    await chat.say("张三", "到")
    counted = await tally(await Activity.get(number=1))
    assert [member.name for member in counted.present] == ["张三"]
    assert [member.name for member in counted.signed_up] == ["张三", "李娜"]


async def test_an_activity_is_cancelled_before_it_begins(chat: Chat) -> None:
    await begin(chat)
    chat.at("2026-11-28 19:31")
    assert "已经开始或结束了" in await chat.whisper("李书记", "取消活动 1")
    chat.at("2026-11-28 12:00")
    assert "已取消" in await chat.whisper("李书记", "取消活动 1")
    assert "【取消】" in chat.group()[0]
    assert "没有安排" in await chat.say("张三", "组织生活")


async def test_what_lies_ahead_is_listed(chat: Chat) -> None:
    assert await chat.say("张三", "组织生活") == "近期没有安排组织生活。"
    await chat.whisper("李书记", ANNOUNCE)
    await chat.whisper("李书记", "发起党课 明晚8点 学习党章")
    await chat.say("张三", "报名 1")
    listed = await chat.whisper("张三", "最近有什么活动")
    assert listed.splitlines()[1:3] == [
        "· 2号党课（11月24日周二20:00）：学习党章，已报名 0 人",
        "· 1号主题党日（11月28日周六19:30）：学习二十届四中全会精神，已报名 1 人（您已报名）",
    ]
    assert "您" not in await chat.say("张三", "组织生活")


# Signing up


async def test_members_sign_up_and_take_it_back(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    assert "共 1 人报名" in await chat.say("张三", "报名 1")
    assert "共 2 人报名" in await chat.say("李娜", "@鸿雁 参加 1号活动")
    assert "您已经报名" in await chat.say("张三", "报名 1")
    assert "已收回" in await chat.say("李娜", "撤销")
    assert await Attendance.filter(signed_up_at__isnull=False).count() == 1
    assert "没有9号活动" in await chat.say("张三", "报名 9")


async def test_what_has_begun_is_signed_in_to_instead(chat: Chat) -> None:
    await begin(chat, moment="2026-11-28 19:40")
    assert "直接发送“签到”" in await chat.say("张三", "报名 1")
    chat.at("2026-11-28 22:31")
    assert "已经结束" in await chat.say("张三", "报名 1")


# Signing in


async def test_signing_in_is_short_and_counts(chat: Chat) -> None:
    await begin(chat)
    assert await chat.say("张三", "签到") == "已签到，第 1 位。"
    assert await chat.say("李娜", "到") == "已签到，第 2 位。"
    assert await chat.say("孙悦", "1") == "已签到，第 3 位。"
    assert "您已经签过到了（19:25）" in await chat.say("张三", "到")
    assert await Attendance.filter(signed_in_at__isnull=False).count() == 3


async def test_nobody_signs_in_too_early_or_too_late(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    await chat.ignores("张三", "到")
    assert "11月28日（周六）19:00开始签到" in await chat.whisper("张三", "签到")
    assert "11月28日（周六）19:00开始签到" in await chat.say("张三", "@鸿雁 签到 1")
    chat.at("2026-11-28 18:59")
    await chat.ignores("张三", "到")
    chat.at("2026-11-28 19:00")
    assert await chat.say("张三", "到") == "已签到，第 1 位。"
    chat.at("2026-11-28 22:30")
    await chat.ignores("李娜", "到")
    assert "已经在11月28日（周六）22:30结束" in await chat.whisper("李娜", "签到")
    assert await Attendance.all().count() == 1


async def test_with_nothing_open_the_bot_says_so_when_asked(chat: Chat) -> None:
    assert "没有可以签到的活动" in await chat.whisper("张三", "签到")


async def test_of_two_that_are_open_the_number_says_which(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    await begin(chat, "发起党课 11月28日19:00 学习党章")
    assert "请回复编号，例如：2" in await chat.say("张三", "到")
    assert await chat.say("张三", "签到 1") == "已签到，第 1 位。"


async def test_signing_in_is_taken_back_while_it_is_open(chat: Chat) -> None:
    await begin(chat)
    await chat.say("张三", "到")
    assert "已收回" in await chat.say("张三", "撤销")
    assert (await Attendance.get()).signed_in_at is None
    await chat.say("张三", "到")
    chat.at("2026-11-28 22:40")
    assert "不能撤销" in await chat.say("张三", "撤销")


# Leave


async def test_the_reason_goes_to_the_secretaries_alone(chat: Chat) -> None:
    await chat.whisper("李书记", "发起党课 周五晚上七点半 新质生产力")
    chat.group(), chat.heard("李书记")
    answer = await chat.say("张三", "请假 周五党课 要加班")
    assert "已登记请假：1号党课" in answer and "加班" not in answer
    for secretary in ("李书记", "赵副"):
        assert chat.heard(secretary) == ["张三请假：1号党课（11月27日周五19:30），原因：要加班。"]
    assert all("加班" not in said for said in chat.group())


async def test_leave_without_a_name_is_from_the_next_one(chat: Chat) -> None:
    assert "近期没有要参加的活动" in await chat.say("张三", "请假")
    await chat.whisper("李书记", ANNOUNCE)
    await chat.whisper("李书记", "发起党课 明晚8点 学习党章")
    assert "2号党课" in await chat.whisper("张三", "请假")
    assert "1号主题党日" in await chat.whisper("李娜", "请假 1 出差")
    assert "没有找到" in await chat.whisper("李娜", "请假 下周三党小组会 出差")


async def test_leave_is_taken_back_and_the_secretary_hears(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    await chat.whisper("张三", "请假 1 出差")
    assert "已收回" in await chat.whisper("张三", "撤销")
    assert "张三收回了请假" in chat.heard("李书记")[-1]
    assert not (await tally(await Activity.get())).on_leave


async def test_whoever_has_come_needs_no_leave_and_may_come_in_spite_of_it(chat: Chat) -> None:
    await begin(chat)
    await chat.say("张三", "到")
    assert "不用请假" in await chat.say("张三", "请假 1 有事")
    await chat.whisper("李娜", "请假 1 有事")
    await chat.say("李娜", "到")
    result = await tally(await Activity.get())
    assert [member.name for member in result.present] == ["张三", "李娜"]
    assert result.on_leave == []


# Notes


async def test_notes_go_to_the_activity_that_is_open_or_was_this_week(chat: Chat) -> None:
    assert "还没有开过的活动" in await chat.whisper("张三", "心得 今天学到了很多")
    await begin(chat)
    answer = await chat.say("张三", "发言 我认为党员要带头")
    assert "已收到1号主题党日" in answer and "带头" not in answer
    chat.at("2026-11-29 10:00")
    assert "共 2 条" in await chat.whisper("李娜", "心得 今天学到了很多")
    chat.at("2026-11-30 10:00")
    asked = await chat.whisper("孙悦", "心得 今天学到了很多")
    assert asked.startswith("记成1号主题党日") and "：“今天学到了很多”？" in asked
    assert "例如" not in await chat.say("孙悦", "心得 今天学到了很多") and await ActivityNote.all().count() == 2
    chat.at("2027-03-01 10:00")
    assert "例如：心得 1 今天学到了……（最近一次是1号主题党日" in await chat.whisper("孙悦", "心得 今天学到了很多")
    chat.at("2026-11-30 10:20")
    assert "共 3 条" in await chat.whisper("孙悦", "心得 1 今天学到了很多")
    assert "已收回" in await chat.whisper("孙悦", "撤销")
    assert await ActivityNote.filter(voided_at=None).count() == 2


# Attendance


async def test_closing_sums_up_and_names_privately(chat: Chat) -> None:
    await begin(chat)
    await chat.whisper("孙悦", "请假 1 加班")
    for who in ("张三", "李娜", "王强"):
        await chat.say(who, "到")
    assert "还没有开始" in await chat.say("李书记", "结束签到")
    chat.at("2026-11-28 20:00")
    chat.heard("李书记")
    answer = await chat.say("李书记", "结束签到")
    assert "应到 5 人，实到 2 人，请假 1 人，未到 2 人，列席 1 人。" in answer and "张三" not in answer
    (names,) = chat.heard("李书记")
    assert "实到：张三、李娜\n请假：孙悦\n未到：李书记、赵副\n列席：王强" in names and "加班" not in names
    await chat.ignores("李书记", "到")
    assert "已经在11月28日（周六）20:00结束" in await chat.whisper("李书记", "签到")
    assert "已经结束了" in await chat.say("李书记", "结束活动 1")
    assert "没有正在签到" in await chat.say("李书记", "结束签到")


async def test_closing_is_taken_back(chat: Chat) -> None:
    await begin(chat, moment="2026-11-28 20:00")
    await chat.say("李书记", "结束签到")
    assert "重新开放签到" in await chat.say("李书记", "撤销")
    assert await chat.say("张三", "到") == "已签到，第 1 位。"


async def test_attendance_is_of_the_latest_or_of_a_kind(chat: Chat) -> None:
    assert "还没有这类活动" in await chat.whisper("李书记", "考勤")
    await chat.whisper("李书记", "发起党课 明晚8点 学习党章")
    await begin(chat)
    await chat.say("张三", "到")
    assert "1号党课" in await chat.whisper("李书记", "考勤 1")
    early = await chat.whisper("李书记", "考勤")
    assert "：应到 5 人，已签到 1 人，请假 0 人，还没到 4 人。" in early and "还没到：李书记、赵副" in early
    chat.at("2026-11-28 19:31")
    assert "2号主题党日（11月28日周六19:30）：应到 5 人，实到 1 人" in await chat.say("李书记", "考勤")
    assert "1号党课" in await chat.whisper("李书记", "党课到了多少人")
    assert "只有支部委员能用" in await chat.say("张三", "考勤")


@pytest.mark.parametrize(("coming", "verdict"), [(("张三", "李娜"), "未达到"), (("张三", "孙悦"), "已达到")])
async def test_a_general_meeting_needs_half_of_those_who_may_vote(
    chat: Chat, coming: tuple[str, ...], verdict: str
) -> None:
    await begin(chat, "发起党员大会 11月28日19:30 讨论转正")
    for who in coming:
        await chat.say(who, "到")
    assert "法定人数" not in await chat.whisper("李书记", "考勤")
    chat.at("2026-11-28 19:30")
    said = await chat.whisper("李书记", "考勤")
    present = {"未达到": 1, "已达到": 2}[verdict]
    assert f"有表决权的党员应到 4 人，到会 {present} 人，须有 2 人到会，{verdict}法定人数。" in said


async def test_a_committee_meeting_needs_more_than_half_of_the_committee(chat: Chat) -> None:
    await begin(chat, "发起支委会 11月28日19:30 研究工作", "2026-11-28 19:35")
    await chat.say("李书记", "到")
    assert "应到 2 人" in await chat.whisper("李书记", "考勤")
    assert "支部委员应到 2 人，到会 1 人，须有 2 人到会，未达到法定人数" in await chat.whisper("李书记", "考勤")


async def test_the_minutes_are_a_private_file(chat: Chat) -> None:
    assert "还没有开过" in await chat.whisper("李书记", "会议纪要")
    await begin(chat, "发起党员大会 11月28日19:30 讨论../转正")
    assert "还没有开始" in await chat.whisper("李书记", "会议纪要 1")
    for who in ("张三", "孙悦"):
        await chat.say(who, "到")
    await chat.whisper("李娜", "请假 1 家里有事")
    await chat.say("张三", "发言 同意\x0b转正")
    chat.at("2026-11-28 21:00")
    assert await chat.say("李书记", "会议纪要 1") == "已私聊回复您。"
    (file,) = chat.files("李书记")
    assert file.name == "党员大会纪要_2026-11-28_1号.docx"
    document = Document(io.BytesIO(file.data))
    rows = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert rows["时间"] == "2026年11月28日（周六）19:30"
    assert (rows["实到"], rows["请假"], rows["缺席"]) == ("张三、孙悦", "李娜", "李书记、赵副")
    assert "已达到法定人数" in rows["法定人数"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "张三：同意转正" in text and "家里有事" not in text + str(rows)


# What is due


async def test_what_is_due_is_shown_with_what_was_held(chat: Chat) -> None:
    await begin(chat)
    chat.at("2026-11-29 10:00")
    await chat.whisper("李书记", "发起党课 11月30日20:00 学习党章")
    said = await chat.whisper("李书记", "组织生活提醒")
    assert (
        "· 主题党日（本月应开 1 次）：已开 0 次，还差 1 次。"
        "11月28日（周六）19:30那次没有人签到，不算；到了没签上的可发：补签 姓名 1" in said
    )
    assert "11月30日前" in await chat.whisper("李书记", "待办") and "主题党日" in await chat.whisper("李书记", "待办")
    assert "主题党日 1" not in await chat.whisper("李书记", "支部情况")
    await chat.whisper("李书记", "补签 张三 1")
    said = await chat.whisper("李书记", "组织生活提醒")
    assert "· 主题党日（本月应开 1 次）：已开 1 次，已完成。" in said
    assert "· 支委会（本月应开 1 次）：已开 0 次，还差 1 次。" in said
    assert "· 党课（本季度应开 1 次）：已开 0 次，还差 1 次，已安排在11月30日（周一）20:00。" in said
    assert "· 民主评议（今年应开 1 次）" in said


def test_a_yearly_figure_says_in_which_period_it_is_due() -> None:
    yearly = {
        ActivityKind.PARTY_DAY: 12,
        ActivityKind.GENERAL_MEETING: 4,
        ActivityKind.APPRAISAL: 1,
        ActivityKind.LECTURE: 0,
        ActivityKind.GROUP_MEETING: 24,
        ActivityKind.REVIEW_MEETING: 2,
    }
    dues = {due.kind: (due.first, due.last, due.needed) for due in due_kinds(yearly, date(2028, 2, 29))}
    assert dues == {
        ActivityKind.PARTY_DAY: (date(2028, 2, 1), date(2028, 2, 29), 1),
        ActivityKind.GENERAL_MEETING: (date(2028, 1, 1), date(2028, 3, 31), 1),
        ActivityKind.APPRAISAL: (date(2028, 1, 1), date(2028, 12, 31), 1),
        ActivityKind.GROUP_MEETING: (date(2028, 2, 1), date(2028, 2, 29), 2),
        ActivityKind.REVIEW_MEETING: (date(2028, 1, 1), date(2028, 12, 31), 2),
    }
    assert due_kinds({ActivityKind.PARTY_DAY: 12}, date(2026, 12, 31))[0].last == date(2026, 12, 31)
    assert LifeSettings().yearly[ActivityKind.GENERAL_MEETING] == 4  # 支部工作条例 第十一条: quarterly


async def test_held_goes_by_shanghais_days_and_leaves_out_what_was_cancelled(chat: Chat) -> None:
    for said in ("发起党课 11月30日23:30 一", "发起党课 12月1日0:10 二", "发起党课 11月29日20:00 三"):
        await chat.whisper("李书记", said)
    await chat.whisper("李书记", "取消活动 3")
    branch = await Branch.get()
    assert [a.topic for a in await held([branch.id], date(2026, 11, 1), date(2026, 11, 30))] == ["一"]
    assert [a.topic for a in await held([branch.id], date(2026, 12, 1), date(2026, 12, 31))] == ["二"]


# Reminders: before the 25th, when the month's own are sent


async def test_the_group_is_reminded_the_evening_before_and_an_hour_before_once_each(chat: Chat) -> None:
    await begin(chat, TOMORROW, "2026-11-23 18:59")
    await chat.say("张三", "报名 1")
    await chat.whisper("李娜", "请假 1 加班")
    chat.group()
    await chat.tick()
    assert chat.group() == []
    chat.at("2026-11-23 19:00")
    await chat.tick()
    await chat.tick()
    (said,) = chat.group()
    assert said == (
        "【明天】1号主题党日（11月24日周二19:30）\n学习二十届四中全会精神\n应到 5 人，已报名 1 人，请假 1 人。"
    )
    chat.at("2026-11-24 18:30")
    await chat.tick()
    chat.at("2026-11-24 18:31")
    await chat.tick()
    (said,) = chat.group()
    assert said == (
        "【马上开始】1号主题党日（11月24日周二19:30）\n学习二十届四中全会精神\n应到 5 人，请假 1 人。"
        "19:00 起在群里发“签到”，现在还签不了。"
    )
    chat.at("2026-11-24 19:31")
    await chat.tick()
    assert chat.group() == []
    assert chat.heard("王强") == []


async def test_after_downtime_the_reminder_comes_once_and_says_today(chat: Chat) -> None:
    await begin(chat, TOMORROW, "2026-11-24 07:00")
    await chat.tick()
    assert chat.group() == []  # quiet hours
    chat.at("2026-11-24 08:01")
    await chat.tick()
    (said,) = chat.group()
    assert said.startswith("【今天】1号")


async def test_no_reminder_for_what_was_announced_after_its_time(chat: Chat) -> None:
    await chat.whisper("李书记", "发起党课 今天12:40 学习党章")
    chat.group()
    await chat.tick()
    assert chat.group() == []


async def test_a_new_time_is_reminded_of_anew(chat: Chat) -> None:
    await begin(chat, TOMORROW, "2026-11-23 19:00")
    await chat.tick()
    await chat.whisper("李书记", "改活动 1 11月25日20:00")
    chat.group()
    chat.at("2026-11-24 19:00")
    await chat.tick()
    assert [said[:4] for said in chat.group()] == ["【明天】"]


async def test_the_secretary_gets_the_attendance_when_signing_in_ends(chat: Chat) -> None:
    await begin(chat, TOMORROW, "2026-11-24 19:25")
    await chat.say("张三", "到")
    chat.at("2026-11-24 22:29")
    await chat.tick()
    assert chat.heard("李书记") == []
    chat.group()
    chat.at("2026-11-25 08:30")  # quiet hours end at eight
    await chat.tick()
    await chat.tick()
    (said,) = chat.heard("李书记")
    assert "实到 1 人" in said and "未到：李书记、赵副、李娜、孙悦" in said
    assert chat.group() == []
    assert (await Activity.get()).state is ActivityState.CLOSED


async def test_what_the_secretary_closed_is_not_reported_again(chat: Chat) -> None:
    await begin(chat, TOMORROW, "2026-11-24 20:00")
    await chat.say("李书记", "结束签到")
    chat.heard("李书记")
    chat.at("2026-11-25 08:30")
    await chat.tick()
    assert chat.heard("李书记") == []


async def test_a_former_member_is_not_expected(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    await Member.filter(name="孙悦").update(active=False)
    assert len((await tally(await Activity.get())).expected) == 4


# What others rely on


async def test_announced_in_the_group_the_announcement_is_the_one_message_there(chat: Chat) -> None:
    answer = await chat.say("李书记", ANNOUNCE)
    assert answer.startswith("【主题党日】1号") and len(chat.group()) == 1
    assert "发送“撤销”可取消" in chat.heard("李书记")[-1]
    chat.strangers.add("赵副")
    assert (await chat.say("赵副", "发起党课 11月29日19:30 学习党章")).startswith("【党课】2号")


async def test_an_activity_that_some_rely_on_is_cancelled_only_after_a_question(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    await chat.say("张三", "报名 1")
    await chat.say("李娜", "报名 1")
    await chat.whisper("李娜", "请假 1 要加班")
    assert "已有 1 人报名或签到，不能撤销了" in await chat.whisper("李书记", "撤销")
    question = await chat.whisper("李书记", "取消活动 1")
    assert "已有 1 人报名或签到" in question and "对的话回复“确认”" in question
    assert (await Activity.get()).state is ActivityState.ANNOUNCED
    chat.group()
    assert "已取消" in await chat.whisper("李书记", "确认")
    assert chat.group() == ["【取消】1号主题党日（11月28日周六19:30）取消了，不用参加。"]


async def test_who_signs_up_after_leave_is_expected_again(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    await chat.whisper("张三", "请假 1 要加班")
    chat.heard("李书记"), chat.heard("赵副")
    await chat.whisper("张三", "报名 1")
    told = ["张三收回了请假，已报名：1号主题党日（11月28日周六19:30）。"]
    assert chat.heard("李书记") == chat.heard("赵副") == told
    await chat.whisper("李娜", "报名 1")
    assert chat.heard("李书记") == []


async def test_the_answers_are_shown_before_anybody_can_come(chat: Chat) -> None:
    assert "没有安排" in await chat.whisper("李书记", "谁报名了")
    await chat.whisper("李书记", ANNOUNCE)
    for who in ("张三", "李娜", "王强"):
        await chat.say(who, "报名 1")
    await chat.whisper("孙悦", "请假 1 加班")
    chat.heard("李书记")
    said = await chat.say("李书记", "报名名单 1")
    counts = "1号主题党日（11月28日周六19:30）：应到 5 人，已报名 2 人，请假 1 人，还没回复 2 人，另有 1 人报名列席。"
    assert said == f"{counts}\n名单已私聊发给您。"
    names = "已报名：张三、李娜\n请假：孙悦\n还没回复：李书记、赵副\n报名列席：王强"
    assert chat.heard("李书记") == [f"{counts}\n{names}"]
    for asked in ("考勤", "谁报名了", "谁还没报名", "主题党日谁报名了"):
        assert await chat.whisper("李书记", asked) == f"{counts}\n{names}"
    await chat.whisper("王强", "请假 1 有事")
    assert "不在应到之列、也请了假的：王强" in await chat.whisper("李书记", "报名名单")
    assert "只有支部委员能用" in await chat.say("张三", "报名名单")


async def test_without_a_number_the_only_one_is_signed_up_for(chat: Chat) -> None:
    assert "没有可以报名的活动" in await chat.whisper("张三", "报名")
    await chat.whisper("李书记", ANNOUNCE)
    await chat.ignores("张三", "报名")
    assert "已报名1号主题党日" in await chat.whisper("张三", "报名")
    await chat.whisper("李书记", "发起党课 明晚8点 学习党章")
    assert "例如：报名 2\n2号党课（11月24日周二20:00）\n1号主题党日" in await chat.whisper("李娜", "报名")


async def test_notes_are_read_by_the_committee_and_counted_in_the_group(chat: Chat) -> None:
    assert "还没有开过" in await chat.whisper("李书记", "看心得")
    await begin(chat)
    assert "1号主题党日（11月28日周六19:30）还没有人交心得" in await chat.whisper("李书记", "看心得 1")
    await chat.say("张三", "发言 我认为党员要带头")
    said = await chat.say("李书记", "看心得 1")
    assert "共 1 条，已私聊发给您" in said and "带头" not in said
    assert chat.heard("李书记")[-1].endswith("的心得、发言 1 条：\n· 张三（11月28日周六19:25）：我认为党员要带头")
    assert "只有支部委员能用" in await chat.whisper("张三", "看心得 1")
    assert await ActivityNote.all().count() == 1


# Meetings that are not for everybody

COMMITTEE_MEETING = "发起支委会 11月24日19:30 研究发展对象 https://meeting.example.com/abc"


async def test_what_the_committee_is_about_is_told_to_the_committee_alone(chat: Chat) -> None:
    chat.strangers.add("赵副")
    await chat.hear(chat.incoming("赵副", "@鸿雁 我的"))
    receipt = await chat.whisper("李书记", COMMITTEE_MEETING)
    assert "参加的同志（1 人）" in receipt and "私聊不到（还不是我的好友）：赵副" in receipt
    assert "列席 姓名 1" in receipt
    chat.strangers.clear()
    await chat.hear(chat.incoming("赵副", "@鸿雁 我的"))
    chat.group(), chat.heard("赵副")
    await chat.whisper("李书记", "改活动 1 11月24日20:00")
    assert chat.heard("赵副") == ["【改期】1号支委会改到11月24日（周二）20:00，内容不变：研究发展对象"]
    assert chat.group() == ["【改期】1号支委会改到11月24日（周二）20:00。"]
    for who in ("王强", "张三"):
        assert chat.heard(who) == []
        assert "发展对象" not in await chat.whisper(who, "组织生活")
    assert "发展对象" in await chat.whisper("赵副", "组织生活")
    assert "发展对象" not in await chat.say("李书记", "组织生活")
    await chat.whisper("李书记", "取消活动 1")
    assert chat.heard("赵副")[-1].startswith("【取消】1号支委会")


async def test_said_in_the_group_the_topic_is_not_repeated(chat: Chat) -> None:
    said = await chat.say("李书记", COMMITTEE_MEETING)
    assert said == ("【支委会】1号\n时间：11月24日（周二）19:30\n内容已私聊发给参加的同志，其他同志不用报名、签到。")
    (told,) = chat.heard("赵副")
    assert "内容：研究发展对象\n链接：https://meeting.example.com/abc\n报名请发：报名 1" in told
    chat.at("2026-11-23 19:00")
    await chat.tick()
    assert chat.heard("赵副")[0].startswith("【明天】1号支委会（11月24日周二19:30）\n研究发展对象\n链接")
    assert "【明天】1号支委会（11月24日周二19:30）\n应到 2 人" in chat.group()[-1]
    chat.at("2026-11-25 09:00")
    await chat.whisper("李书记", "发起党小组会 12月1日19:30 讨论王强同志")
    await chat.tick()
    await chat.whisper("李书记", "催活动")
    everything = [one.text for one in chat.wire.sent if one.room] + chat.heard("王强")
    assert len(everything) > 3 and not any("发展对象" in text or "讨论" in text for text in everything)


async def test_only_the_committee_signs_in_to_its_meeting(chat: Chat) -> None:
    await begin(chat, COMMITTEE_MEETING, "2026-11-24 19:25")
    for said in ("到", "1", "签到"):
        await chat.ignores("张三", said)
    for said in ("签到", "签到 1", "报名 1", "请假 1 有事", "心得 1 学到很多"):
        answer = await chat.whisper("王强", said)
        assert "1号支委会（11月24日周二19:30）由支部委员参加，您不用报名、签到" in answer, said
    assert not await Attendance.exists() and not await ActivityNote.exists()
    assert await chat.say("赵副", "到") == "已签到，第 1 位。"
    assert await chat.whisper("李书记", "1") == "已签到，第 2 位。"


async def test_a_general_meeting_is_for_those_of_the_party(chat: Chat) -> None:
    await begin(chat, "发起党员大会 11月28日19:30 讨论转正")
    assert "由本支部党员参加" in await chat.say("王强", "@鸿雁 签到")
    await chat.ignores("王强", "到")
    assert await chat.say("李娜", "到") == "已签到，第 1 位。"


async def test_the_secretary_lets_somebody_sit_in(chat: Chat) -> None:
    await chat.whisper("李书记", COMMITTEE_MEETING)
    assert "本来就可以参加" in await chat.whisper("李书记", "列席 赵副 1")
    said = await chat.say("李书记", "请张三列席 1")
    assert said == "已请 1 人列席1号支委会（11月24日周二19:30）。发送“撤销”可收回。"
    (told,) = chat.heard("张三")
    assert told.startswith("书记请您列席：\n【支委会】1号") and "研究发展对象" in told
    assert "另有 1 人报名列席" in await chat.whisper("李书记", "报名名单 1")
    assert "已收回列席的邀请" in await chat.whisper("李书记", "撤销")
    assert "由支部委员参加" in await chat.whisper("张三", "报名 1")
    chat.at("2026-11-24 19:10")
    await chat.whisper("李书记", "列席 张三 1")
    chat.at("2026-11-24 19:30")
    assert await chat.say("张三", "到") == "已签到，第 1 位。"
    assert "列席：张三" in await chat.whisper("李书记", "考勤")
    assert "不能收回了" in await chat.whisper("李书记", "撤销")
    chat.at("2026-11-24 23:00")
    assert "已经结束" in await chat.whisper("李书记", "列席 李娜 1")


async def test_the_secretary_adds_a_sign_in_and_takes_one_back(chat: Chat) -> None:
    assert "还没有可以补签" in await chat.whisper("李书记", "补签 张三")
    await chat.whisper("李书记", COMMITTEE_MEETING)
    assert "不能补签" in await chat.whisper("李书记", "补签 赵副 1")
    chat.at("2026-11-25 10:00")
    await chat.tick()
    assert (
        await chat.say("李书记", "补签 赵副 1") == "已为 1 人补签：1号支委会（11月24日周二19:30）。发送“撤销”可收回。"
    )
    assert chat.heard("赵副")[-1].startswith("书记为您补签了1号支委会")
    assert "已经签过到了" in await chat.whisper("李书记", "替赵副签到 1")
    assert "记为列席" in await chat.whisper("李书记", "补签 张三 1")
    assert "实到：赵副\n请假：无\n未到：李书记\n列席：张三" in await chat.whisper("李书记", "考勤 1")
    assert "已收回张三的补签" in await chat.whisper("李书记", "撤销")
    assert "已取消赵副的签到" in await chat.whisper("李书记", "取消签到 赵副 1")
    assert chat.heard("赵副")[-1].startswith("书记取消了您在1号支委会")
    assert not await Attendance.exists(signed_in_at__isnull=False)
    assert "没有签到" in await chat.whisper("李书记", "取消签到 赵副 1")
    assert "已恢复 1 人的签到" in await chat.whisper("李书记", "撤销")
    assert await Attendance.filter(signed_in_at__isnull=False).count() == 1
    assert "只有支部委员能用" in await chat.whisper("张三", "补签 张三 1")


async def test_what_to_change_or_cancel_is_asked_with_an_activity_that_there_is(chat: Chat) -> None:
    assert await chat.whisper("李书记", "取消活动") == "近期没有安排组织生活。"
    await chat.whisper("李书记", ANNOUNCE)
    assert "改活动 1 11月29日19:30\n1号主题党日" in await chat.whisper("李书记", "改活动")
    assert "已改期：1号主题党日（11月29日周日19:30）" in await chat.whisper("李书记", "1号活动时间改到周日晚上7点半")
    assert "请回复编号，例如：1\n1号主题党日" in await chat.whisper("李书记", "取消活动")
    assert "已取消：1号主题党日" in await chat.whisper("李书记", "1号")


async def test_who_gave_no_reason_is_told_how_and_what_is_typed_so_keeps_it(chat: Chat) -> None:
    await chat.whisper("李书记", ANNOUNCE)
    said = await chat.whisper("张三", "请假 1")
    assert "要写原因请私聊再发：请假 1 原因。" in said
    assert "原因只告诉书记。" in await chat.whisper("张三", "请假 1 要加班")
    assert "要写原因" not in await chat.whisper("张三", "请假 1 要加班")


async def test_the_example_of_another_time_follows_the_activity(chat: Chat) -> None:
    assert "改时间可发：改活动 1 11月29日19:30" in await chat.whisper("李书记", ANNOUNCE)
    assert "1号主题党日（11月29日周日19:30）" in await chat.whisper("李书记", "改活动 1 11月29日19:30")
