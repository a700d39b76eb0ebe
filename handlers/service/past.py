"""Which service is meant where no number is said of one that is over: the last, where only one was of late."""

from __future__ import annotations

from datetime import timedelta

from bot.by_words import ByWords
from bot.commands import Instead, Missing, Refusal, Request
from bot.wording import GroupText, in_group, lines_in_group
from handlers.service.wording import title
from models import Service
from models.service import services_between

OF_LATE = timedelta(days=7)
LONG_AGO = timedelta(days=60)
WHICH = "是哪一次？请回复编号：\n{lines}"
LINE = "· {title}"
NONE = in_group("最近没有做过的公益。")


async def just_held(request: Request) -> Service | None:
    """The only service that began within the last days."""
    held = await services_between(request.my_branch.id, request.now - OF_LATE, request.now)
    return held[0] if len(held) == 1 else None


def which_past(command: str) -> Missing:
    """What `command` asks, or does instead, where no number was said."""

    async def ask(request: Request) -> GroupText | Instead:
        if (held := await just_held(request)) is not None:
            return Instead(command, {"number": ByWords(held.number)})
        past = await services_between(request.my_branch.id, request.now - LONG_AGO, request.now)
        if not past:
            raise Refusal(NONE)
        return in_group(WHICH, lines=lines_in_group([in_group(LINE, title=title(one)) for one in past]))

    return ask
