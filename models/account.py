"""A chat account and the member it was bound to. A nickname proves nothing: only a code or the secretary binds."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.member import Member


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


class BindingCode(Model):
    """A one-time code that binds whoever sends it to `member`."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=12, unique=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="codes", on_delete=fields.RESTRICT
    )
    member_id: int
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "binding_code"


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


class BindingFailure(Model):
    """A wrong code or wrong name and number, kept so that guessing can be slowed down."""

    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=40)
    contact = fields.CharField(max_length=128)
    at = fields.DatetimeField()

    class Meta:
        table = "binding_failure"
        indexes = (("channel", "contact", "at"),)
