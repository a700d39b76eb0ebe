"""Dues as a chat log: declaring, amending, taking back, confirming, asking how things stand."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from models import AuditEntry, BranchKind, Category, DuesPayment, DuesShare, DuesStandard, Member, PaymentState, Post
from models.dues import arrears, month_range, month_sums, owed_months, paid_to, settled
from tests.chat import Chat, found_branch

ADMITTED = date(2026, 6, 15)


@pytest.fixture
async def chat(chat: Chat) -> Chat:
    """A branch whose members owe from September 2026 on; it is the 23rd of November."""
    await found_branch(
        chat,
        members=(
            ("李书记", Post.SECRETARY, Category.FULL),
            ("张三", Post.NONE, Category.FULL),
            ("李娜", Post.NONE, Category.PROBATIONARY),
            ("王强", Post.NONE, Category.CANDIDATE),
        ),
    )
    await Member.filter(name="李娜").update(dues_from="2026-11", admitted_on=date(2026, 11, 5))
    return chat


async def months_of(name: str) -> dict[str, str]:
    member = await Member.get(name=name)
    return {month: state.value for month, state in (await settled([member.id]))[member.id].items()}


# Declaring


async def test_the_group_hears_the_month_and_the_payer_everything(chat: Chat) -> None:
    assert await chat.say("李娜", "交党费 11月 0.2") == "已登记：2026年11月党费，待书记确认。发送“撤销”可收回。"
    (private,) = chat.heard("李娜")
    assert private.startswith("已登记：2026年11月党费 0.20元，待书记确认。\n交至：2026年11月。\n发送“撤销”")
    assert await months_of("李娜") == {"2026-11": "declared"}
    payment = await DuesPayment.get()
    assert (payment.amount, payment.extra, payment.payer_id) == (20, 0, payment.member_id)


async def test_a_second_delivery_declares_once(chat: Chat) -> None:
    message = chat.incoming("李娜", "交党费 11月 0.2")
    assert await chat.hear(message)
    assert not await chat.hear(message)
    assert await DuesPayment.all().count() == 1


async def test_a_range_without_an_amount_costs_the_standard(chat: Chat) -> None:
    answer = await chat.whisper("张三", "补交9到11月")
    assert "2026年9–11月党费 0.60元" in answer
    assert "交至：2026年11月" in answer
    assert {share.month: share.amount for share in await DuesShare.all()} == dict.fromkeys(
        ["2026-09", "2026-10", "2026-11"], 20
    )


async def test_without_months_the_only_unpaid_one_is_meant(chat: Chat) -> None:
    assert "2026年11月党费 0.20元" in await chat.whisper("李娜", "交党费")
    assert "到2026年11月为止没有要交的了" in await chat.whisper("李娜", "交党费")


async def test_several_unpaid_months_are_asked_for_privately(chat: Chat) -> None:
    answer = await chat.say("张三", "交党费")
    assert "确认" in answer and "0.60" not in answer
    assert "2026年9–11月都还没有交，共 0.60元（每月0.20元）" in chat.heard("张三")[-1]
    assert await DuesPayment.all().count() == 0
    assert "2026年9–11月" in await chat.say("张三", "确认")
    assert list(await months_of("张三")) == ["2026-09", "2026-10", "2026-11"]


async def test_an_amount_without_months_is_put_to_the_oldest_ones(chat: Chat) -> None:
    assert "0.40元记为2026年9–10月" in await chat.whisper("张三", "交党费 0.4")
    await chat.whisper("张三", "确认")
    assert list(await months_of("张三")) == ["2026-09", "2026-10"]


async def test_too_little_is_refused_with_the_right_amount_and_not_in_the_group(chat: Chat) -> None:
    assert await chat.say("张三", "交党费 9-11月 0.3") == "还差一点，已私聊问您。"
    (why,) = chat.heard("张三")
    assert "应交 0.60元（每月0.20元）" in why and "例如：0.60" in why
    assert "2026年9–11月党费 0.60元" in await chat.whisper("张三", "0.6")


async def test_more_than_the_standard_is_a_voluntary_extra_once_confirmed(chat: Chat) -> None:
    assert "多出 0.80元，多出的记为自愿多交" in await chat.whisper("李娜", "交党费 11月 1元")
    assert await DuesPayment.all().count() == 0
    assert "（其中自愿多交 0.80元）" in await chat.whisper("李娜", "确认")
    payment = await DuesPayment.get()
    assert (payment.amount, payment.extra) == (100, 80)
    assert chat.heard("李书记") == []


async def test_an_uneven_amount_is_asked_about(chat: Chat) -> None:
    assert "0.25" in await chat.whisper("李娜", "交党费 11月 0.25")
    assert await DuesPayment.all().count() == 0
    await chat.whisper("李娜", "确认")
    assert (await DuesPayment.get()).extra == 5


async def test_a_large_gift_is_told_to_the_secretary(chat: Chat) -> None:
    await chat.whisper("李娜", "交党费 11月 1000.2")
    await chat.whisper("李娜", "确认")
    assert chat.heard("李书记") == []  # 1000.00 above the standard is not more than 1000
    await chat.whisper("李娜", "撤销")
    await chat.whisper("李娜", "交党费 11月 1000.4")
    await chat.whisper("李娜", "确认")
    (told,) = chat.heard("李书记")
    assert "大额党费" in told and "1000.20元" in told


async def test_the_secretary_hears_what_becomes_of_what_they_were_told_of(chat: Chat) -> None:
    await chat.whisper("李娜", "交党费 11月 1500")
    await chat.whisper("李娜", "确认")
    assert "大额党费" in chat.heard("李书记")[0]
    await chat.whisper("李娜", "刚才那笔记错了 是0.2")
    (told,) = chat.heard("李书记")
    assert "李娜更正了先前告诉过您的党费登记" in told and "共 1500.00元；现在是2026年11月，共 0.20元" in told
    await chat.whisper("李娜", "撤销")
    (told,) = chat.heard("李书记")
    assert "大额党费" in told


async def test_the_secretary_hears_that_it_was_taken_back(chat: Chat) -> None:
    await chat.whisper("李娜", "交党费 11月 1500")
    await chat.whisper("李娜", "确认")
    chat.heard("李书记")
    await chat.whisper("李娜", "撤销")
    (told,) = chat.heard("李书记")
    assert told == "李娜撤销了先前告诉过您的党费登记：2026年11月，共 1500.00元。那笔不用办了。"


async def test_an_amendment_offers_what_is_left_as_an_amendment(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 10月")
    await chat.whisper("张三", "交党费 9月")
    refused = await chat.whisper("张三", "刚才那笔记错了 是9到11月 0.6")
    assert refused == ("2026年10月已经登记过，不用再交。其余的可以发：刚才那笔记错了 是2026年9月、2026年11月")
    asked = await chat.whisper("张三", "刚才那笔记错了 是9到11月")
    assert asked.startswith("2026年10月已经登记过，不用再交。只记2026年9月、2026年11月吗？")
    assert "已更正为" in await chat.whisper("张三", "对")
    assert list(await months_of("张三")) == ["2026-09", "2026-10", "2026-11"]


async def test_months_that_are_declared_are_named_and_the_rest_offered(chat: Chat) -> None:
    await chat.say("张三", "交党费 10月 0.2")
    answer = await chat.whisper("张三", "补交9到11月 0.6")
    assert answer == "2026年10月已经登记过，不用再交。其余的可以发：交党费 2026年9月、2026年11月"
    asked = await chat.say("张三", "补交9到11月")
    assert asked.startswith("2026年10月已经登记过，不用再交。只记2026年9月、2026年11月吗？")
    await chat.say("张三", "对")
    assert list(await months_of("张三")) == ["2026-09", "2026-10", "2026-11"]


async def test_far_prepayment_is_asked_about_and_told_to_the_secretary(chat: Chat) -> None:
    await chat.whisper("李娜", "预交12月到明年5月")
    assert len(await months_of("李娜")) == 6
    assert chat.heard("李书记") == []
    await chat.whisper("李娜", "预交明年6月党费")
    assert len(await months_of("李娜")) == 6
    await chat.whisper("李娜", "确认")
    assert "2027-06" in await months_of("李娜")
    assert "超过 6 个月" in chat.heard("李书记")[0]


async def test_the_question_about_a_far_prepayment_names_all_of_it(chat: Chat) -> None:
    asked = await chat.whisper("张三", "交党费 明年全年")
    assert asked.startswith("2027年1–12月共 2.40元，最后一个月在 6 个月以后，")
    await chat.whisper("张三", "确认")
    assert list(await months_of("张三")) == [f"2027-{month:02d}" for month in range(1, 13)]


async def test_late_payment_is_told_to_the_secretary(chat: Chat) -> None:
    await chat.whisper("张三", "补交今年4月党费")
    assert "较早的党费：2026年4月" in chat.heard("李书记")[0]


async def test_nothing_is_owed_before_admission(chat: Chat) -> None:
    answer = await chat.whisper("李娜", "交党费 10、11月 0.4")
    assert "2026年10月在您入党（2026年11月）之前" in answer and "交党费 2026年11月" in answer
    assert await DuesPayment.all().count() == 0


async def test_candidates_owe_nothing_and_the_group_does_not_hear_why(chat: Chat) -> None:
    assert "预备党员" not in await chat.say("王强", "交党费 11月 0.2")
    assert "不用交党费" in chat.heard("王强")[0]
    assert "不用交党费" in await chat.whisper("王强", "我的党费")


async def test_a_temporary_branch_collects_none(database: str, chat: Chat) -> None:
    chat.room = "room-2@chatroom"
    await found_branch(
        chat, "临时支部", (("赵敏", Post.SECRETARY, Category.FULL),), room=chat.room, kind=BranchKind.TEMPORARY
    )
    for said in ("交党费 11月 0.2", "我的党费", "谁还没交党费"):
        assert "不在这里收党费" in await chat.say("赵敏", said)


async def test_a_standard_of_ones_own_counts_from_its_year_on(chat: Chat) -> None:
    answer = await chat.whisper("李书记", "党费标准 张三 2027年 5元")
    assert "张三的党费标准从2027年起每月 5.00元（原来每月 0.20元）" in answer
    assert "从2027年起每月 5.00元" in chat.heard("张三")[0]
    assert "5.40元" in await chat.whisper("张三", "交党费 2026年11月到2027年1月")
    assert "· 张三（正式党员）：5.00元，单独设定" in await chat.whisper("李书记", "党费标准 2028年")
    assert (await DuesStandard.get()).monthly == 500
    assert "再发一次" in await chat.whisper("李书记", "撤销")


async def test_a_standard_is_set_for_somebody_who_owes(chat: Chat) -> None:
    assert "发展对象" in await chat.whisper("李书记", "党费标准 王强 5元")
    assert "请写明是谁的" in await chat.whisper("李书记", "党费标准 5元")
    assert "0.20元" in await chat.whisper("李书记", "党费标准 张三")
    assert await DuesStandard.all().count() == 0


# For somebody else


async def test_the_same_standard_again_tells_nobody(chat: Chat) -> None:
    await chat.whisper("李书记", "党费标准 张三 2026年 5元")
    assert chat.heard("张三")
    assert "本来就是每月 5.00元，没有改动" in await chat.whisper("李书记", "党费标准 张三 2026年 5元")
    assert not chat.heard("张三")


async def test_a_colleague_hands_it_in_and_both_are_kept(chat: Chat) -> None:
    answer = await chat.say("张三", "替李娜交11月的")
    assert answer == "已登记：代交2026年11月党费，待书记确认。发送“撤销”可收回。"
    assert "张三替您登记了：2026年11月党费 0.20元" in chat.heard("李娜")[0]
    payment = await DuesPayment.get().select_related("member", "payer")
    assert (payment.member.name, payment.payer.name) == ("李娜", "张三")
    assert "张三代交" in await chat.whisper("李娜", "我的党费")
    entry = await AuditEntry.get(command="dues.pay")
    assert entry.subjects == [payment.member_id]


NOT_SO = "李娜的党费不能这样登记。请让本人自己登记，或者联系书记。"


async def lines_on_the_trail(command: str) -> list[tuple[str, list[int]]]:
    return [(line.outcome, line.subjects) for line in await AuditEntry.filter(command=command).order_by("id")]


async def test_whoever_pays_for_another_names_the_months_and_hears_nothing_of_what_is_open(chat: Chat) -> None:
    asked = [await chat.whisper("张三", said) for said in ("替李娜交党费", "替李娜交党费 0.2")]
    await chat.whisper("李娜", "交党费 11月 0.2")
    asked += [await chat.whisper("张三", said) for said in ("替李娜交党费", "替王强交党费")]
    assert set(asked) == {"替别人交请写明月份，例如：替李四交11月的"}
    people = {member.name: member.id for member in await Member.all()}
    whose = ["李娜", "李娜", "李娜", "王强"]
    lines = [line for line in await lines_on_the_trail("dues.pay") if line[0] == "asked"]
    assert lines == [("asked", [people[name]]) for name in whose]


async def test_the_month_alone_answers_for_which_one_pays(chat: Chat) -> None:
    await chat.whisper("张三", "替李娜交党费")
    assert (await chat.whisper("张三", "11月的")).startswith("已登记：李娜2026年11月党费，待书记确认。")


@pytest.mark.parametrize("said", ["替李娜交党费 11月 0.01", "替李娜交党费 11月 100元", "替李娜交9月的"])
async def test_what_does_not_fit_another_is_told_in_the_same_words_whatever_it_is(chat: Chat, said: str) -> None:
    """Too little, too much, before admission; a month that is taken, and who owes nothing."""
    assert await chat.whisper("张三", said) == NOT_SO
    await chat.whisper("李娜", "交党费 11月 0.2")
    assert await chat.whisper("张三", "替李娜交11月的") == NOT_SO
    assert await chat.whisper("张三", "替王强交11月的") == NOT_SO.replace("李娜", "王强")
    people = {member.name: member.id for member in await Member.all()}
    assert await lines_on_the_trail("dues.pay") == [
        ("refused", [people["李娜"]]),
        ("done", []),
        ("refused", [people["李娜"]]),
        ("refused", [people["王强"]]),
    ]


async def test_a_standard_that_is_not_set_is_told_to_no_colleague(chat: Chat) -> None:
    await DuesStandard.create(
        member=await Member.get(name="李娜"),
        year=2026,
        monthly=0,
        set_by_id=(await Member.get(name="李书记")).id,
        set_at=chat.now,
    )
    assert await chat.whisper("张三", "替李娜交11月的") == NOT_SO


async def test_what_another_pays_is_said_to_the_payer_only_where_they_said_it(chat: Chat) -> None:
    await chat.whisper("李书记", "党费标准 李娜 2026年 37元")
    chat.heard("李娜")
    told = [await chat.whisper("张三", "替李娜交11月的"), await chat.whisper("张三", "刚才那笔记错了 是12月")]
    told += [await chat.whisper("张三", "撤销"), await chat.whisper("张三", "撤销")]
    told.append(await chat.whisper("张三", "替李娜交2027年8月的"))
    told.append(await chat.whisper("张三", "确认"))
    assert all("元" not in answer for answer in told), told
    assert "预交这么久要书记同意" in told[-2] and "已登记：李娜2027年8月党费，待" in told[-1]
    assert all("37.00元" in answer for answer in chat.heard("李娜"))
    assert "党费 37.00元，待书记确认" in await chat.whisper("张三", "替李娜交党费 11月 37元")


async def test_an_amendment_of_anothers_dues_tells_nothing_of_them(chat: Chat) -> None:
    await chat.whisper("张三", "替李娜交11月的")
    for said in ("是10月", "是0.1元", "是5元"):
        assert await chat.whisper("张三", f"刚才那笔记错了 {said}") == NOT_SO, said
    await chat.whisper("张三", "刚才那笔记错了 是12月")
    await chat.whisper("李娜", "交党费 11月 0.2")
    assert await chat.whisper("张三", "撤销") == NOT_SO
    lina = await Member.get(name="李娜")
    refused = [line for line in await lines_on_the_trail("dues.amend") if line[0] == "refused"]
    assert refused == [("refused", [lina.id])] * 3
    assert await lines_on_the_trail("undo dues.amend") == [("refused", [lina.id])]


async def test_the_secretary_reads_how_another_stands(chat: Chat) -> None:
    assert "应交 0.20元" in await chat.whisper("李书记", "替李娜交党费 11月 0.01")
    assert "入党（2026年11月）之前" in await chat.whisper("李书记", "替李娜交9月的")
    assert "党费 0.20元" in await chat.whisper("李书记", "替李娜交党费")
    assert "已经登记过" in await chat.whisper("李书记", "替李娜交11月的")
    assert "2026年9–11月都还没有交，共 0.60元" in await chat.whisper("李书记", "替张三交党费")
    people = {member.name: member.id for member in await Member.all()}
    assert [subjects for _, subjects in await lines_on_the_trail("dues.pay")] == [[people["李娜"]]] * 4 + [
        [people["张三"]]
    ]


async def test_a_question_about_the_reading_is_on_the_trail_with_whom_it_is_about(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 李娜 11月")
    assert await lines_on_the_trail("dues.pay") == [("asked", [(await Member.get(name="李娜")).id])]


async def test_what_somebody_else_has_paid_is_not_said_in_the_group(chat: Chat) -> None:
    await chat.whisper("李娜", "交党费 11月 0.2")
    assert await chat.say("张三", "替李娜交11月的") == "这条没有登记，原因已私聊告诉您。"
    assert chat.heard("张三") == [NOT_SO]


async def test_the_member_hears_that_it_was_taken_back(chat: Chat) -> None:
    await chat.say("张三", "替李娜交11月的")
    await chat.say("张三", "撤销")
    assert "张三撤销了替您登记的：2026年11月" in chat.heard("李娜")[-1]
    assert await months_of("李娜") == {}


# Amending and taking back


async def test_taking_back_frees_the_month_and_keeps_the_row(chat: Chat) -> None:
    await chat.say("李娜", "交党费 11月 0.2")
    assert await chat.say("李娜", "撤销") == "已撤销：2026年11月党费的登记。"
    payment = await DuesPayment.get()
    assert (payment.state, payment.void_reason, payment.amount) == (PaymentState.VOID, "undone", 20)
    assert await chat.say("李娜", "交党费 11月 0.2")
    assert await DuesPayment.all().count() == 2


async def test_months_are_amended_and_the_old_row_stays(chat: Chat) -> None:
    await chat.say("张三", "交党费 11月 0.2")
    assert await chat.say("张三", "刚才那笔记错了 是10月") == (
        "已更正为：2026年10月党费，待书记确认。发送“撤销”可恢复原来的登记。"
    )
    old, new = await DuesPayment.all().order_by("id")
    assert (old.state, old.void_reason, new.replaces_id, new.amount) == (PaymentState.VOID, "amended", old.id, 20)
    assert await months_of("张三") == {"2026-10": "declared"}


async def test_more_months_cost_more_where_the_amount_was_the_standard(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月 0.2")
    assert "2026年9–10月党费 0.40元" in await chat.whisper("张三", "刚才那笔记错了，是9月和10月")


async def test_an_extra_that_no_longer_fits_is_asked_about(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月 1元")
    await chat.whisper("张三", "确认")
    assert "原来那笔有自愿多交的 0.80元" in await chat.whisper("张三", "刚才那笔记错了，是9月和10月")
    await chat.whisper("张三", "确认")
    payment = await DuesPayment.get(state=PaymentState.DECLARED)
    assert (payment.amount, payment.extra) == (40, 0)


async def test_an_extra_is_kept_where_only_the_month_changes(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月 1元")
    await chat.whisper("张三", "确认")
    await chat.whisper("张三", "刚才那笔记错了 是10月")
    await chat.whisper("张三", "确认")
    payment = await DuesPayment.get(state=PaymentState.DECLARED)
    assert (payment.amount, payment.extra) == (100, 80)


async def test_the_amount_is_amended_by_the_same_rules(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 9、10月")
    assert "不够" in await chat.whisper("张三", "刚才那笔记错了，是0.2元")
    assert "自愿多交" in await chat.whisper("张三", "刚才那笔记错了，是0.6元")
    assert "没有改动" in await chat.whisper("张三", "刚才那笔记错了，是0.4元")
    assert "改成什么" in await chat.whisper("张三", "刚才那笔记错了")


async def test_only_what_is_unconfirmed_and_ones_own_is_amended(chat: Chat) -> None:
    assert "没有可以更正的党费登记" in await chat.say("张三", "刚才那笔记错了 是10月")
    await chat.whisper("张三", "交党费 11月 0.2")
    await chat.whisper("李书记", "确认党费 张三 11月")
    assert "没有可以更正的党费登记" in await chat.say("张三", "刚才那笔记错了 是10月")
    assert "书记已经确认了这笔" in await chat.say("张三", "撤销")


async def test_taking_back_an_amendment_restores_what_was_before(chat: Chat) -> None:
    await chat.say("张三", "交党费 11月 0.2")
    await chat.say("张三", "刚才那笔记错了 是9月和10月")
    assert await chat.say("张三", "撤销") == "已恢复更正之前的登记：2026年11月党费，待书记确认。"
    rows = await DuesPayment.all().order_by("id")
    assert [(row.state.value, row.void_reason, row.amount) for row in rows] == [
        ("void", "amended", 20),
        ("void", "undone", 40),
        ("declared", None, 20),
    ]
    assert [row.replaces_id for row in rows] == [None, rows[0].id, rows[1].id]
    # And the declaration itself can still be taken back, as what it has become.
    assert await chat.say("张三", "撤销") == "已撤销：2026年11月党费的登记。"
    assert await months_of("张三") == {}


async def test_an_amendment_cannot_be_restored_onto_months_declared_since(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月 0.2")
    await chat.whisper("张三", "刚才那笔记错了 是10月")
    await chat.whisper("李娜", "替张三交11月的")
    assert "已经另外登记过" in await chat.whisper("张三", "撤销")
    assert await months_of("张三") == {"2026-10": "declared", "2026-11": "declared"}


async def test_two_who_pay_the_same_month_at_once_declare_it_once(chat: Chat) -> None:
    own = chat.incoming("张三", "交党费 11月", private=True)
    others = chat.incoming("李娜", "替张三交11月的", private=True)
    await asyncio.gather(chat.dispatcher.handle(own), chat.dispatcher.handle(others))
    await chat.send()
    assert await DuesPayment.all().count() == 1
    answers = chat.heard("张三") + chat.heard("李娜")
    assert sum("已登记：" in answer for answer in answers) == 1
    assert sum("已经登记过，不用再交" in answer or "不能这样登记" in answer for answer in answers) == 1


# The secretary


async def test_one_member_is_confirmed_and_told(chat: Chat) -> None:
    await chat.whisper("张三", "补交9到10月")
    await chat.whisper("张三", "交党费 11月")
    chat.heard("张三")
    assert await chat.say("李书记", "@鸿雁 确认党费 张三 11月") == "已确认 1 笔党费，共 1 人。发送“撤销”可收回。"
    assert "· 张三：2026年11月，0.20元" in chat.heard("李书记")[-1]
    assert chat.heard("张三") == ["书记已确认您的党费：2026年11月，共 0.20元。"]
    assert await months_of("张三") == {"2026-09": "declared", "2026-10": "declared", "2026-11": "confirmed"}


async def test_all_are_confirmed_and_each_is_told_once(chat: Chat) -> None:
    await chat.whisper("张三", "补交9到10月")
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper("李娜", "交党费 11月")
    chat.heard("张三"), chat.heard("李娜")
    answer = await chat.whisper("李书记", "确认党费 全部")
    assert "共 3 笔，0.80元" in answer
    assert chat.heard("张三") == ["书记已确认您的党费：2026年9–11月，共 0.60元。"]
    assert chat.heard("李娜") == ["书记已确认您的党费：2026年11月，共 0.20元。"]
    assert "没有待确认的党费" in await chat.say("李书记", "确认党费 全部")


async def test_several_named_ones_are_confirmed_together(chat: Chat) -> None:
    for who in ("李书记", "张三", "李娜"):
        await chat.say(who, "交党费 11月")
    assert "已确认 2 笔党费，共 2 人" in await chat.say("李书记", "确认党费 张三 李娜 11月")
    assert [len(chat.heard(who)) for who in ("张三", "李娜")] == [2, 2]
    assert await months_of("李书记") == {"2026-11": "declared"}
    assert "张三没有待确认的党费登记" in await chat.whisper("李书记", "确认党费 张三、李娜")


async def test_what_waits_is_listed_by_month(chat: Chat) -> None:
    for month in ("10月", "11月", "9月"):
        await chat.say("张三", f"交党费 {month}")
    for listed in (
        await chat.whisper("李书记", "确认党费"),
        await chat.whisper("李书记", "待办"),
        await chat.whisper("张三", "我的党费"),
    ):
        assert listed.index("2026年9月") < listed.index("2026年10月") < listed.index("2026年11月", listed.index("10月"))
    assert "替李四交11月的" in await chat.whisper("张三", "帮助 党费")


async def test_a_confirmation_is_taken_back_whole(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper("李娜", "交党费 11月")
    await chat.whisper("李书记", "确认党费 李娜")
    await chat.whisper("李书记", "确认党费 张三")
    assert "1 笔党费的确认" in await chat.whisper("李书记", "撤销")
    assert (await months_of("张三"), await months_of("李娜")) == ({"2026-11": "declared"}, {"2026-11": "confirmed"})
    assert "书记收回了" in chat.heard("张三")[-1]


async def test_a_payment_is_confirmed_as_a_whole(chat: Chat) -> None:
    await chat.whisper("张三", "补交9到11月")
    assert "2026年9–11月是一笔登记的（0.60元）" in await chat.whisper("李书记", "确认党费 张三 11月")
    assert set((await months_of("张三")).values()) == {"declared"}
    await chat.whisper("李书记", "确认")
    assert set((await months_of("张三")).values()) == {"confirmed"}


async def test_confirming_without_a_name_lists_what_waits(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    assert await chat.say("李书记", "确认党费") == "有 1 笔党费待确认。"
    assert "· 张三：2026年11月，0.20元" in chat.heard("李书记")[0]
    assert await months_of("张三") == {"2026-11": "declared"}


async def test_what_does_not_wait_cannot_be_confirmed(chat: Chat) -> None:
    assert "张三没有待确认的党费登记" in await chat.whisper("李书记", "确认党费 张三 11月")
    await chat.whisper("张三", "交党费 11月")
    assert "没有2026年10月的待确认登记，待确认的是2026年11月" in await chat.whisper("李书记", "确认党费 张三 10月")
    assert "没有找到" in await chat.whisper("李书记", "确认党费 钱多多 11月")


async def test_a_declaration_is_given_back_with_a_reason(chat: Chat) -> None:
    await chat.whisper("张三", "替李娜交11月的")
    chat.heard("李娜"), chat.heard("张三")
    answer = await chat.say("李书记", "退回党费 李娜 11月 没收到钱")
    assert answer == "已退回 1 笔党费登记。发送“撤销”可恢复。"
    assert "原因：没收到钱" in chat.heard("李娜")[0]
    assert "您替李娜登记的党费" in chat.heard("张三")[0]
    assert (await DuesPayment.get()).void_reason == "rejected"
    assert "这笔已经作废" in await chat.say("张三", "撤销")


async def test_giving_back_is_taken_back(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    assert "要写一句原因" in await chat.whisper("李书记", "退回党费 张三")
    assert await months_of("张三") == {"2026-11": "declared"}
    assert "发送“撤销”可恢复" in await chat.whisper("李书记", "只收到两毛")
    assert "原因：只收到两毛" in chat.heard("张三")[-1]
    assert "已恢复退回的党费登记" in await chat.whisper("李书记", "撤销")
    assert await months_of("张三") == {"2026-11": "declared"}
    assert "书记恢复了您的党费登记：2026年11月，0.20元" in chat.heard("张三")[-1]


async def test_what_was_confirmed_is_given_back_after_a_question(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper("李书记", "确认党费 全部")
    assert "已经确认过" in await chat.whisper("李书记", "退回党费 张三 11月 转账退回了")
    assert await months_of("张三") == {"2026-11": "confirmed"}
    await chat.whisper("李书记", "确认")
    assert await months_of("张三") == {}


async def test_giving_back_what_was_confirmed_is_taken_back_to_confirmed(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper("李书记", "确认党费 全部")
    before = await DuesPayment.get()
    await chat.whisper("李书记", "退回党费 张三 11月")
    assert "已经确认过" in await chat.whisper("李书记", "没收到钱")
    await chat.whisper("李书记", "确认")
    assert "现在是已确认" in await chat.whisper("李书记", "撤销")
    assert "0.20元，已确认，不用重新登记" in chat.heard("张三")[-1]
    assert await months_of("张三") == {"2026-11": "confirmed"}
    after = await DuesPayment.get(state=PaymentState.CONFIRMED)
    assert (after.confirmer_id, after.confirmed_at) == (before.confirmer_id, before.confirmed_at)
    assert "已收回 1 笔党费的确认" in await chat.whisper("李书记", "撤销")
    assert await months_of("张三") == {"2026-11": "declared"}


async def test_the_secretarys_own_is_for_another_of_the_committee(chat: Chat) -> None:
    await Member.filter(name="王强").update(post=Post.ORGANISATION)
    await chat.whisper("李书记", "交党费 11月")
    await chat.whisper("张三", "交党费 11月")
    assert "您自己的党费请由王强确认，对方发送：确认党费 李书记" in await chat.whisper("李书记", "确认党费 李书记")
    said = await chat.whisper("李书记", "确认党费 全部")
    assert "共 1 笔，0.20元" in said and said.endswith("您自己的党费请由王强确认，对方发送：确认党费 李书记")
    assert (await months_of("李书记"), await months_of("张三")) == ({"2026-11": "declared"}, {"2026-11": "confirmed"})
    chat.heard("李书记")
    await chat.whisper("王强", "确认党费 全部")
    assert chat.heard("李书记") == ["组织委员已确认您的党费：2026年11月，共 0.20元。"]


async def test_who_is_alone_in_the_committee_confirms_their_own_and_is_told_so(chat: Chat) -> None:
    await chat.whisper("李书记", "交党费 11月")
    said = await chat.whisper("李书记", "确认党费 全部")
    assert said.endswith("其中有您自己的党费：支部里没有别的委员能确认，已由您确认。")
    assert await months_of("李书记") == {"2026-11": "confirmed"}


@pytest.mark.parametrize("said", ["谁还没交11月党费", "确认党费 张三 11月", "退回党费 张三 11月", "党费标准 张三 5元"])
async def test_members_may_not_do_the_secretarys_part(chat: Chat, said: str) -> None:
    assert "只有支部委员能用" in await chat.whisper("李娜", said)


async def test_who_has_not_paid_is_counted_in_the_group_and_named_privately(chat: Chat) -> None:
    await chat.whisper("李娜", "交党费 11月")
    answer = await chat.say("李书记", "谁还没交11月党费")
    assert answer.startswith("2026年11月党费：应交 3 人，已登记 1 人（其中待确认 1 人），还没交 2 人。")
    assert "张三" not in answer
    (names,) = chat.heard("李书记")
    assert "· 张三：9–11月（3 个月）" in names
    assert "李娜" not in names and "王强" not in names
    assert "应交 2 人" in await chat.say("李书记", "谁没交9月党费")  # 李娜 was admitted in November


async def test_nobody_is_named_where_all_have_paid(chat: Chat) -> None:
    for who in ("李书记", "张三", "李娜"):
        await chat.whisper(who, "交党费 11月")
    assert "还没交 0 人" in await chat.say("李书记", "谁还没交党费")
    assert "都交了" in await chat.whisper("李书记", "谁还没交党费")


async def test_ones_own_account_is_private(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 9月")
    assert await chat.say("张三", "我的党费") == "已私聊回复您。"
    account = chat.heard("张三")[-1]
    assert "党费交至：2026年9月。" in account
    assert "还没有交：2026年10–11月（2 个月），应交 0.40元" in account
    assert "标准：每月0.20元" in account
    assert "· 2026年9月，0.20元，待确认（11月23日登记）" in account


async def test_a_gap_holds_the_paid_to_month_back(chat: Chat) -> None:
    await chat.whisper("张三", "交党费 9、11月")
    assert "党费交至：2026年9月。" in await chat.whisper("张三", "我的党费")


async def test_a_bare_answer_counts_only_while_a_reminder_is_open(chat: Chat) -> None:
    await chat.ignores("李娜", "交了")
    assert await DuesPayment.all().count() == 0


# What others ask of the ledger


async def test_the_ledgers_queries(chat: Chat) -> None:
    branch = (await Member.get(name="张三").select_related("branch")).branch
    members = await Member.filter(branch=branch).order_by("id")
    await chat.whisper("张三", "补交9到10月")
    secretary, zhang, li, wang = members
    assert await arrears(members, branch, "2026-11") == {
        secretary.id: ["2026-09", "2026-10", "2026-11"],
        zhang.id: ["2026-11"],
        li.id: ["2026-11"],
    }
    assert owed_months(wang, branch, "2026-11") == []
    sums = await month_sums([zhang.id, li.id], "2026-10", "2026-12")
    assert {id_: {month: of.amount for month, of in row.items()} for id_, row in sums.items()} == {
        zhang.id: {"2026-10": 20},
        li.id: {},
    }
    assert month_range("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert month_range("2027-01", "2026-12") == []
    paid = dict.fromkeys(["2026-09", "2026-10", "2026-12"], PaymentState.DECLARED)
    assert paid_to(["2026-09", "2026-10", "2026-11"], paid) == "2026-10"
    assert paid_to(["2026-08", "2026-09"], paid) is None
    assert paid_to([], {"2026-12": PaymentState.CONFIRMED}) == "2026-12"


async def test_who_is_no_friend_is_not_told_to_pay_again(chat: Chat) -> None:
    chat.strangers.add("张三")
    answer = await chat.say("张三", "交党费 11月 0.2")
    assert answer.startswith("已登记：2026年11月党费，待书记确认") and "再发一次" not in answer
    assert "再发送“我的”" in answer


async def test_the_example_of_a_correction_follows_the_months(chat: Chat) -> None:
    assert "记错了可以发：刚才那笔记错了 是9月" in await chat.whisper("张三", "交党费 10月")
    assert "已更正为：2026年9月党费" in await chat.whisper("张三", "刚才那笔记错了 是9月")
