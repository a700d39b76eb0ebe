"""签上没, 1月的先不要: what a message leaves out is what was spoken of before; what may be meant is asked about."""

from __future__ import annotations

import pytest

from models import (
    Attendance,
    AuditEntry,
    Category,
    DuesPayment,
    DuesShare,
    MatterKind,
    Member,
    OpenMatter,
    Opinion,
    OpinionState,
    PaymentState,
    Placement,
    Post,
    Report,
    ReportState,
    Service,
    ServicePart,
    Talk,
    TalkState,
    Wish,
    WishState,
)
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
FIRST = (
    "来博众快三个月了，感受最深的是师傅们对质量的较真。上周一个工装偏了两丝，"
    "师傅带我们返工到晚上九点，没一个人抱怨，我觉得党员就该是这个样子"
)
MORE = "这段时间我也在听支部的微课，对高质量发展有了更具体的理解，以后要把学到的用在岗位上，争取早日独立带一条线。"
SLOTS = "开放时段 12月3日14-16点 每人30分钟"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> None:
    await found_branch(chat, members=MEMBERS, dues_from="2026-11")
    chat.at("2026-11-30 12:00")


async def test_a_question_without_its_matter_is_about_the_last(chat: Chat) -> None:
    await chat.whisper("张伟", "提意见 食堂太贵")
    assert "您提的意见" in await chat.whisper("张伟", "那多久能有回复啊")
    await chat.whisper("周洋", "我的党费")
    assert "您提的意见" not in await chat.whisper("周洋", "那多久能有回复啊")


async def test_what_is_asked_about_one_member_is_not_answered_with_all(chat: Chat) -> None:
    assert (await chat.whisper(SECRETARY, "张伟11月党费交了吗")).startswith("张伟（正式党员）的情况")
    assert (await chat.whisper(SECRETARY, "那赵磊的呢")).startswith("赵磊")
    assert "没有交过思想汇报" in await chat.whisper(SECRETARY, "看汇报 周洋")
    assert (await chat.whisper(SECRETARY, "那他党费呢")).startswith("周洋")
    assert "周洋" not in await chat.whisper("张伟", "那他党费呢")


