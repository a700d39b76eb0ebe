"""Who belongs to an activity: whom it is for, who else sits in, and what the others are told."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands import Refusal
from bot.wording import in_group
from handlers.life.wording import title
from models import Activity, ActivityKind, Attendance, Member
from models.activity import may_take_part

NOT_YOURS = "{title}由{who}参加，您不用报名、签到或请假。确要列席请联系书记。"
COMMITTEE = in_group("支部委员")
PARTY_MEMBERS = in_group("本支部党员")


async def refuse_outsider(activity: Activity, member: Member) -> None:
    """Raise a Refusal that says for whom `activity` is, where `member` does not belong to it."""
    if await may_take_part(activity, member.id):
        return
    who = COMMITTEE if activity.kind is ActivityKind.COMMITTEE_MEETING else PARTY_MEMBERS
    raise Refusal(in_group(NOT_YOURS, title=title(activity), who=who))


async def those_for(activities: Iterable[Activity], member: Member) -> list[Activity]:
    """Those of `activities` that `member` belongs to, in their order."""
    return [activity for activity in activities if await may_take_part(activity, member.id)]


async def part_of(activity: Activity, member: Member) -> Attendance:
    """The member's part in `activity`, saved or new."""
    found = await Attendance.get_or_none(activity_id=activity.id, member_id=member.id)
    return found or Attendance(activity=activity, member=member)
