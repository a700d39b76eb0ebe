"""政治生日, 预备期 and 转正, 半年考察, 节日问候, and the welcome."""

from __future__ import annotations

from datetime import date

import pytest

from bot.messages import Kind
from bot.settings import FestivalSettings, MembershipSettings
from models import Branch, Category, FullMembership, HalfYearReview, Member
from tests.chat import Chat, found_branch


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> Branch:
    return await found_branch(chat)


async def admitted(who: str, day: date) -> None:
    await Member.filter(name=who).update(admitted_on=day)


async def test_the_anniversary_is_told_to_the_member_alone(chat: Chat) -> None:
    await admitted("张三", date(2024, 12, 1))
    await admitted("王强", date(2026, 12, 1))
    await chat.at("2026-12-01 08:59").tick()
    assert not [one for one in chat.heard("张三") if "政治生日" in one]
    chat.group(), chat.heard("李书记"), chat.heard("王强")
    await chat.at("2026-12-01 09:00").tick()
    await chat.at("2026-12-01 09:30").tick()
    (said,) = [one for one in chat.heard("张三") if "政治生日" in one]
    assert said.startswith("张三同志，今天是您的政治生日：2年前的今天，2024-12-01，您成为中国共产党党员。")
    assert chat.group() == chat.heard("王强") == chat.heard("李书记") == []
    await chat.at("2026-12-02 09:00").tick()
    assert chat.heard("张三") == []


async def test_the_29th_of_february_is_kept(chat: Chat) -> None:
    await admitted("张三", date(2024, 2, 29))
    await chat.at("2027-02-28 09:00").tick()
    assert any("3年前的今天，2024-02-29" in said for said in chat.heard("张三"))


async def test_anniversaries_can_be_switched_off(chat: Chat) -> None:
    quiet = MembershipSettings(anniversaries=False)
    chat = Chat(chat.catalogue, chat.settings.model_copy(update={"membership": quiet}), chat.now)
    await admitted("张三", date(2024, 12, 1))
    await chat.at("2026-12-01 09:00").tick()
    assert not [one for one in chat.heard("张三") if "政治生日" in one]


async def test_the_end_of_the_probation_is_noticed_in_time(chat: Chat) -> None:
    await admitted("李娜", date(2026, 1, 20))
    await chat.at("2026-12-20 09:00").tick()
    assert not [one for one in chat.heard("李娜") if "预备期" in one]
    chat.group(), chat.heard("李书记")
    await chat.at("2026-12-21 09:00").tick()
    assert chat.heard("李娜")[0].startswith("李娜同志，您的预备期到2027-01-20满一年。请在期满前写好转正申请书")
    assert "还有 30 天" in chat.heard("李书记")[0]
    await chat.at("2026-12-22 09:00").tick()
    assert chat.heard("李娜") == chat.heard("李书记") == []
    await chat.at("2027-01-13 09:00").tick()
    assert len(chat.heard("李娜")) == 1 and "还有 7 天" in chat.heard("李书记")[0]
    assert chat.group() == []
    waiting = await chat.at("2027-02-01 09:00").whisper("李书记", "待办")
    assert "预备期快满或已满的 1 人：李娜（2027-01-20满）。" in waiting and "转正 李娜 2月1日" in waiting


async def test_a_probationary_member_becomes_a_full_one(chat: Chat) -> None:
    await admitted("李娜", date(2025, 11, 10))
    assert "预备期快满或已满的 1 人" in await chat.whisper("李书记", "待办")
    assert "只有支部委员能用" in await chat.whisper("张三", "转正 李娜")
    said = await chat.whisper("李书记", "李娜 已转正 2026-11-20")
    assert said == "已登记转正：李娜，2026-11-20，从预备党员转为正式党员。发送“撤销”可收回。"
    assert any("祝贺您" in one for one in chat.heard("李娜"))
    member = await Member.get(name="李娜")
    assert member.category is Category.FULL and member.full_since == date(2026, 11, 20)
    assert "预备期" not in await chat.whisper("李书记", "待办")
    assert "不是预备党员" in await chat.whisper("李书记", "李娜已转正")
    assert "还是预备党员" in await chat.whisper("李书记", "撤销")
    assert "书记取消了您的转正登记" in chat.heard("李娜")[-1]
    member = await Member.get(name="李娜")
    assert member.category is Category.PROBATIONARY and member.full_since is None
    row = await FullMembership.get()
    assert row.claim is None and row.decided_on == date(2026, 11, 20) and row.voided_at is not None


