"""The puppet that speaks to a Wechaty gateway over gRPC, made fit to be supervised.

`wechaty_puppet_service.PuppetService` 0.8.10 has no time limits, looks for its
gateway with calls that block the event loop, ends its event stream at the first
event that it cannot parse, and refuses files above 20 KB. What is overridden
here is the connection, the reading of events and the reading of messages.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from grpclib import GRPCError, Status
from grpclib.client import Channel
from grpclib.protocol import H2Protocol
from wechaty_grpc.wechaty import PuppetStub
from wechaty_puppet import (
    EventDongPayload,
    EventErrorPayload,
    EventFriendshipPayload,
    EventHeartbeatPayload,
    EventLoginPayload,
    EventLogoutPayload,
    EventMessagePayload,
    EventReadyPayload,
    EventRoomInvitePayload,
    EventRoomJoinPayload,
    EventRoomLeavePayload,
    EventRoomTopicPayload,
    EventScanPayload,
    EventType,
    FileBox,
    FriendshipPayload,
    MessagePayload,
    MessageType,
    PuppetOptions,
    ScanStatus,
)
from wechaty_puppet.file_box import FileBoxType
from wechaty_puppet_service import PuppetService

from bot.channels.wechaty.puppets import ConnectionOver, FileTooLarge, GatedPuppet, NoCards, open_gate
from bot.messages import Card

log = logging.getLogger(__name__)

# The gateway numbers message types as TypeScript's wechaty-puppet 1.20 does, Python's enumeration otherwise.
# 10 is a group note (接龙): its text is what counts. What is not named, 16 (post) and later ones too, is unspecified.
MESSAGE_TYPES: Final = {
    1: MessageType.MESSAGE_TYPE_ATTACHMENT,
    2: MessageType.MESSAGE_TYPE_AUDIO,
    3: MessageType.MESSAGE_TYPE_CONTACT,
    4: MessageType.MESSAGE_TYPE_CHAT_HISTORY,
    5: MessageType.MESSAGE_TYPE_EMOTICON,
    6: MessageType.MESSAGE_TYPE_IMAGE,
    7: MessageType.MESSAGE_TYPE_TEXT,
    8: MessageType.MESSAGE_TYPE_LOCATION,
    9: MessageType.MESSAGE_TYPE_MINI_PROGRAM,
    10: MessageType.MESSAGE_TYPE_TEXT,
    11: MessageType.MESSAGE_TYPE_TRANSFER,
    12: MessageType.MESSAGE_TYPE_RED_ENVELOPE,
    13: MessageType.MESSAGE_TYPE_RECALLED,
    14: MessageType.MESSAGE_TYPE_URL,
    15: MessageType.MESSAGE_TYPE_VIDEO,
}

# A gateway takes gRPC messages of up to 4 MiB, and a file goes out as Base64 in one of them.
SEND_LIMIT: Final = 3_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """In seconds. `start` is for logging in, which a gateway itself gives 15 s; `file` for one whole file."""

    call: float = 10
    start: float = 30
    file: float = 60


class OneConnection(Channel):
    """Connects once. grpclib connects anew by itself, which would lead to a gateway whose events nobody reads."""

    _begun = False

    async def __connect__(self) -> H2Protocol:
        if self._begun and not self._connected:
            raise ConnectionOver
        protocol = await super().__connect__()
        self._begun = True
        return protocol

    def close(self) -> None:
        """Close it for good."""
        self._begun = True
        super().close()


class LimitedStub(PuppetStub):  # type: ignore[misc]  # wechaty_grpc has no types
    """Every call has a time limit; `TimeoutError` when it is over. Streams are limited by who reads them."""

    def __init__(self, channel: Channel, token: str, limits: TimeLimits) -> None:
        super().__init__(channel, metadata={"authorization": f"Wechaty {token}"})
        self._limits = limits

    async def _unary_unary(self, route: str, *args: Any, **kwargs: Any) -> Any:
        limit = self._limits.start if route.endswith(("/Start", "/Stop")) else self._limits.call
        return await limited(super()._unary_unary(route, *args, **kwargs), limit)


async def limited(call: Coroutine[Any, Any, T], seconds: float) -> T:
    """The call's result, or `TimeoutError`.

    The call gets a task of its own: grpclib reports a broken connection by
    cancelling the task that waits and never takes that back, which would leave
    the caller cancelled for good, and swallows a cancellation that comes with it.
    """
    task = asyncio.create_task(call)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, should nobody wait any more
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
    if not done:
        raise TimeoutError
    if task.cancelled():
        raise ConnectionOver
    return task.result()


class ServicePuppet(PuppetService, GatedPuppet):
    """One connection to the gateway at `host`:`port`; for the next one make a new puppet."""

    def __init__(self, host: str, port: int, token: str, *, limits: TimeLimits, file_limit: int) -> None:
        super().__init__(PuppetOptions(token=token, end_point=f"{host}:{port}"))
        self.gate = open_gate
        self.opened = asyncio.Event()
        self._address = host, port
        self._token = token
        self._limits = limits
        self._file_limit = file_limit

    async def start(self) -> None:
        """Connect, take the gateway over, and read events until their stream ends.

        Raises `OSError`, `TimeoutError`, `grpclib.GRPCError` or
        `grpclib.exceptions.StreamTerminatedError` where that fails.
        """
        self.channel = OneConnection(*self._address)
        self._puppet_stub = LimitedStub(self.channel, self._token, self._limits)
        # The gateway serves one event stream, and holds on to one whose client vanished: Stop ends that.
        await self.puppet_stub.stop()
        await self.puppet_stub.start()
        await self._listen_for_event()

    async def stop(self) -> None:
        """Close the connection. The gateway stays logged in, and nothing is asked of it: it may be gone."""
        self._event_stream.remove_all_listeners()
        self.login_user_id = None
        if self.channel:
            self.channel.close()

    async def _listen_for_event(self) -> None:
        self.opened.set()
        async for response in self.puppet_stub.event():
            await self.gate()
            try:
                self._take(int(response.type), json.loads(response.payload))
            except (ValueError, KeyError, TypeError, AttributeError):
                log.warning("wechaty: left out an event of type %s that cannot be read", response.type)

    def _take(self, kind: int, data: dict[str, Any]) -> None:
        name, payload = _event(kind, data)
        if name == "login":
            self.login_user_id = payload.contact_id
        elif name == "logout":
            self.login_user_id = None
        if name:
            self._event_stream.emit(name, payload)

    async def message_payload(self, message_id: str) -> MessagePayload:
        """The message, with a type that is always one of `MessageType`."""
        payload = await self.puppet_stub.message_payload(id=message_id)
        payload.type = MESSAGE_TYPES.get(int(payload.type), MessageType.MESSAGE_TYPE_UNSPECIFIED)
        return payload

    async def message_file(self, message_id: str) -> FileBox:
        """The file or image of a message, as a buffer. Raises `FileTooLarge`.

        It is read as a stream: as a whole it would come as a reference that only Node's FileBox understands.
        """
        return await limited(self._whole_file(message_id), self._limits.file)

    async def _whole_file(self, message_id: str) -> FileBox:
        name, data = "", bytearray()
        async for response in self.puppet_stub.message_file_stream(id=message_id):
            name = name or response.file_box_chunk.name
            data += response.file_box_chunk.data
            if len(data) > self._file_limit:
                raise FileTooLarge
        return FileBox.from_buffer(bytes(data), name or message_id)

    async def message_send_file(self, conversation_id: str, file: FileBox) -> str:
        """Send a Base64 file; raises `FileTooLarge` above what a gateway takes."""
        if len(file.base64) * 3 // 4 > SEND_LIMIT:
            raise FileTooLarge
        box = {
            "boxType": FileBoxType.Base64.value,
            "name": file.name,
            "mediaType": file.mediaType or None,
            "base64": file.base64.decode(),
            "metadata": {},
        }
        response = await self.puppet_stub.message_send_file(conversation_id=conversation_id, filebox=json.dumps(box))
        return response.id or ""

    async def message_send_card(self, conversation_id: str, card: Card) -> str:
        """Send a link as a card. Raises `NoCards` where the gateway's puppet has none."""
        link = {"title": card.title, "description": card.description, "url": card.url}
        if card.thumbnail_url:
            link["thumbnailUrl"] = card.thumbnail_url
        try:
            response = await self.puppet_stub.message_send_url(
                conversation_id=conversation_id, url_link=json.dumps(link, ensure_ascii=False)
            )
        except GRPCError as failure:
            # A puppet without cards throws, which a gateway passes on as any other error, with these words.
            if failure.status is Status.UNIMPLEMENTED or "unsupported" in (failure.message or "").lower():
                raise NoCards from None
            raise
        return response.id or ""

    async def friendship_payload(self, friendship_id: str, payload: None = None) -> FriendshipPayload:
        """The friendship event; it can only be asked for, not set."""
        return await self.puppet_stub.friendship_payload(id=friendship_id)


