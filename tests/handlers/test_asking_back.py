"""确认, 算了, 撤销 and 转人工, as they follow on what was said before."""

from __future__ import annotations

from datetime import timedelta

from models import Account, Category, Deed, DuesPayment, MatterKind, Member, OpenMatter, Post
from tests.chat import CHANNEL, Chat, contact, found_branch

NEXT_YEAR = "交党费 2027年11月 0.2"


async def test_a_question_is_answered_by_yes(chat: Chat) -> None:
    await found_branch(chat)
    assert "确认" in await chat.whisper("张三", NEXT_YEAR)
    assert await DuesPayment.all().count() == 0
    assert "2027年11月" in await chat.whisper("张三", "确认")
    assert await DuesPayment.all().count() == 1 and not await OpenMatter.exclude(kind=MatterKind.DONE).exists()


async def test_a_question_is_answered_by_no(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", NEXT_YEAR)
    assert await chat.whisper("张三", "算了") == "好的，没有登记。"
    await chat.whisper("张三", "确认")
    assert await DuesPayment.all().count() == 0


async def test_nobody_answers_for_another(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("张三", NEXT_YEAR)
    await chat.ignores("王强", "确认")
    assert await DuesPayment.all().count() == 0


async def test_a_question_lasts_ten_minutes(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", NEXT_YEAR)
    chat.clock.moment += timedelta(minutes=11)
    await chat.whisper("张三", "确认")
    assert await DuesPayment.all().count() == 0


async def test_yes_to_nothing_is_silence_in_the_group(chat: Chat) -> None:
    await found_branch(chat)
    await chat.ignores("张三", "确认")
    await chat.ignores("张三", "好的")


async def test_yes_and_no_to_nothing_are_told_so_in_private(chat: Chat) -> None:
    await found_branch(chat)
    assert await chat.whisper("张三", "好的") == "好的。"
    for said in ("确认", "是的"):
        assert "现在没有等您确认的事" in await chat.whisper("张三", said)
    for said in ("算了", "取消"):
        assert "请发送“撤销”" in await chat.whisper("张三", said)
    assert "现在没有等您确认的事" in await chat.say("张三", "@鸿雁 确认")
    await chat.ignores("张三", "算了")


async def test_the_last_deed_is_undone_then_the_one_before(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("张三", "交党费 10月 0.2")
    await chat.say("张三", "交党费 11月 0.2")
    await chat.say("王强", "交党费 11月 0.2")
    first = await chat.say("张三", "撤销")
    second = await chat.say("张三", "撤销")
    assert "11月" in first and "10月" in second
    assert "没有可以撤销" in await chat.say("张三", "撤销")
    assert await Deed.filter(undone_at__isnull=True).count() == 1


async def test_after_a_day_it_is_too_late(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("张三", "交党费 11月 0.2")
    chat.clock.moment += timedelta(hours=25)
    assert "没有可以撤销" in await chat.say("张三", "撤销")


async def test_what_the_bot_must_not_answer_goes_to_a_person(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.whisper("张三", "我要退党")
    assert "会有人直接联系您" in answer and "退党" not in answer
    (told,) = chat.heard("李书记")
    assert "张三" in told and "退党" not in told
    assert (await Member.get(name="张三")).active


async def test_in_the_group_nothing_is_told_of_it(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.say("王强", "转人工")
    assert "王强" not in answer and len(chat.heard("李书记")) == 1


async def test_the_secretarys_own_matter_goes_to_the_committee(chat: Chat) -> None:
    await found_branch(
        chat,
        members=[("李书记", Post.SECRETARY, Category.FULL), ("陈委员", Post.ORGANISATION, Category.FULL)],
    )
    await chat.whisper("李书记", "转人工")
    assert len(chat.heard("陈委员")) == 1


async def test_nobody_is_promised_whom_the_bot_cannot_reach(chat: Chat) -> None:
    await found_branch(chat)
    await Account.filter(channel=CHANNEL, contact=contact("李书记")).update(friend=False)
    assert "没有能转告的人" in await chat.whisper("张三", "转人工")


async def test_a_stranger_is_told_where_to_turn(chat: Chat) -> None:
    await found_branch(chat)
    assert "联系您所在支部的书记" in await chat.whisper("路人", "我要退党")
    assert not chat.heard("李书记")


async def test_the_missing_piece_alone_completes_what_was_said(chat: Chat) -> None:
    await found_branch(chat)
    assert "不够" in await chat.whisper("张三", "交党费 9到11月 0.5")
    assert "已登记：2026年9–11月党费 0.60元" in await chat.whisper("张三", "0.6")
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()


async def test_a_piece_that_is_still_unclear_is_asked_about_again(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费")
    assert "6 个月以后" in await chat.whisper("张三", "明年11月的")
    assert await DuesPayment.all().count() == 0
    assert "2026年11月" in await chat.whisper("张三", "不对，今年11月")
    assert await DuesPayment.all().count() == 1


async def test_a_piece_in_the_group_answers_its_authors_question_only(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "开放时段 周四14-16点 每人30分钟")
    assert "要约哪一个" in await chat.say("张三", "@鸿雁 约谈心")
    await chat.ignores("王强", "第二个")
    assert "14:30" in await chat.say("张三", "第二个")
    await chat.ignores("张三", "第三个")


async def test_no_after_a_receipt_amends_what_it_was_about(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 10月")
    assert "已更正为：2026年11月" in await chat.whisper("张三", "不对，11月 两毛")
    assert "请发送“撤销”" in await chat.whisper("张三", "不对")
    await chat.ignores("张三", "不对，11月 两毛")


async def test_no_and_a_month_to_a_question_answer_the_question(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 10月")
    assert "确认" in await chat.whisper("张三", "交挡费 9月")
    assert "2026年11月" in await chat.whisper("张三", "不对，11月")
    assert not await DuesPayment.exists(replaces_id__isnull=False)


async def test_what_was_taken_meanwhile_is_asked_for_again(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "开放时段 周四14-16点 每人30分钟")
    await chat.whisper("王强", "约谈心 1号")
    assert "已经有人约了" in await chat.whisper("张三", "约谈心 周四下午2点")
    assert "15:00" in await chat.whisper("张三", "三点")


async def test_what_a_command_needs_is_asked_for_one_after_the_other(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    assert "还差“合格”或“退回”" in await chat.whisper("李书记", "批阅")
    assert "还差“合格”或“退回”" in await chat.whisper("李书记", "张三")
    assert "还差“合格”或“退回”" in await chat.whisper("李书记", "批阅")
    assert "批阅谁的汇报？" in await chat.whisper("李书记", "合格")
    assert "张三没有待批阅的汇报" in await chat.whisper("李书记", "张三")
    assert "还差内容" in await chat.whisper("张三", "心得 1")
    assert "已收到1号主题党日" in await chat.whisper("张三", "今天学到了如何发挥先锋作用")


async def test_a_part_of_a_name_that_fits_two_is_answered_by_number_or_name(chat: Chat) -> None:
    people = [("李书记", Post.SECRETARY), ("张三", Post.NONE), ("张伟", Post.NONE)]
    await found_branch(chat, members=[(name, post, Category.FULL) for name, post in people])
    assert "1 张三\n2 张伟" in await chat.whisper("李书记", "看看 张")
    assert "张伟（正式党员）" in await chat.whisper("李书记", "2")
    assert "私聊" in await chat.say("李书记", "@鸿雁 看看 张")
    assert "张三（正式党员）" in await chat.whisper("李书记", "张三")


async def test_after_something_else_was_recorded_an_old_question_is_no_longer_open(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", NEXT_YEAR)
    await chat.whisper("张三", "交党费 11月 0.2")
    await chat.whisper("张三", "好的")
    assert await DuesPayment.all().count() == 1


async def test_no_and_a_time_after_a_booking_moves_it_after_a_question(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "开放时段 周四14-16点 每人30分钟")
    await chat.whisper("张三", "约谈心 周四下午2点")
    assert "14:00–14:30" in await chat.whisper("张三", "我的谈心")
    assert "15:00" in await chat.whisper("张三", "不对，周四三点")
    assert "15:00–15:30" in await chat.whisper("张三", "对")
    assert "15:00–15:30" in await chat.whisper("张三", "我的谈心")


async def test_no_and_a_time_after_an_announcement_moves_it_after_a_question(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    assert "20:00" in await chat.whisper("李书记", "错了，28号晚上8点")
    assert "已改" in await chat.whisper("李书记", "确认")
    assert "11月29日（周日）20:00" in await chat.whisper("李书记", "错了 是周日")
    await chat.whisper("李书记", "算了")
    assert "20:00" in await chat.whisper("李书记", "组织生活")


async def test_no_and_a_time_says_what_to_type_where_nothing_can_be_moved(chat: Chat) -> None:
    await found_branch(chat)
    assert "没有可以改时间的登记" in await chat.whisper("张三", "不对，周五三点")
    await chat.whisper("张三", "交党费 11月")
    assert "发送“撤销”收回" in await chat.whisper("张三", "不对，周五三点")


async def test_who_is_no_secretary_any_more_moves_no_announcement(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    await Member.filter(name="李书记").update(post=Post.NONE)
    assert "只有支部委员能用" in await chat.whisper("李书记", "错了，28号晚上8点")


async def test_what_is_guessed_is_asked_and_then_recorded(chat: Chat) -> None:
    await found_branch(chat)
    assert "确认" in await chat.whisper("张三", "那个我十一月份那党费钱打过去给登一登呗")
    assert "2026年11月" in await chat.whisper("张三", "确认")


async def test_what_is_put_right_in_the_message_is_what_is_asked_about(chat: Chat) -> None:
    await found_branch(chat)
    question = await chat.whisper("张三", "交党费10月 哎打错了 是11月的")
    assert "2026年11月" in question and "10月" not in question


async def test_what_is_for_somebody_who_was_not_read_is_not_taken_for_one_s_own(chat: Chat) -> None:
    assert "没看懂" in await chat.whisper("张三", "帮小静把12月的党费也交了吧")
    assert not await DuesPayment.exists()
