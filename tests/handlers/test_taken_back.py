"""What somebody has taken back is in their own copy alone, not in that of whom it was about."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from models import (
    DuesPayment,
    FullMembership,
    HalfYearReview,
    Handover,
    ProbationExtension,
    Talk,
    TalkRecord,
    TalkState,
    Wish,
    WishState,
)
from tests.chat import Chat, found_branch
from tests.conftest import NOON
from tests.handlers.copies import opened

ILL = "李娜父亲病重，多关心"


async def copy_of(chat: Chat, who: str) -> str:
    """All that can be read in what `who` exports."""
    await chat.whisper(who, "导出我的信息")
    data, read, _ = opened(chat.files(who)[-1])
    return f"{json.dumps(data, ensure_ascii=False)}\n{read}"


async def test_a_record_of_a_talk_that_was_about_somebody_else(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", f"谈心记录 张三 {ILL}")
    assert ILL in await copy_of(chat, "张三")
    assert "已收回" in await chat.whisper("李书记", "撤销")
    assert ILL not in await copy_of(chat, "张三")
    assert ILL in await copy_of(chat, "李书记"), "whose words they are"


async def test_a_review_that_was_written_of_the_wrong_one(chat: Chat) -> None:
    await found_branch(chat)
    said = await chat.whisper("李书记", "半年考察 李娜 表现稳定，就是话少")
    assert "本人导出自己的信息时会看到" in said and "只有本支部委员" not in said
    assert "表现稳定" in await copy_of(chat, "李娜"), "who is judged may read it (个人信息保护法 第四十五条)"
    await chat.whisper("李书记", "撤销")
    assert "表现稳定" not in await copy_of(chat, "李娜")
    assert await HalfYearReview.exists()


async def test_what_was_recorded_of_a_member_and_voided(chat: Chat) -> None:
    await found_branch(chat)
    by: dict[str, Any] = {"member_id": 2, "recorded_by_id": 1, "recorded_at": NOON, "voided_at": NOON}
    await FullMembership.create(decided_on=date(2025, 2, 2), **by)
    await ProbationExtension.create(until=date(2025, 2, 2), **by)
    await Handover.create(left_on=date(2025, 2, 2), note="写错了人", dues_from="2025-01", **by)
    told = await copy_of(chat, "张三")
    assert "2025-02-02" not in told and "写错了人" not in told


async def test_a_payment_that_a_colleague_took_back(chat: Chat) -> None:
    await found_branch(chat)
    for member, payer in ((2, 3), (2, 2)):
        taken_back = {"state": "void", "voided_at": NOON, "void_reason": f"{payer}号说记错了"}
        await DuesPayment.create(member_id=member, payer_id=payer, amount=20, declared_at=NOON, **taken_back)
    told = await copy_of(chat, "张三")
    assert "3号说记错了" not in told and "2号说记错了" in told
    assert "3号说记错了" in await copy_of(chat, "李娜")


async def test_a_booking_that_was_cancelled(chat: Chat) -> None:
    branch = await found_branch(chat)
    talk: dict[str, Any] = {"branch": branch, "host_id": 1, "member_id": 2, "start": NOON, "end": NOON}
    await Talk.create(topic="家里的事", state=TalkState.CANCELLED, booked_at=NOON, **talk)
    assert "家里的事" not in await copy_of(chat, "李书记")
    assert "家里的事" in await copy_of(chat, "张三")


async def test_why_a_wish_was_taken_down_is_its_authors(chat: Chat) -> None:
    branch = await found_branch(chat)
    await Wish.create(
        branch=branch,
        number=1,
        text="想借相机",
        author_id=2,
        holder_id=3,
        state=WishState.REMOVED,
        posted_at=NOON,
        remover_id=1,
        reason="太贵重了",
    )
    assert "太贵重了" in await copy_of(chat, "张三")
    assert "太贵重了" not in await copy_of(chat, "李娜")


async def test_nothing_is_counted_that_is_not_told(chat: Chat) -> None:
    """删除我的信息 says how many rows stay; of what was taken back there is none."""
    await found_branch(chat)
    await chat.whisper("李书记", f"谈心记录 张三 {ILL}")
    assert "谈心记录" in (await chat.whisper("张三", "删除我的信息")).partition("会保留")[2]
    await chat.whisper("李书记", "撤销")
    asked = await chat.whisper("张三", "删除我的信息")
    assert "谈心记录" not in asked.partition("会保留")[2] and await TalkRecord.exists()
