"""那个我去不了，要加班；周六那个又能去了，假不请了。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.by_words import Family, activities_ahead, meant
from bot.commands import Instead, Reply, Request, command
from bot.consent import asking, is_lacking
from bot.understanding.values import Text, Word
from bot.wording import in_group
from handlers.named.joining import AT_THAT_TIME, NOTHING_JOINED, OF_THAT, THAT, THING, joined_by, on_leave
from handlers.named.which import instead, the_one

NO_LEAVE = in_group("您现在没有请假的活动。发送“组织生活”看近期安排。")

SURELY = "[我][确定|肯定|真的|实在|应该|怕是]"
LEAVE_TOO = "[[给|帮|替][我](请个假|请假|请一下假|退了|退掉|退一下|取消|取消了|请个假吧)]"
AGAIN = "[我](又|还是|现在|可以|也)[又](能|可以|有空|有时间)(去|来|参加)[了]"
NO_MORE_LEAVE = (
    "(假[就|我]不请|不请假|不用请假|不请[那个|这个]假|销假|销[个|一下]假"
    "|(先别|别|先不)请[假]了|(取消|撤回|收回|撤掉|撤销)[了|掉][我的]请假|请假[先|那|就](取消|撤回|收回|撤掉|撤了|不要))[了]"
)


@command(
    "named.excuse",
    f"@{THAT}[的]{THING} {SURELY} <去不了> {LEAVE_TOO}",
    f"@{AT_THAT_TIME}[的]{THING} {SURELY} <去不了> {LEAVE_TOO}",
    f"@{OF_THAT} {SURELY} <去不了> {LEAVE_TOO}",
    f"@[那|那个]{{day}}[的](会|会议)[那个|那场] {SURELY} <去不了> {LEAVE_TOO}",
    changes=False,
    listed=False,
    offices=False,
    help="周六那个我去不了 要加班 — 按说的内容请假",
)
async def excuse(
    request: Request, about: Word | None = None, day: date | None = None, reason: Text | None = None
) -> Instead | Reply:
    """Ask leave from the activity, or leave the service, that the message means; it is asked about first.

    One is expected at an activity without having signed up.
    """
    if is_lacking(request.me, request.settings):
        return asking(request, waits=False)
    joined = await joined_by(request)
    expected = [thing for thing in await activities_ahead(request) if thing not in joined]
    said = f"{request.text}\n{about or ''}"
    things = [*joined, *(expected if about is None else meant(said, request.now, expected))]
    found = await the_one(request, things, about, NOTHING_JOINED)
    if found.family is Family.SERVICE:
        return instead("service.leave", found)
    left = instead("life.leave", found)
    return replace(left, values={**left.values, "reason": reason}) if reason else left


@command(
    "named.come",
    f"@{THAT}[的]{THING} {AGAIN} [{NO_MORE_LEAVE}]",
    f"@{AT_THAT_TIME}[的]{THING} {AGAIN} [{NO_MORE_LEAVE}]",
    f"@{NO_MORE_LEAVE}",
    "@不是[要|想|说]请假 我[是|就是][要|想|会](去|参加|来|报名)[的]",
    changes=False,
    listed=False,
    offices=False,
    help="周六那个又能去了 — 收回请假，改成报名",
)
async def come(request: Request, about: Word | None = None, day: date | None = None) -> Instead | Reply:
    """Take back one's leave from the activity that the message means, and sign up for it; it is asked about first."""
    if is_lacking(request.me, request.settings):
        return asking(request, waits=False)
    return instead("life.join", await the_one(request, await on_leave(request), about, NO_LEAVE))
