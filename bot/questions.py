"""What was asked back and waits for an answer: one question a person and conversation, for ten minutes.

As long what was just recorded can be put right by what alone was wrong about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from bot.commands import AskFor, Command, Instead, Request
from bot.messages import Incoming
from bot.understanding.about import asks_about_it
from bot.understanding.forms import Form, Slot
from bot.understanding.pieces import Asked
from bot.understanding.serialise import dump, load
from bot.understanding.values import Minutes, Money, Month, Months, Name, Number, Period, Places, Text, Url
from bot.voice import Place
from bot.wording import Public, in_group, when
from models import MatterKind, OpenMatter

LASTS = timedelta(minutes=10)

LACKING = "还差{what}，直接发给我就行。写全是这样：{example}"
OF_KIND: Mapping[type, str] = {
    Text: "内容",
    Name: "姓名",
    Number: "编号",
    datetime: "时间",
    date: "日期",
    Months: "月份",
    Month: "月份",
    Period: "哪一期",
    Money: "金额",
    Minutes: "多少分钟",
    Places: "人数",
    Url: "链接",
}


async def ask(
    message: Incoming,
    asked: Asked,
    where: Place,
    *,
    settled: bool = False,
    explicit: bool = False,
    refused: bool = False,
    replaces: int | None = None,
    offered: bool = False,
    text: str = "",
    unsure: bool = False,
    lacks: bool = False,
) -> None:
    """Let `asked` wait for its answer; what was asked before no longer waits. `settled`: it may go without one.

    `explicit`: nothing but 确认 is one. `refused`: it was not done, and may be said otherwise. `replaces`: the id of
    the deed that is taken back by it. `offered`: it was not asked about, and no value alone is an answer. `text`: the
    question, to be repeated where what is said to it is not understood. `unsure`: whether it
    is wanted at all was not clear, so that a text alone is no yes to it. `lacks`: something is asked for, to which a
    yes is no answer.
    """
    await close(message)
    # What was asked privately about a word in the group may be answered in either place.
    conversation = None if where is Place.ASIDE else message.conversation
    flags = {"settled": settled or offered, "explicit": explicit, "refused": refused, "offered": offered}
    content = {**_content(asked), **flags, "replaces": replaces, "text": text, "unsure": unsure, "lacks": lacks}
    await _open(message, MatterKind.CONFIRMATION, conversation, content)


async def talk_past(question: OpenMatter) -> None:
    """Something else was spoken of since: a bare 好的 need not be the answer any more, nor 12月 what was missing.

    What wants no answer is no longer open.
    """
    if question.content.get("settled"):
        await question.delete()
    elif await OpenMatter.exists(id=question.id):
        question.content = {**question.content, "past": question.content.get("past", 0) + 1}
        await question.save(update_fields=["content"])


async def remember(message: Incoming, done: Asked, deed: int) -> None:
    """Let what was `done` last be put right for a while, there or privately; `deed` is the id of its deed."""
    conversation = message.conversation if message.room is None else None
    await _open(message, MatterKind.DONE, conversation, {**_content(done), "replaces": deed})


async def _open(message: Incoming, kind: MatterKind, conversation: str | None, content: dict[str, Any]) -> None:
    await OpenMatter.create(
        kind=kind,
        channel=message.channel,
        conversation=conversation,
        contact=message.sender,
        opens_at=message.sent_at,
        closes_at=message.sent_at + LASTS,
        content=content,
    )


def _content(asked: Asked) -> dict[str, Any]:
    return {
        "command": asked.command,
        "values": dump(asked.values),
        "slot": asked.slot,
        "choices": list(asked.choices),
        "day": asked.said_day and asked.said_day.isoformat(),
    }


async def close(message: Incoming) -> None:
    """Nothing waits any more for the sender in this conversation."""
    await _of_sender(message, MatterKind.CONFIRMATION).filter(_here(message)).delete()


def _here(message: Incoming) -> Q:
    return Q(conversation=message.conversation) | Q(conversation=None)


async def waiting_for(request: Request, command: str) -> OpenMatter | None:
    """The question of `command` that the sender of `request` was asked last, where it still wants an answer."""
    sender = request.sender
    mine = OpenMatter.filter(kind=MatterKind.CONFIRMATION, channel=sender.channel, contact=sender.contact)
    last = await mine.filter(closes_at__gt=request.now).order_by("-id").first()
    wanted = last is not None and last.content["command"] == command and not last.content.get("settled")
    return last if wanted else None


async def offered(request: Request, *commands: str) -> OpenMatter | None:
    """What the last answer to the sender offered, where that is one of `commands`."""
    sender = request.sender
    mine = OpenMatter.filter(kind=MatterKind.CONFIRMATION, channel=sender.channel, contact=sender.contact)
    last = await mine.filter(closes_at__gt=request.now).order_by("-id").first()
    return last if last is not None and last.content.get("offered") and last.content["command"] in commands else None


async def waits(message: Incoming) -> bool:
    """Whether the sender was asked something here that wants an answer."""
    now = message.sent_at
    rows = await _of_sender(message, MatterKind.CONFIRMATION).filter(_here(message), closes_at__gt=now)
    return any(not row.content.get("settled") for row in rows)


async def has_just_done(request: Request) -> bool:
    """Whether the sender's last deed is one that can still be put right by what was wrong about it."""
    sender = request.sender
    done = OpenMatter.filter(kind=MatterKind.DONE, channel=sender.channel, contact=sender.contact)
    return await done.filter(closes_at__gt=request.now).exists()