async def test_before_the_year_is_over_it_is_asked_about(chat: Chat) -> None:
    await admitted("李娜", date(2026, 3, 1))
    assert "2027-03-01才满一年" in await chat.whisper("李书记", "转正 李娜 11月20日")
    assert (await Member.get(name="李娜")).category is Category.PROBATIONARY
    assert "已登记转正" in await chat.whisper("李书记", "确认")
    await chat.whisper("李书记", "撤销")
    assert "不会在那以前" in await chat.whisper("李书记", "转正 李娜 2026-02-01")
    assert "还没有到" in await chat.whisper("李书记", "转正 李娜 2027-04-01")


async def test_a_mistaken_entry_is_put_right_later(chat: Chat) -> None:
    await admitted("李娜", date(2025, 11, 10))
    assert "不是在这里登记的" in await chat.whisper("李书记", "取消转正 张三")
    await chat.whisper("李书记", "转正 李娜 11月20日")
    await chat.whisper("李书记", "半年考察 王强 表现稳定")
    assert await chat.whisper("李书记", "取消转正 李娜") == "已取消李娜的转正登记，还是预备党员。"
    assert "书记取消了您的转正登记" in chat.heard("李娜")[-1]
    assert (await Member.get(name="李娜")).category is Category.PROBATIONARY
    assert "要再登记请发：转正 李娜 2026-11-20" in await chat.whisper("李书记", "撤销")
    assert "已登记转正" in await chat.whisper("李书记", "转正 李娜 2026-11-21")


async def test_an_extended_probation_is_noticed_at_its_new_end(chat: Chat) -> None:
    await admitted("李娜", date(2026, 1, 20))
    assert "预备期：到2027-01-20" in await chat.whisper("李书记", "看看李娜")
    said = await chat.whisper("李书记", "延长预备期 李娜 到2027年7月20日")
    assert said == "已登记：李娜的预备期延长到2027-07-20。期满前照样提醒本人和您。发送“撤销”可收回。"
    assert "预备期延长到2027-07-20" in chat.heard("李娜")[-1]
    assert "预备期：延长到2027-07-20" in await chat.whisper("李书记", "看看李娜")
    await chat.at("2027-01-13 09:00").tick()
    assert not [one for one in chat.heard("李娜") if "预备期" in one]
    assert "预备期" not in await chat.whisper("李书记", "待办")
    await chat.at("2027-07-13 09:00").tick()
    assert [one for one in chat.heard("李娜") if "您的预备期到2027-07-20期满（延长过）。" in one]
    assert "李娜（2027-07-20满）" in await chat.whisper("李书记", "待办")
    assert "已登记转正" in await chat.at("2027-07-21 09:00").whisper("李书记", "转正 李娜 2027-07-20")


async def test_only_what_the_rules_allow_is_extended(chat: Chat) -> None:
    await admitted("李娜", date(2026, 1, 20))
    assert "本来就到2027-01-20" in await chat.whisper("李书记", "延长预备期 李娜 到2027年1月20日")
    assert "最晚到2028-01-20" in await chat.whisper("李书记", "延长预备期 李娜 到2028年1月21日")
    assert "不是预备党员" in await chat.whisper("李书记", "延长预备期 张三 到2027年7月20日")
    assert "只有支部委员能用" in await chat.whisper("李娜", "延长预备期 李娜 到2027年7月20日")
    assert "不能少于半年" in await chat.whisper("李书记", "延长预备期 李娜 到2027年3月20日")
    assert await chat.say("李书记", "确认", private=True)
    assert (await Member.get(name="李娜")).probation_until == date(2027, 3, 20)
    assert "要改成2027-07-20吗" in await chat.whisper("李书记", "延长预备期 李娜 到2027年7月20日")
    await chat.whisper("李书记", "确认")
    assert await chat.whisper("李书记", "撤销") == "已撤销：李娜的预备期到2027-03-20。"
    assert await chat.whisper("李书记", "撤销") == "已撤销：李娜的预备期到2027-01-20。"
    assert "预备期仍到2027-01-20" in chat.heard("李娜")[-1]
    assert (await Member.get(name="李娜")).probation_until is None
    assert "延长的发送“延长预备期 李娜”加新的日子" in await chat.at("2027-01-10 10:00").whisper("李书记", "待办")


