"""What Wechaty's payloads say, and what the operator is told."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime

import pytest
from grpclib import GRPCError, Status
from grpclib.exceptions import StreamTerminatedError

from bot.channels.cache import Cache
from bot.channels.intake import Intake
from bot.channels.supervision import Backoff
from bot.channels.wechaty.conversion import aware, recalled_id
from bot.channels.wechaty.directory import is_service
from bot.channels.wechaty.supervision import Frozen, StreamEnded, Timing, diagnose
from bot.messages import Incoming, Kind

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timestamp", "time"),
    [
        (1_795_406_400_123, datetime(2026, 11, 23, 4, 0, 0, 123_000, tzinfo=UTC)),
        (1_795_406_400, NOW),
        (0, NOW),
        (-1, NOW),
    ],
)
def test_times_come_in_milliseconds_seconds_or_not_at_all(timestamp: int, time: datetime) -> None:
    assert aware(timestamp, NOW) == time


@pytest.mark.parametrize(
    "text",
    [
        "7012345",
        " 7012345\n",
        '<sysmsg type="revokemsg"><revokemsg><newmsgid>7012345</newmsgid></revokemsg></sysmsg>',
        "&lt;revokemsg&gt;&lt;newmsgid&gt; 7012345 &lt;/newmsgid&gt;",
    ],
)
def test_a_recall_names_the_message_taken_back(text: str) -> None:
    assert recalled_id(text) == "7012345"


@pytest.mark.parametrize(
    ("account", "service"), [("weixin", True), ("gh_0123", True), ("wxid_abc", False), ("weixin2", False)]
)
def test_wechats_own_accounts_are_known(account: str, service: bool) -> None:
    assert is_service(account) is service


def test_a_cache_forgets_the_oldest_and_the_old() -> None:
    cache: Cache[int] = Cache(size=2)
    for number in range(3):
        cache.put(str(number), number)
    assert [cache.get(key) for key in "012"] == [None, 1, 2]
    cache.drop("1")
    assert cache.get("1") is None
    expired: Cache[int] = Cache(seconds=-1)
    expired.put("0", 0)
    assert expired.get("0") is None


def test_waiting_grows_to_its_limit_and_begins_anew() -> None:
    backoff = Backoff(Timing(first_delay=1, longest_delay=4))
    for longest in (1, 2, 4, 4):
        assert longest / 2 <= backoff.next() <= longest
    backoff.reset()
    assert backoff.next() <= 1


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        (StreamEnded(), "second bot"),
        (Frozen(), "restart it"),
        (TimeoutError(), "restart it"),
        (ConnectionRefusedError(), "start the gateway"),
        (socket.gaierror(), "correct WECHATY_PUPPET_SERVICE_ENDPOINT"),
        (GRPCError(Status.UNAUTHENTICATED, 'Invalid Wechaty TOKEN "secret"'), "set WECHATY_PUPPET_SERVICE_TOKEN"),
        (GRPCError(Status.INTERNAL, "secret"), "see its log"),
        (StreamTerminatedError("secret"), "TLS"),
        (OSError("secret"), "check the network"),
        (RuntimeError("secret"), "RuntimeError"),
    ],
)
def test_every_failure_tells_the_operator_what_to_do_and_no_secret(failure: Exception, advice: str) -> None:
    line = diagnose(failure, "gateway.example:8788")
    assert advice in line and "gateway.example:8788" in line
    assert "secret" not in line and "\n" not in line


async def test_the_slowest_question_overtakes_nothing_and_a_full_intake_holds_back() -> None:
    release = asyncio.Event()
    delivered: list[str] = []
    most = under_way = 0

    async def read(number: int) -> tuple[Incoming, ...]:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        if number == 0:
            await release.wait()
        await asyncio.sleep(0)
        under_way -= 1
        return (Incoming("test", str(number), Kind.TEXT, "zhang", "张三", NOW),) if number % 2 == 0 else ()

    async def deliver(incoming: Incoming) -> None:
        delivered.append(incoming.id)

    intake = Intake(read, limit=10, window=4)
    for number in range(30):
        intake.offer(number)
    assert intake.full
    task = asyncio.create_task(intake.run(deliver))
    try:
        for _ in range(50):
            await asyncio.sleep(0)
        assert intake.full and delivered == []
        release.set()
        async with asyncio.timeout(10):
            await intake.has_room()
            while len(delivered) < 15:  # noqa: ASYNC110  # what is waited for is a plain list
                await asyncio.sleep(0)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert delivered == [str(number) for number in range(0, 30, 2)]
    assert 1 < most <= 6
