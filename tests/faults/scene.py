"""One town with its database, its gateway and its bot: where a fault is tried."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.understanding.values import SHANGHAI
from tests.faults.hearing import HearingGateway
from tests.faults.process import Account, Bot, Starter
from tests.faults.reckoning import Reckoning, at_rest, reckon
from tests.faults.talking import Crowd
from tests.faults.town import Town

UNLIMITED = {
    "conversation_seconds": 0.0,
    "account_seconds": 0.0,
    "per_minute": 1_000_000,
    "per_day": 1_000_000,
    "answered_per_hour": 1_000_000,
    "strangers_per_hour": 1_000_000,
    "jitter": 0.0,
}
WITHIN = 60.0  # seconds in which the bot has to be back; the goal of ten is checked where it is measured


def due_settings() -> dict[str, Any]:
    """Sections of config.yaml: no pacing, no quiet hours, and a reminder that fell due an hour ago."""
    due = datetime.now(SHANGHAI) - timedelta(hours=1)
    return {
        "outbox": UNLIMITED,
        "presence": {"away_seconds": 10},
        "dues": {"arrears_months": 24},
        "reminders": {
            "day": due.day,
            "at": f"{due:%H:%M}",
            "again_days": 0,
            "quiet_hours": {"start": "00:00", "end": "00:00"},
        },
    }


@dataclass
class Scene:
    """The bot may be started and killed over and over; `recoveries` are seconds from a fault's end to an answer."""

    starter: Starter
    gateway: HearingGateway
    url: str
    account: Account
    crowd: Crowd
    chance: random.Random
    bot: Bot | None = None
    recoveries: list[float] = field(default_factory=list)

    async def start(self, *, boundary: str = "", nth: int = 1) -> Bot:
        self.bot = await self.starter.start(self.account, boundary=boundary, nth=nth)
        return self.bot

    async def recovered(self, within: float = WITHIN) -> float:
        """Note how long it takes from now until somebody is answered."""
        seconds = await self.crowd.recovery(within)
        self.recoveries.append(seconds)
        return seconds

    async def reckon(self, *, strictly: bool = False) -> Reckoning:
        """Compare at the end; `strictly` where the bot could hear all the time, so that nothing may be missing."""
        received = self.crowd.received if strictly else ()
        return await reckon(self.url, self.crowd.sayings, self.gateway.sent, received=received)


@asynccontextmanager
async def scene(
    starter: Starter, folder: Path, url: str, *, seed: int, town: Town | None = None, **settings: Any
) -> AsyncIterator[Scene]:
    """A town on a fresh database at `url`, with everybody talking; no bot runs yet. The end kills what runs."""
    town = town or Town(branches=3, members=3, activities=1000)
    await town.furnish(url)
    async with HearingGateway() as gateway:
        await town.populate(gateway)
        account = Account.on(folder, "wechaty", url, gateway, **{**due_settings(), **settings})
        crowd = Crowd(town, gateway, seed=seed)
        here = Scene(starter, gateway, url, account, crowd, random.Random(seed))
        talking = asyncio.create_task(crowd.talk())
        try:
            yield here
        finally:
            talking.cancel()
            if here.bot:
                await here.bot.kill()
            with contextlib.suppress(asyncio.CancelledError):
                await talking


async def finish(here: Scene, *, strictly: bool = False) -> Reckoning:
    """Let everybody have their last answer, and compare."""
    await here.crowd.hush()
    await at_rest(here.url, [here.bot] if here.bot else [], [here.gateway])
    return await here.reckon(strictly=strictly)
