"""What people say to a question that is open, and what the bot says of what it was told before."""

from __future__ import annotations

import pytest

from bot.understanding.courtesy import COLLOQUIAL_YES
from bot.understanding.values import SHANGHAI
from models import (
    Account,
    Activity,
    Attendance,
    DuesPayment,
    Opinion,
    Placement,
    Report,
    ReportState,
    ServicePart,
    Talk,
    TalkSlot,
)
from tests.chat import Chat, found_branch

SECRETARY = "李书记"


@pytest.mark.parametrize("yes", ["嗯对 发吧", "对对，就这个", "好 那就发布吧", "可以 就这么办"])
async def test_a_sentence_that_agrees_is_a_yes(chat: Chat, yes: str) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起党课 12月8日 19:30 学习党章")
    assert "再发布一个吗" in await chat.whisper(SECRETARY, "发起党课 12月8日 19:30 学习党章")
    await chat.whisper(SECRETARY, yes)
    assert await Activity.all().count() == 2


async def test_what_comes_to_mind_later_belongs_to_the_open_question(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "报道 苏州 汇川技术 到明年6月")
    await chat.whisper("张三", "哦对了 是到7月")
    row = await Placement.get()
    assert (row.city, row.company, row.until) == ("苏州", "汇川技术", "2027-07")


async def test_a_word_that_the_question_still_takes_is_asked_about_with_the_rest(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "换实习了 现在在无锡")
    asked = await chat.whisper("张三", "先导智能 到明年八月底")
    assert "无锡，先导智能，2027年8月？" in asked and not await Placement.exists()
    await chat.whisper("张三", "确认")
    assert (await Placement.get()).company == "先导智能"


async def test_why_and_then_another_time_answer_the_question(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "开放时段 12月3日 14点到16点")
    slots = await TalkSlot.all().order_by("start")
    await chat.whisper("张三", "想约书记谈个心")
    await chat.whisper("张三", "12月3日")
    said = await chat.whisper("张三", "那天早上要加班去不了 改到两点半行不行")
    assert f"{slots[1].number}号" in said and "14:30" in said


async def test_the_report_itself_answers_whether_it_is_one(chat: Chat) -> None:
    await found_branch(chat)
    assert "您是想交本期思想汇报？" in await chat.whisper("张三", "交思想回报")
    text = (
        "这段时间我在合肥实习，白天跟线，晚上学习全会公报，对工作的认识比以前深了，也看到自己的不足，以后会改正。" * 3
    )
    assert "（文字 156 字）要交给书记吗？" in await chat.whisper("张三", text)
    assert "已提交" in await chat.whisper("张三", "对 就是这个")
    report = await Report.get()
    assert (report.state, report.text) == (ReportState.SUBMITTED, text)


