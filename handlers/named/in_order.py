"""第二个：the one that stands there in what was listed last."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.by_words import ByWords, Thing, activities_ahead, lessons_readable, services_ahead, wishes_open
from bot.commands import Instead, Refusal, Request, command
from bot.matters import family_spoken_of
from bot.understanding.values import Number, Text
from bot.wording import in_group
from models import Term

TOPIC = re.compile("想?(?:聊|谈|问).{2,}")
NOT_LISTED = in_group("刚才没有列出这么多。请说名字，或者发前面的编号。")

Listing = Callable[[Request], Awaitable[Sequence[Thing]]]
# What is done with the one that is chosen, by the first part of the names of the commands that list them.
CHOSEN: Mapping[str, tuple[str, Listing]] = {
    "lesson": ("lesson.read", lessons_readable),
    "life": ("life.join", activities_ahead),
    "service": ("service.join", services_ahead),
    "wish": ("wish.claim", wishes_open),
}


class Place(Term):
    FIRST = "first", "第一个", "头一个", "第一课", "第一节", "第一条"
    SECOND = "second", "第二个", "第二课", "第二节", "第二条"
    THIRD = "third", "第三个", "第三课", "第三节", "第三条"
    FOURTH = "fourth", "第四个", "第四课", "第四节", "第四条"


@command(
    "named.in_order",
    "@[那|就|那就|看|看看|要|选|报|听|学|我要|我选]{place}[吧|呗|的|那个]",
    changes=False,
    listed=False,
    offices=False,
    help="第二个 — 说刚才列出来的第几个",
)
async def in_order(request: Request, place: Place) -> Instead:
    """A lesson is read, what can be joined or claimed is asked about; a slot for a talk is chosen by the booking."""
    family = await family_spoken_of(request.me, request.room, request.now)
    at = list(Place).index(place)
    if family == "talk" and place is not Place.FOURTH:
        about = TOPIC.search(request.text)
        return Instead("talk.book", {place.value: True} | ({"topic": Text(about[0])} if about else {}))
    if family not in CHOSEN:
        raise Refusal(NOT_LISTED)
    chosen, listing = CHOSEN[family]
    things = await listing(request)
    if at >= len(things):
        raise Refusal(NOT_LISTED)
    number = things[at].number
    return Instead(chosen, {"number": Number(number) if chosen == "lesson.read" else ByWords(number)})
