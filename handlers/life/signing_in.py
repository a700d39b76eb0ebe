"""When an activity can be signed in to, and the open matter that lets a bare 到 answer it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q

from bot.settings import LifeSettings
from models import Account, Activity, MatterKind, Member, OpenMatter
from models.activity import announced, circle


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
    """Let a bare 到 in the branch's group, or privately, be a sign-in to `activity` in its time.

    For what is not open to all only of those who belong to it: of anybody else it is ordinary talk.
    """
    await expect_no_sign_in(activity)
    if activity.open_to_all:
        await OpenMatter.create(branch_id=activity.branch_id, **_matter(activity, life))
        return
    for member in await circle(activity):
        await expect_sign_in_of(activity, member, life)


async def expect_sign_in_of(activity: Activity, member: Member, life: LifeSettings) -> None:
    """The same for one of those who belong to what is not open to all."""
    for account in await Account.filter(member_id=member.id):
        await OpenMatter.create(channel=account.channel, contact=account.contact, **_matter(activity, life))


def _matter(activity: Activity, life: LifeSettings) -> dict[str, Any]:
    return {
        "kind": MatterKind.MEETING,
        "opens_at": opens(activity, life),
        "closes_at": closes(activity, life),
        "content": {"activity": activity.id},
    }


async def expect_no_sign_in(activity: Activity) -> None:
    """It is over, cancelled or put off."""
    of_the_branch = Q(branch_id=activity.branch_id) | Q(branch_id=None)
    matters = await OpenMatter.filter(of_the_branch, kind=MatterKind.MEETING)
    await OpenMatter.filter(id__in=[m.id for m in matters if m.content.get("activity") == activity.id]).delete()
