"""The dues ledger: what members declared, what the secretary confirmed. Nothing is overwritten; money is integer fen.

The bot never touches money: a payment is declared by a member and confirmed by
the secretary, who has received it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from models.branch import Branch
from models.member import Member
from models.terms import Term


class PaymentState(Term):
    DECLARED = "declared", "待确认"
    CONFIRMED = "confirmed", "已确认"
    VOID = "void", "已作废"


class DuesPayment(Model):
    """One declaration: an amount for some months of `member`, handed in by `payer` (they may differ, 第十四条)."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="payments", on_delete=fields.RESTRICT
    )
    member_id: int
    payer: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="payments_made", on_delete=fields.RESTRICT
    )
    payer_id: int
    amount = fields.IntField()  # fen, all of it
    extra = fields.IntField(default=0)  # fen of `amount` above the standard, given voluntarily
    state = fields.CharEnumField(PaymentState, max_length=10, default=PaymentState.DECLARED)
    declared_at = fields.DatetimeField()
    confirmer: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="payments_confirmed", null=True, on_delete=fields.RESTRICT
    )
    confirmer_id: int | None
    confirmed_at = fields.DatetimeField(null=True)
    voided_at = fields.DatetimeField(null=True)
    void_reason = fields.CharField(max_length=20, null=True)  # undone, amended, recalled, rejected
    replaces: fields.ForeignKeyNullableRelation[DuesPayment] = fields.ForeignKeyField(
        "models.DuesPayment", related_name="replaced_by", null=True, on_delete=fields.RESTRICT
    )
    replaces_id: int | None

    shares: fields.ReverseRelation[DuesShare]

    class Meta:
        table = "dues_payment"
        indexes = (("member_id", "state"), ("payer_id",))


class DuesShare(Model):
    """The part of a payment that settles one month, `claim` is ``member:month`` while it stands, NULL once voided."""

    id = fields.IntField(primary_key=True)
    payment: fields.ForeignKeyRelation[DuesPayment] = fields.ForeignKeyField(
        "models.DuesPayment", related_name="shares", on_delete=fields.RESTRICT
    )
    payment_id: int
    month = fields.CharField(max_length=7)  # YYYY-MM
    amount = fields.IntField()  # fen
    claim = fields.CharField(max_length=30, unique=True, null=True)

    class Meta:
        table = "dues_share"
        indexes = (("month",), ("payment_id",))


class DuesStandard(Model):
    """What a member owes each month of a year, in fen, where it differs from the standard of the category."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="dues_standards", on_delete=fields.RESTRICT
    )
    member_id: int
    year = fields.IntField()
    monthly = fields.IntField()  # fen
    set_by_id = fields.IntField()
    set_at = fields.DatetimeField()

    class Meta:
        table = "dues_standard"
        unique_together = (("member", "year"),)


@dataclass(frozen=True, slots=True)
class MonthSum:
    """What one member handed in for one month: fen of the standard part, and how far it has come."""

    amount: int
    state: PaymentState


def month_after(month: str, steps: int = 1) -> str:
    """The month `steps` after ``YYYY-MM``; negative steps go back."""
    ordinal = int(month[:4]) * 12 + int(month[5:]) - 1 + steps
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"


def months_between(earlier: str, later: str) -> int:
    """How many months `later` lies after `earlier`; negative where it lies before."""
    return (int(later[:4]) - int(earlier[:4])) * 12 + int(later[5:]) - int(earlier[5:])


def month_range(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, both included; [] where `last` lies before `first`."""
    return [month_after(first, step) for step in range(months_between(first, last) + 1)]


def owed_months(member: Member, branch: Branch, until: str) -> list[str]:
    """The months up to `until` whose dues this ledger expects of `member`, oldest first, settled or not.

    [] for those who owe nothing: applicants and 发展对象 (中组发〔2008〕3号 第八条), and all of a 临时党支部.
    """
    if not (member.owes_dues and branch.collects_dues):
        return []
    return month_range(member.dues_from, until)


def paid_to(owed: Sequence[str], settled: Mapping[str, PaymentState]) -> str | None:
    """交至: the last month up to which nothing is missing, prepaid months included; None where the first one is."""
    last = None
    month = owed[0] if owed else min(settled, default="")
    while month and month in settled:
        last, month = month, month_after(month)
    return last


async def settled(member_ids: Iterable[int]) -> dict[int, dict[str, PaymentState]]:
    """By member, the months that are declared or confirmed; every id asked for is a key."""
    found: dict[int, dict[str, PaymentState]] = {member_id: {} for member_id in member_ids}
    for share in await _standing_shares(found):
        found[share["payment__member_id"]][share["month"]] = share["payment__state"]
    return found


async def arrears(members: Iterable[Member], branch: Branch, until: str) -> dict[int, list[str]]:
    """By member, the owed months up to `until` that are neither declared nor confirmed; only those who lack some."""
    known = {member.id: member for member in members}
    months = await settled(known)
    missing = {
        id_: [month for month in owed_months(member, branch, until) if month not in months[id_]]
        for id_, member in known.items()
    }
    return {id_: lacking for id_, lacking in missing.items() if lacking}


