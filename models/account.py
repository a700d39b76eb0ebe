"""A chat account and the member it was bound to. A nickname proves nothing: only a code or the secretary binds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from models.binding_key import BindingKey
from models.matter import OpenMatter
from models.member import Member, within

REQUEST_DAYS = 14  # an undecided request is forgotten then


class Account(Model):
    """A contact of one channel, known once it has been bound or asked to be."""

    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=40)
    contact = fields.CharField(max_length=128)
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="accounts", null=True, on_delete=fields.RESTRICT
    )
    member_id: int | None
    friend = fields.BooleanField(default=False)
    bound_at = fields.DatetimeField(null=True)

    class Meta:
        table = "account"
        unique_together = (("channel", "contact"),)
        indexes = (("member_id",),)

    async def bind(self, member: Member, now: datetime) -> list[Account]:
        """Make this the member's account on its channel; returns those that were theirs, of this channel no longer.

        Requests that this decides, of the account or for the member, are closed, codes that lie about expire (whoever
        found one could take the member's place), and what was open for whoever had the account before is not theirs.
        """
        if self.member_id != member.id:
            await OpenMatter.filter(channel=self.channel, contact=self.contact).delete()
        others = Account.filter(member_id=member.id).exclude(id=self.id)
        earlier = await others
        await others.filter(channel=self.channel).update(member_id=None)
        if member.first_bound_at is None:
            known = [one.bound_at for one in earlier if one.bound_at is not None]
            member.first_bound_at = min(known, default=member.created_at if earlier else now)
            await member.save(update_fields=["first_bound_at"])
        self.member_id, self.bound_at = member.id, now
        await self.save(update_fields=["member_id", "bound_at"])
        await BindingCode.expire([member.id], now)
        for undecided in (
            BindingRequest.filter(account_id=self.id, decided_at__isnull=True),
            BindingRequest.filter(member_id=member.id, decided_at__isnull=True),
        ):
            await undecided.update(decided_at=now, accepted=False)
        return earlier

    def closed_until(self, member: Member, hold: timedelta) -> datetime | None:
        """Until when what `member` alone may read stays closed here; None where it never was.

        Who makes codes or accepts requests could bind an account of their own as somebody who is bound already. So all
        but a member's very first account have to wait: whether there is another one now proves nothing, as it can be
        unbound before.
        """
        if self.bound_at is None or member.first_bound_at is None or self.bound_at <= member.first_bound_at:
            return None
        return self.bound_at + hold

    def has_been_of(self, member_id: int, since: datetime) -> bool:
        """Whether it has been the member's without a break since then."""
        return self.member_id == member_id and self.bound_at is not None and self.bound_at <= since

    @classmethod
    async def reaches(cls, member_id: int) -> bool:
        """Whether the bot can write to the member privately."""
        return await cls.exists(member_id=member_id, friend=True)


LONGEST_CODE = 12


class BindingCode(Model):
    """A one-time code that binds whoever sends it to `member`: shown when it is made, kept as a keyed digest only."""

    id = fields.IntField(primary_key=True)
    digest = fields.CharField(max_length=64, unique=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="codes", on_delete=fields.RESTRICT
    )
    member_id: int
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "binding_code"
        indexes = (("member_id",),)

    @classmethod
    async def given(cls, code: str) -> BindingCode | None:
        """The code that somebody typed, with its member and their branch; None where it was given to nobody."""
        if len(code) > LONGEST_CODE:
            return None
        digest = (await BindingKey.current()).digest(code)
        return await cls.get_or_none(digest=digest).select_related("member__branch")

    @classmethod
    async def expire(cls, member_ids: Sequence[int], now: datetime) -> int:
        """Let the unused codes of these members expire; returns how many were still valid."""
        return await cls.filter(member_id__in=list(member_ids), used_at__isnull=True, expires_at__gt=now).update(
            expires_at=now
        )

    async def use(self, now: datetime) -> bool:
        """Mark it used; False where somebody was quicker."""
        return bool(await BindingCode.filter(id=self.id, used_at__isnull=True).update(used_at=now))


class BindingRequest(Model):
    """Somebody gave a name and a student number, the secretary says whether it is they."""

    id = fields.IntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="requests", on_delete=fields.RESTRICT
    )
    account_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="requests", on_delete=fields.RESTRICT
    )
    member_id: int
    asked_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    accepted = fields.BooleanField(null=True)

    class Meta:
        table = "binding_request"
        indexes = (("member_id",),)

    @classmethod
    async def pending(cls, path: str, now: datetime) -> list[BindingRequest]:
        """What waits for a decision on members of the branch at `path` and below, oldest first, with its member."""
        since = now - timedelta(days=REQUEST_DAYS)
        waiting = cls.filter(within(path, "member__"), decided_at__isnull=True, asked_at__gt=since)
        return await waiting.select_related("member__branch", "account").order_by("id")

    async def decide(self, accepted: bool, now: datetime) -> bool:
        """False where somebody was quicker."""
        undecided = BindingRequest.filter(id=self.id, decided_at__isnull=True)
        return bool(await undecided.update(decided_at=now, accepted=accepted))


class BindingFailure(Model):
    """An attempt that bound nobody: a wrong code, or any name and number, right or wrong (or else the limit would
    tell which are right). Kept so that guessing can be slowed down."""

    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=40)
    contact = fields.CharField(max_length=128)
    at = fields.DatetimeField()
    by_code = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "binding_failure"
        indexes = (("channel", "contact", "at"), ("by_code", "at"))

    @classmethod
    async def in_last_hour(cls, channel: str, contact: str, now: datetime) -> int:
        """How often this account has tried."""
        return await cls.filter(channel=channel, contact=contact, at__gt=now - timedelta(hours=1)).count()

    @classmethod
    async def codes_in_last_hour(cls, now: datetime) -> int:
        """How often all accounts together have sent a wrong code."""
        return await cls.filter(by_code=True, at__gt=now - timedelta(hours=1)).count()
