"""When an activity can be signed in to, and the open matter that lets a bare 到 answer it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.settings import LifeSettings
from models import Activity, MatterKind, OpenMatter
from models.activity import announced


def opens(activity: Activity, life: LifeSettings) -> datetime:
    """When signing in begins."""
    return activity.start - timedelta(minutes=life.sign_in_before_minutes)


def closes(activity: Activity, life: LifeSettings) -> datetime:
    """When signing in ends, unless the secretary ends it earlier."""
    return activity.start + timedelta(minutes=life.sign_in_after_minutes)


async def open_now(branch_id: int, now: datetime, life: LifeSettings) -> list[Activity]:
    """The branch's activities that can be signed in to at `now`, in order of time."""
    candidates = await announced(branch_id, now - timedelta(minutes=life.sign_in_after_minutes))
    return [activity for activity in candidates if opens(activity, life) <= now < closes(activity, life)]


async def expect_sign_in(activity: Activity, life: LifeSettings) -> None:
    """Let a bare 到 in the branch's group, or privately, be a sign-in to `activity` in its time."""
    await expect_no_sign_in(activity)
    await OpenMatter.create(
        kind=MatterKind.MEETING,
        branch_id=activity.branch_id,
        opens_at=opens(activity, life),
        closes_at=closes(activity, life),
        content={"activity": activity.id},
    )


async def expect_no_sign_in(activity: Activity) -> None:
    """It is over, cancelled or put off."""
    matters = await OpenMatter.filter(kind=MatterKind.MEETING, branch_id=activity.branch_id)
    await OpenMatter.filter(id__in=[m.id for m in matters if m.content.get("activity") == activity.id]).delete()
