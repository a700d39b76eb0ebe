"""Which wish is meant where its number was not said: the only one that can be, or the one of its words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.by_words import ByWords, Thing, by_its_words, of_wish
from bot.commands import Instead, Missing, Refusal, Request
from bot.wording import GroupText, in_group, lines_in_group
from models import Wish, WishState

WHICH = "是哪一个？请回复编号：\n{lines}"
LINE = "· {label}"
SHOWN = 10
NONE = in_group("请写上心愿的编号。私聊发送“我的心愿”看自己许的和认领的，“看看微心愿”看等人认领的。")


async def held_by_me(request: Request) -> list[Thing]:
    """Those that the sender has claimed and not yet granted."""
    held = Wish.filter(branch_id=request.my_branch.id, state=WishState.CLAIMED, holder_id=request.me.id)
    return [of_wish(wish) for wish in await held.order_by("number")]


async def posted_by_me(request: Request) -> list[Thing]:
    """Those of the sender that stand under their name.

    None of the anonymous ones: a question about them, which is kept until it is answered, would say whose they are.
    """
    own = Wish.filter(author_id=request.me.id, branch_id=request.my_branch.id)
    standing = own.filter(state__in=(WishState.OPEN, WishState.CLAIMED))
    return [of_wish(wish) for wish in await standing.order_by("number")]


async def concerning_me(request: Request) -> list[Thing]:
    """Those that the sender may say have come true: their own and those they claimed."""
    return [*await posted_by_me(request), *await held_by_me(request)]


def which_of(candidates: Callable[[Request], Awaitable[Sequence[Thing]]], command: str) -> Missing:
    """What `command` asks, or does instead, where no number was said."""

    async def ask(request: Request) -> GroupText | Instead:
        things = list(await candidates(request))
        if not things:
            raise Refusal(NONE)
        if (found := by_its_words(request, command, things)) is not None:
            return found
        if len(things) == 1:
            return Instead(command, {"number": ByWords(things[0].number)})
        lines = lines_in_group([in_group(LINE, label=one.label) for one in things[:SHOWN]])
        return in_group(WHICH, lines=lines)

    return ask