async def test_a_month_answers_that_nothing_is_open_and_thanks_do_not_repeat_it(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 9到11月")
    nothing = await chat.whisper("张三", "补交党费")
    assert "没有要交的了" in nothing
    assert await chat.whisper("张三", "好的") == "好的。"
    await chat.whisper("张三", "补交党费")
    assert "已登记：2026年12月" in await chat.whisper("张三", "12月的")
    assert await DuesPayment.all().count() == 2


async def test_a_question_says_which_activity_and_which_record_it_is_about(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起党课 12月5日 19:30 学习党章")
    asked = await chat.whisper("张三", "下次那个活动我想着报个名呀")
    assert "12月5日周六19:30" in asked and not await Attendance.filter(signed_up_at__isnull=False).exists()
    await chat.whisper("张三", "确认")
    undo = await chat.whisper("张三", "哎呀发错了 撤回来")
    assert "报名参加活动（12月3日周四12:00）" in undo


async def test_taking_back_while_a_question_is_open_drops_the_question_without_another(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想回报")
    assert "刚才问的那条没有登记" in await chat.whisper("张三", "哎呀发错了 撤回来")


async def test_somebody_is_called_familiarly_and_asked_about(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 11月")
    asked = await chat.whisper(SECRETARY, "小张的党费收到啦")
    assert "张三" in asked and "确认" in asked
    await chat.whisper(SECRETARY, "对")
    assert (await DuesPayment.get()).confirmed_at is not None


async def test_the_secretary_s_own_month_tells_what_waits_in_the_branch(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 11月")
    waiting = (await chat.whisper(SECRETARY, "待办")).splitlines()
    count = sum(line[0].isdigit() for line in waiting[1:])
    own = await chat.whisper(SECRETARY, "我的")
    assert count and f"支部里还有 {count} 件等您处理：待确认的党费 1 笔、" in own
    assert "支部里" not in await chat.whisper("张三", "我的")


async def test_a_day_without_slots_is_told_without_hours(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "开放时段 12月3日 14点到16点")
    said = await chat.whisper("张三", "约谈心 12月2日")
    assert said.startswith("12月2日（周三）没有可约的时段。")
    said = await chat.whisper("张三", "约谈心 12月2日下午")
    assert said.startswith("12月2日（周三）12:00–18:00没有可约的时段。")


async def test_a_span_is_repeated_as_one(chat: Chat) -> None:
    await found_branch(chat)
    asked = await chat.whisper(SECRETARY, "下周三下午2点到4点我有空 开放谈心，一人半小时")
    assert "2026年12月2日（周三）14:00到16:00" in asked


async def test_who_is_to_be_reminded_of_what_is_asked(chat: Chat) -> None:
    await found_branch(chat)
    assert "要催哪一件" in await chat.whisper(SECRETARY, "把没交的催一哈")


async def test_yes_beside_something_else_confirms_nothing(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "报道 苏州 汇川技术 到明年6月")
    await chat.whisper("张三", "好的 明天我再说")
    assert not await Placement.exists()


async def test_a_receipt_alone_tells_what_would_come_of_it(chat: Chat) -> None:
    await found_branch(chat)
    for said in ("下次那个活动我想着报个名呀", "把没交党费的都给确认了吧"):
        assert "确认后就是：待" not in await chat.whisper(SECRETARY, said)


@pytest.mark.parametrize("done", ["发完了", "ok 发完了", "完了", "写完啦"])
async def test_that_is_all_hands_in_the_text_that_was_asked_about(chat: Chat, done: str) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想回报")
    text = "这段时间我在合肥实习，白天跟线，晚上学习全会公报，对工作的认识比以前深了，也看到自己的不足，以后会改正。"
    await chat.whisper("张三", text)
    assert "已提交" in await chat.whisper("张三", done)
    assert (await Report.get()).text == text


async def test_the_last_sentence_of_a_draft_is_taken_out_in_words(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", "这个月我在车间轮岗，跟着师傅学装配，头一回知道一颗螺丝拧不到位整台机器都要返工。")
    await chat.whisper("张三", "我先去吃个饭")
    await chat.whisper("张三", "那句不是汇报 去掉去掉")
    assert "已提交" in await chat.whisper("张三", "写完啦")
    assert "吃个饭" not in (await Report.get()).text


async def test_another_company_in_the_same_city_is_asked_about(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "报到 苏州 汇川技术 到明年6月")
    assert "请写上城市" in await chat.whisper("张三", "我换公司了")
    asked = await chat.whisper("张三", "博众精工")
    assert "还是在苏州，单位改成博众精工吗" in asked or "博众精工？" in asked
    await chat.whisper("张三", "对")
    assert (await Placement.filter(claim__isnull=False).get()).company == "博众精工"


async def test_what_was_received_is_confirmed_as_people_say_it(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper(SECRETARY, "张三11月的收到了")
    assert (await DuesPayment.get()).confirmed_at is not None


async def test_a_question_in_place_of_a_text_is_none(chat: Chat) -> None:
    await found_branch(chat)
    assert "还差内容" in await chat.whisper("张三", "提意见")
    await chat.whisper("张三", "意见谁能看到")
    assert not await Opinion.exists()


@pytest.mark.parametrize("thanks", ["好滴 谢啦", "好的", "嗯嗯"])
async def test_what_was_talked_past_is_not_done_by_a_word_to_something_else(chat: Chat, thanks: str) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "能不能把我的信息删了")
    await chat.whisper("张三", "我的志愿时长多少了")
    await chat.whisper("张三", thanks)
    assert await Account.filter(member__name="张三").exists()
    assert "已删除" in await chat.whisper("张三", "确认")


async def test_what_nothing_brings_back_is_not_done_by_a_nod(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "删除我的信息")
    for said in ("嗯", "好的，对了", "好的 是吗", "对"):
        assert "回复“确认”" in await chat.whisper("张三", said)
    assert await Account.filter(member__name="张三").exists()


async def test_an_activity_is_moved_by_what_it_is_called(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "发起主题党日 12月5日 19:30 我的实习故事")
    await chat.whisper(SECRETARY, "发起党课 12月8日 19:30 学习党章")
    assert "1号，2026年12月6日（周日）19:30" in await chat.whisper(SECRETARY, "主题党日改到6号吧")
    await chat.whisper(SECRETARY, "对")
    assert "2号，2026年12月9日（周三）20:00" in await chat.whisper(SECRETARY, "党课时间改到12月9号晚上8点")
    await chat.whisper(SECRETARY, "对")
    hours = [f"{one.start.astimezone(SHANGHAI):%d %H:%M}" async for one in Activity.all().order_by("number")]
    assert hours == ["06 19:30", "09 20:00"]


async def test_another_day_is_offered_where_that_day_does_not_suit(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-11-30 12:10")
    await chat.whisper(SECRETARY, "开放时段 12月3日 14点到15点")
    await chat.whisper("张三", "约谈心 12月3日 14点")
    assert "别的日子现在没有" in await chat.whisper("张三", "我周四要出差 谈心改天吧")
    await chat.whisper(SECRETARY, "开放时段 12月4日 14点到15点")
    said = await chat.whisper("张三", "我周四要出差 谈心改天吧")
    assert "12月4日" in said and "12月3日" not in said


async def test_the_hour_of_the_reason_is_not_meant(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-11-30 12:10")
    await chat.whisper(SECRETARY, "开放时段 12月3日 14点到16点")
    await chat.whisper("张三", "约谈心 12月3日 15点半")
    assert "14:30" in await chat.whisper("张三", "哎不对 我周四三点半有会 换成2点半行不")
    await chat.whisper("张三", "对")
    assert f"{(await Talk.get()).start.astimezone(SHANGHAI):%H:%M}" == "14:30"


async def test_whether_one_month_is_paid(chat: Chat) -> None:
    await found_branch(chat)
    assert "2026年11月党费：还没有登记" in await chat.whisper("张三", "我那11月党费登上没")
    await chat.whisper("张三", "交党费 11月")
    assert "2026年11月党费：已登记，待书记确认" in await chat.whisper("张三", "我那11月党费登上没")


async def test_what_is_wanted_behind_a_greeting_or_thanks(chat: Chat) -> None:
    await found_branch(chat)
    assert "您还没有登记去向" in await chat.whisper("张三", "谢谢哈 那我算流动党员不")
    assert "您的2026年11月" in await chat.whisper("张三", "中午好 今天有啥要我弄的没")
    assert await chat.whisper("张三", "好的 谢谢") in ("好的。", "不客气。")


async def test_what_is_the_committee_s_alone_is_read_as_what_a_member_may_do(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "开放时段 12月3日 14点到16点")
    assert "14:00–14:30" in await chat.whisper("张三", "书记啥时候有空 想约个谈心")
    assert "只有支部委员能用" in await chat.whisper("张三", "发起党课 12月8日 19:30 学习党章")


async def test_whether_one_s_own_proposal_was_agreed_to(chat: Chat) -> None:
    await found_branch(chat)
    assert "没有发起过" in await chat.whisper("张三", "我去养老院那个批了没")
    await chat.whisper("张三", "爱心传递 11月29日下午2点 给养老院送冬衣 6人")
    assert "等支部同意" in await chat.whisper("张三", "我去养老院那个批了没")
    await chat.whisper(SECRETARY, "同意爱心传递 1")
    assert "已同意" in await chat.whisper("张三", "我去养老院那个批了没")


async def test_the_same_said_once_more_is_a_yes(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "开放时段 12月3日 14点到16点")
    await chat.whisper("张三", "约书记周四下午 最后一个吧")
    await chat.whisper("张三", "约谈心 12月3日")
    assert "（4号）谈心吗" in await chat.whisper("张三", "最后一个吧")
    assert "已约" in await chat.whisper("张三", "那就还是4号吧 对")


@pytest.mark.parametrize("said", ["嗯先报上", "好 先报上吧", "那就报了吧"])
async def test_doing_it_is_a_yes(chat: Chat, said: str) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "发起主题党日 11月28日 19:30 我的实习故事")
    assert "吗？" in await chat.whisper("张三", "周六主题党日我也报个名")
    assert "已报名" in await chat.whisper("张三", said)


async def test_a_number_out_of_a_list_is_no_yes_to_what_was_never_said(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "发起主题党日 11月28日 19:30 我的实习故事")
    await chat.whisper(SECRETARY, "发起公益 11月29日上午9点 给新生讲实习 10人")
    await chat.whisper("张三", "那个会的我真去不了啊咋办")
    await chat.whisper("张三", "1")
    assert not await Attendance.filter(signed_up_at__isnull=False).exists()


async def test_the_words_of_a_question_are_put_right(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "敬爱的党组织：" + "这段时间我在合肥实习，对工作的认识比以前深了。" * 3)
    await chat.whisper("张三", "对")
    await chat.whisper(SECRETARY, "看汇报 张三")
    assert "“内容实在”" in await chat.whisper(SECRETARY, "写的还行 给个合格吧 就说内容实在")
    assert "“内容不错”" in await chat.whisper(SECRETARY, "实在改成不错")
    await chat.whisper(SECRETARY, "确认")
    assert (await Report.get()).comment == "内容不错"


async def test_the_same_is_asked_of_another_matter(chat: Chat) -> None:
    await found_branch(chat)
    assert "党费" in await chat.whisper("张三", "那党费呢") and "应交 4 人" not in await chat.whisper(
        "张三", "那党费呢"
    )
    await chat.whisper(SECRETARY, "哪些人汇报还没交")
    assert "应交 4 人" in await chat.whisper(SECRETARY, "那党费呢")
    assert "待办" in await chat.whisper(SECRETARY, "行 那支部的呢")


async def test_a_time_alone_books_where_slots_were_shown(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-11-30 12:10")
    await chat.whisper(SECRETARY, "开放时段 12月3日 14点到16点")
    assert "约谈心 12月3日" in await chat.whisper("张三", "那就周四三点吧")
    await chat.whisper("张三", "书记啥时候有空")
    assert "15:00？" in await chat.whisper("张三", "那就周四三点吧")
    await chat.whisper("张三", "嗯")
    assert "15:30" in await chat.whisper("张三", "还是三点半吧 我三点要开会")
    await chat.whisper("张三", "对")
    assert f"{(await Talk.get()).start.astimezone(SHANGHAI):%H:%M}" == "15:30"


async def test_the_text_may_stand_before_what_it_is_for(chat: Chat) -> None:
    await found_branch(chat)
    assert "“想找人借个充电宝下周用”" in await chat.whisper("张三", "想找人借个充电宝下周用，帮我发个心愿")


async def test_who_has_signed_up_already_is_told_so(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(SECRETARY, "发起主题党日 11月28日 19:30 我的实习故事")
    await chat.whisper("张三", "报名 1")
    assert "您已经报名了" in await chat.whisper("张三", "周六那个主题党日我去")


async def test_one_member_s_opinion_is_read_by_their_name(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "提意见 开会能不能别放周六")
    assert "开会能不能别放周六" in await chat.whisper(SECRETARY, "张三说的那个意见啥内容")


async def test_a_yes_beside_words_that_only_agree_or_say_what_it_is_about(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "开放时段 周四14-16点 每人30分钟")
    await chat.whisper("张三", "三点那个行吗")
    assert "已约与李书记谈心" in await chat.whisper("张三", "好 就约这个吧")
    await chat.whisper("李娜", "两点那个行吗")
    assert "话题：问问发展对象后面要干啥" in await chat.whisper("李娜", "对 不过没啥话题 就想问问发展对象后面要干啥")


async def test_behind_two_other_matters_nothing_but_the_word_confirms(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "能交下11月党费不")
    await chat.whisper("张三", "我的汇报")
    await chat.whisper("张三", "微课堂")
    assert (await chat.whisper("张三", "对的")).startswith("前面还有一件等您确认")
    assert not await DuesPayment.exists()
    assert "已登记：2026年11月" in await chat.whisper("张三", "确认")


async def test_another_month_that_is_asked_about_is_asked_back(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "能交下11月党费不")
    assert "2026年11–12月" in await chat.whisper("张三", "12月的也一块交了 行不行")
    assert not await DuesPayment.exists()


async def test_a_number_that_only_a_service_has_is_told_so(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起公益 12月6日上午9点 给新生讲实习 10人")
    assert (await chat.whisper("张三", "1号我参加吧")).startswith("报名1号公益")


@pytest.mark.parametrize("word", sorted(COLLOQUIAL_YES))
async def test_a_colloquial_yes_in_the_group_answers_nobody_who_was_asked_privately(chat: Chat, word: str) -> None:
    await found_branch(chat)
    await chat.say("张三", "@鸿雁 交挡费 11月 两毛")
    await chat.ignores("张三", word)
    assert not await DuesPayment.exists()
    assert "已登记" in await chat.whisper("张三", word)


@pytest.mark.parametrize("word", sorted(COLLOQUIAL_YES))
async def test_a_colloquial_yes_to_another_answer_is_none_to_what_was_asked_before(chat: Chat, word: str) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交挡费 11月 两毛")
    await chat.whisper("张三", "组织生活")
    assert "前面还有一件等您确认" in await chat.whisper("张三", word)
    assert not await DuesPayment.exists()


async def test_what_is_not_understood_while_a_question_waits_repeats_it(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交挡费 11月 两毛")
    said = await chat.whisper("张三", "嗯 我周末有空")
    assert "什么也没登记" in said and "登记党费：2026年11月，0.20元？" in said
    assert not await DuesPayment.exists()
    assert "已登记" in await chat.whisper("张三", "对")


async def test_what_only_sounds_like_a_verb_of_another_command_is_no_slip_for_it(chat: Chat) -> None:
    await found_branch(chat)
    assert "登记党费：2026年11月？" in await chat.whisper("张三", "我十一越的挡费昨天给书记了 帮我记上")
    assert not await DuesPayment.exists()


async def test_a_city_that_is_the_same_keeps_its_company(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "报到 苏州 汇川技术 到明年6月")
    await chat.whisper("张三", "报到 苏州 到明年7月")
    row = await Placement.all().order_by("-id").first()
    assert row is not None and (row.company, row.until) == ("汇川技术", "2027-07")


async def test_the_verb_of_what_was_asked_about_is_a_yes_and_another_is_none(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起公益 12月6日上午9点 给新生讲实习 10人")
    await chat.whisper("张三", "报名公益 1")
    assert (await chat.whisper("张三", "周日那个不去了")).startswith("退出1号公益")
    assert "已退出" not in await chat.whisper("张三", "报")
    assert await ServicePart.filter(left_at=None).count() == 1
    await chat.whisper("李娜", "交挡费 12月 两毛")
    assert "已登记" in await chat.whisper("李娜", "交吧")


async def test_what_the_last_answer_offered_is_asked_about_by_its_verb(chat: Chat) -> None:
    await found_branch(chat, dues_from="2026-11")
    await chat.whisper("张三", "我这月党费还没登呢")
    assert "登记党费：2026年11月？" in await chat.whisper("张三", "那登吧 我已经转账了")
    assert not await DuesPayment.exists()
    await chat.whisper("李娜", "我的党费")
    assert await chat.whisper("李娜", "好的") == "好的。"
    assert not await DuesPayment.exists()


async def test_the_second_of_what_was_listed_is_asked_about(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起公益 12月6日上午9点 社区清洁 10人")
    await chat.whisper(SECRETARY, "发起公益 12月7日上午9点 给新生讲实习 10人")
    await chat.whisper("张三", "公益活动有哪些")
    assert (await chat.whisper("张三", "第二个")).startswith("报名2号公益")
    assert not await ServicePart.exists()
    assert "没有列出" in await chat.whisper("李娜", "第二个")


async def test_all_is_told_of_what_is_asked_about(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起公益 12月6日上午9点 给新生讲实习 2人")
    await chat.whisper("张三", "报名公益 1")
    asked = await chat.say("李娜", "@鸿雁 周日那个还有名额没")
    assert "已报名 1 人，还有 1 个名额" in asked and "李书记" not in asked
    assert "请问发起的李书记" in await chat.whisper("李娜", "周日那个在哪集合")
    assert (await chat.whisper("李娜", "那给我报上")).startswith("报名1号公益")


@pytest.mark.parametrize("said", ["行吗", "好吗", "可以吗", "成吗", "必须现在交吗", "好 再看看", "👌❌", "是这个吗？"])
async def test_what_asks_back_is_no_yes(chat: Chat, said: str) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交挡费 11月 两毛")
    await chat.whisper("张三", said)
    assert not await DuesPayment.exists()
    assert "已登记" in await chat.whisper("张三", "确认")


@pytest.mark.parametrize("until", ["今年底", "明年底", "明年年底", "年底"])
async def test_the_end_of_a_year_is_its_december(chat: Chat, until: str) -> None:
    await found_branch(chat)
    await chat.whisper("张三", f"报到 苏州 汇川技术 到{until}")
    assert (await Placement.get()).until == ("2027-12" if "明" in until else "2026-12")
