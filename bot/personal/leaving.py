"""Leaving the branch: a file for the organisation that looks after the member now, to the secretary; then what need
not be kept is erased, once."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from tortoise.expressions import Q, Subquery

from bot.audit import OPERATOR
from bot.commands import ToMember
from bot.messages import File
from bot.people import answering_for
from bot.personal.copying import copy_for_others
from bot.personal.erasing import erase
from bot.settings import Settings
from models import AuditEntry, Erasure, Member

log = logging.getLogger(__name__)

AT_ONCE = 10  # members: each is a file
PAGE = 100  # members that are looked through at once
TOLD = (
    "{name}已离开支部。附件是移交给对方党组织的材料（名册、党费、汇报、活动），请转交；不必留的信息已删除，台账保留。"
)
FILE_NAME = "{name}_移交材料_{day:%Y%m%d}.zip"


async def papers(member: Member, settings: Settings, now: datetime) -> File:
    """What another branch needs to know of the member: no talk, no opinion, no account, no draft."""
    copy = await copy_for_others(member, settings, now, FILE_NAME.format(name=member.name, day=now))
    return copy.file


async def let_go(settings: Settings, now: datetime) -> list[ToMember]:
    """See to some of those who have left, where somebody can be given their papers; in the caller's transaction.

    So many at a time, and no more than fit together into what one copy may hold: the transaction has to be short. Who
    has nobody to be told waits, in nobody's way, and stands in the log.
    """
    notices: list[ToMember] = []
    unreachable: list[int] = []
    size = 0
    async for member in _gone(settings, now):
        if len(notices) == AT_ONCE or size > settings.privacy.export_bytes:
            break
        people = await answering_for(member)
        if not people:
            unreachable.append(member.id)
            continue
        file = await papers(member, settings, now)
        size += len(file.data)
        outcome = await erase(member, settings)
        await Erasure.create(
            member=member,
            branch_id=member.branch_id,
            claim=member.id,
            deleted=outcome.deleted,
            kept=outcome.kept,
            erased_at=now,
        )
        await AuditEntry.append(
            at=now,
            command="leaving",
            outcome="done",
            channel=OPERATOR,
            branch_id=member.branch_id,
            subjects=[member.id],
        )
        notices.append(ToMember(people[0].id, TOLD.format(name=member.name), file))
    if unreachable:
        log.warning(
            "of %d members who have left nobody can be told: bind somebody of their committee or the college; ids %s",
            len(unreachable),
            ", ".join(map(str, unreachable)),
        )
    return notices


async def _gone(settings: Settings, now: datetime) -> AsyncIterator[Member]:
    """Who is on the roster no longer, or was handed over so long ago that it will last; a page at a time."""
    lasting = (now - timedelta(days=settings.retention.left_days)).date()
    left = Q(active=False) | Q(handed_over_on__lt=lasting)
    seen_to = Subquery(Erasure.filter(claim__isnull=False).values("claim"))
    waiting, last = Member.filter(left, id__not_in=seen_to).order_by("id").limit(PAGE), 0
    while page := await waiting.filter(id__gt=last):
        for member in page:
            yield member
        last = page[-1].id
