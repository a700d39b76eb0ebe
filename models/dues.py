"""The dues ledger: what members declared, what the secretary confirmed. Nothing is overwritten; money is integer fen.

The bot never touches money: a payment is declared by a member and confirmed by
the secretary, who has received it.
"""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

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
        indexes = (("member_id", "state"),)


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
        indexes = (("month",),)


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
