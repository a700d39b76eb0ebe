"""Several bots: two on one account, and three accounts on one PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

from bot.claim import BUSY_ACCOUNT, BUSY_FILE
from tests.faults import boundaries
from tests.faults.hearing import HearingGateway, Sent
from tests.faults.process import Account, Bot, Starter
from tests.faults.reckoning import Reckoning, at_rest, jobs_done, reckon
from tests.faults.scene import WITHIN, Scene, due_settings
from tests.faults.talking import Crowd
from tests.faults.town import Town

MONTHLY = ("reminder.month", "dues.six_months")
NAMES = ("account-a", "account-b", "account-c")


async def second_on_the_token(here: Scene) -> None:
    """A second process is refused in one line; the first works on."""
    log = here.account.log.with_name("second.log")
    second = await here.starter.start(replace(here.account, log=log))
    async with asyncio.timeout(WITHIN):
        status = await second.ended
    said = log.read_text("utf-8")
    log.unlink()
    assert os.waitstatus_to_exitcode(status) == 1, f"the second process ended with {status}"
    assert (BUSY_FILE if here.url.startswith("sqlite") else BUSY_ACCOUNT) in said, said
    assert "Traceback" not in said, said
    await here.recovered()


async def three_accounts(starter: Starter, folder: Path, url: str, *, seed: int) -> tuple[Reckoning, list[float]]:
    """All start when the month's jobs are due, one dies among them, later another; returns the recoveries too."""
    town = Town(branches=9, members=2, activities=600, accounts=NAMES)
    await town.furnish(url)
    chance = random.Random(seed)
    async with contextlib.AsyncExitStack() as stack:
        crowds, accounts, gateways = [], [], []
        for number, name in enumerate(NAMES):
            gateway = await stack.enter_async_context(HearingGateway(token=f"token-of-{name}"))
            await town.populate(gateway, name)
            gateways.append(gateway)
            accounts.append(Account.on(folder, name, url, gateway, **_named(name)))
            crowds.append(Crowd(town, gateway, seed=seed + number, account=name))
        bots = [
            await starter.start(account, boundary=boundaries.IN_JOB if number == 0 else "", nth=2)
            for number, account in enumerate(accounts)
        ]
        try:
            talking = [asyncio.create_task(crowd.talk()) for crowd in crowds]
            await _dies(bots[0])
            recoveries = [await crowd.recovery(WITHIN) for crowd in crowds[1:]]
            bots[0] = await starter.start(accounts[0])
            recoveries.append(await crowds[0].recovery(WITHIN))
            for victim in (1, 2, 0):
                await asyncio.sleep(chance.uniform(0, 1))
                await bots[victim].kill()
                recoveries.append(
                    max([await crowd.recovery(WITHIN) for crowd in crowds if crowd is not crowds[victim]])
                )
                bots[victim] = await starter.start(accounts[victim])
                recoveries.append(await crowds[victim].recovery(WITHIN))
            for crowd in crowds:
                await crowd.hush()
            await asyncio.gather(*talking)
            await at_rest(url, bots, gateways)
        finally:
            for bot in bots:
                await bot.kill()
        sent = [one for gateway in gateways for one in gateway.sent]
        result = await reckon(url, [saying for crowd in crowds for saying in crowd.sayings], sent)
        result.lost += await missing_jobs(url, town.branches)
        result.lost += _unreminded(town, sent)
        return result, recoveries


async def missing_jobs(url: str, branches: int) -> list[str]:
    """The month's jobs that a branch has not had."""
    return await jobs_done(url, branches, MONTHLY)


def _named(name: str) -> dict[str, object]:
    return {**due_settings(), "channel": {"puppet": "service", "name": name}}


async def _dies(bot: Bot) -> None:
    """In its second job of the month; or a little later, where the others were so quick that it got only one."""
    await asyncio.wait({bot.ended}, timeout=5)
    await bot.kill()


def _unreminded(town: Town, sent: list[Sent]) -> list[str]:
    """Groups that have not heard the month's reminder; those that heard it twice are found elsewhere."""
    reminded = Counter(one.place for one in sent if "月提醒】" in one.text)
    return [f"{person.room} was not reminded" for person in town.people[:: town.members] if not reminded[person.room]]
