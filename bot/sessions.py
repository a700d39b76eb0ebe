"""Who is in the pages: sessions are opened by links that the bot sends privately, and end on their own.

A session lies in the database and not in the cookie, so that it can be ended from here. Nothing has to remember to do
so: at each request it is held against the binding by which its link was asked for, and against the member being one
still. Opening and ending stand on the trail, without any secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tortoise.transactions import in_transaction

from bot.settings import WebSettings
from models import Account, AuditEntry, Ending, Member, WebLink, WebSession
from models.web_session import hash_of, new_secret

SEEN_EVERY: Final = timedelta(minutes=1)  # a session in use is written down no oftener
PAGE: Final = "web.page."  # before a page's name, on the trail
KEPT: Final = timedelta(days=1)  # what is over, so that a link that is opened again is told to have been used
A_SWEEP: Final = 500  # rows at most


class NotOpened(Exception):
    """The link opens nothing (any more). `used`: somebody has opened it."""

    def __init__(self, *, used: bool = False) -> None:
        super().__init__("not opened")
        self.used = used


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of the pages, by `settings`."""

    settings: WebSettings

    async def link(self, account: Account, member: Member, now: datetime) -> str:
        """The address of a new link for `member`, to be sent to `account` and nobody else."""
        lasts = timedelta(minutes=self.settings.link_minutes)
        return self.settings.link(await WebLink.make(account, member, now, lasts))

    async def look_at(self, link_secret: str, now: datetime) -> WebLink:
        """The link, where it can be opened; nothing is used up. Raises NotOpened."""
        link = await WebLink.given(link_secret)
        if link is None or link.used_at is not None:
            raise NotOpened(used=link is not None)
        bound = link.account.has_been_of(link.member_id, link.made_at) and link.member.active
        if not bound or link.expires_at <= now:
            raise NotOpened
        return link

    async def open(self, link_secret: str, now: datetime) -> str:
        """Use the link up; returns the secret of the session that it opens. Raises NotOpened."""
        async with in_transaction():
            link = await self.look_at(link_secret, now)
            if not await link.use(now):
                raise NotOpened(used=True)
            secret = new_secret()
            session = await WebSession.create(
                secret_hash=hash_of(secret), account=link.account, member=link.member, opened_at=now, seen_at=now
            )
            await _note("web.session.open", session, now)
        return secret

    async def current(self, secret: str, now: datetime) -> WebSession | None:
        """The session of `secret`, with its account, the member and the branch; None where there is none any more."""
        session = await WebSession.of(secret)
        if session is None:
            return None
        if (why := self._why_over(session, now)) is not None:
            await end(session, why, now)
            return None
        if now - session.seen_at >= SEEN_EVERY:
            await WebSession.filter(id=session.id).update(seen_at=now)
        return session

    async def sweep(self, now: datetime) -> None:
        """End what is over though nobody came to see it, and forget what was over long ago."""
        open_ones = WebSession.filter(ended_at=None).select_related("account", "member")
        for session in await open_ones.order_by("seen_at").limit(A_SWEEP):
            if (why := self._why_over(session, now)) is not None:
                await end(session, why, now)
        await WebSession.filter(ended_at__lt=now - KEPT).delete()
        await WebLink.filter(expires_at__lt=now - KEPT).delete()

    def _why_over(self, session: WebSession, now: datetime) -> Ending | None:
        idle, longest = timedelta(minutes=self.settings.idle_minutes), timedelta(hours=self.settings.session_hours)
        return session.why_over(now, idle=idle, longest=longest)


async def end(session: WebSession, why: Ending, now: datetime) -> None:
    """End it, and say on the trail why."""
    async with in_transaction():
        if await session.end(now):
            await _note("web.session.end", session, now, why=why)


async def end_all(member_id: int, now: datetime) -> int:
    """End whatever `member_id` has open, links too; returns how many sessions there were."""
    await WebLink.void(member_id, now)
    found: Sequence[WebSession] = await WebSession.filter(member_id=member_id, ended_at=None).select_related(
        "account", "member"
    )
    for session in found:
        await end(session, Ending.LEFT, now)
    return len(found)


async def note_reading(session: WebSession, page: str, subjects: Sequence[int], now: datetime) -> None:
    """Say on the trail that the page was read, and whose records were on it."""
    async with in_transaction():
        await _note(f"{PAGE}{page}", session, now, subjects=subjects)


async def note_refusal(session: WebSession, page: str, now: datetime) -> None:
    """Say on the trail that the page was asked for and not shown."""
    async with in_transaction():
        await _note(f"{PAGE}{page}", session, now, outcome="refused")


async def _note(
    command: str,
    session: WebSession,
    now: datetime,
    *,
    outcome: str = "done",
    why: Ending | None = None,
    subjects: Sequence[int] = (),
) -> None:
    await AuditEntry.append(
        at=now,
        member_id=session.member_id,
        branch_id=session.member.branch_id,
        command=command,
        outcome=outcome,
        channel=session.account.channel,
        conversation=session.account.contact,
        subjects=subjects,
        detail={"session": session.id} | ({"why": why.value} if why else {}),
    )
