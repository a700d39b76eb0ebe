"""What was just recorded, or refused, is put right by what alone was wrong about it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.understanding.pieces import Asked
from bot.understanding.values import SHANGHAI, Month, Months
from models import (
    Activity,
    Attendance,
    AuditEntry,
    Deed,
    DuesPayment,
    DuesStandard,
    MatterKind,
    Member,
    OpenMatter,
    Opinion,
    OpinionState,
    PaymentState,
    Placement,
    Talk,
    TalkState,
    Wish,
)
from models.dues import shares_of
from tests.chat import Chat, found_branch

SECRETARY = "李书记"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> None:
    await found_branch(chat)


async def _standing() -> Placement:
    return await Placement.get(claim__isnull=False)


@pytest.mark.parametrize(
    ("said", "city", "company", "until"),
    [
        ("哎不对 我又看了下合同 是到6月底", "深圳", "大疆", "2027-06"),
        ("打错了 是到6月", "深圳", "大疆", "2027-06"),
        ("我是说实习到6月", "深圳", "大疆", "2027-06"),
        ("是到6月不是3月", "深圳", "大疆", "2027-06"),
        ("不是深圳 是东莞", "东莞", "大疆", "2027-03"),
        ("单位写错了 是先导智能", "深圳", "先导智能", "2027-03"),
    ],
)
async def test_one_value_of_a_registration(chat: Chat, said: str, city: str, company: str, until: str) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到明年3月")
    assert (await chat.whisper("张三", said)).startswith("刚才登记的改成这样吗")
    assert (await _standing()).until == "2027-03"  # nothing is changed before it is confirmed
    assert "已登记去向" in await chat.whisper("张三", "对")
    row = await _standing()
    assert (row.city, row.company, row.until) == (city, company, until)
    assert await Deed.filter(undone_at__isnull=True).count() == 1


async def test_the_question_itself_is_put_right_and_still_takes_the_place(chat: Chat) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到明年3月")
    await chat.whisper("张三", "不对 是到6月")
    assert "2027年7月" in await chat.whisper("张三", "7月")
    await chat.whisper("张三", "确认")
    assert (await _standing()).until == "2027-07" and await Placement.filter(voided_at=None).count() == 1


async def test_what_is_not_confirmed_stays_as_it_was(chat: Chat) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到明年3月")
    await chat.whisper("张三", "不对 是到6月")
    assert "没有登记" in await chat.whisper("张三", "算了")
    assert (await _standing()).until == "2027-03"


async def test_taking_back_after_it_takes_back_what_stands_now(chat: Chat) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到明年3月")
    await chat.whisper("张三", "不对 是到6月")
    await chat.whisper("张三", "确认")
    await chat.whisper("张三", "撤销")
    assert not await Placement.filter(claim__isnull=False).exists()
    assert "刚才登记的" not in await chat.whisper("张三", "不对 是到6月")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("那个“不”字去掉", "想找人一起去图书馆"),
        ("图书馆改成自习室", "想不找人一起去自习室"),
        ("最后加一句 周末都行", "想不找人一起去图书馆，周末都行"),
    ],
)
async def test_the_words_of_a_text(chat: Chat, said: str, text: str) -> None:
    await chat.whisper("张三", "微心愿 想不找人一起去图书馆")
    assert f"“{text}”" in await chat.whisper("张三", said)
    await chat.whisper("张三", "嗯")
    assert (await Wish.all().order_by("-id").first()).text == text  # type: ignore[union-attr]


async def test_dues_are_amended_so_that_the_old_ones_stay_readable(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    asked = await chat.whisper("张三", "是10月的")
    assert "2026年10月" in asked
    await chat.whisper("张三", "对")
    states = [payment.state async for payment in DuesPayment.all().order_by("id")]
    assert states == [PaymentState.VOID, PaymentState.DECLARED]
    assert list(await shares_of(await DuesPayment.get(state=PaymentState.DECLARED))) == ["2026-10"]


async def test_another_month_beside_is_none_in_its_place(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    assert "2026年10月党费：还没有登记" in await chat.whisper("张三", "那10月的呢")
    assert await OpenMatter.filter(kind=MatterKind.CONFIRMATION).count() == 0


async def test_a_month_before_the_admission_is_asked_about_as_next_year_s(chat: Chat) -> None:
    chat.at("2026-12-03 12:00")
    await Member.filter(name="张三").update(admitted_on=date(2026, 5, 4))
    assert "是2027年1月的吗" in await chat.whisper("张三", "交党费 1月")
    await chat.whisper("张三", "对")
    assert list(await shares_of(await DuesPayment.get())) == ["2027-01"]


async def test_a_month_in_the_place_of_another_is_the_one_near_it(chat: Chat) -> None:
    chat.at("2026-12-03 12:00")
    await chat.whisper("张三", "交党费 12月")
    assert "2027年1月" in await chat.whisper("张三", "哎不对 交的是1月的")


async def test_after_a_refusal_the_right_months_alone(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    assert "已经登记过" in await chat.whisper("张三", "交党费 11月")
    assert "已登记：2026年12月、2027年1月" in await chat.whisper("张三", "哦哦那就是12月和明年1月的 我记岔了")


async def test_after_a_refusal_a_whole_command_takes_nothing_of_it(chat: Chat) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到2025年3月")
    assert "已登记去向：苏州，" in await chat.whisper("张三", "报到 苏州 到明年6月")
    assert (await _standing()).company == ""


async def test_after_a_refusal_a_bare_value_in_the_group_is_talk(chat: Chat) -> None:
    await chat.say("张三", "交党费 11月")
    assert "已经登记过" in await chat.say("张三", "交党费 11月")
    await chat.ignores("张三", "12月的")


async def test_taking_back_after_a_refusal_is_about_what_was_recorded(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper("张三", "交党费 11月")
    assert "已撤销：2026年11月" in await chat.whisper("张三", "撤销")


async def test_an_hour_alone_keeps_the_day_and_its_half(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起支委会 周五 20:00 研究转正")
    assert "（周五）20:30" in await chat.whisper(SECRETARY, "改成8点半")
    await chat.whisper(SECRETARY, "确认")
    assert f"{(await Activity.get()).start.astimezone(SHANGHAI):%H:%M}" == "20:30"


async def test_the_end_of_a_span_alone(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "开放时段 周六 14点到16点")
    assert "14:00到17:00" in await chat.whisper(SECRETARY, "不对 是到17点")
    assert "已开放 6 个谈心时段" in await chat.whisper(SECRETARY, "对")


async def test_a_talk_is_moved_by_so_many_minutes(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "开放时段 周六 14点到16点")
    await chat.whisper("张三", "约谈心 周六 14点")
    await chat.whisper("张三", "三点有个面试 能往后挪半小时不")
    await chat.whisper("张三", "对")
    assert f"{(await Talk.get()).start.astimezone(SHANGHAI):%H:%M}" == "14:30"
    await chat.whisper("张三", "提前半小时吧")
    await chat.whisper("张三", "好")
    assert f"{(await Talk.get()).start.astimezone(SHANGHAI):%H:%M}" == "14:00"


async def test_another_activity(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起党课 12月8日 19:30 学习党章")
    await chat.whisper(SECRETARY, "发起主题党日 12月9日 19:30 我的实习")
    await chat.whisper("张三", "报名 1")
    assert "2号" in await chat.whisper("张三", "报错了 是2号那个")
    await chat.whisper("张三", "对")
    signed = await Attendance.filter(signed_up_at__isnull=False).prefetch_related("activity")
    assert [one.activity.number for one in signed] == [2]


async def test_where_only_that_something_is_wrong_is_clear_it_is_asked_what(chat: Chat) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到明年3月")
    assert "哪里不对" in await chat.whisper("张三", "说错了说错了 哎呀这个")
    assert (await chat.whisper("张三", "到6月")).startswith("刚才登记的改成这样吗")


async def test_in_the_group_it_takes_a_word_that_takes_back(chat: Chat) -> None:
    await chat.say("张三", "交党费 11月")
    await chat.ignores("张三", "10月")
    assert "2026年10月？" in await chat.say("张三", "不对 是10月的")


async def test_it_ends_after_ten_minutes(chat: Chat) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到明年3月")
    chat.at("2026-11-23 12:11")
    assert "刚才登记的" not in await chat.whisper("张三", "打错了 是到6月")


async def test_the_whole_text_anew(chat: Chat) -> None:
    await chat.whisper("张三", "提意见 开会能不能别放周六")
    assert "“开会能不能放周日”" in await chat.whisper("张三", "改成 开会能不能放周日")
    await chat.whisper("张三", "对")
    standing = await Opinion.filter(state__not=OpinionState.WITHDRAWN)
    assert [one.text for one in standing] == ["开会能不能放周日"]


async def test_another_of_those_that_were_offered(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "开放时段 周六 14点到16点")
    await chat.whisper("张三", "约谈心 2号")
    assert "15:30–16:00（4号）" in await chat.whisper("张三", "换成最后一个吧")
    await chat.whisper("张三", "好")
    booked = await Talk.filter(state=TalkState.BOOKED)
    assert [f"{one.start.astimezone(SHANGHAI):%H:%M}" for one in booked] == ["15:30"]


async def test_a_standard_that_was_told_already_is_said_again(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "张三的党费标准改成5毛")
    assert "0.30" in await chat.whisper(SECRETARY, "不对 是三毛")
    await chat.whisper(SECRETARY, "对")
    assert (await DuesStandard.get()).monthly == 30


async def test_what_was_left_out_is_added(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术")
    assert "2027年5月" in await chat.whisper("张三", "忘了说 到明年5月")
    assert "2027年7月" in await chat.whisper("张三", "7月才结束 说错了")
    await chat.whisper("张三", "对")
    assert (await _standing()).until == "2027-07"


async def test_some_of_the_months_are_taken(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    assert "只记2026年12月吗" in await chat.whisper("张三", "交党费 11月跟12月的")
    await chat.whisper("张三", "嗯")
    assert [list(await shares_of(one)) async for one in DuesPayment.all().order_by("id")] == [["2026-11"], ["2026-12"]]


async def test_what_was_done_without_a_name_is_never_put_right_under_one(chat: Chat) -> None:
    await chat.whisper("张三", "提意见 食堂贵")
    await chat.whisper("张三", "匿名意见 王主任太凶")
    await chat.whisper("张三", "改成 王主任对人太凶")
    await chat.whisper("张三", "对")
    named = await Opinion.filter(author_id__not_isnull=True)
    assert [one.text for one in named] == ["食堂贵"]


async def test_what_was_taken_back_by_its_own_command_is_not_put_right(chat: Chat) -> None:
    await chat.whisper("张三", "提意见 食堂贵")
    await chat.whisper("张三", "撤回意见 1")
    await chat.whisper("张三", "改成 食堂太贵了")
    await chat.whisper("张三", "确认")
    assert not await Opinion.exclude(state=OpinionState.WITHDRAWN).exists()


@pytest.mark.parametrize("said", ["加上10月的", "忘了说 还有10月", "10月的也一起"])
async def test_another_month_beside_does_not_take_the_first_one_s_place(chat: Chat, said: str) -> None:
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper("张三", said)
    await chat.whisper("张三", "确认")
    standing = [month async for one in DuesPayment.exclude(state=PaymentState.VOID) for month in await shares_of(one)]
    assert "2026-11" in standing


async def test_what_was_refused_is_no_longer_open_once_something_else_was_shown(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "开放时段 周六 14点到16点")
    await chat.whisper(SECRETARY, "发起党课 12月8日 19:30 学习党章")
    await chat.whisper("张三", "约谈心 1号")
    await chat.whisper(SECRETARY, "取消时段 9")
    await chat.whisper(SECRETARY, "组织生活")
    await chat.whisper(SECRETARY, "1")
    assert (await Talk.get()).state is TalkState.BOOKED


async def test_a_piece_of_what_was_talked_past_is_asked_about_again(chat: Chat) -> None:
    await chat.whisper("张三", "交裆费 11月")
    await chat.whisper("张三", "组织生活")
    assert "？" in await chat.whisper("张三", "12月")
    assert not await DuesPayment.exists()


async def test_a_yes_to_a_refusal_is_told_that_nothing_was_done(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "确认党费 张三 11月")
    assert "没有登记" in await chat.whisper(SECRETARY, "确认")


async def test_the_trail_names_what_was_taken_back_and_whose(chat: Chat) -> None:
    await chat.whisper("张三", "报到 深圳 大疆 到明年3月")
    await chat.whisper("张三", "不对 是到6月")
    await chat.whisper("张三", "确认")
    trail = [line.command async for line in AuditEntry.filter(outcome="done").order_by("id")]
    assert trail[-2:] == ["undo placement.register", "placement.register"]


async def test_a_long_text_without_a_break_holds_nobody_up(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    reader = chat.dispatcher._hearing.reader
    done = Asked("dues.pay", {"months": Months((Month(2026, 11),))})
    assert reader.corrected(done, "学" * 20_000, now=chat.now) is None


@pytest.mark.parametrize("said", ["啊我就问问 钱还没给呢", "我没让你登记呀", "就是问问"])
async def test_who_only_asked_is_offered_to_take_it_back(chat: Chat, said: str) -> None:
    await chat.whisper("张三", "交党费 11月")
    assert "刚才登记了：登记党费" in await chat.whisper("张三", said)
    assert await DuesPayment.filter(state=PaymentState.DECLARED).exists()
    assert "已撤销" in await chat.whisper("张三", "对")
    assert not await DuesPayment.filter(state=PaymentState.DECLARED).exists()


async def test_who_only_asked_and_recorded_nothing_just_now_loses_nothing(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    chat.at("2026-11-23 12:30")
    assert await chat.whisper("张三", "我就问问") == "好的，没有登记什么。"
    assert await DuesPayment.filter(state=PaymentState.DECLARED).exists()


async def test_what_a_booked_talk_is_about_is_said_behind_it(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "开放时段 周四14-16点 每人30分钟")
    await chat.whisper("张三", "约谈心 周四两点")
    assert "入党流程" in await chat.whisper("张三", "主要想问问入党流程的事")
    assert "话题：问问入党流程的事" in await chat.whisper("张三", "嗯")
    assert (await Talk.get(state=TalkState.BOOKED)).topic == "问问入党流程的事"


async def test_taken_back_by_the_words_for_it(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    assert "已撤销" in await chat.whisper("张三", "那先把刚才那笔撤掉吧")
