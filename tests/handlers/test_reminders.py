"""The month's reminder, the second look, the warning before six months, 催党费."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.settings import ReminderSettings, ReminderTime
from bot.understanding.values import Month
from models import (
    Activity,
    ActivityKind,
    Branch,
    BranchKind,
    Category,
    DuesShare,
    MatterKind,
    Member,
    OpenMatter,
    Post,
    ReportState,
    TalkState,
)
from tests.chat import Chat, found_branch
from tests.handlers.branch_records import announced, asked_leave, at, came, paid, reported, signed_up, talked

EVERYBODY = ("李书记", "张三", "李娜", "王强")
REMINDER = "【2026年11月提醒】"


def with_reminders(chat: Chat, **changes: object) -> Chat:
    """The same bot, reminding otherwise."""
    reminders = ReminderSettings.model_validate(chat.settings.reminders.model_dump() | changes)
    return Chat(chat.catalogue, chat.settings.model_copy(update={"reminders": reminders}), chat.now)


async def nothing_open(*months: str) -> None:
    for name in EVERYBODY:
        await paid(name, *months, on="2026-11-02 10:00")
        await reported(name, "2026-Q4", "2026-11-10 20:00")


@pytest.fixture
async def branch(chat: Chat) -> Branch:
    """张三 has done all; 李娜 owes dues; 王强 owes both, and both have not answered an invitation."""
    chat.strangers.add("王强")
    branch = await found_branch(chat)
    for name in ("李书记", "张三"):
        await paid(name, "2026-09", "2026-10", "2026-11", on="2026-11-02 10:00")
    await paid("李娜", "2026-09", "2026-10", on="2026-11-02 10:00")
    for name in ("李书记", "张三", "李娜"):
        await reported(name, "2026-Q4", "2026-11-10 20:00")
    party_day = await announced(branch, 3, ActivityKind.PARTY_DAY, "2026-12-05 19:30", "学习新党章")
    await signed_up(party_day, "李书记", "张三")
    return branch


async def test_one_group_message_with_counts(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-25 08:59").tick()
    assert chat.group() == []
    await chat.at("2026-11-25 09:00").tick()
    (said,) = chat.group()
    assert said.startswith(REMINDER)
    assert "思想汇报（2026年第四季度）：还有 1 人未交，请在12月31日（周四）前交" in said and "交思想汇报" in said
    assert "党费（到2026年11月）：还有 2 人未交齐" in said and "交党费 11月" in said and "回复“交了”" in said
    assert "主题党日（12月5日周六19:30）学习新党章：还有 2 人没有回复。发送“报名 3”" in said
    assert not any(name in said for name in EVERYBODY) and "0.2" not in said


async def test_private_ones_go_only_to_friends_with_something_open(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-25 09:00").tick()
    (said,) = chat.heard("李娜")
    assert said.startswith("李娜同志，2026年11月还有 2 件事")
    assert "党费2026年11月还没交。交给书记后发送“交党费 11月”" in said and "报名 3" in said and "汇报" not in said
    assert chat.heard("张三") == [] and chat.heard("王强") == []


async def test_the_secretary_gets_the_list(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-25 09:00").tick()
    said = next(text for text in chat.heard("李书记") if "提醒已发出" in text)
    assert "未交汇报 1 人：王强" in said
    assert "未交党费 2 人：李娜（2026年11月）、王强（2026年9–11月）" in said
    assert "没有回复活动 2 人：李娜、王强" in said
    assert "已私聊提醒：李娜\n" in said and "私聊不到（还不是我的好友）：王强" in said


async def test_paid_is_understood_after_the_reminder(chat: Chat, branch: Branch) -> None:
    await chat.ignores("李娜", "交了")
    await chat.at("2026-11-25 09:00").tick()
    assert "2026年11月" in await chat.say("李娜", "交了")
    matter = await OpenMatter.get(kind=MatterKind.DUES_REMINDER)
    assert matter.branch_id == branch.id and matter.closes_at == at("2026-12-01 00:00")


async def test_the_matter_stays_open_for_five_days_at_least(chat: Chat) -> None:
    chat = with_reminders(chat, day=31)
    await found_branch(chat)
    await chat.at("2026-11-30 09:00").tick()
    matter = await OpenMatter.get(kind=MatterKind.DUES_REMINDER)
    assert matter.closes_at == at("2026-12-05 09:00")


async def test_when_all_is_done_only_the_secretary_is_told(chat: Chat) -> None:
    await found_branch(chat)
    await nothing_open("2026-09", "2026-10", "2026-11")
    await chat.at("2026-11-25 09:00").tick()
    assert chat.group() == [] and all(chat.heard(name) == [] for name in EVERYBODY[1:])
    (said,) = chat.heard("李书记")
    assert "都已交齐" in said and "没有发提醒" in said
    assert not await OpenMatter.exists(kind=MatterKind.DUES_REMINDER)


async def test_two_ticks_send_once(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-25 09:00").tick()
    await chat.tick()
    await chat.at("2026-11-25 09:01").tick()
    assert len(chat.group()) == 1 and len(chat.heard("李娜")) == 1


async def test_a_process_that_was_away_sends_once_on_return(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-24 12:00").tick()
    assert chat.group() == []
    await chat.at("2026-11-27 12:00").tick()
    await chat.at("2026-11-27 12:01").tick()
    assert len(chat.group()) == 1 and len(chat.heard("李娜")) == 1


async def test_both_times_missed_is_still_one_reminder(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-29 12:00").tick()
    await chat.at("2026-11-29 12:01").tick()
    (said,) = chat.group()
    assert said.startswith(REMINDER)


@pytest.mark.parametrize(
    ("before", "due", "month"),
    [
        ("2027-02-28 08:59", "2027-02-28 09:00", "2027年2月"),
        ("2028-02-29 08:59", "2028-02-29 09:00", "2028年2月"),
        ("2026-11-30 08:59", "2026-11-30 09:00", "2026年11月"),
        ("2026-12-31 08:59", "2026-12-31 09:00", "2026年12月"),
    ],
)
async def test_day_31_is_the_last_day_of_a_month(chat: Chat, before: str, due: str, month: str) -> None:
    chat = with_reminders(chat, day=31)
    await found_branch(chat)
    await chat.at(before).tick()
    assert chat.group() == []
    await chat.at(due).tick()
    (said,) = chat.group()
    assert said.startswith(f"【{month}提醒】")


async def test_a_branch_with_a_day_of_its_own(chat: Chat) -> None:
    own = ReminderTime.model_validate({"day": 20, "at": "12:30"}).model_dump()
    chat = with_reminders(chat, branches={"软件流动党支部": own})
    await found_branch(chat)
    await found_branch(chat, "软件流动党支部", (("赵书记", Post.SECRETARY, Category.FULL),), room="room-2@chatroom")
    await chat.at("2026-12-20 12:30").tick()
    assert len(chat.group("room-2@chatroom")) == 1 and chat.group() == []
    await chat.at("2026-12-25 09:00").tick()
    assert len(chat.group()) == 1


async def test_quiet_hours_wait(chat: Chat) -> None:
    chat = with_reminders(chat, at="23:00")
    await found_branch(chat)
    await chat.at("2026-11-25 23:00").tick()
    assert chat.group() == [] and chat.heard("李娜") == []
    await chat.at("2026-11-26 08:00").tick()
    assert len(chat.group()) == 1 and len(chat.heard("李娜")) == 1


async def test_who_asks_for_a_reminder_in_quiet_hours_hears_that_it_waits(chat: Chat, branch: Branch) -> None:
    line = "现在是安静时段，给别人的通知 08:00 以后发出。"
    assert line not in await chat.at("2026-11-25 21:59").whisper("李书记", "催汇报")
    chat.group(), chat.heard("李娜")
    assert (await chat.at("2026-11-25 22:00").whisper("李书记", "催党费")).endswith("\n" + line)
    assert chat.group() == [] and chat.heard("李娜") == []
    await chat.at("2026-11-26 07:59").tick()
    assert chat.group() == [] and chat.heard("李娜") == []
    await chat.at("2026-11-26 08:00").tick()
    assert chat.group() != [] and chat.heard("李娜") != []


async def test_in_the_group_who_asked_hears_privately_that_the_others_do_later(chat: Chat, branch: Branch) -> None:
    in_the_group = await chat.at("2026-11-25 23:00").say("李书记", "催党费")
    assert "安静时段" not in in_the_group
    assert chat.heard("李书记")[-1].endswith("现在是安静时段，给别人的通知 08:00 以后发出。")


async def test_a_temporary_branch_is_asked_for_no_dues(chat: Chat) -> None:
    await found_branch(chat, kind=BranchKind.TEMPORARY)
    await chat.at("2026-11-25 09:00").tick()
    (said,) = chat.group()
    assert "思想汇报" in said and "党费" not in said
    assert not await OpenMatter.exists(kind=MatterKind.DUES_REMINDER)


async def test_a_second_look_a_few_days_later_at_what_is_still_open(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-25 09:00").tick()
    await chat.whisper("李娜", "交党费 11月")
    party_day = await Activity.get(branch=branch)
    await asked_leave(party_day, "李娜", "加班")
    chat.group(), chat.heard("李娜"), chat.heard("李书记")
    await chat.at("2026-11-28 08:59").tick()
    assert chat.group() == []
    await chat.at("2026-11-28 09:00").tick()
    await chat.at("2026-11-28 09:01").tick()
    (said,) = chat.group()
    assert said.startswith("【2026年11月再提醒一次】") and "党费（到2026年11月）：还有 1 人未交齐" in said
    assert chat.heard("李娜") == []
    assert "私聊不到（还不是我的好友）：王强" in chat.heard("李书记")[-1]


async def test_reminders_stop_when_it_is_done(chat: Chat, branch: Branch) -> None:
    await chat.at("2026-11-25 09:00").tick()
    await paid("李娜", "2026-11", on="2026-11-26 10:00")
    await paid("王强", "2026-09", "2026-10", "2026-11", on="2026-11-26 10:00")
    await reported("王强", "2026-Q4", "2026-11-26 20:00")
    party_day = await Activity.get(branch=branch)
    await signed_up(party_day, "李娜", "王强")
    chat.group(), chat.heard("李书记")
    await chat.at("2026-11-28 09:00").tick()
    assert chat.group() == [] and chat.heard("李书记") == []


async def test_no_second_look_where_it_is_switched_off(chat: Chat) -> None:
    chat = with_reminders(chat, again_days=0)
    await found_branch(chat)
    await chat.at("2026-11-25 09:00").tick()
    await chat.at("2026-11-30 23:59").tick()
    assert len(chat.group()) == 1


@pytest.mark.parametrize(
    ("day", "month", "again"),
    [(25, Month(2026, 11), "2026-11-28"), (25, Month(2027, 2), "2027-02-28"), (29, Month(2026, 11), "2026-11-30")],
)
def test_the_second_look_stays_in_its_month(day: int, month: Month, again: str) -> None:
    assert ReminderSettings(day=day).again("任何支部", month) == at(f"{again} 09:00")


def test_no_second_look_after_the_last_day() -> None:
    assert ReminderSettings(day=31).again("任何支部", Month(2027, 2)) is None


# Before six months


async def warning(chat: Chat, moment: str) -> list[str]:
    await chat.at(moment).tick()
    return [text for text in chat.heard("李书记") if "需要留意" in text]


async def test_from_the_third_month_on_the_secretary_is_warned_privately(chat: Chat) -> None:
    await found_branch(chat)
    for name in ("李书记", "张三", "李娜"):
        await paid(name, "2026-09", "2026-10", on="2026-10-02 10:00")
    assert await warning(chat, "2026-10-25 09:00") == []
    (said,) = await warning(chat, "2026-11-25 09:00")
    assert "王强：3 个月（2026年9–11月）" in said and "李娜：" not in said
    assert "由支部大会决定" in said and "不作任何结论" in said and "看看王强" in said
    assert not any("需要留意" in text for text in chat.group())
    assert not any("需要留意" in text for text in chat.heard("王强"))


async def test_the_month_from_which_is_warned_can_be_set(chat: Chat) -> None:
    dues = chat.settings.dues.model_copy(update={"warn_from_month": 2})
    chat = Chat(chat.catalogue, chat.settings.model_copy(update={"dues": dues}), chat.now)
    await found_branch(chat)
    (said,) = await warning(chat, "2026-10-25 09:00")
    assert "党费已有 2 个月以上未交" in said


async def test_who_has_not_been_heard_of_for_three_months(chat: Chat) -> None:
    branch = await found_branch(chat)
    everything = [f"2026-{month:02d}" for month in range(9, 13)] + ["2027-01"]
    for name in EVERYBODY:
        await paid(name, *everything, on="2026-09-02 10:00")
    await reported("李书记", "2026-Q4", "2026-12-10 20:00", ReportState.APPROVED)
    await came(await announced(branch, 1, ActivityKind.PARTY_DAY, "2026-11-06 19:30", "参观"), "张三")
    (said,) = await warning(chat, "2027-01-25 09:00")
    assert "最近 92 天没有任何消息和记录：李娜、王强。" in said and "党费已有" not in said


@pytest.mark.parametrize("record", ["talk", "leave", "dues"])
async def test_any_record_of_theirs_means_that_they_were_heard_of(chat: Chat, record: str) -> None:
    branch = await found_branch(chat)
    for name in EVERYBODY:
        await paid(name, "2026-09", "2026-10", "2026-11", "2026-12", on="2026-09-02 10:00")
    for name in ("李书记", "张三", "李娜"):
        await reported(name, "2027-Q1", "2027-01-10 20:00")
    if record == "talk":
        await talked(branch, "王强", "2026-12-03 15:00", TalkState.HELD)
    elif record == "leave":
        await asked_leave(
            await announced(branch, 1, ActivityKind.PARTY_DAY, "2026-12-06 19:30", "参观"), "王强", "加班"
        )
    else:
        await paid("王强", "2027-01", on="2027-01-03 15:00")
    assert await warning(chat, "2027-01-25 09:00") == []


async def test_who_has_just_come_is_not_missed(chat: Chat) -> None:
    await found_branch(chat, dues_from="2027-01")
    await Member.all().update(created_at=at("2026-12-20 10:00"))
    assert await warning(chat, "2027-01-25 09:00") == []


# 催党费


async def test_the_secretary_has_those_reminded_who_lack_dues(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("李书记", "催党费")
    assert "未交党费 2 人：李娜（2026年11月）、王强（2026年9–11月）" in answer
    assert "已私聊提醒：李娜" in answer and "私聊不到（还不是我的好友）：王强" in answer
    (said,) = chat.group()
    assert said.startswith("【书记提醒】") and "党费（到2026年11月）：还有 2 人未交齐" in said
    assert "思想汇报" not in said and "李娜" not in said
    (private,) = chat.heard("李娜")
    assert "党费2026年11月还没交" in private and "报名" not in private
    assert chat.heard("张三") == [] and chat.heard("王强") == []
    assert "2026年11月" in await chat.say("李娜", "交了")


async def test_who_reminds_is_not_reminded_by_the_secretary(chat: Chat, branch: Branch) -> None:
    await DuesShare.filter(payment__member__name="李书记").delete()
    answer = await chat.whisper("李书记", "催党费")
    assert "李书记（" in answer.partition("已私聊提醒")[0] and "李书记" not in answer.partition("已私聊提醒")[2]
    assert "\n您自己也还没办：\n党费" in answer
    assert chat.heard("李书记") == [answer]


async def test_in_the_group_without_names(chat: Chat, branch: Branch) -> None:
    answer = await chat.say("李书记", "@鸿雁 催党费")
    assert answer.startswith("【书记提醒】") and "还有 2 人未交齐" in answer and "李娜" not in answer
    assert "李娜" in chat.heard("李书记")[-1]


async def test_once_a_day_and_topic(chat: Chat, branch: Branch) -> None:
    await chat.whisper("李书记", "催党费")
    assert "今天已经提醒过党费了" in await chat.whisper("李书记", "催党费")
    assert "未交汇报 1 人：王强" in await chat.whisper("李书记", "催一下没交汇报的")
    chat.clock.moment += timedelta(days=1)
    assert "未交党费 2 人" in await chat.whisper("李书记", "催党费")
    assert len(chat.heard("李娜")) == 2


async def test_those_who_have_not_answered_an_invitation(chat: Chat, branch: Branch) -> None:
    assert "没有回复活动 2 人：李娜、王强" in await chat.whisper("李书记", "提醒大家报名")
    (said,) = chat.heard("李娜")
    assert "主题党日（12月5日周六19:30）学习新党章：还没回复。发送“报名 3”" in said


async def test_nobody_to_remind(chat: Chat) -> None:
    await found_branch(chat)
    await nothing_open("2026-09", "2026-10", "2026-11")
    assert "都办好了" in await chat.whisper("李书记", "催党费")
    assert chat.group() == [] and chat.heard("李娜") == []


async def test_what_cannot_be_reminded_of_and_who_may_not(chat: Chat, branch: Branch) -> None:
    assert "要催哪一件" in await chat.whisper("李书记", "催一下")
    assert "只有支部委员能用" in await chat.whisper("张三", "催党费")
    assert chat.group() == [] and chat.heard("李娜") == []
