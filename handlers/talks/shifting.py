"""往后挪半小时：the booked talk a while later or earlier."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.commands import Instead, Refusal, Request, command
from bot.understanding.values import Minutes
from bot.wording import in_group
from models.talk import upcoming

NONE_BOOKED = in_group("您没有约好的谈心。约：约谈心 下周三下午3点，或先看：谈心有哪些时段")


@command(
    "talk.shift",
    "@[能|可以|能不能|可不可以|想|要][谈心][再](往后挪|往后推|往后延|往后改|推迟|延后|晚)[个]{by}[吗|不|吧]",
    "@[能|可以|能不能|可不可以|想|要][谈心][再]{earlier=往前挪|往前提|往前改|提前|提早|早}[个]{by}[吗|不|吧]",
    "@(谈心|谈话)[能|可以|能不能|想|要](往后挪|往后推|往后延|推迟|延后|晚)[个]{by}[吗|不|吧]",
    "@(谈心|谈话)[能|可以|能不能|想|要]{earlier=往前挪|往前提|提前|提早|早}[个]{by}[吗|不|吧]",
    listed=False,
    help="谈心往后挪半小时 — 把约好的谈心改早、改晚一点",
)
async def shift(
    request: Request,
    by: Minutes,
    earlier: bool | None = None,
    start: datetime | None = None,
    day: date | None = None,
) -> Instead:
    """Say where the sender's next talk goes, moved `by` so many minutes.

    A `day` is the one it is on, an hour (`start`) said beside it is why.
    """
    talks = await upcoming(request.me.id, request.now)
    booked = next((one for one in talks if one.member_id == request.me.id and one.start > request.now), None)
    if booked is None:
        raise Refusal(NONE_BOOKED)
    return Instead("talk.change", {"start": booked.start + timedelta(minutes=-by if earlier else by)})
