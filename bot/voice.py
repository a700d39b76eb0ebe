"""What is said where: in the group what everybody may read, the rest to the sender alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto

from bot import outbox
from bot.clock import Clock
from bot.commands import Notice, Reply
from bot.messages import Card, File, Incoming
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, Public, in_group, lines_in_group

ADD_ME = in_group("详细内容只能私聊说。请加我为好友（点我的头像→添加到通讯录），再发一次。")
DONE_ADD_ME = in_group("详细内容只能私聊：请加我为好友（点我的头像→添加到通讯录），再发送“我的”。")
SENT_PRIVATELY = in_group("已私聊回复您。")
REFUSED_PRIVATELY = in_group("这条没有登记，原因已私聊告诉您。")
ANSWERED_NOT = in_group("这条查不了，原因已私聊告诉您。")
REFUSED_ADD_ME = in_group("这条没有登记。原因只能私聊说，请加我为好友（点我的头像→添加到通讯录），再发一次。")
ANSWERED_NOT_ADD_ME = in_group("这条查不了。原因只能私聊说，请加我为好友（点我的头像→添加到通讯录），再发一次。")
CONFIRM_IN_GROUP = in_group("请确认一下，我的理解已私聊发给您。")
ASK_IN_GROUP = in_group("还差一点，已私聊问您。")
HOW_TO_ANSWER = "{question}\n对的话回复“确认”，不对回复“算了”。（10 分钟内有效）"
HOW_TO_CORRECT = "{question}\n对的话回复“确认”，要改就直接发改的，不要了回复“算了”。（10 分钟内有效）"
RECALL_IT = in_group("这条里有个人信息，建议两分钟内撤回（已登记的不受影响），以后私聊我说。")
IN_THE_MORNING = "现在是安静时段，给别人的通知 {end} 以后发出。"

# A mobile number or an identity number.
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{17}[\dXx])(?!\d)")


class Place(Enum):
    """Where a question is asked: where the message came from, or privately about a word in the group."""

    HERE = auto()
    ASIDE = auto()


class Voice:
    """Puts into the outbox, in the caller's transaction, what a message is answered with."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def answer(self, message: Incoming, reply: Reply, *, done: bool = False) -> None:
        """`done`: it must not be said again, which a record and notices tell as well."""
        morning = self._settings.reminders.quiet_hours.after(self._clock.now())
        late = morning > self._clock.now()
        # First, because only then is it known whether anybody will hear of it; what waits stands in nobody's way.
        if late and any([await self._put(notice) for notice in reply.notices if not notice.urgent]):
            reply = _told(message, reply, morning)
        fleeting = reply.anonymous or reply.fleeting
        if message.room is None:
            text = reply.private or reply.group or ""
            await self.say(message, text, reply.file, fleeting=fleeting, card=reply.card)
        elif reply.private is None and reply.file is None:
            await self.say(message, reply.group or "", key=reply.key, personal=reply.personal, fleeting=fleeting)
        elif message.friend:
            await self.say(message, reply.group or SENT_PRIVATELY, personal=reply.personal, fleeting=fleeting)
            await self._whisper(message, reply.private or "", reply.file, fleeting=fleeting, card=reply.card)
        else:
            add = DONE_ADD_ME if done or reply.record is not None or reply.notices else ADD_ME
            said = in_group("{said}\n{add}", said=reply.group, add=add) if reply.group else ADD_ME
            await self.say(message, said, personal=reply.personal, fleeting=fleeting)
        for notice in reply.notices:
            if notice.urgent or not late:
                await self._put(notice)

    async def _put(self, notice: Notice) -> bool:
        return await outbox.put_notice(notice, now=self._clock.now(), settings=self._settings)

    async def refuse(self, message: Incoming, text: str, *, query: bool = False, fleeting: bool = False) -> None:
        """Say why nothing was recorded, or of a `query` why it has no answer; privately where it is no `GroupText`."""
        if message.room is None or isinstance(text, GroupText):
            await self.say(message, text, fleeting=fleeting)
        elif message.friend:
            await self.say(message, ANSWERED_NOT if query else REFUSED_PRIVATELY, fleeting=fleeting)
            await self._whisper(message, text, fleeting=fleeting)
        else:
            await self.say(message, ANSWERED_NOT_ADD_ME if query else REFUSED_ADD_ME, fleeting=fleeting)

    def where_to_ask(self, message: Incoming, question: str) -> Place | None:
        """None where it can be asked nowhere: it is private, and the sender is no friend of the bot."""
        if message.room is None or isinstance(question, GroupText):
            return Place.HERE
        return Place.ASIDE if message.friend else None

    async def ask(self, message: Incoming, question: str, *, correctable: bool = False) -> None:
        """Ask whether it is right, and say how to answer; `correctable`: by another value alone too."""
        how = HOW_TO_CORRECT if correctable else HOW_TO_ANSWER
        if self.where_to_ask(message, question) is Place.ASIDE:
            await self.say(message, in_group(HOW_TO_ANSWER, question=CONFIRM_IN_GROUP))
            await self._whisper(message, how.format(question=question))
        elif isinstance(question, GroupText):
            await self.say(message, in_group(how, question=question))
        else:
            await self.say(message, how.format(question=question))

    async def ask_for(self, message: Incoming, text: str, *, personal: bool = False) -> None:
        """Ask for what is missing; `text` says how to answer."""
        if self.where_to_ask(message, text) is Place.ASIDE:
            await self.say(message, ASK_IN_GROUP, personal=personal)
            await self._whisper(message, text)
        else:
            await self.say(message, text, personal=personal)

    async def say(
        self,
        message: Incoming,
        text: str,
        file: File | None = None,
        key: str | None = None,
        *,
        personal: bool = False,
        fleeting: bool = False,
        card: Card | None = None,
    ) -> None:
        """Answer where the message came from; the outbox takes nothing for a group but a `GroupText`."""
        if isinstance(text, GroupText) and text and to_recall(message.room, message.text, personal=personal):
            text = lines_in_group([text, RECALL_IT])
        address = outbox.Address(message.channel, room=message.room, contact=message.sender)
        mentions = [message.sender] if message.room and not message.own else []
        now = self._clock.now()
        await outbox.put(
            address,
            text,
            now=now,
            settings=self._settings,
            file=file,
            mentions=mentions,
            key=key,
            fleeting=fleeting,
            card=card,
        )

    async def _whisper(
        self,
        message: Incoming,
        text: str,
        file: File | None = None,
        *,
        fleeting: bool = False,
        card: Card | None = None,
    ) -> None:
        address = outbox.Address(message.channel, contact=message.sender)
        now = self._clock.now()
        await outbox.put(address, text, now=now, settings=self._settings, file=file, fleeting=fleeting, card=card)


def to_recall(room: str | None, text: str, *, personal: bool) -> bool:
    """Whether the sender is advised to recall what was written in the group."""
    return room is not None and (personal or PERSONAL_NUMBER.search(text) is not None)


def _told(message: Incoming, reply: Reply, morning: datetime) -> Reply:
    """`reply`, which says that somebody is told, with when; where the sender reads the whole of it."""
    line = in_group(IN_THE_MORNING, end=Public(f"{morning.astimezone(SHANGHAI):%H:%M}"))
    if reply.private is not None and (message.room is None or message.friend):
        return replace(reply, private=f"{reply.private}\n{line}")
    return replace(reply, group=lines_in_group([reply.group, line]) if reply.group else line)
