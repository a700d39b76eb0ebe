"""What is said to a message that is for the bot and is not understood."""

from __future__ import annotations

from bot.access import may
from bot.commands import Catalogue, Command, Role
from bot.messages import Incoming
from bot.settings import Settings
from bot.understanding.reading import Reading
from bot.voice import Voice
from bot.wording import Public, in_group
from models import MatterKind, OpenMatter

NOT_UNDERSTOOD = "没看懂这句话。可以试试：\n{examples}\n发送“帮助”看全部用法。"
ONE_AT_A_TIME = "这里有两件事，我一次办一件，都还没有登记。请分两条发：\n{parts}"
TALK = "这句我没看出要办什么，什么也没登记。要办事直接说，看我能办什么发“帮助”；想和书记聊聊，发“约谈心”或“转人工”。"
TALK_OF_AN_OFFICE = "这句我没看出要办什么，什么也没登记。要办事直接说，看有什么等着您发“待办”，看我能办什么发“帮助”。"
NOT_UNDERSTOOD_IN_GROUP = "没看懂这句话。发送“@{bot} 帮助”看用法。"
STILL_ASKED = (
    "这句没看懂，什么也没登记。刚才问您的是：\n{question}\n"
    "对的话回复“确认”，不要了回复“算了”，要改可以整条再发，例如：{example}"
)
STILL_OPEN = "这句没看懂，什么也没登记。刚才问您的是：\n{question}\n不要了回复“算了”，也可以写全再发，例如：{example}"


class Suggestions:
    """Says what may have been meant."""

    def __init__(self, catalogue: Catalogue, settings: Settings, voice: Voice) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._voice = voice

    async def suggest(self, message: Incoming, role: Role, reading: Reading, waiting: OpenMatter | None) -> None:
        if message.room is not None:
            await self._voice.say(message, in_group(NOT_UNDERSTOOD_IN_GROUP, bot=Public(self._settings.bot.name)))
            return
        if reading.apart and role > Role.GUEST:
            await self._voice.say(message, ONE_AT_A_TIME.format(parts="\n".join(reading.apart)))
            return
        if not reading.suggestions and waiting is None and role > Role.GUEST:
            await self._voice.say(message, TALK_OF_AN_OFFICE if role >= Role.COMMITTEE else TALK)
            return
        if waiting is not None and waiting.content.get("text") and not waiting.content.get("past"):
            await self._voice.say(message, self._repeated(waiting))
            return
        nearest = [self._catalogue.commands[name] for name in reading.suggestions]
        examples = [command.example for command in nearest if _serves(command, role)]
        first_steps = "绑定 K7Q2MX" if role is Role.GUEST else "我的"
        await self._voice.say(message, NOT_UNDERSTOOD.format(examples="\n".join(examples[:3]) or first_steps))

    def _repeated(self, waiting: OpenMatter) -> str:
        """Who was not understood in the middle of something need not look for where they were."""
        wording = STILL_OPEN if waiting.content.get("settled") or waiting.content.get("lacks") else STILL_ASKED
        example = self._catalogue.commands[waiting.content["command"]].example
        return wording.format(question=waiting.content["text"], example=example)


def _serves(command: Command, role: Role) -> bool:
    """Whether it is worth suggesting: help is named anyway, who is bound need not be, and nobody refuses by chance."""
    known = ("help", "bind" if role > Role.GUEST else "")
    return may(command, role) and command.name not in known and MatterKind.CONSENT.value not in command.form.answers