async def test_of_several_kinds_the_one_that_was_spoken_of_is_meant(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper(SECRETARY, "发起公益 12月6日上午9点 给新生讲实习 10人")
    await chat.whisper("周洋", "微心愿 想借一本行测书")
    await chat.whisper("周洋", "微心愿 想有人陪我练面试")
    await chat.whisper("张伟", "公益活动有哪些")
    assert (await chat.whisper("张伟", "那我也去")).startswith("报名1号公益")
    assert (await chat.whisper("张伟", "看看微心愿")).startswith("微心愿")
    assert (await chat.whisper("张伟", "借书那个我来吧")).startswith("认领1号心愿")
    await chat.whisper("张伟", "对")
    assert (await Wish.get(number=1)).state is WishState.CLAIMED and not await ServicePart.exists()


async def test_in_the_group_it_is_what_anybody_there_spoke_of(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper(SECRETARY, "发起公益 12月6日上午9点 给新生讲实习 10人")
    await chat.whisper("张伟", "组织生活")
    await chat.say("赵磊", "@鸿雁 公益活动有哪些")
    assert (await chat.say("张伟", "@鸿雁 那我也去")).startswith("报名1号公益")


async def test_to_do_something_else_is_no_yes(chat: Chat) -> None:
    await chat.whisper("赵磊", "爱心传递 12月6日下午2点 给养老院送冬衣 6人")
    assert (await chat.whisper(SECRETARY, "养老院那个同意")).startswith("同意1号爱心传递")
    await chat.whisper(SECRETARY, "那我报一个")
    assert (await Service.get()).proposed
    assert (await chat.whisper(SECRETARY, "养老院那个同意")).startswith("同意1号爱心传递")
    await chat.whisper(SECRETARY, "那就同意吧")
    assert not (await Service.get()).proposed


@pytest.mark.parametrize("said", ["行吧就这样发", "嗯就那个", "就那个"])
async def test_a_yes_may_say_to_what(chat: Chat, said: str) -> None:
    await chat.whisper(SECRETARY, SLOTS)
    assert (await chat.whisper("张伟", "最早那个给我约上")).endswith("（10 分钟内有效）")
    await chat.whisper("张伟", said)
    assert (await Talk.get()).state is TalkState.BOOKED


async def test_a_yes_may_bring_what_belongs_to_it(chat: Chat) -> None:
    await chat.whisper("赵磊", f"交思想汇报 {BODY}")
    await chat.whisper(SECRETARY, "看汇报 赵磊")
    assert (await chat.whisper(SECRETARY, "合格吧")).startswith("批阅 赵磊 合格")
    await chat.whisper(SECRETARY, "对 评语还是写得挺实在的")
    report = await Report.get()
    assert (report.state, report.comment) == (ReportState.APPROVED, "写得挺实在的")


async def test_what_waits_is_put_right_in_words_behind_a_yes(chat: Chat) -> None:
    await chat.whisper("张伟", "匿名意见 会总开在晚上")
    await chat.whisper(SECRETARY, "匿名那条回他 以后尽量改到周末下午开")
    assert "“以后改到周末下午开”" in await chat.whisper(SECRETARY, "尽量两个字去掉 太虚了")
    assert "“以后改到周末下午开，夜班的看回放”" in await chat.whisper(SECRETARY, "嗯 再加一句 夜班的看回放")
    await chat.whisper(SECRETARY, "对")
    assert (await Opinion.get()).answer == "以后改到周末下午开，夜班的看回放"


async def test_of_several_opinions_the_one_of_the_name_and_the_words(chat: Chat) -> None:
    for who, text in (("张伟", "通知早点发"), ("赵磊", "多推荐学习场所"), ("张伟", "会议开短一点")):
        await chat.whisper(who, f"提意见 {text}")
    assert "2号" in await chat.whisper(SECRETARY, "赵磊说学习场所那条 回他 已经联系了图书馆")
    await chat.whisper(SECRETARY, "算了")
    assert "3号" in await chat.whisper(SECRETARY, "张伟那个会议开短的意见 答复他 下次控制在一小时")
    await chat.whisper(SECRETARY, "对")
    assert [one.id for one in await Opinion.filter(state=OpinionState.ANSWERED)] == [3]


@pytest.mark.parametrize("said", ["先别请了", "等下 说不定能调班 先别请了", "同事肯帮我顶班 假先不请了"])
async def test_what_was_done_is_taken_back_behind_a_reason_after_one_question(chat: Chat, said: str) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper("张伟", "请假 1 要加班")
    await chat.whisper("张伟", said)
    assert await Attendance.filter(leave_at__isnull=False).exists()
    await chat.whisper("张伟", "对")
    assert not await Attendance.filter(leave_at__isnull=False).exists()


async def test_one_of_the_months_just_recorded_is_not_meant(chat: Chat) -> None:
    await chat.whisper("张伟", "交党费 12月到明年1月 0.4")
    await chat.whisper("张伟", "确认")
    assert "2026年12月，0.20元" in await chat.whisper("张伟", "算了 1月的先不要 撤了")
    await chat.whisper("张伟", "对")
    standing = await DuesPayment.filter(state=PaymentState.DECLARED)
    assert [one.amount for one in standing] == [20]
    assert [one.month for one in await DuesShare.filter(payment_id=standing[0].id)] == ["2026-12"]


async def test_up_to_a_month_goes_on_from_what_was_said(chat: Chat) -> None:
    await chat.whisper("张伟", "12月党费能交不")
    await chat.whisper("张伟", "那就一块交到明年3月")
    await chat.whisper("张伟", "确认")
    shares = await DuesShare.all().order_by("month")
    assert [one.month for one in shares] == ["2026-12", "2027-01", "2027-02", "2027-03"]


async def test_another_slot_is_instead_of_the_one_that_is_booked(chat: Chat) -> None:
    await chat.whisper(SECRETARY, SLOTS)
    await chat.whisper("张伟", "约谈心 1号")
    assert (await chat.whisper("张伟", "啊不行 两点我还在上课 换成最晚那个")).startswith("把谈心改到")
    await chat.whisper("张伟", "对")
    assert (await chat.whisper("张伟", "约谈心 2号")).startswith("把谈心改到")
    await chat.whisper("张伟", "算了")
    talk = await Talk.get().select_related("slot")
    assert talk.slot is not None and talk.slot.number == 4


async def test_the_next_part_of_a_report_that_waits_belongs_to_it(chat: Chat) -> None:
    await chat.whisper("张伟", "我这季度思想汇报交了没")
    await chat.whisper("张伟", "那我现在交")
    assert f"文字 {len(FIRST)} 字" in await chat.whisper("张伟", FIRST)
    assert f"文字 {len(FIRST + MORE)} 字" in await chat.whisper("张伟", MORE)
    await chat.whisper("张伟", "对")
    assert (await Report.get()).text == f"{FIRST}\n{MORE}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("行 周末写", "好的。"),
        ("我先问下书记", "好的。"),
        ("那先不急 我问问书记再说", "好的。"),
        ("记得挺准哈哈", "什么也没登记"),
    ],
)
async def test_what_wants_nothing_gets_a_nod_at_most(chat: Chat, said: str, answer: str) -> None:
    await chat.whisper("张伟", "我的谈心")
    assert answer in await chat.whisper("张伟", said)


