"""Records of the branch that `tests.chat.found_branch` makes, written without the commands that usually write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.understanding.values import SHANGHAI
from models import (
    Activity,
    ActivityKind,
    Attendance,
    Branch,
    Member,
    PaymentState,
    Report,
    ReportState,
    Talk,
    TalkState,
)
from models.dues import declare


def at(moment: str) -> datetime:
    """A moment of Shanghai."""
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


async def reported(
    name: str, period: str, moment: str, state: ReportState = ReportState.SUBMITTED, comment: str = ""
) -> Report:
    """`name` handed in a report, and the secretary has perhaps reviewed it."""
    member = await Member.get(name=name)
    reviewer = None if state is ReportState.SUBMITTED else await Member.get(name="李书记")
    return await Report.create(
        member=member,
        period=period,
        claim=Report.claim_of(member.id, period),
        state=state,
        text="敬爱的党组织：这是正文，谁也不该在群里看到。",
        started_at=at(moment),
        submitted_at=at(moment),
        reviewer=reviewer,
        reviewed_at=at(moment) + timedelta(days=1) if reviewer else None,
        comment=comment,
    )


async def paid(name: str, *months: str, on: str, confirmed: bool = False, fen: int = 20, extra: int = 0) -> None:
    """`name` declared `fen` for each month, and the secretary has perhaps confirmed it a day later."""
    member = await Member.get(name=name)
    payment = await declare(member, member, dict.fromkeys(months, fen), extra=extra, at=at(on))
    if confirmed:
        payment.state, payment.confirmer = PaymentState.CONFIRMED, await Member.get(name="李书记")
        payment.confirmed_at = at(on) + timedelta(days=1)
        await payment.save()


async def announced(branch: Branch, number: int, kind: ActivityKind, start: str, topic: str) -> Activity:
    """The secretary announced an activity."""
    organiser = await Member.get(name="李书记")
    return await Activity.create(
        branch=branch,
        number=number,
        kind=kind,
        start=at(start),
        topic=topic,
        organiser=organiser,
        created_at=at(start) - timedelta(days=14),
    )


async def came(activity: Activity, *names: str) -> None:
    """They signed in at the beginning."""
    for name in names:
        await Attendance.create(activity=activity, member=await Member.get(name=name), signed_in_at=activity.start)


async def signed_up(activity: Activity, *names: str) -> None:
    """They said they would come."""
    for name in names:
        member = await Member.get(name=name)
        await Attendance.create(activity=activity, member=member, signed_up_at=activity.created_at)


async def asked_leave(activity: Activity, name: str, reason: str) -> None:
    """They said they could not come."""
    member = await Member.get(name=name)
    await Attendance.create(activity=activity, member=member, leave_at=activity.created_at, leave_reason=reason)


async def talked(branch: Branch, name: str, start: str, state: TalkState = TalkState.HELD, topic: str = "") -> Talk:
    """The secretary talked with `name`, or is about to."""
    return await Talk.create(
        branch=branch,
        host=await Member.get(name="李书记"),
        member=await Member.get(name=name),
        start=at(start),
        end=at(start) + timedelta(minutes=30),
        topic=topic,
        state=state,
        booked_at=at(start) - timedelta(days=3),
    )
