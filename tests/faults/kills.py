"""The bot is killed: at any moment, and at each boundary between receiving, committing, sending and marking."""

from __future__ import annotations

import asyncio

from tests.faults import boundaries, process, several
from tests.faults.scene import WITHIN, Scene

CATCHING_UP = 0.25  # of the kills come before the bot has got to work
LOOK_AGAIN = 0.2  # seconds


async def at_random(here: Scene) -> None:
    """Kill it after a chance while at work, or before it has got there, and start it again."""
    bot = here.bot or await here.start()
    if here.chance.random() >= CATCHING_UP:
        await here.recovered()
    await asyncio.sleep(here.chance.uniform(0, 0.6))
    assert bot.running, f"it ended by itself: see {here.account.log}"
    await bot.kill()
    await here.start()


async def at(here: Scene, boundary: str) -> None:
    """Let it die at the boundary, after a few messages."""
    if here.bot:
        await here.bot.kill()
    bot = await here.start(boundary=boundary, nth=here.chance.randint(1, 12))
    async with asyncio.timeout(WITHIN):
        await asyncio.shield(bot.ended)
    await here.start()
    await here.recovered()


async def at_each(here: Scene) -> None:
    """Let it die at every boundary of a message's way, one after another."""
    for boundary in boundaries.OF_MESSAGES:
        await at(here, boundary)


async def in_jobs(here: Scene, boundary: str) -> int:
    """Let it die in, or after, every job of the month that there is; returns how often it died."""
    died = 0
    while await several.missing_jobs(here.url, here.crowd.town.branches):
        # What it died in it has to do the next time, and may then die in the one behind.
        bot = await here.start(boundary=boundary, nth=2 if died and boundary == boundaries.IN_JOB else 1)
        async with asyncio.timeout(WITHIN):
            # Another process does them, or dies: there is nothing to wait for but the database.
            while bot.running and await several.missing_jobs(here.url, here.crowd.town.branches):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_AGAIN)
        died += not bot.running
        await bot.kill()
    await here.start()
    return died


async def from_cold(here: Scene) -> None:
    """Started as an operator would start it, imports and all."""
    if here.bot:
        await here.bot.kill()
    here.bot = await process.cold(here.account)
    await here.recovered()
