"""`python run_bot.py` on a real gateway: from the command line to a conversation, killed and started again."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.understanding.values import SHANGHAI
from models import Deed, DuesPayment, InboxMessage, OutboxMessage, OutboxState, Report, Urgency
from tests.gateway.control import Gateway
from tests.month.chatlog import until
from tests.month.people import BRANCHES, CONTACTS, MAKERS, ROOMS, members_of, populate, roster
from tests.month.process import WITHIN, Process

pytestmark = pytest.mark.gateway

PAYING = ("李芳", "王强", "张三", "李娜")
BODY = "敬爱的党组织：我在质检岗位上学到的，是把每一件小事都当成自己的事来做。"


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with Gateway() as gateway:
        await populate(gateway)
        yield gateway


@pytest.fixture
async def process(database: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(tmp_path, gateway, database)
    yield process
    await process.kill()


async def test_killed_in_the_middle_and_started_again(process: Process, gateway: Gateway, tmp_path: Path) -> None:
    assert "12" in await process.command("roster", "import", str(roster(tmp_path)))
    await process.start()
    await everybody_binds(process, gateway)

    burst = [(CONTACTS[name], f"交党费 {datetime.now(SHANGHAI).month}月 0.2") for name in PAYING]
    burst += [(CONTACTS[name], f"思想汇报：{BODY}") for name in ("陈晨", "赵敏")]
    said = [(contact, text, await gateway.say(contact, text)) for contact, text in burst]
    await gateway.until_heard(len(gateway.heard) + 1, within=WITHIN)
    await process.kill()
    assert len(gateway.heard) < len(said), "it was too quick to be killed in the middle"

    await process.start()
    for contact, text, message in said:
        await gateway.say(contact, text, id=message)
    await until(lambda: handled([message for *_, message in said]))

    paid = await DuesPayment.all().select_related("member")
    assert sorted(payment.member.name for payment in paid) == sorted(PAYING)
    written = await Report.all().select_related("member")
    assert sorted(report.member.name for report in written) == ["赵敏", "陈晨"]
    assert set(Counter(row.message for row in await InboxMessage.all()).values()) == {1}
    assert await Deed.filter(command__in=("dues.pay", "report.submit")).count() == len(said)
    await everything_was_sent_once(gateway, [contact for contact, _ in burst])

    await stops_with_nothing_in_hand(process, gateway)
    assert "Traceback" not in process.log and gateway.token not in process.log
    assert BODY not in process.log and "交党费" not in process.log


async def everybody_binds(process: Process, gateway: Gateway) -> None:
    """Codes from the command line, the group by its secretary."""
    printed = await process.command("roster", "codes", "--branch", BRANCHES[MAKERS])
    lines = [line.split("\t") for line in printed.splitlines() if "只显示这一次" not in line]  # on standard error
    codes = {name: code for name, _, code in lines}
    assert list(codes) == [person.name for person in members_of(MAKERS)]
    for name, code in codes.items():
        await gateway.say(CONTACTS[name], f"绑定 {code}")
        await gateway.expect_text(f"{name}，绑定好了", to=CONTACTS[name], within=WITHIN)
    await gateway.say(CONTACTS["李芳"], "绑定本群", room=ROOMS[MAKERS])
    await gateway.expect_text("本群已绑定到", room=ROOMS[MAKERS], within=WITHIN)
    gateway.heard.clear()


async def everything_was_sent_once(gateway: Gateway, contacts: list[str]) -> None:
    """Each answer was heard once; at most the one that was on its way at the kill is marked as unknown."""
    unknown = await OutboxMessage.filter(state=OutboxState.UNKNOWN)
    assert len(unknown) <= 1
    heard = Counter((sent.to, sent.text) for sent in gateway.heard)
    assert set(heard.values()) == {1}
    answers = Counter(sent.to for sent in gateway.heard if sent.text.startswith(("已登记", "已提交")))
    lost = {row.contact for row in unknown}
    assert all(answers[contact] == 1 or (contact in lost and answers[contact] == 0) for contact in contacts)


async def stops_with_nothing_in_hand(process: Process, gateway: Gateway) -> None:
    """Asked to stop while answers are waiting, it says them, and ends well and in time."""
    before = len(gateway.heard)
    messages = [await gateway.say(CONTACTS[name], "我的") for name in (*PAYING, "陈晨", "赵敏")]
    await until(lambda: in_the_inbox(messages))
    assert await process.stop() == 0
    await gateway.until_heard(before + len(messages))
    assert not await OutboxMessage.filter(state=OutboxState.PENDING, urgency=Urgency.ANSWER).exists()


async def in_the_inbox(messages: list[str]) -> bool:
    return await InboxMessage.filter(message__in=messages).count() == len(messages)


async def handled(messages: list[str]) -> bool:
    """All are in the inbox, and whatever they led to has been sent."""
    unsent = OutboxMessage.filter(state__in=(OutboxState.PENDING, OutboxState.SENDING))
    return await in_the_inbox(messages) and not await unsent.exists()
