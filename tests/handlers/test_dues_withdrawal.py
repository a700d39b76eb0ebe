"""把12月的党费撤了: a declaration that is not the last thing that was done."""

from __future__ import annotations

import pytest

from models import DuesPayment, PaymentState
from tests.chat import Chat, found_branch

SECRETARY = "李书记"


@pytest.fixture
async def branch(chat: Chat) -> Chat:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 12月")
    await chat.whisper("张三", "微心愿 想借本行测书")
    return chat


async def declared() -> int:
    return await DuesPayment.filter(state=PaymentState.DECLARED).count()


@pytest.mark.parametrize("said", ["把12月的党费撤了", "12月党费登早了 撤掉吧", "撤销12月党费"])
async def test_the_month_that_is_said_is_taken_back_after_a_question(branch: Chat, said: str) -> None:
    assert "撤掉您登记的2026年12月党费吗？" in await branch.whisper("张三", said)
    assert await declared() == 1
    assert "已撤销：2026年12月党费" in await branch.whisper("张三", "对 撤了吧")
    assert await declared() == 0


async def test_with_what_it_was_amended_to(branch: Chat) -> None:
    await branch.whisper("张三", "刚才那笔记错了 是10月")
    await branch.whisper("张三", "确认")
    assert "没有登记过2026年12月的党费" in await branch.whisper("张三", "把12月的党费撤了")
    await branch.whisper("张三", "把10月的党费撤了")
    assert "已撤销：2026年10月党费" in await branch.whisper("张三", "确认")
    assert await declared() == 0


async def test_what_was_never_declared_or_is_confirmed_is_not_taken_back(branch: Chat) -> None:
    assert "没有登记过2026年11月的党费" in await branch.whisper("张三", "把11月的党费撤了")
    await branch.whisper(SECRETARY, "确认党费 张三 12月")
    await branch.whisper(SECRETARY, "确认")
    assert "书记已经确认了" in await branch.whisper("张三", "把12月的党费撤了")
    assert await DuesPayment.filter(state=PaymentState.CONFIRMED).count() == 1


async def test_whether_it_was_taken_back_is_a_question(branch: Chat) -> None:
    await branch.whisper("张三", "我12月的党费撤了没")
    await branch.whisper("张三", "好的")
    assert await declared() == 1


async def test_a_declaration_of_several_months_is_taken_back_as_a_whole_and_says_so(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 12月到2月")
    asked = await chat.whisper("张三", "把1月的党费撤了")
    assert "2026年12月、2027年1–2月" in asked and "一起撤" in asked
    assert "已撤销：2026年12月、2027年1–2月" in await chat.whisper("张三", "对")


async def test_of_several_declarations_one_at_a_time(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 12月")
    await chat.whisper("张三", "交党费 2027年1月")
    assert "一笔一笔撤" in await chat.whisper("张三", "撤回12月和2027年1月的党费")
    assert await declared() == 2


async def test_the_group_hears_nothing_of_what_was_not_declared(branch: Chat) -> None:
    assert "11月" not in (await branch.say("张三", "@鸿雁 把11月的党费撤了"))
    assert any("没有登记过" in said for said in branch.heard("张三"))


async def test_what_another_declared_says_who(branch: Chat) -> None:
    await branch.whisper("李娜", "替张三交党费 2027年3月")
    await branch.whisper("李娜", "确认")
    assert "李娜替您登记的" in await branch.whisper("张三", "把2027年3月的党费撤了")
    assert "只能撤自己登记给自己的" in await branch.whisper("李娜", "把张三2027年3月的党费撤了")