async def test_not_now_drops_what_was_asked_about(chat: Chat) -> None:
    await chat.whisper("张伟", "12月党费能交不")
    assert await chat.whisper("张伟", "那先不急 我问问再说") == "好的，没有登记。"
    assert "没有等您确认的事" in await chat.whisper("张伟", "确认")


async def test_ones_own_wishes_are_called_by_their_words(chat: Chat) -> None:
    await chat.whisper("周洋", "匿名微心愿 想有人陪我练面试")
    await chat.whisper("周洋", "微心愿 想借一本编程的书")
    await chat.whisper("周洋", "撤下借书那个心愿")
    await chat.whisper("周洋", "对")
    await chat.whisper("陈明", "认领 1")
    await chat.whisper("陈明", "那个心愿我办不了了")
    await chat.whisper("陈明", "对")
    assert [wish.state for wish in await Wish.all().order_by("number")] == [WishState.OPEN, WishState.REMOVED]


async def test_of_what_was_just_held_the_number_need_not_be_said(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起公益 12月6日上午9点 给新生讲实习 10人")
    await chat.whisper("张伟", "报名公益 1")
    chat.at("2026-12-07 19:40")
    assert "120分钟，全部" in await chat.whisper(SECRETARY, "昨天去的都给记两小时吧")
    await chat.whisper(SECRETARY, "对")
    assert [part.minutes for part in await ServicePart.all()] == [120]


async def test_whether_one_is_signed_in(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    assert "12月5日（周六）19:00起可以签到" in await chat.whisper("张伟", "明天活动在哪签到啊")
    chat.at("2026-12-05 19:10")
    assert "还没有签到" in await chat.whisper("张伟", "签上没")
    assert "已签到" in await chat.whisper("张伟", "我还没签 给我签一个")
    assert "已经签到（19:10）" in await chat.whisper("张伟", "签上没")


async def test_agreed_already_an_agreement_is_to_what_waits(chat: Chat) -> None:
    await chat.whisper("赵磊", "爱心传递 12月6日下午2点 给养老院送冬衣 6人")
    await Member.all().update(consent_version=chat.settings.privacy.version)
    assert (await chat.whisper(SECRETARY, "赵磊那个送冬衣的 我觉得可以 同意吧")).startswith("同意1号爱心传递")
    assert "等支部同意" in await chat.whisper(SECRETARY, "送冬衣那个批了没")
    assert (await Service.get()).proposed


async def test_where_one_is_has_not_changed(chat: Chat) -> None:
    await chat.whisper("张伟", "报到 苏州 汇川技术 到明年6月")
    await chat.whisper("张伟", "我的去向")
    assert "去向没有变" in await chat.whisper("张伟", "没变 就还是这个")
    assert await Placement.all().count() == 1


async def test_whether_it_should_be_done_is_asked_back(chat: Chat) -> None:
    assert (await chat.whisper(SECRETARY, "要不要催一下党费")).startswith("要催党费吗？")
    assert await chat.whisper(SECRETARY, "先不催了") == "好的，没有登记。"
    assert "对的话回复" in await chat.whisper("张伟", "我要不要交12月党费")
    assert not await DuesPayment.exists()


async def test_a_quarter_is_of_dues_only_where_that_is_said(chat: Chat) -> None:
    assert "要交的是思想汇报的话" in await chat.whisper("张伟", "交一下第四季度的")
    assert not await DuesPayment.exists()


async def test_a_reason_of_two_clauses_is_told_whole(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper("张伟", "周六那个主题党日我在高铁上 怕连不上 先请个假")
    assert (await Attendance.get()).leave_reason == "高铁上 怕连不上"


async def test_a_comment_is_no_name(chat: Chat) -> None:
    await chat.whisper("赵磊", f"交思想汇报 {BODY}")
    await chat.whisper(SECRETARY, "看汇报 赵磊")
    asked = await chat.whisper(SECRETARY, "这回写的不错 合格 评语就写 联系岗位实际 继续保持")
    assert asked.startswith("批阅 赵磊 合格 “联系岗位实际 继续保持”？")


async def test_what_was_handed_in_long_ago_is_taken_back_where_it_was_spoken_of(chat: Chat) -> None:
    await chat.whisper("赵磊", f"交思想汇报 {BODY}")
    chat.at("2026-12-02 12:00")
    assert "没有可以撤销的登记" in await chat.whisper("赵磊", "那先撤回来吧")
    await chat.whisper("赵磊", "书记看我汇报了吗")
    assert "对的话回复" in await chat.whisper("赵磊", "那先撤回来吧")
    await chat.whisper("赵磊", "对")
    assert not await Report.filter(state=ReportState.SUBMITTED).exists()


@pytest.mark.parametrize("said", ["不是 是到明年3月", "到明年3月", "错了 改到明年3月"])
async def test_another_end_is_put_right(chat: Chat, said: str) -> None:
    await chat.whisper("赵磊", "报到 无锡 先导智能 到12月")
    await chat.whisper("赵磊", "下个月实习要延期 到明年2月")
    await chat.whisper("赵磊", said)
    await chat.whisper("赵磊", "对")
    assert (await Placement.get(claim__not_isnull=True)).until == "2027-03"


async def test_no_question_says_whose_an_anonymous_wish_is(chat: Chat) -> None:
    await chat.whisper("张伟", "匿名微心愿 想借一本行测书")
    for said in ("撤下心愿", "1号心愿撤下来行不行", "心愿实现了"):
        assert "行测" not in await chat.whisper("张伟", said)
        kept = await OpenMatter.filter(contact__contains="张伟", kind=MatterKind.CONFIRMATION)
        assert not [one for one in kept if one.content["command"].startswith("wish.")], said
    member = await Member.get(name="张伟")
    assert not await AuditEntry.filter(member_id=member.id, command="wish.remove", outcome__not="refused").exists()
    assert (await Wish.get()).state is WishState.OPEN


async def test_a_review_is_of_the_member_who_was_named(chat: Chat) -> None:
    for name in ("赵磊", "周洋"):
        await chat.whisper(name, f"交思想汇报 {BODY}")
    await chat.whisper(SECRETARY, "看汇报 周洋")
    await chat.whisper(SECRETARY, "合格吧")
    await chat.whisper(SECRETARY, "批阅 赵磊 合格 评语：赵磊同志写得很实在")
    await chat.whisper(SECRETARY, "对")
    approved = await Report.filter(state=ReportState.APPROVED).select_related("member")
    assert [one.member.name for one in approved] == ["赵磊"]


@pytest.mark.parametrize(
    "said", ["对 先不请再说", "对 等我再改", "是的 能调班再说", "行 我确认一下", "可以，我确认一下", "好的我发一下"]
)
async def test_a_yes_that_puts_off_is_none(chat: Chat, said: str) -> None:
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    assert (await chat.whisper("张伟", "实习故事那个我去不了")).startswith("给1号主题党日")
    await chat.whisper("张伟", said)
    assert not await Attendance.filter(leave_at__isnull=False).exists()


async def test_whether_one_is_signed_in_is_of_what_is_open_now(chat: Chat) -> None:
    await chat.whisper(SECRETARY, "发起党课 12月5日14:00 党章")
    await chat.whisper(SECRETARY, "发起主题党日 12月5日19:30 我的实习故事")
    chat.at("2026-12-05 14:00")
    await chat.whisper("张伟", "签到")
    chat.at("2026-12-05 19:32")
    assert (await chat.whisper("张伟", "签上没")).startswith("2号主题党日")
    chat.at("2026-12-05 23:30")
    assert "签到已经结束" in await chat.whisper("周洋", "签上没")


async def test_nothing_stays_open_where_there_is_nothing_to_answer(chat: Chat) -> None:
    await chat.whisper("张伟", "心愿实现了")
    assert await chat.whisper("张伟", "好的") == "好的。"


async def test_who_else_is_not_about_the_one_who_is_named(chat: Chat) -> None:
    assert not (await chat.whisper(SECRETARY, "除了张伟还有谁没交党费")).startswith("张伟")


async def test_who_proposed_it_may_ask_what_came_of_it(chat: Chat) -> None:
    await chat.whisper("赵磊", "爱心传递 12月6日下午2点 给养老院送冬衣 6人")
    assert "等支部同意" in await chat.whisper("赵磊", "养老院那个批了没")


async def test_what_another_handed_in_is_not_taken_back_for_oneself(chat: Chat) -> None:
    await chat.whisper(SECRETARY, f"交思想汇报 {BODY}")
    await chat.whisper("赵磊", f"交思想汇报 {BODY}")
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "看汇报 赵磊")
    assert "没有可以撤销的登记" in await chat.whisper(SECRETARY, "撤销")


async def test_the_last_slot_is_of_the_host_with_whom_one_talks(chat: Chat) -> None:
    await chat.whisper(SECRETARY, SLOTS)
    await chat.whisper("陈明", "开放时段 12月4日14-15点 每人30分钟")
    await chat.whisper("张伟", "约谈心 1号")
    assert "（4号）" in await chat.whisper("张伟", "换成最后一个")


async def test_a_name_in_the_answer_does_not_say_which_opinion(chat: Chat) -> None:
    await chat.whisper("张伟", "匿名意见 会议太长")
    await chat.whisper("赵磊", "提意见 食堂太贵")
    assert "要答复哪一条" in await chat.whisper(SECRETARY, "答复意见 赵磊也提过，会改到周末")