async def test_a_name_in_the_group_is_not_repeated(chat: Chat) -> None:
    await admitted("李娜", date(2025, 11, 10))
    assert await chat.say("李书记", "转正 李娜 11月20日") == "已登记 1 人转正。发送“撤销”可收回。"
    await chat.ignores("张三", "李娜转正了")


async def test_half_year_reviews_are_on_the_list_in_the_last_month(chat: Chat) -> None:
    assert "考察" not in await chat.whisper("李书记", "待办")
    assert await chat.whisper("李书记", "看考察") == (
        "2026年下半年考察：应考察 1 人，已考察 0 人。\n还没考察：李娜（预备党员）\n看一个人的请发：看考察 李娜"
    )
    waiting = await chat.at("2026-12-02 10:00").whisper("李书记", "待办")
    assert "2026年下半年还没考察的 1 人：李娜（预备党员）。12月31日（周四）前请支部考察" in waiting
    done = await chat.whisper("李书记", "半年考察 李娜 表现稳定，按时交汇报")
    assert done.startswith("已登记2026年下半年考察：李娜（预备党员）。")
    assert "考察" not in await chat.whisper("李书记", "待办")
    for asked in ("半年考察情况", "半年考察还有谁", "谁还没考察"):
        assert "应考察 1 人，已考察 1 人。\n看一个人" in await chat.whisper("李书记", asked)
    assert "已经考察过了" in await chat.whisper("李书记", "半年考察 李娜")
    assert "不用半年考察" in await chat.whisper("李书记", "半年考察 张三")
    assert "2026年下半年（12月2日周三10:00）：表现稳定，按时交汇报" in await chat.whisper("李书记", "看考察 李娜")
    assert "只有支部委员能用" in await chat.whisper("李娜", "看考察 李娜")
    assert "已撤销" in await chat.whisper("李书记", "撤销")
    assert (await HalfYearReview.get()).claim is None
    assert "还没考察" in await chat.whisper("李书记", "待办")


async def test_no_festival_is_greeted_unless_switched_on(chat: Chat) -> None:
    await chat.at("2027-07-01 09:00").tick()
    assert not [said for said in chat.group() if "党的生日" in said]


async def test_a_festival_is_greeted_once_in_each_group(chat: Chat) -> None:
    festivals = FestivalSettings(
        enabled=True, days=({"day": "07-01", "text": "{节日}快乐"}, {"day": "2027-02-06", "text": "春节快乐"})
    )
    chat = Chat(chat.catalogue, chat.settings.model_copy(update={"festivals": festivals}), chat.now)
    other = "room-2@chatroom"
    await found_branch(chat, "软件流动党支部", (("周书记", "secretary", "full"),), room=other)
    await chat.at("2027-02-06 09:00").tick()
    await chat.at("2027-02-06 09:10").tick()
    for room in (chat.room, other):
        assert [said for said in chat.group(room) if "快乐" in said] == ["春节快乐"]
    await chat.at("2027-07-01 09:01").tick()
    assert [said for said in chat.group() if "快乐" in said] == ["{节日}快乐"]
    await chat.at("2028-02-06 09:01").tick()
    assert not [said for said in chat.group() if "快乐" in said]


async def test_who_comes_is_told_how_what_and_what_is_kept(chat: Chat) -> None:
    (said,) = await chat.hear(chat.incoming("新同学", "", kind=Kind.JOIN))
    for told in ("绑定 姓名 学号", "登记党费", "只记名册上的姓名、学号、支部", "平时的聊天不看也不记"):
        assert told in said.text
    (hello,) = await chat.hear(chat.incoming("新同学", "", private=True, kind=Kind.FRIEND))
    assert "绑定 K7Q2MX" in hello.text and "不记身份证号和位置" in hello.text
