"""What the open tabs of the sandbox page are told, as JSON: the whole world at first, then each change.

``{"type": "world", …}`` on connecting, whenever people or rooms change, and when a scene begins or is over,
``{"type": "message", "message": {…}}``, ``{"type": "recalled", "id": …}``,
``{"type": "clock", "now": …}``. Each tab chooses by itself whose eyes it looks
through, so that it can show what waits for the others. Times are ISO 8601.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from aiohttp import WSCloseCode, web

from bot.outages import is_outage
from bot.sandbox import Message, World

SHOWN_MESSAGES: Final = 2000  # of the past, to a tab that connects
SHOWN_IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # what no browser runs
HEARTBEAT_SECONDS: Final = 20.0

Event = dict[str, Any]
Notes = dict[str, dict[str, Any]]  # what is shown about a contact, by its id


class Live:
    """The open tabs of one page."""

    def __init__(self, world: World, notes: Callable[[], Awaitable[Notes]]) -> None:
        self._world = world
        self._look_up = notes
        self._notes: Notes = {}
        self._tabs: dict[web.WebSocketResponse, asyncio.Queue[Event]] = {}

    async def follow(self, _: web.Application) -> AsyncIterator[None]:
        """For `cleanup_ctx`: pass on what happens in the world for as long as the application runs."""
        self._notes = await self._look_up()
        task = asyncio.create_task(self._pass_on())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def close(self, _: web.Application) -> None:
        """For `on_shutdown`: the tabs try to connect again by themselves."""
        for tab in list(self._tabs):
            await tab.close(code=WSCloseCode.GOING_AWAY)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One tab, until it leaves. What it sends is not read: what it wants done, it posts."""
        tab = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=1024)
        await tab.prepare(request)
        queue = self._tabs[tab] = asyncio.Queue()
        queue.put_nowait(self._all())
        writer = asyncio.create_task(_write(tab, queue))
        try:
            async for _ in tab:
                pass
        finally:
            del self._tabs[tab]
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
        return tab

    def clock_moved(self) -> None:
        """Tell all tabs the time."""
        self._tell({"type": "clock", "now": self._world.now().isoformat()})

    async def _pass_on(self) -> None:
        with self._world.listen() as events:
            async for event in events:
                if not isinstance(event, Message):
                    self._tell(self._all())
                elif event.recalls is not None:
                    self._tell({"type": "recalled", "id": event.recalls})
                else:
                    self._tell({"type": "message", "message": _message(event)})
                    if event.sender == self._world.bot.id and event.to is not None:
                        await self._look_again()

    async def _look_again(self) -> None:
        try:
            notes = await self._look_up()
        except Exception as error:
            if not is_outage(error):
                raise
        else:
            if notes != self._notes:
                self._notes = notes
                self._tell(self._all())

    def _tell(self, event: Event) -> None:
        for queue in self._tabs.values():
            queue.put_nowait(event)

    def _all(self) -> Event:
        world, past = self._world, self._world.messages()
        recalled = {message.recalls for message in past}
        said = [message for message in past if message.recalls is None]
        return {
            "type": "world",
            "now": world.now().isoformat(),
            "staged": world.staged,
            "bot": {"id": world.bot.id, "name": world.bot.name},
            "people": [
                {"id": contact.id, "name": contact.name, "friend": contact.friend, **self._notes.get(contact.id, {})}
                for contact in world.contacts
            ],
            "rooms": [{"id": room.id, "topic": room.topic, "members": room.members} for room in world.rooms],
            "messages": [_message(message, message.id in recalled) for message in said[-SHOWN_MESSAGES:]],
        }


def _message(message: Message, recalled: bool = False) -> Event:
    """A message for the page; nothing is left of one that was recalled but who sent it, where and when."""
    file = message.file if not recalled else None
    card = message.card if not recalled else None
    return {
        "id": message.id,
        "sender": message.sender,
        "at": message.sent_at.isoformat(),
        "room": message.room,
        "to": message.to,
        "text": "" if recalled else message.text,
        "file": file and {"name": file.name, "size": len(file.data), "image": file.media_type in SHOWN_IMAGES},
        "card": card and {"title": card.title, "description": card.description, "url": card.url},
        "mentions": message.mentions,
        "recalled": recalled,
    }


async def _write(tab: web.WebSocketResponse, queue: asyncio.Queue[Event]) -> None:
    with suppress(ConnectionError):  # it has left; its reader ends as well
        while True:
            await tab.send_str(json.dumps(await queue.get(), ensure_ascii=False))
