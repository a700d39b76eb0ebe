"""The sandbox page over a small world, with an echo in the bot's place: what the page itself does is tested with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.clock import MovableClock
from bot.commands import Catalogue
from bot.messages import Health
from bot.metrics import Metrics
from bot.sandbox import Message, World
from bot.settings import LessonSettings, ReminderTime, Settings
from bot.web import ChannelStatus, Example, Kept, Person, Status, member_pages, sandbox_application, serving
from tests.chat import CHANNEL

GROUP = "branch@chatroom"
FILE_LIMIT = 300_000  # bytes; above what is posted besides files


@dataclass
class SmallWorld:
    """张三 (zhang) and 李娜 (li) in a group with the bot, and 周小雨 (zhou), who is no friend of it yet."""

    world: World
    clock: MovableClock
    health: Health = field(default_factory=lambda: Health(ready=True))
    note: str = "正式党员"  # of 张三
    moves: list[str] = field(default_factory=list)  # when the clock was moved to, as who watches it saw it

    @classmethod
    def make(cls) -> SmallWorld:
        clock = MovableClock()
        world = World(clock.now)
        world.add_contact("zhang", "张三")
        world.add_contact("li", "李娜")
        world.add_contact("zhou", "周小雨", friend=False)
        world.add_room(GROUP, "示范流动党支部", ["zhang", "li"])
        small = cls(world, clock)
        clock.watch(lambda: small.moves.append(f"{clock.now():%Y-%m-%d %H:%M}"))
        return small

    def application(self) -> web.Application:
        return sandbox_application(
            self.world,
            self.clock,
            reminder=ReminderTime(),
            probe=self._probe,
            metrics=Metrics(),
            lessons=LessonSettings(),
            people=self._people,
            members=member_pages(Catalogue({}), Settings(web={"public_url": "http://127.0.0.1"}), self.clock),
            file_limit=FILE_LIMIT,
        )

    async def _people(self) -> dict[str, Person]:
        examples = (Example("交党费", "交党费 11月 0.2"),)
        return {"zhang": Person(self.note, group=examples, private=(Example("我的", "我的"),))}

    async def _probe(self) -> Status:
        return Status({CHANNEL: ChannelStatus(self.health, Kept({}))})

    @asynccontextmanager
    async def open(self, port: int = 0) -> AsyncIterator[str]:
        """Serve the page, answered by the echo; gives its address."""
        echo = asyncio.create_task(self._echo())
        try:
            async with serving(self.application(), "127.0.0.1", port) as address:
                yield address
        finally:
            echo.cancel()
            await asyncio.wait([echo])

    async def _echo(self) -> None:
        with self.world.listen() as events:
            async for event in events:
                if isinstance(event, Message) and event.sender != self.world.bot.id and event.recalls is None:
                    said = f"收到：{event.text or (event.file and event.file.name)}"
                    where = {"room": event.room} if event.room else {"to": event.sender}
                    self.world.say(self.world.bot.id, said, mentions=[event.sender] if event.room else [], **where)
