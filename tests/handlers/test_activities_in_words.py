"""周六那个我去不了, 5号晚上那个我报了没: what is said of an activity in a sentence, and which one is meant by it."""

from __future__ import annotations

import pytest

from models import Activity, Attendance, OpenMatter, ServicePart
from tests.chat import Chat, found_branch
from tests.handlers.test_named_by_words import CARE, MEMBERS

LECTURE = "1号党课（12月3日周四19:30）"
PARTY_DAY = "2号主题党日（12月5日周六19:30）"
STORIES = f"{PARTY_DAY}，我的实习故事"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> None:
    """On a Sunday: three activities and two services of the next days."""
    await found_branch(chat, members=MEMBERS)
    chat.at("2026-11-29 12:00")
    await chat.whisper("李书记", "发起公益 12月6日上午9点 给新生讲实习 10人")
    await chat.whisper("李书记", "爱心传递 12月6日下午2点 给养老院送冬衣 6人")
    await chat.whisper("李书记", "发起党课 12月3日19:30 学党章")
    await chat.whisper("李书记", "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper("李书记", "发起党小组会 12月9日19:30 讨论发展对象")
    chat.group(), chat.heard("李书记")


async def on_leave() -> list[tuple[int, str]]:
    found = Attendance.filter(leave_at__isnull=False).select_related("activity")
    return [(part.activity.number, part.leave_reason) for part in await found]


async def signed_up() -> list[int]:
    found = Attendance.filter(signed_up_at__isnull=False, leave_at=None).select_related("activity")
    return [part.activity.number for part in await found]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("那主题党日那个我可能去不了 要赶项目", "要赶项目"),
        ("周六那个我去不了 要加班 抱歉", "要加班"),
        ("5号晚上那个会我来不了 公司有事", "公司有事"),
        ("实习故事那个我参加不了了", ""),
        ("完了 5号晚上公司临时团建 那天来不了了 不好意思🙏", "公司临时团建"),
        ("请假5号那个 要值班", "要值班"),
    ],
)
async def test_leave_is_asked_about_with_its_activity_and_why(chat: Chat, said: str, reason: str) -> None:
    await chat.whisper("张三", "报名 2")
    why = f"，原因：{reason}" if reason else ""
    assert (await chat.whisper("张三", said)).startswith(f"给{PARTY_DAY}请假{why}，对吗？")
    assert not await on_leave()
    assert f"已登记请假：{PARTY_DAY}" in await chat.whisper("张三", "对")
    assert await on_leave() == [(2, reason)]


async def test_in_a_group_nobody_reads_why(chat: Chat) -> None:
    asked = await chat.say("张三", "@鸿雁 周六那个我去不了 家里有事")
    assert f"给{PARTY_DAY}请假，对吗？" in asked and "家里" not in asked
    assert "家里" not in await chat.say("张三", "确认")
    assert await on_leave() == [(2, "家里有事")]


@pytest.mark.parametrize(
    "said",
    ["12月5号晚上临时要加班 那天来不了了", "5号晚上我加班 来不了了", "我周六加班去不了", "2号的我晚上加班去不了"],
)
async def test_leave_from_the_activity_of_that_evening(chat: Chat, said: str) -> None:
    await chat.whisper("张三", "报名 2")
    assert f"已登记请假：{PARTY_DAY}" in await chat.whisper("张三", said)
    ((number, reason),) = await on_leave()
    assert number == 2 and reason.endswith("加班")


async def test_of_two_on_one_day_the_one_at_the_hour_that_was_said(chat: Chat) -> None:
    await chat.whisper("李书记", "发起党员大会 12月5日14:00 讨论发展对象")
    assert f"已登记请假：{PARTY_DAY}" in await chat.whisper("张三", "5号晚上我加班 来不了了")
    assert "已登记请假：4号党员大会" in await chat.whisper("李娜", "5号下午我加班 来不了了")


