"""How a member gets into the pages: a link that the bot sends privately, and the session that it opens once.

Both are kept by the hash of a random secret only: nobody who reads the database or a backup gets in. A hash without
salt is enough, because the secrets are 256 bits of chance.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.account import Account
from models.member import Member
from models.terms import Term

LONGEST_SECRET = 64


class Ending(Term):
    """Why a session is over."""

    LEFT = "left", "退出"
    IDLE = "idle", "久未使用"
    EXPIRED = "expired", "到期"
    UNBOUND = "unbound", "解除绑定"  # the account is somebody else's or nobody's, or was bound anew
    GONE = "gone", "离开支部"


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret; "" for what none can be."""
    return hashlib.sha256(secret.encode()).hexdigest() if len(secret) <= LONGEST_SECRET else ""


class WebLink(Model):
    """A link that was sent to `account` while it was the member's, and that opens one session."""

    id = fields.IntField(primary_key=True)
    secret_hash = fields.CharField(max_length=64, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="web_links", on_delete=fields.RESTRICT
    )
    account_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="web_links", on_delete=fields.RESTRICT
    )
    member_id: int
    made_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "web_link"
        indexes = (("member_id", "made_at"), ("account_id",), ("expires_at",))

    @classmethod
    async def make(cls, account: Account, member: Member, now: datetime, lasts: timedelta) -> str:
        """A new link's secret; those that were made before it and not used lead nowhere any more."""
        await cls.void(member.id, now)
        secret = new_secret()
        await cls.create(
            secret_hash=hash_of(secret), account=account, member=member, made_at=now, expires_at=now + lasts
        )
        return secret

    @classmethod
    async def void(cls, member_id: int, now: datetime) -> None:
        """Let the member's unused links lead nowhere."""
        await cls.filter(member_id=member_id, used_at=None, expires_at__gt=now).update(expires_at=now)

    @classmethod
    async def given(cls, secret: str) -> WebLink | None:
        """The link of `secret`, with its account, the member and the branch."""
        return await cls.get_or_none(secret_hash=hash_of(secret)).select_related("account", "member__branch")

    async def use(self, now: datetime) -> bool:
        """Mark it used; False where somebody was quicker, or it has expired."""
        usable = WebLink.filter(id=self.id, used_at=None, expires_at__gt=now)
        return bool(await usable.update(used_at=now))


class WebSession(Model):
    """A browser that a member has opened the pages in, by a link that was sent to `account`."""

    id = fields.IntField(primary_key=True)
    secret_hash = fields.CharField(max_length=64, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="web_sessions", on_delete=fields.RESTRICT
    )
    account_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="web_sessions", on_delete=fields.RESTRICT
    )
    member_id: int
    opened_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "web_session"
        indexes = (("member_id",), ("account_id",), ("ended_at",))

    @classmethod
    async def of(cls, secret: str) -> WebSession | None:
        """The session of `secret` that nobody has ended, with its account, the member and the branch."""
        found = cls.get_or_none(secret_hash=hash_of(secret), ended_at=None)
        return await found.select_related("account", "member__branch")

    def why_over(self, now: datetime, *, idle: timedelta, longest: timedelta) -> Ending | None:
        """Why it may not be used any more, though nobody has ended it; None where it may.

        It holds as long as the very binding by which its link was asked for.
        """
        if not self.account.has_been_of(self.member_id, self.opened_at):
            return Ending.UNBOUND
        if not self.member.active:
            return Ending.GONE
        if now - self.opened_at >= longest:
            return Ending.EXPIRED
        return Ending.IDLE if now - self.seen_at >= idle else None

    async def end(self, now: datetime) -> bool:
        """False where it was over already."""
        return bool(await WebSession.filter(id=self.id, ended_at=None).update(ended_at=now))
