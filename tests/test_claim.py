"""One process per account, and nobody changes the whole database under a bot that runs."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from bot.claim import AlreadyClaimed, alone, claimed

ACCOUNT = ["channel wechaty", "token secret"]
HOLDER = """
import asyncio, sys
from bot.claim import claimed
async def hold():
    async with claimed(sys.argv[1], sys.argv[2:], asyncio.Event()):
        print("held", flush=True)
        await asyncio.sleep(600)
asyncio.run(hold())
"""


async def holder(url: str, *things: str) -> Process:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, url, *things, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n"
    return process


async def killed(process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def test_a_second_process_on_the_same_account_is_refused_until_the_first_is_dead(database: str) -> None:
    first = await holder(database, *ACCOUNT)
    with pytest.raises(AlreadyClaimed, match="先停掉"):
        async with claimed(database, ACCOUNT, asyncio.Event()):
            raise AssertionError("two processes hold one account")
    await killed(first)
    async with asyncio.timeout(10):
        while True:
            try:
                async with claimed(database, ACCOUNT, asyncio.Event()):
                    break
            except AlreadyClaimed:
                await asyncio.sleep(0.1)


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("shared", [["channel wechaty", "token other"], ["channel other", "token secret"]])
async def test_a_name_or_a_token_in_common_is_enough(database: str, shared: list[str]) -> None:
    first = await holder(database, *ACCOUNT)
    with pytest.raises(AlreadyClaimed):
        async with claimed(database, shared, asyncio.Event()):
            raise AssertionError("two processes hold one account")
    async with claimed(database, ["channel other", "token other"], asyncio.Event()):
        pass
    await killed(first)


async def test_nobody_migrates_under_a_bot_that_runs(database: str) -> None:
    running = await holder(database, *ACCOUNT)
    with pytest.raises(AlreadyClaimed, match="停掉所有机器人"):
        async with alone(database):
            raise AssertionError("it was changed under a bot")
    await killed(running)


async def test_no_bot_starts_while_the_database_is_being_changed(database: str) -> None:
    async with alone(database):
        with pytest.raises(AlreadyClaimed):
            async with claimed(database, ACCOUNT, asyncio.Event()):
                raise AssertionError("a bot began on a database that is being changed")


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_what_the_address_says_to_the_pool_does_not_disturb(database: str) -> None:
    address = f"{database}{'&' if '?' in database else '?'}maxsize=20"
    async with claimed(address, ACCOUNT, asyncio.Event()):
        first = claimed(database, ACCOUNT, asyncio.Event())
        with pytest.raises(AlreadyClaimed):
            await first.__aenter__()
