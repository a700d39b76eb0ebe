"""A `wechaty_puppet.Puppet` over the make-believe WeChat of `bot.sandbox`, inside the process."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from pyee.asyncio import AsyncIOEventEmitter
from wechaty_puppet import (
    ContactPayload,
    ContactType,
    EventDongPayload,
    EventFriendshipPayload,
    EventLoginPayload,
    EventMessagePayload,
    EventRoomJoinPayload,
    FileBox,
    FriendshipPayload,
    FriendshipType,
    MessagePayload,
    MessageType,
    PayloadType,
    PuppetOptions,
    RoomPayload,
)

from bot import sandbox
from bot.channels.wechaty.puppets import GatedPuppet, PuppetRefusal, open_gate
from bot.messages import Card, File


class SandboxPuppet(GatedPuppet):
    """The bot's account in `world`. What it is asked, it answers at once; it is never frozen or gone."""

    def __init__(self, world: sandbox.World) -> None:
        super().__init__(PuppetOptions(), "puppet_sandbox")
        self.gate = open_gate
        self.opened = asyncio.Event()
        self._world = world
        self._friendships: dict[str, sandbox.Befriended] = {}
        self._event_stream = AsyncIOEventEmitter()

    def on(self, event_name: str, caller: Any) -> None:
        """Listen to the events of one name."""
        self._event_stream.on(event_name, caller)

    def listener_count(self, event_name: str) -> int:
        """How many listen to the events of one name."""
        return len(self._event_stream.listeners(event_name))

    async def start(self) -> None:
        """Log in and pass on what happens in the world, until cancelled."""
        with self._world.listen() as events:
            self.opened.set()
            self._event_stream.emit("login", EventLoginPayload(contact_id=self._world.bot.id))
            async for event in events:
                await self.gate()
                self._take(event)

    async def stop(self) -> None:
        """Tell nobody anything any more."""
        self._event_stream.remove_all_listeners()

    def _take(self, event: sandbox.Event) -> None:
        match event:
            case sandbox.Message():
                self._event_stream.emit("message", EventMessagePayload(message_id=event.id))
            case sandbox.Befriended():
                self._friendships[event.id] = event
                self._event_stream.emit("friendship", EventFriendshipPayload(friendship_id=event.id))
            case sandbox.Joined():
                payload = EventRoomJoinPayload(
                    invited_ids=[event.contact],
                    inviter_id=event.inviter,
                    room_id=event.room,
                    timestamp=event.at.timestamp() * 1000,
                )
                self._event_stream.emit("room-join", payload)

    def self_id(self) -> str:
        """The id of the bot's own account."""
        return self._world.bot.id

    async def ding(self, data: str | None = None) -> None:
        """Answer with a `dong` event."""
        self._event_stream.emit("dong", EventDongPayload(data=data))

    async def message_payload(self, message_id: str) -> MessagePayload:
        """The message; `PuppetRefusal` where there is none."""
        message = _known(self._world.message, message_id)
        return MessagePayload(
            id=message.id,
            filename=message.file.name if message.file else "",
            text=message.recalls or (message.card.url if message.card else message.text),
            timestamp=int(message.sent_at.timestamp() * 1000),
            type=_message_type(message),
            from_id=message.sender,
            room_id=message.room or "",
            to_id=message.to or "",
            mention_ids=list(message.mentions),
        )

    async def message_file(self, message_id: str) -> FileBox:
        """The file or image of a message, as a buffer."""
        file = _known(self._world.message, message_id).file
        if file is None:
            raise PuppetRefusal(message_id)
        return FileBox.from_buffer(file.data, file.name)

    async def message_send_text(self, conversation_id: str, message: str, mention_ids: list[str] | None = None) -> str:
        """Say a text as the bot; returns the message's id."""
        return self._say(conversation_id, message, mention_ids or [])

    async def message_send_file(self, conversation_id: str, file: FileBox) -> str:
        """Send a Base64 file as the bot; returns the message's id."""
        data = base64.b64decode(file.base64)
        return self._say(conversation_id, File(file.name, file.mediaType or "", data), [])

    async def message_send_card(self, conversation_id: str, card: Card) -> str:
        """Send a card as the bot; returns the message's id."""
        return self._say(conversation_id, card, [])

    def _say(self, conversation_id: str, content: str | File | Card, mentions: list[str]) -> str:
        target = {"room" if "@" in conversation_id else "to": conversation_id}
        try:
            return self._world.say(self._world.bot.id, content, mentions=mentions, **target).id
        except (KeyError, sandbox.NotAllowed):
            raise PuppetRefusal(conversation_id) from None

    async def contact_payload(self, contact_id: str) -> ContactPayload:
        """The contact; `PuppetRefusal` where there is none."""
        contact = _known(self._world.contact, contact_id)
        return ContactPayload(
            id=contact.id, name=contact.name, friend=contact.friend, type=ContactType.CONTACT_TYPE_PERSONAL
        )

    async def room_payload(self, room_id: str) -> RoomPayload:
        """The room; `PuppetRefusal` where there is none."""
        room = _known(self._world.room, room_id)
        return RoomPayload(id=room.id, topic=room.topic, member_ids=list(room.members))

    async def dirty_payload(self, payload_type: PayloadType, payload_id: str) -> None:
        """Nothing is cached here."""

    async def friendship_payload(self, friendship_id: str, payload: None = None) -> FriendshipPayload:
        """The friendship event, always a confirmation: in the sandbox nobody has to be accepted."""
        befriended = _known(self._friendships.__getitem__, friendship_id)
        return FriendshipPayload(
            id=befriended.id, contact_id=befriended.contact, type=FriendshipType.FRIENDSHIP_TYPE_CONFIRM
        )


def _known(look_up: Any, key: str) -> Any:
    try:
        return look_up(key)
    except KeyError:
        raise PuppetRefusal(key) from None


def _message_type(message: sandbox.Message) -> MessageType:
    if message.recalls is not None:
        return MessageType.MESSAGE_TYPE_RECALLED
    if message.card is not None:
        return MessageType.MESSAGE_TYPE_URL
    if message.file is None:
        return MessageType.MESSAGE_TYPE_TEXT
    if message.file.media_type.startswith("image/"):
        return MessageType.MESSAGE_TYPE_IMAGE
    return MessageType.MESSAGE_TYPE_ATTACHMENT
