"""A secretary as secretaries talk: verdicts on what was just read, dues that came in, who is behind."""

from __future__ import annotations

import pytest

from models import Category, DuesPayment, PaymentState, Post, Report, ReportState
from tests.chat import Chat, found_branch

SECRETARY = "李芳"
MEMBERS = (
    (SECRETARY, Post.SECRETARY, Category.FULL),
    ("陈明", Post.ORGANISATION, Category.FULL),
    ("张伟", Post.NONE, Category.FULL),
    ("赵磊", Post.NONE, Category.FULL),
    ("周洋", Post.NONE, Category.FULL),
)
BODY = "这学期我到电池厂做测试员，一开始挺不适应的，三班倒，站一天腿都肿，师傅是老党员，别人嫌脏的活他都先上。"


@pytest.fixture
async def branch(chat: Chat) -> Chat:
    await found_branch(chat, members=MEMBERS, dues_from="2026-11")
    return chat


async def handed_in(chat: Chat, *names: str) -> None:
    for name in names:
        await chat.whisper(name, f"交思想汇报 {BODY}")


async def verdict_on(name: str) -> tuple[ReportState, str]:
    report = await Report.get(member__name=name)
    return report.state, report.comment


# Verdicts


@pytest.mark.parametrize(
    ("said", "comment"),
    [
        ("过了吧 合格 写得不错", "写得不错"),
        ("合格 写得实在", "写得实在"),
        ("过了吧 合格 结合岗位写得很好 继续保持", "结合岗位写得很好 继续保持"),
        ("合格吧", ""),
        ("合格", ""),
        ("可以 通过", ""),
        ("挺好的，合格，继续努力", "继续努力"),
        ("给他合格吧", ""),
        ("写得挺真诚 过了吧 合格 就是第一句口语化了点 让他注意下", "就是第一句口语化了点 让他注意下"),
    ],
)
async def test_a_verdict_without_a_name_is_on_what_was_just_read(branch: Chat, said: str, comment: str) -> None:
    await handed_in(branch, "赵磊", "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    asked = await branch.whisper(SECRETARY, said)
    assert f"批阅 周洋 合格{comment and f' “{comment}”'}？" in asked, asked
    await branch.whisper(SECRETARY, "对")
    assert await verdict_on("周洋") == (ReportState.APPROVED, comment)
    assert await verdict_on("赵磊") == (ReportState.SUBMITTED, "")


async def test_what_is_read_after_the_question_does_not_change_it(branch: Chat) -> None:
    await handed_in(branch, "赵磊", "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    await branch.whisper(SECRETARY, "合格 写得不错")
    await branch.whisper(SECRETARY, "看汇报 赵磊")
    await branch.whisper(SECRETARY, "确认")
    assert (await verdict_on("周洋"))[0] is ReportState.APPROVED
    assert (await verdict_on("赵磊"))[0] is ReportState.SUBMITTED


async def test_what_was_read_long_ago_is_not_meant(branch: Chat) -> None:
    await handed_in(branch, "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    branch.at("2026-11-23 12:31")
    assert "批阅谁的汇报" in await branch.whisper(SECRETARY, "合格 写得不错")
    assert await verdict_on("周洋") == (ReportState.SUBMITTED, "")


async def test_a_report_sent_back_without_a_name_needs_its_reason(branch: Chat) -> None:
    await handed_in(branch, "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    assert "退回要写一句原因，周洋才知道怎么改" in await branch.whisper(SECRETARY, "退回")
    assert "已批阅：周洋" in await branch.whisper(SECRETARY, "太短")
    assert await verdict_on("周洋") == (ReportState.RETURNED, "太短")


async def test_why_it_is_sent_back_may_be_what_the_author_shall_do(branch: Chat) -> None:
    await handed_in(branch, "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    assert "批阅 周洋 退回 “补充实习部分”？" in await branch.whisper(SECRETARY, "退回让他补充实习部分")
    await branch.whisper(SECRETARY, "确认")
    assert await verdict_on("周洋") == (ReportState.RETURNED, "补充实习部分")


async def test_a_name_beside_a_typo_stays_whose_report_it_is(branch: Chat) -> None:
    await handed_in(branch, "周洋", "赵磊")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    assert "批阅 赵磊 合格 “写得好”？" in await branch.whisper(SECRETARY, "批月 赵磊 合格 写得好")


async def test_the_verdict_that_was_asked_for_keeps_its_whole_comment(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    await branch.whisper(SECRETARY, "批一下赵磊的汇报")
    assert "已批阅：赵磊" in await branch.whisper(SECRETARY, "过了吧 合格 结合岗位写得很好 继续保持")
    assert await verdict_on("赵磊") == (ReportState.APPROVED, "结合岗位写得很好 继续保持")


async def test_the_verdict_said_once_more_is_no_comment(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    said = await branch.whisper(SECRETARY, "赵磊的可以了 就刚才那个合格")
    if "？" in said:
        await branch.whisper(SECRETARY, "确认")
    assert await verdict_on("赵磊") == (ReportState.APPROVED, "")


async def test_the_label_of_a_comment_is_no_part_of_it(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    assert "“结合岗位写得好”？" in await branch.whisper(SECRETARY, "赵磊的汇报给他通过吧 评语写 结合岗位写得好")
    await branch.whisper(SECRETARY, "确认")
    assert await verdict_on("赵磊") == (ReportState.APPROVED, "结合岗位写得好")


async def test_a_member_who_asks_whether_it_passed_is_told(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    for asked in ("通过了吗", "合格了没", "交了是吧 书记啥时候能看"):
        assert "待批阅" in await branch.whisper("赵磊", asked)


# Dues that came in


async def paid(chat: Chat, *payments: str) -> None:
    for payment in payments:
        name, _, month = payment.partition(" ")
        await chat.whisper(name, f"交党费 {month}")


async def confirmed() -> set[tuple[str, str]]:
    """Of whom for which months."""
    payments = await DuesPayment.filter(state=PaymentState.CONFIRMED).prefetch_related("member", "shares")
    return {(payment.member.name, share.month) for payment in payments for share in payment.shares}


@pytest.mark.parametrize(
    "said",
    [
        "张伟12月的收到了",
        "张伟12月的我收了",
        "张伟的12月收到了",
        "收到张伟12月的",
        "不是我的 是张伟交给我的12月党费",
        "张伟把12月党费给我了",
    ],
)
async def test_what_came_in_of_somebody_is_confirmed_and_not_the_secretarys_own(branch: Chat, said: str) -> None:
    await paid(branch, "张伟 12月", "赵磊 12月")
    answer = await branch.whisper(SECRETARY, said)
    if "您是想确认收到这些党费" in answer:
        answer = await branch.whisper(SECRETARY, "确认")
    assert "· 张伟：2026年12月，0.20元" in answer, answer
    assert await confirmed() == {("张伟", "2026-12")}
    assert not await DuesPayment.exists(member__name=SECRETARY)


@pytest.mark.parametrize("said", ["把大家的党费都确认了吧", "行 那把大家的党费都确认了吧", "把他们的党费确认一下"])
async def test_everybodys_are_confirmed(branch: Chat, said: str) -> None:
    await paid(branch, "张伟 11月", "赵磊 11月")
    answer = await branch.whisper(SECRETARY, said)
    if "您是想" in answer:
        await branch.whisper(SECRETARY, "确认")
    assert await confirmed() == {("张伟", "2026-11"), ("赵磊", "2026-11")}, answer


@pytest.mark.parametrize("said", ["全部确认", "都确认了吧", "都确认掉", "两个都收到了", "两笔都收到了"])
async def test_all_without_a_word_of_dues_is_asked_with_what_waits(branch: Chat, said: str) -> None:
    await paid(branch, "张伟 11月", "赵磊 11月")
    asked = await branch.whisper(SECRETARY, said)
    assert "您是想确认收到这些党费" in asked and "· 张伟：2026年11月" in asked and "共 2 笔" in asked
    assert not await confirmed()
    await branch.whisper(SECRETARY, "确认")
    assert await confirmed() == {("张伟", "2026-11"), ("赵磊", "2026-11")}


async def test_both_came_in_answers_the_question_about_both(branch: Chat) -> None:
    await paid(branch, "张伟 11月", "赵磊 11月", "陈明 11月")
    assert "您是想确认收到这些党费" in await branch.whisper(SECRETARY, "小赵和张伟的11月党费也到账了")
    await branch.whisper(SECRETARY, "嗯两个都收到了")
    assert await confirmed() == {("张伟", "2026-11"), ("赵磊", "2026-11")}


@pytest.mark.parametrize(
    "said", ["赵磊的跟我的都确认掉", "党费收齐了 赵磊的跟我的都确认掉", "赵磊的和我的党费都确认一下"]
)
async def test_ones_own_among_others_is_left_to_who_may(branch: Chat, said: str) -> None:
    await paid(branch, "赵磊 11月", "张伟 11月", f"{SECRETARY} 11月")
    answer = await branch.whisper(SECRETARY, said)
    assert "您自己的党费请由陈明确认" in answer, answer
    assert await confirmed() == {("赵磊", "2026-11")}


@pytest.mark.parametrize("said", ["我自己那笔也确认", "确认我的党费", "我自己的党费也确认一下", "我的那笔也确认了"])
async def test_ones_own_alone_says_who_confirms_it(branch: Chat, said: str) -> None:
    await paid(branch, "赵磊 11月", f"{SECRETARY} 11月")
    assert await branch.whisper(SECRETARY, said) == "您自己的党费请由陈明确认，对方发送：确认党费 李芳"
    assert not await confirmed()


@pytest.mark.parametrize("asking", ["确认党费", "都确认了没", "党费都确认了吗"])
async def test_the_list_never_tells_to_confirm_ones_own(branch: Chat, asking: str) -> None:
    await paid(branch, f"{SECRETARY} 11月", "赵磊 11月")
    listed = await branch.whisper(SECRETARY, asking)
    assert "· 李芳：2026年11月" in listed and "确认党费 赵磊 2026年11月" in listed
    assert "您自己的党费请由陈明确认" in listed
    await branch.whisper(SECRETARY, "确认党费 全部")
    listed = await branch.whisper(SECRETARY, asking)
    assert "收到的可以发" not in listed and "请由陈明确认" in listed


async def test_what_is_to_do_never_tells_to_confirm_ones_own(branch: Chat) -> None:
    await paid(branch, f"{SECRETARY} 11月", "赵磊 11月")
    todo = await branch.whisper(SECRETARY, "待办")
    assert "“确认党费 赵磊 11月”" in todo and "您自己的由陈明确认" in todo
    await branch.whisper(SECRETARY, "确认党费 全部")
    todo = await branch.whisper(SECRETARY, "待办")
    assert "确认党费" not in todo and "您自己的由陈明确认" in todo


@pytest.mark.parametrize("said", ["我的也交了 11月的 记一下", "我也交了11月的"])
async def test_ones_own_is_declared(branch: Chat, said: str) -> None:
    answer = await branch.whisper(SECRETARY, said)
    if "您是想登记党费：2026年11月" in answer:
        await branch.whisper(SECRETARY, "确认")
    assert (await DuesPayment.get().prefetch_related("member")).member.name == SECRETARY, answer


@pytest.mark.parametrize("said", ["我自己的12月咋没记", "诶 我自己的12月咋没记", "我12月的怎么没登记上"])
async def test_why_ones_own_is_not_there_shows_the_account(branch: Chat, said: str) -> None:
    await paid(branch, "陈明 11月")
    answer = await branch.whisper("陈明", said)
    assert "2026年的登记：" in answer and "2026年11月，0.20元，待确认" in answer


@pytest.mark.parametrize(
    "asking", ["党费那边有谁交了等我点确认的", "有哪些党费等我确认", "谁的党费还没确认", "还有没确认的党费吗"]
)
async def test_what_waits_for_the_secretary_is_listed_however_it_is_asked(branch: Chat, asking: str) -> None:
    await paid(branch, "张伟 11月", "赵磊 11月")
    assert "有 2 笔党费待确认，共 0.40元：\n· 张伟：2026年11月，0.20元\n" in await branch.whisper(SECRETARY, asking)


@pytest.mark.parametrize(
    "said",
    ["张伟跟赵磊的党费我收到了 都给确认了吧", "小赵和张伟的11月党费也到账了"],
)
async def test_the_question_names_months_and_sum_of_each(branch: Chat, said: str) -> None:
    await paid(branch, "张伟 11月", "赵磊 11月", "陈明 11月")
    asked = await branch.whisper(SECRETARY, said)
    assert "您是想确认收到这些党费？" in asked and "共 2 笔，0.40元" in asked, asked
    assert "· 张伟：2026年11月，0.20元" in asked and "· 赵磊：2026年11月，0.20元" in asked
    assert not await confirmed()
    await branch.whisper(SECRETARY, "确认")
    assert await confirmed() == {("张伟", "2026-11"), ("赵磊", "2026-11")}


async def test_who_came_in_without_a_name_is_asked_by_the_list(branch: Chat) -> None:
    await paid(branch, "张伟 11月", "赵磊 11月")
    assert "有 2 笔党费待确认" in await branch.whisper(SECRETARY, "他俩的都收到了 确认吧")
    assert not await confirmed()


# Who is behind

LISTS = {"谁没交汇报": ("汇报", 5), "谁没交党费": ("党费", 4)}


@pytest.mark.parametrize("listed", LISTS)
@pytest.mark.parametrize(
    "said", ["帮我催一下他们", "好 催吧", "提醒一下没交的", "给他们发个提醒", "帮我提醒一下这几个人"]
)
async def test_those_who_were_listed_are_reminded(branch: Chat, listed: str, said: str) -> None:
    await paid(branch, "张伟 11月")
    topic, count = LISTS[listed]
    await branch.whisper(SECRETARY, listed)
    assert await branch.whisper(SECRETARY, "好的") == "好的。"
    assert await branch.whisper(SECRETARY, "谢谢") == "不客气。"
    assert f"要催{topic}吗？还有 {count} 人没办好" in await branch.whisper(SECRETARY, said)
    branch.heard("周洋")
    assert f"已提醒{topic}" in await branch.whisper(SECRETARY, "确认")
    assert "书记提醒" in branch.heard("周洋")[-1]
    assert "已经提醒过" in await branch.whisper(SECRETARY, said)


async def test_the_list_of_both_asks_which_unless_one_is_done(branch: Chat) -> None:
    await branch.whisper(SECRETARY, "谁还没交")
    assert await branch.whisper(SECRETARY, "催一下") == "要催哪一件？请回复：党费或汇报"
    await branch.whisper(SECRETARY, "算了")
    await paid(branch, *(f"{name} 11月" for name, _, _ in MEMBERS))
    await branch.whisper(SECRETARY, "谁还没交")
    assert "要催汇报吗？还有 5 人没办好" in await branch.whisper(SECRETARY, "催一下")


async def test_without_a_list_or_long_after_it_is_asked_what_to_remind_of(branch: Chat) -> None:
    which = "要催哪一件？请回复：党费、汇报、活动或去向"
    assert await branch.whisper(SECRETARY, "帮我催一下他们") == which
    await branch.whisper(SECRETARY, "算了")
    await branch.whisper(SECRETARY, "谁没交党费")
    branch.at("2026-11-23 12:31")
    assert await branch.whisper(SECRETARY, "帮我催一下他们") == which


async def test_in_the_group_the_question_holds_counts_only(branch: Chat) -> None:
    await branch.say(SECRETARY, "@鸿雁 谁没交党费")
    asked = await branch.say(SECRETARY, "@鸿雁 催一下他们")
    assert "要催党费吗？还有 5 人没办好" in asked and not any(name in asked for name, _, _ in MEMBERS)


# Whose report


@pytest.mark.parametrize("said", ["张伟那份发我瞅瞅", "张伟写的啥 我看看他汇报"])
async def test_a_report_is_read_by_whose_it_is(branch: Chat, said: str) -> None:
    await handed_in(branch, "张伟", "赵磊")
    answer = await branch.whisper(SECRETARY, said)
    assert answer.startswith("张伟的") and BODY in answer


async def test_his_report_is_of_whom_the_last_answer_was_about(branch: Chat) -> None:
    await handed_in(branch, "张伟", "赵磊")
    await branch.whisper(SECRETARY, "看看赵磊")
    assert (await branch.whisper(SECRETARY, "他那篇汇报发我看看")).startswith("赵磊的")


async def test_his_report_is_asked_about_where_nobody_was_spoken_of(branch: Chat) -> None:
    await handed_in(branch, "张伟", "赵磊")
    await branch.whisper(SECRETARY, "谁还没交思想汇报")
    assert (await branch.whisper(SECRETARY, "他那篇汇报发我看看")).startswith("看谁的汇报？")
    assert (await branch.whisper(SECRETARY, "张伟")).startswith("张伟的")


async def test_an_opinion_is_answered_by_whose_it_is(branch: Chat) -> None:
    await branch.whisper("张伟", "提意见 希望多推荐学习场所")
    await branch.whisper("赵磊", "提意见 会开短一点")
    asked = await branch.whisper(SECRETARY, "回下赵磊的意见 以后不超过一小时")
    assert "2号" in asked and "以后不超过一小时" in asked
    await branch.whisper(SECRETARY, "确认")
    assert "以后不超过一小时" in branch.heard("赵磊")[-1] and not any("小时" in said for said in branch.heard("张伟"))


async def test_an_opinion_without_a_name_is_not_found_by_one(branch: Chat) -> None:
    await branch.whisper("赵磊", "匿名意见 会开短一点")
    assert "没有这位同志署名的" in await branch.whisper(SECRETARY, "回下赵磊的意见 以后不超过一小时")


async def test_two_that_came_in_are_confirmed_at_once_where_it_is_said_in_full(branch: Chat) -> None:
    await paid(branch, "张伟 11月", "赵磊 11月", "陈明 11月")
    assert "共 2 笔，0.40元" in await branch.whisper(SECRETARY, "赵磊、张伟的党费到帐啦，确认一下吧")
    assert await confirmed() == {("张伟", "2026-11"), ("赵磊", "2026-11")}