async def monthly_standard(member: Member, year: int, default: int) -> int:
    """Fen a month that `member` owes in `year`: the latest standard set for that year or one before, else `default`."""
    own = await DuesStandard.filter(member_id=member.id, year__lte=year).order_by("-year").first()
    return default if own is None else own.monthly


async def month_sums(member_ids: Iterable[int], first: str, last: str) -> dict[int, dict[str, MonthSum]]:
    """By member and month from `first` to `last`, what was handed in (without voluntary extras); every id is a key."""
    sums: dict[int, dict[str, MonthSum]] = {member_id: {} for member_id in member_ids}
    for share in await _standing_shares(sums, month__gte=first, month__lte=last):
        sums[share["payment__member_id"]][share["month"]] = MonthSum(share["amount"], share["payment__state"])
    return sums


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What of a member's dues for some months was confirmed at one moment, without voluntary extras."""

    member_id: int
    amount: int  # fen
    at: datetime


async def confirmed_in(branch_id: int, first: str, last: str) -> list[Confirmed]:
    """What stands confirmed for the months from `first` to `last` of all who are or were in it, oldest first."""
    shares = DuesShare.filter(
        claim__isnull=False,
        payment__member__branch_id=branch_id,
        payment__state=PaymentState.CONFIRMED,
        month__gte=first,
        month__lte=last,
    )
    rows = await shares.order_by("payment__confirmed_at", "id").values_list(
        "payment__member_id", "amount", "payment__confirmed_at"
    )
    return [Confirmed(*row) for row in rows]


async def extras(member_ids: Iterable[int], since: datetime, before: datetime) -> dict[int, int]:
    """By member, fen given voluntarily above the standard and declared in [since, before); only those who did."""
    payments = await DuesPayment.filter(
        member_id__in=list(member_ids), extra__gt=0, declared_at__gte=since, declared_at__lt=before
    ).exclude(state=PaymentState.VOID)
    given: dict[int, int] = {}
    for payment in payments:
        given[payment.member_id] = given.get(payment.member_id, 0) + payment.extra
    return given


async def _standing_shares(member_ids: Iterable[int], **more: str) -> list[dict[str, Any]]:
    shares = DuesShare.filter(claim__isnull=False, payment__member_id__in=list(member_ids), **more)
    return await shares.order_by("month").values("payment__member_id", "payment__state", "month", "amount")


async def declare(
    member: Member,
    payer: Member,
    shares: Mapping[str, int],
    *,
    extra: int,
    at: datetime,
    replaces: DuesPayment | None = None,
) -> DuesPayment:
    """Write a declaration: fen for each month, and `extra` fen above them.

    Raises tortoise's IntegrityError where one of the months is claimed already.
    """
    payment = await DuesPayment.create(
        member=member,
        payer=payer,
        amount=sum(shares.values()) + extra,
        extra=extra,
        declared_at=at,
        replaces=replaces,
    )
    for month, amount in shares.items():
        await DuesShare.create(payment=payment, month=month, amount=amount, claim=f"{member.id}:{month}")
    return payment


async def void(payment: DuesPayment, reason: str, at: datetime) -> None:
    """Let `payment` no longer count and free its months; it stays readable, with the reason."""
    await _change(payment, state=PaymentState.VOID, void_reason=reason, voided_at=at)
    await DuesShare.filter(payment_id=payment.id).update(claim=None)


async def confirm(payment: DuesPayment, confirmer: Member, at: datetime) -> None:
    """The secretary has received the money."""
    await _change(payment, state=PaymentState.CONFIRMED, confirmer_id=confirmer.id, confirmed_at=at)


async def unconfirm(payment: DuesPayment) -> None:
    """Take a confirmation back; the trail keeps that there was one."""
    await _change(payment, state=PaymentState.DECLARED, confirmer_id=None, confirmed_at=None)


async def _change(payment: DuesPayment, **values: Any) -> None:
    """Change what is still as it was read; raises IntegrityError where somebody else was quicker."""
    if not await DuesPayment.filter(id=payment.id, state=payment.state).update(**values):
        raise IntegrityError("the payment was changed meanwhile")
    for name, value in values.items():
        setattr(payment, name, value)


async def shares_of(payment: DuesPayment) -> dict[str, int]:
    """Fen by month, oldest first."""
    return {share.month: share.amount for share in await DuesShare.filter(payment_id=payment.id).order_by("month")}


async def standing(payment: DuesPayment) -> DuesPayment | None:
    """`payment`, or what replaced it; None where that was voided for good."""
    latest = payment
    while latest.state is PaymentState.VOID:
        successor = await DuesPayment.get_or_none(replaces_id=latest.id)
        if successor is None:
            return None
        latest = successor
    return latest


async def declared(member_id: int) -> list[DuesPayment]:
    """The member's payments that wait for the secretary, oldest first."""
    return await DuesPayment.filter(member_id=member_id, state=PaymentState.DECLARED).order_by("id")