async def test_a_service_is_left_and_no_leave_is_asked_from_it(chat: Chat) -> None:
    assert "没有报名的活动和公益" in await chat.whisper("张三", "养老院那个我去不了 加班")
    await chat.whisper("张三", "报名公益 2")
    assert (await chat.whisper("张三", "养老院那个我去不了 加班")).startswith(f"退出{CARE}吗？")
    await chat.whisper("张三", "对")
    assert not await ServicePart.filter(left_at=None) and not await on_leave()


@pytest.mark.parametrize(
    "said", ["我12月5号那个报了没", "周六那个我报名没有", "实习故事那个我报没报", "我5号晚上那个报了吗"]
)
async def test_whether_one_is_signed_up_for_it(chat: Chat, said: str) -> None:
    assert await chat.whisper("张三", said) == f"{STORIES}：您还没有报名。要报名请发：报名 2"
    await chat.whisper("张三", "报名 2")
    assert await chat.whisper("张三", said) == f"{STORIES}：您已经报名。"
    await chat.whisper("张三", "请假 2 加班")
    assert await chat.whisper("张三", said) == f"{STORIES}：您请了假。又能去了请发：报名 2"


@pytest.mark.parametrize("said", ["报名5号晚上那个活动", "报名5号那个", "报名周六那个会", "我要参加5号晚上的那个活动"])
async def test_a_day_of_the_month_is_no_number(chat: Chat, said: str) -> None:
    assert (await chat.whisper("张三", said)).startswith(f"报名{STORIES}吗？")
    assert not await signed_up()
    await chat.whisper("张三", "确认")
    assert await signed_up() == [2]


async def test_a_number_is_one_where_there_is_such_an_activity(chat: Chat) -> None:
    assert "没有5号活动" in await chat.whisper("张三", "报名 5")
    assert "没有8号活动" in await chat.whisper("张三", "报名8号")
    assert "已报名3号党小组会" in await chat.whisper("张三", "报名3号")
    await chat.whisper("李书记", "发起党课 12月5日9:00 学党章")
    assert "没有5号活动" in await chat.whisper("张三", "报名5号那个")


async def test_a_service_by_the_day_of_the_month(chat: Chat) -> None:
    await chat.whisper("李书记", "取消公益 1")
    await chat.whisper("李书记", "确认")
    assert (await chat.whisper("张三", "报名公益6号")).startswith(f"报名{CARE}吗？")
    assert "已报名2号爱心传递" in await chat.whisper("张三", "对")


@pytest.mark.parametrize("said", ["就周六那个 我的实习故事", "就实习故事那个", "5号晚上那个", "周六那场"])
async def test_the_words_of_one_answer_which_one(chat: Chat, said: str) -> None:
    for asking in ("报名", "报名 9"):
        await chat.whisper("张三", asking)
        assert (await chat.whisper("张三", said)).startswith(f"报名{STORIES}吗？"), asking
    await chat.whisper("张三", "取消报名 9")
    assert "没有报名2号主题党日" in await chat.whisper("张三", said)
    told = await chat.whisper("李娜", said)
    assert told.startswith(f"{STORIES}\n已报名 0 人") and told.endswith("要报名请发：报名 2")


async def test_the_words_of_one_choose_among_those_that_were_asked_about(chat: Chat) -> None:
    assert "是哪一个？" in await chat.whisper("张三", "周日那个我去")
    assert (await chat.whisper("张三", "就养老院那个")).startswith(f"报名{CARE}吗？")
    await chat.whisper("张三", "对")
    assert await ServicePart.filter(left_at=None).count() == 1


@pytest.mark.parametrize(
    "said", ["周六那个又能去了 假不请了", "假不请了", "我不请假了", "取消请假", "那个会我又可以去了"]
)
async def test_leave_is_taken_back_after_a_question(chat: Chat, said: str) -> None:
    assert "没有请假的活动" in await chat.whisper("张三", said)
    await chat.whisper("张三", "请假 2 加班")
    assert (await chat.whisper("张三", said)).startswith(f"您请了{STORIES}的假。收回请假并报名吗？")
    assert await on_leave()
    chat.heard("李书记")
    assert f"已报名{PARTY_DAY}" in await chat.whisper("张三", "对")
    assert await signed_up() == [2] and not await on_leave()
    assert "张三收回了请假，已报名" in "".join(chat.heard("李书记"))


