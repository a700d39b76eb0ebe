"""The one of several that is meant, or the question which."""

from __future__ import annotations

from collections.abc import Sequence

from bot import questions
from bot.by_words import ByWords, Family, Thing, is_of_another_kind, meant
from bot.commands import AskFor, Instead, Refusal, Request
from bot.matters import family_spoken_of
from bot.understanding.values import Word
from bot.wording import GroupText, in_group, lines_in_group

WHICH = "是哪一个？回复前面的数字：\n{lines}"
NOT_FOUND = "没有找到您说的这个，是下面哪一个？回复前面的数字：\n{lines}"
LINE = "{place}. {label}"
SHOWN = 8
JOINED_BY = {Family.LIFE: "life.join", Family.SERVICE: "service.join", Family.WISH: "wish.claim"}


async def the_one(request: Request, things: Sequence[Thing], about: Word | None, nothing: GroupText) -> Thing:
    """The one that the message means, the only one, or the one that was chosen; raises AskFor, and Refusal where there
    is `nothing`."""
    if not things:
        raise Refusal(nothing)
    found = [thing for thing in things if about is not None and str(thing.label) == str(about)]
    found = found or meant(f"{request.text}\n{about or ''}", request.now, things)
    if len(found or things) > 1:
        found = await _spoken_of(request, found or things) or found
    if len(things) == 1 and not found and is_of_another_kind(request.text, things[0]):
        raise Refusal(nothing)
    if len(found) == 1 or len(things) == 1:
        return (found or list(things))[0]
    asked = (found or list(things))[:SHOWN]
    lines = [in_group(LINE, place=place, label=thing.label) for place, thing in enumerate(asked, 1)]
    raise AskFor(
        in_group(WHICH if found or about is None else NOT_FOUND, lines=lines_in_group(lines)),
        slot="about",
        choices=[str(thing.label) for thing in asked],
    )


async def _spoken_of(request: Request, things: Sequence[Thing]) -> list[Thing]:
    """The one that the last answer was about, or those of its kind."""
    last = await questions.offered(request, *JOINED_BY.values())
    if last is not None:
        joined_by = (last.content["command"], last.content["values"]["number"])
        if the_last := [one for one in things if (JOINED_BY.get(one.family), one.number) == joined_by]:
            return the_last
    family = await family_spoken_of(request.me, request.room, request.now)
    return [thing for thing in things if thing.family.value == family]


def instead(command: str, thing: Thing) -> Instead:
    """The command for the one that was found."""
    return Instead(command, {"number": ByWords(thing.number)})
