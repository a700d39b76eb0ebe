"""An account that is nobody's any more goes, with what is found by it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.personal import sweeping
from bot.roster import import_roster
from models import (
    Account,
    AuditEntry,
    BindingFailure,
    BindingRequest,
    InboxMessage,
    Member,
    OpenMatter,
    OutboxMessage,
    OutboxState,
    WebSession,
)
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.conftest import NOON
from tests.test_roster import ZHANG, as_csv

LETTER = "敬爱的党组织：这个月在工地上学到很多，感受很深。" * 20


async def left_behind(who: str) -> bool:
    """Whether something is kept that is found by the account."""
    address = {"channel": CHANNEL, "contact": contact(who)}
    kept = [await model.filter(**address).exists() for model in (Account, OpenMatter, OutboxMessage, BindingFailure)]
    return any(kept) or await InboxMessage.filter(sender=contact(who)).exists()


async def test_of_who_leaves_no_account_stays(chat: Chat, tmp_path: Path) -> None:
    await found_branch(chat)
    assert "要交给书记吗" in await chat.whisper("张三", LETTER)
    await BindingFailure.create(channel=CHANNEL, contact=contact("张三"), at=NOON)
    secretary = await Member.get(name="李书记")
    row = ZHANG | {"姓名": "李书记", "学号": secretary.student_no, "职务": "书记"}
    await import_roster(as_csv(tmp_path, row), now=NOON, leaving=[2])
    await chat.tick()
    assert await Account.exists(contact=contact("张三")), "what was asked is open still"
    await chat.at("2026-11-25 12:00").tick()
    assert not await left_behind("张三")
    assert await left_behind("李书记") and await left_behind("李娜")
    line = await AuditEntry.filter(command="retention").order_by("-id").first()
    assert line is not None and line.detail == {"没有绑定谁的账号": 1}


async def test_of_an_account_that_was_replaced_nothing_stays(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "我的")
    account = await Account.get(member_id=2)
    await WebSession.create(member_id=2, account=account, secret_hash="a" * 64, opened_at=NOON, seen_at=NOON)
    code = (await chat.whisper("李书记", "绑定码 张三")).rpartition(" ")[2]
    assert "原来绑定的账号已经解除" in await chat.whisper("张三新号", f"绑定 {code}")
    assert "绑定已解除" in chat.heard("张三")[-1]
    await chat.tick()
    assert not await left_behind("张三") and not await WebSession.exists()
    assert (await Account.get(member_id=2)).contact == contact("张三新号")


async def test_an_account_waits_while_its_request_is_kept(chat: Chat) -> None:
    await found_branch(chat)
    await Account.filter(member_id=2).delete()
    await chat.whisper("路人", "绑定 张三 20230002")
    await chat.at("2026-11-25 12:00").tick()
    assert await Account.exists(contact=contact("路人")) and await BindingRequest.exists()
    for moment in ("2027-01-23 12:00", "2027-01-24 12:01"):  # the request goes first
        await chat.at(moment).tick()
    assert not await BindingRequest.exists() and not await left_behind("路人")


async def test_wrong_tries_go_on_to_count(chat: Chat) -> None:
    await found_branch(chat)
    await Account.create(channel=CHANNEL, contact=contact("试码的人"))
    await chat.at("2026-11-24 11:59").whisper("试码的人", "绑定 ABC234")
    await chat.at("2026-11-24 12:00").tick()
    assert await BindingFailure.exists(contact=contact("试码的人"))
    await chat.at("2026-11-24 13:00").tick()
    assert not await left_behind("试码的人")


async def test_what_is_still_to_be_sent_is_sent(chat: Chat) -> None:
    await found_branch(chat)
    await Account.filter(member_id=2).update(member_id=None)
    for state, text in ((OutboxState.PENDING, "再见"), (OutboxState.SENT, "你好")):
        await OutboxMessage.create(
            channel=CHANNEL,
            conversation=contact("张三"),
            contact=contact("张三"),
            text=text,
            state=state,
            not_before=NOON.replace(day=30),
            created_at=NOON,
        )
    await chat.tick()
    assert await Account.exists(contact=contact("张三"))
    assert [one.text async for one in OutboxMessage.filter(contact=contact("张三")).order_by("id")] == ["再见", "你好"]


async def test_so_many_at_a_time(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "ACCOUNTS", 2)
    await found_branch(chat)
    await Account.filter(member_id__in=[2, 3, 4]).update(member_id=None)
    for hour, left in ((12, 1), (13, 0)):
        await chat.at(f"2026-11-23 {hour}:01").tick()
        assert await Account.filter(member_id=None).count() == left