async def forget(message: Incoming) -> None:
    """What the sender did last is no longer what a word alone puts right."""
    await _of_sender(message, MatterKind.DONE).delete()


def _of_sender(message: Incoming, kind: MatterKind) -> QuerySet[OpenMatter]:
    return OpenMatter.filter(kind=kind, channel=message.channel, contact=message.sender)


def asked(matter: OpenMatter, forms: Mapping[str, Form]) -> Asked:
    """What waits in `matter`, or was done."""
    content = matter.content
    values = load(forms[content["command"]], content["values"])
    day = content.get("day")
    return Asked(
        content["command"], values, content["slot"], tuple(content["choices"]), date.fromisoformat(day) if day else None
    )


def asked_for(command: Command, values: Mapping[str, object], question: AskFor, day: date | None = None) -> Asked:
    """What a handler asked for; choices are of the name that fitted several, `day` of the moment that is missing.

    A text that only asked about the command (啥时候有空啊) is not what it will be about.
    """
    values = {name: value for name, value in values.items() if not (type(value) is Text and asks_about_it(value))}
    slot = question.slot or next((name for name, value in values.items() if _is_name(value, question)), "")
    return Asked(command.name, values, slot, tuple(question.choices), day)


def _is_name(value: object, question: AskFor) -> bool:
    return isinstance(value, Name) and value == question.instead_of


def lacking(command: Command, values: Mapping[str, object]) -> list[Slot]:
    """What `command` needs and `values` do not have, free text last."""
    missing = [slot for slot in command.form.slots if slot.required and slot.name not in values]
    return sorted(missing, key=lambda slot: slot.type is Text)


async def ask_for(
    request: Request, command: Command, missing: Sequence[Slot], day: date | None = None
) -> AskFor | Instead:
    """The question for all that is missing, in the command's own words where it has some; of `day` only the hour is.

    Where the command knows what the words mean without it, what to do instead.
    """
    if command.missing is not None and day is None:
        said = await command.missing(request)
        return said if isinstance(said, Instead) else AskFor(said, slot=missing[0].name)
    hours = "几点到几点" if sum(slot.type is datetime for slot in missing) > 1 else "几点"
    what = "和".join(
        dict.fromkeys(f"{when(day)}{hours}" if day and slot.type is datetime else _named(slot) for slot in missing)
    )
    return AskFor(in_group(LACKING, what=Public(what), example=Public(command.example)), slot=missing[0].name)


def _named(slot: Slot) -> str:
    if issubclass(slot.type, Enum):
        words = [getattr(term, "words", (term.value,))[0] for term in slot.type]
        return "“" + "”或“".join(words) + "”"
    return OF_KIND.get(slot.type, "内容")
