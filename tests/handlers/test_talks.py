"""谈心谈话: slots, bookings, reminders, records and the rule of once a year."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.understanding.values import SHANGHAI
from models import AuditEntry, Category, Member, Post, Talk, TalkRecord, TalkSlot, TalkState
from models.talk import coverage, held_in_year, upcoming
from tests.chat import Chat, contact, found_branch

THURSDAY = "开放时段 周四14-16点 每人20分钟"  # 2026-11-26, slots 1 to 6
CABINET = (
    ("李书记", Post.SECRETARY, Category.FULL),
    ("赵委员", Post.ORGANISATION, Category.FULL),
    ("张三", Post.NONE, Category.FULL),
    ("李娜", Post.NONE, Category.PROBATIONARY),
    ("王强", Post.NONE, Category.FULL),
    ("周敏", Post.NONE, Category.APPLICANT),
)


@pytest.fixture
async def branch(chat: Chat) -> Chat:
    """The branch, with a committee of two."""
    await found_branch(chat, members=CABINET)
    return chat


async def numbers(**where: object) -> list[int]:
    """The numbers of slots, by their time."""
    return [slot.number for slot in await TalkSlot.filter(**where).order_by("start")]


async def test_slots_are_opened_announced_and_free(branch: Chat) -> None:
    answer = await branch.whisper("李书记", THURSDAY)
    assert "6 个" in answer and "11月26日（周四）" in answer and "撤销" in answer
    (announced,) = branch.group()
    assert "1号 14:00–14:20" in announced and "6号 15:40–16:00" in announced and "李书记" not in announced
    free = await branch.whisper("张三", "谈心有哪些时段")
    assert free.count("号 ") == 6
    assert "1号 14:00" in await branch.say("张三", "@鸿雁 书记周四下午有空吗")
    none = await branch.whisper("张三", "书记周三下午有空吗")
    assert "没有可约的时段" in none and "11月26日" in none


async def test_opening_refuses_what_is_past_and_skips_what_overlaps(branch: Chat) -> None:
    assert "已经过去" in await branch.whisper("李书记", "开放时段 11月23日 9:00-11:00 每人30分钟")
    await branch.whisper("李书记", "开放时段 今天 11:30-13:00 每人30分钟")
    today = await branch.whisper("李书记", "确认")
    assert "1 个谈心时段" in today and "跳过 2 个" in today and "12:30–13:00" in today
    await branch.whisper("李书记", THURSDAY)
    again = await branch.whisper("李书记", "开放时段 周四15点-17点 每人30分钟")
    assert "2 个谈心时段" in again and "跳过 2 个" in again
    assert "没有新增" in await branch.whisper("李书记", THURSDAY)
    assert "不够一个" in await branch.whisper("李书记", "开放时段 周五14:00-14:10 每人20分钟")
    assert "支部委员" in await branch.whisper("张三", THURSDAY)


async def test_a_number_is_not_given_again_while_the_group_remembers_it(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("赵委员", "开放时段 周五10-11点 每人30分钟")
    assert await numbers(host__name="赵委员") == [7, 8]
    await branch.whisper("李书记", "取消时段 4")
    await branch.whisper("李书记", "开放时段 周五14-15点 每人30分钟")
    assert await numbers(start__gte=datetime(2026, 11, 27, 14, tzinfo=SHANGHAI)) == [9, 10]
    assert "没有4号时段" in await branch.whisper("张三", "约谈心 4号")
    # The same time again is what the group read of it.
    await branch.whisper("李书记", "开放时段 周四15:00-15:20 每人20分钟")
    assert await numbers(withdrawn_at=None) == list(range(1, 11))
    branch.at("2026-12-20 18:00")
    await branch.whisper("李书记", "开放时段 明天14-15点 每人30分钟")
    assert await numbers(start__gte=datetime(2026, 12, 1, tzinfo=SHANGHAI)) == [11, 12]
    branch.at("2026-12-28 18:00")
    await branch.whisper("李书记", "开放时段 明天14-15点 每人30分钟")
    assert await numbers(start__gte=datetime(2026, 12, 28, tzinfo=SHANGHAI)) == [1, 2]
    assert "已约" in await branch.whisper("张三", "约谈心 1号")
    assert (await Talk.get()).start == datetime(2026, 12, 29, 14, tzinfo=SHANGHAI)


async def test_booking_by_number_and_by_time(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    answer = await branch.whisper("张三", "约谈心 3号 入党转正问题")
    assert "11月26日（周四）14:40–15:00（3号）" in answer and "李书记" in answer and "入党转正问题" in answer
    (told,) = branch.heard("李书记")[1:]
    assert "张三" in told and "入党转正问题" in told
    # A time within a slot is that slot.
    assert "15:20–15:40（5号）" in await branch.whisper("李娜", "约谈心 周四下午3点半")
    assert "（3号）已经有人约了" in await branch.whisper("王强", "约谈心 周四下午2点50")
    nearest = await branch.whisper("王强", "约谈心 周五上午10点")
    assert "没有可约的时段" in nearest and "6号" in nearest
    assert "没有9号" in await branch.whisper("王强", "预约谈心 9号")
    assert (await branch.whisper("张三", "约谈心 6号")).startswith("把谈心改到")
    assert "自己开放" in await branch.whisper("李书记", "约谈心 6号")


async def test_a_topic_is_not_repeated_in_the_group(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    branch.group()
    said = await branch.say("张三", "约谈心 周四下午3点 家里有困难")
    assert "15:00–15:20（4号）" in said and "困难" not in said and "李书记" not in said
    assert "困难" not in await branch.say("张三", "@鸿雁 我约的谈心是几点")
    assert not any("困难" in text for text in branch.group())
    assert "困难" in branch.heard("李书记")[-1]


async def test_one_slot_is_booked_once_however_many_ask_at_once(branch: Chat) -> None:
    await branch.whisper("李书记", "开放时段 周四14点-14:20 每人20分钟")
    who = ("张三", "李娜", "王强", "赵委员", "周敏")
    messages = [branch.incoming(name, "约谈心 1号", private=True) for name in who]
    await asyncio.gather(*(branch.dispatcher.handle(message) for message in messages))
    await branch.send()
    assert await Talk.filter(state=TalkState.BOOKED).count() == 1
    answers = [said.text for said in branch.wire.sent if said.contact in {contact(name) for name in who}]
    assert sum("已约与李书记谈心" in answer for answer in answers) == 1
    assert sum("已经有人约了" in answer for answer in answers) == 4


async def test_two_hosts_who_open_at_once_give_different_numbers(branch: Chat) -> None:
    messages = [branch.incoming(name, THURSDAY, private=True) for name in ("李书记", "赵委员")]
    await asyncio.gather(*(branch.dispatcher.handle(message) for message in messages))
    assert sorted(await numbers()) == list(range(1, 13))


async def test_changing_and_cancelling_tell_the_other(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("李书记", "开放时段 周五14-15点 每人20分钟")
    await branch.whisper("张三", "约谈心 1号 转正")
    branch.heard("李书记")
    assert "11月27日（周五）14:00–14:20（7号）" in await branch.whisper("张三", "谈话改到周五同一时间")
    (told,) = branch.heard("李书记")
    assert "11月26日（周四）14:00" in told and "11月27日" in told and "转正" in told
    assert "14:40–15:00（9号）" in await branch.whisper("张三", "谈心改到周五下午2点40")
    assert "没有改动" in await branch.whisper("张三", "谈心改到周五下午2点40")
    assert "可以改到" in await branch.whisper("张三", "谈心改到周四")
    assert "1号 14:00" in await branch.whisper("李娜", "谈心有哪些时段")
    assert "由约的人来改" in await branch.whisper("李书记", "谈心改到周五下午2点")
    branch.heard("李书记")
    assert "已取消谈心" in await branch.whisper("张三", "取消谈心")
    assert "张三取消了" in branch.heard("李书记")[0]
    assert "没有约好" in await branch.whisper("张三", "取消谈心")
    assert "没有约好" in await branch.whisper("张三", "谈心改到周四下午3点")


async def test_the_host_cancels_one_of_several(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 1号")
    await branch.whisper("李娜", "约谈心 2号")
    branch.heard("李娜")
    several = await branch.whisper("李书记", "取消谈心")
    assert "例如：1号" in several and "李娜" in several
    in_group = await branch.say("李书记", "@鸿雁 取消谈心")
    assert "李娜" not in in_group
    assert "14:20–14:40（2号）" in await branch.whisper("李书记", "取消谈心 2")
    assert "李书记取消了" in branch.heard("李娜")[0]
    assert "没有约好的谈心" in await branch.whisper("王强", "取消谈心 1")


async def test_closing_a_slot_tells_who_had_booked_it(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 3号")
    branch.heard("张三")
    assert "不是您开放的" in await branch.whisper("赵委员", "取消时段 3")
    assert "已私聊通知" in await branch.whisper("李书记", "取消时段 3")
    (told,) = branch.heard("张三")
    assert "3号" in told and "1号" in told
    assert (await Talk.get()).state is TalkState.CANCELLED
    assert "没有3号" in await branch.whisper("李娜", "约谈心 3号")
    # The same time can be offered again.
    assert "14:40–15:00" in await branch.whisper("李书记", "开放时段 周四14:40-15:00 每人20分钟")
    assert "已约与李书记谈心" in await branch.whisper("李娜", "约谈心 3号")


async def test_undoing_takes_back_bookings_and_slots_that_nobody_booked(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 3号")
    branch.heard("李书记")
    assert "已取消谈心" in await branch.whisper("张三", "撤销")
    assert "张三取消了" in branch.heard("李书记")[0]
    await branch.whisper("李娜", "约谈心 2号")
    taken = await branch.whisper("李书记", "撤销")
    assert "已收回 5 个" in taken and "1 个已有人约" in taken
    assert await numbers(withdrawn_at=None) == [2]


def reminded(chat: Chat, who: str) -> list[str]:
    """The reminders of talks that `who` got since last asked."""
    return [text for text in chat.heard(who) if text.startswith("提醒：")]


async def test_reminders_the_evening_and_the_hour_before_once_each(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 1号 转正问题")
    branch.at("2026-11-25 18:59")
    await branch.tick()
    assert reminded(branch, "张三") == []
    branch.at("2026-11-25 19:00")
    await branch.tick()
    await branch.tick()
    (guest,), (host,) = reminded(branch, "张三"), reminded(branch, "李书记")
    assert "李书记" in guest and "11月26日（周四）14:00" in guest and "转正问题" in guest
    assert "张三" in host and "转正问题" in host
    assert "要改请发“谈心改时间”" in guest and "取消时段 1" in host
    branch.at("2026-11-26 13:00")
    await branch.tick()
    await branch.tick()
    assert len(reminded(branch, "张三")) == len(reminded(branch, "李书记")) == 1
    assert not any("提醒：" in text for text in branch.group())


async def test_a_changed_time_is_reminded_anew_and_a_cancelled_one_not(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("李书记", "开放时段 周五14-15点 每人20分钟")
    await branch.whisper("张三", "约谈心 1号")
    branch.at("2026-11-25 19:00")
    await branch.tick()
    assert "11月26日" in reminded(branch, "张三")[0]
    await branch.whisper("张三", "谈心改到周五下午2点")
    branch.at("2026-11-26 19:01")
    await branch.tick()
    assert "11月27日（周五）14:00" in reminded(branch, "张三")[0]
    await branch.whisper("张三", "取消谈心")
    branch.at("2026-11-27 13:10")
    await branch.tick()
    assert reminded(branch, "张三") == []


async def test_a_talk_booked_late_is_not_reminded_of_at_once(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    branch.at("2026-11-26 13:30")
    await branch.whisper("张三", "约谈心 1号")
    await branch.tick()
    assert reminded(branch, "张三") == []


async def test_a_record_is_read_by_the_two_alone(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 1号 转正问题")
    branch.at("2026-11-26 15:00")
    branch.heard("张三")
    answer = await branch.whisper("李书记", "谈心记录 张三 思想稳定，实习压力较大，已疏导")
    assert "11月26日（周四）" in answer and "疏导" not in answer
    assert "看谈心记录 李书记" in branch.heard("张三")[0]
    assert (await Talk.get()).state is TalkState.HELD
    for who, other in (("李书记", "张三"), ("张三", "李书记")):
        assert "实习压力较大" in await branch.whisper(who, f"看谈心记录 {other}")
    assert "还没有谈心记录" in await branch.whisper("赵委员", "看谈心记录 张三")
    assert "还没有谈心记录" in await branch.whisper("赵委员", "看谈心记录 李书记")
    entry = await AuditEntry.filter(command="talk.read").order_by("id").first()
    assert entry is not None and entry.subjects == [(await Member.get(name="张三")).id]
    assert "张三" in await branch.whisper("李书记", "我的谈心记录")


async def test_the_two_read_their_record_whichever_branch_either_is_of(branch: Chat) -> None:
    await branch.whisper("张三", "谈心记录 李书记 谈了实习压力")
    await branch.whisper("李书记", "谈心记录 李娜 谈了转正")
    other = await found_branch(
        branch, "机器人流动党支部", (("陈书记", Post.SECRETARY, Category.FULL),), room="other@chatroom"
    )
    await Member.filter(name="张三").update(branch_id=other.id)
    for who, partner in (("张三", "李书记"), ("李书记", "张三")):
        assert partner in await branch.whisper(who, "看谈心记录")
        assert "谈了实习压力" in await branch.whisper(who, f"看谈心记录 {partner}")
    assert "没有找到“张三”" in await branch.whisper("王强", "看谈心记录 张三")
    assert "没有找到“李书记”" in await branch.whisper("陈书记", "看谈心记录 李书记")
    # A partner who has left the roster, or has come to bear another's name, is told apart or found as well.
    await Member.filter(name="李娜").update(active=False)
    assert "谈了转正" in await branch.whisper("李书记", "看谈心记录 李娜")
    await Member.filter(name="李娜").update(name="张三")
    tail = (await Member.get(name="张三", active=True)).student_no[-4:]
    assert f"张三（尾号{tail}）" in await branch.whisper("李书记", "看谈心记录")
    assert f"张三（尾号{tail}）" in await branch.whisper("李书记", "看谈心记录 张三")
    assert "谈了实习压力" in await branch.whisper("李书记", f"看谈心记录 张三{tail}")


@pytest.mark.parametrize("said", ["看谈心记录 某某", "看一下谈心记录 阿喜", "查谈心记录 阿喜 思想稳定"])
async def test_looking_for_nobodys_record_writes_none(branch: Chat, said: str) -> None:
    assert "没有找到" in await branch.whisper("李书记", said)
    await branch.ignores("李书记", "确认")
    assert not await TalkRecord.exists()


async def test_both_write_of_one_talk_and_another_day_is_another(branch: Chat) -> None:
    await branch.whisper("李书记", "谈心记录 张三 聊了实习")
    await branch.whisper("张三", "谈心记录 李书记 很受鼓励")
    assert await Talk.all().count() == 1
    branch.at("2026-11-26 10:00")
    await branch.whisper("李书记", "谈心记录 张三 又聊了一次")
    assert [talk.state for talk in await Talk.all()] == [TalkState.HELD] * 2
    talk = await Talk.first()
    assert talk is not None and talk.host_id == (await Member.get(name="李书记")).id


async def test_a_record_in_the_group_is_refused_and_not_repeated(branch: Chat) -> None:
    said = await branch.say("李书记", "@鸿雁 谈心记录 李娜 近期加班多，注意关心身体")
    assert "撤回" in said and "加班" not in said
    assert not await TalkRecord.exists() and not await Talk.exists()
    assert branch.heard("李书记") == []


async def test_undoing_a_record_books_the_talk_again(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 1号")
    branch.at("2026-11-26 15:00")
    await branch.whisper("李书记", "谈心记录 张三 写错了人")
    assert "已收回" in await branch.whisper("李书记", "撤销")
    assert (await Talk.get()).state is TalkState.BOOKED
    assert "还没有谈心记录" in await branch.whisper("张三", "看谈心记录 李书记")
    await branch.whisper("李书记", "谈心记录 王强 没有约过的")
    await branch.whisper("李书记", "撤销")
    assert (await Talk.get(member__name="王强")).state is TalkState.CANCELLED
    assert "与您谈话的那位" in await branch.whisper("李书记", "谈心记录 李书记 自己")


async def test_who_has_not_been_talked_with_this_year(branch: Chat) -> None:
    before = await branch.whisper("李书记", "谁还没谈心")
    assert "委员谈过的党员（3）：张三、李娜、王强" in before and "李书记和赵委员" in before and "周敏" not in before
    await branch.whisper("赵委员", "谈心记录 张三 聊了实习")
    await branch.whisper("李书记", "谈心记录 赵委员 交换了意见")
    await branch.whisper("李娜", "谈心记录 王强 互相鼓励")
    branch.heard("李书记")
    said = await branch.say("李书记", "@鸿雁 谁还没谈心")
    assert "2 名党员还没有委员谈过" in said and "0 对委员" in said and "李娜" not in said
    assert "（2）：李娜、王强" in branch.heard("李书记")[0]
    assert "今年还没有委员与您谈心" in await branch.whisper("王强", "我的谈心")
    mine = await branch.whisper("张三", "我的谈心")
    assert "赵委员（11月23日周一）" in mine and "还没有与支部其他党员" in mine
    assert "支部委员" in await branch.whisper("张三", "谈心覆盖")


async def test_all_is_covered_and_begins_anew_with_the_year(branch: Chat) -> None:
    for one, other in (("李书记", "赵委员"), ("李书记", "张三"), ("李书记", "李娜"), ("李书记", "王强")):
        await branch.whisper(one, f"谈心记录 {other} 谈了近况")
    await branch.whisper("张三", "谈心记录 李娜 谈了近况")
    await branch.whisper("张三", "谈心记录 王强 谈了近况")
    assert "都已覆盖" in await branch.whisper("李书记", "谈心覆盖")
    branch.at("2027-01-01 00:30")
    assert "（3）" in await branch.whisper("李书记", "谈心覆盖")


async def test_the_year_is_shanghai_s(branch: Chat) -> None:
    branch.at("2027-01-01 00:30")  # still 2026 in UTC
    await branch.whisper("李书记", "谈心记录 张三 新年谈心")
    members = await Member.all()
    talks = await held_in_year([members[0].branch_id], 2027)
    assert len(talks) == 1 and await held_in_year([members[0].branch_id], 2026) == []
    assert {member.name for member in coverage(members, talks).without_committee} == {"李娜", "王强"}


async def test_upcoming_is_of_both(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 1号")
    now = branch.clock.now()
    for name in ("李书记", "张三"):
        (talk,) = await upcoming((await Member.get(name=name)).id, now)
        assert {talk.host.name, talk.member.name} == {"李书记", "张三"}


async def test_the_same_message_twice_is_one_booking(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    message = branch.incoming("张三", "约谈心 1号", private=True)
    assert len(await branch.hear(message)) == 2  # the answer, and the word to the host
    assert await branch.hear(message) == []
    assert await Talk.all().count() == 1


async def test_a_day_without_an_hour_is_answered_with_what_is_free_then(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    offered = await branch.whisper("张三", "约谈心 周四下午 实习的事")
    assert "1号 14:00–14:20" in offered and "6号 15:40–16:00" in offered
    in_group = await branch.say("张三", "@鸿雁 约谈心 周四下午 实习的事")
    assert "1号 14:00–14:20" in in_group and "实习" not in in_group
    elsewhere = await branch.whisper("张三", "约谈心 周五下午")
    assert "没有可约的时段" in elsewhere and "11月26日" in elsewhere
    assert "没有可约" in await branch.whisper("李书记", "约谈心 周四下午")
    assert not await Talk.exists()
    await branch.whisper("张三", "约谈心 周四下午 实习的事")
    assert "话题：实习的事" in await branch.whisper("张三", "2号")


async def test_opened_in_the_group_the_announcement_is_the_one_message_there(branch: Chat) -> None:
    answer = await branch.say("李书记", THURSDAY)
    assert answer.startswith("书记开放了 6 个谈心时段") and "撤销" not in answer and len(branch.group()) == 1
    assert "发送“撤销”可收回" in branch.heard("李书记")[-1]


async def test_how_to_change_is_answered_with_what_there_is(branch: Chat) -> None:
    """The example in a receipt is copied: a time that nobody offers would only be refused."""
    await branch.whisper("李书记", THURSDAY)
    assert "要改请发“谈心改时间”" in await branch.whisper("张三", "约谈心 1号")
    assert (await branch.whisper("张三", "约谈心 2号")).startswith("把谈心改到")
    assert "改：谈心改到11月26日（周四）14:20" in await branch.whisper("张三", "谈心改时间")


async def test_what_has_begun_is_recorded_and_not_cancelled(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 4号")
    branch.at("2026-11-26 15:10")
    for said in ("取消谈心", "取消谈心 4"):
        assert "15:00–15:20（4号）的时间已经到了，不用取消" in await branch.whisper("张三", said)
    assert "没有约好的谈心" in await branch.whisper("张三", "取消谈心 5")
    assert "没有约好的谈心" in await branch.whisper("李娜", "取消谈心")


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("昨天 聊了实习", "11月25日（周三）"),
        ("周三谈的，情绪稳定", "11月25日（周三）"),
        ("周日在食堂聊的", "11月22日（周日）"),
        ("11月20日 聊了实习", "11月20日（周五）"),
        ("聊了昨天的会", "11月26日（周四）"),
        ("明天还要再谈", "11月26日（周四）"),
        ("12月3日前交材料", "11月26日（周四）"),
        ("3号车间的情况", "11月26日（周四）"),
    ],
)
async def test_a_record_is_of_the_day_that_it_begins_with(branch: Chat, said: str, day: str) -> None:
    branch.at("2026-11-26 18:00")
    assert f"已记下与张三在{day}的谈心" in await branch.whisper("李书记", f"谈心记录 张三 {said}")
    assert said in await branch.whisper("李书记", "看谈心记录 张三")


@pytest.mark.parametrize("day", ["9月1日", "2025年12月4日", "去年12月4日"])
async def test_a_day_too_long_ago_is_refused(branch: Chat, day: str) -> None:
    branch.at("2026-11-26 18:00")
    said = await branch.whisper("李书记", f"谈心记录 张三 {day} 谈了实习")
    assert "超过 30 天，不能补记" in said and "谈心记录 张三 昨天" in said
    assert not await TalkRecord.all().exists()


async def test_what_is_too_old_to_record_waits_no_more(branch: Chat) -> None:
    await branch.whisper("李书记", THURSDAY)
    await branch.whisper("张三", "约谈心 1号")
    assert "谈完还没记录" in await branch.at("2026-12-20 12:00").whisper("李书记", "待办")
    assert "谈完还没记录" not in await branch.at("2026-12-27 12:00").whisper("李书记", "待办")


async def test_the_other_hears_that_a_record_was_taken_back(branch: Chat) -> None:
    await branch.whisper("李书记", "谈心记录 张三 昨天 聊了实习")
    branch.heard("张三")
    await branch.whisper("李书记", "撤销")
    assert branch.heard("张三") == ["李书记收回了与您在11月22日（周日）谈心的记录。"]


async def test_a_year_ago_is_told_by_the_month(branch: Chat) -> None:
    branch.at("2027-01-05 18:00")
    assert "12月30日（周三）" in await branch.whisper("李书记", "谈心记录 张三 12月30日 聊了实习")


async def test_records_come_by_the_day_of_the_talk_the_latest_first(branch: Chat) -> None:
    await branch.whisper("李书记", "谈心记录 张三 今天聊的")
    await branch.whisper("李书记", "谈心记录 张三 11月20日 先聊的")
    await branch.whisper("张三", "谈心记录 李书记 昨天 再聊的")
    said = await branch.whisper("张三", "看谈心记录 李书记")
    assert [line[:6] for line in said.splitlines() if "谈心（" in line] == ["11月23日", "11月22日", "11月20日"]
    # Ten days later it is another talk, though the other's of then is without one's own record.
    branch.at("2026-12-02 18:00")
    assert "12月2日（周三）" in await branch.whisper("李书记", "谈心记录 张三 又聊了")