def _event(kind: int, data: dict[str, Any]) -> tuple[str, Any]:
    """The event's name for `Puppet.on` and its payload; an empty name for what nobody listens to."""
    match kind:
        case EventType.EVENT_TYPE_MESSAGE:
            return "message", EventMessagePayload(message_id=data["messageId"])
        case EventType.EVENT_TYPE_DONG:
            return "dong", EventDongPayload(data=data.get("data"))
        case EventType.EVENT_TYPE_HEARTBEAT:
            return "heart-beat", EventHeartbeatPayload(data=data.get("data") or "")
        case EventType.EVENT_TYPE_READY:
            return "ready", EventReadyPayload(data=data.get("data") or "")
        case EventType.EVENT_TYPE_LOGIN:
            return "login", EventLoginPayload(contact_id=data["contactId"])
        case EventType.EVENT_TYPE_LOGOUT:
            return "logout", EventLogoutPayload(contact_id=data.get("contactId") or "", data=data.get("data") or "")
        case EventType.EVENT_TYPE_SCAN:
            return "scan", EventScanPayload(status=ScanStatus(data["status"]), qrcode=data.get("qrcode"))
        case EventType.EVENT_TYPE_ERROR:
            return "error", EventErrorPayload(data="")  # its text may hold what people wrote
        case EventType.EVENT_TYPE_FRIENDSHIP:
            return "friendship", EventFriendshipPayload(friendship_id=data["friendshipId"])
        case EventType.EVENT_TYPE_DIRTY:
            return "dirty", data
        case _:
            return _room_event(kind, data)


def _room_event(kind: int, data: dict[str, Any]) -> tuple[str, Any]:
    match kind:
        case EventType.EVENT_TYPE_ROOM_INVITE:
            return "room-invite", EventRoomInvitePayload(room_invitation_id=data["roomInvitationId"])
        case EventType.EVENT_TYPE_ROOM_JOIN:
            return "room-join", EventRoomJoinPayload(
                invited_ids=list(data["inviteeIdList"]),
                inviter_id=data.get("inviterId") or "",
                room_id=data["roomId"],
                timestamp=data.get("timestamp") or 0,
            )
        case EventType.EVENT_TYPE_ROOM_LEAVE:
            return "room-leave", EventRoomLeavePayload(
                removed_ids=list(data["removeeIdList"]),
                remover_id=data.get("removerId") or "",
                room_id=data["roomId"],
                timestamp=data.get("timestamp") or 0,
            )
        case EventType.EVENT_TYPE_ROOM_TOPIC:
            return "room-topic", EventRoomTopicPayload(
                changer_id=data.get("changerId") or "",
                new_topic=data.get("newTopic") or "",
                old_topic=data.get("oldTopic") or "",
                room_id=data["roomId"],
                timestamp=data.get("timestamp") or 0,
            )
        case _:
            return "", None