@pytest.mark.parametrize("yes", ["嗯", "好的", "行", "可以"])
async def test_a_word_of_assent_in_the_group_answers_what_was_asked_there(chat: Chat, yes: str) -> None:
    await chat.ignores("张三", yes)
    assert f"报名{CARE}吗？" in await chat.say("张三", "@鸿雁 养老院那个我也去")
    await chat.ignores("李娜", yes)
    assert "已报名2号爱心传递" in await chat.say("张三", yes)
    await chat.ignores("张三", yes)


async def test_a_word_of_assent_in_the_group_answers_nothing_that_was_asked_elsewhere(chat: Chat) -> None:
    await chat.whisper("张三", "养老院那个我也去")
    await chat.ignores("张三", "好的")
    assert not await ServicePart.exists()
    assert await OpenMatter.exists(conversation__not_isnull=True)


async def test_talk_in_the_group_stays_talk(chat: Chat) -> None:
    for said in ("周日给新生讲实习那个我也去", "周六那个我去不了", "5号晚上那个我报了没", "就周六那个", "假不请了"):
        await chat.ignores("张三", said)
    assert await Activity.all().count() == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("噢 那3号的给我报上", "2号的我晚上加班去不了"),
        ("报名 3", "交党费 12月 0.2"),
    ],
)
async def test_two_requests_are_told_to_come_one_by_one(chat: Chat, first: str, second: str) -> None:
    said = await chat.whisper("张三", f"{first} {second}")
    assert said == f"这里有两件事，我一次办一件，都还没有登记。请分两条发：\n{first}\n{second}"
    assert not await Attendance.exists()


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("周六的主题党日改到八点开始吧", "2026年12月5日（周六）20:00"),
        ("主题党日改到8点半", "2026年12月5日（周六）20:30"),
        ("12月5号的主题党日改到上午九点", "2026年12月5日（周六）09:00"),
        ("主题党日改到周五同一时间", "2026年12月4日（周五）19:30"),
    ],
)
async def test_an_hour_alone_is_of_the_activity_s_own_day_and_half_of_it(chat: Chat, said: str, asked: str) -> None:
    assert asked in await chat.whisper("李书记", said)
    assert (await Activity.get(number=2)).start.isoformat() == "2026-12-05T19:30:00+08:00"
    assert "已改期：2号主题党日" in await chat.whisper("李书记", "对")


async def test_an_hour_written_in_full_is_taken_as_written(chat: Chat) -> None:
    assert "12月5日周六08:00" in await chat.whisper("李书记", "改活动 2 12月5日8:00")


async def test_what_is_called_off_by_its_words_is_asked_about(chat: Chat) -> None:
    assert (await chat.whisper("李书记", "取消那个主题党日")).startswith(f"要取消{PARTY_DAY}吗？")
    assert "已取消：2号主题党日" in await chat.whisper("李书记", "确认")


async def test_who_goes_is_counted_for_members_and_named_to_the_committee(chat: Chat) -> None:
    await chat.whisper("张三", "报名 2")
    await chat.whisper("张三", "报名公益 1")
    assert await chat.whisper("李娜", "周六那个都有谁去呀") == f"{STORIES}：已报名 1 人。"
    assert "张三" not in await chat.whisper("李娜", "讲实习那个报了几个人了")
    assert "已报名：张三" in await chat.whisper("李书记", "周六那个都有谁去呀")
    assert "参加：张三" in await chat.whisper("李书记", "讲实习那个有谁报名")
    said = await chat.say("李书记", "@鸿雁 周六那个都有谁去呀")
    assert said and "张三" not in said


async def test_yes_call_it_off_is_a_yes_to_whether_it_is_called_off_and_a_no_to_all_else(chat: Chat) -> None:
    await chat.whisper("李书记", "取消那个主题党日")
    assert "已取消：2号主题党日" in await chat.whisper("李书记", "对，取消吧")
    await chat.whisper("张三", "周四那个党课我参加")
    assert await chat.whisper("张三", "对 取消") == "好的，没有登记。"
    assert not await signed_up()
