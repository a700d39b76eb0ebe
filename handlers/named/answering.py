"""就周六那个，我的实习故事：which one is meant, said by its words where the bot waits for a number."""

from __future__ import annotations

import re
from datetime import date

from bot import questions
from bot.by_words import ByWords, Thing, activities_ahead, services_ahead, wishes_open
from bot.commands import Instead, Reply, Request, Resume, command
from bot.consent import asking, is_lacking
from bot.understanding.pieces import Asked
from bot.understanding.values import SHANGHAI, Number, Word
from bot.wording import in_group
from handlers.named.facts import told
from handlers.named.joining import AT_THAT_TIME, THAT, THING
from handlers.named.which import JOINED_BY, the_one
from models import MatterKind, OpenMatter

NOT_FOUND = in_group("没有找到您说的这个。发送“组织生活”“公益活动有哪些”“看看微心愿”看有哪些。")

THAT_ALONE = re.compile(
    r"\A(?:\W{0,9}@\S{1,40}\s)?\W{0,9}(?:嗯{1,3}|对|好的?|行|是的?)?\W{0,9}就?(?:看|听|学|来)?[那这][个场次课节][吧了]?\W{0,9}\Z"
)
LEAD = "(就|就是|就要|我说的是|我选)"


@command(
    "named.that",
    "@[就|那就](看|听|学)(这|那)(个|课|节|一课|一节)[吧]",
    f"@{LEAD} {THAT}[的]{THING}",
    f"@{LEAD} {AT_THAT_TIME}[的]{THING}",
    f"@{{day}}[的]{AT_THAT_TIME}[的]{THING}",
    answers={"confirmation": ("就那个", "就那场", "就那次")},
    changes=False,
    listed=False,
    offices=False,
    help="就周六那个 — 回答是哪一个",
)
async def that(request: Request, about: Word | None = None, day: date | None = None) -> Instead | Reply | Resume:
    """Go on with what was asked, for the one that the message means; where nothing was, say how to take part in it."""
    if is_lacking(request.me, request.settings):
        return asking(request, waits=False)
    things = [*await activities_ahead(request), *await services_ahead(request), *await wishes_open(request)]
    things = [thing for thing in things if day is not None and _is_on(thing, day)] or things
    if (question := _yes_to(request)) is not None:
        return Resume(question)
    offered = await questions.offered(request, "lesson.read", *JOINED_BY.values())
    if offered is not None and THAT_ALONE.search(request.text):
        chosen, number = offered.content["command"], offered.content["values"]["number"]
        return Instead(chosen, {"number": Number(number) if chosen == "lesson.read" else ByWords(number)})
    asked = _waiting(request)
    if asked is None:
        found = await the_one(request, things, about, NOT_FOUND)
        return await told(request, found)
    found = await the_one(request, [thing for thing in things if _answers(thing, asked)], about, NOT_FOUND)
    if asked.choices:
        return Instead(asked.command, {**asked.values, asked.slot: Word(str(found.label))})
    meant = JOINED_BY[found.family] if asked.command in JOINED_BY.values() else asked.command
    return Instead(meant, {**asked.values, _number(request, meant): ByWords(found.number)})


def _is_on(thing: Thing, day: date) -> bool:
    return thing.start is not None and thing.start.astimezone(SHANGHAI).date() == day


def _yes_to(request: Request) -> OpenMatter | None:
    """The question that nothing is missing from: 就那个 says no more than yes."""
    matter = request.matter
    if matter is None or matter.kind is not MatterKind.CONFIRMATION or not THAT_ALONE.search(request.text):
        return None
    content = matter.content
    whole = content["values"] and not (content["slot"] or content["choices"])
    return matter if whole and not (content.get("settled") or content.get("past")) else None


def _waiting(request: Request) -> Asked | None:
    """What waits for one of those that are listed, by its number or out of a few."""
    matter = request.matter
    if matter is None or matter.kind is not MatterKind.CONFIRMATION:
        return None
    asked = questions.asked(matter, {one.name: one.form for one in request.commands})
    listed = asked.command.partition(".")[0] in [family.value for family in JOINED_BY]
    return asked if asked.choices or (listed and _number(request, asked.command)) else None


def _answers(thing: Thing, asked: Asked) -> bool:
    """Whether it can be what was asked for; who signs up may do so for whatever there is."""
    if asked.choices:
        return str(thing.label) in asked.choices
    return asked.command in JOINED_BY.values() or asked.command.startswith(f"{thing.family.value}.")


def _number(request: Request, command: str) -> str:
    """The slot of the number that `command` takes; empty where it takes none."""
    form = next(one.form for one in request.commands if one.name == command)
    return next((slot.name for slot in form.slots if slot.type is Number), "")
